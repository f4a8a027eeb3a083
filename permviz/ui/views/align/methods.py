"""All methods on several pairs: one after another, seen as they come, to be stopped, and kept."""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import astuple, dataclass, field, fields, replace
from statistics import median

import streamlit as st

from permviz.experiment.sweep_table import csv_text
from permviz.experiment.views import AlignView
from permviz.figures.alignment import methods_figure
from permviz.figures.alignment_widths import alignment_widths_figure
from permviz.landscape.alignment import Match
from permviz.landscape.alignment_stored import BARRIERS, stored_alignment
from permviz.landscape.interpolation import Interpolation
from permviz.landscape.matching_methods import METHODS
from permviz.networks.digits import loss_text, written
from permviz.ui import state
from permviz.ui.parts.controls import setting
from permviz.ui.parts.plot import plot
from permviz.ui.parts.training_status import POLL_SECONDS
from permviz.ui.parts.views import Shown
from permviz.ui.state.caches import drawn, kept_picture
from permviz.ui.state.heavy import NoPlaceError
from permviz.ui.views.align.brought import ask_for_other
from permviz.ui.views.align.numbers import calibrated
from permviz.ui.views.align.other import definition_controls, named, other_controls, other_network, recipe_of, seed_of, training
from permviz.ui.views.align.pair import flips, found_match, of_pair

AS_IT_IS = "as it is"
AT_ONCE_SECONDS = 0.5
"""So long a run computes before it shows what it has."""


@dataclass(frozen=True)
class Row:
    """A method on a pair: what a line of the table as CSV has."""

    pair: int
    seed_of_b: int
    method: str
    barrier_entezari: float
    barrier_ainsworth: float
    midpoint_loss: float
    midpoint_calibrated_loss: float
    midpoint_accuracy: float | None
    distance: float
    difference: float

    def barrier(self, definition: str) -> float:
        return self.barrier_entezari if definition == "entezari" else self.barrier_ainsworth


@dataclass
class Table:
    """What has been computed of a comparison: ``done`` of its cells, and the reasons of methods that could not.

    Two runs of a page may be at work on it, as Streamlit begins the next while the last has not noticed yet.
    """

    key: object
    rows: list[Row] = field(default_factory=list)
    refused: dict[str, str] = field(default_factory=dict)
    done: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def take(self, cell: int, rows: Sequence[Row], refused: Mapping[str, str]) -> None:
        """What was found in a cell, unless another run has been there first."""
        with self._lock:
            if self.done == cell:
                self.rows += rows
                self.refused.update(refused)
                self.done += 1


def _table(shown: Shown) -> Table:
    """The visit's table of this comparison: another comparison begins anew."""
    experiment, view = shown.experiment, shown.experiment.align
    key = experiment.recipe, experiment.theta, of_pair(shown), view.flips, pairs_of(view)
    table: Table | None = st.session_state.get("align-table")
    if table is None or table.key != key:
        table = st.session_state["align-table"] = Table(key)
    return table


def _row(shown: Shown, pair: int, method: str, found: Match, line: Interpolation, distance: float) -> Row:
    middle = line.middle
    return Row(
        pair + 1, seed_of(shown.experiment.align, pair), method,
        float(line.barriers.entezari), float(line.barriers.ainsworth), float(middle.loss), calibrated(line),
        None if middle.accuracy is None else float(middle.accuracy), distance, float(found.difference),
    )  # fmt: skip


def _compute(shown: Shown, table: Table) -> None:
    """The next cell, whose networks are trained."""
    cell, rows, reasons = table.done, list[Row](), dict[str, str]()
    pair, at = divmod(cell, len(METHODS))
    method, b = list(METHODS)[at], other_network(shown, pair)
    assert b is not None
    try:
        found = found_match(shown, b, method, pair)
    except ValueError as refused:
        reasons[method] = str(refused)
    else:
        assert found.before is not None
        assert found.after is not None
        if at == 0:  # B as it is stands in every match, with nothing moved
            as_it_is = _row(shown, pair, AS_IT_IS, found, found.before, float(found.distance_before))
            rows.append(replace(as_it_is, difference=0.0))
        rows.append(_row(shown, pair, method, found, found.after, float(found.distance_after)))
    table.take(cell, rows, reasons)


def pairs_of(view: AlignView) -> int:
    """A network that was brought is one."""
    return 1 if view.other == "file" else view.pairs


