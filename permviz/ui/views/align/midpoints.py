"""What A and the midpoints answer, where the inputs are one or two."""

from __future__ import annotations

import torch

from permviz.figures.outputs import output_curves_figure, output_planes_figure
from permviz.figures.picture import Picture
from permviz.networks.comparison import window
from permviz.networks.losses import get_loss
from permviz.networks.network import Network
from permviz.ui.parts.views import Shown
from permviz.ui.state.caches import kept_picture
from permviz.ui.views.align.pair import Between, of_moved, of_pair

GRID = 61
TITLE = "What A answers, and half-way to B"


def midpoints_picture(shown: Shown, found: Between) -> Picture | None:
    """A beside the midpoint to B as it is, and to B as it was moved; ``None`` for more than two inputs."""
    inputs = shown.spec.widths[0]
    if inputs > 2:
        return None

    def draw() -> Picture:
        nets = {"A": found.a, "B as it is": found.a + 0.5 * (found.b - found.a)}
        if found.moved is not None:
            nets["B moved"] = found.a + 0.5 * (found.moved - found.a)
        return _curves(shown, nets) if inputs == 1 else _planes(shown, nets)

    return kept_picture(shown.experiment, "midpoints", *of_pair(shown), of_moved(shown), draw=draw)


def _targets(shown: Shown) -> torch.Tensor:
    return shown.data.targets if shown.data.is_classification else shown.data.targets[:, 0]


def _axes(shown: Shown) -> list[torch.Tensor]:
    bounds = window(shown.data)
    return [torch.linspace(low, high, GRID, dtype=torch.float64) for low, high in zip(bounds[::2], bounds[1::2], strict=True)]


def _curves(shown: Shown, nets: dict[str, Network]) -> Picture:
    (x,) = _axes(shown)
    curves = {name: net(x.unsqueeze(1))[:, 0] for name, net in nets.items()}
    return output_curves_figure(x, curves, (shown.data.inputs[:, 0], _targets(shown)), shown.data.input_names[0], TITLE)


def _planes(shown: Shown, nets: dict[str, Network]) -> Picture:
    (x, y), loss, data = _axes(shown), get_loss(shown.data.loss), shown.data
    grid = torch.cartesian_prod(x, y)
    planes = [loss.answer(net(grid)).reshape(GRID, GRID).T for net in nets.values()]
    return output_planes_figure(
        x, y, planes, list(nets), (data.inputs[:, 0], data.inputs[:, 1], _targets(shown)),
        (data.input_names[0], data.input_names[1]), kind=loss.answers, outputs=(data.output_names[0], data.output_names[-1]),
        title=TITLE,
    )  # fmt: skip
