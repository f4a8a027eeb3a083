"""What the argument says of all copies, signed ones too, and computes for the moves that generate them: enumerated here."""

import dataclasses
import itertools

import numpy as np
import pytest

from permviz.landscape.convexity import generating_copies, jensen_argument
from permviz.networks.activations import ACTIVATIONS
from tests import oracles
from tests.cases import Case, dataset


def reached_from(net, signed):
    """All parameter vectors reached from the network by generating moves, one after another."""
    reached, waiting = {}, [net]
    while waiting:
        copies = generating_copies(waiting.pop(), signed=signed)
        for k in range(*copies.batch_shape):
            key = tuple((copies[k].flatten() + 0.0).round(decimals=9).tolist())
            if key not in reached:
                reached[key] = copies[k]
                waiting.append(copies[k])
    return list(reached.values())


def flipped_everywhere(net):
    """All sign flips of all permuted copies by the rule sigma(-z) = sign * sigma(z) + shift, layer by layer, in numpy."""
    sign, shift = {"tanh": (-1, 0), "gaussian": (1, 0), "sigmoid": (-1, 1), "sin": (-1, 0), "gelu": (-1, 0)}[net.activation]
    result = []
    for row in oracles.copies(net):
        for flips in itertools.product((False, True), repeat=sum(net.spec.hidden)):
            pairs = [(w.copy(), b.copy()) for w, b in oracles.parameters(oracles.network(net.spec, row))]
            places = [(layer, node) for layer, n in enumerate(net.spec.hidden) for node in range(n)]
            for (layer, node), flip in zip(places, flips, strict=True):
                if flip:
                    pairs[layer][0][node] *= -1
                    pairs[layer][1][node] *= -1
                    pairs[layer + 1][1][:] += shift * pairs[layer + 1][0][:, node]
                    pairs[layer + 1][0][:, node] *= sign
            result.append(oracles.vector(pairs))
    return np.array(result)


@pytest.mark.parametrize("activation", ["tanh", "gaussian", "sigmoid", "sin"])
@pytest.mark.parametrize(("widths", "count"), [((2, 3, 1), 48), ((1, 2, 2, 1), 64)])
def test_what_is_said_of_all_signed_copies_is_so_of_each(activation, widths, count):
    net = Case(widths, activation, seed=4).network()
    data = dataset(widths[0], 1, "squared")
    found = jensen_argument(net, data, signed=True)
    every = flipped_everywhere(net)
    assert len(np.unique(every.round(9) + 0.0, axis=0)) == count
    losses = [oracles.loss(oracles.network(net.spec, row), data) for row in every]
    np.testing.assert_allclose(losses, found.low, rtol=1e-11)
    assert found.high == pytest.approx(oracles.loss(oracles.network(net.spec, every.mean(axis=0)), data), rel=1e-10)
    swaps, flips = sum(widths[1:-1]) - len(widths[1:-1]), sum(widths[1:-1])
    assert f"The {count} copies" in found.hypothesis
    assert f"computed for the {swaps} swaps of neighbours and {flips} sign flips of one node that" in found.hypothesis


@pytest.mark.parametrize("activation", ["tanh", "gaussian", "sigmoid"])
@pytest.mark.parametrize(("signed", "count"), [(False, 12), (True, 384)])
def test_the_moves_computed_generate_all_copies(activation, signed, count):
    net = Case((1, 3, 2, 1), activation, seed=2).network()
    reached = np.array([copy.flatten().tolist() for copy in reached_from(net, signed)])
    every = flipped_everywhere(net) if signed else oracles.copies(net)
    assert generating_copies(net, signed).batch_shape == (1 + 3 + (5 if signed else 0),)
    assert len(reached) == count
    np.testing.assert_allclose(np.unique(reached.round(7) + 0.0, axis=0), np.unique(every.round(7) + 0.0, axis=0), atol=1e-6)


def test_jensen_is_refused_where_the_flips_are_no_symmetry(monkeypatch):
    """Negative control: were GELU taken for odd, the swaps alone would not notice, and the flips do."""
    net, data = Case((2, 3, 1), "gelu", seed=4).network(), dataset(2, 1, "squared")
    monkeypatch.setitem(ACTIVATIONS, "gelu", dataclasses.replace(ACTIVATIONS["gelu"], symmetry="odd"))
    losses = [oracles.loss(oracles.network(net.spec, row), data) for row in flipped_everywhere(net)]
    assert np.ptp(losses) > 0.01
    found = jensen_argument(net, data, signed=True)
    assert found.holds is None
    assert "The 48 copies all have" in found.hypothesis
    assert "not met, computed losses differ" in found.hypothesis
    assert jensen_argument(net, data).holds is not None


def test_copies_are_counted_in_words():
    data = dataset(2, 1, "squared")
    one = jensen_argument(Case((2, 1, 1), "tanh").network(), data)
    assert one.hypothesis == f"The only copy has the loss {one.low:#.3g}."
    two = jensen_argument(Case((2, 1, 1), "tanh").network(), data, signed=True)
    assert "The 2 copies all have" in two.hypothesis
    assert "computed for the 1 sign flip of one node" in two.hypothesis
    wide = jensen_argument(Case((2, 8, 1), "gelu").network(), data)
    assert "The average of 40\u202f320 copies" in wide.statement
