"""Descents on a surface over the plane, and the basins they draw.

A *surface* is any function from points ``(S, 2)`` to values ``(S,)`` and gradients ``(S, 2)``; all starts run as one batch.
Methods: gradient descent ``p -= lr g``; momentum ``v = beta v + g, p -= lr v`` (Polyak 1964) with ``beta = 0.9``; Adam (Kingma
& Ba 2015) with its usual 0.9, 0.999 and 1e-8.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from scipy.spatial import cKDTree
from torch import Tensor

from permviz.networks.checks import checked
from permviz.networks.results import Result
from permviz.networks.spec import checked_seed
from permviz.rastrigin.function import AMPLITUDE, rastrigin_function, rastrigin_gradient

Surface = Callable[[Tensor], tuple[Tensor, Tensor]]
"""Points ``(S, 2)`` to values ``(S,)`` and gradients ``(S, 2)``."""

RASTRIGIN_RATES = {"gradient descent": 0.002, "momentum": 0.004, "adam": 0.5}
"""Learning rates that suit the Rastrigin function with its usual amplitude, whose curvatures stay below 397."""
METHODS = ("gradient descent", "momentum", "adam")
MOST_NUMBERS = 20_000_000
"""Starts times steps that one descent may keep: 320 MB of trajectory."""


@dataclass(frozen=True, eq=False, repr=False)
class SurfaceGrid(Result):
    """A surface on a square grid, with the minima to be marked on it.

    Attributes:
        axis: ``(R,)`` coordinates of the columns, and of the rows.
        values: ``(R, R)``, row ``i`` at second coordinate ``axis[i]``.
        minima: ``(m, 2)``.
    """

    axis: Tensor
    values: Tensor
    minima: Tensor


@dataclass(frozen=True, eq=False, repr=False)
class Descent(Result):
    """One method run from many starts.

    Attributes:
        method, learning_rate: what ran.
        trajectories: ``(S, T, 2)``, the start first.
        values: ``(S, T)``.
        reached: ``(S,)`` number of the minimum that each run's last point is at, or -1.
    """

    method: str
    learning_rate: float
    trajectories: Tensor
    values: Tensor
    reached: Tensor


@dataclass(frozen=True, eq=False, repr=False)
class Basins(Result):
    """Which minimum gradient descent reaches from each point of a square grid.

    Attributes:
        axis: ``(R,)`` coordinates of the columns, and of the rows.
        reached: ``(R, R)``, row ``i`` at second coordinate ``axis[i]``: number of the minimum, or -1 where none was reached.
        minima: ``(m, 2)``.
    """

    axis: Tensor
    reached: Tensor
    minima: Tensor


@checked
def rastrigin_surface(amplitude: float = AMPLITUDE) -> Surface:
    """The Rastrigin function as a surface for :func:`descend` and :func:`basins`."""
    return lambda points: (rastrigin_function(points, amplitude), rastrigin_gradient(points, amplitude))


def surface_grid(surface: Surface, minima: Tensor, half_width: float, resolution: int = 201) -> SurfaceGrid:
    """The surface's values on the square ``[-half_width, half_width]^2``, beside its minima ``(m, 2)``."""
    axis, points = _square(half_width, resolution)
    values, _ = surface(points)
    return SurfaceGrid(axis, values.reshape(resolution, resolution), minima)


def _square(half_width: float, resolution: int) -> tuple[Tensor, Tensor]:
    _check_count("Resolution", resolution, 1001)
    axis = torch.linspace(-half_width, half_width, resolution, dtype=torch.float64)
    return axis, torch.cartesian_prod(axis, axis).flip(-1)


@checked
def seeded_starts(count: int, half_width: float, seed: int = 0) -> Tensor:
    """``(count, 2)`` uniform points of the square ``[-half_width, half_width]^2``, from ``seed`` alone."""
    _check_count("Starts", count, 100_000)
    generator = torch.Generator().manual_seed(checked_seed(seed))
    return half_width * (2 * torch.rand(count, 2, generator=generator, dtype=torch.float64) - 1)


