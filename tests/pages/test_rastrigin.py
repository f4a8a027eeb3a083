"""The Rastrigin page without a browser: numbers that are the library's, clicks that go where they say, bounded work."""

import dataclasses
import itertools
import json
import re

import numpy as np
import pytest
import torch

import permviz as pv
from permviz.experiment.experiment import Experiment
from permviz.experiment.recipe import Recipe
from permviz.figures.theme import LIGHT
from permviz.rastrigin.function import rastrigin_curvature, rastrigin_points
from permviz.rastrigin.one_weight import PRESETS
from permviz.ui.views.rastrigin import permutohedron as bodies
from permviz.ui.views.rastrigin.critical import counts_of
from permviz.ui.views.rastrigin.likeness import Sides, likeness, own_numbers
from permviz.ui.views.rastrigin.views import PICTURES, VIEWS, learning_rate
from tests.pages.app_page import AppPage, metrics

SMALL = {"task": "moons", "net": "4", "steps": "200", "samples": "60", "seed": "3"}


def opened(**query):
    return AppPage.opened(SMALL | {key.replace("_", "."): value for key, value in query.items()}, page="rastrigin")


def text(page):
    return " ".join(str(e.value) for kind in ("markdown", "caption", "info") for e in page.at.get(kind))


def titles(page):
    return [json.loads(data["figure"])["layout"]["title"]["text"] for data in page.figures()]


def shown(page):
    experiment = page.experiment
    return experiment, experiment.carried_network(), experiment.recipe.dataset()


def rows_of(net, own):
    return likeness(Sides(rastrigin_points(), counts_of(pv.bump_neurons(3)), net.spec, own))


def beads(page):
    (figure,) = (json.loads(data["figure"]) for data in page.figures())
    return next(trace for trace in figure["data"] if trace.get("name") == "copies")


def test_the_numbers_of_the_body_are_those_of_copies_taken_one_by_one():
    page = opened()
    _, net, data = shown(page)
    copies = pv.Permutation.all(net.spec)(net)
    mean = pv.unflatten(net.spec, copies.flatten().mean(0))
    assert metrics(page)["Loss at all 24 corners"] == f"{float(pv.loss(net, data)):#.3g}"
    assert metrics(page)["At the centre"] == f"{float(pv.loss(mean, data)):#.3g}"
    assert float(pv.loss(mean, data)) > float(pv.loss(net, data))
    assert "Not convex." in text(page)
    pairs = [(0, 1), (0, 2), (0, 3), (1, 2), (1, 3), (2, 3)]
    walls = [
        pv.line_slice(net, pv.Permutation.transposition(net.spec, 1, pair)(net), data, points=41).barrier("entezari")
        for pair in pairs
    ]
    low, high = map(float, metrics(page)["Walls along edges"].split(" to "))
    assert (low, high) == pytest.approx((float(min(walls)), float(max(walls))), rel=6e-3)


def test_the_marked_bead_is_the_current_copy():
    for order in ("0123", "2031"):
        trace = beads(opened(order=order))
        (marked,) = [k for k, colour in enumerate(trace["marker"]["color"]) if colour == LIGHT.accent]
        assert trace["text"][marked] == "".join(str(int(node) + 1) for node in order)


def test_a_corner_of_chosen_nodes_is_reached_wherever_the_others_stand():
    experiment = Experiment(Recipe(task="moons", samples=40, hidden=(3, 6)), order=((1, 2, 0), (5, 3, 0, 1, 4, 2)))
    net, data, nodes = pv.init_network(experiment.recipe.spec, seed=2), experiment.recipe.dataset(), (0, 2, 3, 5)
    body = pv.permutohedron(net, data, 2, nodes, subdivisions=2)
    assert bodies.order_at(body, bodies.corner_of_copy(body, experiment), experiment) == experiment.order
    places = [slot for slot, node in enumerate(experiment.order[1]) if node in nodes]
    for edge in (0, 7, 20):
        ends = [bodies.order_at(body, int(corner), experiment) for corner in body.edges[edge]]
        for end, corner in zip(ends, body.edges[edge], strict=True):
            assert bodies.corner_of_copy(body, experiment.changed(order=end)) == corner
            assert end[0] == experiment.order[0]
            assert [node for node in end[1] if node not in nodes] == [1, 4]
        moved = [slot for slot in range(6) if ends[0][1][slot] != ends[1][1][slot]]
        assert places.index(moved[1]) - places.index(moved[0]) == 1
        a, b = (pv.Permutation(end)(net) for end in ends)
        line = pv.line_slice(a, b, data)
        np.testing.assert_allclose(line.losses, body.edge_losses[edge], atol=1e-12)


