"""Damped second-order training of many starts at once: Levenberg-Marquardt and generalised Gauss-Newton.

One algorithm serves every loss. Each start solves ``(B + mu I) s = -g`` and accepts ``theta + s`` if the loss falls;
``B = sum_n J_n^T (d^2 L / d outputs^2) J_n``, which for the squared loss is Levenberg's and Marquardt's (1944, 1963)
``2/N J^T J`` and for cross-entropy the generalised Gauss-Newton matrix (Schraudolph 2002). The damping ``mu`` follows the ratio
of the actual to the predicted decrease (Nielsen 1999). A start that crawls, as happens in curved valleys and wherever residuals
remain, goes on with the exact Hessian in place of ``B``: near a minimum that is Newton's method, which converges quadratically.
When a start has come to its end, and to which: :mod:`.outcomes`.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor

from permviz.derivatives.hessians import MOST_HESSIAN_PARAMETERS, curvature_matrices
from permviz.derivatives.passes import Objective, Passes, chunk_size, propagate
from permviz.networks.network import unflatten
from permviz.training.outcomes import FAILED, GOING, ending, judge
from permviz.training.status import Ending

CRAWL = 5
"""Accepted steps in a row that leave more than 0.3 of the gradient norm, after which the exact Hessian is used."""

MOST_JACOBIAN = 2**26
"""Numbers of one start's Jacobian (512 MB in float64); larger tasks are refused."""


