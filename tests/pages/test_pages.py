"""The pages without a browser: what they show, what they answer to bad input, and what is computed once for everybody."""

from __future__ import annotations

import random
import threading
from collections.abc import Iterator

import pytest
import streamlit as st

from permviz.experiment import follow
from permviz.experiment.follow import follow_recipe
from permviz.experiment.link import from_query, to_query
from permviz.experiment.recipe import Recipe
from permviz.networks.datasets import load_dataset
from permviz.networks.network import NetworkSpec, init_network, loss
from permviz.symmetry.permutation import Permutation
from permviz.training.train import train
from permviz.ui.state import jobs
from tests import oracles
from tests.experiment.test_link import damaged, random_experiment
from tests.pages.app_page import AppPage
from tests.waiting import until

SMALL = {"task": "moons", "net": "3-2", "samples": "60", "steps": "80", "seed": "1"}


@pytest.fixture(autouse=True)
def _fresh_server() -> Iterator[None]:
    """Each test has a server of its own, as far as caches go."""
    st.cache_resource.clear()
    yield
    st.cache_resource.clear()


def test_the_front_page_shows_what_the_library_computes() -> None:
    facts = AppPage.opened(SMALL | {"order": "210.01"}).diagram()["facts"]
    data, spec = load_dataset("moons", samples=60), NetworkSpec((2, 3, 2, 1))
    net = train(spec, data, seeds=[1], steps=80, learning_rate=0.03).networks[0]
    copy = Permutation.transposition(spec, 1, (0, 2))(net)
    assert facts["loss_a"] == pytest.approx(oracles.loss(net, data), abs=1e-12)
    assert facts["loss_b"] == pytest.approx(oracles.loss(copy, data), abs=1e-12)
    assert facts["difference"] < 1e-12
    assert facts["distance"] == pytest.approx(float((net.flatten() - copy.flatten()).norm()), abs=1e-12)
    assert facts["copies"] == "3! · 2! = 12"
    line = oracles.line_losses(net, copy, data, [i / 100 for i in range(101)])
    assert facts["barrier"] == pytest.approx(max(line) - float(loss(net, data)), abs=1e-12)


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ({"net": "0"}, "out of range; 1 is used"),
        ({"net": "1000000000"}, "out of range; 16 is used"),
        ({"net": "two"}, "net=“two” was ignored"),
        ({"noise": "-1"}, "noise=“-1” is out of range; 0.0 is used"),
        ({"task": "cats"}, "unknown task"),
        ({"rate": "nan"}, "rate=“nan” was ignored"),
        ({"theta": "x"}, "damaged"),
        ({"order": "999.01"}, "order=“999.01” was ignored"),
    ],
)
def test_a_malformed_link_opens_and_says_what_it_ignored(query: dict[str, str], words: str) -> None:
    page = AppPage.opened(SMALL | query)
    assert any(words in sentence for sentence in page.sentences())
    assert page.diagram()["facts"]["difference"] < 1e-12


def test_fuzzed_links_open_without_a_traceback() -> None:
    for seed in range(12):
        rng = random.Random(seed)
        experiment = random_experiment(rng).changed(steps=rng.randint(0, 30), samples=40, finish=False)
        page = AppPage.opened(damaged(rng, to_query(experiment)), page=rng.choice(["swap", "slices"]))
        assert page.diagram()["facts"]["difference"] < 1e-10


@pytest.mark.parametrize("typed", ["0", "10^9", "1000000000", "two", "", "4-4-4-4-4", "-3"])
def test_widths_that_are_none_are_answered_and_nothing_is_lost(typed: str) -> None:
    page = AppPage.opened(SMALL | {"order": "210.01"})
    before = page.diagram()["facts"]
    page.at.text_input(key="build-hidden").set_value(typed)
    page.run()
    assert any("expected 1 to 4 whole numbers from 1 to 16" in sentence for sentence in page.sentences())
    assert page.diagram()["facts"] == before
    assert page.at.text_input(key="build-hidden").value == "3-2"