def test_three_nodes_make_a_hexagon_and_fewer_a_sentence():
    page = opened(net="3-2-5")
    assert metrics(page).keys() >= {"Loss at all 6 corners"}
    assert any(toggle.key == "rastrigin-relief" for toggle in page.at.toggle)
    assert "a body needs three or four" in text(opened(net="3-2-5", rastrigin_layer="2"))
    assert "Choose three nodes" in text(opened(net="3-2-5", rastrigin_layer="3", rastrigin_nodes="0_4"))
    page = opened(net="3-2-5", rastrigin_layer="3", rastrigin_nodes="0_2_4")
    assert titles(page) == ["6 copies: nodes 1, 3, 5 of layer 3 in every order"]


def test_large_networks_are_painted_more_coarsely():
    data = pv.load_dataset("moons", samples=2000)
    nets = [pv.init_network(pv.NetworkSpec((2, *widths, 1)), 0) for widths in ((4,), (16, 16), (16, 16, 16, 16))]
    fine = [bodies.affordable_subdivisions(net, data, 4) for net in nets]
    assert fine[0] == 20
    assert fine == sorted(fine, reverse=True)
    assert fine[0] > fine[-1] >= bodies.FEWEST_SUBDIVISIONS
    for net, s in zip(nets, fine, strict=True):
        assert 72 * (s + 1) * (s + 2) / 2 * 2000 * net.spec.parameter_count <= bodies.WORK


def test_every_view_answers_for_a_wide_network_in_many_dimensions():
    large = {"task": "digits", "net": "16-16", "steps": "0", "samples": "200"}
    for show in VIEWS:
        page = opened(**large, rastrigin_show=show)
        assert page.figures() or show == "compare"


@pytest.mark.parametrize("net", ["1", "1-1", "2"])
def test_layers_of_few_nodes_get_sentences(net):
    for show in VIEWS:
        page = opened(net=net, steps="20", rastrigin_show=show)
        assert not page.at.error
        if net != "2" and show in ("body", "compare"):
            assert page.sentences()


def test_every_picture_of_the_function_draws():
    drawn = {picture: titles(opened(rastrigin_show="function", rastrigin_picture=picture)) for picture in PICTURES}
    assert all(len(found) == 1 for found in drawn.values())
    assert len({found[0] for found in drawn.values()}) == len(PICTURES)


def test_the_functions_numbers_are_exact():
    page = opened(rastrigin_show="function", rastrigin_picture="counts")
    assert (metrics(page)["Minima, two dimensions"], metrics(page)["Other critical points"]) == ("121", "320")
    table = page.at.table[0].value
    assert table["minima"][9] == f"{11**10:,}".replace(",", "\u202f")
    assert table["all"][9] == f"{21**10:,}".replace(",", "\u202f")
    assert "the best point of all" in text(page)
    page = opened(rastrigin_show="function", rastrigin_amplitude="0.0", rastrigin_width="2.0")
    assert (metrics(page)["Minima, two dimensions"], metrics(page)["Other critical points"]) == ("1", "0")


def test_learning_rates_stay_below_the_curvature():
    for amplitude in (0.0, 1.0, 10.0, 50.0):
        highest = float(rastrigin_curvature(torch.zeros(1, dtype=torch.float64), amplitude))
        assert learning_rate("gradient descent", amplitude) < 1 / highest
        assert learning_rate("momentum", amplitude) < 2 * (1 + 0.9) / highest  # Polyak's bound for beta = 0.9


def test_the_point_is_what_it_says_and_a_swap_mirrors_it():
    page = opened(rastrigin_show="neurons", rastrigin_u="0.7", rastrigin_v="-1.3")
    x, (a, b, c) = np.linspace(-2, 2, 41), PRESETS["gaussian"].teacher
    mean = (a + b + c) / 3
    w = [mean + 0.7 / 2**0.5 - 1.3 / 6**0.5, mean - 0.7 / 2**0.5 - 1.3 / 6**0.5, mean + 2 * 1.3 / 6**0.5]

    def bumps(weights):
        return sum(np.exp(-((weight * x + 1.5) ** 2)) for weight in weights)

    expected = f"Loss {np.mean((bumps(w) - bumps((a, b, c))) ** 2):#.3g};"
    assert f"w = ({', '.join(f'{value:.3f}' for value in w)})".replace("-", "−") in text(page)
    assert expected in page.captions()[1] or expected in page.captions()[0]
    page.at.button(key="swap-0-1").click()
    page.run()
    view = page.experiment.rastrigin
    assert (view.u, view.v) == pytest.approx((-0.7, -1.3), abs=1e-8)
    page.at.button(key="swap-0-2").click()
    page.run()
    view = page.experiment.rastrigin
    assert np.hypot(view.u, view.v) == pytest.approx(np.hypot(0.7, 1.3), abs=1e-8)
    assert f"w = ({', '.join(f'{w[i]:.3f}' for i in (2, 0, 1))})".replace("-", "−") in text(page)
    assert any(expected in caption for caption in page.captions())


