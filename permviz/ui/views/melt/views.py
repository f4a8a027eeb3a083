"""The views of the Melt page: this network along the decay, and other activations beside it."""

from __future__ import annotations

import streamlit as st

from permviz.components.diagram.scene import Scene
from permviz.components.diagram.wire import Move
from permviz.figures.melt import melt_figure, melts_figure
from permviz.landscape.melting import STAGES, Melt
from permviz.landscape.melting_stage import MeltStage
from permviz.networks.activations import ACTIVATIONS
from permviz.networks.digits import loss_text, written
from permviz.symmetry.alike import AlikeNeurons
from permviz.symmetry.counting import factorials_text
from permviz.ui import state
from permviz.ui.parts.controls import setting
from permviz.ui.parts.diagram import diagram
from permviz.ui.parts.exact_integers import short
from permviz.ui.parts.plot import plot
from permviz.ui.parts.unfinished import now_until, unfinished
from permviz.ui.parts.views import Shown, View, headline
from permviz.ui.parts.workbench import make_scene
from permviz.ui.state.caches import kept, kept_picture
from permviz.ui.views.melt.stages import COARSE, LADDER, melted, of_melting, why_not

COMPARED = ("tanh", "gelu", "sigmoid", "relu")


def path_view(shown: Shown) -> None:
    """The network as the decay grows, one stage of it."""
    reason = why_not(shown)
    if reason:
        st.info(reason, icon=":material/info:")
        return
    at = shown.experiment.melt.stage
    setting(
        st.select_slider, "Weight decay λ", "melt", "stage", options=range(STAGES), format_func=lambda k: _decay(LADDER[k]),
        help="The network is followed from stage to stage, to where a descent of L + λ‖θ‖² ends: see below if at a minimum.",
    )  # fmt: skip
    found = melted(shown, until=now_until("melt", of_melting(shown)))
    known = len(found.stages)
    if known < STAGES:
        told_so_far = "Following the network along the decay: stage"
        unfinished("melt", of_melting(shown), known, STAGES, told_so_far, lambda until: melted(shown, until=until))
    here = min(at, known - 1)
    stage = found.stages[here]
    headline(told(stage))
    alone = bool(shown.experiment.view)
    with shown.aside if alone else st.container():
        _numbers(stage)
        for sentence in who_is_alike(stage):
            st.markdown(sentence)
        _post(stage)
    if not alone:
        with shown.aside:
            _diagram(shown, stage, here)
    picture = kept_picture(shown.experiment, "melting", here, known, draw=lambda: melt_figure(found, chosen=here))
    plot(picture, key="melting")
    with shown.aside if alone else st.container():
        st.caption(certificate(stage))


def _decay(decay: float) -> str:
    return written(f"{decay:.3g}")


def told(stage: MeltStage) -> str:
    """The headline: decay, nodes and copies."""
    copies = f"{short(stage.copies)} cop{'ies' if stage.copies > 1 else 'y'}"
    if not stage.distinct:
        return f"λ = {_decay(stage.decay)}: every node is zero, {copies}"
    return f"λ = {_decay(stage.decay)}: {stage.distinct} distinct node{'s' if stage.distinct > 1 else ''}, {copies}"


def _numbers(stage: MeltStage) -> None:
    with st.container(key="melt-numbers"):
        copies, stabiliser, zeros = st.columns([3, 4, 2])
    told = f"{short(stage.orbit.order)} moves keep function and ‖θ‖; {short(stage.orbit.stabiliser)} of them move no number."
    copies.metric("Copies", short(stage.copies), help=told)
    told = "Moves that move no number. Sₘ: orders of m equal nodes; Bₘ: of m zero or constant ones, with and without signs."
    stabiliser.metric("Stabiliser", stage.stabiliser, help=told)
    zeros.metric("Zero nodes", stage.zeros)


def who_is_alike(stage: MeltStage) -> list[str]:
    """The groups of nodes, in words."""
    sentences = []
    for layer, groups in enumerate(stage.alike, start=1):
        where = f" of layer {layer}" if len(stage.alike) > 1 else ""
        for group in groups:
            if group.zero:
                told = f"Node{_names(group)}{where} {_is(group)} zero: weights and bias are 0."
                sentences.append(f":material/hide_source: {told}")
            elif group.constant:
                told = f"Node{_names(group)}{where} {_is(group)} constant: nothing comes in."
                sentences.append(f":material/horizontal_rule: {told}")
            elif len(group.nodes) > 1:
                how = "equal, up to a flip of sign" if group.mirrored else "equal"
                sentences.append(f":material/join_inner: Nodes{_names(group)}{where} are {how}.")
    return sentences


