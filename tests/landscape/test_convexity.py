"""Every argument: right when it speaks, silent when nothing follows, refused when its hypothesis is broken."""

import math
from dataclasses import replace
from fractions import Fraction

import pytest
import torch

import permviz as pv
from permviz.landscape.convexity import (
    LEAST_AGREEING,
    LEAST_CONVERGED,
    LeastLoss,
    jensen_argument,
    least_loss,
    width_argument,
)
from permviz.landscape.rounding import STEEPEST, loss_rounding
from permviz.training.train import train
from tests import oracles
from tests.cases import LOSS_CASES, Case, dataset, dataset_for

TEACHER = Case((2, 3, 1), "tanh", seed=4)


def teacher_data(case=TEACHER, samples=40):
    """Data that the case's network fits exactly."""
    net, data = case.network(), dataset(case.widths[0], case.widths[-1], "squared", samples)
    return pv.Dataset("teacher", data.inputs, net(data.inputs), "squared", data.input_names, data.output_names)


@pytest.mark.parametrize("activation", ["tanh", "relu", "gelu", "sin", "gaussian", "linear"])
def test_jensen_on_an_optimum_shows_non_convexity(activation):
    case = Case((2, 3, 2, 1), activation, seed=12)
    data = teacher_data(case)
    found = jensen_argument(case.network(), data)
    assert found.holds is True
    assert found.rigorous
    assert found.low == 0
    mean = oracles.copies(case.network()).mean(axis=0)
    assert found.high == pytest.approx(oracles.loss(oracles.network(case.spec, mean), data), rel=1e-10)
    assert "not convex, nor even quasi-convex" in found.statement
    assert "12 copies" in found.statement


def test_jensen_over_chosen_copies_uses_their_average():
    case = TEACHER
    swap = pv.Permutation(tuple(torch.tensor([[0, 1, 2], [1, 0, 2]]).numpy() for _ in range(1)))
    found = jensen_argument(case.network(), teacher_data(), swap)
    middle = oracles.interpolated(case.network(), swap[1](case.network()), 0.5)
    assert found.holds is True
    assert found.high == pytest.approx(oracles.loss(middle, teacher_data()), rel=1e-10)


def test_jensen_with_sign_flips_compares_with_a_constant():
    found = jensen_argument(TEACHER.network(), teacher_data(), signed=True)
    assert found.holds is True
    assert "48 copies" in found.statement
    bias = TEACHER.network().biases[-1]
    assert found.high == pytest.approx(float((teacher_data().targets - bias).square().mean()))


def test_jensen_is_silent_where_nothing_follows():
    # All neurons equal: the average is the network. And one neuron a layer: the only copy is the network.
    equal = pv.symmetric_average(TEACHER.network())
    for net in (equal, Case((2, 1, 1), "tanh").network()):
        found = jensen_argument(net, teacher_data())
        assert found.holds is False
        assert "silent" in found.statement
        assert found.high == pytest.approx(found.low, abs=1e-12)


def test_jensen_is_silent_at_some_random_weights():
    data = dataset_for(TEACHER.spec)
    outcomes = {jensen_argument(Case((2, 3, 1), "tanh", seed=s).network(), data).holds for s in range(20)}
    assert outcomes == {True, False}


@pytest.mark.parametrize("broken", [math.nan, math.inf])
def test_jensen_is_refused_for_losses_that_are_not_finite(broken):
    net = TEACHER.network().map(lambda p: p.clone())
    net.weights[1][0, 0] = broken
    found = jensen_argument(net, teacher_data())
    assert found.holds is None
    assert "not met" in found.hypothesis


def test_jensen_is_refused_where_copies_do_not_have_one_loss():
    """Parameters so large that the order of summation changes the loss: copies of equal loss in theory, not in float64."""
    net = Case((2, 8, 1), "linear").network()
    rows = net.weights[0] * 1e9
    rows[1::2] = rows[::2] * (1 + 1e-9)
    signs = torch.tensor([[1.0, -1] * 4], dtype=torch.float64)
    found = jensen_argument(pv.Network((rows, 1e9 * signs), net.biases, "linear"), dataset(2, 1, "squared"))
    assert found.holds is None
    assert "computed losses differ" in found.hypothesis


