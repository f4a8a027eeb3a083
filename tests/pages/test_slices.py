"""What the Loss slices page says of a line and a plane, against slow computations, for untrained networks."""

from __future__ import annotations

import numpy as np
import pytest

from tests import oracles
from tests.pages.app_page import AppPage


def opened(**query: str) -> tuple[AppPage, str]:
    start = {"task": "moons", "net": "3", "steps": "0", "samples": "40"}
    page = AppPage.opened(start | {key.replace("_", "."): value for key, value in query.items()}, page="slices")
    return page, page.captions()[0]


@pytest.mark.parametrize("seed", range(6))
def test_the_plane_tells_of_walls_where_there_are_some(seed: int) -> None:
    page, caption = opened(seed=str(seed), slices_show="plane", slices_through="swaps")
    experiment = page.experiment
    net, data = experiment.carried_network(), experiment.recipe.dataset()
    assert net is not None
    copies = [oracles.network(net.spec, oracles.vector(oracles.permuted(net, [o]))) for o in ((1, 0, 2), (2, 1, 0))]
    own = oracles.loss(net, data)
    rises = []
    for a, b in ((net, copies[0]), (net, copies[1]), (copies[0], copies[1])):
        losses = oracles.line_losses(a, b, data, np.linspace(0, 1, 101))
        rises.append(float(losses.max() - own))
    texts = [f"{rise:#.3g}" if rise > 1e-9 else "0" for rise in rises]
    flat = "On no straight way between them does the loss rise."
    assert (flat if set(texts) == {"0"} else f"rises by {texts[0]}, {texts[1]} and {texts[2]}.") in caption
    assert "with walls between them" not in caption


def test_a_line_is_called_symmetric_only_where_its_permutation_undoes_itself() -> None:
    assert "its own mirror image" in opened(order="102", slices_show="line")[1]
    assert "mirror" not in opened(order="120", slices_show="line")[1]  # a rotation of three
