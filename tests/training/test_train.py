"""Training: against a slow loop over torch's own Adam, resumed to the last bit, and honest about every start."""

from __future__ import annotations

import dataclasses
import math
import re
from typing import Any

import pytest
import torch

import permviz as pv
from permviz.training import runs
from tests import cases


def one_at_a_time(spec: pv.NetworkSpec, data: pv.Dataset, seed: int, steps: int, rate: float) -> torch.Tensor:
    """The obvious way: one network, automatic differentiation, torch.optim.Adam."""
    net = pv.init_network(spec, seed)
    parameters = [p.clone().requires_grad_() for p in (*net.weights, *net.biases)]
    optimiser = torch.optim.Adam(parameters, lr=rate)
    half = len(net.weights)
    for _ in range(steps):
        optimiser.zero_grad()
        pv.loss(pv.Network(tuple(parameters[:half]), tuple(parameters[half:]), spec.activation), data).backward()
        optimiser.step()
    done = [p.detach() for p in parameters]
    return pv.Network(tuple(done[:half]), tuple(done[half:]), spec.activation).flatten()


@pytest.mark.parametrize("activation", ["tanh", "relu", "sin"])
@pytest.mark.parametrize(("task", "widths"), [("moons", (2, 4, 3, 1)), ("egg-box", (2, 4, 1)), ("four-blobs", (2, 3, 4))])
def test_adam_is_torchs_adam(task: str, widths: tuple[int, ...], activation: str) -> None:
    spec, data, seeds = pv.NetworkSpec(widths, activation), pv.load_dataset(task, samples=40), [3, 0, 11]
    run = pv.train(spec, data, seeds, steps=50, learning_rate=0.02)
    expected = torch.stack([one_at_a_time(spec, data, seed, 50, 0.02) for seed in seeds])
    assert torch.allclose(run.networks.flatten(), expected, rtol=0, atol=1e-10)
    assert torch.allclose(run.losses, pv.loss(run.networks, data), rtol=0, atol=1e-14)
    # Negative control: one step more is another point.
    assert not torch.allclose(run.networks.flatten()[0], one_at_a_time(spec, data, 3, 51, 0.02), rtol=0, atol=1e-4)


def test_gradient_norms_and_losses_belong_to_the_networks() -> None:
    spec, data = pv.NetworkSpec((2, 3, 1)), pv.load_dataset("moons", samples=50)
    run = pv.train(spec, data, range(3), steps=20)
    losses, gradient = pv.loss_and_gradient(run.networks, data)
    assert torch.equal(run.losses, losses)
    assert torch.allclose(run.gradient_norms, gradient.flatten().norm(dim=-1), rtol=1e-12)


def same(a: Any, b: Any) -> bool:
    """Equality to the last bit of two runs."""
    return (
        torch.equal(a.networks.flatten(), b.networks.flatten())
        and torch.equal(a.losses, b.losses)
        and torch.equal(a.gradient_norms, b.gradient_norms)
        and (a.status, a.messages, a.steps) == (b.status, b.messages, b.steps)
        and torch.equal(a.history.steps, b.history.steps)
        and torch.equal(a.history.losses, b.history.losses)
        and all(torch.equal(a.optimiser[name], b.optimiser[name]) for name in a.optimiser)
    )


@pytest.mark.parametrize(
    ("task", "widths", "method"),
    [
        ("moons", (2, 4, 4, 1), "adam"),
        ("moons", (2, 3, 1), "newton"),
        ("egg-box", (2, 4, 1), "levenberg-marquardt"),
        ("teacher", (2, 4, 1), "levenberg-marquardt"),
    ],
)
@pytest.mark.parametrize(("first", "second"), [(0, 30), (7, 73), (50, 30)])
def test_a_resumed_run_is_the_uninterrupted_one_to_the_last_bit(
    task: str, widths: tuple[int, ...], method: str, first: int, second: int
) -> None:
    spec, data = pv.NetworkSpec(widths), pv.load_dataset(task, samples=60)

    def train(steps: int, resume: pv.TrainingRun | None = None) -> pv.TrainingRun:
        return pv.train(spec, data, range(5), steps, method, resume=resume)

    straight = train(first + second)
    assert same(train(second, resume=train(first)), straight)
    assert not same(train(second - 1, resume=train(first)), straight) or straight.steps < first + second - 1


