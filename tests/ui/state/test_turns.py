"""Turns among those who want jobs done: fair whatever anybody asks for."""

from __future__ import annotations

from permviz.ui.state.turns import Turns


def served(turns: Turns[str], times: int) -> list[str | None]:
    """Who comes first, one turn after another."""
    order = []
    for _ in range(times):
        job = turns.take()
        order.append(job)
        if job is not None:
            turns.put_back(job)
    return order


def test_who_asks_for_much_gets_no_more_turns_than_who_asks_for_little() -> None:
    turns = Turns[str](most=2)
    for job in range(66):
        turns.want("greedy", f"g{job}")
    turns.want("modest", "m")
    order = served(turns, 10)
    assert order[1] == "m"
    assert order.count("m") == 5
    assert set(order) == {"g65", "m"}


def test_two_at_once_are_never_the_same() -> None:
    turns = Turns[str](most=2)
    for who in ("ann", "bob"):
        turns.want(who, "shared")
    assert turns.take() == "shared"
    assert turns.take() is None
    turns.put_back("shared")
    assert turns.take() == "shared"


def test_a_job_that_others_want_too_is_not_let_go() -> None:
    turns = Turns[str](most=1)
    turns.want("ann", "shared")
    turns.want("bob", "shared")
    assert turns.want("ann", "other") is None
    assert turns.is_wanted("shared")
    assert turns.let_go("bob", "shared") == "shared"
    assert not turns.is_wanted("shared")


def test_what_is_asked_for_again_is_kept_longest() -> None:
    turns = Turns[str](most=2)
    for job in ("first", "second", "first"):
        turns.want("ann", job)
    assert turns.want("ann", "third") == "second"


def test_what_is_done_is_done_for_everybody() -> None:
    turns = Turns[str](most=2)
    for who in ("ann", "bob"):
        turns.want(who, "shared")
    turns.end("shared")
    assert turns.take() is None
