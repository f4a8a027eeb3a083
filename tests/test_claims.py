"""The eleven claims: their numbers against slow computations, and no conclusion where a hypothesis is broken."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence

import numpy as np
import pytest
import torch

import permviz as pv
from permviz.claims import CLAIMS, claim_evidence
from permviz.comparison import probe_inputs
from permviz.evidence import Evidence, chosen_swap
from permviz.loss_evidence import guessing_loss, optimal_linear_network
from permviz.picture_evidence import picture_distances
from tests import oracles
from tests.cases import LOSS_CASES, Case, dataset

SWAP = ((1, 0, 2),)
"""The swap that stands in for the identity, in a network of one hidden layer of three."""


@pytest.fixture(scope="module")
def data() -> pv.Dataset:
    return pv.load_dataset("egg-box", samples=60)


@pytest.fixture(scope="module")
def trained(data: pv.Dataset) -> pv.Network:
    """A 2-3-1 tanh network at a stationary point of lower loss than guessing."""
    run = pv.train(pv.NetworkSpec((2, 3, 1)), data, seeds=range(4), steps=300, method="second-order")
    best = int(run.losses.argmin())
    assert run.status[best] == "converged"
    return run.networks[best]


@pytest.fixture(scope="module")
def untrained() -> pv.Network:
    return pv.init_network(pv.NetworkSpec((2, 3, 1)), seed=1)


@pytest.fixture(scope="module")
def narrow(data: pv.Dataset) -> pv.Network:
    """Nothing can be swapped in it."""
    return pv.init_network(pv.NetworkSpec((2, 1, 1, 1)), seed=0)


def value(found: Evidence, name: str) -> float:
    """The number of that name, which exists once."""
    (number,) = (n for n in found.numbers if n.name == name)
    assert isinstance(number.value, int | float)
    return number.value


def oracle_network(net: pv.Network, orders: Sequence[Sequence[int]]) -> pv.Network:
    return oracles.network(net.spec, oracles.vector(oracles.permuted(net, orders)))


def test_the_table_is_in_order_and_complete() -> None:
    assert [claim.number for claim in CLAIMS] == list(range(1, 12))
    assert {claim.number: claim.verdict for claim in CLAIMS} == {
        1: "right", 2: "loose", 3: "right", 4: "right", 5: "loose", 6: "loose",
        7: "loose", 8: "wrong", 9: "right", 10: "right", 11: "right",
    }  # fmt: skip
    assert all(claim.title and claim.post and claim.precise and claim.source for claim in CLAIMS)


@pytest.mark.parametrize("claim", [c.number for c in CLAIMS])
def test_a_trained_network_shows_every_claim(claim: int, trained: pv.Network, data: pv.Dataset) -> None:
    found = claim_evidence(claim, trained, data)
    assert found.holds is True
    assert found.conclusion.endswith(".")
    assert found.hypothesis
    assert all(number.text and math.isfinite(number.value) for number in found.numbers if isinstance(number.value, float))


@pytest.mark.parametrize("claim", sorted({c.number for c in CLAIMS} - {6, 8}))
def test_without_two_nodes_in_a_layer_nothing_is_concluded(claim: int, narrow: pv.Network, data: pv.Dataset) -> None:
    found = claim_evidence(claim, narrow, data)
    assert found.holds is None
    assert "two nodes or more" in found.conclusion


@pytest.mark.parametrize("claim", [1, 2, 3, 4, 5, 9, 10, 11])
def test_parameters_that_are_not_finite_are_refused(claim: int, trained: pv.Network, data: pv.Dataset) -> None:
    broken = trained.map(torch.clone)
    broken.biases[0][1] = math.nan
    assert claim_evidence(claim, broken, data).holds is None


def test_bad_arguments_are_answered(trained: pv.Network, data: pv.Dataset) -> None:
    for claim in (0, 12, True):
        with pytest.raises(ValueError, match="from 1 to 11"):
            claim_evidence(claim, trained, data)
    with pytest.raises(ValueError, match="single"):
        claim_evidence(1, pv.stack([trained, trained]), data)
    with pytest.raises(ValueError, match="single"):
        claim_evidence(1, trained, data, pv.Permutation.all(trained.spec))


def test_the_copy_on_the_screen_is_the_one_compared(trained: pv.Network, data: pv.Dataset) -> None:
    turn = pv.Permutation.cycle(trained.spec, 1, (0, 1, 2))
    assert chosen_swap(trained, turn) == turn
    assert chosen_swap(trained, pv.Permutation.identity(trained.spec)) == pv.Permutation(tuple(np.array(row) for row in SWAP))
    distance = np.linalg.norm(oracles.vector(oracles.permuted(trained, [(1, 2, 0)])) - trained.flatten().numpy())
    assert value(claim_evidence(1, trained, data, turn), "‖A − B‖") == pytest.approx(distance)


@pytest.mark.parametrize("activation", ["tanh", "relu", "sin"])
def test_1_the_function_stays_and_half_a_swap_changes_it(activation: str) -> None:
    net = Case((2, 3, 2, 1), activation, seed=3).network()
    data = dataset(2, 1, "squared", samples=5)
    found = claim_evidence(1, net, data)
    copy = oracle_network(net, [(1, 0, 2), (0, 1)])
    inputs = probe_inputs(data).numpy()
    assert found.holds is True
    assert np.abs(oracles.outputs(copy, inputs) - oracles.outputs(net, inputs)).max() < 1e-12
    assert value(found, "loss of B") == pytest.approx(oracles.loss(copy, data), rel=1e-12)
    parameters = oracles.parameters(net)
    parameters[0] = tuple(p[[1, 0, 2]] for p in parameters[0])  # incoming edges alone
    half = oracles.network(net.spec, oracles.vector(parameters))
    change = np.abs(oracles.outputs(half, inputs) - oracles.outputs(net, inputs)).max()
    assert change > 0.01
    assert value(found, "after half of the swap") == pytest.approx(change, rel=1e-9)


def test_1_a_copy_with_another_function_is_not_accepted(trained, data, monkeypatch) -> None:
    monkeypatch.setattr(
        "permviz.symmetry_evidence.chosen_swap", lambda *_: _Broken(pv.Permutation.transposition(trained.spec, 1, (0, 1)))
    )
    assert claim_evidence(1, trained, data).holds is False


class _Broken:
    """Exchanges the incoming edges alone."""

    def __init__(self, whole: pv.Permutation) -> None:
        self.orders = whole.orders

    def __call__(self, net: pv.Network) -> pv.Network:
        order = torch.tensor(self.orders[0])
        return pv.Network((net.weights[0][order], net.weights[1]), (net.biases[0][order], net.biases[1]), net.activation)


@pytest.mark.parametrize("widths", [(2, 3, 1), (2, 3, 3, 1), (2, 2, 1, 3, 1)])
def test_2_the_points_are_those_that_enumeration_finds(widths: tuple[int, ...]) -> None:
    net = Case(widths, "tanh", seed=5).network()
    data = dataset(widths[0], 1, "squared", samples=6)
    found = claim_evidence(2, net, data)
    count = oracles.orbit_size(net)
    assert (
        value(found, "different points")
        == value(found, "counted one by one")
        == count
        == math.prod(map(math.factorial, widths[1:-1]))
    )
    assert value(found, "leave every parameter in place") == 1
    losses = [oracles.loss(oracles.network(net.spec, row), data) for row in oracles.copies(net)]
    assert np.ptp(losses) < 1e-12
    assert value(found, "their losses differ by") < 1e-12


def test_2_coinciding_nodes_make_fewer_points() -> None:
    """Negative control: ∏ nₖ! would be wrong here."""
    net = pv.coupled_network()
    found = claim_evidence(2, net, dataset(2, 1, "squared", samples=6))
    assert found.holds is True
    assert value(found, "different points") == oracles.orbit_size(net) == 2
    assert value(found, "leave every parameter in place") == oracles.stabiliser_order(net) == 2


def test_3_the_average_is_that_of_all_copies(trained: pv.Network, data: pv.Dataset) -> None:
    found = claim_evidence(3, trained, data)
    mean = oracles.network(trained.spec, oracles.copies(trained).mean(axis=0))
    inputs = probe_inputs(data).numpy()[::40]
    nodes = np.array([oracles.layer_values(mean, x)[0] for x in inputs])
    assert np.ptp(nodes, axis=1).max() < 1e-12
    assert value(found, "and in the average") < 1e-12
    assert value(found, "copies averaged one by one") < 1e-12
    assert value(found, "average against one node a layer") < 1e-12
    assert np.allclose(found.details.after.numpy(), oracles.parameters(mean)[0][0], atol=1e-12)


def test_3_the_networks_own_nodes_differ(trained: pv.Network, data: pv.Dataset) -> None:
    """Negative control for the number that is zero after averaging."""
    nodes = [oracles.layer_values(trained, x)[0] for x in probe_inputs(data).numpy()[::7]]
    assert value(claim_evidence(3, trained, data), "nodes of a layer differ by, before") >= np.ptp(nodes, axis=1).max() > 0.1


def test_4_the_losses_are_the_oracles(trained: pv.Network, data: pv.Dataset) -> None:
    found = claim_evidence(4, trained, data)
    mean = oracles.network(trained.spec, oracles.copies(trained).mean(axis=0))
    assert value(found, "loss of every copy") == pytest.approx(oracles.loss(trained, data))
    assert value(found, "loss of their average") == pytest.approx(oracles.loss(mean, data))
    assert value(found, "guessing") == pytest.approx(float(data.targets.var(unbiased=False)))
    ts = [0.0, 0.3, 1.0]
    line = oracles.line_losses(trained, mean, data, ts)
    assert np.allclose(found.details.losses.numpy()[[0, 30, 100]], line)


def test_4_is_silent_where_one_node_a_layer_does_as_well(data: pv.Dataset) -> None:
    """Negative control: a network that already is its own average."""
    net = pv.symmetric_average(pv.init_network(pv.NetworkSpec((2, 3, 1)), seed=0))
    found = claim_evidence(4, net, data)
    assert found.holds is False
    assert "silent" in found.conclusion


def test_5_every_midpoint_is_the_oracles(trained: pv.Network, data: pv.Dataset) -> None:
    found = claim_evidence(5, trained, data)
    copies = [oracle_network(trained, [order]) for order in ((1, 0, 2), (2, 1, 0), (0, 2, 1))]
    middles = np.array([oracles.loss(oracles.interpolated(trained, copy, 0.5), data) for copy in copies])
    own = oracles.loss(trained, data)
    assert np.allclose(found.details.trained.numpy(), middles - own)
    assert value(found, "highest midpoint") == pytest.approx(middles.max())
    assert found.numbers[0].text == f"{int((middles > own + 1e-8).sum())} of 3"
    gradient = oracles.numerical_gradient(oracles.loss_function(trained.spec, data), trained.flatten().numpy())
    assert value(found, "‖∇L‖ at the ends") == pytest.approx(np.linalg.norm(gradient), abs=1e-7)


def test_5_random_networks_are_those_of_the_first_seeds(trained: pv.Network, data: pv.Dataset) -> None:
    found = claim_evidence(5, trained, data)
    net = pv.init_network(trained.spec, seed=0)
    copy = oracle_network(net, SWAP)
    barrier = oracles.loss(oracles.interpolated(net, copy, 0.5), data) - oracles.loss(net, data)
    assert found.details.random.numpy()[0] == pytest.approx(barrier, abs=1e-12)
    share = float((found.details.random > 0).double().mean())
    assert value(found, "at random weights") == pytest.approx(share)
    assert 0.2 < share < 0.8


def test_5_a_network_that_only_guesses_is_no_optimum(data: pv.Dataset) -> None:
    net = pv.init_network(pv.NetworkSpec((2, 3, 1)), seed=1).map(lambda p: 3 * p)
    assert oracles.loss(net, data) > guessing_loss(data)
    found = claim_evidence(5, net, data)
    assert found.holds is None
    assert "train it" in found.conclusion


def test_5_is_silent_where_no_midpoint_is_worse(data: pv.Dataset) -> None:
    """Negative control: a network of one node, split into three equal ones."""
    one = pv.train(pv.NetworkSpec((2, 1, 1)), data, seeds=[0], steps=200, method="second-order").networks[0]
    weights = (one.weights[0].expand(3, 2), one.weights[1].expand(1, 3) / 3)
    net = pv.Network(weights, (one.biases[0].expand(3), one.biases[1]), one.activation)
    assert oracles.loss(net, data) < guessing_loss(data)
    found = claim_evidence(5, net, data)
    assert found.holds is False
    assert found.numbers[0].text == "0 of 3"


@pytest.mark.parametrize("width", [2, 3, 4])
def test_6_subspaces_are_those_that_enumeration_finds(width: int, data: pv.Dataset) -> None:
    net = pv.init_network(pv.NetworkSpec((2, width, 1)), seed=0)
    found = claim_evidence(6, net, data)
    surjections = sum(
        len(set(assignment)) == r for r in range(1, width) for assignment in itertools.product(range(r), repeat=width)
    )
    assert value(found, "critical subspaces") == surjections
    assert value(found, f"copies of a minimum, {width}!") == len(list(itertools.permutations(range(width))))
    assert found.holds is (surjections > math.factorial(width))
    at = found.details.widths.index(width)
    assert found.details.ratios[at] == pytest.approx(surjections / math.factorial(width))


@pytest.mark.parametrize(
    ("widths", "activation"), [((2, 3, 3, 1), "tanh"), ((2, 3, 1), "relu"), ((2, 3, 1), "linear"), ((2, 1, 1), "tanh")]
)
def test_6_is_not_claimed_beyond_its_hypothesis(widths: tuple[int, ...], activation: str, data: pv.Dataset) -> None:
    assert claim_evidence(6, pv.init_network(pv.NetworkSpec(widths, activation), seed=0), data).holds is None


def test_7_rastrigins_points_are_counted_on_a_fine_grid(trained: pv.Network, data: pv.Dataset) -> None:
    found = claim_evidence(7, trained, data)
    x = np.linspace(-5.12, 5.12, 200_001)
    f = 10 + x**2 - 10 * np.cos(2 * np.pi * x)
    minima = int(((f[1:-1] < f[:-2]) & (f[1:-1] < f[2:])).sum())
    maxima = int(((f[1:-1] > f[:-2]) & (f[1:-1] > f[2:])).sum())
    assert (minima, maxima) == (11, 10)
    assert value(found, "minima in the plane") == minima**2
    assert value(found, "critical points in the plane") == (minima + maxima) ** 2
    n = trained.flatten().numel()
    assert value(found, f"minima with {n} variables") == minima**n
    assert value(found, "Rastrigin: average of minima") == pytest.approx(f.min(), abs=1e-6)
    mean = oracles.network(trained.spec, oracles.copies(trained).mean(axis=0))
    assert value(found, "network: average of copies") == pytest.approx(oracles.loss(mean, data))


def test_7_needs_a_network_that_averaging_harms(data: pv.Dataset) -> None:
    net = pv.symmetric_average(pv.init_network(pv.NetworkSpec((2, 3, 1)), seed=0))
    assert not claim_evidence(7, net, data).holds


@pytest.mark.parametrize(("loss", "outputs"), LOSS_CASES)
def test_8_the_linear_network_is_at_a_minimum_with_a_wall(loss: str, outputs: int) -> None:
    data = dataset(2, outputs, loss, samples=12)
    linear, squared = optimal_linear_network(data, width=2)
    x = np.hstack([data.inputs.numpy(), np.ones((12, 1))])
    normal = np.linalg.solve(x.T @ x, x.T @ squared.targets.numpy())
    least = oracles.loss_of_outputs(x @ normal, squared.targets.numpy(), "squared")
    assert oracles.loss(linear, squared) == pytest.approx(least, rel=1e-10)
    function = oracles.loss_function(linear.spec, squared)
    assert np.abs(oracles.numerical_gradient(function, linear.flatten().numpy())).max() < 1e-6
    found = claim_evidence(8, pv.init_network(pv.NetworkSpec((2, 2, data.network_outputs))), data)
    order = [1, 0, *range(2, linear.spec.hidden[0])]
    middle = oracles.loss(oracles.interpolated(linear, oracle_network(linear, [order]), 0.5), squared)
    assert found.holds is True
    assert value(found, "its loss, a minimum") == pytest.approx(least)
    assert value(found, "barrier to a swapped copy") == pytest.approx(middle - least)
    assert value(found, "by the closed form") == pytest.approx(middle - least)
    assert [n.text for n in found.numbers[-2:]] == ["0, 0, 1", "0, 0, 1"]


def test_8_shows_no_wall_where_the_best_linear_answer_is_constant() -> None:
    """Negative control: targets that do not depend on the inputs."""
    data = dataset(2, 1, "squared", samples=12)
    constant = pv.Dataset(
        data.name, data.inputs, torch.zeros_like(data.targets), data.loss, data.input_names, data.output_names
    )
    found = claim_evidence(8, pv.init_network(pv.NetworkSpec((2, 2, 1))), constant)
    assert found.holds is False


def test_9_slopes_and_gradients_are_the_oracles(trained: pv.Network, data: pv.Dataset) -> None:
    found = claim_evidence(9, trained, data)
    copy = oracle_network(trained, SWAP)
    losses = oracles.line_losses(trained, copy, data, np.linspace(0, 1, 101))
    slopes = np.gradient(losses, 0.01)
    assert value(found, "steepest slope between") == pytest.approx(np.abs(slopes).max(), rel=0.02)
    function = oracles.loss_function(trained.spec, data)
    start, end = trained.flatten().numpy(), copy.flatten().numpy()
    ends = [np.linalg.norm(oracles.numerical_gradient(function, at)) for at in (start, end)]
    assert value(found, "‖∇L‖ at the ends") == pytest.approx(max(ends), abs=1e-7)
    middle = np.linalg.norm(oracles.numerical_gradient(function, 0.7 * start + 0.3 * end))
    assert found.details.gradient_norms[30].item() == pytest.approx(middle, rel=1e-5)
    assert value(found, "largest ‖∇L‖ between") >= middle * (1 - 1e-5)
    assert value(found, "convexity allows") == pytest.approx(
        value(found, "‖∇L‖ at the ends") * np.linalg.norm(end - start), rel=1e-6
    )


def test_9_a_convex_loss_is_never_refuted() -> None:
    """Negative control: linear nodes with equal rows, for which the loss on the line to the copy is convex."""
    data = dataset(2, 1, "squared", samples=12)
    generator = torch.Generator().manual_seed(0)
    for _ in range(20):
        row = torch.randn(1, 2, generator=generator, dtype=torch.float64).expand(3, 2)
        out = torch.randn(1, 3, generator=generator, dtype=torch.float64)
        net = pv.Network((row, out), (torch.zeros(3, dtype=torch.float64), torch.zeros(1, dtype=torch.float64)), "linear")
        assert claim_evidence(9, net, data).holds is None


def test_9_needs_ends_that_are_nearly_stationary(untrained: pv.Network, data: pv.Dataset) -> None:
    steep = untrained.map(lambda p: 0.1 * p)
    found = claim_evidence(9, steep, data)
    assert found.holds is None
    assert "not stationary enough" in found.conclusion


def test_9_is_not_said_of_kinks(data: pv.Dataset) -> None:
    found = claim_evidence(9, pv.init_network(pv.NetworkSpec((2, 3, 1), "relu")), data)
    assert found.holds is None
    assert "kink" in found.conclusion


def test_9_needs_two_points(trained: pv.Network, data: pv.Dataset) -> None:
    found = claim_evidence(9, pv.make_equal(trained, 1, 0, 1), data)
    assert found.holds is None
    assert "same point" in found.conclusion


def test_10_orbits_are_those_that_enumeration_finds(trained: pv.Network, data: pv.Dataset) -> None:
    found = claim_evidence(10, trained, data)
    rows = np.hstack([oracles.parameters(trained)[0][0], oracles.parameters(trained)[0][1][:, None]])
    closest = min(np.linalg.norm(a - b) for a, b in itertools.combinations(rows, 2))
    assert value(found, "closest two rows") == pytest.approx(closest)
    assert value(found, "points in the orbit") == oracles.orbit_size(trained) == 6
    parameters = oracles.parameters(trained)
    parameters[0][0][1], parameters[0][1][1] = parameters[0][0][0], parameters[0][1][0]
    rows_only = oracles.network(trained.spec, oracles.vector(parameters))
    assert value(found, "if only their rows were") == oracles.orbit_size(rows_only) == 6
    parameters[1][0][0, :2] = parameters[1][0][0, :2].mean()
    twins = oracles.network(trained.spec, oracles.vector(parameters))
    assert value(found, "if two nodes were equal") == oracles.orbit_size(twins) == 3
    assert value(found, "their swap then moves") == 0


def test_10_equal_rows_break_its_hypothesis(trained: pv.Network, data: pv.Dataset) -> None:
    assert claim_evidence(10, pv.make_equal(trained, 1, 0, 2), data).holds is None


def test_11_pictures_change_places_alone(trained: pv.Network, data: pv.Dataset) -> None:
    found = claim_evidence(11, trained, data)
    assert value(found, "pictures, places apart") < 1e-12
    assert value(found, "pictures that changed place") == 2
    before, after = found.details.before, found.details.after
    inputs = probe_inputs(data).numpy()[len(data.inputs) :]
    copy = oracle_network(trained, SWAP)
    for net, pictures in ((trained, before), (copy, after)):
        for k in (0, 40, 700, 1680):  # the grid runs through the second input first; a picture's rows are the second input
            assert np.allclose(pictures[:, k % 41, k // 41], oracles.layer_values(net, inputs[k])[0], atol=1e-12)
    assert found.details.order == (1, 0, 2)


def test_11_two_parameter_points_share_their_pictures(trained: pv.Network, data: pv.Dataset) -> None:
    from permviz.picture_evidence import _one_input_alike, _shared_between_twins

    x = data.inputs[0]
    other = _one_input_alike(trained, x)
    assert np.linalg.norm((other.flatten() - trained.flatten()).numpy()) == pytest.approx(1)
    assert np.allclose(oracles.layer_values(other, x.tolist())[0], oracles.layer_values(trained, x.tolist())[0], atol=1e-12)
    assert np.abs(oracles.outputs(other, data.inputs.numpy()) - oracles.outputs(trained, data.inputs.numpy())).max() > 1e-3
    twins = pv.make_equal(trained, 1, 0, 1)
    shared = _shared_between_twins(twins, 1)
    for x in data.inputs.numpy()[:20]:
        for a, b in zip(oracles.layer_values(twins, x), oracles.layer_values(shared, x), strict=True):
            assert np.allclose(a, b, atol=1e-12)
    assert value(claim_evidence(11, trained, data), "alike at all inputs, yet apart by") == pytest.approx(math.sqrt(2))


def test_11_other_pictures_are_told_apart() -> None:
    """Negative control for the comparison of collections, and the pairing against all pairings."""
    generator = torch.Generator().manual_seed(0)
    a, b = (torch.randn(30, 4, generator=generator, dtype=torch.float64) for _ in range(2))
    assert picture_distances(a, a[:, [2, 0, 3, 1]]) == 0
    cost = (a[:, :, None] - b[:, None, :]).abs().amax(0).numpy()
    best = min(itertools.permutations(range(4)), key=lambda p: sum(cost[i, j] for i, j in enumerate(p)))
    assert picture_distances(a, b) == pytest.approx(max(cost[i, j] for i, j in enumerate(best)))
    assert picture_distances(a, b) > 0.1


def test_11_equal_nodes_leave_nothing_to_see(trained: pv.Network, data: pv.Dataset) -> None:
    assert claim_evidence(11, pv.make_equal(trained, 1, 0, 1), data).holds is None


def test_the_loss_of_guessing_is_the_least_of_constant_answers() -> None:
    for loss, outputs in LOSS_CASES:
        data = dataset(2, outputs, loss, samples=15)
        spec = pv.NetworkSpec((2, 2, data.network_outputs))
        run = pv.train(spec, data, start=pv.init_network(spec).map(torch.zeros_like), steps=0)
        constant = torch.zeros(15, data.network_outputs, dtype=torch.float64)
        if loss == "squared":
            constant += data.targets.mean(0)
        else:
            share = torch.bincount(data.targets).double() / 15
            constant += torch.log(share[1:] / share[0]) if outputs == 1 else torch.log(share)
        assert guessing_loss(data) == pytest.approx(oracles.loss_of_outputs(constant.numpy(), data.targets.numpy(), loss))
        assert guessing_loss(data) <= float(run.losses[0]) + 1e-12
