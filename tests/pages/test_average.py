"""The Average page without a browser: every view on every kind of network, and numbers that are the library's."""

import base64
import itertools
import json
import re

import numpy as np
import pytest
import torch

import permviz as pv
from permviz.networks.network import unflatten
from permviz.ui.views.average import views as average_views
from tests.pages.app_page import AppPage, metrics
from tests.waiting import until

SMALL = {"task": "moons", "net": "3", "steps": "300", "samples": "100"}


def opened(**query):
    return AppPage.opened(SMALL | {key.replace("_", "."): value for key, value in query.items()}, page="average")


def text(page):
    return " ".join(str(e.value) for kind in ("markdown", "caption", "success", "info") for e in page.at.get(kind))


def figure_titles(page):
    return [json.loads(data["figure"])["layout"]["title"].get("text", "") for data in page.figures()]


def network_of(experiment):
    recipe = experiment.recipe
    run = pv.train(recipe.spec, recipe.dataset(), seeds=[recipe.seed], steps=recipe.steps, learning_rate=recipe.rate)
    return run.networks[0]


def test_the_numbers_are_those_of_an_average_taken_copy_by_copy():
    page = opened(seed="0")
    experiment = page.experiment
    net, data = network_of(experiment), experiment.recipe.dataset()
    mean = pv.unflatten(net.spec, pv.Permutation.all(net.spec)(net).flatten().mean(0))
    assert metrics(page)["Loss of each copy"] == f"{float(pv.loss(net, data)):#.3g}"
    assert metrics(page)["Average of all copies"] == f"{float(pv.loss(mean, data)):#.3g}"
    assert figure_titles(page) == ["Loss of the average of several copies"]
    difference = float(re.search(r"within \*\*(\S+)\*\* of the closed form", text(page))[1].replace("−", "-"))
    assert difference < 1e-12


def steps_of(page):
    """The slider's steps, and the figure that they are frames of."""
    (data,) = page.figures()
    return data["steps"], json.loads(data["figure"])


def unpacked(packed):
    return np.frombuffer(base64.b64decode(packed["bdata"] if isinstance(packed, dict) else packed), "<f4")


def test_every_step_shows_the_mean_of_so_many_copies():
    page = opened()
    experiment, (steps, figure) = page.experiment, steps_of(page)
    net, data = network_of(experiment), experiment.recipe.dataset()
    copies = pv.shuffled_permutations(net.spec, seed=0)(net).flatten()
    assert steps["names"] == [
        "1 copy",
        "2 copies",
        "3 copies",
        "4 copies",
        "5 copies",
        "all 6 copies",
        "all copies and sign flips",
    ]
    assert (steps["at"], steps["last"]) == (5, 5)
    corners = data.inputs.min(0).values, data.inputs.max(0).values
    for at, frame in enumerate(figure["frames"][:6]):
        mean = pv.unflatten(net.spec, copies[: at + 1].mean(0))
        np.testing.assert_allclose(unpacked(steps["parameters"][at]), mean.flatten(), rtol=1e-5, atol=1e-6)
        loss = float(pv.loss(mean, data))
        assert f"{loss:#.3g}" in steps["headlines"][at]
        mark, field = frame["data"]
        np.testing.assert_allclose(unpacked(mark["y"]), [loss], rtol=1e-5)
        # The picture's columns and rows are inputs that the figure names.
        x, y = (unpacked(figure["data"][frame["traces"][1]][axis]) for axis in "xy")
        assert x[0] < corners[0][0] < corners[1][0] < x[-1]
        grid = torch.tensor([[float(a), float(b)] for b in y for a in x], dtype=torch.float64)
        np.testing.assert_allclose(unpacked(field["z"]), torch.sigmoid(mean(grid)).squeeze(-1), atol=2e-4)


def test_the_number_of_copies_is_the_links():
    for copies, at in (("2", 1), ("0", 5), ("-1", 6), ("1000", 4)):  # the largest number that there is
        assert steps_of(opened(average_copies=copies))[0]["at"] == at


def test_the_steps_are_of_the_network_that_the_diagram_shows():
    page = opened()
    assert steps_of(page)[0]["of"] == page.diagram()["network"]


def test_over_sign_flips_too_the_average_is_a_constant():
    page = opened()
    steps, figure = steps_of(page)
    z = unpacked(figure["frames"][-1]["data"][1]["z"])
    assert metrics(page)["Average with sign flips"] in steps["headlines"][-1]
    assert z.max() == z.min()
    assert unpacked(figure["frames"][0]["data"][1]["z"]).max() > z.max()
    relu = opened(act="relu")
    assert "Average with sign flips" not in metrics(relu)
    assert steps_of(relu)[0]["names"][-1] == "all 6 copies"


@pytest.mark.parametrize("view", list(average_views.VIEWS))
@pytest.mark.parametrize(
    "query",
    [
        {"net": "1"},
        {"net": "2-1", "act": "relu", "steps": "0"},
        {"task": "wave", "act": "sin"},
        {"task": "four-blobs", "act": "gaussian"},
        {"task": "iris", "act": "linear", "steps": "20"},
    ],
    ids=lambda query: "-".join(query.values()),
)
def test_every_view_opens_on_every_kind_of_network(view, query):
    page = opened(**query, average_show=view)
    assert page.figures() or page.sentences() or page.at.success
    assert "Something went wrong" not in " ".join(page.sentences())


