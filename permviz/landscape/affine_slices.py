"""Affine slices of parameter space, layer by layer: what is the same at all their points is computed once.

Axes are those of :mod:`.affine`: ``B`` slices, ``P`` points, ``D`` terms, ``n`` nodes, ``N`` samples.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from permviz.landscape.processor import preferred_form
from permviz.networks.activations import Form, get_activation
from permviz.networks.network import Network


@dataclass(frozen=True, eq=False)
class Slices:
    """``B`` slices through networks of one shape.

    Attributes:
        weights: one a layer, ``(B, D, n_k, n_{k-1})``.
        biases: one a layer, ``(B, D, n_k)``.
        activation: of the hidden layers.
        still: how many of the first layers no direction touches; never the last one.
        moving: of the layer after those, how many nodes change along the slice; they come first.
    """

    weights: list[Tensor]
    biases: list[Tensor]
    activation: str
    still: int
    moving: int

    @classmethod
    def of(cls, origin: Network, directions: Sequence[Network], dtype: torch.dtype) -> Slices:
        networks, axis = (origin, *directions), len(origin.batch_shape)
        weights, biases = (
            [torch.stack(kind, dim=axis).to(dtype).flatten(0, axis - 1) if axis else torch.stack(kind)[None].to(dtype)
             for kind in zip(*parameters, strict=True)]
            for parameters in ([net.weights for net in networks], [net.biases for net in networks])
        )  # fmt: skip
        activation = origin.activation
        if (form := preferred_form(activation, dtype)) is not None:
            weights, biases, activation = *_rewritten(weights, biases, form), form.activation
        still, touched = 0, _touched(weights[0], biases[0])
        while still < len(weights) - 1 and not touched.any():
            still += 1
            touched = _touched(weights[still], biases[still])
        moving = int(touched.sum(-1).max()) if still < len(weights) - 1 else touched.shape[-1]
        if moving < touched.shape[-1]:
            order = touched.to(torch.int8).argsort(dim=-1, descending=True, stable=True)[:, None, :]
            weights[still] = torch.take_along_dim(weights[still], order[..., None], dim=-2)
            biases[still] = torch.take_along_dim(biases[still], order, dim=-1)
            weights[still + 1] = torch.take_along_dim(weights[still + 1], order[..., None, :], dim=-1)
        return cls(weights, biases, activation, still, moving)

    @property
    def count(self) -> int:
        return self.weights[0].shape[0]

    @property
    def width(self) -> int:
        """Nodes of the widest layer that must be computed at every point."""
        return max([self.moving, *(w.shape[-2] for w in self.weights[self.still + 1 :])])

    def __getitem__(self, rows: slice) -> Slices:
        return Slices([w[rows] for w in self.weights], [b[rows] for b in self.biases], self.activation, self.still, self.moving)

    def bases(self, inputs: Tensor) -> list[Tensor]:
        """For each layer that moves, the part of its pre-activations that is affine in ``c``: ``(B, D, n, N or 1)``."""
        sigma, first, m, h = get_activation(self.activation).value_, self.still, self.moving, inputs
        for w, b in zip(self.weights[:first], self.biases[:first], strict=True):
            h = sigma(_products(w[:, :1], h).add_(b[:, :1, :, None])).squeeze(1)
        w, b = self.weights[first], self.biases[first]
        bases = [_products(w[:, :, :m], h).add_(b[:, :, :m, None])]
        rest = [v[..., None] for v in self.biases[first + 1 :]]
        if rest and m < w.shape[-2]:
            h = sigma(_products(w[:, :1, m:], h).add_(b[:, :1, m:, None])).squeeze(1)
            rest[0] = _products(self.weights[first + 1][..., m:], h).add_(rest[0])
        return bases + rest

    def outputs(self, bases: list[Tensor], terms: Tensor, buffers: Tensor) -> Tensor:
        """Outputs ``(B P, n_L, N)`` at terms ``(P, D)``, in one of the two buffers."""
        sigma, samples = get_activation(self.activation).value_, bases[0].shape[-1]
        out, spare = buffers
        rows = self.count * terms.shape[0]

        def room(buffer: Tensor, nodes: int) -> Tensor:
            return buffer[: rows * nodes * samples].view(rows, nodes, samples)

        h = room(out, bases[0].shape[-2])
        torch.bmm(terms.expand(self.count, -1, -1), bases[0].flatten(2), out=h.view(self.count, terms.shape[0], -1))
        for k, (base, w) in enumerate(zip(bases[1:], self.weights[self.still + 1 :], strict=True)):
            w = w[..., : self.moving] if k == 0 else w
            out, spare = spare, out
            h = torch.baddbmm(_at(terms, base), _at(terms, w), sigma(h), out=room(out, w.shape[-2]))
        return h


def _rewritten(weights: list[Tensor], biases: list[Tensor], form: Form) -> tuple[list[Tensor], list[Tensor]]:
    """The same functions by way of another activation: ``sigma(z) = outer * rho(inner * z) + shift``."""
    scaled_weights, scaled_biases = [], []
    for k, (w, b) in enumerate(zip(weights, biases, strict=True)):
        if k > 0:
            w, b = form.outer * w, b + form.shift * w.sum(-1)
        inner = form.inner if k < len(weights) - 1 else 1.0
        scaled_weights.append(w * inner)
        scaled_biases.append(b * inner)
    return scaled_weights, scaled_biases


def _touched(weight: Tensor, bias: Tensor) -> Tensor:
    """Nodes ``(B, n)`` whose incoming weights or bias some direction changes."""
    return (weight[:, 1:] != 0).any(-1).any(1) | (bias[:, 1:] != 0).any(1)


def _products(weight: Tensor, h: Tensor) -> Tensor:
    """``(B, D, n, N)`` from ``(B, D, n, m)`` and activations ``(m, N)`` or ``(B, m, N)``."""
    return (weight.flatten(1, 2) @ h).view(*weight.shape[:3], h.shape[-1])


def _at(terms: Tensor, basis: Tensor) -> Tensor:
    """``(B P, n, m)`` at terms ``(P, D)`` of the affine map with coefficients ``(B, D, n, m)``."""
    return (terms @ basis.flatten(2)).view(-1, *basis.shape[2:])