def methods_view(shown: Shown) -> None:
    """Every method on several pairs of networks: medians, spread, and each pair."""
    view = shown.experiment.align
    shown = replace(shown, experiment=shown.experiment.changed(order=()))  # A as trained: a match does not depend on it
    with shown.aside:
        other_controls(shown)
        if view.other != "file":
            told = "A with each of so many networks B, whose seeds follow one another."
            setting(st.number_input, "Pairs", "align", "pairs", min_value=1, max_value=9, step=1, help=told)
        definition_controls()
    if view.other == "file" and other_network(shown) is None:
        ask_for_other(view, shown.spec)
        return
    table, total = _table(shown), pairs_of(view) * len(METHODS)
    widths, pairs = "-".join(map(str, shown.spec.widths)), "one pair" if pairs_of(view) == 1 else "several pairs"
    st.markdown(f"How low does each method bring the wall, on {pairs} of {widths} networks?")
    if view.compare and table.done < total:
        _work(shown, table, total)
        _measured(view)
        return
    if table.done < total:
        label = f"Compare on {pairs_of(view)} pair{'s' * (pairs_of(view) > 1)}" if not table.done else "Go on"
        st.button(label, key="align-compare", type="primary", icon=":material/table_chart:", on_click=_compare, args=(True,))
    _show(shown, table, total)
    _measured(view)


def _measured(view: AlignView) -> None:
    """Beside it, what nobody wants to wait for: wide networks on the digits."""
    st.markdown("## Digits, networks up to 512 nodes wide, measured beforehand")
    setting(st.segmented_control, "Barrier on the digits", "align", "barrier", options=list(BARRIERS))
    plot(drawn(("widths", view.barrier), lambda: alignment_widths_figure(stored_alignment(), view.barrier)), key="align-widths")
    st.caption(
        "64-w-w-10, trained apart. *Calibrated*: the midpoint above the mean of the ends, each at its best temperature, "
        "so that doubt is not taken for a mistake. Dotted: nodes may change sign. docs/alignment.md has every number, and says "
        "how it was measured."
    )


def _compare(wanted: bool) -> None:
    state.change(align={"compare": wanted})


def _work(shown: Shown, table: Table, total: int) -> None:
    """One cell after another, in a part that runs by itself; what there is already is shown."""

    def work(drawn: set[int]) -> None:
        first, until = not drawn, time.monotonic() + AT_ONCE_SECONDS
        drawn.add(0)
        while table.done < total and time.monotonic() < until:
            pair = table.done // len(METHODS)
            if other_network(shown, pair) is None:
                training(recipe_of(shown.experiment, pair), set())
                break
            try:
                _compute(shown, table)
            except NoPlaceError as busy:  # the next run of this part tries again
                st.info(str(busy), icon=":material/hourglass_top:")
                break
        if table.done < total:
            st.progress(table.done / total, text=f"{table.done} of {total} matches")
        elif not first:
            st.rerun(scope="app")
        _show(shown, table, total)

    if table.done < total:
        st.button("Stop", key="align-stop", icon=":material/stop:", on_click=_compare, args=(False,))
    st.fragment(work, run_every=POLL_SECONDS)(set())


def _show(shown: Shown, table: Table, total: int) -> None:
    """Figure, table and file of what is there."""
    view = shown.experiment.align
    if not table.rows:
        return
    if table.done < total:
        st.caption(f"So far {table.done} of {total} matches.")
    barriers: dict[str, list[float]] = {}
    for row in table.rows:
        barriers.setdefault(row.method, []).append(row.barrier(view.definition))
    called = {named(name): walls for name, walls in barriers.items()}
    of = *of_pair(shown), flips(shown), pairs_of(view), table.done, view.definition
    plot(
        kept_picture(
            shown.experiment, "methods", *of,
            draw=lambda: methods_figure(called, view.definition, loss_label=shown.loss_label),
        ),
        key="align-methods",
    )  # fmt: skip
    st.markdown(written(_markdown(table.rows, view.definition)))
    st.caption(" ".join(f"**{named(name)}** looks at {METHODS[name].judged_by}." for name in barriers if name in METHODS))
    st.caption(f"“{AS_IT_IS.capitalize()}” is A with its nodes as trained, and B likewise.")
    for method, reason in table.refused.items():
        st.caption(written(f"“{named(method)}” is left out: {reason}"))
    st.download_button(
        "The numbers (CSV)", lambda: csv_of(table.rows).encode(), file_name="permviz-align.csv", mime="text/csv",
        key="align-csv", icon=":material/download:", on_click="ignore",
    )  # fmt: skip


def _markdown(rows: Sequence[Row], definition: str) -> str:
    """Medians over the pairs, and the lowest and highest barrier."""
    lines = ["| Method | barrier, median | lowest to highest | midpoint, calibrated | right answers |", "|:--|--:|--:|--:|--:|"]
    for method in dict.fromkeys(row.method for row in rows):
        mine = [row for row in rows if row.method == method]
        walls = sorted(row.barrier(definition) for row in mine)
        right = [row.midpoint_accuracy for row in mine if row.midpoint_accuracy is not None]
        lines.append(
            f"| {named(method)} | {loss_text(median(walls))} | {loss_text(walls[0])} to {loss_text(walls[-1])} "
            f"| {loss_text(median(row.midpoint_calibrated_loss for row in mine))} "
            f"| {f'{100 * median(right):.1f} %' if right else ''} |"
        )
    return "\n".join(lines)


def csv_of(rows: Sequence[Row]) -> str:
    """One line a method and pair, every number exact."""
    return csv_text([column.name for column in fields(Row)], [astuple(row) for row in rows])