@checked
def descend(
    surface: Surface,
    starts: Tensor,
    method: str,
    learning_rate: float,
    steps: int,
    minima: Tensor | None = None,
    radius: float = 0.05,
) -> Descent:
    """Run one method from all starts ``(S, 2)`` at once.

    Args:
        minima: ``(m, 2)``; a run has reached a minimum when it ends within ``radius`` of it.

    Raises:
        ValueError: for an unknown method, starts of another shape, or a number out of range.

    >>> bowl = lambda p: (p.square().sum(-1), 2 * p)
    >>> run = descend(bowl, torch.tensor([[4.0, 2.0]]), "gradient descent", learning_rate=0.25, steps=2)
    >>> run.trajectories[0].tolist(), run.values[0].tolist()
    ([[4.0, 2.0], [2.0, 1.0], [1.0, 0.5]], [20.0, 5.0, 1.25])
    """
    _check_count("Steps", steps, 100_000)
    _check_starts(starts)
    if len(starts) * steps > MOST_NUMBERS:
        raise ValueError(f"{len(starts)} starts of {steps} steps are more than {MOST_NUMBERS} points: take fewer of either.")
    advance = _stepper(method, learning_rate)
    points, trajectory, values = starts, [], []
    for step in range(steps + 1):
        value, gradient = surface(points)
        trajectory.append(points)
        values.append(value)
        if step < steps:
            points = points - advance(gradient)
    path = torch.stack(trajectory, dim=1)
    reached = _nearest(path[:, -1], path.new_empty(0, 2) if minima is None else minima, radius)
    return Descent(method, float(learning_rate), path, torch.stack(values, dim=1), reached)


@checked
def basins(
    surface: Surface,
    minima: Tensor,
    half_width: float,
    learning_rate: float,
    steps: int = 1000,
    resolution: int = 101,
    radius: float = 0.05,
) -> Basins:
    """Gradient descent with small steps, in the limit the gradient flow, from every point of a grid.

    Args:
        minima: ``(m, 2)``.
        learning_rate: below ``1 / max |curvature|`` the descent is monotone and follows the flow.
        radius: a run that ends within it of a minimum has reached that minimum.

    Raises:
        ValueError: for a number out of range.
    """
    _check_count("Steps", steps, 100_000)
    advance = _stepper("gradient descent", learning_rate)
    axis, points = _square(half_width, resolution)
    for _ in range(steps):
        points = points - advance(surface(points)[1])
    return Basins(axis, _nearest(points, minima, radius).reshape(resolution, resolution), minima)


def _stepper(method: str, learning_rate: float) -> Callable[[Tensor], Tensor]:
    """Gradient to the step that is subtracted; remembers what its method remembers."""
    if not (math.isfinite(learning_rate) and learning_rate > 0):
        raise ValueError(f"Learning rate {learning_rate!r} given: expected a positive number.")
    if method == "gradient descent":
        return lambda gradient: learning_rate * gradient
    if method == "momentum":
        return _momentum(learning_rate, 0.9)
    if method == "adam":
        return _adam(learning_rate, 0.9, 0.999, 1e-8)
    raise ValueError(f"Unknown method {method!r}: choose one of {', '.join(METHODS)}.")


def _momentum(learning_rate: float, beta: float) -> Callable[[Tensor], Tensor]:
    velocity: Tensor | float = 0.0

    def step(gradient: Tensor) -> Tensor:
        nonlocal velocity
        velocity = beta * velocity + gradient
        return learning_rate * velocity

    return step


def _adam(learning_rate: float, beta1: float, beta2: float, epsilon: float) -> Callable[[Tensor], Tensor]:
    mean: Tensor | float = 0.0
    square: Tensor | float = 0.0
    count = 0

    def step(gradient: Tensor) -> Tensor:
        nonlocal mean, square, count
        count += 1
        mean = beta1 * mean + (1 - beta1) * gradient
        square = beta2 * square + (1 - beta2) * gradient.square()
        deviation = (square / (1 - beta2**count)).sqrt()
        return learning_rate * (mean / (1 - beta1**count)) / (deviation + epsilon)

    return step


def _nearest(points: Tensor, minima: Tensor, radius: float) -> Tensor:
    """Number of the nearest minimum within ``radius`` of each point, or -1."""
    if len(minima) == 0:
        return torch.full((len(points),), -1)
    # A run that diverged is far from every minimum; the tree takes finite numbers only.
    finite = points.nan_to_num(1e100).clamp(-1e100, 1e100)
    distance, number = cKDTree(minima.numpy()).query(finite.numpy(), distance_upper_bound=radius)
    return torch.from_numpy(np.where(np.isfinite(distance), number, -1))


def _check_starts(starts: Tensor) -> None:
    if starts.ndim != 2 or starts.shape[1] != 2 or len(starts) == 0 or not bool(starts.isfinite().all()):
        raise ValueError(f"Starts of shape {tuple(starts.shape)} given: expected (S, 2), finite.")


def _check_count(name: str, count: int, most: int) -> None:
    if isinstance(count, bool) or not isinstance(count, int) or not 1 <= count <= most:
        raise ValueError(f"{name} {count!r} given: expected a whole number from 1 to {most}.")