def _names(group: AlikeNeurons) -> str:
    names = [str(node + 1) for node in group.nodes]
    listed = names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
    return f"{'s' if len(names) > 1 and (group.zero or group.constant) else ''} **{listed}**"


def _is(group: AlikeNeurons) -> str:
    return "are" if len(group.nodes) > 1 else "is"


def _post(stage: MeltStage) -> None:
    """What the post asks for, and where it fails."""
    if stage.minimum and _alike(stage):
        st.success(
            "The post counts on distinct node values. Here they fail to be distinct, up to sign, **at a certified minimum** "
            "of loss plus decay.",
            icon=":material/check_circle:",
        )


def _alike(stage: MeltStage) -> bool:
    return any(len(group.nodes) > 1 for groups in stage.alike for group in groups)


def certificate(stage: MeltStage) -> str:
    """What the stage is known to be, and how."""
    sizes = f"Loss plus decay {loss_text(stage.objective)}, of it the loss {loss_text(stage.loss)}."
    if stage.certificate is None:
        ended = f"How the descent ended: {stage.status.meaning}."
        return written(f"{sizes} Kinks leave no Hessian, so no minimum is certified. {ended}")
    told = f"**Certificate.** {stage.certificate.verdict} In all directions of parameter space, float64. {sizes}"
    if stage.spread:
        told += f" Nodes that are alike now were so up to about {stage.spread:.0e} before they were made so exactly."
    return written(told)


def _diagram(shown: Shown, stage: MeltStage, at: int) -> None:
    """The network of the stage, in the order in which the diagram above shows its own."""
    st.caption(f"**At λ = {_decay(stage.decay)}**, followed from your network.")
    experiment = shown.experiment
    recipe = experiment.recipe.changed(decay=stage.decay)

    def scene() -> Scene:
        return make_scene(stage.network, recipe, shown.data.with_weight_decay(stage.decay), experiment.permutation)

    def moved(move: Move) -> None:
        state.change(order=tuple(tuple(row.tolist()) for row in move.permutation.orders))

    drawn = kept(experiment, "melted scene", at, experiment.order, compute=scene)
    diagram(
        drawn,
        key="melted",
        on_move=moved,
        on_invalid=state.say,
        compact=True,
        hide=experiment.hide,
        called=f"At λ = {_decay(stage.decay)}",
    )


def activations_view(shown: Shown) -> None:
    """Untrained networks of this seed and these widths, one of each activation, followed in the same way."""
    reason = why_not(shown)
    if reason:
        st.info(reason, icon=":material/info:")
        return
    found = _compared(shown, now_until("melt", of_melting(shown)))
    done, total = sum(len(one.stages) for one in found.values()), len(COMPARED) * len(COARSE)
    headline("Which nodes fuse, and which die?")
    if done < total:
        told_so_far = "Following a network of each activation: stage"
        unfinished("melt", of_melting(shown), done, total, told_so_far, lambda until: _compared(shown, until))
    names = {ACTIVATIONS[name].label: one for name, one in found.items()}
    plot(kept_picture(shown.experiment, "melts", done, draw=lambda: melts_figure(names)), key="melts")
    with shown.aside if shown.experiment.view else st.container():
        st.markdown(_table(names))
        st.caption(
            f"From the untrained network of seed {shown.experiment.recipe.seed} and widths "
            f"{'-'.join(map(str, shown.spec.widths))}, {factorials_text(shown.spec.hidden)} orders; {len(COARSE)} decays. "
            "Another seed may melt in another order. A sigmoid’s flip moves the next bias and a ReLU’s rescaling changes "
            "‖θ‖, so decay leaves both only the orders; tanh, which is odd, keeps its flips of sign. At kinks (ReLU) nothing "
            "is certified."
        )


def _compared(shown: Shown, until: float) -> dict[str, Melt]:
    return {name: melted(shown, name, COARSE, until=until) for name in COMPARED}


def _table(melts: dict[str, Melt]) -> str:
    """What became of each activation's nodes, as Markdown."""
    lines = ["| Activation | Most equal nodes | Most zero beside others | Certified |", "|:--|--:|--:|--:|"]
    for name, found in melts.items():
        groups = [group for stage in found.stages for layer in stage.alike for group in layer if not group.zero]
        equal = max((len(group.nodes) for group in groups), default=0)
        zero = max((stage.zeros for stage in found.stages if stage.distinct), default=0)
        lines.append(f"| {name} | {equal} | {zero} | {sum(found.certified)} of {len(found.stages)} |")
    return "\n".join(lines)


VIEWS: dict[str, View] = {
    "path": View("This network", path_view, follows=True, called="Your network"),
    "activations": View("Activations", activations_view),
}
