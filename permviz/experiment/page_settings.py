"""Settings of pages that name layers and nodes, against the network of the same experiment.

Each setting is in range by itself (:mod:`.experiment`), yet the network may be smaller: then a page shows another thing. A link
that asks for such a thing is told so (:mod:`.link`). Layers count from 1, nodes from 0.
"""

from __future__ import annotations

from collections.abc import Callable

from permviz.experiment.experiment import CountView, Experiment, RastriginView, SlicesView

Hidden = tuple[int, ...]


def fitted(experiment: Experiment) -> tuple[Experiment, dict[str, str]]:
    """The experiment with the settings that do not fit its network at their defaults, and for each of them the reason.

    Returns:
        The experiment itself where all fit; reasons by ``page.setting``, as the end of a sentence.

    >>> fitted(Experiment(hidden=(4,), slices=SlicesView(layer=2)))[1]
    {'slices.layer': "the network's only hidden layer is 1"}
    """
    reasons: dict[str, str] = {}
    for page, field, reason_of in _SETTINGS:
        view = getattr(experiment, page)
        default = type(view).model_fields[field].default
        reason = "" if getattr(view, field) == default else reason_of(view, experiment.hidden)
        if reason:
            reasons[f"{page}.{field}"] = reason
            experiment = experiment.changed(**{page: view.model_copy(update={field: default})})
    return experiment, reasons


def _layer(layer: int, hidden: Hidden) -> str:
    if 1 <= layer <= len(hidden):
        return ""
    return f"the network's hidden layers are 1 to {len(hidden)}" if len(hidden) > 1 else "the network's only hidden layer is 1"


def _nodes(nodes: tuple[int, ...], layer: int, hidden: Hidden) -> str:
    n = hidden[layer - 1]
    if max(nodes, default=0) < n:
        return ""
    return f"the nodes of layer {layer} are 0 to {n - 1}" if n > 1 else f"layer {layer} has one node, 0"


def _swap(view: SlicesView, hidden: Hidden) -> str:
    if len(view.swap) != 3 or view.swap[1] >= view.swap[2]:
        return "expected a layer and two of its nodes, the smaller one first, such as 1_0_1"
    return _layer(view.swap[0], hidden) or _nodes(view.swap[1:], view.swap[0], hidden)


def _three_nodes(view: SlicesView, hidden: Hidden) -> str:
    if len(set(view.nodes)) != 3:
        return "expected three different nodes, such as 0_1_2"
    return _nodes(view.nodes, view.layer, hidden)


def _wide_layer(view: CountView, hidden: Hidden) -> str:
    beyond = _layer(view.layer, hidden)
    return beyond or (f"layer {view.layer} has one node, and two are made equal" if hidden[view.layer - 1] < 2 else "")


def _two_nodes(view: CountView, hidden: Hidden) -> str:
    if len(set(view.nodes)) != 2:
        return "expected two different nodes, such as 0_1"
    wide = [layer for layer, n in enumerate(hidden, start=1) if n > 1]
    layer = view.layer if view.layer in wide or not wide else wide[0]  # the default layer may be too narrow for two
    return _nodes(view.nodes, layer, hidden)


def _body_nodes(view: RastriginView, hidden: Hidden) -> str:
    return _nodes(view.nodes, view.layer, hidden)  # the page itself asks for three or four


_SETTINGS: tuple[tuple[str, str, Callable[..., str]], ...] = (
    ("slices", "swap", _swap),
    ("slices", "layer", lambda view, hidden: _layer(view.layer, hidden)),
    ("slices", "nodes", _three_nodes),
    ("count", "layer", _wide_layer),
    ("count", "nodes", _two_nodes),
    ("rastrigin", "layer", lambda view, hidden: _layer(view.layer, hidden)),
    ("rastrigin", "nodes", _body_nodes),
)
"""Page, setting, and what is wrong with it; a layer comes before the nodes that are counted in it."""
