"""Whether a critical point is near: the number of Newton and Kantorovich.

A small slope and a definite Hessian do not show it: ``x^3 / 6 + 1e-11 x`` has no critical point, and at 1.1e-6 a slope of 1e-11
and a curvature of 1.1e-6. There is one if ``h = M eta / lambda <= 1/2``, with ``lambda`` the least ``|curvature|``, ``eta`` the
length of the Newton step and ``M`` a Lipschitz constant of the Hessian around (Kantorovich 1948); below 1/2 it has the same
index. As ``eta <= |g| / lambda``, ``M |g| / lambda^2 <= 1/2`` suffices. ``M`` is measured at a few points, not bounded.
"""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

KANTOROVICH_LIMIT = 0.5
"""Up to this number a critical point is near."""


def kantorovich_numbers(hessians_at: Callable[[Tensor], Tensor], points: Tensor, gradients: Tensor, hessians: Tensor) -> Tensor:
    """``h = M eta / lambda`` of each point, ``(K,)``; infinite where a curvature is 0 or the function ends nearby.

    ``M`` is the largest ``|H(y) - H(x)| / |y - x|`` (spectral norm) over four points ``y``, ahead and behind along the Newton
    step and along the direction of the least ``|curvature|``, ``2 eta`` away, or farther where rounding would hide the change.

    Args:
        hessians_at: Hessians ``(S, d, d)`` of points ``(S, d)``.
        points: ``(K, d)``, float64.
        gradients, hessians: there, ``(K, d)`` and ``(K, d, d)``.
    """
    curvatures, vectors = torch.linalg.eigh(0.5 * (hessians + hessians.mT))
    least, softest = curvatures.abs().min(dim=-1)
    steps = (vectors @ ((vectors.mT @ gradients[..., None])[..., 0] / curvatures)[..., None])[..., 0]
    soft = vectors.gather(-1, softest[:, None, None].expand(-1, vectors.shape[-1], 1))[..., 0]
    eta = steps.norm(dim=-1)
    sound = torch.isfinite(eta)
    ahead = torch.where((sound & (eta > 0))[:, None], steps / eta[:, None], soft)
    rounding = torch.finfo(points.dtype).eps ** 0.5 * (1 + points.norm(dim=-1))
    radius = torch.maximum(2 * torch.where(sound, eta, 0.0), rounding)
    around = torch.stack([ahead, -ahead, soft, -soft]) * radius[:, None]
    there = hessians_at((points + around).flatten(0, 1)).reshape(4, *hessians.shape)
    changes = (there - hessians).nan_to_num(torch.inf, torch.inf, torch.inf)
    finite = torch.isfinite(changes).flatten(2).all(-1)
    sizes = torch.linalg.matrix_norm(torch.where(finite[..., None, None], changes, 0.0), ord=2)
    lipschitz = torch.where(finite, sizes, torch.inf).amax(0) / radius
    numbers = torch.where(eta > 0, lipschitz * eta / least, 0.0)
    return torch.where(sound, numbers, torch.inf)
