"""Certificates of critical points: what may be called a minimum, a saddle or neither, and on which evidence.

A verdict is printed only with its evidence: the norm of the gradient, the whole Hessian spectrum (ascending), and the
two tolerances. The *index* is the number of eigenvalues below ``-tolerance``; eigenvalues within the tolerance of 0 are
*flat*, and a point with flat directions is called degenerate, never a minimum: second derivatives cannot decide there.

That a critical point is near is a third condition (:mod:`.kantorovich`): where it is not met, the point is undecided. All is in
float64.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import torch
from torch import Tensor

from permviz.derivatives.hessians import hessian
from permviz.derivatives.passes import loss_and_gradient
from permviz.landscape.kantorovich import KANTOROVICH_LIMIT, kantorovich_numbers
from permviz.networks.activations import get_activation
from permviz.networks.checks import checked
from permviz.networks.frozen import frozen_mask
from permviz.networks.network import Data, Network, unflatten
from permviz.networks.results import Result

GRADIENT_TOLERANCE = 1e-8
CURVATURE_TOLERANCE = 1e-6


@dataclass(frozen=True, eq=False, repr=False)
class PointCertificate(Result):
    """Evidence about one point: whether it is stationary, and of which kind.

    Attributes:
        gradient_norm: Euclidean norm of the gradient.
        spectrum: Hessian eigenvalues, ascending, ``(d,)``.
        gradient_tolerance, curvature_tolerance: what counts as 0.
        kantorovich: ``h``, see :mod:`.kantorovich`; ``None`` if only derivatives at the point are known.
    """

    gradient_norm: float
    spectrum: Tensor
    gradient_tolerance: float
    curvature_tolerance: float
    kantorovich: float | None = None

    @property
    def stationary(self) -> bool:
        return self.gradient_norm <= self.gradient_tolerance

    @property
    def index(self) -> int:
        """Eigenvalues below ``-curvature_tolerance``."""
        return int((self.spectrum < -self.curvature_tolerance).sum())

    @property
    def flat(self) -> int:
        """Eigenvalues within ``curvature_tolerance`` of 0."""
        return int((self.spectrum.abs() <= self.curvature_tolerance).sum())

    @property
    def kind(self) -> str:
        """ "minimum", "maximum", "saddle of index s", "degenerate", "undecided" or "not stationary"."""
        if not self.stationary:
            return "not stationary"
        if self.flat:
            return "degenerate"
        if self.kantorovich is not None and not self.kantorovich <= KANTOROVICH_LIMIT:
            return "undecided"
        return index_name(self.index, len(self.spectrum))

    @property
    def verdict(self) -> str:
        """One sentence for people, evidence included."""
        norm = f"gradient norm {self.gradient_norm:.2g}"
        if not self.stationary:
            return f"Not stationary: {norm} exceeds {self.gradient_tolerance:.0e}."
        ends = f"curvatures from {self.spectrum[0]:.3g} to {self.spectrum[-1]:.3g}"
        if self.kind == "undecided":
            return (
                f"Undecided: {norm}, {ends}, but the curvature changes so fast that no critical point need be near "
                f"(Newton-Kantorovich number {self.kantorovich:.2g}, above {KANTOROVICH_LIMIT:g})."
            )
        if not self.flat:
            return f"{self.kind.capitalize()}: {norm}, {ends}, none within {self.curvature_tolerance:.0e} of 0."
        plural = "s lie" if self.flat > 1 else " lies"
        also = f"; {self.index} negative, so it is no minimum" if self.index else ""
        return (
            f"Degenerate: {norm}, {self.flat} of {len(self.spectrum)} curvature{plural} within "
            f"{self.curvature_tolerance:.0e} of 0{also}."
        )


def index_name(index: int, dimensions: int) -> str:
    """The name of a nondegenerate critical point with ``index`` negative curvatures out of ``dimensions``.

    >>> [index_name(s, 2) for s in range(3)]
    ['minimum', 'saddle of index 1', 'maximum']
    """
    if index == 0:
        return "minimum"
    return "maximum" if index == dimensions else f"saddle of index {index}"


@checked
def certify_derivatives(
    gradient: Tensor,
    hessian: Tensor,
    gradient_tolerance: float = GRADIENT_TOLERANCE,
    curvature_tolerance: float = CURVATURE_TOLERANCE,
    kantorovich: float | None = None,
) -> PointCertificate:
    """The certificate of a point with this gradient ``(d,)`` and Hessian ``(d, d)``.

    Args:
        kantorovich: the number of :func:`.kantorovich_numbers`; without it the two tolerances alone decide.

    Raises:
        ValueError: where the shapes do not fit, a number is not finite or a tolerance is not positive.

    >>> certify_derivatives(torch.zeros(2), torch.diag(torch.tensor([4.0, -1.0]))).verdict
    'Saddle of index 1: gradient norm 0, curvatures from -1 to 4, none within 1e-06 of 0.'
    """
    d = gradient.numel()
    if gradient.shape != (d,) or hessian.shape != (d, d) or d == 0:
        raise ValueError(f"Gradient {tuple(gradient.shape)} and Hessian {tuple(hessian.shape)}: expected (d,) and (d, d).")
    if not (gradient.isfinite().all() and hessian.isfinite().all()):
        raise ValueError("The derivatives hold numbers that are not finite: certify a point inside the loss's finite range.")
    if not (gradient_tolerance > 0 and curvature_tolerance > 0):
        raise ValueError(f"Tolerances {gradient_tolerance} and {curvature_tolerance} given: expected positive numbers.")
    gradient, hessian = gradient.detach().to(torch.float64), hessian.detach().to(torch.float64)
    spectrum = torch.linalg.eigvalsh(0.5 * (hessian + hessian.mT))
    return PointCertificate(
        float(gradient.norm()), spectrum, float(gradient_tolerance), float(curvature_tolerance), kantorovich
    )


@checked
def certify_point(
    function: Callable[[Tensor], Tensor],
    point: Tensor,
    gradient_tolerance: float = GRADIENT_TOLERANCE,
    curvature_tolerance: float = CURVATURE_TOLERANCE,
) -> PointCertificate:
    """The certificate of ``point`` ``(d,)`` for a differentiable scalar ``function``, by automatic differentiation.

    For whatever is no network on all its parameters: a restriction to a subspace, a penalised loss, a test function. Of
    networks :func:`certify` has the derivatives in closed form.

    >>> certify_point(lambda v: v[0] ** 2 - v[1] ** 2, torch.zeros(2)).kind
    'saddle of index 1'
    """
    point = point.detach().to(torch.float64)
    at = point.clone().requires_grad_(True)
    (gradient,) = torch.autograd.grad(function(at), at)

    def hessians_at(points: Tensor) -> Tensor:
        hessians = [torch.autograd.functional.hessian(function, p) for p in points]  # type: ignore[no-untyped-call]
        return torch.stack(hessians).to(torch.float64)

    return _certified(hessians_at, point, gradient, gradient_tolerance, curvature_tolerance)


@checked
def certify(
    network: Network,
    data: Data,
    gradient_tolerance: float = GRADIENT_TOLERANCE,
    curvature_tolerance: float = CURVATURE_TOLERANCE,
) -> PointCertificate:
    """The certificate of a network as a point of the space of its free parameters, in float64, from derivatives in closed form.

    Raises:
        ValueError: for a batch of networks, an activation that is not twice differentiable, or too many parameters
            (:func:`permviz.hessian`).
    """
    spec = network.single().spec
    if not get_activation(spec.activation).smooth:
        raise ValueError(
            f"{get_activation(spec.activation).label} is not twice differentiable, so no Hessian certifies a point: "
            "choose a smooth activation such as tanh or GELU."
        )
    network = network.to(torch.float64)
    _, gradient = loss_and_gradient(network, data)
    theta, free = network.flatten(), torch.nonzero(~frozen_mask(spec)).squeeze(-1).to(network.device)

    def hessians_at(points: Tensor) -> Tensor:
        whole = theta.detach().repeat(len(points), 1).index_copy(1, free, points)
        return hessian(unflatten(spec, whole), data)[:, free][:, :, free]

    return _certified(
        hessians_at,
        theta[free],
        gradient.flatten()[free],
        gradient_tolerance,
        curvature_tolerance,
    )


def _certified(
    hessians_at: Callable[[Tensor], Tensor],
    point: Tensor,
    gradient: Tensor,
    gradient_tolerance: float,
    curvature_tolerance: float,
) -> PointCertificate:
    """The certificate of ``point`` ``(d,)``; its surroundings are looked at only where the tolerances leave it open."""
    here = hessians_at(point[None])
    found = certify_derivatives(gradient, here[0], gradient_tolerance, curvature_tolerance)
    if not found.stationary or found.flat:
        return found
    number = kantorovich_numbers(hessians_at, point[None], gradient[None], here)
    return replace(found, kantorovich=float(number))
