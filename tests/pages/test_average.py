"""The Average page without a browser: every view on every kind of network, and numbers that are the library's."""

import itertools
import json
import re

import pytest

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
    assert metrics(page)["Loss of each copy"] == f"{float(pv.loss(net, data)):.4g}"
    assert metrics(page)["Average of all copies"] == f"{float(pv.loss(mean, data)):.4g}"
    assert figure_titles(page) == ["Loss of the average of several copies", "What they answer", "The networks"]
    difference = float(re.search(r"within \*\*(\S+)\*\* of the closed form", text(page))[1])
    assert difference < 1e-12


def test_the_number_of_copies_is_the_links():
    page = opened(average_copies="2")
    experiment = page.experiment
    net, data = network_of(experiment), experiment.recipe.dataset()
    two = pv.shuffled_permutations(net.spec, seed=0)[:2](net)
    expected = float(pv.loss(pv.unflatten(net.spec, two.flatten().mean(0)), data))
    assert metrics(page)["Loss of the average"] == f"{expected:.4g}"
    assert "average of 2 copies" in text(page)
    page.at.select_slider(key="average-copies").set_value(0)
    page.run()
    assert page.at.query_params.get("average.copies") is None
    assert metrics(page)["Loss of the average"] == metrics(page)["Average of all copies"]


def test_over_sign_flips_too_the_average_is_a_constant():
    page = opened(average_copies="-1")
    assert metrics(page)["Loss of the average"] == metrics(page)["… and of all sign flips"]
    assert "the function is a constant" in page.figures()[2]["caption"]
    assert "… and of all sign flips" not in metrics(opened(act="relu", average_copies="-1"))


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
    assert numbers[0]["text"] == [["5", "-6"], ["7", "8"]]
    assert numbers[1]["text"] == [["7", "8"], ["5", "-6"]]
    assert numbers[2]["text"] == [["6", "1"], ["6", "1"]]
    assert "A column is a layer, as in the post" in page.figures()[0]["caption"]
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


def test_random_midpoints_are_counted_for_every_activation():
    page = opened(average_show="activations", samples="50")
    (figure,) = [json.loads(data["figure"]) for data in page.figures()]
    labels, shares = zip(*(label.split(": ") for label in figure["layout"]["yaxis2"]["ticktext"]), strict=True)
    assert list(labels) == [entry.label for entry in pv.ACTIVATIONS.values()]
    assert all(0 < int(share.removesuffix("% above 0")) < 100 for share in shares)  # at random weights both signs occur
    (own,) = figure["layout"]["yaxis"]["ticktext"]
    assert own.startswith("this network: ")


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
