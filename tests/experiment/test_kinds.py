"""Kinds of settings: what is accepted, as what it is kept, and why the rest is not."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from permviz.experiment.kinds import Choice, Kind, Numbers, Orders, Real, Switch, Text, Whole

WIDTHS = Numbers(Whole(1, 16), fewest=1, most=4, separator="-", cut=True)
PAIR = Numbers(Whole(0, 15), fewest=2, most=2)


@pytest.mark.parametrize(
    ("kind", "given", "kept"),
    [
        (Whole(0, 9), np.int64(3), 3),
        (Real(0, 2), 1, 1.0),
        (Real(0, 2), np.float64(0.5), 0.5),
        (Real(-1, 1), -0.0, 0.0),
        (Switch(), False, False),
        (Choice(("a", "b")), "b", "b"),
        (WIDTHS, [4, np.int64(3)], (4, 3)),
        (Orders(), [[1, 0], [0]], ((1, 0), (0,))),
        (Text(3), "abc", "abc"),
    ],
)
def test_what_is_accepted_is_kept_as_plain_values(kind: Kind, given: Any, kept: Any) -> None:
    found = kind.accept(given)
    assert repr(found) == repr(kept)
    assert kind.read(kind.write(found)) == found


@pytest.mark.parametrize(
    ("kind", "given", "reason"),
    [
        (Whole(2, 9), 1, "expected a whole number from 2 to 9"),
        (Whole(2, 9), 10, "expected a whole number from 2 to 9"),
        (Whole(0, 9), True, "expected a whole number from 0 to 9"),
        (Whole(0, 9), 3.0, "expected a whole number from 0 to 9"),
        (Whole(0, 9), "3", "expected a whole number from 0 to 9"),
        (Whole(0, 9), np.arange(2), "expected a whole number from 0 to 9"),
        (Real(1e-5, 1), 0.0, "expected a number from 1e-05 to 1"),
        (Real(0, 1), 2, "expected a number from 0 to 1"),
        (Real(0, 1), False, "expected a number from 0 to 1"),
        (Real(0, 1), "0.5", "expected a number from 0 to 1"),
        (Real(0, 1), None, "expected a number from 0 to 1"),
        (Real(0, 1), float("nan"), "expected a finite number"),
        (Real(0, 1), float("inf"), "expected a finite number"),
        (Switch(), 1, "expected True or False"),
        (Choice(("a", "b", "c")), "d", "expected 'a', 'b' or 'c'"),
        (Choice(("a", "b")), [], "expected 'a' or 'b'"),
        (Choice({"a": 1, "b": 2}, "letter"), "c", "unknown letter: choose one of a, b"),
        (WIDTHS, (), "expected at least 1 number, and none given"),
        (WIDTHS, (1,) * 5, "expected at most 4 numbers, and 5 given"),
        (WIDTHS, (4, 17), "expected whole numbers from 1 to 16"),
        (WIDTHS, 4, "expected several whole numbers"),
        (WIDTHS, "4-3", "expected several whole numbers"),
        (PAIR, (1,), "expected at least 2 numbers, and 1 given"),
        (PAIR, (1, 2, 3), "expected at most 2 numbers, and 3 given"),
        (Orders(), 3, "expected an order of nodes for each hidden layer, such as ((1, 0, 2), (0, 1))"),
        (Orders(), (1, 0), "expected an order of nodes for each hidden layer, such as ((1, 0, 2), (0, 1))"),
        (Orders(), ((16, 0),), "expected an order of nodes for each hidden layer, such as ((1, 0, 2), (0, 1))"),
        (Text(3), "abcd", "it is longer than 3 characters"),
        (Text(3), b"abc", "expected a text"),
    ],
)
def test_what_is_not_accepted_is_told_why(kind: Kind, given: Any, reason: str) -> None:
    with pytest.raises(ValueError) as refused:
        kind.accept(given)
    assert str(refused.value) == reason


@pytest.mark.parametrize(
    ("kind", "text"),
    [(Whole(0, 9), "1e3"), (Real(0, 9), "0,3"), (Switch(), "true"), (WIDTHS, "4-"), (PAIR, "0-1"), (Orders(), "012.0g1")],
)
def test_what_cannot_be_read_is_refused(kind: Kind, text: str) -> None:
    with pytest.raises(ValueError):
        kind.read(text)


@pytest.mark.parametrize(
    ("kind", "read", "nearest"),
    [
        (Whole(2, 9), -4, 2),
        (Whole(2, 9), 10, 9),
        (Real(0, 2), -0.1, 0.0),
        (Real(0, 2), 1e300, 2.0),
        (WIDTHS, (0, 99, 3, 4, 5, 6), (1, 16, 3, 4)),
        (PAIR, (99, 3), (15, 3)),
        (PAIR, (99, 3, 4), (15, 3, 4)),
        (Choice(("a", "b")), "c", "c"),
    ],
)
def test_what_is_out_of_range_moves_to_the_nearest(kind: Kind, read: Any, nearest: Any) -> None:
    assert repr(kind.nearest(read)) == repr(nearest)