def test_a_new_task_is_trained_and_goes_to_the_address() -> None:
    page = AppPage.opened(SMALL)
    page.at.selectbox(key="build-task").set_value("circles")
    page.run()
    assert page.at.query_params["task"] in ("circles", ["circles"])
    assert "theta" in page.at.query_params
    assert page.at.number_input(key="build-noise").value == 0.1


def test_training_goes_on_steps_and_starts_again_from_the_same_point() -> None:
    page = AppPage.opened(SMALL)
    first = page.diagram()["facts"]["loss_a"]
    page.at.button(key="train-step").click()
    page.run()
    one_more = follow_recipe(from_query(SMALL | {"steps": "81"})[0])
    assert page.diagram()["facts"]["loss_a"] == pytest.approx(one_more.loss, rel=1e-12)
    page.at.button(key="train-reset").click()
    page.run()
    start = page.diagram()["facts"]["loss_a"]
    assert start == pytest.approx(follow_recipe(from_query(SMALL | {"steps": "0"})[0]).loss, rel=1e-12)
    page.at.number_input(key="build-steps").set_value(80)
    page.run()
    assert page.diagram()["facts"]["loss_a"] == first < start


def test_a_stopped_training_keeps_what_it_reached() -> None:
    page = AppPage.opened(SMALL)
    page.at.number_input(key="build-steps").set_value(20_000)
    page.at.run()

    def under_way() -> bool:
        bars = page.at.run().sidebar.get("progress")
        return bool(bars) and "Step" in bars[0].proto.text

    until(under_way, "the first steps of the training")
    page.at.button(key="train-stop").click()
    page.run()
    steps = int(page.at.number_input(key="build-steps").value)
    assert 0 < steps < 20_000
    exact = follow_recipe(from_query(SMALL | {"steps": str(steps)})[0])
    assert page.diagram()["facts"]["loss_a"] == pytest.approx(exact.loss, rel=1e-12)


def test_a_hundred_openings_of_a_link_train_once(monkeypatch: pytest.MonkeyPatch) -> None:
    trained: list[Recipe] = []
    lock = threading.Lock()

    def counted(recipe: Recipe, **options: object) -> object:
        if options["resume"] is None:  # a slow machine takes several turns for one training
            with lock:
                trained.append(recipe)
        return follow_recipe(recipe, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(jobs, "follow_recipe", counted)
    trainer = jobs.Trainer()
    experiment = from_query(SMALL)[0]
    found = []

    def known() -> bool:
        if trainer.find(experiment) is None:
            trainer.job(experiment.recipe, threading.get_ident())
            return False
        return True

    def visit() -> None:
        until(known, "the one training that all share")
        found.append(trainer.find(experiment).loss)

    visitors = [threading.Thread(target=visit) for _ in range(100)]
    for visitor in visitors:
        visitor.start()
    for visitor in visitors:
        visitor.join()
    assert len(found) == 100
    assert len(set(found)) == 1
    assert len(trained) == 1


def test_a_link_opens_on_another_server_with_equal_numbers_and_trains_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    experiment = from_query(SMALL | {"order": "120.10"})[0]
    carried = experiment.changed(theta=AppPage.opened(to_query(experiment)).experiment.theta)
    facts = AppPage.opened(to_query(carried)).diagram()["facts"]
    st.cache_resource.clear()

    def never(*args: object, **options: object) -> None:
        raise AssertionError("trained")

    monkeypatch.setattr(jobs, "follow_recipe", never)
    assert AppPage.opened(to_query(carried)).diagram()["facts"] == facts


def test_a_training_that_nobody_watches_stops_and_one_too_many_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs, "UNWATCHED_SECONDS", -1.0)
    trainer = jobs.Trainer()
    job = trainer.job(from_query(SMALL | {"steps": "20000"})[0].recipe, "a visitor")
    until(lambda: job.ended, "the unwatched training to stop")
    assert "nobody was watching" in (job.error or "")
    monkeypatch.setattr(jobs, "MOST_JOBS", 0)
    with pytest.raises(jobs.TooBusyError, match="try again"):
        trainer.job(from_query(SMALL)[0].recipe, "another")


