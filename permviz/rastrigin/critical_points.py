"""All the critical points of a smooth function that many starts can find, each certified.

The search solves ``grad f = 0`` by Levenberg's damped Gauss-Newton method on ``|grad f|^2 / 2`` (Levenberg 1944, Marquardt
1963): with ``H`` the Hessian, ``step = -(H^2 + mu I)^-1 H grad f``. It is drawn to saddles and maxima as readily as to minima.
All starts run as one batch: points ``(S, d)``. What is found is a lower bound on what exists; how often each point was
hit tells how sure one may be (a point hit once hints at others never hit).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from scipy.spatial import cKDTree
from torch import Tensor

from permviz.landscape.kantorovich import KANTOROVICH_LIMIT, kantorovich_numbers
from permviz.landscape.stationary import CURVATURE_TOLERANCE, GRADIENT_TOLERANCE
from permviz.networks.checks import checked
from permviz.networks.results import Result

Derivatives = Callable[[Tensor], tuple[Tensor, Tensor, Tensor]]
"""Points ``(S, d)`` to values ``(S,)``, gradients ``(S, d)`` and Hessians ``(S, d, d)``."""

SAME_POINT = 1e-4
"""Two solutions at most this far apart are taken for one."""


@dataclass(frozen=True, eq=False, repr=False)
class CriticalPoints(Result):
    """What a search found, ordered by index, then by value.

    Attributes:
        points: ``(K, d)``.
        values: ``(K,)``.
        gradient_norms: ``(K,)``, each at most ``gradient_tolerance``.
        spectra: Hessian eigenvalues ``(K, d)``, ascending.
        index: ``(K,)`` negative curvatures, or -1 where a curvature is within ``curvature_tolerance`` of 0 (degenerate), or
            changes so fast that no critical point need be near (:func:`permviz.landscape.kantorovich.kantorovich_numbers`).
        hits: ``(K,)`` starts that ended there.
        starts: all of them.
        left: starts that ran out of the box (towards infinity, perhaps).
        stalled: starts that came to rest where the gradient does not vanish, or ran out of steps.
    """

    points: Tensor
    values: Tensor
    gradient_norms: Tensor
    spectra: Tensor
    index: Tensor
    hits: Tensor
    starts: int
    left: int
    stalled: int
    gradient_tolerance: float = GRADIENT_TOLERANCE
    curvature_tolerance: float = CURVATURE_TOLERANCE

    def __len__(self) -> int:
        return len(self.points)

    @property
    def minima(self) -> Tensor:
        """Points of index 0, ``(m, d)``."""
        return self.points[self.index == 0]


def spread_starts(dimensions: int, count: int, half_width: float, seed: int = 0) -> Tensor:
    """``(count, dimensions)`` scrambled Sobol points of the box ``[-half_width, half_width]^d``, from ``seed`` alone."""
    if isinstance(count, bool) or not isinstance(count, int) or not 1 <= count <= 2**20:
        raise ValueError(f"Starts {count!r} given: expected a whole number from 1 to 2^20.")
    sobol = torch.quasirandom.SobolEngine(dimensions, scramble=True, seed=seed)  # type: ignore[no-untyped-call]
    unit: Tensor = sobol.draw(count, dtype=torch.float64)
    return half_width * (2 * unit - 1)


@checked
def find_critical_points(
    derivatives: Derivatives,
    starts: Tensor,
    half_width: float,
    steps: int = 200,
    gradient_tolerance: float = GRADIENT_TOLERANCE,
    curvature_tolerance: float = CURVATURE_TOLERANCE,
    canonical: Callable[[Tensor], Tensor] | None = None,
) -> CriticalPoints:
    """The critical points in the box ``[-half_width, half_width]^d`` that starts ``(S, d)`` lead to.

    Args:
        derivatives: value, gradient and Hessian of a batch of points, in float64 as all the search is.
        canonical: maps solutions to one representative of each class of equivalent points, if only classes are wanted.

    Raises:
        ValueError: if the starts are not a matrix of finite numbers inside the box.

    >>> curvatures = torch.tensor([2.0, -2.0])
    >>> def saddle(p):
    ...     return (p * p * curvatures / 2).sum(-1), p * curvatures, torch.diag(curvatures).expand(len(p), 2, 2)
    >>> found = find_critical_points(saddle, torch.rand(5, 2), half_width=1.0)
    >>> found.points.round(decimals=6).tolist(), found.index.tolist(), found.hits.tolist()
    ([[0.0, 0.0]], [1], [5])
    """
    if starts.ndim != 2 or len(starts) == 0 or not bool((starts.abs() <= half_width).all()):
        raise ValueError(f"Starts of shape {tuple(starts.shape)}: expected (S, d), all within {half_width} of 0.")
    starts, derivatives = starts.to(torch.float64), _in_float64(derivatives)
    # The tolerance is what is certified; solving further sharpens the positions.
    points = _solve(derivatives, starts, 1.5 * half_width, steps, 1e-3 * gradient_tolerance)
    _, gradients, _ = derivatives(points)
    converged = gradients.norm(dim=-1) <= gradient_tolerance
    inside = (points.abs() <= half_width).all(-1)
    solutions = points[converged & inside]
    if canonical is not None:
        solutions = canonical(solutions)
    representatives, hits = _merged(solutions)
    values, gradients, hessians = derivatives(representatives)
    spectra = torch.linalg.eigvalsh(hessians)
    sure = kantorovich_numbers(lambda p: derivatives(p)[2], representatives, gradients, hessians) <= KANTOROVICH_LIMIT
    flat = (spectra.abs() <= curvature_tolerance).any(-1) | ~sure
    index = torch.where(flat, -1, (spectra < 0).sum(-1))
    order = values.argsort(stable=True)
    order = order[index[order].argsort(stable=True)]
    return CriticalPoints(
        points=representatives[order],
        values=values[order],
        gradient_norms=gradients.norm(dim=-1)[order],
        spectra=spectra[order],
        index=index[order],
        hits=hits[order],
        starts=len(starts),
        left=int((~inside).sum()),
        stalled=int((inside & ~converged).sum()),
        gradient_tolerance=gradient_tolerance,
        curvature_tolerance=curvature_tolerance,
    )


def _in_float64(derivatives: Derivatives) -> Derivatives:
    """The same, whatever the dtype of the constants in it."""

    def converted(points: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        value, gradient, hessian = derivatives(points)
        return value.to(torch.float64), gradient.to(torch.float64), hessian.to(torch.float64)

    return converted


def _solve(derivatives: Derivatives, starts: Tensor, limit: float, steps: int, tolerance: float) -> Tensor:
    """Damped steps from every start until its gradient is below ``tolerance``, it leaves ``|x|_inf <= limit``, or it rests."""
    points = starts.clone()
    _, gradient, hessian = derivatives(points)
    damping = 1e-2 * hessian.square().sum((-2, -1))
    active = torch.arange(len(points))
    for _ in range(steps):
        eigenvalues, vectors = torch.linalg.eigh(hessian)
        shrink = eigenvalues / (eigenvalues.square() + damping[:, None]).clamp(min=1e-300)
        step = -(vectors @ (shrink * (vectors.mT @ gradient[..., None])[..., 0])[..., None])[..., 0]
        trial = points[active] + step
        _, trial_gradient, trial_hessian = derivatives(trial)
        better = trial_gradient.norm(dim=-1) < gradient.norm(dim=-1)
        points[active[better]] = trial[better]
        gradient = torch.where(better[:, None], trial_gradient, gradient)
        hessian = torch.where(better[:, None, None], trial_hessian, hessian)
        damping = torch.where(better, damping / 5, damping * 4)
        resting = ~better & (step.norm(dim=-1) <= 1e-14)
        going = (gradient.norm(dim=-1) > tolerance) & (points[active].abs() <= limit).all(-1) & ~resting
        active, gradient, hessian, damping = active[going], gradient[going], hessian[going], damping[going]
        if len(active) == 0:
            break
    return points


def _merged(solutions: Tensor) -> tuple[Tensor, Tensor]:
    """One representative of every cluster of solutions closer than :data:`SAME_POINT`, and the clusters' sizes."""
    if len(solutions) == 0:
        return solutions, torch.empty(0, dtype=torch.int64)
    rounded = np.round(solutions.numpy() / (0.1 * SAME_POINT))
    _, first, counts = np.unique(rounded, axis=0, return_index=True, return_counts=True)
    distinct = solutions.numpy()[first]
    pairs = cKDTree(distinct).query_pairs(SAME_POINT, output_type="ndarray")
    links = coo_array((np.ones(len(pairs)), (pairs[:, 0], pairs[:, 1])), shape=(len(distinct), len(distinct)))
    clusters, label = connected_components(links, directed=False)
    hits = np.bincount(label, weights=counts, minlength=clusters).astype(np.int64)
    _, chosen = np.unique(label, return_index=True)
    return torch.from_numpy(distinct[chosen]), torch.from_numpy(hits)
