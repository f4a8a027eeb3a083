"""The wire format between Python and the diagram: the one place in Python that knows it; wire.js is its twin.

Arrays travel as base64 of little-endian float64; a column of the samples that has at most 256 values, as pixels have, as these
and a byte for each row; everything else (the samples' classes too) is plain lists, numbers and text,
because one numpy scalar would turn the whole payload into a string. A message from the browser is ``{"epoch", "n", "nodes",
"order", "place", "edits", "attempt"}``: operation ``n`` of the mount ``epoch`` made ``order``, absolute and in the gather
meaning, of the nodes that go by that name, or left it as it was; ``place`` says in which mode and where on the walk one then
was, ``edits`` what was set by hand since the last operation that was acknowledged.
"""

from __future__ import annotations

import base64
import hashlib
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

from permviz.components.diagram.scene import Curve, Scene
from permviz.experiment.editing import MOST_VALUE, Edit
from permviz.figures.theme import component_colours
from permviz.networks.datasets import Dataset
from permviz.networks.network import Network
from permviz.symmetry.permutation import Permutation

FORMAT = 3

MOST_EDITS = 200
"""In one message: those that Python has not acknowledged."""

MOST_INLINE_NUMBERS = 1_000
"""Tables with more numbers (samples x inputs) are fetched by the browser, once, where the scene says from where."""


@dataclass(frozen=True)
class Acknowledgement:
    """The last operation that Python has heard of: its mount's nonce and its number."""

    epoch: str
    n: int


@dataclass(frozen=True)
class Place:
    """How a swap is made, "swap", "walk" or "steps", and where on the line from A (0) to B (1) one is."""

    mode: str = "swap"
    t: float = 1.0


MODES = ("swap", "walk", "steps")


@dataclass(frozen=True)
class Move:
    """A valid message: an operation, the order that it made, and where one then was."""

    operation: Acknowledgement
    permutation: Permutation
    place: Place
    edits: tuple[Edit, ...] = ()


def _packed(values: Tensor | Curve) -> str:
    array = values.detach().cpu().double().numpy() if isinstance(values, Tensor) else values
    return base64.b64encode(np.asarray(array, dtype="<f8").tobytes()).decode("ascii")


def _number(value: float | None) -> float | None:
    """A plain float, or None where JSON has no word for it."""
    return None if value is None or not math.isfinite(value) else float(value)


def fingerprint(network: Network, data: Dataset) -> str:
    """Sixteen hex digits that differ for different networks or data."""
    digest = hashlib.sha256(repr((network.spec, data.name, data.loss, data.weight_decay)).encode())
    for tensor in (network.flatten(), data.inputs, data.targets):
        digest.update(tensor.detach().cpu().double().contiguous().numpy().tobytes())
    return digest.hexdigest()[:16]


def nodes_name(scene: Scene) -> str:
    """What the scene's nodes go by: its own word for them, else the fingerprint."""
    return scene.nodes or fingerprint(scene.network, scene.data)


def _column(values: NDArray[np.float64]) -> dict[str, str]:
    """One column, exactly: its few values and a byte for each row, or a float64 for each row."""
    few, codes = np.unique(values, return_inverse=True)
    if len(few) > 256:
        return {"values": _packed(values)}
    return {"values": _packed(few), "codes": base64.b64encode(codes.astype(np.uint8).tobytes()).decode("ascii")}


def encode_samples(data: Dataset) -> dict[str, Any]:
    """A task's samples as the plain data that wire.js reads."""
    targets = data.targets
    return {
        "count": int(data.inputs.shape[0]),
        "columns": [_column(column) for column in data.inputs.detach().cpu().double().numpy().T],
        "targets": _packed(targets) if targets.is_floating_point() else targets.tolist(),
    }


def _samples(scene: Scene) -> dict[str, Any]:
    if scene.samples_at and scene.data.inputs.numel() > MOST_INLINE_NUMBERS:
        return {"at": scene.samples_at}
    return encode_samples(scene.data)


