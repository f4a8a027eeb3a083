"""Values, derivatives and in-place forms of the activation table, and the identity behind each declared symmetry."""

import math

import numpy as np
import pytest
import torch
from scipy import special, stats

import permviz as pv
from permviz.networks import activations
from permviz.networks.activations import LEAKY_SLOPE, get_activation
from tests import oracles

ENTRIES = tuple(pv.ACTIVATIONS.values())
POINTS = torch.linspace(-6, 6, 241, dtype=torch.float64)  # holds 0, where the kinks are

SCIPY_VALUES = {
    "tanh": np.tanh,
    "sigmoid": special.expit,
    "gelu": lambda z: z * stats.norm.cdf(z),
    "silu": lambda z: z * special.expit(z),
    "softplus": lambda z: np.logaddexp(0, z),
    "erf": special.erf,
}

# For each symmetry, sigma(z) and alpha > 0 -> what must vanish at every z.
DEFECTS = {
    "odd": lambda f, z: f(-z) + f(z),
    "even": lambda f, z: f(-z) - f(z),
    "sigmoid": lambda f, z: f(-z) - (1 - f(z)),
    "sine": lambda f, z: torch.maximum((f(-z) + f(z)).abs(), (f(z + math.pi) + f(z)).abs()),
    "scaling": lambda f, z: f(2.5 * z) - 2.5 * f(z),
    "linear": lambda f, z: f(-2.5 * z + 1) - (-2.5 * f(z) + 1),
}
STRONGER = {"sine": {"odd"}, "linear": {"odd", "scaling"}}
"""Symmetries that a declared one implies."""


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda e: e.name)
def test_values_agree_with_the_oracle(entry):
    expected = [oracles.ACTIVATION_VALUES[entry.name](z) for z in POINTS.tolist()]
    np.testing.assert_allclose(entry.value(POINTS).numpy(), expected, rtol=1e-13, atol=1e-15)


@pytest.mark.parametrize("name", SCIPY_VALUES)
def test_values_agree_with_scipy_far_out(name):
    z = torch.linspace(-40, 40, 161, dtype=torch.float64)
    value = pv.ACTIVATIONS[name].value(z).numpy()
    np.testing.assert_allclose(value, SCIPY_VALUES[name](z.numpy()), rtol=1e-11, atol=1e-14)


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda e: e.name)
@pytest.mark.parametrize("size", [1e4, 1e150, 1e300])
def test_nothing_is_undefined_at_extremes(entry, size):
    z = torch.tensor([-size, size], dtype=torch.float64)
    assert not entry.value(z).isnan().any()
    assert not entry.derivative(z).isnan().any()
    assert not entry.second_derivative(z).isnan().any()


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda e: e.name)
def test_in_place_form_gives_the_same_numbers_in_the_same_memory(entry):
    for dtype in (torch.float64, torch.float32):
        z = POINTS.to(dtype, copy=True)
        expected, storage = entry.value(z.clone()), z.data_ptr()
        result = entry.value_(z)
        assert result.data_ptr() == z.data_ptr() == storage
        assert result.dtype == dtype
        torch.testing.assert_close(z, expected, rtol=0, atol=0)


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda e: e.name)
def test_value_leaves_its_argument_alone(entry):
    z = POINTS.clone()
    entry.value(z)
    entry.derivative(z)
    entry.second_derivative(z)
    assert torch.equal(z, POINTS)


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda e: e.name)
def test_derivative_agrees_with_finite_differences_of_the_oracle(entry):
    step, f = 1e-5, oracles.ACTIVATION_VALUES[entry.name]
    # At a kink the difference quotient is meaningless; ELU's derivative is continuous but bends there.
    z = [v for v in POINTS.tolist() if entry.smooth or abs(v) > 2 * step]
    slow = [(f(v + step) - f(v - step)) / (2 * step) for v in z]
    np.testing.assert_allclose(entry.derivative(torch.tensor(z, dtype=torch.float64)).numpy(), slow, rtol=0, atol=1e-9)


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda e: e.name)
def test_derivative_is_what_autograd_gives_everywhere_even_at_zero(entry):
    z = torch.cat([POINTS, torch.tensor([0.0, -0.0], dtype=torch.float64)]).requires_grad_()
    (gradient,) = torch.autograd.grad(entry.value(z).sum(), z)
    torch.testing.assert_close(entry.derivative(z.detach()), gradient, rtol=1e-12, atol=1e-14)


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda e: e.name)
def test_second_derivative_is_what_autograd_gives_of_the_derivative(entry):
    z = torch.cat([POINTS, torch.tensor([0.0, -0.0], dtype=torch.float64)]).requires_grad_()
    slope, expected = entry.derivative(z), torch.zeros_like(z)
    if slope.requires_grad:
        (expected,) = torch.autograd.grad(slope.sum(), z)
    torch.testing.assert_close(entry.second_derivative(z.detach()), expected, rtol=1e-12, atol=1e-14)


