"""The Rastrigin function: values, derivatives, and its critical points counted exactly.

``f(x) = A n + sum_i x_i^2 - A cos(2 pi x_i)`` for ``x`` of shape ``(*batch, n)`` (Rastrigin 1974; Muehlenbein et al. 1991).
It is separable, so that a point is critical iff each of its coordinates is critical for ``n = 1``, and its Hessian is diagonal:
everything about ``n`` dimensions follows from the roots of one derivative on one interval ``[-half_width, half_width]``.

Its symmetry group (permutations and sign flips of the coordinates) *fixes* the global minimum 0: the average over the group
leads to the best point of all. That is where the likeness to a network's loss ends, whose group moves every good minimum.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from scipy.optimize import brentq
from torch import Tensor

from permviz.networks.checks import checked
from permviz.networks.results import Result

AMPLITUDE = 10.0
HALF_WIDTH = 5.12

FloatArray = NDArray[np.float64]


@checked
def rastrigin_function(x: Tensor, amplitude: float = AMPLITUDE) -> Tensor:
    """``A n + sum_i x_i^2 - A cos(2 pi x_i)``, shape ``(*batch,)``, for points ``(*batch, n)``.

    >>> rastrigin_function(torch.tensor([[0.0, 0.0], [1.0, 2.0]], dtype=torch.float64)).tolist()
    [0.0, 5.0]
    """
    return (amplitude * (1 - torch.cos(2 * math.pi * x)) + x * x).sum(-1)


def rastrigin_gradient(x: Tensor, amplitude: float = AMPLITUDE) -> Tensor:
    """``2 x_i + 2 pi A sin(2 pi x_i)``, shape ``(*batch, n)``."""
    return 2 * x + 2 * math.pi * amplitude * torch.sin(2 * math.pi * x)


def rastrigin_curvature(x: Tensor, amplitude: float = AMPLITUDE) -> Tensor:
    """The Hessian's diagonal ``2 + 4 pi^2 A cos(2 pi x_i)``, shape ``(*batch, n)``; all else of the Hessian is 0."""
    return 2 + 4 * math.pi**2 * amplitude * torch.cos(2 * math.pi * x)


@dataclass(frozen=True, eq=False, repr=False)
class RastriginPoints(Result):
    """All critical points on ``[-half_width, half_width]`` for ``n = 1``, and with them those of every ``n``.

    Attributes:
        amplitude, half_width: of the function and the interval.
        minima: ``(m,)`` ascending; ``f' = 0 < f''`` there.
        maxima: ``(k,)`` ascending; ``f'' < 0 = f'`` there.
    """

    amplitude: float
    half_width: float
    minima: Tensor
    maxima: Tensor

    @checked
    def count(self, dimensions: int) -> int:
        """Critical points of the ``n``-dimensional function: ``(m + k)^n``, an exact integer."""
        return sum(self.count_by_index(dimensions))

    @checked
    def count_by_index(self, dimensions: int) -> tuple[int, ...]:
        """Exactly how many have index ``s = 0 .. n`` (negative curvatures): ``C(n, s) m^(n-s) k^s``.

        >>> rastrigin_points().count_by_index(2)
        (121, 220, 100)
        """
        if isinstance(dimensions, bool) or not isinstance(dimensions, int) or dimensions < 1:
            raise ValueError(f"Dimensions {dimensions!r} given: expected a whole number of 1 or more.")
        m, k = len(self.minima), len(self.maxima)
        return tuple(math.comb(dimensions, s) * m ** (dimensions - s) * k**s for s in range(dimensions + 1))

    def in_plane(self) -> tuple[Tensor, Tensor]:
        """The critical points for ``n = 2``, ``((m + k)^2, 2)``, and the index (0 minimum, 1 saddle, 2 maximum) of each."""
        line = torch.cat([self.minima, self.maxima])
        index = torch.repeat_interleave(torch.tensor([len(self.minima), len(self.maxima)]))
        return torch.cartesian_prod(line, line), torch.cartesian_prod(index, index).sum(1)

    def average_of_minima(self) -> float:
        """Each coordinate of the average of all ``m^n`` minima: whatever ``n``, it is the mean of the ``m`` on the line."""
        return math.fsum(self.minima.tolist()) / len(self.minima)

    def worse_averages(self) -> tuple[int, int]:
        """Of the pairs of minima for ``n = 1``: how many have an average that is worse than both, and how many there are.

        >>> rastrigin_points().worse_averages()
        (26, 55)
        """
        pairs = torch.combinations(self.minima)
        both = rastrigin_function(pairs[..., None], self.amplitude).amax(1)
        middle = rastrigin_function(pairs.mean(1, keepdim=True), self.amplitude)
        return int((middle > both + 1e-9 * (1 + both)).sum()), len(pairs)


