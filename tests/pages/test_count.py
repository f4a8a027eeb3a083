"""The Count page without a browser: its integers are exact, and making nodes equal lowers them."""

import json
import math

import pytest

import permviz as pv
from permviz.experiment.codec import encode_parameters
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
    assert f"to {float(pv.loss(equal, experiment.recipe.dataset())):#.3g}" in text(page)


def test_making_nodes_equal_that_compute_the_same_changes_no_function():
    net = pv.init_network(pv.NetworkSpec((2, 3, 1)), seed=3)
    net.weights[0][1], net.biases[0][1] = net.weights[0][0], net.biases[0][0]  # outgoing weights stay different
    assert "The function stays as it is: the two compute the same already." in text(carrying(net))
    assert "no symmetry" not in text(carrying(net))


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
        ("relu", "continuum of **4 dimensions** through this network shares the function, of 17 in all (as many as"),
        ("linear", "continuum of **14 dimensions** through this network shares the function, of 17 in all (the group has 20)"),
        ("erf", "Kůrková & Kainen 1994"),
        ("tanh", "Hyperoctahedral group Bₙ: the permutations of n nodes, each with a sign"),
        ("gelu", "Stab, the stabiliser: the permutations that leave every number as it is"),
    ],
)
def test_the_group_is_that_of_the_activation(activation, expected):
    page = opened(act=activation)
    assert expected in text(page)
    assert "Something went wrong" not in " ".join(page.sentences())


def carrying(net, **query):
    return opened(net="-".join(map(str, net.spec.hidden)), act=net.activation, theta=encode_parameters(net), **query)


def test_the_dimensions_are_those_of_the_orbit_not_of_the_group():
    page = opened(net="4-3", act="linear", steps="0")
    assert "**28 dimensions** through this network shares the function, of 31 in all (the group has 32)" in text(page)


@pytest.mark.parametrize(("sign", "count", "still"), [(1, 4, "**2** of them leave"), (-1, 4, "**2** of them leave")])
def test_equal_and_antipodal_neurons_give_four_signed_points_not_eight(sign, count, still):
    net = pv.init_network(pv.NetworkSpec((2, 2, 1)), seed=3)
    for parameter in (net.weights[0], net.biases[0], net.weights[1].T):
        parameter[1] = sign * parameter[0]
    shown = text(carrying(net))
    assert f"{still} every number of this network as it is: **{count}** different points" in shown


def test_a_zero_neuron_takes_a_dimension_of_relu_and_a_sign_of_tanh():
    for activation, expected in (
        ("relu", "**1 dimension** through this network shares the function, of 9 in all (the group has 2)"),
        ("tanh", "**2** of them leave every number of this network as it is: **4** different points"),
    ):
        net = pv.init_network(pv.NetworkSpec((2, 2, 1), activation), seed=3)
        for parameter in (net.weights[0], net.biases[0], net.weights[1].T):
            parameter[1] = 0
        assert expected in text(carrying(net))


def test_512_factorial_in_full():
    page = opened(count_show="growth")
    assert [code.value for code in page.at.code if len(code.value) > 1000] == [str(math.factorial(512))]
    assert "1167 digits" in text(page)


def test_subspaces_are_those_of_the_formulas_under_their_hypothesis():
    page = opened(count_show="subspaces", count_width="4", count_kinds="2")
    assert metrics(page)["Copies, m!"] == "24"
    assert metrics(page)["Minima, T(r, m)"] == "62"  # brute force, see tests/symmetry/test_counting.py
    assert metrics(page)["Critical, Σ G(k, m)"] == "1"
    hypothesis = next(str(e.value) for e in page.at.caption if "Hypothesis" in str(e.value))
    for condition in ("zero loss", "isolated minima", "permutations of one another", "Sign flips and a bias of the outputs"):
        assert condition in hypothesis
    assert "irreducible critical point (no narrower layer computes the same)" in hypothesis
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
