"""Tables of settings: each row is written and read back, moved into its range, and told of where it does not fit."""

from __future__ import annotations

import pickle
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Any

import pytest

from permviz.experiment.experiment import PAGES, Experiment
from permviz.experiment.kinds import Choice, Kind, Numbers, Orders, Real, Switch, Text, Whole, Words
from permviz.experiment.link import from_query, read_settings
from permviz.experiment.recipe import Recipe
from permviz.experiment.settings import Named, Setting, SettingError, Settings, settings_of

TABLES: dict[str, type[Settings]] = {"": Recipe, **{f"{page}.": table for page, table in PAGES.items()}}
SCREEN = [setting for setting in settings_of(Experiment) if setting.name in ("hide", "view", "present")]
OF_PAGES = [(prefix, table, setting) for prefix, table in TABLES.items() for setting in settings_of(table)]
ROWS = [*(("", Experiment, setting) for setting in SCREEN), *OF_PAGES]


def examples(kind: Kind) -> list[Any]:
    """Values of a kind: both ends of its range, and something between."""
    match kind:
        case Whole(least, most):
            return [least, most, (least + most) // 2]
        case Real(least, most):
            return [float(least), float(most), least + (most - least) / 3]
        case Switch():
            return [False, True]
        case Text():
            return ["", "a text"]
        case Choice(options):
            return list(options)
        case Words(options):
            return [(), options, options[1:3]]
        case Orders():
            return [(), ((1, 2, 0),), ((1, 0), tuple(range(15, -1, -1)))]
        case Numbers(each, fewest, most):
            lengths = {fewest, max(fewest, 1), min(most, 20)}
            return [(each.least, *(each.most,) * 20)[:length] for length in lengths]
    raise AssertionError(f"No examples of {kind}.")


def beyond(kind: Kind) -> Iterator[tuple[str, Any]]:
    """What people write below and above a range, and where it moves to."""
    match kind:
        case Whole(least, most):
            yield from ((str(least - 1), least), (str(most + 1), most), ("9" * 30, most))
        case Real(least, most):
            yield from ((repr(least - 1.0), least), (repr(most + 0.1), most), ("1e300", most))
        case Words(options):
            yield f"{options[1]},nothing {options[0]}", options[:2]
        case Numbers(each, fewest, most):
            fill = [str(each.least)] * (max(fewest, 1) - 1)
            for number, moved in ((each.least - 1, each.least), (each.most + 1, each.most)):
                yield kind.separator.join([*fill, str(number)]), (*(each.least,) * len(fill), moved)


def faults(table: type[Settings], setting: Setting) -> list[str]:
    """What is wrong with how a row is written, read and moved."""
    found = []
    for value in examples(setting.kind):
        written = table().changed(**{setting.name: value}).written(every=True)
        if setting.settled and value == setting.default:
            assert setting.link not in written
            continue
        text = written[setting.link]
        notes: list[str] = []
        back = getattr(read_settings(table(), "", {setting.link: text}, notes), setting.name)
        if repr(back) != repr(value) or notes:
            found.append(f"{value!r}, written {text!r}, comes back as {back!r}: {notes}")
    for text, moved in beyond(setting.kind):
        notes = []
        back = getattr(read_settings(table(), "", {setting.link: text}, notes), setting.name)
        if back != moved or len(notes) != 1 or not notes[0].startswith(f"{setting.link}=") or "out of range" not in notes[0]:
            found.append(f"{text!r} moves to {back!r}: {notes}")
    return found


@pytest.mark.parametrize(("prefix", "table", "setting"), ROWS, ids=[prefix + setting.link for prefix, _, setting in ROWS])
def test_each_setting_is_written_and_read_back_and_moved_into_its_range(
    prefix: str, table: type[Settings], setting: Setting
) -> None:
    assert faults(table, setting) == []
    assert setting.default in [*examples(setting.kind), setting.kind.accept(setting.default)]


class _WrongWriter(Whole):
    def write(self, value: int) -> str:
        return str(value + 1)


class _WrongReader(Real):
    def read(self, text: str) -> float:
        return round(float(text), 3)


class _WrongEnd(Whole):
    def nearest(self, value: int) -> int:
        return min(max(value, self.least), self.most - 1)


@dataclass(frozen=True)
class _Wrong(Settings):
    writer: Annotated[int, _WrongWriter(0, 9)] = 3
    reader: Annotated[float, _WrongReader(0, 1)] = 0.5
    end: Annotated[int, _WrongEnd(0, 9)] = 3


@pytest.mark.parametrize("setting", settings_of(_Wrong), ids=lambda setting: setting.name)
def test_a_row_that_is_written_read_or_moved_wrongly_is_found(setting: Setting) -> None:
    """Negative control."""
    assert faults(_Wrong, setting)


FITTING = [(prefix, setting) for prefix, _, setting in ROWS if setting.misfit is not None]


def _most(kind: Kind) -> Any:
    """A value that only a large network has room for."""
    match kind:
        case Orders():
            return (tuple(range(16)),)
        case Numbers(each, fewest, most):
            return (each.most,) * max(fewest, 3 if most > 2 else 2)
        case Whole(_, most):
            return most
        case Text():
            return "AAAA"
    raise AssertionError(f"No large value of {kind}.")


@pytest.mark.parametrize(("prefix", "setting"), FITTING, ids=[prefix + setting.link for prefix, setting in FITTING])
def test_a_setting_that_does_not_fit_the_smallest_network_is_told(prefix: str, setting: Setting) -> None:
    kind, key, page = setting.kind, prefix + setting.link, prefix.rstrip(".")
    most = _most(kind)
    experiment, notes = from_query({"net": "1", key: kind.write(most)})
    assert getattr(getattr(experiment, page), setting.name) == setting.default
    assert len(notes) == 1
    assert notes[0].startswith(f"{key}=“{kind.write(most)}” was ignored: ")


def test_every_setting_that_names_a_layer_or_nodes_says_what_it_must_fit() -> None:
    fitting = {"layer", "nodes", "swap", "order", "theta"}
    named = {prefix + setting.name for prefix, _, setting in ROWS if {setting.name} <= fitting}
    assert {prefix + setting.name for prefix, setting in FITTING} == named
    assert len(named) == 9


def test_no_two_settings_have_one_name() -> None:
    names = [prefix + setting.link for prefix, _, setting in OF_PAGES] + [setting.link for setting in settings_of(Experiment)]
    assert len(names) == len(set(names))
    assert "v" not in names


def test_a_refusal_names_the_setting_as_people_know_it() -> None:
    with pytest.raises(SettingError, match=r"^Hidden layers \(0, 4\) given: expected whole numbers from 1 to 16\.$") as refused:
        Recipe(hidden=(0, 4))
    assert refused.value.reason == "expected whole numbers from 1 to 16"
    again = pickle.loads(pickle.dumps(refused.value))
    assert (str(again), again.reason) == (str(refused.value), refused.value.reason)
    with pytest.raises(SettingError, match="A setting 'colour' given: choose one of show, swap, "):
        PAGES["slices"]().changed(colour="red")


def test_only_what_differs_from_the_default_is_written() -> None:
    table = PAGES["slices"]
    assert table().written() == {}
    assert table().changed(log=True, span=0.5).written("slices.") == {"slices.log": "1", "slices.span": "0.5"}
    assert len(table().written(every=True)) == len(settings_of(table))


def test_a_row_without_a_kind_or_a_default_is_no_row() -> None:
    @dataclass(frozen=True)
    class WithoutKind(Settings):
        number: int = 3

    @dataclass(frozen=True)
    class WithoutDefault(Settings):
        number: Annotated[int, Whole(0, 9), Named("n")]

    with pytest.raises(TypeError, match="number has no kind"):
        WithoutKind()
    with pytest.raises(TypeError, match="or no default"):
        WithoutDefault(3)
