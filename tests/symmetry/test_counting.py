"""Counts against enumeration: of functions, of set partitions, and of the affine subspaces themselves."""

import itertools
import math

import numpy as np
import pytest
import torch

import permviz as pv
from permviz.symmetry import counting
from tests.cases import SMALL_WIDTHS, function_change, inputs

PAIRS = [(r, m) for m in range(1, 5) for r in range(1, m + 1)]


def partitions(items):
    """Every partition of a list into blocks."""
    if not items:
        yield []
        return
    first, rest = items[0], items[1:]
    for partition in partitions(rest):
        yield [[first], *partition]
        for i, block in enumerate(partition):
            yield [*partition[:i], [first, *block], *partition[i + 1 :]]


def configurations(r, m):
    """How ``m`` neurons can imitate ``r`` kinds: (kind -> its neurons, groups of neurons whose outgoing weights cancel)."""
    for kinds in itertools.product(range(r + 1), repeat=m):  # kind r: none of them
        members = [[i for i in range(m) if kinds[i] == k] for k in range(r)]
        if all(members):
            for groups in partitions([i for i in range(m) if kinds[i] == r]):
                yield members, groups


class Layer:
    """Random narrow minimum: incoming ``(r, 2)`` (weight, bias) and outgoing ``(r,)``; a wide layer's are ``(m, 3)``."""

    def __init__(self, r, seed=0):
        rng = np.random.default_rng(seed)
        self.incoming, self.outgoing = rng.standard_normal((r, 2)), rng.standard_normal(r)

    def constraints(self, members, groups, m):
        """The affine subspace as equations ``A theta = c`` on ``theta = (w, b, a)`` of every neuron, flattened."""
        rows, values = [], []

        def equation(coefficients, value):
            row = np.zeros((m, 3))
            for (neuron, coordinate), coefficient in coefficients.items():
                row[neuron, coordinate] += coefficient
            rows.append(row.ravel())
            values.append(value)

        for kind, neurons in enumerate(members):
            for neuron, coordinate in itertools.product(neurons, (0, 1)):
                equation({(neuron, coordinate): 1.0}, self.incoming[kind, coordinate])
            equation({(neuron, 2): 1.0 for neuron in neurons}, self.outgoing[kind])
        for group in groups:
            for neuron, coordinate in itertools.product(group[1:], (0, 1)):
                equation({(neuron, coordinate): 1.0, (group[0], coordinate): -1.0}, 0.0)
            equation({(neuron, 2): 1.0 for neuron in group}, 0.0)
        return np.array(rows), np.array(values)

    def subspace(self, members, groups, m):
        """Point nearest to the origin, and the projector on the directions: together they identify the subspace."""
        A, c = self.constraints(members, groups, m)
        inverse = np.linalg.pinv(A)
        return inverse @ c, np.eye(3 * m) - inverse @ A


def network(theta):
    """1-m-1 tanh of parameters ``(m, 3)``, without output bias."""
    t = torch.from_numpy(theta)
    return pv.Network((t[:, :1], t[None, :, 2]), (t[:, 1], torch.zeros(1, dtype=torch.float64)), "tanh")


def identity_of(subspace):
    return tuple(np.concatenate([part.ravel() for part in subspace]).round(9) + 0.0)


@pytest.mark.parametrize(("r", "m"), PAIRS)
def test_minimum_subspaces_are_as_many_as_there_are_different_affine_subspaces(r, m):
    layer = Layer(r)
    found = {identity_of(layer.subspace(members, groups, m)) for members, groups in configurations(r, m)}
    assert counting.minimum_subspaces(r, m) == len(found)


@pytest.mark.parametrize(("r", "m"), PAIRS)
def test_every_point_of_every_such_subspace_computes_the_narrow_function_and_its_neighbours_do_not(r, m):
    layer, rng = Layer(r), np.random.default_rng(1)
    narrow, x = network(np.column_stack([layer.incoming, layer.outgoing])), inputs(1, 20)
    for members, groups in configurations(r, m):
        point, projector = layer.subspace(members, groups, m)
        inside = (point + projector @ rng.standard_normal(3 * m)).reshape(m, 3)
        assert function_change(network(inside), narrow, x) < 1e-12
        outside = inside.ravel() + (np.eye(3 * m) - projector) @ rng.standard_normal(3 * m)
        assert function_change(network(outside.reshape(m, 3)), narrow, x) > 1e-3


def critical_data(net, samples=30):
    """Data for which ``net`` is an exact critical point of non-zero squared loss: residuals orthogonal to its Jacobian."""
    x = inputs(net.spec.widths[0], samples, seed=4)
    vector = net.flatten().requires_grad_()
    jacobian = torch.autograd.functional.jacobian(lambda v: pv.unflatten(net.spec, v)(x).squeeze(-1), vector)
    noise = torch.randn(samples, generator=torch.Generator().manual_seed(5), dtype=torch.float64)
    basis = torch.linalg.qr(jacobian)[0]
    residual = noise - basis @ (basis.mT @ noise)
    targets = (net(x).squeeze(-1) + residual)[:, None]
    return pv.Dataset("critical", x, targets, "squared", ("x",), ("y",))


def gradient(net, data):
    vector = net.flatten().requires_grad_()
    return torch.autograd.grad(pv.loss(pv.unflatten(net.spec, vector), data), vector)[0]


