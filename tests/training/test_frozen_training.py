"""Training, derivatives and certificates on the free parameters alone."""

from __future__ import annotations

import numpy as np
import pytest
import torch

import permviz as pv
from tests import oracles

FROZEN = pv.FrozenEntries(0.4, 0.5, seed=1)
MOONS = pv.load_dataset("moons", samples=40)
WAVE = pv.load_dataset("wave", samples=40)
DECAYED = MOONS.with_weight_decay(0.1)


def spec_of(data: pv.Dataset, hidden: tuple[int, ...], frozen: pv.FrozenEntries | None = FROZEN) -> pv.NetworkSpec:
    return pv.NetworkSpec((data.inputs.shape[-1], *hidden, data.network_outputs), "tanh", frozen)


@pytest.mark.parametrize("dtype", [torch.float64, torch.float32])
@pytest.mark.parametrize(
    ("method", "data"),
    [("adam", MOONS), ("newton", MOONS), ("levenberg-marquardt", WAVE), ("adam", DECAYED), ("newton", DECAYED)],
)
def test_no_method_moves_them_and_all_move_the_rest(method: str, data: pv.Dataset, dtype: torch.dtype) -> None:
    spec = spec_of(data, (4, 3))
    run = pv.train(spec, data, seeds=range(3), steps=30, method=method, dtype=dtype)
    start = pv.stack([pv.init_network(spec, seed, dtype) for seed in range(3)]).flatten()
    moved = run.networks.flatten() != start
    mask = pv.frozen_mask(spec)
    assert run.networks.spec == spec
    assert not bool(moved[:, mask].any())
    assert bool(moved[:, ~mask].all())
    ordinary = pv.train(spec_of(data, (4, 3), None), data, steps=30, method=method, start=run.networks.thawed())
    assert bool((ordinary.networks.flatten() != run.networks.flatten().double())[:, mask].any())  # negative control


def test_a_run_goes_on_as_if_it_had_never_stopped() -> None:
    spec = spec_of(MOONS, (4,))
    whole = pv.train(spec, MOONS, seeds=[0], steps=20)
    half = pv.train(spec, MOONS, seeds=[0], steps=10)
    assert torch.equal(pv.train(spec, MOONS, steps=10, resume=half).networks.flatten(), whole.networks.flatten())
    with pytest.raises(ValueError, match="give the same spec"):
        pv.train(spec_of(MOONS, (4,), None), MOONS, steps=10, resume=half)


def test_a_start_must_hold_them() -> None:
    spec = spec_of(MOONS, (4,))
    with pytest.raises(ValueError, match="other values where the spec has frozen entries"):
        pv.train(spec, MOONS, steps=1, start=2 * pv.init_network(spec))
    single = pv.init_network(spec, dtype=torch.float32)
    mask = pv.frozen_mask(spec)
    run = pv.train(spec, MOONS, steps=1, start=single)
    assert torch.equal(run.networks.flatten()[0, mask], pv.init_network(spec).flatten()[mask])


@pytest.mark.parametrize(
    ("data", "hidden"), [(WAVE, (3, 2)), (MOONS, (3,)), (DECAYED, (3,)), (pv.load_dataset("teacher", samples=20), (4,))]
)
def test_derivatives_are_those_on_the_free_parameters(data: pv.Dataset, hidden: tuple[int, ...]) -> None:
    spec = spec_of(data, hidden)
    net, mask = pv.init_network(spec, 2), pv.frozen_mask(spec).numpy()
    theta, function = net.flatten().numpy(), oracles.loss_function(spec, data)

    def restricted(free: np.ndarray) -> float:
        whole = theta.copy()
        whole[~mask] = free
        return function(whole) + data.weight_decay * float(whole @ whole)

    gradient = pv.loss_and_gradient(net, data)[1].flatten().numpy()
    hessian = pv.hessian(net, data).numpy()
    assert np.allclose(gradient[~mask], oracles.numerical_gradient(restricted, theta[~mask]), atol=1e-7)
    assert np.allclose(hessian[~mask][:, ~mask], oracles.numerical_hessian(restricted, theta[~mask]), atol=1e-4)
    assert not gradient[mask].any()
    assert not hessian[mask].any()
    assert not hessian[:, mask].any()
    assert not pv.jacobian(net, data.inputs).numpy()[..., mask].any()
    assert pv.loss_and_gradient(net.thawed(), data)[1].flatten().numpy()[mask].any()


def test_a_minimum_is_certified_among_the_free_parameters() -> None:
    data = pv.load_dataset("wave", samples=60, noise=0.3)
    spec = spec_of(data, (2,), pv.FrozenEntries(0.5, 0.5, seed=3))
    run = pv.train(spec, data, seeds=range(6), steps=300, method="second-order")
    best = run.networks[int(run.losses.argmin())]
    certificate = pv.certify(best, data)
    assert certificate.kind == "minimum"
    assert len(certificate.spectrum) == int((~pv.frozen_mask(spec)).sum()) < spec.parameter_count
    assert pv.certify(best.thawed(), data).kind == "not stationary"


def test_frozen_outputs_cannot_be_multiplied_so_that_nothing_is_said_to_diverge_by_it() -> None:
    data = pv.load_dataset("moons", samples=40, noise=0.02)
    status = {}
    for kappa in (0.0, 0.5):
        run = pv.train(spec_of(data, (8,), pv.FrozenEntries(0.3, kappa, seed=1)), data, seeds=[0], steps=600)
        assert bool(((run.networks(data.inputs)[0, :, 0] > 0) == (data.targets.flatten() > 0)).all())
        status[kappa] = run.status[0]
    assert status == {0.0: "diverging", 0.5: "stopped"}