class SecondOrder:
    """The state of ``S`` starts. Finished starts are set aside, so that a step costs only what is still under way."""

    def __init__(self, objective: Objective, theta: Tensor, tolerance: float, state: dict[str, Tensor] | None = None) -> None:
        check_size(objective)
        self.objective, self.tolerance = objective, tolerance
        self._size = 2 * chunk_size(objective)  # a step has more small operations than Adam's, for more starts to share
        self.step_count = 0 if state is None else int(state["step"])
        first = state or _joined([self._first_state(rows) for rows in torch.split(theta, self._size)])
        self._all = {name: value.clone() for name, value in first.items() if name not in ("step", "tolerance")}
        if state is not None and float(state["tolerance"]) != tolerance:
            self._reopen()
        self._select()

    def _first_state(self, theta: Tensor) -> dict[str, Tensor]:
        losses, gradient, passes = self._propagate(theta)
        rows = torch.arange(len(theta), device=theta.device)
        matrix = curvature_matrices(self.objective, passes, rows, exact=False)
        fine = torch.isfinite(losses) & torch.isfinite(gradient.norm(dim=-1)) & torch.isfinite(matrix).flatten(1).all(-1)
        real, whole = theta.new_zeros(len(theta)), torch.zeros_like(rows)
        largest = matrix.diagonal(dim1=1, dim2=2).amax(-1)
        return {
            "theta": theta,
            "losses": losses,
            "gradient": gradient,
            "matrix": matrix,
            "separated": self.objective.separated(passes.activations[-1]),
            "endless": self._endless(passes.activations[-1], losses),
            "damping": torch.where(largest > 0, 1e-3 * largest, 1.0),
            "growth": real + 2,
            "length": real + torch.inf,  # of the last accepted step
            "crawling": whole,
            "polished": whole,
            "shrunk": whole,
            "norm": real,  # ||theta|| where polishing began
            "outcome": torch.where(fine, GOING, FAILED),
        }

    def _propagate(self, theta: Tensor) -> tuple[Tensor, Tensor, Passes]:
        net = unflatten(self.objective.spec, theta)
        return propagate(self.objective, net.weights, net.biases)

    def _endless(self, outputs: Tensor, losses: Tensor) -> Tensor:
        """Whether a doubled output layer, which changes the outputs, costs nothing: as it does at no nondegenerate minimum."""
        if self.objective.decay:
            return torch.zeros_like(losses, dtype=torch.bool)
        eps = torch.finfo(losses.dtype).eps
        free = self.objective.losses(2 * outputs) <= losses * (1 + 8 * eps)
        return torch.logical_and(free, outputs.abs().amax((-2, -1)) > math.sqrt(eps)) & self.objective.scalable

    def _reopen(self) -> None:
        """Judge all over again, by another tolerance."""
        self._all["polished"].zero_()
        self._all["outcome"][self._all["outcome"] != FAILED] = GOING

    def _select(self) -> None:
        """Go on with the starts that are still under way."""
        self._index = (self._all["outcome"] == GOING).nonzero().squeeze(-1)
        self._live = {name: value.index_select(0, self._index) for name, value in self._all.items()}

    def _settle(self) -> None:
        for name, value in self._live.items():
            self._all[name].index_copy_(0, self._index, value)

    @property
    def theta(self) -> Tensor:
        self._settle()
        return self._all["theta"]

    @property
    def losses(self) -> Tensor:
        self._all["losses"][self._index] = self._live["losses"]
        return self._all["losses"]

    @property
    def gradient(self) -> Tensor:
        self._settle()
        return self._all["gradient"]

    @property
    def finished(self) -> bool:
        return len(self._index) == 0

    def step(self) -> None:
        """One trial step of every start that is still under way."""
        self.step_count += 1
        self._live = _joined([self._advance(piece) for piece in _split(self._live, self._size)])
        if bool((self._live["outcome"] != GOING).any()):
            self._settle()
            self._select()

    def _advance(self, now: dict[str, Tensor]) -> dict[str, Tensor]:
        """The state after one trial step; the matrices, its bulk, are changed in place."""
        step, predicted = self._trial(now)
        theta = now["theta"] + step
        losses, gradient, passes = self._propagate(theta)
        old_norm, new_norm = now["gradient"].norm(dim=-1), gradient.norm(dim=-1)
        # Within rounding the loss cannot tell any more; there the gradient decides.
        level = (losses <= now["losses"] * (1 + 8 * torch.finfo(losses.dtype).eps)) & (new_norm < old_norm)
        accepted = ((losses < now["losses"]) | level) & torch.isfinite(new_norm) & (predicted > 0)
        ratio = torch.where(losses < now["losses"], (now["losses"] - losses) / predicted, 1.0)
        # An indefinite matrix gives no step at all, which says nothing about how far one could go.
        length = torch.where(predicted < 0, torch.inf, step.norm(dim=-1))

        slow = new_norm > 0.3 * old_norm
        new = dict(now)
        fresh = {
            "theta": theta,
            "losses": losses,
            "gradient": gradient,
            "separated": self.objective.separated(passes.activations[-1]),
            "endless": self._endless(passes.activations[-1], losses),
            "length": length,
            "crawling": torch.where(slow | (now["crawling"] >= CRAWL), now["crawling"] + 1, 0),
            "shrunk": torch.where(length < 0.7 * now["length"], now["shrunk"] + 1, 0),
        }
        for name, value in fresh.items():
            new[name] = torch.where(accepted if value.ndim == 1 else accepted.unsqueeze(-1), value, now[name])
        # A refused step needs no new matrix; a taken one has its passes already.
        exact = (new["crawling"] >= CRAWL) & (new_norm < 0.1)
        for kind in (False, True):
            rows = (accepted & (exact == kind)).nonzero().squeeze(-1)
            if len(rows):
                new["matrix"].index_copy_(0, rows, curvature_matrices(self.objective, passes, rows, kind))
        easier = now["damping"] * (1 - (2 * ratio - 1) ** 3).clamp(min=1 / 3)
        floor = torch.finfo(losses.dtype).eps * new["matrix"].diagonal(dim1=1, dim2=2).abs().amax(-1)
        new["damping"] = torch.where(accepted, torch.maximum(easier, floor), now["damping"] * now["growth"])
        new["growth"] = torch.where(accepted, 2.0, now["growth"] * 2)
        judge(new, accepted, length, self.tolerance, self.objective)
        return new

    def _trial(self, now: dict[str, Tensor]) -> tuple[Tensor, Tensor]:
        """The steps and the decreases that their quadratic models predict, -1 where the damped matrix is not definite."""
        damping = now["damping"].unsqueeze(-1)
        damped = now["matrix"].clone()
        damped.diagonal(dim1=1, dim2=2).add_(damping)
        factor, info = torch.linalg.cholesky_ex(damped)
        step = -torch.cholesky_solve(now["gradient"].unsqueeze(-1), factor).squeeze(-1)
        predicted = 0.5 * (step * (damping * step - now["gradient"])).sum(-1)
        sound = (info == 0) & torch.isfinite(step).all(-1)
        return torch.where(sound[:, None], step, 0.0), torch.where(sound, predicted, -1.0)

    def state(self) -> dict[str, Tensor]:
        """What a later run needs to go on as if it had never stopped."""
        self._settle()
        own = {"step": torch.tensor(self.step_count), "tolerance": torch.tensor(self.tolerance, dtype=torch.float64)}
        return {name: value.clone() for name, value in self._all.items()} | own

    def ending(self, index: int, gradient_norm: float, tolerance: float) -> Ending:
        """How one start ended."""
        size = float(self._all["theta"][index].norm())
        return ending(int(self._all["outcome"][index]), self.step_count, gradient_norm, tolerance, size)


def _split(state: dict[str, Tensor], size: int) -> list[dict[str, Tensor]]:
    if len(state["theta"]) <= size:
        return [state]
    pieces = zip(*(torch.split(value, size) for value in state.values()), strict=True)
    return [dict(zip(state, piece, strict=True)) for piece in pieces]


def _joined(pieces: list[dict[str, Tensor]]) -> dict[str, Tensor]:
    return pieces[0] if len(pieces) == 1 else {name: torch.cat([piece[name] for piece in pieces]) for name in pieces[0]}


def check_size(objective: Objective) -> None:
    """Refuse what a second-order method cannot hold in memory."""
    count, samples, outputs = objective.spec.parameter_count, objective.samples, objective.spec.widths[-1]
    if count > MOST_HESSIAN_PARAMETERS or count * samples * outputs > MOST_JACOBIAN:
        raise ValueError(
            f"{count} parameters, {samples} samples and {outputs} outputs are too many for a "
            f'second-order method (at most {MOST_HESSIAN_PARAMETERS} parameters, {MOST_JACOBIAN} products): use method="adam".'
        )
