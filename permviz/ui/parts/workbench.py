"""From the experiment to the diagram: its scene, computed once and shared, or live while the network is being trained."""

from __future__ import annotations

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from permviz.components.diagram.scene import Facts, Scene
from permviz.experiment.recipe import Recipe
from permviz.landscape.lines import line_slice
from permviz.networks.comparison import compare, window
from permviz.networks.datasets import Dataset
from permviz.networks.losses import get_loss
from permviz.networks.network import Network, init_network
from permviz.symmetry.counting import factorials_text
from permviz.symmetry.permutation import Permutation
from permviz.ui import state
from permviz.ui.parts.diagram import diagram
from permviz.ui.state.caches import dataset, remembered, trainer
from permviz.ui.state.jobs import TooBusyError

Scope = tuple[str, ...]
ALONE: Scope = ("header", "diagram")
"""What a swap changes where the view beside the diagram does not depend on the order of the nodes: links, and the diagram."""
WITH_THE_PAGE: Scope = ("page",)

LINE_POINTS = 101


def make_scene(network: Network, data: Dataset, permutation: Permutation, nodes: str) -> Scene:
    """Everything the diagram shows of a network and its copy, in float64; ``nodes`` as in :class:`Scene`."""
    copy = permutation(network)
    comparison = compare(network, copy, data)
    line = line_slice(network, copy, data, points=LINE_POINTS)
    moved = not permutation.is_identity()
    return Scene(
        network=network,
        data=data,
        permutation=permutation,
        facts=Facts(
            difference=comparison.difference,
            difference_points=comparison.points,
            loss_a=comparison.loss_a,
            loss_b=comparison.loss_b,
            distance=comparison.distance,
            copies=factorials_text(network.spec.hidden),
            barrier=float(line.barrier("entezari")) if moved else None,
        ),
        curve_t=line.t.numpy(),
        curve_losses=line.losses.numpy(),
        loss_label=get_loss(data.loss).label,
        window=window(data) if data.inputs.shape[-1] <= 2 else (),
        nodes=nodes,
    )


def _network_now(recipe: Recipe) -> Network | None:
    """The network as its training stands, or its start; a sentence and ``None`` if it cannot be trained."""
    try:
        job = trainer().job(recipe)
    except TooBusyError as busy:
        st.info(str(busy), icon=":material/hourglass_top:")
        return None
    if job.error is not None:
        st.error(job.error)
        return None
    return job.glimpse.network if job.glimpse else init_network(recipe.spec, recipe.seed)


def workbench() -> None:
    """The diagram of the front page, which has nothing beside it."""
    _draw("workbench")


@st.fragment(key="diagram")
def small_diagram(scope: Scope = ALONE) -> None:
    """The diagram beside a view; a swap runs the fragments named ``scope``, and nothing else."""
    _draw("compact", scope)


def _draw(key: str, scope: Scope | None = None) -> None:
    """The diagram of the experiment shown; live while its network is being trained."""
    experiment = state.shown()
    trained, nodes = state.trained(), experiment.recipe.start.digest
    if trained is None:
        network = _network_now(experiment.recipe)
        if network is None:
            return
        scene = make_scene(network, dataset(experiment), experiment.permutation, nodes)
    else:
        scene = remembered(
            ("scene", experiment.recipe, experiment.theta, experiment.order),
            lambda: make_scene(trained.network, dataset(experiment), experiment.permutation, nodes),
        )

    def swapped(permutation: Permutation) -> None:
        state.change(order=tuple(tuple(order.tolist()) for order in permutation.orders))
        _run_again(scope)

    def refused(problem: str) -> None:
        state.say(problem)
        _run_again(scope)

    diagram(scene, key=key, on_order=swapped, on_invalid=refused, compact=scope is not None)


def _run_again(scope: Scope | None) -> None:
    """In a callback: let these fragments run. Where the whole app is about to run, after a click on a link say, it does."""
    context = get_script_run_ctx()
    if scope is not None and context is not None and context.fragment_ids_this_run:
        st.rerun(scope)
