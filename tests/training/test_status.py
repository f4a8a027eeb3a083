"""How starts end: words that compare as plain text, and one sentence of facts and remedy."""

from __future__ import annotations

import pickle

import pytest

import permviz as pv
from permviz.training.status import failed_at_the_start, stopped


@pytest.mark.parametrize("name", ["converged", "degenerate", "stalled", "diverging", "stopped", "failed"])
def test_a_status_is_its_name_and_says_what_it_means(name: str) -> None:
    status = pv.Status(name)
    assert status == name
    assert f"{status}" == name
    assert f"{(status,)}" == f"('{name}',)"
    assert pickle.loads(pickle.dumps(status)) is status
    assert status.meaning
    assert (status.remedy == "") == (name in ("converged", "degenerate", "diverging"))  # there is nowhere to go from those


def test_other_words_are_no_status() -> None:
    """Negative control."""
    assert pv.Status.CONVERGED != "Converged"
    with pytest.raises(ValueError, match="finished"):
        pv.Status("finished")


def test_a_message_is_facts_and_remedy() -> None:
    assert stopped(3, 0.25).message == (
        "The budget was used up after 3 steps with a gradient norm of 2.5e−1: more steps would go on."
    )
    assert failed_at_the_start().message.endswith("choose smaller starting parameters.")
    assert stopped(0, 0.25).message == "No step was taken; the gradient norm is 2.5e−1: more steps would go on."
    assert stopped(1, 0.25).message.startswith("The budget was used up after 1 step with")
    assert pv.Ending(pv.Status.STOPPED, "Stopped by hand").message == "Stopped by hand."


def test_a_run_tells_each_start_apart() -> None:
    spec, data = pv.NetworkSpec((2, 3, 1), "relu"), pv.load_dataset("egg-box", samples=20)
    good = pv.init_network(spec, 0)
    run = pv.train(spec, data, start=pv.stack([good, good.map(lambda p: p * 0 + 1e100)]), steps=2)
    assert run.status == ("stopped", "failed") == tuple(ending.status for ending in run.endings)
    assert run.messages == tuple(ending.message for ending in run.endings)
    assert all(message.endswith(".") and not message.endswith("..") for message in run.messages)
