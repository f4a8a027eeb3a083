"""All methods on several pairs: one after another, seen as they come, to be stopped, and kept."""

from __future__ import annotations

import csv
import io
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import astuple, dataclass, field, fields, replace
from statistics import median

import streamlit as st

from permviz.figures.alignment import methods_figure
from permviz.landscape.alignment import Match
from permviz.landscape.interpolation import Interpolation
from permviz.landscape.matching_methods import METHODS
from permviz.networks.digits import loss_text, written
from permviz.ui import state
from permviz.ui.parts.controls import setting
from permviz.ui.parts.plot import plot
from permviz.ui.parts.training_status import POLL_SECONDS
from permviz.ui.parts.views import Shown
from permviz.ui.state.caches import kept_picture
from permviz.ui.state.heavy import NoPlaceError
from permviz.ui.views.align.other import definition_controls, other_controls, other_network, recipe_of, seed_of, training
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
    key = experiment.recipe, experiment.theta, of_pair(shown), view.flips, view.pairs
    table: Table | None = st.session_state.get("align-table")
    if table is None or table.key != key:
        table = st.session_state["align-table"] = Table(key)
    return table


def _row(shown: Shown, pair: int, method: str, found: Match, line: Interpolation, distance: float) -> Row:
    middle = line.middle
    return Row(
        pair + 1, seed_of(shown.experiment.align, pair), method,
        float(line.barriers.entezari), float(line.barriers.ainsworth), float(middle.loss), float(middle.calibrated_loss),
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


def methods_view(shown: Shown) -> None:
    """Every method on several pairs of networks: medians, spread, and each pair."""
    view = shown.experiment.align
    shown = replace(shown, experiment=shown.experiment.changed(order=()))  # A as trained: a match does not depend on it
    with shown.aside:
        other_controls(shown)
        told = "A with each of so many networks B, whose seeds follow one another."
        setting(st.number_input, "Pairs", "align", "pairs", min_value=1, max_value=9, step=1, help=told)
        definition_controls()
    table, total = _table(shown), view.pairs * len(METHODS)
    widths = "-".join(map(str, shown.spec.widths))
    st.markdown(f"How low does each method bring the wall, on several pairs of {widths} networks?")
    if view.compare and table.done < total:
        _work(shown, table, total)
        return
    if table.done < total:
        label = f"Compare on {view.pairs} pair{'s' * (view.pairs > 1)}" if not table.done else "Go on"
        st.button(label, key="align-compare", type="primary", icon=":material/table_chart:", on_click=_compare, args=(True,))
    _show(shown, table, total)


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
    of = *of_pair(shown), flips(shown), view.pairs, table.done, view.definition
    plot(
        kept_picture(
            shown.experiment, "methods", *of,
            draw=lambda: methods_figure(barriers, view.definition, loss_label=shown.loss_label),
        ),
        key="align-methods",
    )  # fmt: skip
    st.markdown(written(_markdown(table.rows, view.definition)))
    st.caption(f"“{AS_IT_IS.capitalize()}” is A with its nodes as trained, and B likewise.")
    for method, reason in table.refused.items():
        st.caption(written(f"“{method}” is left out: {reason}"))
    st.download_button(
        "The numbers (CSV)", lambda: csv_of(table.rows).encode(), file_name="permviz-align.csv", mime="text/csv",
        key="align-csv", icon=":material/download:", on_click="ignore",
    )  # fmt: skip


def _markdown(rows: Sequence[Row], definition: str) -> str:
    """Medians over the pairs, and the lowest and highest barrier."""
    head = "| Method | looks at | barrier, median | lowest to highest | midpoint, calibrated | right answers |"
    lines = [head, "|:--|:--|--:|--:|--:|--:|"]
    for method in dict.fromkeys(row.method for row in rows):
        mine = [row for row in rows if row.method == method]
        walls = sorted(row.barrier(definition) for row in mine)
        right = [row.midpoint_accuracy for row in mine if row.midpoint_accuracy is not None]
        name, looks = method.replace("-", " "), METHODS[method].judged_by if method in METHODS else ""
        lines.append(
            f"| {name} | {looks} | {loss_text(median(walls))} | {loss_text(walls[0])} to {loss_text(walls[-1])} "
            f"| {loss_text(median(row.midpoint_calibrated_loss for row in mine))} "
            f"| {f'{100 * median(right):.1f} %' if right else ''} |"
        )
    return "\n".join(lines)


def csv_of(rows: Sequence[Row]) -> str:
    """One line a method and pair, every number exact."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([column.name for column in fields(Row)])
    writer.writerows([["" if cell is None else cell for cell in astuple(row)] for row in rows])
    return text.getvalue()