def encode_scene(
    scene: Scene,
    acknowledged: Acknowledgement | None = None,
    notice: str | None = None,
    compact: bool = False,
    hide: Sequence[str] = (),
    alone: str = "",
    place: Place = Place(),
    editable: bool = False,
    before: tuple[str, Network] | None = None,
    called: str = "",
) -> dict[str, Any]:
    """A scene as the plain data that wire.js reads.

    ``hide`` are parts that are not shown, ``alone`` the only one that is: story, modes, diagram, matrices, curve, output.
    ``editable``: whether weights and biases may be set by hand; ``before``: name of what the network was before that, and it.
    ``called``: by what the network's labels begin, where another one is on the page.
    """
    facts = scene.facts
    return {
        "format": FORMAT,
        "network": fingerprint(scene.network, scene.data),
        "nodes": nodes_name(scene),
        "widths": [int(n) for n in scene.network.spec.widths],
        "activation": scene.network.activation,
        "parameters": _packed(scene.network.flatten()),
        "samples": _samples(scene),
        "loss": {"kind": scene.data.loss, "label": scene.loss_label, "decay": float(scene.data.weight_decay)},
        "names": {"inputs": list(scene.data.input_names), "outputs": list(scene.data.output_names)},
        "order": [order.tolist() for order in scene.permutation.orders],
        "facts": {
            "difference": _number(facts.difference),
            "difference_points": int(facts.difference_points),
            "loss_a": _number(facts.loss_a),
            "loss_b": _number(facts.loss_b),
            "distance": _number(facts.distance),
            "copies": facts.copies,
            "barrier": _number(facts.barrier),
        },
        "curve": {
            "t": _packed(scene.curve_t),
            "losses": _packed(scene.curve_losses),
        },
        "window": [float(edge) for edge in scene.window],
        "image": [int(n) for n in scene.image],
        "colours": component_colours(),
        "compact": bool(compact),
        "hide": list(hide),
        "alone": alone,
        "called": called,
        "editable": bool(editable),
        "before": None if before is None else {"name": before[0], "parameters": _packed(before[1].flatten())},
        "place": {"mode": place.mode, "t": float(place.t)},
        "ack": None if acknowledged is None else {"epoch": acknowledged.epoch, "n": acknowledged.n},
        "notice": notice,
    }


def decode_operation(message: Any) -> Acknowledgement:
    """Which operation a message is.

    Raises:
        ValueError: in a sentence for the person before the screen.

    >>> decode_operation({"epoch": "c0ffee", "n": 3}).n
    3
    """
    epoch = message.get("epoch") if isinstance(message, dict) else None
    n = message.get("n") if isinstance(message, dict) else None
    if not isinstance(epoch, str) or not 1 <= len(epoch) <= 64:
        raise ValueError("A message without a session name came from the diagram and was ignored: reload the page.")
    if isinstance(n, bool) or not isinstance(n, int) or not 1 <= n < 2**53:
        raise ValueError("A message without a valid number came from the diagram and was ignored: reload the page.")
    return Acknowledgement(epoch, n)


def decode_order(message: Any, nodes: str, hidden: tuple[int, ...]) -> Move:
    """A browser's message as a move of the nodes that go by that name, in layers of those hidden widths.

    Raises:
        ValueError: in a sentence for the person before the screen.

    >>> place = {"mode": "walk", "t": 0.5}
    >>> decode_order({"epoch": "c0ffee", "n": 1, "nodes": "ab", "order": [[1, 0]], "place": place}, "ab", (2,)).place
    Place(mode='walk', t=0.5)
    """
    operation = decode_operation(message)
    if message.get("nodes") != nodes:
        raise ValueError("That swap was made on the network before this one, so it was not carried over.")
    order = message.get("order")
    if not isinstance(order, list) or len(order) != len(hidden):
        raise ValueError(f"An order of {len(hidden)} hidden layers was expected from the diagram: nothing was changed.")
    for layer, (row, width) in enumerate(zip(order, hidden, strict=True), start=1):
        whole = isinstance(row, list) and all(type(node) is int for node in row)
        if not whole or sorted(row) != list(range(width)):
            raise ValueError(
                f"Layer {layer}: the order from the diagram is no permutation of its {width} nodes: nothing was changed."
            )
    return Move(operation, Permutation(order), _place(message.get("place")), _edits(message.get("edits", [])))


def _edits(given: Any) -> tuple[Edit, ...]:
    """What was set by hand; whether the network has such parameters is not seen here."""
    if not isinstance(given, list) or len(given) > MOST_EDITS:
        raise ValueError(f"At most {MOST_EDITS} weights at a time were expected from the diagram: nothing was changed.")
    return tuple(map(_edit, given))


def _edit(given: Any) -> Edit:
    said: dict[str, Any] = given if isinstance(given, dict) else {}
    layer, to, source, value = (said.get(name) for name in ("layer", "to", "from", "value"))
    whole = type(layer) is int and type(to) is int and (source is None or type(source) is int)
    if not whole or type(value) not in (int, float) or not -MOST_VALUE <= value <= MOST_VALUE:  # type: ignore[operator]
        raise ValueError("A weight came from the diagram that cannot be read: nothing was changed. Reload the page.")
    return Edit(layer, to, source, float(value))  # type: ignore[arg-type]


def _place(given: Any) -> Place:
    mode = given.get("mode") if isinstance(given, dict) else None
    t = given.get("t") if isinstance(given, dict) else None
    if mode not in MODES or isinstance(t, bool) or not isinstance(t, int | float) or not 0 <= t <= 1:
        raise ValueError("The diagram did not say where on the walk it is: nothing was changed. Reload the page.")
    return Place(mode, float(t))
