"""The theme's colours: legible, told apart by colour-blind eyes, and blue and orange for signs alone."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from numpy.typing import NDArray

from permviz.figures.theme import DARK, LIGHT, Palette

THEMES = pytest.mark.parametrize("palette", [LIGHT, DARK], ids=["light", "dark"])
VISIONS = {
    "all cones": np.eye(3),
    "no red ones": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    "no green ones": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]],
    "no blue ones": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]],
}
"""What eyes make of linear RGB (Machado, Oliveira, Fernandes 2009, table 1, severity 1)."""
TO_CONES = [[0.4122214708, 0.5363325363, 0.0514459929], [0.2119034982, 0.6806995451, 0.1073969566],
            [0.0883024619, 0.2817188376, 0.6299787005]]  # fmt: skip
TO_LAB = [[0.2104542553, 0.7936177850, -0.0040720468], [1.9779984951, -2.4285922050, 0.4505937099],
          [0.0259040371, 0.7827717662, -0.8086757660]]  # fmt: skip
"""Linear RGB to OKLab (Ottosson 2020); a distance of 0.02 is just noticed."""
FAR, LEGIBLE = 0.09, 4.5


def linear(colour: str) -> NDArray[np.float64]:
    channels = np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)]) / 255
    return np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)


def contrast(a: str, b: str) -> float:
    """WCAG 2.2's contrast ratio."""
    low, high = sorted(float(linear(colour) @ [0.2126, 0.7152, 0.0722]) for colour in (a, b))
    return (high + 0.05) / (low + 0.05)


def apart(a: str, b: str) -> float:
    """The least distance of two colours in OKLab, over all visions."""

    def seen(colour: str, vision: object) -> NDArray[np.float64]:
        light = np.clip(np.asarray(vision) @ linear(colour), 0, 1)
        return np.asarray(np.asarray(TO_LAB) @ np.cbrt(np.asarray(TO_CONES) @ light))

    return min(float(np.linalg.norm(seen(a, vision) - seen(b, vision))) for vision in VISIONS.values())


def too_near(nodes: tuple[str, ...], palette: Palette) -> list[tuple[str, str]]:
    """Pairs of colours, signs among them, that some eyes could take for one another."""
    return [(a, b) for a, b in combinations((palette.positive, palette.negative, *nodes), 2) if apart(a, b) < FAR]


def test_distance_and_contrast_are_those_of_the_literature() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)
    assert apart("#ffffff", "#000000") == pytest.approx(1, abs=1e-3)
    assert apart("#ff0000", "#7a6a00") < 0.2 < np.linalg.norm(linear("#ff0000") - linear("#7a6a00"))


@THEMES
def test_nodes_are_told_from_the_signs_and_from_one_another_by_all_eyes(palette: Palette) -> None:
    assert too_near(palette.nodes, palette) == []
    okabe_and_ito = ("#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#d55e00")
    assert len(too_near(okabe_and_ito, palette)) > 2, "negative control: made for colour-blind eyes, but blue and orange"


@THEMES
def test_numbers_on_nodes_and_nodes_on_the_page_are_legible(palette: Palette) -> None:
    for colour in (palette.text, palette.muted, palette.accent, palette.good, palette.bad, *palette.nodes):
        assert contrast(colour, palette.background) >= LEGIBLE, colour
    assert contrast(palette.border, palette.background) < LEGIBLE, "negative control"


@THEMES
def test_the_two_signs_are_told_apart_and_seen(palette: Palette) -> None:
    assert apart(palette.positive, palette.negative) > 2 * FAR
    assert min(contrast(sign, palette.background) for sign in (palette.positive, palette.negative)) >= 3


def test_colours_of_nodes_begin_anew_after_the_last() -> None:
    assert [LIGHT.node(i) for i in range(7)] == [*LIGHT.nodes, LIGHT.nodes[0]]