def rastrigin_line(points: RastriginPoints, x: Tensor | None = None) -> tuple[Tensor, Tensor]:
    """Abscissae and values for ``n = 1``: at ``x``, or at 2001 equally spaced points of the interval."""
    at = torch.linspace(-points.half_width, points.half_width, 2001, dtype=torch.float64) if x is None else x
    return at, rastrigin_function(at[:, None], points.amplitude)


@checked
def rastrigin_points(amplitude: float = AMPLITUDE, half_width: float = HALF_WIDTH) -> RastriginPoints:
    """Every root of ``f'(x) = 2 x + 2 pi A sin(2 pi x)`` on the closed interval, certified by the sign of ``f''``.

    No root can be missed: the zeros of ``f''`` are known in closed form, ``cos(2 pi x) = -1 / (2 pi^2 A)``, between two
    neighbours ``f'`` is strictly monotone, and a monotone function with a change of sign has exactly one root there
    (Brent 1973, to the last bits of float64).

    Raises:
        ValueError: for an amplitude below 0 or over 1000, a half-width outside 0.1 to 100, or a root at which ``f''`` vanishes.

    >>> points = rastrigin_points()
    >>> len(points.minima), len(points.maxima), points.count(2)
    (11, 10, 441)
    """
    if not 0 <= amplitude <= 1000:
        raise ValueError(f"Amplitude {amplitude!r} given: expected a number from 0 to 1000.")
    if not 0.1 <= half_width <= 100:
        raise ValueError(f"Half-width {half_width!r} given: expected a number from 0.1 to 100.")

    def derivative(x: float) -> float:
        return 2 * x + 2 * math.pi * amplitude * math.sin(2 * math.pi * x)

    knots = np.array([-half_width, *_turning_points(amplitude, half_width), half_width])
    slopes = np.array([derivative(x) for x in knots])
    if np.any(np.abs(slopes[1:-1]) < 1e-9):
        raise ValueError(
            f"Amplitude {amplitude!r} makes a critical point degenerate (f'' = 0), so it is neither a minimum nor a "
            "maximum: change the amplitude a little."
        )
    roots = [float(x) for x, slope in zip(knots, slopes, strict=True) if slope == 0]
    for left, right, below, above in zip(knots, knots[1:], slopes, slopes[1:], strict=False):
        if below * above < 0:
            roots.append(float(brentq(derivative, left, right, xtol=1e-15, rtol=1e-15)))
    line = torch.tensor(sorted(roots), dtype=torch.float64)
    curvature = rastrigin_curvature(line, amplitude)
    return RastriginPoints(float(amplitude), float(half_width), line[curvature > 0], line[curvature < 0])


def _turning_points(amplitude: float, half_width: float) -> FloatArray:
    """The zeros of ``f''`` inside the interval, ascending."""
    if 2 * math.pi**2 * amplitude <= 1:
        return np.empty(0)
    angle = math.acos(-1 / (2 * math.pi**2 * amplitude)) / (2 * math.pi)
    periods = np.arange(-math.ceil(half_width) - 1, math.ceil(half_width) + 2)
    points = np.sort(np.concatenate([periods - angle, periods + angle]))
    inside: FloatArray = points[np.abs(points) < half_width]
    return inside
