"""The claims page without a browser: every claim on every kind of network, and numbers that are the library's."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from permviz import components
from permviz.claims.table import CLAIMS, POST_URL, Claim, claim_evidence
from permviz.experiment.follow import follow_recipe
from tests.pages.app_page import AppPage

SMALL = {"task": "moons", "net": "3-2", "steps": "300", "samples": "60"}
FIGURES = {1, 3, 4, 5, 6, 7, 8, 9, 11}
"""Claims with a figure; 2, 10 and 12 are numbers."""


def opened(claim: int = 1, **query: str) -> AppPage:
    return AppPage.opened(SMALL | query | {"claims.claim": str(claim)}, page="claims")


def text(page: AppPage) -> str:
    return "\n".join(str(e.value) for kind in ("markdown", "caption", "info") for e in page.at.get(kind))


def test_the_post_is_named_and_linked_wherever_the_app_speaks_of_it() -> None:
    assert f"[NonConvexity of neural networks]({POST_URL})" in text(opened())
    assert f'url: "{POST_URL}"' in (Path(components.__file__).parent / "diagram" / "story.js").read_text()


@pytest.mark.parametrize("claim", CLAIMS, ids=lambda c: str(c.number))
def test_every_claim_shows_its_words_and_the_librarys_numbers(claim: Claim) -> None:
    page = opened(claim.number)
    experiment = page.experiment
    found = claim_evidence(claim.number, follow_recipe(experiment).network, experiment.recipe.dataset())
    shown = text(page)
    for words in (f"## {claim.number}. {claim.title}", claim.post, claim.precise, claim.source):
        assert words in shown
    assert f"{claim.verdict}]" in shown
    for number in found.numbers:
        assert f"**{number.text}**" in shown
    assert [figure["height"] > 100 for figure in page.figures()] == [True] * (claim.number in FIGURES)


@pytest.mark.parametrize(
    "query",
    [
        {"net": "1", "steps": "5"},
        {"task": "wave", "net": "2", "steps": "0"},
        {"task": "iris", "net": "2-1-2", "act": "relu", "steps": "20"},
        {"task": "blobs", "net": "2", "rate": "1", "steps": "200", "act": "linear"},
    ],
    ids=lambda query: query["net"] + query.get("act", ""),
)
def test_no_network_leaves_a_claim_without_an_answer(query: dict[str, str]) -> None:
    page = opened(1, **query)
    for claim in CLAIMS:
        page.at.radio(key="claims-claim").set_value(claim.number)
        page.run()
        assert not page.at.error
        assert any(f"{word}]" in text(page) for word in ("shown here", "not shown here", "says nothing here yet"))


def test_the_table_has_all_twelve_verdicts() -> None:
    (table,) = [str(e.value) for e in opened().at.markdown if "The post says" in str(e.value)]
    rows = table.splitlines()[2:]
    assert [(row.split("|")[1].strip(), row.split()[-2]) for row in rows] == [(str(c.number), c.verdict) for c in CLAIMS]


def test_the_buttons_lead_to_the_neighbours_and_stop_at_the_ends() -> None:
    page = opened(11)
    page.at.button(key="Next claim").click()
    page.run()
    assert page.at.query_params["claims.claim"] == "12"
    assert page.at.button(key="Next claim").disabled
    assert "## 12." in text(page)
    page.at.button(key="Previous claim").click()
    page.run()
    assert page.at.radio(key="claims-claim").value == 11
    assert opened(1).at.button(key="Previous claim").disabled


def test_only_the_chosen_claim_is_computed_and_once(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []

    def counted(claim: int, *rest: Any) -> Any:
        asked.append(claim)
        return claim_evidence(claim, *rest)

    monkeypatch.setattr("permviz.ui.views.claims.views.claim_evidence", counted)
    page = opened(4, seed="77")
    page.run()
    opened(4, seed="77")
    assert asked == [4]


def test_the_copy_on_the_screen_is_the_one_drawn_and_compared() -> None:
    page = opened(1, order="120.01")
    assert "nodes 1 (red) and 2 (green) of layer 1" in page.captions()[0]
    experiment = page.experiment
    network, data = follow_recipe(experiment).network, experiment.recipe.dataset()
    found = (claim_evidence(1, network, data, p).numbers for p in (experiment.permutation, None))
    mine, other = (next(n.text for n in numbers if n.name == "‖A − B‖") for numbers in found)
    assert mine != other
    assert f"**{mine}**" in text(page)
