"""A run that shows what an earlier one showed computes nothing: no page, no view, with the largest settings that there are."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

import pytest
import streamlit as st

from permviz.claims.table import CLAIMS, Claim
from permviz.ui.views.align.views import VIEWS as ALIGN
from permviz.ui.views.average.views import VIEWS as AVERAGE
from permviz.ui.views.count.views import VIEWS as COUNT
from permviz.ui.views.rastrigin.views import PICTURES
from permviz.ui.views.rastrigin.views import VIEWS as RASTRIGIN
from permviz.ui.views.slices.views import VIEWS as SLICES
from tests.pages.app_page import AppPage
from tests.waiting import until

LARGE = {"task": "digits", "samples": "2000", "net": "16-16-16-16", "steps": "0"}
STOREYS = ("networks", "symmetry", "derivatives", "training", "landscape", "rastrigin", "claims", "figures")

MOST_CALLS = 2500
"""Of functions of the core, in a run that computes nothing: about two milliseconds of reading what is there, and of words."""

HEAVY = {
    ("permviz/figures/picture.py", "json"): "a figure was written anew",
    ("permviz/derivatives/passes.py", "propagate"): "derivatives were computed anew",
    ("permviz/landscape/affine.py", "affine_losses"): "a slice was computed anew",
    ("permviz/training/train.py", "train"): "a network was trained or judged anew",
}

VIEWS = [
    ("swap", {}),
    *(("slices", {"slices.show": name, "slices.surface": "1", "slices.swap": "1_0_1"}) for name in SLICES),
    *(("average", {"average.show": name, "average.search": "1"}) for name in AVERAGE),
    ("average", {"net": "3-3", "average.show": "activations", "average.weights": "trained"}),
    *(("count", {"count.show": name, "count.width": "64", "count.kinds": "64"}) for name in COUNT),
    *(("rastrigin", {"rastrigin.show": name}) for name in RASTRIGIN),
    *(("rastrigin", {"rastrigin.show": "function", "rastrigin.picture": name}) for name in PICTURES),
    ("rastrigin", {"rastrigin.show": "neurons", "rastrigin.neurons": "4"}),
    ("rastrigin", {"rastrigin.show": "neurons", "rastrigin.solid": "1"}),
    *(("align", {"align.show": name, "align.matched": "1", "align.compare": "1", "align.pairs": "2"}) for name in ALIGN),
    *(("claims", {"claims.claim": str(claim.number)}) for claim in CLAIMS),
]  # fmt: skip


@contextmanager
def calls_counted() -> Iterator[Counter[tuple[str, str]]]:
    """Calls of the core's functions by file and name, in every thread that begins meanwhile."""
    counts: Counter[tuple[str, str]] = Counter()

    def note(frame: FrameType, event: str, _arg: object) -> None:
        if event == "call":
            _, found, place = frame.f_code.co_filename.rpartition("/permviz/")
            if found and place.startswith(STOREYS):
                counts["permviz/" + place, frame.f_code.co_name] += 1

    threading.setprofile(note)
    try:
        yield counts
    finally:
        threading.setprofile(None)  # type: ignore[arg-type]


def computed(counts: Counter[tuple[str, str]]) -> list[str]:
    """What a run computed, in words."""
    words = [told for function, told in HEAVY.items() if counts[function]]
    total = counts.total()
    return [*words, f"{total} calls: {counts.most_common(3)}"] if words or total > MOST_CALLS else []


@pytest.mark.parametrize(
    ("page", "settings"), VIEWS, ids=lambda part: part if isinstance(part, str) else "-".join(part.values())
)
def test_what_was_shown_is_shown_again_without_computing(page: str, settings: dict[str, str]) -> None:
    shown = AppPage.opened(LARGE | settings, page=page)
    until(lambda: not shown.run().at.get("progress"), "the trainings that the view asks for")
    with calls_counted() as counts:
        shown.run()
    assert counts, "nothing was counted: the run is not seen"
    assert computed(counts) == []


@pytest.mark.parametrize("claim", CLAIMS, ids=lambda claim: str(claim.number))
def test_evidence_is_computed_anew_at_another_order_where_it_is_of_the_order(claim: Claim) -> None:
    link = {"samples": "60", "steps": "0", "net": "3-3", "seed": "78", "claims.claim": str(claim.number)}
    AppPage.opened(link, page="claims")
    with calls_counted() as counts:
        AppPage.opened(link | {"order": "102.012"}, page="claims")
    called = {name for (place, name), number in counts.items() if place.startswith("permviz/claims/") and number}
    assert counts
    assert (claim.compute.__name__ in called) == claim.of_order


def test_computing_is_seen() -> None:
    st.cache_resource.clear()  # with its threads, which began before they could be seen
    with calls_counted() as counts:
        AppPage.opened({"samples": "60", "steps": "3", "net": "3-3", "seed": "77"}, page="slices")
    assert set(HEAVY.values()) < set(computed(counts))