@pytest.mark.parametrize(("r", "m"), [(r, m) for r, m in PAIRS if r < m])
def test_a_narrow_critical_point_is_inherited_by_as_many_critical_subspaces_as_there_are_surjections(r, m):
    layer, rng = Layer(r), np.random.default_rng(2)
    narrow = network(np.column_stack([layer.incoming, layer.outgoing]))
    data = critical_data(narrow)
    assert float(gradient(narrow, data).norm()) < 1e-12
    critical = set()
    for members, groups in configurations(r, m):
        point, projector = subspace = layer.subspace(members, groups, m)
        inside = (point + projector @ rng.standard_normal(3 * m)).reshape(m, 3)
        size = float(gradient(network(inside), data).norm())
        # Groups that cancel keep the loss, but not its gradient.
        assert (size < 1e-12) == (not groups)
        if not groups:
            critical.add(identity_of(subspace))
    assert len(critical) == counting.surjections(r, m)


@pytest.mark.parametrize("m", range(6))
@pytest.mark.parametrize("r", range(6))
def test_surjections_are_the_functions_that_reach_everything(r, m):
    assert counting.surjections(r, m) == sum(set(f) == set(range(r)) for f in itertools.product(range(r), repeat=m))


@pytest.mark.parametrize("u", range(8))
def test_bell_numbers_count_partitions(u):
    assert counting.bell(u) == sum(1 for _ in partitions(list(range(u))))


@pytest.mark.parametrize("m", range(1, 7))
def test_critical_subspaces_are_the_functions_onto_fewer_kinds(m):
    expected = sum(1 for r in range(1, m) for f in itertools.product(range(r), repeat=m) if set(f) == set(range(r)))
    assert counting.critical_subspaces(m) == expected
    assert counting.critical_ratio(m) == (expected + math.factorial(m)) / math.factorial(m)


def test_the_ratio_grows_as_stated():
    for m in (8, 16, 32, 64):
        assert counting.critical_ratio(m) == pytest.approx(1 / (2 * math.log(2) ** (m + 1)), rel=1e-3)
    assert round(counting.critical_ratio(16)) == 254
    assert 1 / (2 * math.log(2)) == pytest.approx(0.72, abs=0.005)
    assert 1 / math.log(2) == pytest.approx(1.44, abs=0.005)


def test_far_above_the_needed_width_minima_outnumber_saddles():
    """Simsek et al. 2021: T(r, m) against the critical subspaces of widths below the least sufficient one, r."""

    def critical_below(r, m):
        return sum(counting.surjections(k, m) for k in range(1, r))

    assert critical_below(4, 5) > counting.minimum_subspaces(4, 5) / 5
    ratios = [critical_below(4, m) / counting.minimum_subspaces(4, m) for m in (5, 8, 16, 32)]
    assert ratios == sorted(ratios, reverse=True)
    assert ratios[-1] < 1e-6


@pytest.mark.parametrize("widths", SMALL_WIDTHS)
def test_permutation_count_is_the_number_of_enumerated_permutations(widths):
    spec = pv.NetworkSpec(widths)
    assert counting.permutation_count(spec.hidden) == len(pv.Permutation.all(spec))


def test_large_counts_are_exact_and_their_logarithms_right():
    count = counting.permutation_count((512,) * 4)
    assert count == math.factorial(512) ** 4
    assert counting.log10(count) == pytest.approx(4 * math.lgamma(513) / math.log(10), rel=1e-12)
    assert counting.integer_text(count).endswith("· 10⁴⁶⁶⁶")


@pytest.mark.parametrize(
    ("count", "text"),
    [
        (1, "= 1"),
        (18432, "= 18\u202f432"),
        (10**15 - 1, "= 999\u202f999\u202f999\u202f999\u202f999"),
        (10**15, "≈ 1.00 · 10¹⁵"),
        (9994 * 10**20, "≈ 9.99 · 10²³"),
        (9996 * 10**20, "≈ 1.00 · 10²⁴"),
        (10**300 - 1, "≈ 1.00 · 10³⁰⁰"),
        (12345 * 10**5000, "≈ 1.23 · 10⁵⁰⁰⁴"),
    ],
    ids=lambda value: value if isinstance(value, str) else "count",
)
def test_integers_are_written_exactly_or_rounded_to_three_figures(count, text):
    assert counting.integer_text(count) == text


def test_factorials_are_written_as_people_do():
    assert counting.factorials_text((4, 4)) == "4! · 4! = 576"
    assert counting.factorials_text((1, 3)) == "1! · 3! = 6"
    assert counting.factorials_text((16,) * 4) == "16! · 16! · 16! · 16! ≈ 1.92 · 10⁵³"
    assert math.factorial(16) ** 4 == pytest.approx(1.92e53, rel=3e-3)


@pytest.mark.parametrize(
    "make",
    [
        lambda: counting.permutation_count((4, -1)),
        lambda: counting.permutation_count((4.0,)),
        lambda: counting.surjections(-1, 2),
        lambda: counting.minimum_subspaces(0, 2),
        lambda: counting.critical_ratio(0),
        lambda: counting.bell(-1),
        lambda: counting.log10(0),
    ],
)
def test_what_cannot_be_counted_is_refused(make):
    with pytest.raises(ValueError, match=r"given: expected a whole number of"):
        make()


def test_at_the_least_sufficient_width_there_are_the_permuted_copies_and_below_it_nothing():
    assert counting.minimum_subspaces(3, 3) == math.factorial(3)
    assert counting.minimum_subspaces(3, 2) == 0
