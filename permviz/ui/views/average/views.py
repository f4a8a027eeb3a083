"""The views of the Average page, and the first of them: copies averaged, one, two, all of them."""

from __future__ import annotations

import math
from dataclasses import dataclass

import streamlit as st

from permviz.components.diagram.wire import fingerprint
from permviz.experiment.recipe import LAST_SEED
from permviz.figures.average import jensen_figure
from permviz.figures.averaging import averaging_figure
from permviz.figures.picture import Picture, Steps
from permviz.landscape.jensen import JensenCurve, jensen_curve
from permviz.networks.comparison import probe_inputs
from permviz.networks.datasets import Dataset
from permviz.networks.digits import loss_text, told_apart, written
from permviz.networks.evaluation import best_constant_loss
from permviz.networks.network import Network, loss
from permviz.symmetry.averaging import (
    reduced_average,
    running_averages,
    shuffled_permutations,
    symmetric_average,
)
from permviz.symmetry.counting import factorials_text
from permviz.symmetry.moves import has_sign_flips
from permviz.symmetry.permutation import Permutation
from permviz.ui import state
from permviz.ui.parts.controls import setting
from permviz.ui.parts.plot import plot
from permviz.ui.parts.views import Shown, View
from permviz.ui.parts.workbench import run_fragments
from permviz.ui.state.caches import kept, kept_picture
from permviz.ui.views.average.activations import activations_view
from permviz.ui.views.average.convexity import arguments_view, linear_view, matrices_view
from permviz.ui.views.average.pictures import answers

MOST_COPIES, WORK = 2880, 1e9
"""Copies on the curve, at most, and the bound on copies times samples times parameters, about a second's work."""

STEPS = (1, 2, 3, 4, 5, 6, 8, 10, 15, 20, 30, 50, 100, 200, 500, 1000, 2000)
"""Numbers of copies that can be chosen, besides all of them."""


@dataclass(frozen=True)
class _Averages:
    """The curve, and what it ends in.

    Attributes:
        curve: losses of the averages of 1, 2, ... copies.
        permutations: the copies, in that order.
        enumerated_difference: ``max |mean of all copies - closed form|`` over the parameters, if all were averaged.
        signed: the loss of the average over sign flips too, where there are any.
        reduced_difference: ``max |F(average) - F(its network of one node a layer)|`` over probing inputs.
    """

    curve: JensenCurve
    permutations: Permutation
    enumerated_difference: float | None
    signed: float | None
    reduced_difference: float


def _averages(network: Network, data: Dataset, seed: int) -> _Averages:
    spec = network.spec
    most = int(min(MOST_COPIES, max(50, WORK / (len(data.inputs) * spec.parameter_count))))
    curve = jensen_curve(network, data, seed, most)
    permutations = shuffled_permutations(spec, seed, most)
    mean, inputs = symmetric_average(network), probe_inputs(data)
    difference = None
    if curve.complete:
        difference = float((running_averages(network, permutations)[-1].flatten() - mean.flatten()).abs().max())
    return _Averages(
        curve,
        permutations,
        difference,
        float(loss(symmetric_average(network, signed=True), data)) if has_sign_flips(network, data.weight_decay) else None,
        float((mean(inputs) - reduced_average(network)(inputs)).abs().max()),
    )


def average_view(shown: Shown) -> None:
    """One copy, two, all of them: the loss of their average, the average itself, and what it answers."""
    view, network, data = shown.experiment.average, shown.network, shown.data
    if shown.copies == 1:
        st.info("Every layer has one node: the only copy is the network itself. Build wider layers.", icon=":material/info:")
        return
    with st.spinner("Averaging the copies…"):
        found = kept(shown.experiment, "Jensen curve", view.seed, compute=lambda: _averages(network, data, view.seed))
    options = _options(found, shown.copies)
    chosen = view.copies if view.copies in options else max((m for m in options if 0 < m <= view.copies), default=0)
    plot(
        kept_picture(shown.experiment, "averaging", view.seed, view.log, draw=lambda: _picture(shown, found, options)),
        key="averaging",
        at=options.index(chosen),
        of=fingerprint(network, data),
        on_step=lambda at: _choose(options[at]),
    )
    with shown.aside:
        _numbers(found)


def _choose(copies: int) -> None:
    """In a callback: the browser shows it already, only the address and its links are to follow."""
    state.change(average={"copies": copies})
    run_fragments(("header",))


def _options(found: _Averages, count: int) -> list[int]:
    """Numbers of copies to choose from: 0 for all of them, -1 for all with all sign flips."""
    some = [m for m in STEPS if m <= len(found.curve.losses) and m < count]
    return [*some, 0, *([-1] if found.signed is not None else [])]


