"""A census of stationary points: where hundreds of starts end, and how many ends are the same up to symmetry.

Every start is trained by a second-order method, all at once. An end is *counted* if it is certified (:mod:`.stationary`): a
stationary point whose curvatures are all clearly not 0, so that it stands alone. Ends in valleys, on their way to infinity, or
at which the budget was used up, are told as such and not counted: they need be nowhere near such a point. Where the activation
has a kink there is no such certificate: there converged ends are counted, of which nobody knows whether they stand alone.

Two counted ends are one *point* if their parameters are equal, and of one *class* if a move of the activation's symmetry makes
them equal: permutations, with sign flips (tanh: Sussmann 1992), half turns or positive scalings. Of the points that exist only
those are found that some start runs to; a census is a lower bound.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Executor
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from permviz.derivatives.hessians import MOST_HESSIAN_PARAMETERS, hessian
from permviz.derivatives.passes import Objective, loss_and_gradient
from permviz.landscape.census_classes import Census, CensusClass
from permviz.landscape.kantorovich import kantorovich_numbers
from permviz.landscape.processor import one_torch_thread
from permviz.landscape.stationary import CURVATURE_TOLERANCE, GRADIENT_TOLERANCE, PointCertificate
from permviz.networks.activations import get_activation
from permviz.networks.checks import checked
from permviz.networks.evaluation import decay_of
from permviz.networks.frozen import refuse_frozen
from permviz.networks.network import Data, Network, NetworkSpec, unflatten
from permviz.networks.results import given
from permviz.networks.spec import checked_seed
from permviz.symmetry.canonical import canonical_form
from permviz.training.jobs import Lost, run_jobs
from permviz.training.second_order import check_size
from permviz.training.status import Ending, Status
from permviz.training.train import MOST_STARTS, MOST_STEPS, most_at_once, train

BATCH = 256
"""Starts of a job, or fewer of a large network: the same whoever runs it, since rounding depends on it."""

DIRECTIONS = 3
"""Forms of each end that are compared; that two products are equal by chance in all of them does not happen."""

MOST_HELD = 2**24
"""Numbers of the Hessians that are held at once (128 MB)."""


@dataclass(frozen=True)
class _Job:
    spec: NetworkSpec
    data: Data
    seeds: tuple[int, ...]
    steps: int


@dataclass(frozen=True, eq=False)
class _Ends:
    """What a job finds; numbers of numpy, which travel by value."""

    theta: NDArray[np.float64]
    losses: NDArray[np.float64]
    norms: NDArray[np.float64]
    spectra: NDArray[np.float64]
    kantorovich: NDArray[np.float64]
    endings: tuple[Ending, ...]


@checked
def census(
    spec: NetworkSpec,
    data: Data,
    seeds: int | Sequence[int] = 256,
    executor: Executor | int | None = None,
    *,
    steps: int = 300,
    tolerance: float = 1e-4,
) -> Census:
    """Train many starts to stationary points, certify them, and count them modulo symmetry.

    Args:
        spec: of at most 2000 parameters; not of linear neurons, whose points never stand alone.
        data: the task; its weight decay is part of the objective, and leaves fewer symmetries.
        seeds: that many starts, from seed 0 on; or the seeds themselves. At most 10,000.
        executor: as for :func:`permviz.sweep`; 256 starts are a job, fewer of more than a thousand parameters. The census is
            the same to the last bit.
        steps: of Levenberg-Marquardt, or of the damped Newton method, whichever the loss goes with.
        tolerance: ends are equal if no parameter differs by more than this part of the largest one, or of 1 if that is less.

    Returns:
        A :class:`Census`, float64.

    Raises:
        ValueError: for arguments out of range, frozen entries, a spec that does not fit the data or is too large.
        RuntimeError: if workers are lost again and again.

    >>> from permviz.networks.datasets import load_dataset
    >>> found = census(NetworkSpec((2, 2, 1)), load_dataset("teacher", samples=30), seeds=4, steps=5)
    >>> len(found.kinds), found.networks.batch_shape
    (4, torch.Size([4]))
    """
    refuse_frozen(spec, "a census")
    starts = _checked_seeds(seeds)
    if not 0 < tolerance <= 0.1:
        raise ValueError(
            f"Tolerance {given(tolerance)} given: expected a relative difference above 0, at most 0.1, such as 1e-4."
        )
    if isinstance(steps, bool) or not isinstance(steps, int) or not 1 <= steps <= MOST_STEPS:
        raise ValueError(f"Steps {given(steps)} given: expected a whole number from 1 to {MOST_STEPS}.")
    if spec.parameter_count > MOST_HESSIAN_PARAMETERS:
        raise ValueError(f"{spec.parameter_count} parameters given: expected at most {MOST_HESSIAN_PARAMETERS}.")
    activation = get_activation(spec.activation)
    if activation.symmetry == "linear":
        raise ValueError("A network of linear neurons given: its stationary points lie on whole surfaces, and are not counted.")
    check_size(Objective.of(spec, data, torch.float64))  # here, so that no worker finds out
    size = min(BATCH, most_at_once(spec, "second-order"))
    jobs = [_Job(spec, data, starts[at : at + size], steps) for at in range(0, len(starts), size)]
    parts: list[_Ends | None] = [None] * len(jobs)
    for i, part in run_jobs(_ends, jobs, executor):
        if isinstance(part, Lost):
            raise RuntimeError(f"A part of the census was lost. {part.sentence}")
        parts[i] = part
    return _counted(spec, data, starts, [part for part in parts if part is not None], tolerance)


def _ends(job: _Job) -> _Ends:
    """Train the starts of a job and measure their ends, on one thread: other threads would round in other places."""
    with one_torch_thread(), torch.no_grad():
        run = train(job.spec, job.data, job.seeds, job.steps, "second-order")
        spectra, numbers = _certificates(run.networks, job.data, run.gradient_norms)
    theta, losses, norms = run.networks.flatten().numpy(), run.losses.numpy(), run.gradient_norms.numpy()
    return _Ends(theta, losses, norms, spectra.numpy(), numbers.numpy(), run.endings)


def _certificates(networks: Network, data: Data, norms: Tensor) -> tuple[Tensor, Tensor]:
    """Spectra ``(S, P)`` and Newton-Kantorovich numbers ``(S,)`` of the stationary ones among the networks; others have nan."""
    spec, theta = networks.spec, networks.flatten()
    spectra, numbers = torch.full_like(theta, torch.nan), torch.full_like(norms, torch.nan)
    if not get_activation(spec.activation).smooth:
        return spectra, numbers

    def hessians_at(points: Tensor) -> Tensor:
        return hessian(unflatten(spec, points), data)

    stationary = (norms <= GRADIENT_TOLERANCE).nonzero().squeeze(-1)
    size = max(1, MOST_HELD // (4 * spec.parameter_count**2))
    for rows in torch.split(stationary, size) if len(stationary) else ():
        points = theta[rows]
        here = hessians_at(points)
        gradients = loss_and_gradient(unflatten(spec, points), data)[1].flatten()
        spectra[rows] = torch.linalg.eigvalsh(0.5 * (here + here.mT))
        numbers[rows] = kantorovich_numbers(hessians_at, points, gradients, here)
    return spectra, numbers


def _counted(spec: NetworkSpec, data: Data, seeds: tuple[int, ...], parts: list[_Ends], tolerance: float) -> Census:
    theta, losses, norms, spectra, numbers = (
        torch.from_numpy(np.concatenate([getattr(part, name) for part in parts]))
        for name in ("theta", "losses", "norms", "spectra", "kantorovich")
    )
    endings = tuple(ending for part in parts for ending in part.endings)
    certificates = [
        PointCertificate(norm, spectrum, GRADIENT_TOLERANCE, CURVATURE_TOLERANCE, number)
        for norm, spectrum, number in zip(norms.tolist(), spectra, numbers.tolist(), strict=True)
    ]
    smooth = get_activation(spec.activation).smooth
    kinds = tuple(_kind(ending, certificate, smooth) for ending, certificate in zip(endings, certificates, strict=True))
    known = [i for i, kind in enumerate(kinds) if kind.startswith(("minimum", "maximum", "saddle", "uncertified"))]
    order = torch.tensor(sorted(known, key=lambda i: float(losses[i])), dtype=torch.int64)
    decay = decay_of(data)
    ends = unflatten(spec, theta[order])
    forms = [canonical_form(ends, seed, decay) for seed in range(DIRECTIONS)] if len(order) else []
    members = _groups(torch.stack([form.flatten() for form in forms]) if forms else theta[None, :0], tolerance)
    class_of, classes = torch.full((len(seeds),), -1), []
    for at, places in enumerate(members):
        class_of[order[places]] = at
        first = int(order[places[0]])
        certificate = certificates[first] if smooth else None
        classes.append(
            CensusClass(
                loss=float(losses[first]),
                starts=tuple(sorted(order[places].tolist())),
                points=len(_groups(theta[None, order[places]], tolerance)),
                kind=kinds[first],
                index=None if certificate is None else certificate.index,
                network=forms[0][places[0]],
                certificate=certificate,
            )
        )
    networks = unflatten(spec, theta)
    return Census(seeds, networks, losses, norms, endings, kinds, class_of, tuple(classes), float(tolerance), decay)


def _kind(ending: Ending, certificate: PointCertificate, smooth: bool) -> str:
    if ending.status in (Status.DIVERGING, Status.FAILED):
        return str(ending.status)
    if smooth:
        return certificate.kind
    return "uncertified" if ending.status is Status.CONVERGED else "not stationary"


def _groups(forms: Tensor, tolerance: float) -> list[list[int]]:
    """Places of equal rows of ``forms`` ``(D, K, P)``, groups in the order of their first member, to which the others are equal
    in one of the ``D`` forms at least."""
    groups: list[list[int]] = []
    firsts = torch.empty_like(forms)
    for i in range(forms.shape[1]):
        here = forms[:, i : i + 1]
        size = torch.clamp(here.abs().amax(-1), min=1.0)
        apart = ((firsts[:, : len(groups)] - here).abs().amax(-1) / size).amin(0)
        near = (apart <= tolerance).nonzero().flatten().tolist()
        if near:
            groups[near[0]].append(i)
        else:
            firsts[:, len(groups)] = forms[:, i]
            groups.append([i])
    return groups


def _checked_seeds(seeds: int | Sequence[int]) -> tuple[int, ...]:
    if isinstance(seeds, int) and not isinstance(seeds, bool) and 1 <= seeds <= MOST_STARTS:
        return tuple(range(seeds))
    if isinstance(seeds, Sequence) and 1 <= len(seeds[: MOST_STARTS + 1]) <= MOST_STARTS:
        return tuple(map(checked_seed, seeds))
    raise ValueError(f"Seeds {given(seeds)} given: expected how many, from 1 to {MOST_STARTS}, or the seeds themselves.")
