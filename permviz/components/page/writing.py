"""From an experiment to its page: the network trained or carried, its scene, the argument of its average, the words."""

from __future__ import annotations

import math
from os import PathLike
from pathlib import Path
from typing import Any

from permviz.components.diagram.scene import Scene, scene_of
from permviz.components.diagram.wire import Place, encode_samples, encode_scene
from permviz.components.page.document import ENTRY, LESSON_ENTRY, MOST_BYTES, page_document, room_for
from permviz.components.page.lessons import encode_lesson
from permviz.experiment.experiment import Experiment
from permviz.experiment.follow import carried, follow_recipe
from permviz.figures.notebook import picture
from permviz.landscape.convexity import NonconvexityArgument, jensen_argument
from permviz.lessons.apart import steps_apart, what_is_here, why_not_apart
from permviz.lessons.following import hidden
from permviz.networks.activations import get_activation
from permviz.networks.datasets import Dataset
from permviz.networks.digits import loss_text, written
from permviz.networks.evaluation import objective_word
from permviz.networks.network import Network
from permviz.networks.tasks import TASKS
from permviz.symmetry.counting import count_text, permutation_count

HEADING = "Exchange two nodes: another network, the same function"
LARGEST_DRAWING = 12_000
"""Characters of the network's drawing that stands where no script runs; a larger one is left out."""


def to_page(
    experiment: Experiment, link: str = "", lesson: str = "", network: Network | None = None, data: Dataset | None = None
) -> str:
    """The experiment's page as text: see :func:`permviz.to_page`."""
    _refuse(why_not_apart(lesson) if lesson else "")
    data = experiment.recipe.dataset(data)
    if experiment.theta:
        trained = carried(experiment, data, network)
    else:
        trained = follow_recipe(experiment, data=data if experiment.recipe.table else None)
    return page_of(experiment, trained.network, data, link, lesson)


def write_page(
    experiment: Experiment,
    path: str | PathLike[str],
    link: str = "",
    lesson: str = "",
    network: Network | None = None,
    data: Dataset | None = None,
) -> None:
    """Write the page of the experiment to the file ``path``, in UTF-8: see :func:`permviz.write_page`."""
    Path(path).write_text(to_page(experiment, link, lesson, network, data), encoding="utf-8", newline="\n")


def why_no_page(network: Network, data: Dataset, lesson: str = "") -> str:
    """Why the network has no page, in a sentence; empty where it has one. Quicker than writing it."""
    if permutation_count(network.spec.hidden) == 1:
        return (
            f"A page is for exchanging nodes, and no hidden layer of widths {network.spec.widths} has two of them: "
            "give one of its layers a second node."
        )
    content = {"samples": encode_samples(data), "parameters": network.flatten().nan_to_num().tolist()}
    if lesson:
        content["lesson"] = encode_lesson(lesson, network, data)
    if not room_for(content, LESSON_ENTRY if lesson else ENTRY):
        return (
            f"A page has at most {MOST_BYTES // 1000} kB, and {len(data.inputs)} samples of {data.inputs.shape[-1]} inputs "
            f"with {network.spec.parameter_count} parameters need more: take fewer samples, or smaller layers."
        )
    return ""


def page_of(experiment: Experiment, network: Network, data: Dataset, link: str = "", lesson: str = "") -> str:
    """The page of a network that is known already.

    Raises:
        ValueError: for a network that has none (:func:`why_no_page`), a lesson that is none here (:func:`why_not_apart`), and
            as :func:`page_document`.
    """
    _refuse(why_not_apart(lesson) if lesson else "")
    _refuse(why_no_page(network, data, lesson))
    recipe, spec = experiment.recipe, network.spec
    task = None if recipe.is_own else TASKS[recipe.task]
    scene = scene_of(network, data, experiment.permutation, image=task.image if task else ())
    argument = jensen_argument(network, data)
    widths, activation = "-".join(map(str, spec.widths)), get_activation(spec.activation).label
    drawn = picture(network) or ""
    drawing = drawn if "<svg" in drawn and len(drawn) <= LARGEST_DRAWING else ""
    return page_document(
        title=f"{widths}, {activation}",
        heading=HEADING,
        about=f"Task: {task.label if task else 'one’s own data'}, {len(data.inputs)} samples. Network: {widths}, {activation}; "
        f"{_loss_told(data, scene.facts.loss_a)}." + (f" {what_is_here(lesson)}" if lesson else ""),
        statement=argument.statement,
        picture=drawing,
        content={"scene": _scene(experiment, scene, lesson), "average": _told(argument, network)}
        | ({"lesson": encode_lesson(lesson, network, data)} if lesson else {}),
        link=link,
        entry=LESSON_ENTRY if lesson else ENTRY,
    )


def _refuse(reason: str) -> None:
    if reason:
        raise ValueError(reason)


def _loss_told(data: Dataset, value: float) -> str:
    """The loss, and what it is of where there is decay."""
    decay = f" (λ‖θ‖², λ = {written(f'{data.weight_decay:g}')})" if data.weight_decay else ""
    return f"{objective_word(data.weight_decay)}{decay} {loss_text(value)}"


def _scene(experiment: Experiment, scene: Scene, lesson: str) -> dict[str, Any]:
    """The scene as it stands on the screen: its parts, with those that the lesson is about, at the place on the walk."""
    alone = experiment.view if experiment.view != "figure" and not lesson else ""
    place = Place(experiment.swap.mode, experiment.swap.t)
    hide = hidden(experiment, steps_apart(lesson) if lesson else ())
    return encode_scene(scene, hide=hide, alone=alone, place=place)


def _told(argument: NonconvexityArgument, network: Network) -> dict[str, Any]:
    """The argument as plain data for ``page/average.js``."""
    return {
        "holds": argument.holds,
        "statement": argument.statement,
        "hypothesis": argument.hypothesis,
        "kind": "a proof, up to float64 rounding" if argument.rigorous else "numerical evidence, not a proof",
        "copies": count_text(permutation_count(network.spec.hidden)),
        "low": argument.low if math.isfinite(argument.low) else None,
        "margin": argument.margin if math.isfinite(argument.margin) else None,
    }
