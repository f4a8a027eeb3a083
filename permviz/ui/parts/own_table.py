"""A visitor's own table: brought in a dialog, where one sees what was understood of it; asked for on a page that lacks it."""

from __future__ import annotations

from collections.abc import Callable
from html import escape

import streamlit as st

from permviz.components.own.wire import GivenFile
from permviz.experiment.own import TableTask, table_dataset
from permviz.networks.datasets import Dataset
from permviz.networks.results import enumerated
from permviz.networks.tables import Table, read_table
from permviz.ui import state
from permviz.ui.parts.markdown import plain
from permviz.ui.parts.reader import file_reader

_BROUGHT = "own-table"
_ACCEPT = ".csv,.tsv,.txt,text/csv,text/plain"
_PASTE = "Or paste a table, with a line of names"
_ROWS, _COLUMNS = 3, 8
CLASSES, NUMBERS = "Classes", "Numbers"


def choose_table(done: Callable[[], None]) -> None:
    """The dialog's content; ``done`` is called when a table has become the task."""
    file_reader(key="own-table-file", what="table", accept=_ACCEPT, paste=_PASTE, on_file=_bring)
    digest = st.session_state.get(_BROUGHT, "")
    table = state.brought(digest) if digest else None
    if table is None:
        st.caption(
            "Comma-separated values or their like: a line of names, then 4 to 2000 rows of at most 64 columns. The table stays "
            "in the server’s memory while this page is open, and in this tab; the link holds only a name of it."
        )
        return
    st.html(_preview(table))
    target, kind, inputs = _choices(table)
    try:
        task, data = _understood(table, target, kind, inputs)
    except ValueError as refused:
        st.warning(plain(str(refused)), icon=":material/info:")
        return
    st.markdown(plain(_summary(data)))
    st.button("Train on this table", key="own-table-use", type="primary", on_click=_use, args=(task, done))


def _bring(file: GivenFile) -> str:
    digest: str = state.bring(file.content).digest
    st.session_state[_BROUGHT] = digest
    return digest


def _preview(table: Table) -> str:
    """The first rows, as a table of HTML; cells are others' text."""
    shown = range(min(len(table.names), _COLUMNS))
    more = "<td>…</td>" if len(table.names) > _COLUMNS else ""
    head = "".join(f"<th scope=col>{escape(table.names[column])}</th>" for column in shown)
    rows = [
        "".join(f"<td>{escape(table.columns[column][row])}</td>" for column in shown) + more
        for row in range(min(len(table.rows), _ROWS))
    ]
    size = f"{len(table.rows)} rows, {len(table.names)} columns"
    body = "".join(f"<tr>{row}</tr>" for row in rows)
    return (
        f'<div class="permviz-preview" role="region" aria-label="The first rows" tabindex="0"><table><caption>{size}</caption>'
        f"<thead><tr>{head}{more}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def _choices(table: Table) -> tuple[int, str, list[int]]:
    """Which column is learnt, as what, and from which others."""
    columns, numeric = range(len(table.names)), [column for column in range(len(table.names)) if table.is_numeric(column)]
    target = st.selectbox(
        "To be learnt", columns, index=len(columns) - 1, format_func=lambda column: table.names[column], key="own-target"
    )
    suggested = 0 if _suggests_classes(table, target) else 1
    kind = st.radio("As", [CLASSES, NUMBERS], index=suggested, horizontal=True, key=f"own-kind-{target}")
    usable = [column for column in numeric if column != target]
    inputs = st.multiselect(
        "From", usable, default=usable, format_func=lambda column: table.names[column], key=f"own-inputs-{target}"
    )
    left = [table.names[column] for column in columns if column != target and column not in numeric]
    if left:
        st.caption(plain(f"Left out, as not all of their cells are numbers: {enumerated(left)}."))
    return target, kind or CLASSES, inputs


def _suggests_classes(table: Table, column: int) -> bool:
    try:
        return table.suggests_classes(column)
    except ValueError:  # said when the column is read
        return False


def _understood(table: Table, target: int, kind: str, inputs: list[int]) -> tuple[TableTask, Dataset]:
    """The task that was chosen, and its data.

    Raises:
        ValueError: naming row and column of what cannot be learnt, or learnt from.
    """
    if not inputs:
        raise ValueError("No column is left to learn from: choose one or more.")
    data = table_dataset(table, inputs, target, kind == CLASSES)
    classes = len(data.output_names) if data.is_classification else 0
    return TableTask(table.digest, tuple(sorted(inputs)), target, classes), data


def _summary(data: Dataset) -> str:
    inputs = f"{len(data.input_names)} input{'' if len(data.input_names) == 1 else 's'}"
    learnt = (
        f"{len(data.output_names)} classes ({enumerated(data.output_names)})"
        if data.is_classification
        else f"the numbers of {data.output_names[0]}"
    )
    return f"Understood: {len(data.inputs)} samples, {inputs}, each standardised to mean 0 and deviation 1; {learnt}."


def _use(task: TableTask, done: Callable[[], None]) -> None:
    state.change(task=task.name)
    done()


def missing_table(task: TableTask) -> None:
    """In place of a page whose table is not here."""

    def bring(file: GivenFile) -> str:
        if read_table(file.content).digest != task.digest:
            raise ValueError(
                f"{file.name} is another table: its cells are not those that this link belongs to. To use it, choose "
                "“Your own table” as the task."
            )
        return state.bring(file.content).digest

    learnt = f"its column {task.target + 1}, {f'{task.classes} classes' if task.classes else 'numbers'}"
    columns = f"{len(task.inputs)} column{'' if len(task.inputs) == 1 else 's'}"
    st.markdown("# Your own table")
    st.info(
        f"This link belongs to a table that is not here: {learnt}, learnt from {columns}. A table does not travel in a link, "
        "and leaves the server with the visit that brought it. Choose it again, or another task.",
        icon=":material/table:",
    )
    file_reader(key="own-table-missing", what="table", accept=_ACCEPT, paste=_PASTE, wanted=task.digest, on_file=bring)
