"""The group of moves that keep the function of every network of a given shape, layer by layer.

For one hidden layer of width ``n``: permutations alone, ``S_n``, for a generic activation; with sign flips the hyperoctahedral
group ``B_n`` of order ``2^n n!`` for odd ones (tanh: Sussmann 1992 and Chen, Lu & Hecht-Nielsen 1993; others, such as erf:
Albertini & Sontag 1993 and Kurkova & Kainen 1994), for even ones and for the sigmoid; with half turns an infinite discrete
group for sine; with positive scalings a group of dimension ``n`` for ReLU; and the affine group of dimension ``n^2 + n`` for
linear neurons with biases. The whole group is the product over the layers in size: orders multiply and dimensions add.

Frozen entries (:class:`permviz.FrozenEntries`) leave of it those moves that keep every one of them, in place and value. That
group is in general no product over the layers, as moves of several layers can undo each other.

These moves work at *every* parameter point. Particular points can have more, such as dead ReLU neurons; and at some points part
of the group moves nothing: :func:`permviz.symmetry.orbits.symmetry_orbit` measures what it makes of one network.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from permviz.networks.activations import Symmetry, get_activation
from permviz.networks.checks import checked
from permviz.networks.frozen import frozen_matrices
from permviz.networks.network import NetworkSpec
from permviz.symmetry.counting import count_text, factorials_text, integer_text, superscript
from permviz.symmetry.signed import signed_frozen_order
from permviz.symmetry.stabiliser import remaining_permutations


@dataclass(frozen=True)
class Kind:
    """What a symmetry of the activation adds to the permutations of a layer.

    Attributes:
        group: name of the layer's group, with ``{n}`` for its width.
        moves: the moves beyond permutation, in the notation of :mod:`permviz.symmetry.moves`.
        source: who proved or used it.
        meaning: the group's name in plain words.
        decayed: what weight decay makes of the moves; permutations keep the norm of the parameters.
    """

    group: str
    moves: tuple[str, ...]
    source: str
    meaning: str
    decayed: str = ""


_FLIP = "(w, b, a) → (−w, −b, −a)"
_BOTH = "These flips keep ‖θ‖, and so loss plus decay, too."
_APART = "do not keep ‖θ‖: one function, but not one loss plus decay."
_SIGNED = "Hyperoctahedral group Bₙ: the permutations of n nodes, each with a sign or without; 2ⁿ · n! elements."
KINDS: dict[Symmetry, Kind] = {
    "none": Kind(
        "symmetric group S_{n}", (), "Hecht-Nielsen 1990", "Symmetric group Sₙ: the permutations of n nodes; n! elements."
    ),
    "odd": Kind(
        "hyperoctahedral group B_{n}",
        (_FLIP,),
        "tanh: Sussmann 1992, Chen, Lu & Hecht-Nielsen 1993; erf: Albertini & Sontag 1993, Kůrková & Kainen 1994",
        _SIGNED,
        _BOTH,
    ),
    "even": Kind("hyperoctahedral group B_{n}", ("(w, b, a) → (−w, −b, a)",), "from σ(−z) = σ(z)", _SIGNED, _BOTH),
    "sigmoid": Kind(
        "hyperoctahedral group B_{n}",
        (f"{_FLIP} and next bias c → c + a",),
        "from σ(−z) = 1 − σ(z)",
        _SIGNED,
        f"These flips move the next bias and {_APART}",
    ),
    "sine": Kind(
        "infinite dihedral group to the power {n}, with S_{n}",
        (_FLIP, "(b, a) → (b + π, −a)", "b → b + 2π"),
        "from sin(−z) = −sin(z) and sin(z + π) = −sin(z)",
        "Infinite dihedral group: a flip and the steps of a line, here half turns of b. Sₙ: the permutations.",
        f"Flips keep ‖θ‖ too; half turns {_APART}",
    ),
    "scaling": Kind(
        "positive scalings of {n} nodes, with S_{n}",
        ("(w, b, a) → (αw, αb, a/α), α > 0",),
        "Dinh et al. 2017",
        "A positive scale for each node, and Sₙ, the permutations.",
        f"Scalings {_APART}",
    ),
    "linear": Kind(
        "affine group Aff({n})",
        ("(W, b, A) → (GW, Gb, AG⁻¹), G invertible", "(b, c) → (b + s, c − As)"),
        "from linearity",
        "Affine group Aff(n): the invertible n × n matrices with the shifts; dimension n² + n.",
        f"But for orthogonal G they {_APART}",
    ),
}
"""The table behind :func:`symmetry_group`, by :attr:`permviz.networks.activations.Activation.symmetry`."""


@dataclass(frozen=True)
class LayerGroup:
    """The group of one hidden layer.

    Attributes:
        layer, width: which, and ``n``.
        name: of the group.
        permutations: ``n!``.
        order: exact number of elements, or ``None`` if there are infinitely many.
        dimension: of its continuous part; 0 if it is discrete.
        text: the order as a formula, such as "2⁴ · 4! = 384", or what takes its place.
    """

    layer: int
    width: int
    name: str
    permutations: int
    order: int | None
    dimension: int
    text: str


@dataclass(frozen=True)
class SymmetryGroup:
    """The group of a whole network shape.

    Attributes:
        activation: its name.
        layers: one group a hidden layer; none with frozen entries, which leave no product.
        moves: what can be done beyond permuting, for reading.
        source: of the moves.
        meaning: the name of the layers' groups in plain words.
        decayed: what weight decay makes of those moves, as a sentence; empty where there are none.
        permutations: ``prod n_k!``, or with frozen entries how many of these keep them.
        order: exact, or ``None`` if infinite.
        dimension: of the continuous part, summed over the layers.
        text: the order as a formula.
    """

    activation: str
    layers: tuple[LayerGroup, ...]
    moves: tuple[str, ...]
    source: str
    meaning: str
    decayed: str
    permutations: int
    order: int | None
    dimension: int
    text: str


@checked
def symmetry_group(spec: NetworkSpec) -> SymmetryGroup:
    """The moves that keep the function of every network of this shape, counted; with frozen entries, those that keep them too.

    Raises:
        ValueError: for frozen entries where scalings or changes of basis are symmetries (ReLU family with kappa above 0,
            linear), as the group that remains is not computed there; or frozen entries too regular for
            :func:`permviz.stabiliser`.

    >>> group = symmetry_group(NetworkSpec((2, 4, 4, 1), "tanh"))
    >>> group.permutations, group.order, group.dimension
    (576, 147456, 0)
    >>> group.text.split("\\u202f")
    ['2⁴ · 4! · 2⁴ · 4! = 147', '456']
    >>> symmetry_group(NetworkSpec((2, 4, 4, 1), "relu")).dimension
    8
    """
    symmetry = get_activation(spec.activation).symmetry
    if spec.frozen is not None:
        return _remaining_group(spec, symmetry)
    layers = tuple(_layer_group(symmetry, k, n) for k, n in enumerate(spec.hidden, start=1))
    orders = [layer.order for layer in layers if layer.order is not None]
    order = math.prod(orders) if len(orders) == len(layers) else None
    dimension = sum(layer.dimension for layer in layers)
    return SymmetryGroup(
        activation=spec.activation,
        layers=layers,
        moves=KINDS[symmetry].moves,
        source=KINDS[symmetry].source,
        meaning=KINDS[symmetry].meaning,
        decayed=KINDS[symmetry].decayed,
        permutations=math.prod(layer.permutations for layer in layers),
        order=order,
        dimension=dimension,
        text=_text(symmetry, spec.hidden, order, dimension),
    )


def _remaining_group(spec: NetworkSpec, symmetry: Symmetry) -> SymmetryGroup:
    """The part of the group that keeps the frozen entries."""
    zeros = not any(bool(values.any()) for _, values in frozen_matrices(spec))
    if symmetry == "linear" or (symmetry == "scaling" and not zeros):
        raise ValueError(
            f"{spec} given: which permutations with scalings keep its frozen entries is not computed. Choose kappa=0 for the "
            "ReLU family, or another activation, such as tanh."
        )
    permutations = remaining_permutations(spec).order
    order = {"none": permutations, "sine": None, "scaling": None}.get(symmetry, 0)
    order = signed_frozen_order(spec) if order == 0 else order
    dimension = sum(spec.hidden) if symmetry == "scaling" else 0
    size = f"dimension {dimension}" if dimension else "infinite, discrete"
    return SymmetryGroup(
        activation=spec.activation,
        layers=(),
        moves=KINDS[symmetry].moves,
        source=KINDS[symmetry].source,
        meaning=f"{KINDS[symmetry].meaning} Of these, the moves that keep the frozen entries.",
        decayed=KINDS[symmetry].decayed,
        permutations=permutations,
        order=order,
        dimension=dimension,
        text=f"{size}, times {count_text(permutations)}" if order is None else count_text(order),
    )


def _layer_group(symmetry: Symmetry, layer: int, n: int) -> LayerGroup:
    dimension = {"scaling": n, "linear": n * n + n}.get(symmetry, 0)
    permutations = math.factorial(n)
    orders = {"none": permutations, "odd": 2**n * permutations}
    orders["even"] = orders["sigmoid"] = orders["odd"]
    order = orders.get(symmetry)
    name = KINDS[symmetry].group.format(n=n)
    return LayerGroup(layer, n, name, permutations, order, dimension, _text(symmetry, (n,), order, dimension))


def _text(symmetry: Symmetry, hidden: tuple[int, ...], order: int | None, dimension: int) -> str:
    """The order as a formula; for infinite groups what is known of their size."""
    if order is None:
        size = f"dimension {dimension}" if dimension else "infinite, discrete"
        return size if symmetry == "linear" else f"{size}, times {factorials_text(hidden)}"
    if symmetry == "none" or not hidden:
        return factorials_text(hidden)
    factors = [f"2{superscript(str(n))} · {n}!" for n in hidden]
    return f"{' · '.join(factors)} {integer_text(order)}"