def test_resuming_leaves_the_earlier_run_as_it_was() -> None:
    spec, data = pv.NetworkSpec((2, 3, 1)), pv.load_dataset("moons", samples=30)
    for method in ("adam", "newton"):
        run = pv.train(spec, data, [0], 5, method)
        before = run.networks.flatten().clone(), {k: v.clone() for k, v in run.optimiser.items()}
        pv.train(spec, data, steps=5, method=method, resume=run)
        assert torch.equal(run.networks.flatten(), before[0])
        assert all(torch.equal(run.optimiser[k], v) for k, v in before[1].items())


def test_history_is_bounded_and_does_not_depend_on_interruptions(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runs, "MOST_RECORDS", 16)
    spec, data = pv.NetworkSpec((2, 2, 1)), pv.load_dataset("moons", samples=8)
    straight = pv.train(spec, data, [0, 1], steps=101)
    run = pv.train(spec, data, [0, 1], steps=0)
    for steps in (1, 14, 1, 20, 64, 1):
        run = pv.train(spec, data, steps=steps, resume=run)
        assert len(run.history.steps) <= 17
    assert straight.history.steps.tolist() == [*range(0, 101, 8), 101] == run.history.steps.tolist()
    assert torch.equal(straight.history.losses, run.history.losses)
    assert torch.equal(straight.history.losses[0], pv.train(spec, data, [0, 1], steps=0).losses)
    assert torch.equal(straight.history.losses[3], pv.train(spec, data, [0, 1], steps=24).losses)


def test_no_steps_only_evaluate_the_start() -> None:
    spec, data = pv.NetworkSpec((2, 3, 1)), pv.load_dataset("moons", samples=30)
    run = pv.train(spec, data, [4], steps=0)
    assert torch.equal(run.networks[0].flatten(), pv.init_network(spec, 4).flatten())
    assert run.status == ("stopped",)
    assert run.history.steps.tolist() == [0]


def test_an_explicit_start_single_or_batched_equals_the_seeds() -> None:
    spec, data = pv.NetworkSpec((2, 3, 1)), pv.load_dataset("moons", samples=30)
    by_seed = pv.train(spec, data, [2, 5], steps=9)
    batch = pv.stack([pv.init_network(spec, seed) for seed in (2, 5)])
    assert torch.equal(pv.train(spec, data, start=batch, steps=9).networks.flatten(), by_seed.networks.flatten())
    single = pv.train(spec, data, start=batch[0], steps=9)
    assert single.networks.batch_shape == (1,)
    assert torch.allclose(single.networks.flatten()[0], by_seed.networks.flatten()[0], rtol=0, atol=1e-13)


def test_training_commutes_with_permutations_and_not_with_a_broken_one() -> None:
    """Swapping two nodes before training or after it is the same thing (Adam treats every parameter alike)."""
    spec, data = pv.NetworkSpec((2, 4, 3, 1)), pv.load_dataset("moons", samples=30)
    swap, net = pv.Permutation.random(spec, seed=1), pv.init_network(spec, 0)
    trained = pv.train(spec, data, start=net, steps=30).networks[0]
    other = pv.train(spec, data, start=swap(net), steps=30).networks[0]
    assert torch.allclose(other.flatten(), swap(trained).flatten(), rtol=0, atol=1e-9)
    broken = pv.Network((swap(net).weights[0], *net.weights[1:]), net.biases)
    other = pv.train(spec, data, start=broken, steps=30).networks[0]
    assert not torch.allclose(other.flatten(), swap(trained).flatten(), rtol=0, atol=1e-2)


def test_float32_stays_float32() -> None:
    run = pv.train(pv.NetworkSpec((2, 3, 1)), pv.load_dataset("moons"), [0], 20, dtype=torch.float32)
    assert run.networks.dtype == run.losses.dtype == torch.float32


