"""Linear networks: the closed-form barrier against the loss at the midpoint, and that minima exist."""

import numpy as np
import pytest
import torch

import permviz as pv
from permviz.landscape.linear import identity_example, linear_barrier, optimal_linear_network, scalar_loss
from tests import oracles
from tests.cases import LOSS_CASES, Case, dataset

DATA = dataset(3, 2, "squared", samples=30)


def optimal_network(hidden, seed=0):
    """A least-squares optimal linear network: the best affine map, factored through a random invertible hidden layer."""
    x = np.column_stack([DATA.inputs, np.ones(30)])
    best = np.linalg.lstsq(x, DATA.targets.numpy(), rcond=None)[0].T  # (2, 4)
    rng = np.random.default_rng(seed)
    incoming = rng.standard_normal((hidden, 4))
    outgoing = best[:, :3] @ np.linalg.pinv(incoming[:, :3])
    offset = best[:, 3] - outgoing @ incoming[:, 3]
    return pv.Network(
        (torch.from_numpy(incoming[:, :3]), torch.from_numpy(outgoing)),
        (torch.from_numpy(incoming[:, 3]), torch.from_numpy(offset)),
        "linear",
    )


def midpoint_barrier(net, nodes, data):
    swapped = pv.Permutation.transposition(net.spec, 1, nodes)(net)
    return oracles.line_losses(net, swapped, data, [0.5])[0] - oracles.loss(net, data)


@pytest.mark.parametrize("nodes", [(0, 1), (1, 3), (2, 0)])
def test_at_an_optimum_the_barrier_is_the_closed_form_and_positive(nodes):
    net = optimal_network(4)
    found = linear_barrier(net, DATA, nodes)
    assert found.optimal
    assert abs(found.cross) < 1e-10
    assert found.barrier == pytest.approx(midpoint_barrier(net, nodes, DATA), rel=1e-9)
    assert found.quadratic == pytest.approx(found.barrier, rel=1e-9)
    assert found.barrier > 1e-5
    incoming = np.column_stack([net.weights[0], net.biases[0]])
    x = np.column_stack([DATA.inputs, np.ones(30)])
    dw = incoming[nodes[0]] - incoming[nodes[1]]
    da = (net.weights[1][:, nodes[0]] - net.weights[1][:, nodes[1]]).numpy()
    assert found.quadratic == pytest.approx((da @ da) * (dw @ (x.T @ x / 30) @ dw) / 4, rel=1e-12)


@pytest.mark.parametrize("seed", range(5))
def test_elsewhere_the_cross_term_is_needed_and_the_hypothesis_is_seen_to_fail(seed):
    net = Case((3, 4, 2), "linear", seed=seed).network()
    found = linear_barrier(net, DATA, (0, 2))
    assert not found.optimal
    assert found.barrier == pytest.approx(midpoint_barrier(net, (0, 2), DATA), rel=1e-9, abs=1e-12)
    assert abs(found.quadratic - found.barrier) > 1e-3


def test_away_from_optima_the_barrier_can_be_negative():
    barriers = [linear_barrier(Case((3, 4, 2), "linear", seed=s).network(), DATA, (0, 1)).barrier for s in range(40)]
    assert min(barriers) < 0 < max(barriers)


def test_the_identity_is_a_minimum_and_so_is_its_copy_but_not_what_lies_between():
    net, data = identity_example()
    swapped = pv.Permutation.transposition(net.spec, 1, (0, 1))(net)
    assert oracles.line_losses(net, swapped, data, [0, 0.5, 1]).tolist() == [0, 1, 0]
    gradient = oracles.numerical_gradient(oracles.loss_function(net.spec, data), net.flatten().numpy())
    assert np.abs(gradient).max() < 1e-8


@pytest.mark.parametrize(("loss", "outputs"), LOSS_CASES)
@pytest.mark.parametrize("width", [2, 5])
def test_the_optimal_network_is_at_the_least_loss_of_any_linear_map(loss, outputs, width):
    data = dataset(2, outputs, loss, samples=12)
    linear, squared = optimal_linear_network(data, width)
    assert linear.spec.hidden == (max(width, squared.targets.shape[1]),)
    x = np.hstack([data.inputs.numpy(), np.ones((12, 1))])
    normal = np.linalg.solve(x.T @ x, x.T @ squared.targets.numpy())
    least = oracles.loss_of_outputs(x @ normal, squared.targets.numpy(), "squared")
    assert oracles.loss(linear, squared) == pytest.approx(least, rel=1e-10)
    function = oracles.loss_function(linear.spec, squared)
    assert np.abs(oracles.numerical_gradient(function, linear.flatten().numpy())).max() < 1e-6
    # Negative control: another network of that shape is not.
    other = linear.map(lambda p: 1.1 * p)
    assert oracles.loss(other, squared) > least + 1e-6
    assert np.abs(oracles.numerical_gradient(function, other.flatten().numpy())).max() > 1e-6


def test_the_scalar_surface_has_a_hyperbola_of_minima_and_a_saddle():
    t = torch.tensor([-3.0, -0.5, 0.2, 7.0], dtype=torch.float64)
    assert float(scalar_loss(t, 1 / t).abs().max()) < 1e-30
    hessian = torch.autograd.functional.hessian(lambda v: scalar_loss(v[0], v[1]), torch.zeros(2))
    assert torch.linalg.eigvalsh(hessian).sign().tolist() == [-1, 1]
    net = pv.Network((torch.tensor([[2.0]]), torch.tensor([[3.0]])), (torch.zeros(1), torch.zeros(1)), "linear")
    one = torch.ones(1, 1)
    assert float(pv.loss(net, pv.Dataset("", one, one, "squared", ("x",), ("y",)))) == float(
        scalar_loss(torch.tensor(3.0), torch.tensor(2.0))
    )


@pytest.mark.parametrize(
    ("net", "data", "nodes", "message"),
    [
        (Case((3, 4, 2), "tanh").network(), DATA, (0, 1), "expected a linear one"),
        (Case((3, 4, 4, 2), "linear").network(), DATA, (0, 1), "one hidden layer"),
        (Case((3, 4, 2), "linear", (2,)).network(), DATA, (0, 1), "single"),
        (Case((3, 4, 2), "linear").network(), dataset(3, 2, "cross-entropy"), (0, 1), "squared loss"),
        (Case((3, 4, 2), "linear").network(), DATA, (1, 1), "two different"),
        (Case((3, 4, 2), "linear").network(), DATA, (0, 4), "from 0 to 3"),
    ],
)
def test_other_networks_are_refused(net, data, nodes, message):
    with pytest.raises(ValueError, match=message):
        linear_barrier(net, data, nodes)