def exact_losses(net, data):
    """Squared losses of a linear 2-2-1 network without biases and of the average of its copies, in rational arithmetic."""
    (rows, (outgoing,)) = ([[Fraction(v) for v in row] for row in w.tolist()] for w in net.weights)
    mean_row, mean_out = [(a + b) / 2 for a, b in zip(*rows, strict=True)], sum(outgoing) / 2

    def loss(rows, outgoing):
        sums = [sum(a * v for a, v in zip(outgoing, column, strict=True)) for column in zip(*rows, strict=True)]
        errors = [
            sum(c * Fraction(v) for c, v in zip(sums, x, strict=True)) - Fraction(y)
            for x, (y,) in zip(data.inputs.tolist(), data.targets.tolist(), strict=True)
        ]
        return sum(e * e for e in errors) / len(errors)

    return loss(rows, outgoing), loss([mean_row, mean_row], [mean_out, mean_out])


def cancelling(size, seed):
    """Two equal nodes whose shares of the output cancel but for a few units in the last place, or two different ones."""
    generator = torch.Generator().manual_seed(seed)
    rows = torch.randn(2, 2, generator=generator, dtype=torch.float64)
    share = float(torch.randn((), generator=generator, dtype=torch.float64))
    if seed % 2:
        rows = rows[:1].expand(2, 2)
    outgoing = torch.tensor([[share, -share * (1 + 1e-15 * (seed % 7))]], dtype=torch.float64)
    zero = torch.zeros(2, dtype=torch.float64)
    return pv.Network((size * rows, size * outgoing), (zero, zero[:1]), "linear")


@pytest.mark.parametrize("size", [1.0, 1e4, 1e6, 1e8, 1e10])
def test_jensen_proves_nothing_that_exact_arithmetic_denies(size):
    """Copies of two nodes have equal computed losses to the last bit, however wrong: only the terms' size tells."""
    data = dataset(2, 1, "squared", samples=12)
    outcomes = []
    for seed in range(60):
        found, (low, high) = jensen_argument(cancelling(size, seed), data), exact_losses(cancelling(size, seed), data)
        assert not (found.holds and high <= low), seed
        outcomes.append(found.holds)
        error = loss_rounding(cancelling(size, seed), data)
        assert abs(Fraction(found.low) - low) <= Fraction(float(error))
        assert abs(Fraction(found.high) - high) <= Fraction(found.margin)
    assert False in outcomes
    # Negative control: where shares differ by more than rounding, it still speaks.
    apart = cancelling(1.0, 0)
    one = jensen_argument(pv.Network((apart.weights[0], apart.weights[1].abs()), apart.biases, "linear"), data)
    low, high = exact_losses(pv.Network((apart.weights[0], apart.weights[1].abs()), apart.biases, "linear"), data)
    assert one.holds is (high > low)


def test_no_activation_is_steeper_than_the_margin_takes_it_to_be():
    z = torch.linspace(-8, 8, 16_001, dtype=torch.float64)
    slopes = {name: float(entry.derivative(z).abs().max()) for name, entry in pv.ACTIVATIONS.items()}
    assert max(slopes.values()) <= STEEPEST
    assert max(slopes.values()) > 1.1


@pytest.mark.parametrize(("loss", "outputs"), LOSS_CASES)
@pytest.mark.parametrize("activation", ["tanh", "gelu", "relu", "sin"])
def test_the_rounding_of_a_loss_is_bounded(activation, loss, outputs):
    """Float32 against float64, on networks that are float32 numbers; the bound is some hundred times the error, no more."""
    ratios = []
    for seed in range(8):
        net = Case((2, 4, 3, outputs), activation, seed=seed).network().to(torch.float32)
        data = dataset_for(net.spec, loss)
        data = replace(data, inputs=data.inputs.to(torch.float32).to(torch.float64))
        if loss == "squared":
            data = replace(data, targets=data.targets.to(torch.float32).to(torch.float64))
        error = abs(float(pv.loss(net, data)) - float(pv.loss(net.to(torch.float64), data)))
        ratios.append(error / float(loss_rounding(net, data)))
    assert max(ratios) <= 1
    assert max(ratios) > 1e-4


