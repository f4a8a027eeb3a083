"""What verdicts look like."""

from __future__ import annotations

from permviz.ui.parts.verdicts import VERDICTS


def test_verdicts_are_told_apart_by_icon_and_leave_the_colours_of_signs_alone() -> None:
    icons, colours = zip(*VERDICTS.values(), strict=True)
    assert len(set(icons)) == len(set(colours)) == len(VERDICTS)
    assert {"blue", "orange"}.isdisjoint(colours)
