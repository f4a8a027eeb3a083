"""Permutations of the hidden nodes with a factor for each node: what two copies of one network differ by.

As a matrix, a layer's element has one entry in every row and column: a *monomial*, or generalised permutation, matrix. Signs
belong to activations with flips (tanh: Chen, Lu & Hecht-Nielsen 1993), positive factors to ReLU (Dinh et al. 2017).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import torch
from torch import Tensor

from permviz.networks.activations import Symmetry, get_activation
from permviz.networks.checks import check_fields, checked
from permviz.networks.frozen import kept
from permviz.networks.network import Network
from permviz.networks.parameters import common_batch
from permviz.networks.results import Result
from permviz.symmetry.moves import FLIPPABLE, scale_nodes, sign_flips
from permviz.symmetry.permutation import Permutation

SCALABLE: frozenset[Symmetry] = frozenset({"scaling", "linear"})
"""Symmetries of the activations whose neurons can be scaled."""


@dataclass(frozen=True, eq=False, repr=False)
class Monomial(Result):
    """A permutation, after which node ``i`` of layer ``k`` is multiplied by ``f_k[i]``, or a batch of such.

    ``w_i -> f_i w_{p[i]}``, ``b_i -> f_i b_{p[i]}``, ``a_i -> a_{p[i]} / f_i``: the sign of ``f`` is a flip as in
    :func:`permviz.sign_flips` (for even activations ``a`` keeps its sign, for the sigmoid the next bias takes it up), its
    size a scaling as in :func:`permviz.rescale`.

    Attributes:
        permutation: the order of the nodes, in the gather meaning.
        factors: for each hidden layer ``(*batch, n_k)``, none of them 0; left out, all are 1.

    Raises:
        ValueError: for factors of another shape, that are zero or not finite.

    >>> from permviz.networks.network import NetworkSpec, init_network
    >>> net, swap = init_network(NetworkSpec((2, 2, 1))), Permutation([[1, 0]])
    >>> move = Monomial(swap, [torch.tensor([1.0, -1.0])])
    >>> x = torch.ones(1, 2, dtype=torch.float64)
    >>> bool((move(net)(x) - net(x)).abs().max() < 1e-15), (move @ move.inverse()).is_identity()
    (True, True)
    """

    permutation: Permutation
    factors: Sequence[Tensor] = field(default=())

    def __post_init__(self) -> None:
        check_fields(self)
        orders = self.permutation.orders
        factors = tuple(f.detach().double() for f in self.factors) or tuple(torch.ones(o.shape).double() for o in orders)
        if len(factors) != len(orders) or any(f.shape != o.shape for f, o in zip(factors, orders, strict=True)):
            raise ValueError(
                f"Factors of shapes {[tuple(f.shape) for f in factors]} given for orders of shapes "
                f"{[tuple(o.shape) for o in orders]}: expected one factor a node."
            )
        if not all(bool((f.isfinite() & (f != 0)).all()) for f in factors):
            raise ValueError("Factors that are zero or not finite given: expected numbers by which a node can be multiplied.")
        object.__setattr__(self, "factors", factors)

    @property
    def signs(self) -> tuple[Tensor, ...]:
        """+1 or -1 for each node in its new place, ``(*batch, n_k)`` a layer."""
        return tuple(f.sign() for f in self.factors)

    @property
    def scales(self) -> tuple[Tensor, ...]:
        """The sizes of the factors, ``(*batch, n_k)`` a layer."""
        return tuple(f.abs() for f in self.factors)

    @property
    def batch_shape(self) -> tuple[int, ...]:
        return self.permutation.batch_shape

    def is_identity(self, tolerance: float = 0.0) -> bool:
        """Whether nothing moves, and all factors are 1 to within ``tolerance``."""
        return self.permutation.is_identity() and all(bool(((f - 1).abs() <= tolerance).all()) for f in self.factors)

    def __getitem__(self, index: int) -> Monomial:
        return Monomial(self.permutation[index], tuple(f[index] for f in self.factors))

    def __matmul__(self, other: Monomial) -> Monomial:
        """First ``other``, then ``self``."""
        if not isinstance(other, Monomial):
            return NotImplemented
        joined = self.permutation @ other.permutation
        factors = []
        for f, g, p in zip(self.factors, other.factors, self.permutation.orders, strict=True):
            shape = common_batch(g.shape, p.shape)
            factors.append(f * torch.take_along_dim(g.expand(shape), p.expand(shape), dim=-1))
        return Monomial(joined, tuple(factors))

    def inverse(self) -> Monomial:
        back = self.permutation.inverse()
        return Monomial(
            back, tuple(1 / torch.take_along_dim(f, p, dim=-1) for f, p in zip(self.factors, back.orders, strict=True))
        )

    @checked
    def __call__(self, network: Network) -> Network:
        """The moved copy, which computes the same function; batch axes broadcast.

        Raises:
            ValueError: for other hidden widths, factors that are no symmetry of the network's activation, or frozen entries
                that would move.
        """
        entry = get_activation(network.activation)
        copy = self.permutation(network.thawed())
        for layer, (signs, scales) in enumerate(zip(self.signs, self.scales, strict=True), start=1):
            common_batch(signs.shape[:-1], copy.batch_shape)
            if bool((signs < 0).any()):
                if entry.symmetry not in FLIPPABLE:
                    raise ValueError(f"Negative factors given for {entry.label} neurons, which cannot be flipped in sign.")
                copy = sign_flips(copy, layer, signs.to(network.dtype))
            if bool((scales != 1).any()):
                if entry.symmetry not in SCALABLE:
                    raise ValueError(f"Factors other than 1 and -1 given for {entry.label} neurons, which cannot be scaled.")
                copy = scale_nodes(copy, layer, scales.to(network.dtype), 1 / scales.to(network.dtype))
        return kept(network, replace(copy, frozen=network.frozen), "This move")
