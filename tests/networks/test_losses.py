"""Losses of outputs against scikit-learn and their definitions, and the best constant answer against a search for it."""

import math
from dataclasses import replace

import numpy as np
import pytest
import torch
from scipy.optimize import minimize
from scipy.special import log_softmax
from sklearn.metrics import log_loss

import permviz as pv
from permviz.networks.evaluation import best_constant_loss, loss_of_outputs
from tests import oracles
from tests.cases import LOSS_CASES, Case, dataset


@pytest.mark.parametrize(("kind", "outputs"), [c for c in LOSS_CASES if c[0] != "squared"])
def test_classification_losses_agree_with_scikit_learn(kind, outputs):
    data = dataset(2, outputs, kind, samples=40)
    logits = 3 * torch.randn(40, outputs, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    pair = logits.numpy() if kind == "cross-entropy" else np.concatenate([np.zeros((40, 1)), logits.numpy()], axis=1)
    expected = log_loss(data.targets.numpy(), np.exp(log_softmax(pair, axis=1)), labels=range(pair.shape[1]))
    assert float(loss_of_outputs(logits, data.targets, kind)) == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize("size", [1e2, 1e4, 1e300])
def test_huge_logits_give_finite_losses_and_gradients(size):
    right, wrong = torch.tensor([[size]], dtype=torch.float64), torch.tensor([[-size]], dtype=torch.float64)
    one = torch.tensor([1])
    assert float(loss_of_outputs(right, one, "binary-cross-entropy")) == pytest.approx(math.exp(-size), abs=1e-50)
    assert float(loss_of_outputs(wrong, one, "binary-cross-entropy")) == pytest.approx(size, rel=1e-15)
    two = torch.tensor([[0.0, size], [size, 0.0]], dtype=torch.float64, requires_grad=True)
    value = loss_of_outputs(two, torch.tensor([1, 1]), "cross-entropy")
    assert value.item() == pytest.approx(size / 2, rel=1e-15)
    assert torch.autograd.grad(value, two)[0].isfinite().all()


@pytest.mark.parametrize("logit", [0.0, -0.0, 1e4, -1e4])
@pytest.mark.parametrize("target", [0, 1])
def test_gradient_of_the_binary_loss_is_probability_minus_target(logit, target):
    z = torch.tensor([[logit]], dtype=torch.float64, requires_grad=True)
    (gradient,) = torch.autograd.grad(loss_of_outputs(z, torch.tensor([target]), "binary-cross-entropy"), z)
    assert gradient.item() == pytest.approx(1 / (1 + math.exp(-max(logit, -700.0))) - target, abs=1e-15)


@pytest.mark.parametrize(("kind", "outputs"), LOSS_CASES)
def test_the_best_constant_answer_is_the_one_that_a_search_finds(kind, outputs):
    data = dataset(2, outputs, kind, samples=15)

    def loss_of_constant(answer):
        return oracles.loss_of_outputs(np.tile(answer, (15, 1)), data.targets.numpy(), kind)

    found = minimize(loss_of_constant, np.zeros(outputs))
    assert best_constant_loss(data.targets, kind) == pytest.approx(found.fun, rel=1e-9)
    # Negative control: equal odds, or zero, are not the best where classes are unequally frequent, or the mean is not zero.
    assert loss_of_constant(np.zeros(outputs)) > found.fun + 1e-4


@pytest.mark.parametrize(("kind", "classes"), [("binary-cross-entropy", 2), ("cross-entropy", 5)])
def test_guessing_among_equally_frequent_classes_costs_the_logarithm_of_their_number(kind, classes):
    assert best_constant_loss(torch.arange(classes).repeat(4), kind) == pytest.approx(math.log(classes), rel=1e-15)


@pytest.mark.parametrize("kind", ["binary-cross-entropy", "cross-entropy"])
def test_nothing_is_lost_where_there_is_but_one_class(kind):
    assert math.copysign(1, best_constant_loss(torch.ones(4).long(), kind)) == 1  # 0, and not -0


@pytest.mark.parametrize(
    ("outputs", "targets", "kind", "message"),
    [
        (torch.zeros(4, 2), torch.zeros(4, 1), "squared", "2 outputs given for targets that ask for 1"),
        (torch.zeros(4, 2), torch.zeros(4).long(), "binary-cross-entropy", "2 outputs given for targets that ask for 1"),
        (torch.zeros(4, 2), torch.tensor([0, 1, 2, 0]), "cross-entropy", "2 outputs given for targets that ask for at least 3"),
        (torch.zeros(4, 2), torch.zeros(4, 2), "hinge", "Unknown loss 'hinge'"),
        (torch.zeros(4, 1), torch.zeros(4, 1), "binary-cross-entropy", r"expected \(4,\), one class a sample"),
        (torch.zeros(4, 2), torch.zeros(3).long(), "cross-entropy", r"expected \(4,\), one class a sample"),
    ],
)
def test_outputs_that_do_not_fit_the_loss_are_refused(outputs, targets, kind, message):
    with pytest.raises(ValueError, match=message):
        loss_of_outputs(outputs, targets, kind)


def test_the_best_constant_answer_to_an_unknown_loss_is_refused():
    with pytest.raises(ValueError, match="Unknown loss 'hinge'"):
        best_constant_loss(torch.zeros(4, 2), "hinge")


def wave(**changes):
    return replace(dataset(2, 1, "squared"), **changes)


def moons(**changes):
    return replace(dataset(2, 1, "binary-cross-entropy"), **changes)


def blobs(**changes):
    return replace(dataset(2, 3, "cross-entropy"), **changes)


EVALUATIONS = {
    "loss": lambda net, data: pv.loss(net, data),
    "loss_and_gradient": lambda net, data: pv.loss_and_gradient(net, data),
    "line_slice": lambda net, data: pv.line_slice(net, net.map(torch.zeros_like), data, points=3),
    "random_plane": lambda net, data: pv.random_plane(net, data, resolution=5),
    "transposition_lines": lambda net, data: pv.transposition_lines(net, data, 1, points=3),
    "jensen_curve": lambda net, data: pv.jensen_curve(net, data),
    "train": lambda net, data: pv.train(net.spec, data, [0], steps=1),
    "compare": lambda net, data: pv.compare(net, net, data),
}
"""Every way from a network and data to a loss."""

UNFIT = [
    (wave(inputs=torch.zeros(5, 2)), "^5 inputs and 11 targets given"),
    (wave(inputs=torch.zeros(0, 2), targets=torch.zeros(0, 1)), "needs at least one sample"),
    (wave(targets=torch.zeros(11)), r"shape \(11,\) given for the loss 'squared': expected \(11, n_L\)"),
    (wave(inputs=torch.zeros(2)), r"Inputs of shape \(2,\) given: expected \(N, n_0\)"),
    (wave(targets=torch.tensor(1.0)), r"Targets of shape \(\) given"),
    (wave(loss="hinge"), "Unknown loss 'hinge'"),
    (moons(targets=torch.zeros(11, 1)), r"shape \(11, 1\) given .* expected \(11,\)"),
    (moons(targets=torch.arange(11) % 2 + 5), "Targets from 5 to 6 given .* the classes 0 and 1 alone"),
    (moons(targets=torch.full((11,), 0.5)), "Targets from 0.5 to 0.5 given"),
    (moons(targets=torch.full((11,), math.nan)), "Targets from nan to nan given"),
    (blobs(targets=torch.zeros(11)), "dtype torch.float32 given .* expected class ids of int64"),
    (blobs(targets=torch.arange(11) % 3 - 1), "The class -1 given .* expected class ids from 0"),
    (blobs(targets=torch.zeros(11, 3).long()), r"shape \(11, 3\) given .* expected \(11,\), one class a sample"),
]


@pytest.mark.parametrize("evaluate", EVALUATIONS.values(), ids=EVALUATIONS)
@pytest.mark.parametrize(("data", "message"), UNFIT)
def test_data_that_do_not_fit_their_loss_are_refused_by_whatever_evaluates_it(evaluate, data, message):
    net = Case((2, 4, 3 if data.loss == "cross-entropy" else 1), "tanh").network()
    with pytest.raises(ValueError, match=message):
        evaluate(net, data)


@pytest.mark.parametrize("evaluate", EVALUATIONS.values(), ids=EVALUATIONS)
@pytest.mark.parametrize("data", [wave(), moons(), moons(targets=moons().targets.double()), blobs()])
def test_data_that_fit_are_evaluated(evaluate, data):
    """Negative control: what is refused above is what was changed."""
    evaluate(Case((2, 4, 3 if data.loss == "cross-entropy" else 1), "tanh").network(), data)
