"""The Count page without a browser: its integers are exact, and making nodes equal lowers them."""

import json
import math

import pytest

import permviz as pv
from permviz.ui.views.count.views import VIEWS
from tests import oracles
from tests.pages.app_page import AppPage, metrics

SMALL = {"task": "moons", "net": "4", "steps": "100", "samples": "60"}


def opened(**query):
    return AppPage.opened(SMALL | {key.replace("_", "."): value for key, value in query.items()}, page="count")


def text(page):
    return " ".join(str(e.value) for kind in ("markdown", "caption") for e in page.at.get(kind))


def test_making_two_nodes_equal_halves_the_count():
    page = opened()
    assert metrics(page)["Different points"] == "24"
    assert metrics(page)["Different copies"] == "24 → 12"
    page.at.button(key="count-equal").click()
    page.run()
    assert metrics(page)["Different points"] == "12"
    assert metrics(page)["That move nothing"] == "2"
    assert "Nodes **1, 2** of layer 1 are equal" in text(page)
    network = page.experiment.carried_network()
    assert oracles.orbit_size(network) == 12
    link = {key: value[0] if isinstance(value, list) else value for key, value in page.at.query_params.items()}
    assert metrics(AppPage.opened(link, page="count"))["Different points"] == "12"  # the link carries the network as it is now


def test_the_headline_counts_permuted_copies_and_groups_large_numbers():
    assert "## 24 permuted copies, one function" in text(opened())
    assert "## 40\u202f320 permuted copies, one function" in text(opened(net="8"))
    page = opened(net="16", steps="0")
    assert "## ≈ 2.09 · 10¹³ permuted copies, one function" in text(page)
    assert "16! = 20\u202f922\u202f789\u202f888\u202f000" in text(page)
    assert "10^" not in text(page)


def test_one_node_a_layer_is_its_only_copy():
    page = opened(net="1-1")
    assert "## Its only permuted copy: itself" in text(page)
    assert "there is nothing to exchange" in text(page)
    assert metrics(page)["Different points"] == "1"
    assert "networks, one function" not in text(page)
    assert "1 permuted copies" not in text(page)
    assert "there is nothing to exchange" not in text(opened(net="1-2"))


def test_it_says_that_the_function_changes():
    page = opened()
    experiment = page.experiment
    net = experiment.carried_network()
    equal = pv.make_equal(net, 1, 0, 1)
    assert "no symmetry" in text(page)
    assert f"to {float(pv.loss(equal, experiment.recipe.dataset())):.4g}" in text(page)


def test_a_network_too_large_to_travel_is_counted_but_not_changed():
    page = opened(net="16-16")
    button = page.at.button(key="count-equal")
    assert button.disabled
    assert "→" in metrics(page)["Different copies"]
    assert "not changed" in text(page)


def test_the_counterexample_has_two_copies_not_four():
    page = opened(count_preset="coupled")
    truth = oracles.orbit_size(pv.coupled_network())
    assert metrics(page)["Truly different"] == str(truth) == "2"
    assert metrics(page)["Layer by layer"] == "4"


@pytest.mark.parametrize(
    ("activation", "expected"),
    [
        ("gelu", "no further move"),
        ("tanh", "2⁴ · 4! = 384"),
        ("sigmoid", "c → c + a"),
        ("sin", "b → b + 2π"),
        ("relu", "continuum of **4 dimensions**"),
        ("linear", "continuum of **20 dimensions**"),
    ],
)
def test_the_group_is_that_of_the_activation(activation, expected):
    page = opened(act=activation)
    assert expected in text(page)
    assert "Something went wrong" not in " ".join(page.sentences())


def test_512_factorial_in_full():
    page = opened(count_show="growth")
    assert [code.value for code in page.at.code if len(code.value) > 1000] == [str(math.factorial(512))]
    assert "1167 digits" in text(page)


def test_subspaces_are_those_of_the_formulas_under_their_hypothesis():
    page = opened(count_show="subspaces", count_width="4", count_kinds="2")
    assert metrics(page)["Copies, m!"] == "24"
    assert metrics(page)["Minima, T(r, m)"] == "62"  # brute force, see tests/symmetry/test_counting.py
    assert metrics(page)["Critical, Σ G(k, m)"] == "1"
    assert "irreducible minimum" in text(page)
    ratio = json.loads(page.figures()[1]["figure"])["data"][1]
    assert ratio["name"] == "Σ G(r, m) / m!, exact"


@pytest.mark.parametrize("view", list(VIEWS))
@pytest.mark.parametrize(
    "query",
    [{"net": "1"}, {"net": "2-1-3", "act": "relu"}, {"net": "16-16-16-16", "steps": "0"}, {"task": "digits", "steps": "0"}],
    ids=lambda query: "-".join(query.values()),
)
def test_every_view_opens_on_every_kind_of_network(view, query):
    page = opened(**query, count_show=view)
    assert "Something went wrong" not in " ".join(page.sentences())
    assert page.at.metric or page.figures()