@pytest.mark.parametrize("small", [0, 10**9])
@pytest.mark.parametrize("entry", ENTRIES, ids=lambda e: e.name)
def test_shared_work_gives_the_same_value_and_slope(entry, small, monkeypatch):
    monkeypatch.setattr(activations, "SMALL", small)
    value, slope = entry.value_and_slope(POINTS.clone())
    torch.testing.assert_close(value, entry.value(POINTS), rtol=1e-13, atol=1e-15)
    torch.testing.assert_close(slope, entry.derivative(POINTS), rtol=1e-9, atol=1e-15)


@pytest.mark.parametrize("entry", [e for e in ENTRIES if e.bend], ids=lambda e: e.name)
def test_bend_times_slope_is_the_second_derivative(entry):
    slope = entry.derivative(POINTS)
    product = entry.bend(entry.value(POINTS), slope) * slope
    torch.testing.assert_close(product, entry.second_derivative(POINTS), rtol=1e-12, atol=1e-14)


@pytest.mark.parametrize("entry", [e for e in ENTRIES if e.form], ids=lambda e: e.name)
def test_another_form_is_the_same_function(entry):
    form = entry.form
    rho = get_activation(form.activation).value
    torch.testing.assert_close(form.outer * rho(form.inner * POINTS) + form.shift, entry.value(POINTS), rtol=0, atol=4e-16)
    assert float((form.outer * rho(POINTS) + form.shift - entry.value(POINTS)).abs().max()) > 0.1  # negative control


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda e: e.name)
def test_the_declared_symmetry_holds_and_no_undeclared_one_does(entry):
    claimed = {entry.symmetry} | STRONGER.get(entry.symmetry, set())
    for symmetry, defect in DEFECTS.items():
        worst = float(defect(entry.value, POINTS).abs().max())
        if symmetry in claimed:
            assert worst < 1e-13, symmetry
        else:
            assert worst > 0.01, f"{entry.name} is {symmetry} too, and the table does not say so"


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda e: e.name)
def test_smooth_means_that_the_second_derivative_does_not_jump_at_zero(entry):
    h = 1e-4

    def second_derivative(z: float) -> float:
        ahead, behind = torch.tensor([z + h / 4, z - h / 4], dtype=torch.float64)
        return float((entry.derivative(ahead) - entry.derivative(behind)) / (h / 2))

    kink = float(entry.derivative(torch.tensor(h)) - entry.derivative(torch.tensor(-h)))
    jump = second_derivative(h) - second_derivative(-h)
    assert (abs(kink) + abs(jump) < 1e-2) == entry.smooth


def test_kinks_take_the_derivative_from_the_left():
    zero = torch.zeros(1, dtype=torch.float64)
    assert float(pv.ACTIVATIONS["relu"].derivative(zero)) == 0
    assert float(pv.ACTIVATIONS["leaky_relu"].derivative(zero)) == LEAKY_SLOPE


@pytest.mark.parametrize("name", ["swish", "", None, 3, ["tanh"]])
def test_an_unknown_name_is_refused_and_the_known_ones_are_listed(name):
    with pytest.raises(ValueError, match=r"Unknown activation .* choose one of tanh, relu"):
        get_activation(name)


@pytest.mark.parametrize("entry", pv.ACTIVATIONS.values(), ids=lambda entry: entry.name)
def test_code_can_be_written_of_it(entry):
    """Torch's module, or else a formula."""
    assert (entry.module is None) == bool(entry.formula)