@pytest.mark.parametrize("kind", ["adam", "second-order"])
def test_the_least_loss_counts_what_the_run_says(kind):
    data = teacher_data()
    run = train(pv.NetworkSpec((2, 1, 1)), data, seeds=range(12), steps=60, method=kind)
    found = least_loss(run)
    assert found.widths == (2, 1, 1)
    assert found.starts == 12
    assert found.loss == float(run.losses.min())
    assert found.converged == run.status.count("converged")
    assert found.agreeing <= found.converged
    assert (found.converged >= LEAST_CONVERGED) == (kind == "second-order")


def test_width_argument_from_converged_starts():
    data = teacher_data()
    narrow = least_loss(train(pv.NetworkSpec((2, 1, 1)), data, seeds=range(24), steps=200, method="second-order"))
    found = width_argument(TEACHER.network(), data, narrow)
    assert found.holds is True
    assert not found.rigorous
    assert "numerical evidence, not a proof" in found.hypothesis
    assert (found.low, found.high) == (0, narrow.loss)
    # The claim behind it: the average over all copies computes what a narrow network computes, so it is no better.
    assert float(pv.loss(pv.symmetric_average(TEACHER.network()), data)) >= narrow.loss


def test_width_argument_is_silent_when_one_neuron_a_layer_suffices():
    easy = Case((2, 1, 1), "tanh", seed=3)
    data = teacher_data(easy)
    wide = Case((2, 3, 1), "tanh").network()
    # A wide network that computes the same: one neuron active, two without outgoing weights.
    outgoing = torch.zeros(1, 3, dtype=torch.float64)
    outgoing[0, 0] = easy.network().weights[1][0, 0]
    rows, bias = wide.weights[0].clone(), wide.biases[0].clone()
    rows[0], bias[0] = easy.network().weights[0][0], easy.network().biases[0][0]
    wide = pv.Network((rows, outgoing), (bias, easy.network().biases[1]), "tanh")
    assert float(pv.loss(wide, data)) < 1e-25
    narrow = least_loss(train(easy.spec, data, seeds=range(24), steps=200, method="second-order"))
    found = width_argument(wide, data, narrow)
    assert found.holds is False
    assert "one node a layer already reaches" in found.statement


def test_width_argument_is_silent_for_one_neuron_a_layer():
    narrow = LeastLoss((2, 1, 1), 0.5, 20, 20, 20)
    found = width_argument(Case((2, 1, 1), "tanh").network(), dataset(2, 1, "squared"), narrow)
    assert found.holds is False
    assert "all this network has" in found.statement


@pytest.mark.parametrize(
    "search",
    [
        LeastLoss((2, 1, 1), 0.5, 20, LEAST_CONVERGED - 1, LEAST_CONVERGED - 1),
        LeastLoss((2, 1, 1), 0.5, 20, 20, LEAST_AGREEING - 1),
        LeastLoss((2, 1, 1), math.inf, 20, 20, 20),
        LeastLoss((2, 1, 1), 0.5, 20, 0, 0),
    ],
)
def test_width_argument_is_refused_when_the_narrow_search_proves_little(search):
    found = width_argument(TEACHER.network(), teacher_data(), search)
    assert found.holds is None
    assert "Not met" in found.hypothesis
    assert found.statement == "No conclusion is drawn."
    complete = LeastLoss((2, 1, 1), 0.5, 20, LEAST_CONVERGED, LEAST_AGREEING)
    assert width_argument(TEACHER.network(), teacher_data(), complete).holds is True


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: jensen_argument(Case((2, 3, 1), "tanh", (2,)).network(), teacher_data()), "expected a single network"),
        (lambda: jensen_argument(Case((2, 1), "tanh").network(), teacher_data()), "no hidden layer"),
        (lambda: jensen_argument(Case((2, 3, 1), "relu").network(), teacher_data(), signed=True), "no sign flips"),
        (
            lambda: jensen_argument(TEACHER.network(), teacher_data(), pv.Permutation.identity(TEACHER.spec)),
            "one batch axis",
        ),
        (
            lambda: width_argument(TEACHER.network(), teacher_data(), LeastLoss((2, 2, 1), 0.1, 9, 9, 9)),
            r"the average's width is \(2, 1, 1\)",
        ),
        (
            lambda: jensen_argument(TEACHER.network(), teacher_data(), pv.Permutation.all(TEACHER.spec)[:0]),
            r"batch shape \(0,\) given: expected one batch axis of at least one permutation",
        ),
    ],
)
def test_bad_arguments_are_refused(make, message):
    with pytest.raises(ValueError, match=message):
        make()
