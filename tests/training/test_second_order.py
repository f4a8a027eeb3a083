"""Second-order training: against SciPy's minimisers, and its verdicts against problems whose answer is known."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
import torch
from scipy import optimize

import permviz as pv
from permviz.derivatives import passes
from permviz.training import second_order
from tests import cases


def objective(spec: pv.NetworkSpec, data: pv.Dataset) -> tuple[object, object]:
    """Loss and gradient of a flat numpy vector, by automatic differentiation of the plain forward pass."""

    def value(theta: np.ndarray) -> float:
        return float(pv.loss(pv.unflatten(spec, torch.from_numpy(theta)), data))

    def slope(theta: np.ndarray) -> np.ndarray:
        vector = torch.from_numpy(theta).clone().requires_grad_()
        return torch.autograd.grad(pv.loss(pv.unflatten(spec, vector), data), vector)[0].numpy()

    return value, slope


def test_levenberg_marquardt_finds_scipys_minimum() -> None:
    spec, data = pv.NetworkSpec((2, 2, 1)), pv.load_dataset("teacher", samples=40, noise=0.1)
    run = pv.train(spec, data, range(4), 300, "levenberg-marquardt")
    assert "converged" in run.status

    def residuals(theta: np.ndarray) -> np.ndarray:
        return (pv.unflatten(spec, torch.from_numpy(theta))(data.inputs) - data.targets).numpy().ravel()

    for i in [i for i, status in enumerate(run.status) if status == "converged"]:
        near = run.networks[i].flatten().numpy()
        # From a point nearby, as from different starts two methods may well fall into different minima.
        found = optimize.least_squares(residuals, near + 0.01, method="lm", xtol=1e-14, ftol=1e-14, gtol=1e-14)
        assert 2 * found.cost / 40 == pytest.approx(float(run.losses[i]), rel=1e-9)
        assert float(run.gradient_norms[i]) < 1e-8


@pytest.mark.parametrize(("task", "widths"), [("blobs", (2, 1)), ("four-blobs", (2, 4))])
def test_newton_finds_the_minimum_of_a_convex_problem(task: str, widths: tuple[int, ...]) -> None:
    """Logistic regression: every start ends at the one minimal loss, which BFGS finds as well."""
    spec, data = pv.NetworkSpec(widths), pv.load_dataset(task, samples=60, noise=1.5)
    run = pv.train(spec, data, range(3), 300, "newton")
    assert set(run.status) == {"converged"}
    value, slope = objective(spec, data)
    found = optimize.minimize(
        value, np.zeros(spec.parameter_count), jac=slope, method="BFGS", options={"gtol": 1e-7, "maxiter": 5000}
    )
    assert torch.allclose(run.losses, torch.tensor(found.fun, dtype=torch.float64), rtol=0, atol=1e-8)
    assert float(run.gradient_norms.max()) < 1e-8


def test_newton_finds_scipys_minimum_of_a_network() -> None:
    spec, data = pv.NetworkSpec((2, 1, 1)), pv.load_dataset("blobs", samples=60, noise=2.0)
    run = pv.train(spec, data, range(6), 100, "newton")
    converged = [i for i, status in enumerate(run.status) if status == "converged"]
    assert converged
    value, slope = objective(spec, data)
    for i in converged:
        near = run.networks[i].flatten().numpy() + 0.01
        found = optimize.minimize(value, near, jac=slope, method="BFGS", options={"gtol": 1e-8, "maxiter": 5000})
        assert found.fun >= float(run.losses[i]) - 1e-9


def test_a_converged_start_satisfies_the_second_order_condition() -> None:
    spec, data = pv.NetworkSpec((2, 1, 1)), pv.load_dataset("blobs", samples=60, noise=2.0)
    run = pv.train(spec, data, range(6), 100, "second-order")
    lowest = torch.linalg.eigvalsh(pv.hessian(run.networks, data))[:, 0]
    converged = [i for i, status in enumerate(run.status) if status == "converged"]
    assert converged
    assert all(lowest[i] > -1e-8 for i in converged)


def test_a_good_share_of_64_starts_finds_the_teacher_exactly() -> None:
    run = pv.train(pv.NetworkSpec((2, 4, 1)), pv.load_dataset("teacher"), range(64), 200, "levenberg-marquardt")
    assert int((run.losses < 1e-20).sum()) >= 16
    assert all(status == "converged" for status, loss in zip(run.status, run.losses.tolist(), strict=True) if loss < 1e-20)
    assert torch.allclose(run.losses, pv.loss(run.networks, pv.load_dataset("teacher")), atol=1e-14)


def test_starts_in_a_batch_are_the_starts_alone() -> None:
    spec, data = pv.NetworkSpec((2, 3, 1)), pv.load_dataset("teacher", samples=50)
    together = pv.train(spec, data, range(4), 15, "second-order")
    for seed in range(4):
        alone = pv.train(spec, data, [seed], 15, "second-order")
        assert torch.allclose(alone.networks.flatten()[0], together.networks.flatten()[seed], rtol=1e-6, atol=1e-8)


@pytest.mark.parametrize(("task", "method"), [("teacher", "levenberg-marquardt"), ("moons", "newton")])
def test_starts_in_pieces_are_the_starts_together(task: str, method: str, monkeypatch: pytest.MonkeyPatch) -> None:
    spec, data = pv.NetworkSpec((2, 3, 1)), pv.load_dataset(task, samples=50)
    together = pv.train(spec, data, range(5), 12, method)
    monkeypatch.setattr(passes, "CHUNK", 1)
    pieces = pv.train(spec, data, range(5), 12, method)
    assert torch.allclose(pieces.networks.flatten(), together.networks.flatten(), rtol=1e-6, atol=1e-8)
    assert pieces.status == together.status


def test_the_loss_never_rises() -> None:
    run = pv.train(pv.NetworkSpec((2, 4, 1)), pv.load_dataset("moons", noise=0.3), range(4), 60, "newton")
    changes = run.history.losses.diff(dim=0)
    assert bool((changes <= 1e-14).all())
    assert bool((changes < 0).any())


@pytest.mark.parametrize(("task", "widths"), [("blobs", (2, 2, 1)), ("four-blobs", (2, 4, 4))])
def test_separable_classes_run_to_infinity(task: str, widths: tuple[int, ...]) -> None:
    data = pv.load_dataset(task, samples=40, noise=0.05)
    run = pv.train(pv.NetworkSpec(widths), data, range(4), 300, "newton")
    assert set(run.status) == {"diverging"}
    assert float(run.losses.max()) < np.log(2) / 40
    # The gradient is small there all the same, so that it alone would have told of a minimum.
    assert float(run.gradient_norms.min()) < 1e-8


def test_partly_separable_classes_run_to_infinity_from_every_start() -> None:
    """One iris can be told from the others by a line: part of the loss has its infimum at infinity, the rest a minimum."""
    run = pv.train(pv.NetworkSpec((4, 3)), pv.load_dataset("iris"), range(6), 200, "newton")
    assert set(run.status) == {"diverging"}
    assert float(run.losses.max() - run.losses.min()) < 1e-9
    assert float(run.losses.min()) > np.log(2) / 150


def saturating(noise: float) -> pv.Dataset:
    """A step, which a tanh fits the better the steeper it is: the infimum lies at infinite weights."""
    x = torch.linspace(-1, 1, 20, dtype=torch.float64)[:, None]
    y = (
        torch.sign(x)
        + noise
        * torch.linspace(-1, 1, 20, dtype=torch.float64)[torch.randperm(20, generator=torch.Generator().manual_seed(0)), None]
    )
    return pv.Dataset("step", x, y, "squared", ("x",), ("y",))


@pytest.mark.parametrize("noise", [0.0, 0.05])
def test_a_step_fitted_by_one_tanh_runs_to_infinity(noise: float) -> None:
    run = pv.train(pv.NetworkSpec((1, 1, 1)), saturating(noise), range(3), 300, "levenberg-marquardt")
    assert "diverging" in run.status
    assert "converged" not in run.status
    i = run.status.index("diverging")
    assert float(run.gradient_norms[i]) < 1e-8
    assert "infinity" in run.messages[i]


def test_problems_with_a_minimum_are_not_said_to_diverge() -> None:
    smooth = pv.load_dataset("teacher", noise=0.1)
    run = pv.train(pv.NetworkSpec((2, 1, 1)), smooth, range(6), 300, "levenberg-marquardt")
    assert set(run.status) == {"converged"}
    mixed = pv.load_dataset("blobs", samples=80, noise=2.0)
    run = pv.train(pv.NetworkSpec((2, 1)), mixed, range(6), 300, "newton")
    assert set(run.status) == {"converged"}


def test_a_flat_degenerate_minimum_converges() -> None:
    """Two linear layers: minima are a hyperbola, so the Hessian is singular on all of them."""
    run = pv.train(pv.NetworkSpec((2, 3, 1), "linear"), pv.load_dataset("egg-box", samples=50), range(4), 200, "second-order")
    assert set(run.status) == {"converged"}
    assert float(run.gradient_norms.max()) < 1e-8


def wide_student(width: int, activation: str, samples: int, seeds: Sequence[int]) -> pv.TrainingRun:
    """More nodes than the teacher has: its copies with dead or doubled nodes are minima of loss 0, all of them degenerate."""
    spec, data = pv.NetworkSpec((2, width, 1), activation), pv.load_dataset("teacher", samples=samples, noise=0.0)
    adam = pv.train(spec, data, seeds=seeds, steps=200, learning_rate=0.01)
    return pv.train(spec, data, start=adam.networks, steps=300, method="second-order")


@pytest.mark.parametrize(("activation", "seeds"), [("tanh", (17, 5, 6, 7, 8, 9)), ("sigmoid", range(24))])
def test_creeping_in_a_degenerate_valley_is_not_running_to_infinity(activation: str, seeds: Sequence[int]) -> None:
    run = wide_student(6, activation, 200, seeds)
    low = [i for i, loss in enumerate(run.losses.tolist()) if loss < 1e-15]
    assert "diverging" not in [run.status[i] for i in low]
    found = [i for i in low if run.status[i] == "degenerate"]
    assert found
    for i in found:
        assert "below the tolerance" in run.messages[i]
        assert "infinity" not in run.messages[i]
        # The Hessian agrees: some curvatures vanish there, and not those of a symmetry, of which tanh and sigmoid have none.
        curvatures = torch.linalg.eigvalsh(pv.hessian(run.networks[i], pv.load_dataset("teacher", samples=200, noise=0.0)))
        assert float(curvatures.abs().min()) < 1e-6 * float(curvatures.max())


def test_the_wide_students_minimum_is_attained() -> None:
    """What is approached there is no infimum at infinity: a teacher of four nodes and two dead ones has it exactly."""
    data = pv.load_dataset("teacher", samples=200, noise=0.0)
    four = pv.train(pv.NetworkSpec((2, 4, 1)), data, range(8), 200, "second-order")
    best = four.networks[int(four.losses.argmin())]
    (w, a), (b, c) = best.weights, best.biases
    dead = torch.zeros(2, 2, dtype=torch.float64)
    six = pv.Network((torch.cat([w, dead]), torch.cat([a, dead[:1]], dim=1)), (torch.cat([b, dead[0]]), c), "tanh")
    assert float(pv.loss(six, data)) < 1e-25


def logistic(scale: float, overlap: float) -> pv.Dataset:
    """Two classes on a line that touch at 0 (overlap 0: no minimum) or overlap a little (a minimum, far out)."""
    x = scale * torch.tensor([[-2.0], [-1.0], [overlap], [-overlap], [1.0], [2.0]], dtype=torch.float64)
    y = torch.tensor([0, 0, 0, 1, 1, 1])
    return pv.Dataset("line", x, y, "binary-cross-entropy", ("x",), ("p",))


@pytest.mark.parametrize("scale", [1e-6, 1e-3, 1.0, 1e3])
def test_units_of_the_inputs_do_not_decide(scale: float) -> None:
    """Rescaled inputs are rescaled weights: the minimum, and whether there is one, stay."""
    spec = pv.NetworkSpec((1, 1))
    run = pv.train(spec, logistic(scale, 1e-3), range(3), 300, "newton")
    assert set(run.status) == {"converged"}
    value, slope = objective(spec, logistic(1.0, 1e-3))
    found = optimize.minimize(value, np.zeros(2), jac=slope, method="BFGS", options={"gtol": 1e-10})
    assert run.losses.tolist() == pytest.approx([found.fun] * 3, rel=1e-9)
    touching = pv.train(spec, logistic(scale, 0.0), range(3), 300, "newton")
    assert "converged" not in touching.status


@pytest.mark.parametrize("scale", [1e-3, 1e-6])
def test_units_of_the_targets_do_not_decide(scale: float) -> None:
    """A network that has converged on small targets has converged on those of size 1 once its output layer is rescaled."""
    data, spec = pv.load_dataset("teacher", samples=200), pv.NetworkSpec((2, 4, 1))
    run = pv.train(spec, replace(data, targets=scale * data.targets), range(16), 300, "second-order")
    converged = [i for i, status in enumerate(run.status) if status == "converged"]
    assert converged
    assert "diverging" not in run.status
    for i in converged:
        net = run.networks[i]
        rescaled = pv.Network((net.weights[0], net.weights[1] / scale), (net.biases[0], net.biases[1] / scale), "tanh")
        further = pv.train(spec, data, start=rescaled, steps=20, method="second-order")
        assert float(run.losses[i]) / scale**2 - float(further.losses[0]) < 1e-8


def zigzag() -> pv.Dataset:
    """Six points whose best fit by one corner has the corner near, but not on, one of them."""
    x = torch.linspace(-1, 1, 6, dtype=torch.float64)[:, None]
    y = torch.tensor([[1.5, -0.3, -2.2, 0.6, -1.1, -1.4]], dtype=torch.float64).T
    return pv.Dataset("zigzag", x, y, "squared", ("x",), ("y",))


def kink_distance(net: pv.Network, data: pv.Dataset) -> float:
    """The smallest pre-activation of a hidden node, over all samples."""
    return float((data.inputs @ net.weights[0].mT + net.biases[0]).abs().min())


@pytest.mark.parametrize("activation", ["relu", "leaky_relu"])
def test_descents_into_a_kink_stall_and_say_so(activation: str) -> None:
    """There the derivatives from the left and from the right differ, and steps that use one of them lead nowhere."""
    data = zigzag()
    run = pv.train(pv.NetworkSpec((1, 1, 1), activation), data, range(20), 300, "levenberg-marquardt")
    found = {status: [i for i, s in enumerate(run.status) if s == status] for status in ("stalled", "converged")}
    assert len(found["stalled"]) >= 2
    assert len(found["converged"]) >= 2
    for i in found["stalled"]:
        assert float(run.gradient_norms[i]) > 1e-4
        assert kink_distance(run.networks[i], data) < 1e-12
        assert "lowers the loss any more" in run.messages[i]
        assert "kink" in run.messages[i]
    for i in found["converged"]:
        assert float(run.gradient_norms[i]) < 1e-8


def test_without_a_kink_nothing_stalls() -> None:
    """Negative control: the same data, the same starts, a corner that is round."""
    run = pv.train(pv.NetworkSpec((1, 1, 1), "softplus"), zigzag(), range(20), 300, "levenberg-marquardt")
    assert "stalled" not in run.status


def test_a_tolerance_below_rounding_stalls() -> None:
    spec, data = pv.NetworkSpec((2, 2, 1)), pv.load_dataset("teacher", samples=50, noise=0.1)
    run = pv.train(spec, data, range(2), 400, "levenberg-marquardt", tolerance=1e-20)
    assert set(run.status) == {"stalled"}
    assert float(run.gradient_norms.max()) < 1e-12
    assert all("rounding" in message for message in run.messages)
    # Negative control: within rounding's reach each of the same starts converges.
    assert set(pv.train(spec, data, range(2), 400, "levenberg-marquardt").status) == {"converged"}


def test_exact_hessians_are_what_makes_it_quadratic(monkeypatch: pytest.MonkeyPatch) -> None:
    spec, data = pv.NetworkSpec((2, 4, 1)), pv.load_dataset("teacher", noise=0.1)
    with_them = pv.train(spec, data, range(6), 150, "second-order")
    monkeypatch.setattr(second_order, "CRAWL", 10**9)
    without = pv.train(spec, data, range(6), 150, "second-order")
    assert with_them.status.count("converged") > without.status.count("converged")


def test_a_lower_tolerance_reopens_what_had_converged() -> None:
    spec, data = pv.NetworkSpec((2, 1)), pv.load_dataset("blobs", samples=60, noise=1.5)
    rough = pv.train(spec, data, [0], 200, "newton", tolerance=0.5)
    fine = pv.train(spec, data, steps=200, method="newton", resume=rough)
    assert fine.status == ("converged",)
    assert float(fine.gradient_norms[0]) < 1e-8


def test_failure_at_the_start_and_excessive_sizes_are_told() -> None:
    spec, data = pv.NetworkSpec((2, 3, 1), "relu"), pv.load_dataset("egg-box", samples=20)
    batch = pv.stack([pv.init_network(spec, 0), pv.init_network(spec, 0).map(lambda p: torch.full_like(p, 1e100))])
    run = pv.train(spec, data, start=batch, steps=20, method="second-order")
    assert run.status[1] == "failed"
    assert run.status[0] != "failed"
    with pytest.raises(ValueError, match="adam"):
        pv.train(pv.NetworkSpec((64, 32, 10)), pv.load_dataset("digits"), [0], 1, "second-order")


def test_all_activations_train() -> None:
    data = cases.dataset(2, 1, "squared", samples=12)
    for activation in pv.ACTIVATIONS:
        run = pv.train(pv.NetworkSpec((2, 2, 1), activation), data, range(2), 40, "second-order")
        assert bool((run.losses < run.history.losses[0]).all()), activation
        assert bool(torch.isfinite(run.networks.flatten()).all()), activation
