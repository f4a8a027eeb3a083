"""Second-order training: against SciPy's minimisers, and its verdicts against problems whose answer is known."""

from __future__ import annotations

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