def test_shares_add_up_to_the_network():
    neurons = PRESETS["sin"]
    weights = torch.tensor([[0.3, -1.0, 2.0], [1.0, 1.0, 1.0]], dtype=torch.float64)
    expected = neurons.network(weights)(neurons.data.inputs)[..., 0]
    torch.testing.assert_close(neurons.shares(weights).sum(-2), expected)
    assert not torch.allclose(dataclasses.replace(neurons, bias=0.5).shares(weights).sum(-2), expected)


def test_whether_it_looks_like_rastrigin_is_counted():
    for activation, words in (("gaussian", "Looks like Rastrigin."), ("tanh", "Does not look like Rastrigin.")):
        found = text(opened(rastrigin_show="neurons", rastrigin_activation=activation))
        counted = counts_of(PRESETS[activation])
        assert words in found
        assert f"{counted.by_index[0]} minima among {counted.total} critical points" in found
        assert counted.optima == 6
        assert (counted.by_index[0] > 6) == words.startswith("Looks")


def test_four_neurons_are_a_body():
    page = opened(rastrigin_show="neurons", rastrigin_neurons="4")
    assert titles(page) == ["24 copies of four one-weight neurons"]
    assert float(metrics(page)["Loss at all 24 corners"].replace("−", "-")) < 1e-20


def test_rounding_at_a_huge_loss_is_no_difference():
    """All nodes equal, so that the average is the network and no swap has a wall; at a loss of 1e54 they differ by 1e38."""
    spec = pv.NetworkSpec((2, 5, 1), "relu")
    net = pv.symmetric_average(pv.init_network(spec, seed=1)).map(lambda p: 3e13 * p + 1e12)
    own = own_numbers(net, pv.load_dataset("teacher", samples=50))
    assert own.own > 1e50
    said = {row.point: row for row in rows_of(net, own)}
    assert min(own.average - own.own, own.highest_wall) > 1e30  # negative control: rounding alone
    assert said["What the symmetry leaves in place"].verdict == "loose"
    assert said["Many minima, with walls between them"].verdict == "loose"


def test_the_table_of_critical_points():
    page = opened(rastrigin_show="critical")
    table = page.at.table[0].value
    counted = counts_of(pv.bump_neurons(3))
    assert [table[f"index {s}"][4] for s in range(4)] == [str(count) for count in counted.by_index]
    assert [table[f"index {s}"][5] for s in range(4)] == ["1\u202f331", "3\u202f630", "3\u202f300", "1\u202f000"]
    assert "lower bounds" in page.captions()[0]
    assert metrics(page)["Minima among the 335 points found, 4 neurons"] == "24"
    assert "Morse’s sum" in text(page)
    assert "for each n it is" in text(page)


def test_the_comparison_measures_the_network():
    page = opened(rastrigin_show="compare")
    _, net, data = shown(page)
    own = own_numbers(net, data)
    copies = pv.Permutation.all(net.spec)(net)
    mean = copies.flatten().mean(0)
    distance = (copies.flatten() - mean).norm(dim=-1)
    assert own.distances == pytest.approx((float(distance.min()), float(distance.max())), abs=1e-9)
    assert own.average == pytest.approx(float(pv.loss(pv.unflatten(net.spec, mean), data)), abs=1e-12)
    assert own.spread < 1e-12
    assert f"has loss {own.average:#.3g}; your network has {own.own:#.3g}" in text(page)
    verdicts = re.findall(r"\*\*(Right|Loose|Wrong)\.\*\*", text(page))
    rows = rows_of(net, own)
    assert verdicts == [row.verdict.capitalize() for row in rows]
    assert rows[0].verdict == "right"
    assert rows[3].verdict == "wrong"
    flat = rows_of(net, dataclasses.replace(own, average=own.own, highest_wall=0.0))
    assert (flat[0].verdict, flat[3].verdict) == ("loose", "loose")
    off = pv.init_network(net.spec, seed=9)
    assert float((off.flatten() - mean).norm()) != pytest.approx(own.distances[0], abs=1e-3)


