"""Own things: seen by their own visit alone, bounded for each and for all, gone with their visit."""

from __future__ import annotations

import gc
import threading

import pytest

from permviz.ui.state.shelf import Shelf


class Visit:
    pass


def test_a_thing_is_seen_by_its_own_visit_alone() -> None:
    shelf, ann, bob = Shelf(), Visit(), Visit()
    shelf.put(ann, "t", "hers", 4)
    assert (shelf.get(ann, "t"), shelf.get(bob, "t"), shelf.get(ann, "u")) == ("hers", None, None)
    shelf.put(bob, "t", "his", 3)
    assert (shelf.get(ann, "t"), shelf.get(bob, "t"), shelf.bytes) == ("hers", "his", 7)


def test_a_thing_given_again_takes_its_own_place() -> None:
    shelf, ann = Shelf(most_each=10, most=10), Visit()
    for size in (6, 7, 5):
        shelf.put(ann, "t", size, size)
    assert (shelf.get(ann, "t"), shelf.bytes) == (5, 5)


def test_of_a_visit_the_least_recently_used_go_and_of_others_nothing() -> None:
    shelf, ann, bob = Shelf(most_each=10, most=100), Visit(), Visit()
    shelf.put(bob, "b", "b", 9)
    for name in ("1", "2"):
        shelf.put(ann, name, name, 5)
    assert shelf.get(ann, "1") == "1"
    shelf.put(ann, "3", "3", 5)
    assert [shelf.get(ann, name) for name in ("1", "2", "3")] == ["1", None, "3"]
    assert shelf.get(bob, "b") == "b"
    assert shelf.bytes == 19


def test_of_all_visits_the_least_recently_used_go() -> None:
    shelf, visits = Shelf(most_each=10, most=25), [Visit() for _ in range(3)]
    for visit in visits:
        shelf.put(visit, "t", "t", 10)
    assert [shelf.get(visit, "t") for visit in visits] == [None, "t", "t"]
    assert shelf.bytes == 20


def test_what_is_too_large_is_refused_and_displaces_nothing() -> None:
    shelf, ann = Shelf(most_each=10, most=25), Visit()
    shelf.put(ann, "t", "t", 10)
    with pytest.raises(ValueError, match="at most"):
        shelf.put(ann, "u", "u", 11)
    assert (shelf.get(ann, "t"), shelf.bytes) == ("t", 10)


def test_a_visits_things_go_with_it_and_another_at_its_place_has_none() -> None:
    shelf, staying = Shelf(), Visit()
    shelf.put(staying, "t", "stays", 5)
    for _ in range(100):  # CPython puts the next visit where the last one was
        leaving = Visit()
        assert shelf.get(leaving, "t") is None
        shelf.put(leaving, "t", "goes", 4)
        del leaving
        gc.collect(0)
    assert (shelf.bytes, shelf.get(staying, "t")) == (5, "stays")


def test_many_threads_leave_it_consistent() -> None:
    shelf = Shelf(most_each=50, most=200)

    def visit(n: int) -> None:
        owner = Visit()
        for i in range(200):
            shelf.put(owner, str(i % 7), i, (i * n) % 50)
            shelf.get(owner, str(i % 5))
            assert shelf.bytes <= 200

    threads = [threading.Thread(target=visit, args=(n,)) for n in range(1, 9)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    gc.collect()
    assert shelf.bytes == 0
