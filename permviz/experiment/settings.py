"""Tables of settings: a frozen dataclass is a table, each of its fields a row.

A row's annotation says all that is to be known of a setting: its kind (:mod:`.kinds`: range, how it is written, where it is
moved to), its name in a link and for people where these are not the field's own, and what it must fit. A ``bool`` and a
``Literal`` are their own kind. :mod:`.recipe` and :mod:`.views` are the tables, :mod:`.link` their reader; to add a setting is
to add a row.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import MISSING, Field, dataclass, fields, replace
from functools import cache
from typing import Annotated, Any, Literal, TypeVar, get_args, get_origin, get_type_hints

from permviz.experiment.kinds import Choice, Kind, Switch

Table = TypeVar("Table", bound="Settings")


@dataclass(frozen=True)
class Named:
    """A setting's name in a link, and for people, where these are not the field's own.

    ``settled``: its default is what links mean that were written before it was there. It never changes, and is never written.
    """

    link: str = ""
    label: str = ""
    settled: bool = False


@dataclass(frozen=True)
class Fits:
    """What a setting must fit: ``misfit(table, spec)`` says why it does not, as the end of a sentence, or nothing.

    ``spec`` is the network's; other settings of the same table may matter too, such as the layer in which nodes are counted.
    """

    misfit: Callable[[Any, Any], str]


@dataclass(frozen=True)
class Setting:
    """A row, as it was read from a field: see the module."""

    name: str
    link: str
    label: str
    kind: Kind
    default: Any
    misfit: Callable[[Any, Any], str] | None
    settled: bool = False


class SettingError(ValueError):
    """A setting that is not accepted: what was given, and ``reason``, the end of that sentence."""

    def __init__(self, given: str, reason: str) -> None:
        super().__init__(given, reason)
        self.reason = reason

    def __str__(self) -> str:
        return f"{self.args[0]} given: {self.reason}."


@dataclass(frozen=True)
class Settings:
    """A table of settings, validated when it is made: a row is a field.

    Raises:
        SettingError: a ``ValueError`` that says which setting was given what, and what is expected.

    >>> @dataclass(frozen=True)
    ... class Lamp(Settings):
    ...     on: bool = False
    ...     colour: Annotated[Literal["red", "green"], Named(link="c")] = "red"
    >>> Lamp().changed(colour="green").written()
    {'c': 'green'}
    >>> Lamp(colour="blue")
    Traceback (most recent call last):
        ...
    permviz.experiment.settings.SettingError: Colour 'blue' given: expected 'red' or 'green'.
    """

    def __post_init__(self) -> None:
        for setting in settings_of(type(self)):
            value = getattr(self, setting.name)
            try:
                kept = setting.kind.accept(value)
            except ValueError as error:
                raise self.refusal(setting, str(error)) from None
            if kept is not value:
                object.__setattr__(self, setting.name, kept)

    def __reduce__(self) -> tuple[Any, ...]:
        # What is cached stays at home, and what another process sends is validated as anything else.
        return type(self), tuple(getattr(self, field.name) for field in fields(self))

    def refusal(self, setting: Setting, reason: str) -> SettingError:
        """The error that says that a setting is not accepted."""
        given = repr(getattr(self, setting.name))
        return SettingError(f"{setting.label} {given if len(given) <= 60 else given[:59] + '…'}", reason)

    def changed(self: Table, **changes: Any) -> Table:
        """A validated copy; itself if nothing is to change.

        Raises:
            SettingError: for a value out of range, or an unknown name.
        """
        if not changes:
            return self
        known = [field.name for field in fields(self)]
        for name in changes:
            if name not in known:
                raise SettingError(f"A setting {name!r:.60}", f"choose one of {', '.join(known)}")
        return replace(self, **changes)

    def written(self, prefix: str = "", every: bool = False) -> dict[str, str]:
        """Settings by their names in a link, after ``prefix``: those that are not at their default, or ``every`` one but
        settled defaults (:class:`Named`)."""
        return {
            prefix + setting.link: setting.kind.write(value)
            for setting in settings_of(type(self))
            if (value := getattr(self, setting.name)) != setting.default or (every and not setting.settled)
        }


def settings_of(table: type[Settings]) -> tuple[Setting, ...]:
    """The rows of a table, apart from its parts."""
    return _rows(table)  # type: ignore[arg-type]  # mypy does not find that classes are hashable


@cache
def _rows(table: type[Settings]) -> tuple[Setting, ...]:
    hints = get_type_hints(table, include_extras=True)
    parts = parts_of(table)
    return tuple(_setting(field, hints[field.name]) for field in fields(table) if field.name not in parts)


def parts_of(table: type[Settings]) -> dict[str, type[Settings]]:
    """The fields of a table that are tables themselves."""
    hints = get_type_hints(table)
    return {name: hint for name, hint in hints.items() if isinstance(hint, type) and issubclass(hint, Settings)}


def _setting(field: Field[Any], hint: Any) -> Setting:
    base, *said = get_args(hint) if get_origin(hint) is Annotated else (hint,)
    if base is bool:
        said.append(Switch())
    elif get_origin(base) is Literal:
        said.append(Choice(get_args(base)))
    kind = next((part for part in said if isinstance(part, Kind)), None)
    if kind is None or field.default is MISSING:
        raise TypeError(f"The setting {field.name} has no kind, or no default.")
    named = next((part for part in said if isinstance(part, Named)), Named())
    misfit = next((part.misfit for part in said if isinstance(part, Fits)), None)
    link, label = named.link or field.name, named.label or field.name.capitalize()
    return Setting(field.name, link, label, kind, field.default, misfit, named.settled)
