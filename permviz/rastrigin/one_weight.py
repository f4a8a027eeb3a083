"""The network's own Rastrigin: neurons with one free weight each, whose copies can be seen without any projection.

``F(x) = a sum_i sigma(w_i x + b)`` with one free weight ``w_i`` a neuron and the same fixed ``a`` and ``b`` for all, fitted by
squared loss to the same network with weights ``w*`` (the teacher). Permuting the neurons permutes the weights, so that all
``n!`` copies of the optimum ``w*`` have the same sum and lie in the hyperplane ``sum_i w_i = sum_i w*_i``: a *plane* for
``n = 3``, which holds all six, and a space for ``n = 4``, which holds all twenty-four.

Coordinates on the hyperplane: ``weights = mean(w*) + B c`` with ``B`` ``(n, n-1)`` orthonormal, orthogonal to ``(1, ..., 1)``
(:func:`permviz.landscape.permutohedron_geometry.hyperplane_basis`), so that distances between coordinates are distances between
parameters.
"""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass

import torch
from torch import Tensor

from permviz.landscape.permutohedron_geometry import hyperplane_basis
from permviz.networks.activations import get_activation
from permviz.networks.checks import check_fields, checked
from permviz.networks.datasets import Dataset
from permviz.networks.losses import SQUARED
from permviz.networks.network import Network


