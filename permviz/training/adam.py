"""Adam on a whole batch of starts: full batch, closed-form gradients, one flat parameter vector a start."""

from __future__ import annotations

import math

import torch
from torch import Tensor

from permviz.derivatives.passes import Objective, backward, chunk_size
from permviz.networks.network import unflatten
from permviz.training.status import Ending, Status, converged, failed_at_the_start, stopped

BETA1, BETA2, EPSILON = 0.9, 0.999, 1e-8


class Adam:
    """The state of Adam (Kingma & Ba 2015, algorithm 1, their default constants) for ``S`` starts.

    ``m <- beta1 m + (1 - beta1) g``, ``v <- beta2 v + (1 - beta2) g^2``,
    ``theta <- theta - rate * m^ / (sqrt(v^) + epsilon)`` with ``m^ = m / (1 - beta1^t)`` and ``v^ = v / (1 - beta2^t)``.

    ``losses`` and ``gradient`` always belong to ``theta``. A start whose next loss or gradient would not be finite goes back to
    where it was and stays there; the others never notice, because no operation mixes starts.
    """

    def __init__(self, objective: Objective, theta: Tensor, rate: float, state: dict[str, Tensor] | None = None) -> None:
        self.objective, self.rate = objective, rate
        self.theta = theta.clone()
        nets = [unflatten(objective.spec, rows) for rows in torch.split(self.theta, chunk_size(objective))]
        self._views = [(net.weights, net.biases) for net in nets]  # theta changes in place, so these follow it
        if state is None:
            zeros = torch.zeros_like(theta)
            never = torch.full((len(theta),), -1, dtype=torch.int64, device=theta.device)
            state = {"first": zeros, "second": zeros, "failed": never, "step": torch.zeros((), dtype=torch.int64)}
        self.step_count = int(state["step"])
        self.first, self.second = state["first"].clone(), state["second"].clone()
        self.failed = state["failed"].clone()
        self.losses, self.gradient = self._evaluate()
        wrong = ~_sound(self.losses, self.gradient)
        self.failed[wrong & (self.failed < 0)] = self.step_count
        self._some_failed = bool((self.failed >= 0).any())

    def _evaluate(self) -> tuple[Tensor, Tensor]:
        pieces = [backward(self.objective, weights, biases) for weights, biases in self._views]
        if len(pieces) == 1:
            return pieces[0]
        return torch.cat([losses for losses, _ in pieces]), torch.cat([gradient for _, gradient in pieces])

    @property
    def finished(self) -> bool:
        """Whether no start can go on."""
        return self._some_failed and bool((self.failed >= 0).all())

    def step(self) -> None:
        """One step of every start."""
        self.step_count += 1
        correction1, correction2 = 1 - BETA1**self.step_count, math.sqrt(1 - BETA2**self.step_count)
        before = self.theta.clone()
        self.first.lerp_(self.gradient, 1 - BETA1)
        self.second.mul_(BETA2).addcmul_(self.gradient, self.gradient, value=1 - BETA2)
        scale = self.second.sqrt().add_(EPSILON * correction2)
        self.theta.addcdiv_(self.first, scale, value=-self.rate * correction2 / correction1)
        losses, gradient = self._evaluate()
        # One number tells whether anything went wrong anywhere; only then is it worth asking where.
        if self._some_failed or not math.isfinite(float(losses.sum() + torch.linalg.vector_norm(gradient))):
            losses, gradient = self._hold_back(before, losses, gradient)
        self.losses, self.gradient = losses, gradient

    def _hold_back(self, before: Tensor, losses: Tensor, gradient: Tensor) -> tuple[Tensor, Tensor]:
        fine = _sound(losses, gradient) & torch.isfinite(self.theta).all(-1)
        self.failed[~fine & (self.failed < 0)] = self.step_count
        alive = self.failed < 0
        self._some_failed = not bool(alive.all())
        self.theta.copy_(torch.where(alive[:, None], self.theta, before))
        return torch.where(alive, losses, self.losses), torch.where(alive[:, None], gradient, self.gradient)

    def state(self) -> dict[str, Tensor]:
        """What a later run needs to go on as if it had never stopped."""
        return {
            "first": self.first.clone(),
            "second": self.second.clone(),
            "failed": self.failed.clone(),
            "step": torch.tensor(self.step_count),
        }

    def ending(self, index: int, gradient_norm: float, tolerance: float) -> Ending:
        """How one start ended."""
        at = int(self.failed[index])
        if at > 0:
            return Ending(
                Status.FAILED,
                f"The loss or its gradient was no longer finite at step {at}",
                f"the learning rate {self.rate:g} is probably too large for this task. The last finite parameters are kept; "
                "try a tenth of the rate",
            )
        if at == 0:
            return failed_at_the_start()
        # Relative to the sizes of parameters and losses, else small targets would be fitted before the first step.
        size = max(1.0, float(self.theta[index].norm()))
        if gradient_norm < tolerance * min(1.0, self.objective.scale) / size:
            return converged(gradient_norm, tolerance)
        return stopped(self.step_count, gradient_norm, "more steps, or a second-order method, would go on")


def _sound(losses: Tensor, gradient: Tensor) -> Tensor:
    """Whether loss and gradient norm are finite, ``(S,)``; the squares of the gradient must not overflow either."""
    return torch.isfinite(losses) & torch.isfinite(torch.linalg.vector_norm(gradient, dim=-1))