def test_a_training_that_overflows_says_so_and_keeps_the_last_finite_state(monkeypatch: pytest.MonkeyPatch) -> None:
    def too_fast(*given: object, **options: object) -> object:
        return train(*given, **options | {"learning_rate": 1e200})  # type: ignore[arg-type]

    query = SMALL | {"task": "wave"}
    sound = AppPage.opened(query).diagram()["facts"]["loss_a"]
    st.cache_resource.clear()
    monkeypatch.setattr(follow, "train", too_fast)
    page = AppPage.opened(query)
    start = init_network(NetworkSpec((1, 3, 2, 1)), seed=1)
    expected = oracles.loss(start, load_dataset("wave", samples=60))
    assert page.diagram()["facts"]["loss_a"] == pytest.approx(expected, rel=1e-12)
    assert expected > sound + 0.01  # a sound training goes on from there
    assert any("Failed" in text and "no longer finite at step 1" in text for text in (c.value for c in page.at.caption))


@pytest.mark.parametrize("show", ["line", "swaps", "plane", "random"])
def test_each_slice_is_drawn_with_a_sentence(show: str) -> None:
    page = AppPage.opened(SMALL | {"order": "210.01", "slices.show": show}, page="slices")
    figures = page.figures()
    assert len(figures) == (2 if show == "swaps" else 1)
    assert all(figure["caption"].endswith(".") for figure in figures)


def test_slices_of_networks_without_swaps_say_so() -> None:
    for show, words in (("line", "nothing to exchange"), ("swaps", "nothing to exchange"), ("plane", "three nodes or more")):
        page = AppPage.opened(SMALL | {"net": "1", "slices.show": show}, page="slices")
        assert any(words in sentence for sentence in page.sentences())
        assert not page.figures()


def test_the_first_line_is_a_swap_until_something_is_exchanged() -> None:
    page = AppPage.opened(SMALL, page="slices")
    assert page.at.selectbox(key="slices-swap").value == (1, 0, 1)
    assert page.figures()
    moved = AppPage.opened(SMALL | {"order": "021.01"}, page="slices")
    assert moved.at.selectbox(key="slices-swap").value == ()


@pytest.mark.parametrize(("control", "given", "words"), [
    ("noise", -1.0, "Noise -1.0 given: expected a number from 0 to 2. Nothing was changed."),
    ("samples", 10**9, "Samples 1000000000 given: expected a whole number from 20 to 2000."),
    ("rate", 0.0, "Learning rate 0.0 given: expected a number from 1e-05 to 1."),
    ("steps", 1e9, "Training steps 1000000000 given: expected a whole number from 0 to 20000."),
    ("seed", 1.5, "1.5 was given: expected a whole number."),
    ("steps", 1e308, "Training steps 1000"),
])  # fmt: skip
def test_a_number_out_of_range_gets_a_sentence_and_changes_nothing(control: str, given: float, words: str) -> None:
    page = AppPage.opened(SMALL)
    before = page.experiment
    page.at.number_input(key=f"build-{control}").set_value(given)
    page.run()
    assert any(sentence.startswith(words) for sentence in page.sentences()), page.sentences()
    assert page.experiment == before
    assert page.at.number_input(key=f"build-{control}").value == getattr(before.recipe, control)


def test_the_line_s_numbers_are_the_library_s() -> None:
    page = AppPage.opened(SMALL | {"slices.swap": "2_0_1", "slices.show": "line"}, page="slices")
    metrics = {metric.label: metric.value for metric in page.at.metric}
    experiment = from_query(SMALL)[0]
    net, data = follow_recipe(experiment).network, experiment.recipe.dataset()
    copy = Permutation.transposition(net.spec, 2, (0, 1))(net)
    losses = oracles.line_losses(net, copy, data, [i / 100 for i in range(101)])
    assert metrics["Loss at both ends"] == f"{losses[0]:#.3g}"
    assert metrics["Highest on the way"] == f"{max(losses):#.3g}"
    assert metrics["Barrier"] == f"{max(losses) - losses[0]:#.3g}"