@dataclass(frozen=True)
class OneWeightNeurons:
    """A task and its student: ``n`` neurons with one free weight each.

    Attributes:
        teacher: ``w*``, strictly rising, 1 to 8 numbers.
        activation: a smooth one, since critical points are certified by Hessians.
        bias: ``b``, shared by all neurons and fixed.
        outgoing: ``a``, shared and fixed.
        reach: inputs are ``samples`` equally spaced numbers from ``-reach`` to ``reach``.

    Raises:
        ValueError: naming the attribute that does not fit.
    """

    teacher: tuple[float, ...]
    activation: str = "sin"
    bias: float = 0.0
    outgoing: float = 1.0
    reach: float = 2.0
    samples: int = 41

    def __post_init__(self) -> None:
        check_fields(self)
        object.__setattr__(self, "teacher", tuple(float(w) for w in self.teacher))
        rising = all(a < b for a, b in itertools.pairwise(self.teacher))
        if not 1 <= len(self.teacher) <= 8 or not rising or not all(map(math.isfinite, self.teacher)):
            raise ValueError(f"Teacher {self.teacher} given: expected 1 to 8 strictly rising weights, such as (-2, 0.5, 3).")
        if not get_activation(self.activation).smooth:
            raise ValueError(f"{self.activation!r} is not twice differentiable: choose a smooth activation such as sin.")
        if not (math.isfinite(self.bias) and math.isfinite(self.outgoing) and self.outgoing != 0 and 0 < self.reach <= 100):
            raise ValueError(
                f"Bias {self.bias!r}, outgoing weight {self.outgoing!r}, reach {self.reach!r}: expected finite numbers, "
                "the outgoing weight not 0, the reach above 0 and at most 100."
            )
        if not 2 <= self.samples <= 5000:
            raise ValueError(f"Samples {self.samples!r} given: expected a whole number from 2 to 5000.")

    @property
    def neurons(self) -> int:
        return len(self.teacher)

    @property
    def data(self) -> Dataset:
        """The inputs and the teacher's outputs, so that the best loss is 0, at ``w*`` and its copies."""
        inputs = torch.linspace(-self.reach, self.reach, self.samples, dtype=torch.float64)[:, None]
        targets = self.network(torch.tensor(self.teacher, dtype=torch.float64))(inputs)
        return Dataset("one-weight-neurons", inputs, targets, SQUARED.name, ("x",), ("y",))

    @checked
    def network(self, weights: Tensor) -> Network:
        """The student with weights ``(*batch, n)`` as a network 1-n-1."""
        if weights.shape[-1] != self.neurons:
            raise ValueError(f"Weights of shape {tuple(weights.shape)} given: expected (*batch, {self.neurons}).")
        batch, ones = weights.shape[:-1], torch.ones_like(weights)
        output_bias = weights.new_zeros(*batch, 1)
        return Network(
            (weights.unsqueeze(-1), self.outgoing * ones.unsqueeze(-2)), (self.bias * ones, output_bias), self.activation
        )

    @checked
    def shares(self, weights: Tensor) -> Tensor:
        """What each neuron gives at the inputs, ``a sigma(w_i x_s + b)``, ``(*batch, n, samples)``.

        >>> OneWeightNeurons((1.0,), "linear", samples=3).shares(torch.tensor([2.0], dtype=torch.float64)).tolist()
        [[-4.0, 0.0, 4.0]]
        """
        return self.outgoing * get_activation(self.activation).value(weights[..., None] * self.data.inputs[:, 0] + self.bias)

    @checked
    def derivatives(self, weights: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Loss ``(S,)``, gradient ``(S, n)`` and Hessian ``(S, n, n)`` in the free weights ``(S, n)``, in closed form.

        With residual ``r_s`` and ``z_is = w_i x_s + b``: ``dL/dw_i = 2a/N sum_s r_s x_s sigma'(z_is)`` and ``H_ij = 2a^2/N
        sum_s x_s^2 sigma'(z_is) sigma'(z_js) + [i = j] 2a/N sum_s r_s x_s^2 sigma''(z_is)``.
        """
        data, a = self.data, self.outgoing
        x = data.inputs[:, 0]
        sigma = get_activation(self.activation)
        z = weights[..., None] * x + self.bias
        slope, bend = sigma.derivative(z), sigma.second_derivative(z)
        residual = a * sigma.value(z).sum(-2) - data.targets[:, 0]
        gradient = 2 * a * ((residual * x)[:, None, :] * slope).mean(-1)
        scaled = slope * x
        hessian = 2 * a * a / len(x) * scaled @ scaled.mT
        hessian = hessian + torch.diag_embed(2 * a * ((residual * x * x)[:, None, :] * bend).mean(-1))
        return residual.square().mean(-1), gradient, hessian

    @checked
    def hyperplane_derivatives(self, coordinates: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """The same three in the coordinates ``(S, n-1)``: the loss restricted to the hyperplane of all copies."""
        basis = hyperplane_basis(self.neurons)
        value, gradient, hessian = self.derivatives(self.to_weights(coordinates))
        return value, gradient @ basis, basis.mT @ hessian @ basis

    @checked
    def plane_surface(self, coordinates: Tensor) -> tuple[Tensor, Tensor]:
        """Loss and gradient on the plane of three neurons: a surface for :mod:`permviz.rastrigin.descents`."""
        value, gradient, _ = self.hyperplane_derivatives(coordinates)
        return value, gradient

    @checked
    def to_weights(self, coordinates: Tensor) -> Tensor:
        """The weights ``(*batch, n)`` of points ``(*batch, n-1)`` of the hyperplane of all copies."""
        basis = hyperplane_basis(self.neurons)
        return sum(self.teacher) / self.neurons + coordinates.to(torch.float64) @ basis.mT

    @checked
    def to_coordinates(self, weights: Tensor) -> Tensor:
        """The inverse of :meth:`to_weights` on the hyperplane; other points are projected onto it.

        >>> neurons = OneWeightNeurons((-1.0, 0.0, 2.5))
        >>> point = torch.tensor([0.3, -0.7], dtype=torch.float64)
        >>> bool(torch.allclose(neurons.to_coordinates(neurons.to_weights(point)), point))
        True
        """
        return weights.to(torch.float64) @ hyperplane_basis(self.neurons)

    def copies(self) -> Tensor:
        """All ``n!`` copies of the teacher's weights, ``(n!, n)``, the teacher first."""
        return torch.tensor(list(itertools.permutations(self.teacher)), dtype=torch.float64)


BUMP_TEACHERS = ((2.5,), (-2.5, 2.5), (-2.5, 1.1, 2.5), (-2.5, -1.0, 1.1, 2.5))


@checked
def bump_neurons(neurons: int) -> OneWeightNeurons:
    """The set-up whose critical points are counted: one to four bumps ``exp(-(w x + 1.5)^2)`` on 41 inputs from -2 to 2."""
    if neurons not in (1, 2, 3, 4):
        raise ValueError(f"{neurons!r} neurons given: expected 1 to 4.")
    return OneWeightNeurons(BUMP_TEACHERS[neurons - 1], "gaussian", bias=1.5)


PRESETS: dict[str, OneWeightNeurons] = {
    "sin": OneWeightNeurons((-2.5, 0.5, 2.0), "sin"),
    "gaussian": bump_neurons(3),
    "tanh": OneWeightNeurons((-2.0, 0.5, 2.5), "tanh", bias=1.0),
    "gelu": OneWeightNeurons((-2.0, 0.5, 2.5), "gelu", bias=1.0),
}
"""Three neurons under several activations."""