def _all(count: int) -> str:
    return f"all {count}" if count < 10**6 else "all"


def _name(copies: int, count: int) -> str:
    if copies > 0:
        return f"{copies} copies" if copies > 1 else "1 copy"
    return f"{_all(count)} copies" if copies == 0 else "all copies and sign flips"


def _picture(shown: Shown, found: _Averages, options: list[int]) -> Picture:
    """Every step from one copy to all of them."""
    network, data, curve = shown.network, shown.data, found.curve
    averages, values = zip(*(_average(network, found, m) for m in options), strict=True)
    names = [_name(m, shown.copies) for m in options]
    steps = Steps(
        label="Copies averaged",
        names=names,
        headlines=[_verdict(curve.bound, value, name) for value, name in zip(values, names, strict=True)],
        last=options.index(0),
        parameters=[average.flatten().float().numpy() for average in averages],
    )
    marks = [(m if m > 0 else len(curve.losses), value) for m, value in zip(options, values, strict=True)]
    guesses = data.is_classification and not data.weight_decay  # a guess has no decay, so the two would not compare
    guess = best_constant_loss(data.targets, data.loss) if guesses else None
    numbers = [m for m in options if m > 0]
    nearest = [min(range(len(numbers)), key=lambda at: abs(math.log(numbers[at] / m))) for m in curve.counts.tolist()]
    over = jensen_figure(
        curve, marks[steps.last], f"average of {_all(shown.copies)}", guess=guess, loss_label=shown.loss_label,
        log=shown.experiment.average.log, steps=nearest,
    )  # fmt: skip
    order = f"A itself first, then its other copies in random order; in all {factorials_text(shown.spec.hidden)}."
    return averaging_figure(over, marks, answers(network, averages, data), steps).saying(after=order)


def _average(network: Network, found: _Averages, copies: int) -> tuple[Network, float]:
    """The average and its loss."""
    if copies > 0:
        return running_averages(network, found.permutations[:copies])[-1], float(found.curve.losses[copies - 1])
    if copies == 0 or found.signed is None:
        return symmetric_average(network), found.curve.group_average_loss
    return symmetric_average(network, signed=True), found.signed


def _verdict(own: float, value: float, name: str) -> str:
    if name == "1 copy":
        return f"Each copy of A has the loss {loss_text(own)}. Now average some."
    worse = value > own + 1e-9 * (1 + abs(own))
    follows = "which convexity forbids" if worse else "from which nothing follows"
    each, mean = told_apart(own, value)
    return f"Each copy: loss {each}. The average of {name}: {mean}, {follows}."


def _within(difference: float) -> str:
    return f"within **{written(f'{difference:.1e}')}** of" if difference else "**exactly**"


def _numbers(found: _Averages) -> None:
    left, right = st.columns(2)
    left.metric(
        "Loss of each copy", loss_text(found.curve.bound), help="All copies are the same function (Hecht-Nielsen 1990)."
    )
    right.metric("Average of all copies", loss_text(found.curve.group_average_loss), help="In closed form, of the whole group.")
    if found.signed is not None:
        st.metric(
            "Average with sign flips",
            loss_text(found.signed),
            help="Turning the sign of all a node's weights, incoming and outgoing, leaves the function alone, for σ is odd. "
            "Averaged over all orders and all such flips, these weights vanish: the function is a constant.",
        )
    setting(
        st.number_input, "Order of the copies: seed", "average", "seed", min_value=0, max_value=LAST_SEED, step=1,
        help="The curve's way depends on the order; its beginning and its end do not.",
    )  # fmt: skip
    setting(st.toggle, "Logarithmic number of copies", "average", "log")
    if found.enumerated_difference is not None:
        st.caption(
            f":material/check_circle: All {len(found.curve.losses)} copies added up one by one: "
            f"{_within(found.enumerated_difference)} the closed form, in every parameter."
        )
    st.caption(
        ":material/check_circle: With all nodes of a layer equal, the average computes what a network with **one node a "
        f"layer** computes, outgoing weights times n. Checked: {_within(found.reduced_difference)} it."
    )


VIEWS: dict[str, View] = {
    "average": View("Average", average_view),
    "matrices": View("Matrices", matrices_view, apart="Numbers of your own choice: nothing depends on this network."),
    "certificate": View("Arguments", arguments_view),
    "activations": View("Activations", activations_view),
    "linear": View("Linear", linear_view, apart="Examples of their own: nothing depends on this network."),
}