def test_a_network_too_large_is_answered_by_sentences_not_by_waiting():
    large = {"task": "digits", "net": "16-16-16-16", "steps": "0", "samples": "2000"}
    assert "Not searched here" in " ".join(opened(**large, average_show="certificate").sentences())


def test_the_matrices_follow_the_link_and_refuse_nothing_whole():
    page = opened(average_show="matrices", average_matrix="5_-6_7_8")
    numbers = json.loads(page.figures()[0]["figure"])["data"]
    assert numbers[0]["text"] == [["5", "−6"], ["7", "8"]]
    assert numbers[1]["text"] == [["7", "8"], ["5", "−6"]]
    assert numbers[2]["text"] == [["6", "1"], ["6", "1"]]
    assert "A column is a layer, as in the post" in page.captions()[0]
    assert page.at.number_input(key="average-matrix-1").label == "layer 2, node 1"
    page.at.number_input(key="average-matrix-1").set_value(9)
    page.run()
    assert page.at.query_params["average.matrix"] in ("5_9_7_8", ["5_9_7_8"])
    equal = opened(average_show="matrices", average_matrix="1_2_1_2")
    assert "equal already" in " ".join(equal.sentences())


def test_the_argument_is_the_librarys_and_the_search_is_asked_for():
    page = opened(task="teacher", net="4", average_show="certificate")
    assert "Best 2-1-1 found" not in metrics(page)
    experiment = page.experiment
    found = pv.jensen_argument(network_of(experiment), experiment.recipe.dataset())
    assert found.holds
    assert page.at.success[0].value == found.statement
    page.at.button(key="average-search").click()
    page.run()
    assert float(metrics(page)["Best 2-1-1 found"]) > float(metrics(page)["Your network’s loss"])
    assert len(page.at.success) == 3  # permutations, sign flips, width
    assert "numerical evidence, not a proof" in text(page)


def test_the_search_is_silent_where_one_node_a_layer_is_all():
    page = opened(task="teacher", net="1", average_show="certificate", average_search="1")
    assert not page.at.success
    assert "The argument is silent" in " ".join(page.sentences())


@pytest.mark.parametrize("query", [{}, {"act": "relu", "net": "3-2", "samples": "40", "noise": "1"}, {"task": "iris"}], ids=str)
def test_from_every_network_one_click_leads_to_one_on_which_the_widths_argument_concludes(query):
    page = opened(**query, average_show="certificate")
    assert not [statement for statement in page.at.success if "widths" in statement.value]
    page.at.button(key="average-example").click()
    page.run()
    experiment = page.experiment
    net, data = network_of(experiment), experiment.recipe.dataset()
    (concluded,) = [statement.value for statement in page.at.success if "widths" in statement.value]
    assert "not convex" in concluded
    assert concluded.startswith("A network of widths (2, 4, 1)")
    one_node = pv.train(pv.NetworkSpec((2, 1, 1)), data, seeds=range(8), steps=3000)  # by another method than the page
    assert float(one_node.losses.min()) > 2 * float(pv.loss(net, data))
    assert "average-example" not in [button.key for button in page.at.button]


def test_random_midpoints_are_counted_for_every_activation():
    page = opened(average_show="activations", samples="50")
    (figure,) = [json.loads(data["figure"]) for data in page.figures()]
    own, *others = figure["layout"]["yaxis"]["ticktext"]
    labels, shares = zip(*(label.split(": ") for label in others), strict=True)
    assert list(labels) == [entry.label for entry in pv.ACTIVATIONS.values()]
    assert all(0 < int(share.removesuffix("% above 0")) < 100 for share in shares)  # at random weights both signs occur
    assert own.startswith("this network: ")
    told = re.search(r"Worse than their ends: (\d+)% of this network’s \d+ midpoints?; at random weights (\d+)%", text(page))
    assert f"{told[1]}% above 0" in own
    barriers = [trace["x"] for trace in figure["data"] if trace["name"] != "this network"]
    floats = [np.frombuffer(base64.b64decode(x["bdata"]), x["dtype"]) for x in barriers if x]
    signs = np.concatenate(floats) > 0
    assert f"{signs.mean():.0%}" == f"{told[2]}%"


def test_one_network_is_trained_for_each_activation_and_its_midpoints_are_the_librarys():
    page = opened(average_show="activations", average_weights="trained", samples="50", steps="40")
    until(lambda: not page.run().at.get("progress"), "one network to be trained for each activation")
    (figure,) = [json.loads(data["figure"]) for data in page.figures()]
    names = [label.split(" · ")[0] for label in figure["layout"]["yaxis"]["ticktext"]]
    assert names == [entry.label for entry in pv.ACTIVATIONS.values()]
    experiment = page.experiment
    above = count = 0
    for name in pv.ACTIVATIONS:
        sibling = experiment.changed(activation=name)
        data, net = sibling.recipe.dataset(), network_of(sibling)
        for layer, width in enumerate(net.spec.hidden, start=1):
            for pair in itertools.combinations(range(width), 2):
                middle = (net.flatten() + pv.Permutation.transposition(net.spec, layer, pair)(net).flatten()) / 2
                above += float(pv.loss(unflatten(net.spec, middle), data) - pv.loss(net, data)) > 0
                count += 1
    assert f"After training {above / count:.0%} of {count} midpoints are worse" in text(page)


def test_the_linear_view_shows_a_barrier_of_exactly_one():
    page = opened(average_show="linear")
    assert metrics(page)["Barrier, closed form"] == metrics(page)["Barrier, measured"] == "1"