def test_the_callback_sees_progress_and_stops_the_run() -> None:
    spec, data = pv.NetworkSpec((2, 3, 1)), pv.load_dataset("moons", samples=30)
    seen: list[pv.Progress] = []

    def watch(progress: pv.Progress) -> bool:
        seen.append(progress)
        assert torch.allclose(pv.loss(progress.networks, data), progress.losses, atol=1e-13)
        return progress.step < 30

    run = pv.train(spec, data, range(2), steps=100, callback=watch, report_every=10)
    assert [p.step for p in seen] == [10, 20, 30]
    assert {p.steps for p in seen} == {100}
    assert run.steps == 30
    assert run.status == ("stopped", "stopped")
    assert "on request" in run.messages[0]
    # What was reported stays as it was, though training went on in place.
    assert not torch.equal(seen[0].losses, seen[1].losses)
    assert same(
        pv.train(spec, data, steps=70, resume=run),
        pv.train(spec, data, range(2), steps=100, callback=lambda p: None),
    )


def test_a_failing_start_keeps_its_last_finite_state_and_spares_the_others() -> None:
    """Start 1 sits where squared outputs overflow after one step; the others are ordinary."""
    spec, data = pv.NetworkSpec((2, 3, 1), "relu"), pv.load_dataset("egg-box", samples=20)
    good = pv.stack([pv.init_network(spec, seed) for seed in (0, 1)])
    theta = good.flatten()
    bad = torch.full_like(theta[0], 1e100)
    batch = pv.unflatten(spec, torch.stack([theta[0], bad, theta[1]]))
    alone = pv.train(spec, data, start=good, steps=40, learning_rate=0.02)
    run = pv.train(spec, data, start=batch, steps=40, learning_rate=0.02)
    assert run.status == ("stopped", "failed", "stopped")
    assert "not finite at the start" in run.messages[1]
    assert torch.equal(run.networks.flatten()[1], bad)
    assert torch.allclose(run.networks.flatten()[[0, 2]], alone.networks.flatten(), rtol=0, atol=1e-13)


def test_a_learning_rate_far_too_large_fails_with_its_cause() -> None:
    spec, data = pv.NetworkSpec((2, 3, 1), "relu"), pv.load_dataset("egg-box", samples=20)
    run = pv.train(spec, data, [0], steps=10, learning_rate=1e76)
    assert run.status == ("failed",)
    assert "learning rate 1e76" in run.messages[0]
    assert bool(torch.isfinite(run.networks.flatten()).all())
    assert math.isfinite(float(run.gradient_norms[0]))
    at = int(run.messages[0].split("at step ")[1].split(":")[0])
    last_fine = pv.train(spec, data, [0], steps=at - 1, learning_rate=1e76)
    assert last_fine.status != ("failed",)
    assert torch.equal(run.networks.flatten(), last_fine.networks.flatten())
    assert run.steps == at
    assert pv.train(spec, data, steps=5, learning_rate=1e76, resume=run).status == ("failed",)


def test_a_start_that_fails_on_the_way_spares_the_others() -> None:
    """The zero network is stationary for balanced targets, so no learning rate can move it; its neighbour blows up."""
    spec, x = pv.NetworkSpec((2, 3, 1), "relu"), cases.inputs(2, 8)
    y = torch.tensor([[1.0], [-1.0]], dtype=torch.float64).repeat(4, 1)
    data = pv.Dataset("balanced", x, y, "squared", ("x", "y"), ("z",))
    net = pv.init_network(spec, 0)
    run = pv.train(spec, data, start=pv.stack([net, net.map(torch.zeros_like)]), steps=10, learning_rate=1e76)
    assert run.status == ("failed", "converged")
    assert run.steps == 10
    assert not bool(run.networks.flatten()[1].any())
    assert run.losses[1] == 1


def test_separable_classes_are_reported_as_diverging_and_others_are_not() -> None:
    spec = pv.NetworkSpec((2, 4, 1))
    apart = pv.train(spec, pv.load_dataset("blobs", samples=40, noise=0.1), [0], steps=200, learning_rate=0.05)
    assert apart.status == ("diverging",)
    # That the optimum lies at infinity excludes no local minimum elsewhere.
    assert "no global minimum" in apart.messages[0]
    assert "no minimum" not in apart.messages[0]
    mixed = pv.train(spec, pv.load_dataset("blobs", samples=40, noise=3.0), [0], steps=200, learning_rate=0.05)
    assert mixed.status == ("stopped",)


def test_adam_can_converge() -> None:
    """A linear network on one weight and bias has a strictly convex loss: Adam at a small rate reaches its minimum."""
    data = dataclasses.replace(
        pv.load_dataset("wave", samples=20), targets=torch.linspace(-1, 1, 20, dtype=torch.float64)[:, None]
    )
    run = pv.train(pv.NetworkSpec((1, 1)), data, [0], steps=3000, learning_rate=0.01)
    assert run.status == ("converged",)
    assert float(run.gradient_norms[0]) < 1e-8


