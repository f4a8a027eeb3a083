"""An :class:`~permviz.experiment.experiment.Experiment` as the query of a URL, and back: the address bar is the save file.

Every part of the recipe is written out, so that a link means the same when defaults change; settings of pages only where they
differ from the default, as ``page.setting``. Reading never fails: what is out of range moves to the nearest valid value, what
cannot be read or does not fit the network is left at its default, and each such repair is told in a sentence.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from permviz.experiment.experiment import PAGES, Experiment, fitted
from permviz.experiment.recipe import Recipe
from permviz.experiment.settings import Setting, SettingError, Table, settings_of
from permviz.networks.checks import checked

VERSION = 1
LONGEST_VALUE = 2000


@checked
def to_query(experiment: Experiment) -> dict[str, str]:
    """The experiment as URL parameters, below 2.5 kB in all.

    >>> to_query(Experiment(Recipe(hidden=(3,)), order=((2, 0, 1),)))["order"]
    '201'
    """
    query = {"v": str(VERSION)} | experiment.recipe.written(every=True) | experiment.written()
    for page in PAGES:
        query |= getattr(experiment, page).written(f"{page}.")
    return query


@checked
def from_query(query: Mapping[str, str]) -> tuple[Experiment, tuple[str, ...]]:
    """The nearest valid experiment to URL parameters, and a sentence for each thing repaired or ignored.

    >>> experiment, notes = from_query({"net": "4-99", "seed": "soon"})
    >>> experiment.recipe.hidden, notes
    ((4, 16), ('net=“4-99” is out of range; 4-16 is used.', 'seed=“soon” was ignored: it cannot be read.'))
    """
    notes: list[str] = []
    if query.get("v", str(VERSION)) != str(VERSION):
        notes.append(f"The link is of version {_short(query['v'])}; it is read as version {VERSION}.")
    recipe = read_settings(Recipe(), "", query, notes)
    notes_on_pages: list[str] = []
    pages = {page: read_settings(table(), f"{page}.", query, notes_on_pages) for page, table in PAGES.items()}
    own = read_settings(Experiment(recipe), "", query, notes)  # first, as another order would move the place on the walk
    experiment, misfits = fitted(own.changed(**pages))
    notes += notes_on_pages
    for key, reason in misfits.items():
        notes = [note for note in notes if not note.startswith(f"{key}=")]  # a value that was moved, and still does not fit
        notes.append(f"{key}={_short(query[key])} was ignored: {reason}.")
    unknown = sorted(set(query) - _names())
    if unknown:
        notes.append(f"Unknown in the link, and ignored: {', '.join(_short(key) for key in unknown[:5])}.")
    return experiment, tuple(notes)


@cache
def _names() -> frozenset[str]:
    """All that a link may say."""
    own = {setting.link for table in (Recipe, Experiment) for setting in settings_of(table)}
    pages = {f"{page}.{setting.link}" for page, table in PAGES.items() for setting in settings_of(table)}
    return frozenset({"v"} | own | pages)


def read_settings(table: Table, prefix: str, query: Mapping[str, str], notes: list[str]) -> Table:
    """The table with what the link says of it; what is to be told joins ``notes``."""
    for setting in settings_of(type(table)):
        key = prefix + setting.link
        if key in query:
            table, told = _set(table, setting, query[key])
            notes += [f"{key}{part}" for part in told]
    return table


def _set(table: Table, setting: Setting, text: str) -> tuple[Table, list[str]]:
    """The table with one setting as ``text`` says, or as near as can be, and what is then to be told."""
    if len(text) > LONGEST_VALUE:
        return table, [f" was ignored: it is {len(text)} characters long."]
    kind = setting.kind
    try:
        value = kind.read(text)
    except (ValueError, OverflowError):
        return table, [f"={_short(text)} was ignored: it cannot be read."]
    try:
        return table.changed(**{setting.name: value}), []
    except SettingError as error:
        reason = error.reason
    try:
        nearest = kind.nearest(value)
        return table.changed(**{setting.name: nearest}), [f"={_short(text)} is out of range; {kind.write(nearest)} is used."]
    except SettingError:
        return table, [f"={_short(text)} was ignored: {reason}."]


def _short(text: str) -> str:
    shown = "".join(c if c.isprintable() else "?" for c in text[:40])
    return f"“{shown}…”" if len(text) > 40 else f"“{shown}”"
