"""The group described, against groups enumerated and against the dimension of the fibres of theta -> F."""

import itertools
import math

import numpy as np
import pytest
import torch

import permviz as pv
from permviz.symmetry import moves
from permviz.symmetry.groups import KINDS, symmetry_group
from tests.cases import Case, function_change, group_order, inputs

FINITE = [name for name, entry in pv.ACTIVATIONS.items() if entry.symmetry in ("none", "odd", "even", "sigmoid")]
WITH_FLIPS = [name for name in FINITE if pv.ACTIVATIONS[name].symmetry != "none"]


def enumerated(net):
    """All sign flips of all permuted copies, as one batch."""
    copies = pv.Permutation.all(net.spec)(net)
    if pv.ACTIVATIONS[net.activation].symmetry == "none":
        return copies
    for layer, n in enumerate(net.spec.hidden, start=1):
        signs = torch.tensor(list(itertools.product((1, -1), repeat=n)))
        flipped = moves.sign_flips(pv.unflatten(net.spec, copies.flatten()[:, None]), layer, signs)
        copies = pv.unflatten(net.spec, flipped.flatten().reshape(-1, net.spec.parameter_count))
    return copies


@pytest.mark.parametrize("activation", FINITE)
@pytest.mark.parametrize("widths", [(2, 3, 1), (1, 2, 3, 2), (2, 1, 1)])
def test_the_finite_order_is_the_number_of_different_copies_that_all_compute_the_same(activation, widths):
    case = Case(widths, activation)
    group, copies = symmetry_group(case.spec), enumerated(case.network())
    assert function_change(copies, case.network(), case.inputs()) < 1e-12
    # Flipping back and forth leaves rounding errors in the sigmoid's biases.
    assert len(np.unique(copies.flatten().numpy().round(10) + 0.0, axis=0)) == group.order
    assert group.permutations == group_order(case.spec)
    assert group.dimension == 0


def fibre_dimension(net, samples=200):
    """P minus the rank of dF/dtheta: how many directions leave the function as it is, to first order."""
    # Inputs wide enough to reach both sides of every kink: a dead neuron is free.
    spread = 1 if pv.ACTIVATIONS[net.activation].smooth else 6
    x = spread * inputs(net.spec.widths[0], samples, seed=3)
    jacobian = torch.autograd.functional.jacobian(lambda v: pv.unflatten(net.spec, v)(x).flatten(), net.flatten())
    return net.spec.parameter_count - int(torch.linalg.matrix_rank(jacobian, rtol=1e-10))


@pytest.mark.parametrize("activation", pv.ACTIVATIONS)
@pytest.mark.parametrize("widths", [(2, 3, 2), (3, 2, 4)])
def test_the_dimension_is_that_of_the_fibres_of_a_generic_network(activation, widths):
    # A linear layer wider than its input or output has larger fibres than its group: (2, 3, 2) is left to the next test.
    if activation == "linear" and widths == (2, 3, 2):
        widths = (3, 3, 4)
    net = Case(widths, activation, seed=1).network()
    assert symmetry_group(net.spec).dimension == fibre_dimension(net)


@pytest.mark.parametrize("activation", ["tanh", "linear", "leaky_relu"])
def test_dimensions_of_two_hidden_layers_add(activation):
    net = Case((4, 3, 2, 3), activation, seed=1).network()
    group = symmetry_group(net.spec)
    assert group.dimension == sum(layer.dimension for layer in group.layers)
    if activation == "linear":
        # Two linear bottlenecks: the affine maps of rank 2, of dimension 4*2 + 2*3 - 2*2 + 3 = 13, are all that is left;
        # rank 2 passes through the layer of three as well, so its group does not act freely: larger fibres than 12 + 6.
        assert fibre_dimension(net) == net.spec.parameter_count - 13 >= group.dimension
    else:
        assert fibre_dimension(net) == group.dimension


@pytest.mark.parametrize("activation", pv.ACTIVATIONS)
def test_description_of_every_activation(activation):
    spec = pv.NetworkSpec((2, 4, 3, 1), activation)
    group = symmetry_group(spec)
    symmetry = pv.ACTIVATIONS[activation].symmetry
    assert group.moves == KINDS[symmetry].moves
    assert [layer.width for layer in group.layers] == [4, 3]
    assert [layer.permutations for layer in group.layers] == [24, 6]
    assert group.permutations == 144
    expected = {"none": 144, "odd": 144 * 2**7, "even": 144 * 2**7, "sigmoid": 144 * 2**7}.get(symmetry)
    assert group.order == expected
    assert group.dimension == {"scaling": 7, "linear": 4 * 5 + 3 * 4}.get(symmetry, 0)
    assert group.meaning.endswith(".")
    assert "{" not in "".join([group.text, group.meaning, *(layer.name + layer.text for layer in group.layers)])
    if expected:
        assert group.text.replace("\u202f", "").endswith(f"= {expected}")
        assert math.prod(layer.order for layer in group.layers) == expected


def test_texts():
    assert symmetry_group(pv.NetworkSpec((2, 4, 1), "gelu")).text == "4! = 24"
    assert (
        symmetry_group(pv.NetworkSpec((2, 12, 1), "tanh")).layers[0].text == "2¹² · 12! = 1\u202f961\u202f990\u202f553\u202f600"
    )
    assert symmetry_group(pv.NetworkSpec((2, 4, 1), "sin")).text == "infinite, discrete, times 4! = 24"
    assert symmetry_group(pv.NetworkSpec((2, 4, 1), "relu")).text == "dimension 4, times 4! = 24"
    assert symmetry_group(pv.NetworkSpec((2, 4, 1), "linear")).text == "dimension 20"
    assert symmetry_group(pv.NetworkSpec((2, 1), "tanh")).text == "1"


def test_half_turns_of_sine_generate_an_infinite_dihedral_group():
    net = Case((2, 1, 1), "sin").network()
    turn, flip = lambda n: moves.half_turns(n, 1, 0), lambda n: moves.sign_flip(n, 1, 0)
    back = flip(turn(flip(net)))  # a turn seen through a flip goes the other way
    torch.testing.assert_close(back.flatten(), moves.half_turns(net, 1, 0, -1).flatten())
    orbit, current = [net.flatten()], net
    for _ in range(6):
        current = turn(current)
        orbit.append(current.flatten())
    assert len(torch.unique(torch.stack(orbit), dim=0)) == 7
