"""Weight decay is part of the objective, and the objective travels with the data: one definition, everywhere the same.

The oracle is the loss without decay, whose own tests are elsewhere, plus a plain sum of squares, differentiated by torch.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace

import pytest
import torch
from torch import Tensor

import permviz as pv
from tests.cases import LOSS_CASES, Case, dataset, drawn

DECAY = 0.07


def summed(net: pv.Network) -> Tensor:
    """``||theta||^2`` of a single network, number by number."""
    total = torch.zeros((), dtype=net.dtype)
    for w, b in zip(net.weights, net.biases, strict=True):
        for row, c in zip(w, b, strict=True):
            total = total + sum(v * v for v in row) + c * c
    return total


def oracle(net: pv.Network, data: pv.Dataset, decay: float = DECAY) -> Tensor:
    return pv.loss(net, replace(data, weight_decay=0.0)) + decay * summed(net)


def oracle_at(spec: pv.NetworkSpec, data: pv.Dataset) -> Callable[[Tensor], Tensor]:
    return lambda theta: oracle(pv.unflatten(spec, theta), data)


def cases() -> list[tuple[Case, str]]:
    return [
        (Case((2, 3, 2, outputs), activation, seed=4), loss)
        for loss, outputs in LOSS_CASES
        for activation in ("tanh", "gelu", "sigmoid", "relu")
    ]


def decayed(case: Case, loss: str) -> pv.Dataset:
    return dataset(2, case.widths[-1], loss).with_weight_decay(DECAY)


@pytest.mark.parametrize(("case", "loss"), cases(), ids=str)
def test_loss_gradient_and_hessian_are_those_of_the_loss_plus_the_sum_of_squares(case: Case, loss: str) -> None:
    net, data = case.network(), decayed(case, loss)
    theta = net.flatten().requires_grad_(True)
    function = oracle_at(case.spec, data)
    value = function(theta)
    (gradient,) = torch.autograd.grad(value, theta)
    curvature = torch.autograd.functional.hessian(function, theta.detach())  # type: ignore[no-untyped-call]
    own, slope = pv.loss_and_gradient(net, data)
    for found in (own, pv.loss(net, data), pv.loss(net, replace(data, weight_decay=0.0), DECAY)):
        assert torch.isclose(found, value.detach(), rtol=1e-13)
    assert torch.allclose(slope.flatten(), gradient, rtol=1e-11, atol=1e-13)
    assert torch.allclose(pv.hessian(net, data), curvature, rtol=1e-9, atol=1e-11)


def test_a_hundredth_more_of_decay_would_be_seen() -> None:
    """The negative control: the comparison above is no vacuous one."""
    case = Case((2, 3, 1), "tanh")
    net, data = case.network(), dataset(2, 1, "squared")
    assert not torch.isclose(pv.loss(net, data, 1.01 * DECAY), oracle(net, data), rtol=1e-13)
    weights_alone = sum((w**2).sum() for w in net.weights)
    assert not torch.isclose(pv.loss(net, data, 0.0) + DECAY * weights_alone, oracle(net, data), rtol=1e-13)


def test_batches_have_a_decay_each_and_autograd_goes_through_it() -> None:
    net, data = drawn((2, 3, 1), batch=(2, 3)), dataset(2, 1, "squared").with_weight_decay(DECAY)
    losses = pv.loss(net, data)
    assert losses.shape == (2, 3)
    for i in range(2):
        for j in range(3):
            assert torch.isclose(losses[i, j], oracle(net[i, j], data), rtol=1e-13)
    theta = drawn((2, 3, 1)).flatten().requires_grad_(True)
    pv.loss(pv.unflatten(pv.NetworkSpec((2, 3, 1)), theta), data).backward()  # type: ignore[no-untyped-call]
    expected = pv.loss_and_gradient(pv.unflatten(pv.NetworkSpec((2, 3, 1)), theta.detach()), data)[1].flatten()
    assert theta.grad is not None
    assert torch.allclose(theta.grad, expected, rtol=1e-12)


def test_no_decay_leaves_every_bit_as_it_was() -> None:
    net, data = drawn((2, 4, 1)), dataset(2, 1, "binary-cross-entropy")
    copy = pv.Permutation.transposition(net.spec, 1, (0, 2))(net)
    none = data.with_weight_decay(0)
    assert torch.equal(pv.loss(net, none), pv.loss(net, data))
    assert torch.equal(pv.hessian(net, none), pv.hessian(net, data))
    assert torch.equal(pv.line_slice(net, copy, none).losses, pv.line_slice(net, copy, data).losses)
    assert torch.equal(pv.train(net.spec, none, steps=20).losses, pv.train(net.spec, data, steps=20).losses)


def test_slices_are_of_the_objective() -> None:
    spec, data = pv.NetworkSpec((2, 4, 3, 1)), dataset(2, 1, "binary-cross-entropy").with_weight_decay(DECAY)
    a, b, c = (drawn(spec.widths, seed=seed) for seed in range(3))
    line = pv.line_slice(a, b, data, points=5)
    for t, value, norm in zip(line.t.tolist(), line.losses, line.gradient_norms, strict=True):
        point = a + t * (b - a)
        assert torch.isclose(value, oracle(point, data), rtol=1e-12)
        assert torch.isclose(norm, pv.loss_and_gradient(point, data)[1].flatten().norm(), rtol=1e-12)
    swaps = pv.transposition_lines(a, data, 1, points=5)
    middle = 0.5 * (a + pv.Permutation.transposition(spec, 1, swaps.pairs[4])(a))
    assert torch.isclose(swaps.losses[4, 2], oracle(middle, data), rtol=1e-12)
    for plane in (pv.plane_slice(a, b, c, data, resolution=3), pv.random_plane(a, data, resolution=3)):
        for i in range(3):
            for j in range(3):
                point = plane.origin + float(plane.x[j]) * plane.axes[0] + float(plane.y[i]) * plane.axes[1]
                assert torch.isclose(plane.losses[i, j], oracle(point, data), rtol=1e-11)
        assert torch.isclose(plane.anchor_losses[0], oracle(a, data), rtol=1e-12)
    rough = pv.plane_slice(a, b, c, data, resolution=3, dtype=torch.float32).losses.double()
    assert torch.allclose(rough, pv.plane_slice(a, b, c, data, resolution=3).losses, rtol=1e-5)


def test_bodies_averages_and_midpoints_are_of_the_objective() -> None:
    net, data = drawn((2, 4, 1)), dataset(2, 1, "binary-cross-entropy").with_weight_decay(DECAY)
    mean = oracle(pv.symmetric_average(net), data)
    body = pv.permutohedron(net, data, layer=1, subdivisions=2)
    assert torch.allclose(body.corner_losses, oracle(net, data).expand(24), rtol=1e-12)
    assert math.isclose(body.centre_loss, float(mean), rel_tol=1e-12)
    assert torch.isclose(body.losses[0], body.face_centre_losses[0], rtol=1e-12)  # the engine against the plain loss
    curve = pv.jensen_curve(net, data)
    assert math.isclose(curve.bound, float(oracle(net, data)), rel_tol=1e-12)
    assert math.isclose(float(curve.losses[-1]), float(mean), rel_tol=1e-12)
    swapped = pv.midpoint_barriers(net, data)
    halfway = 0.5 * (net + pv.Permutation.transposition(net.spec, 1, swapped.swaps[2][1:])(net))
    assert torch.isclose(swapped.barriers[2], oracle(halfway, data) - oracle(net, data), rtol=1e-10)


def test_norms_beyond_float64_are_infinite_as_the_loss_has_them() -> None:
    net, data = drawn((2, 3, 1)), dataset(2, 1, "binary-cross-entropy").with_weight_decay(DECAY)
    huge = 1e200 * net
    line = pv.line_slice(huge, -1.0 * huge, data, points=5)
    assert torch.isinf(pv.loss(huge, data))
    assert torch.isinf(line.losses[0])
    assert math.isclose(float(line.losses[2]), math.log(2), rel_tol=1e-12)  # all parameters are 0 there
    large = 1e20 * net  # whose squares float32 does not hold
    assert bool(pv.line_slice(large, net, data, dtype=torch.float32).losses.isfinite().all())


@pytest.mark.parametrize(("task", "method"), [("moons", "newton"), ("teacher", "levenberg-marquardt"), ("wave", "adam")])
def test_training_minimises_the_objective(task: str, method: str) -> None:
    data = pv.load_dataset(task, samples=60)
    spec = pv.NetworkSpec((data.inputs.shape[1], 3, 1))
    run = pv.train(spec, data, range(3), steps=120, method=method, weight_decay=0.01)
    alike = pv.train(spec, data.with_weight_decay(0.01), range(3), steps=120, method=method)
    assert torch.equal(run.losses, alike.losses)
    assert run.weight_decay == alike.weight_decay == 0.01
    for i in range(3):
        assert torch.isclose(run.losses[i], oracle(run.networks[i], data, 0.01), rtol=1e-12)
    without = pv.train(spec, data, range(3), steps=120, method=method)
    assert bool((run.networks.flatten().norm(dim=-1) < without.networks.flatten().norm(dim=-1)).all())


def test_separated_classes_have_a_minimum_with_decay_and_none_without() -> None:
    data, spec = pv.load_dataset("blobs", samples=40, noise=0.1), pv.NetworkSpec((2, 3, 1))
    without = pv.train(spec, data, range(4), steps=300, method="second-order")
    assert set(without.status) == {pv.Status.DIVERGING}
    run = pv.train(spec, data, range(4), steps=300, method="second-order", weight_decay=1e-3)
    assert pv.Status.CONVERGED in run.status
    assert pv.Status.DIVERGING not in run.status
    at = run.status.index(pv.Status.CONVERGED)
    decayed = data.with_weight_decay(1e-3)
    found = pv.certify(run.networks[at], decayed)
    assert found.stationary
    assert found.kind != "not stationary"
    assert pv.certify(run.networks[at], data).kind == "not stationary"  # of the loss alone it is no such point
    exact = pv.certify_point(lambda theta: oracle(pv.unflatten(spec, theta), data, 1e-3), run.networks[at].flatten())
    assert torch.allclose(found.spectrum, exact.spectrum, atol=1e-9)


@pytest.mark.parametrize("decay", [1e-12, 1e-9, 1e-7, 1e-5])
def test_however_little_decay_nothing_is_said_to_run_to_infinity(decay: float) -> None:
    data = pv.load_dataset("blobs", samples=20, noise=0.1)
    for method in ("second-order", "adam"):
        run = pv.train(pv.NetworkSpec((2, 2, 1)), data, range(3), steps=60, method=method, weight_decay=decay)
        assert pv.Status.DIVERGING not in run.status
        assert "infinity" not in " ".join(run.messages)


def test_a_run_is_resumed_with_its_own_decay_alone() -> None:
    data, spec = pv.load_dataset("moons", samples=40), pv.NetworkSpec((2, 3, 1))
    for method in ("adam", "second-order"):
        half = pv.train(spec, data, steps=10, method=method, weight_decay=0.01)
        whole = pv.train(spec, data, steps=20, method=method, weight_decay=0.01)
        resumed = pv.train(spec, data, steps=10, method=method, weight_decay=0.01, resume=half)
        assert torch.equal(resumed.networks.flatten(), whole.networks.flatten())
        with pytest.raises(ValueError, match=r"has the weight decay 0\.01, not 0: give the same, or start=run\.networks"):
            pv.train(spec, data, steps=10, method=method, resume=half)


def test_permutations_and_odd_flips_keep_the_objective_other_moves_the_function_alone() -> None:
    data = dataset(2, 1, "binary-cross-entropy").with_weight_decay(DECAY)

    def kept(net: pv.Network, moved: pv.Network) -> bool:
        assert torch.allclose(pv.loss(net, data, 0.0), pv.loss(moved, data, 0.0), rtol=1e-12)
        return bool(torch.isclose(pv.loss(net, data), pv.loss(moved, data), rtol=1e-12))

    tanh, sigmoid, relu, sine = (drawn((2, 3, 1), name) for name in ("tanh", "sigmoid", "relu", "sin"))
    assert kept(tanh, pv.Permutation.random(tanh.spec, seed=1)(tanh))
    assert kept(tanh, pv.sign_flip(tanh, 1, 0))
    assert kept(sine, pv.sign_flip(sine, 1, 0))
    assert not kept(sigmoid, pv.sign_flip(sigmoid, 1, 0))
    assert not kept(relu, pv.rescale(relu, 1, 0, 2.0))
    assert not kept(sine, pv.half_turns(sine, 1, 0))
    words = {name: pv.symmetry_group(pv.NetworkSpec((2, 3, 1), name)).decayed for name in pv.ACTIVATIONS}
    assert "keep ‖θ‖, and so" in words["tanh"]
    assert "not one loss" in words["sigmoid"]
    assert "not one loss" in words["relu"]
    assert words["gelu"] == ""


@pytest.mark.parametrize(("given", "words"), [
    (-1.0, "Weight decay -1 given: expected a number from 0 to 100"),
    (1e9, r"Weight decay 1e\+09 given"),
    (math.nan, "Weight decay nan given"),
    (math.inf, "Weight decay inf given"),
    (True, "Weight decay True given"),
])  # fmt: skip
def test_a_decay_without_a_meaning_gets_a_sentence_wherever_it_is_given(given: float, words: str) -> None:
    data, net = pv.load_dataset("moons", samples=20), drawn((2, 3, 1))
    asked: list[Callable[[], object]] = [
        lambda: data.with_weight_decay(given),
        lambda: replace(data, weight_decay=given),
        lambda: pv.loss(net, data, given),
        lambda: pv.train(net.spec, data, [0], steps=1, weight_decay=given),
    ]
    for ask in asked:
        with pytest.raises(ValueError, match=words):
            ask()
    with pytest.raises(ValueError, match=r"Weight decay .* given: expected"):
        pv.Recipe(decay=given)


def test_data_show_their_objective() -> None:
    assert "+ 0.001 ‖θ‖²" in repr(pv.load_dataset("moons").with_weight_decay(0.001))
    assert "‖θ‖²" not in repr(pv.load_dataset("moons"))


@pytest.mark.parametrize(("loss", "outputs"), LOSS_CASES)
def test_what_calibration_and_lines_tell_of_a_point_has_the_decay_of_the_line(loss: str, outputs: int) -> None:
    nets, plain = drawn((2, 3, outputs), batch=(2,)), dataset(2, outputs, loss)
    data = plain.with_weight_decay(DECAY)
    told, without = pv.calibrate(nets, data), pv.calibrate(nets, plain)
    added = DECAY * torch.stack([summed(nets[i]) for i in range(2)])
    for found, bare in ((told.loss, without.loss), (told.calibrated_loss, without.calibrated_loss)):
        assert torch.allclose(found, bare + added, rtol=1e-13)
    assert torch.allclose(told.decay, added, rtol=1e-13)
    assert torch.equal(without.decay, torch.zeros(2, dtype=torch.float64))
    assert torch.equal(told.temperature, without.temperature)
    line = pv.interpolate(nets[0], nets[1], data, points=5)
    for at, point in ((0, line.start), (2, line.middle), (4, line.end)):
        assert float(point.loss) == pytest.approx(float(line.line.losses[at]), rel=1e-13)
    merged = pv.merge([nets[0], nets[1]], data)
    assert merged.alone is not None
    assert merged.together is not None
    assert torch.allclose(merged.alone.loss, told.loss, rtol=1e-13)
    assert float(merged.together.loss) == pytest.approx(float(oracle(merged.merged, data)), rel=1e-13)
    assert torch.allclose(pv.seed_pairs(nets, data).losses, told.loss, rtol=1e-13)