@pytest.mark.parametrize(
    "network",
    [
        {"net": "4-3", "rate": "0.1", "seed": "11", "steps": "1000"},
        {"act": "relu", "rate": "0.05", "seed": "4", "steps": "1000"},
    ],
    ids=["tanh", "relu"],
)
def test_the_walls_of_all_swaps_are_the_same_numbers_on_every_page(network):
    """Networks whose highest points lie between coarse points of the lines: those would show other digits."""
    page = opened(**network, rastrigin_show="compare")
    low, high = re.search(r"the straight way climbs by (\S+) to (\S+)\.(?: |$)", text(page)).groups()
    _, net, data = shown(page)
    coarse = pv.transposition_lines(net, data, 1, points=21).barrier()
    assert (f"{coarse.min():#.3g}", f"{coarse.max():#.3g}") != (low, high)
    assert metrics(opened(**network))["Walls along edges"] == f"{low} to {high}"
    slices = AppPage.opened(SMALL | network | {"slices.show": "swaps"}, page="slices")
    traces = json.loads(slices.figures()[0]["figure"])["data"]
    cells = {cell for trace in traces for cell in np.ravel(trace.get("text", [])) if cell}
    assert (min(cells, key=float), max(cells, key=float)) == (low, high)
    highest = np.argmax(pv.transposition_lines(net, data, 1).barrier())
    i, j = list(itertools.combinations(range(4), 2))[highest]
    line = AppPage.opened(SMALL | network | {"slices.show": "line", "slices.swap": f"1_{i}_{j}"}, page="slices")
    assert metrics(line)["Barrier"] == high


def test_numbers_that_agree_are_one_number():
    page = opened(rastrigin_show="compare")
    _, net, data = shown(page)
    own = own_numbers(net, data)
    assert re.search(r"random copies are all \d+\.\d+ away", text(page))
    assert "24 copies in 17 dimensions" in text(page)
    apart = dataclasses.replace(own, distances=(1.0, 2.0))
    assert "random copies are 1 to 2 away" in rows_of(net, apart)[5].network
    pair = opened(net="2", rastrigin_show="compare")
    assert re.search(r"climbs by \S+\. ", text(pair) + " ")


def test_settings_out_of_range_are_told():
    page = opened(rastrigin_show="neurons", rastrigin_u="99", rastrigin_neurons="7")
    assert {"rastrigin.u=“99” is out of range; 5.0 is used.", "rastrigin.neurons=“7” is out of range; 4 is used."} <= set(
        page.sentences()
    )


@pytest.mark.parametrize("amplitude", [10, 2, 0])
def test_what_averages_do_to_rastrigins_minima_is_said_as_it_is(amplitude):
    page = opened(rastrigin_show="function", rastrigin_picture="line", rastrigin_amplitude=str(amplitude))
    x = np.linspace(-5.12, 5.12, 200_001)
    f = lambda at: amplitude + at**2 - amplitude * np.cos(2 * np.pi * at)  # noqa: E731
    minima = x[1:-1][(f(x)[1:-1] < f(x)[:-2]) & (f(x)[1:-1] < f(x)[2:])]
    pairs = [(a, b) for a in minima for b in minima if a < b]
    worse = sum(f((a + b) / 2) > max(f(a), f(b)) + 1e-6 for a, b in pairs)
    assert "**the best point of all.**" in text(page)
    assert (f"{worse} of {len(pairs)} pairs of minima on a line average to a point worse than both" in text(page)) == (
        worse > 0
    )
    assert "never hurts" not in text(page)


@pytest.mark.parametrize("hidden", [(4,), (4, 3), (5, 4)], ids=["fewer layers", "fewer nodes", "other nodes before"])
def test_a_corner_that_is_chosen_after_the_layers_changed_is_refused(hidden):
    """Both in one request: the new layers come first, and the corner is that of a body drawn for the old ones."""
    net, data = pv.init_network(pv.NetworkSpec((2, 4, 4, 1)), 0), pv.load_dataset("moons", samples=20)
    body = pv.permutohedron(net, data, layer=2, nodes=(0, 1, 2, 3), subdivisions=4)
    for corner in range(24):
        with pytest.raises(ValueError, match="chosen on the network before"):
            bodies.order_at(body, corner, Experiment().changed(hidden=hidden))