def test_adam_has_not_converged_before_it_answers_small_targets() -> None:
    """An untrained network of small outputs has gradients as small as a converged one has; it still answers nothing."""
    data = pv.load_dataset("teacher", samples=50)
    small = dataclasses.replace(data, targets=1e-9 * data.targets)
    start = pv.init_network(pv.NetworkSpec((2, 3, 1)), 0).map(lambda p: 1e-9 * p)
    run = pv.train(start.spec, small, start=start, steps=0)
    assert float(run.losses[0]) > float(small.targets.square().mean())
    assert float(run.gradient_norms[0]) < 1e-8  # negative control: alone, this would be enough
    assert run.status == ("stopped",)


REFUSED: tuple[tuple[dict[str, Any], str], ...] = (
    ({"steps": -1}, "Steps -1"),
    ({"steps": 1.5}, "Steps 1.5"),
    ({"steps": True}, "Steps True"),
    ({"steps": 10**7}, "1000000"),
    ({"learning_rate": math.nan}, "Learning rate nan"),
    ({"learning_rate": math.inf}, "Learning rate inf"),
    ({"learning_rate": 0.0}, "above 0"),
    ({"learning_rate": "fast"}, "learning_rate='fast' given to train: expected a number"),
    ({"seeds": []}, "Seeds"),
    ({"seeds": 7}, "expected a sequence, each entry a whole number"),
    ({"seeds": [-1]}, "Seed -1"),
    ({"seeds": range(10**30)}, "expected 1 to 10000"),
    ({"seeds": range(68), "spec": pv.NetworkSpec((2, 499, 1)), "method": "newton"}, "expected at most 67 at once"),
    ({"seeds": range(10_000), "spec": pv.NetworkSpec((2, 9000, 1))}, "expected at most 7456 at once"),
    ({"method": "sgd"}, "choose one of adam"),
    ({"method": "levenberg-marquardt"}, 'use "newton" or "adam"'),
    ({"tolerance": 0}, "Tolerance"),
    ({"report_every": 0}, "report_every"),
    ({"dtype": torch.float16}, "dtype"),
    ({"spec": pv.NetworkSpec((3, 4, 1))}, "2 inputs and asks for 1 outputs"),
    ({"spec": pv.NetworkSpec((2, 4, 2))}, "2 inputs and asks for 1 outputs"),
    ({"start": pv.init_network(pv.NetworkSpec((2, 5, 1)))}, "give the spec"),
    ({"start": cases.Case((2, 4, 1), "tanh", (2, 2)).network()}, "single axis"),
    ({"start": pv.init_network(pv.NetworkSpec((2, 4, 1))).map(lambda p: p * math.nan)}, "not finite"),
)


@pytest.mark.parametrize(("change", "sentence"), REFUSED, ids=[sentence for _, sentence in REFUSED])
def test_what_cannot_be_done_is_told(change: dict[str, Any], sentence: str) -> None:
    arguments: dict[str, Any] = {"spec": pv.NetworkSpec((2, 4, 1)), "data": pv.load_dataset("moons", samples=20), "steps": 1}
    with pytest.raises(ValueError, match=re.escape(sentence)):
        pv.train(**(arguments | change))


def test_newton_is_refused_for_the_squared_loss() -> None:
    with pytest.raises(ValueError, match='use "levenberg-marquardt" or "adam"'):
        pv.train(pv.NetworkSpec((2, 4, 1)), pv.load_dataset("egg-box"), [0], 1, "newton")


def test_a_run_that_cannot_be_resumed_is_told() -> None:
    spec, data = pv.NetworkSpec((2, 3, 1)), pv.load_dataset("moons", samples=20)
    run = pv.train(spec, data, [0], 1)
    with pytest.raises(ValueError, match=r"start=run\.networks"):
        pv.train(spec, data, steps=1, method="newton", resume=run)
    with pytest.raises(ValueError, match="same spec"):
        pv.train(pv.NetworkSpec((2, 4, 1)), data, steps=1, resume=run)
    with pytest.raises(ValueError, match="one of the two"):
        pv.train(spec, data, steps=1, resume=run, start=run.networks)
