"""Weights and biases that are set by hand."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import torch

import permviz
from permviz.experiment.editing import MOST_VALUE, Edit, edited
from permviz.networks.network import NetworkSpec, init_network

NET = init_network(NetworkSpec((2, 3, 2, 1)), seed=5)


def test_each_parameter_can_be_set_and_no_other_changes() -> None:
    for place in range(NET.flatten().numel()):
        wanted = NET.flatten().clone()
        wanted[place] = 0.625
        assert torch.equal(edited(NET, [_edit_at(place, 0.625)]).flatten(), wanted)
    assert torch.equal(edited(NET, [Edit(1, 0, 0, 1.0), Edit(1, 0, 0, 2.0)]).weights[0][0, 0], torch.tensor(2.0).double())


def _edit_at(place: int, value: float) -> Edit:
    """The edit of the parameter with this place in W_1, b_1, W_2, ...: counted off, one after the other."""
    widths = NET.spec.widths
    parameters = [
        (layer, to, source)
        for layer in range(1, len(widths))
        for kind in ("weights", "bias")
        for to in range(widths[layer])
        for source in (range(widths[layer - 1]) if kind == "weights" else [None])
    ]
    return Edit(*parameters[place], value)


@pytest.mark.parametrize(
    "edit",
    [
        Edit(0, 0, 0, 1),
        Edit(4, 0, 0, 1),
        Edit(1, 3, 0, 1),
        Edit(1, -1, 0, 1),
        Edit(1, 0, 2, 1),
        Edit(2, 0, -1, 1),
        Edit(3, 1, None, 1),
    ],
)
def test_a_parameter_that_the_network_has_not_is_refused(edit: Edit) -> None:
    with pytest.raises(ValueError, match=r"a network 2-3-2-1 has no such parameter\. Nothing was changed\."):
        edited(NET, [edit])


@pytest.mark.parametrize("value", [float("nan"), float("inf"), 1000.1, -1e300])
def test_a_value_that_cannot_be_drawn_is_refused(value: float) -> None:
    with pytest.raises(ValueError, match="expected a number from -1000 to 1000"):
        edited(NET, [Edit(1, 0, 0, value)])


def test_the_browser_takes_the_same_values() -> None:
    script = (Path(permviz.__file__).parent / "components/diagram/editing.js").read_text()
    (found,) = re.findall(r"MOST_VALUE = (\d+);", script)
    assert float(found) == MOST_VALUE
