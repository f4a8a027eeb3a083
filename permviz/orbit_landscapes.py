"""The network's own Rastrigin: neurons with one weight each, whose copies can be seen without any projection.

``F(x) = a sum_i sigma(w_i x + b)`` with one free weight ``w_i`` a neuron and the same fixed ``a`` and ``b`` for all, fitted by
squared loss to the same network with weights ``w*`` (the teacher). Permuting the neurons permutes the weights, so that all
``n!`` copies of the optimum ``w*`` have the same sum and lie in the hyperplane ``sum_i w_i = sum_i w*_i``: a *plane* for
``n = 3``, which holds all six, and a space for ``n = 4``, which holds all twenty-four. These slices are exact.

Coordinates on the hyperplane: ``weights = mean(w*) + B c`` with ``B`` ``(n, n-1)`` orthonormal, orthogonal to ``(1, ..., 1)``
(:func:`permviz.permutohedron.hyperplane_basis`), so that distances on the map are distances between parameters.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from permviz.activations import get_activation
from permviz.critical_points import SAME_POINT, CriticalPoints, find_critical_points
from permviz.datasets import Dataset
from permviz.engine import affine_losses
from permviz.network import Network
from permviz.permutohedron import SUBDIVISIONS, Permutohedron, hyperplane_basis, permutohedron

FloatArray = NDArray[np.float64]


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
        return Dataset("one-weight-neurons", inputs, targets, "squared", ("x",), ("y",))

    def network(self, weights: Tensor) -> Network:
        """The student with weights ``(*batch, n)`` as a network 1-n-1."""
        if weights.shape[-1] != self.neurons:
            raise ValueError(f"Weights of shape {tuple(weights.shape)} given: expected (*batch, {self.neurons}).")
        batch, ones = weights.shape[:-1], torch.ones_like(weights)
        output_bias = weights.new_zeros(*batch, 1)
        return Network(
            (weights.unsqueeze(-1), self.outgoing * ones.unsqueeze(-2)), (self.bias * ones, output_bias), self.activation
        )

    def shares(self, weights: Tensor) -> Tensor:
        """What each neuron gives at the inputs, ``a sigma(w_i x_s + b)``, ``(*batch, n, samples)``.

        >>> OneWeightNeurons((1.0,), "linear", samples=3).shares(torch.tensor([2.0], dtype=torch.float64)).tolist()
        [[-4.0, 0.0, 4.0]]
        """
        return self.outgoing * get_activation(self.activation).value(weights[..., None] * self.data.inputs[:, 0] + self.bias)

    def derivatives(self, weights: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Loss ``(S,)``, gradient ``(S, n)`` and Hessian ``(S, n, n)`` in the free weights ``(S, n)``, in closed form.

        With residual ``r_s`` and ``z_is = w_i x_s + b``: ``dL/dw_i = 2a/N sum_s r_s x_s sigma'(z_is)`` and ``H_ij = 2a^2/N
        sum_s x_s^2 sigma'(z_is) sigma'(z_js) + [i = j] 2a/N sum_s r_s x_s^2 sigma''(z_is)``.
        """
        data, a = self.data, self.outgoing
        x = data.inputs[:, 0]
        sigma = get_activation(self.activation)
        z = (weights[..., None] * x + self.bias).detach().requires_grad_(True)
        with torch.enable_grad():
            slope = sigma.derivative(z)
            (bend,) = torch.autograd.grad(slope.sum(), z, allow_unused=True) if slope.requires_grad else (None,)
        slope, z = slope.detach(), z.detach()
        bend = torch.zeros_like(z) if bend is None else bend
        residual = a * sigma.value(z).sum(-2) - data.targets[:, 0]
        gradient = 2 * a * ((residual * x)[:, None, :] * slope).mean(-1)
        scaled = slope * x
        hessian = 2 * a * a / len(x) * scaled @ scaled.mT
        hessian = hessian + torch.diag_embed(2 * a * ((residual * x * x)[:, None, :] * bend).mean(-1))
        return residual.square().mean(-1), gradient, hessian

    def hyperplane_derivatives(self, coordinates: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """The same three in the coordinates ``(S, n-1)``: the loss restricted to the hyperplane of all copies."""
        basis = torch.from_numpy(hyperplane_basis(self.neurons))
        value, gradient, hessian = self.derivatives(self.to_weights(coordinates))
        return value, gradient @ basis, basis.mT @ hessian @ basis

    def plane_surface(self, coordinates: Tensor) -> tuple[Tensor, Tensor]:
        """Loss and gradient on the plane of three neurons: a surface for :mod:`permviz.descents`."""
        value, gradient, _ = self.hyperplane_derivatives(coordinates)
        return value, gradient

    def to_weights(self, coordinates: Tensor) -> Tensor:
        """The weights ``(*batch, n)`` of points ``(*batch, n-1)`` of the hyperplane of all copies."""
        basis = torch.from_numpy(hyperplane_basis(self.neurons))
        return sum(self.teacher) / self.neurons + coordinates.to(torch.float64) @ basis.mT

    def to_coordinates(self, weights: Tensor) -> Tensor:
        """The inverse of :meth:`to_weights` on the hyperplane; other points are projected onto it.

        >>> neurons = OneWeightNeurons((-1.0, 0.0, 2.5))
        >>> point = torch.tensor([0.3, -0.7], dtype=torch.float64)
        >>> bool(torch.allclose(neurons.to_coordinates(neurons.to_weights(point)), point))
        True
        """
        return weights.to(torch.float64) @ torch.from_numpy(hyperplane_basis(self.neurons))

    def copies(self) -> Tensor:
        """All ``n!`` copies of the teacher's weights, ``(n!, n)``, the teacher first."""
        return torch.tensor(list(itertools.permutations(self.teacher)), dtype=torch.float64)


BUMP_TEACHERS = ((2.5,), (-2.5, 2.5), (-2.5, 1.1, 2.5), (-2.5, -1.0, 1.1, 2.5))


def bump_neurons(neurons: int) -> OneWeightNeurons:
    """The set-up of the census: one to four bumps ``exp(-(w x + 1.5)^2)`` on 41 inputs from -2 to 2."""
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


@dataclass(frozen=True, eq=False)
class OrbitPlane:
    """The plane through all six optima of three neurons; exact.

    Attributes:
        neurons: the task.
        axis: ``(R,)`` coordinates of the columns, and of the rows.
        losses: ``(R, R)``, row ``i`` at second coordinate ``axis[i]``.
        copies: ``(6, 2)`` the optima.
        critical: critical points of the loss *restricted to the plane*.
        full_gradient_norms: ``(K,)`` the norm at those points of the gradient in all three weights; where it vanishes
            too, the point is critical for the network and not only for the slice.
    """

    neurons: OneWeightNeurons
    axis: FloatArray
    losses: FloatArray
    copies: FloatArray
    critical: CriticalPoints
    full_gradient_norms: FloatArray

    def weights(self, coordinates: FloatArray) -> FloatArray:
        """The three weights ``(*batch, 3)`` of points ``(*batch, 2)`` of the plane."""
        weights: FloatArray = self.neurons.to_weights(torch.from_numpy(coordinates)).numpy()
        return weights

    def mirrorings(self) -> FloatArray:
        """``(6, 2, 2)``: how the orders of the three neurons move the plane, the identity first.

        Orthogonal matrices in the plane's coordinates: three turns by multiples of a third, and three mirrors.
        """
        basis = hyperplane_basis(3)
        orders = np.array(list(itertools.permutations(range(3))))
        return np.stack([basis.T @ basis[order] for order in orders])

    @property
    def truly_critical(self) -> NDArray[np.bool_]:
        """``(K,)``: which of ``critical`` are critical in all three weights."""
        return self.full_gradient_norms <= self.critical.gradient_tolerance


def orbit_plane(
    neurons: OneWeightNeurons, half_width: float = 5.0, resolution: int = 101, starts: int = 2048, seed: int = 0,
    dtype: torch.dtype = torch.float64,
) -> OrbitPlane:  # fmt: skip
    """The loss of three one-weight neurons over the plane of their copies, with its critical points.

    Args:
        half_width: of the square map, in weight units.
        resolution: points a side, 2 to 1001.
        starts: of the search for critical points, a power of 2 spreads them best (Sobol 1967); 0 for none.

    Raises:
        ValueError: for other than three neurons, or a number out of range.
    """
    if neurons.neurons != 3:
        raise ValueError(f"{neurons.neurons} neurons given: the copies of three lie in a plane.")
    if not 2 <= resolution <= 1001 or not 0 < half_width <= 100:
        raise ValueError(f"Resolution {resolution!r}, half-width {half_width!r}: expected 2 to 1001, and above 0 to 100.")
    axis = torch.linspace(-half_width, half_width, resolution, dtype=torch.float64)
    coordinates = torch.cartesian_prod(axis, axis).flip(-1)
    centre = neurons.network(neurons.to_weights(torch.zeros(2)))
    basis = torch.from_numpy(hyperplane_basis(3))
    directions = [_weights_only(neurons.network(column)) for column in basis.mT]
    losses = affine_losses(centre, directions, coordinates, neurons.data, dtype)
    critical = find_critical_points(neurons.hyperplane_derivatives, spread_starts(2, starts, half_width, seed), half_width)
    _, gradients, _ = neurons.derivatives(neurons.to_weights(torch.from_numpy(critical.points)))
    return OrbitPlane(
        neurons=neurons,
        axis=axis.numpy(),
        losses=losses.reshape(resolution, resolution).numpy(),
        copies=neurons.to_coordinates(neurons.copies()).numpy(),
        critical=critical,
        full_gradient_norms=gradients.norm(dim=-1).numpy(),
    )


def _weights_only(network: Network) -> Network:
    """A direction that moves the free weights alone."""
    (free, outgoing), biases = network.weights, network.biases
    return Network((free, torch.zeros_like(outgoing)), tuple(map(torch.zeros_like, biases)), network.activation)


def spread_starts(dimensions: int, count: int, half_width: float, seed: int = 0) -> Tensor:
    """``(count, dimensions)`` scrambled Sobol points of the box ``[-half_width, half_width]^d``, from ``seed`` alone."""
    if isinstance(count, bool) or not isinstance(count, int) or not 1 <= count <= 2**20:
        raise ValueError(f"Starts {count!r} given: expected a whole number from 1 to 2^20.")
    sobol = torch.quasirandom.SobolEngine(dimensions, scramble=True, seed=seed)  # type: ignore[no-untyped-call]
    unit: Tensor = sobol.draw(count, dtype=torch.float64)
    return half_width * (2 * unit - 1)


def orbit_permutohedron(
    neurons: OneWeightNeurons, subdivisions: int = SUBDIVISIONS, dtype: torch.dtype = torch.float64
) -> Permutohedron:
    """The convex hull of all 24 copies of four neurons (six, of three), painted with the loss.

    Here nothing is piecewise or projected: the body's points *are* weights, :meth:`OneWeightNeurons.to_weights` of them,
    and its edges exchange neurons of neighbouring rank.
    """
    if neurons.neurons not in (3, 4):
        raise ValueError(f"{neurons.neurons} neurons given: the body is drawn for three or four.")
    network = neurons.network(torch.tensor(neurons.teacher, dtype=torch.float64))
    return permutohedron(
        network, neurons.data, 1, neighbours="nodes", values=neurons.teacher, subdivisions=subdivisions, dtype=dtype
    )


@dataclass(frozen=True, eq=False)
class CriticalCensus:
    """Critical points in the box ``|w_i| <= half_width`` of the loss in all ``n`` free weights.

    Attributes:
        neurons: the task.
        half_width: of the box.
        classes: one point of each class modulo the ``n!`` orders, its weights rising.
        copies: ``(K,)`` how many different points each class holds: ``n! / prod m_i!``, ``m_i`` counting equal weights.
    """

    neurons: OneWeightNeurons
    half_width: float
    classes: CriticalPoints
    copies: NDArray[np.int64]

    @property
    def by_index(self) -> tuple[int, ...]:
        """Certified points of index ``0 .. n`` (minima first), copies counted; a lower bound on what exists."""
        return tuple(int(self.copies[self.classes.index == s].sum()) for s in range(self.neurons.neurons + 1))

    @property
    def degenerate(self) -> int:
        """Stationary points found whose index the Hessian does not decide."""
        return int(self.copies[self.classes.index < 0].sum())

    @property
    def total(self) -> int:
        return int(self.copies.sum())

    @property
    def seen_once(self) -> int:
        """Classes hit by a single start: where there are many, others have surely been missed."""
        return int((self.classes.hits == 1).sum())


def critical_census(neurons: OneWeightNeurons, half_width: float = 6.0, starts: int = 4096, seed: int = 0) -> CriticalCensus:
    """Count the critical points of the loss in the free weights, each certified by gradient and Hessian.

    Everything is sorted, which is to say taken modulo the ``n!`` orders; every class then stands for all its copies. Half of
    the starts are spread over the box; the other half recombine single weights of the points that those led to, with noise of
    deviation 0.3, because a point of ``n`` neurons often repeats the weights of another.

    Raises:
        ValueError: for fewer than 2 starts, or a half-width that is not positive.
    """
    if not 0 < half_width <= 100:
        raise ValueError(f"Half-width {half_width!r} given: expected a number above 0, at most 100.")
    if isinstance(starts, bool) or not isinstance(starts, int) or not 2 <= starts <= 2**20:
        raise ValueError(f"Starts {starts!r} given: expected a whole number from 2 to 2^20.")
    n, box = neurons.neurons, _sorted(spread_starts(neurons.neurons, starts // 2, half_width, seed))
    pool = torch.from_numpy(find_critical_points(neurons.derivatives, box, half_width, canonical=_sorted).points).flatten()
    if len(pool):
        generator = torch.Generator().manual_seed(seed)
        chosen = pool[torch.randint(len(pool), (starts - len(box), n), generator=generator)]
        noise = 0.3 * torch.randn(chosen.shape, generator=generator, dtype=torch.float64)
        box = torch.cat([box, _sorted((chosen + noise).clamp(-half_width, half_width))])
    classes = find_critical_points(neurons.derivatives, box, half_width, canonical=_sorted)
    return CriticalCensus(neurons, float(half_width), classes, np.array([_copies(w) for w in classes.points], dtype=np.int64))


def _sorted(weights: Tensor) -> Tensor:
    return weights.sort(dim=-1).values


def _copies(weights: Sequence[float]) -> int:
    runs, length = [], 1
    for a, b in itertools.pairwise(weights):
        length = length + 1 if b - a <= SAME_POINT else 1
        runs.append(length)
    # A run of length m adds factors 2, ..., m, that is m!.
    return math.factorial(len(weights)) // math.prod(runs)
