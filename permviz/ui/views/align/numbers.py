"""The numbers of two networks of the Align page: before and after, and the certificate that their functions stayed."""

from __future__ import annotations

import streamlit as st

from permviz.landscape.interpolation import Interpolation
from permviz.networks.digits import loss_text, wall_text, written
from permviz.symmetry.counting import count_text
from permviz.ui.parts.views import Shown
from permviz.ui.views.align.pair import Between, on_fresh_data


def _row(name: str, before: str, after: str | None) -> str:
    return f"| {name} | {before} | {after} |" if after is not None else f"| {name} | {before} |"


def numbers(shown: Shown, found: Between, moved_name: str) -> None:
    """Before and after, side by side."""
    view, after = shown.experiment.align, found.after
    fresh = on_fresh_data(shown, found)

    def wall(line: Interpolation) -> str:
        return wall_text(float(line.line.barrier(view.definition)), float(line.line.losses.max()))

    def both(name: str, tell: object, lines: tuple[Interpolation, Interpolation | None]) -> str:
        assert callable(tell)
        return _row(name, tell(lines[0]), None if lines[1] is None else tell(lines[1]))

    lines = found.before, after
    rows = [both("barrier", wall, lines)]
    if fresh is not None:
        rows.append(both(f"barrier {fresh[0]}", wall, fresh[1]))
    rows.append(both("midpoint: loss", lambda line: loss_text(float(line.middle.loss)), lines))
    if shown.data.is_classification:
        rows.append(both("midpoint: loss, calibrated", _calibrated, lines))
        rows.append(both("midpoint: right answers", lambda line: _percent(line.middle.accuracy), lines))
        ends = f"{_percent(found.before.start.accuracy)}, {_percent(found.before.end.accuracy)}"
        rows.append(_row("A and B: right answers", ends, None if after is None else "the same"))
    distance = [loss_text(float((found.a - net).flatten().norm())) for net in (found.b, found.moved) if net is not None]
    rows.append(_row("distance ‖A − B‖", distance[0], distance[1] if found.moved is not None else None))
    head = ["| | B as it is |", "|:--|--:|"] if after is None else [f"| | B as it is | {moved_name} |", "|:--|--:|--:|"]
    st.markdown("\n".join([*head, *rows]))


def _calibrated(line: Interpolation) -> str:
    """With all answers right, the surer the better: the least is no minimum, and tends to 0, or to what decay adds."""
    middle = line.middle
    return loss_text(float(middle.decay if bool(middle.accuracy == 1) else middle.calibrated_loss))


def _percent(share: object) -> str:
    return "" if share is None else f"{100 * float(share):.1f} %"  # type: ignore[arg-type]


def certificate(found: Between) -> None:
    """That B's function stayed, and how its match was found."""
    if found.moved is None:
        return
    st.caption(
        written(
            ":material/check_circle: Moving B’s nodes left its function alone: max |F(B) − F(moved B)| = "
            f"{found.difference:.1e} over {count_text(found.points)} inputs."
        )
        + ("" if found.match is None else f" {found.match.status}")
    )
