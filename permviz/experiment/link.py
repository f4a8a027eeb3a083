"""An :class:`~permviz.experiment.experiment.Experiment` as the query of a URL, and back: the address bar is the save file.

Every part of the recipe is written out, so that a link means the same when defaults change; settings of pages only where they
differ from the default, as ``page.setting``. Reading never fails: what is out of range moves to the nearest valid value, what
cannot be read or does not fit the network is left at its default, and each such repair is told in a sentence.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from pydantic import BaseModel, ValidationError

from permviz.experiment.experiment import MOST_LAYERS, VERSION, Experiment
from permviz.experiment.page_settings import fitted
from permviz.networks.datasets import TASKS

LONGEST_VALUE = 2000

_NAMES = {
    "task": "task",
    "samples": "samples",
    "noise": "noise",
    "draw": "draw",
    "net": "hidden",
    "act": "activation",
    "seed": "seed",
    "steps": "steps",
    "rate": "rate",
    "finish": "finish",
    "order": "order",
    "theta": "theta",
}
"""URL key -> field."""

_PAGES = ("slices", "average", "count", "rastrigin", "claims")


def _separator(field: str) -> str:
    return "-" if field == "hidden" else "_"  # as people write widths; elsewhere numbers may be negative


def _write(field: str, value: Any) -> str:
    if field == "order":
        return ".".join("".join(f"{node:x}" for node in order) for order in value)
    if isinstance(value, bool):
        return str(int(value))
    if isinstance(value, tuple):
        return _separator(field).join(map(str, value))
    return repr(value) if isinstance(value, float) else str(value)


def _read(field: str, default: Any, text: str) -> Any:
    if field == "order":
        return tuple(tuple(int(digit, 16) for digit in layer) for layer in text.split("."))
    if isinstance(default, bool):
        return {"0": False, "1": True}[text]
    if isinstance(default, tuple):
        return tuple(int(part) for part in text.split(_separator(field))) if text else ()
    return type(default)(text)


def to_query(experiment: Experiment) -> dict[str, str]:
    """The experiment as URL parameters, below 2 kB in all.

    >>> to_query(Experiment(hidden=(3,), order=((2, 0, 1),)))["order"]
    '201'
    """
    query = {"v": str(VERSION)}
    for key, field in _NAMES.items():
        value = getattr(experiment, field)
        if value != () and value != "":
            query[key] = _write(field, value)
    for page in _PAGES:
        view = getattr(experiment, page)
        for field, info in type(view).model_fields.items():
            if getattr(view, field) != info.default:
                query[f"{page}.{field}"] = _write(field, getattr(view, field))
    return query


def _short(text: str) -> str:
    shown = "".join(c if c.isprintable() else "?" for c in text[:40])
    return f"“{shown}…”" if len(text) > 40 else f"“{shown}”"


def _reason(error: Exception) -> str:
    """Why a value is not taken, as the end of a sentence."""
    if not isinstance(error, ValidationError):
        return "it cannot be read"
    problem = error.errors()[0]
    kind, told = problem["type"], problem.get("ctx", {})
    if kind in ("too_short", "too_long"):
        least, number = kind == "too_short", told["min_length" if kind == "too_short" else "max_length"]
        given = told["actual_length"] or "none"
        return f"expected at {'least' if least else 'most'} {number} number{'s' if number > 1 else ''}, and {given} given"
    if kind == "string_too_long":
        return f"it is longer than {told['max_length']} characters"
    if kind == "value_error":
        return str(told["error"]).rstrip(".")
    return {"finite_number": "expected a finite number", "literal_error": f"expected {told.get('expected')}"}.get(
        kind, "it is out of range"
    )


def _clamped(value: Any, error: ValidationError) -> Any:
    """``value`` moved to the nearest bound that ``error`` names, or ``None`` if it names none."""
    for problem in error.errors():
        if problem["type"] == "too_short" and value:
            continue  # only because the items out of range are not counted
        bounds = problem.get("ctx", {})
        bound = next((bounds[name] for name in ("ge", "le", "lt") if name in bounds), None)
        where = problem["loc"][1:] if problem["loc"] and isinstance(problem["loc"][0], str) else problem["loc"]
        if bound is None or (isinstance(value, tuple) and not where):
            return None
        bound = bound - 1 if "lt" in bounds else bound
        value = tuple(bound if i == where[0] else v for i, v in enumerate(value)) if where else bound
    return value


def _field(build: Callable[[Any], BaseModel], key: str, field: str, default: Any, text: str, notes: list[str]) -> Any:
    """The value of one field, repaired if need be; ``build`` validates it within the experiment read so far."""
    value: Any = None
    try:
        value = _read(field, default, text)
        build(value)
        return value
    except ValidationError as error:
        nearest = _clamped(value, error)
        if field == "hidden" and nearest is None and isinstance(value, tuple) and len(value) > MOST_LAYERS:
            nearest = value[:MOST_LAYERS]
        if nearest is not None:
            try:
                build(nearest)
            except ValidationError:
                pass
            else:
                notes.append(f"{key}={_short(text)} is out of range; {_write(field, nearest)} is used.")
                return nearest
        notes.append(f"{key}={_short(text)} was ignored: {_reason(error)}.")
    except (ValueError, KeyError, OverflowError, TypeError) as error:
        notes.append(f"{key}={_short(text)} was ignored: {_reason(error)}.")
    return default


def _read_view(page: str, query: Mapping[str, str], experiment: Experiment, notes: list[str]) -> Experiment:
    view: BaseModel = getattr(experiment, page)
    model = type(view)
    for field, info in model.model_fields.items():
        key = f"{page}.{field}"
        if key in query:
            current = view.model_dump()

            def build(value: Any, field: str = field, current: dict[str, Any] = current) -> BaseModel:
                return model.model_validate(current | {field: value})

            value = _field(build, key, field, info.default, query[key], notes)
            view = model.model_validate(current | {field: value})
    return experiment.changed(**{page: view})


def from_query(query: Mapping[str, str]) -> tuple[Experiment, tuple[str, ...]]:
    """The nearest valid experiment to URL parameters, and a sentence for each thing repaired or ignored.

    >>> experiment, notes = from_query({"net": "4-99", "seed": "soon"})
    >>> experiment.hidden, notes
    ((4, 16), ('net=“4-99” is out of range; 4-16 is used.', 'seed=“soon” was ignored: it cannot be read.'))
    """
    notes: list[str] = []
    experiment = Experiment()
    if query.get("v", str(VERSION)) != str(VERSION):
        notes.append(f"The link is of version {_short(query['v'])}; it is read as version {VERSION}.")
    for key, field in _NAMES.items():
        text = query.get(key)
        if text is None:
            continue
        if len(text) > LONGEST_VALUE:
            notes.append(f"{key} was ignored: it is {len(text)} characters long.")
            continue
        so_far = experiment

        def build(value: Any, field: str = field, so_far: Experiment = so_far) -> BaseModel:
            return so_far.changed(**{field: value})

        value = _field(build, key, field, getattr(experiment, field), text, notes)
        if value != getattr(experiment, field):
            experiment = experiment.changed(**{field: value})
    if "noise" not in query:
        experiment = experiment.changed(noise=TASKS[experiment.task].default_noise, theta=experiment.theta)
    for page in _PAGES:
        experiment = _read_view(page, query, experiment, notes)
    experiment, misfits = fitted(experiment)
    for key, reason in misfits.items():
        notes = [note for note in notes if not note.startswith(f"{key}=")]  # a value that was moved, and still does not fit
        notes.append(f"{key}={_short(query[key])} was ignored: {reason}.")
    known = {"v", *_NAMES, *(f"{page}.{field}" for page in _PAGES for field in type(getattr(experiment, page)).model_fields)}
    unknown = sorted(set(query) - known)
    if unknown:
        notes.append(f"Unknown in the link, and ignored: {', '.join(_short(key) for key in unknown[:5])}.")
    return experiment, tuple(notes)
