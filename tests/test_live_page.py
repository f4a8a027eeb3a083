"""The live examples in docs/live/ are what the script writes today, but for the last bits of another processor."""

from __future__ import annotations

import base64
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import permviz as pv
from docs.live import PAGES, experiment
from permviz.components.page.document import unpacked

OWN = {"network", "difference", "margin"}
"""What each processor has its own: the digest of all bits, and rounding errors."""


def alike(found: Any, expected: Any) -> bool:
    """The same data, numbers to 1e-9, those in packed arrays too; of rounding errors in words, only that they are told."""
    if isinstance(expected, dict):
        return found.keys() == expected.keys() and all(alike(found[key], expected[key]) for key in expected.keys() - OWN)
    if isinstance(expected, list):
        return len(found) == len(expected) and all(map(alike, found, expected))
    if isinstance(expected, str):
        rounding = re.compile(r"\d\.\de[-−]\d+")
        return rounding.sub("", found) == rounding.sub("", expected) or close(found, expected)
    if isinstance(expected, float):
        return isinstance(found, float | int) and bool(np.isclose(found, expected, rtol=1e-9, atol=1e-12))
    return bool(found == expected)


def close(found: str, expected: str) -> bool:
    arrays = [np.frombuffer(base64.b64decode(text), "<f8") for text in (found, expected)]
    return arrays[0].shape == arrays[1].shape and bool(np.allclose(*arrays, rtol=1e-9, atol=1e-12))


@pytest.fixture(scope="module", params=PAGES, ids=lambda path: path.stem)
def page(request: pytest.FixtureRequest) -> Path:
    path: Path = request.param
    return path


@pytest.fixture(scope="module")
def written(page: Path) -> str:
    return pv.to_page(experiment(), lesson=PAGES[page])


def without_blocks(text: str) -> str:
    """Nor with the version, which a checkout has not."""
    return re.sub(r'(data-name="\w+">)[^<]*|(Made with permviz)[ \d.]*', r"\1\2", text)


def test_a_live_page_is_what_the_script_writes_today(written: str, page: Path) -> None:
    committed = page.read_text()
    assert without_blocks(committed) == without_blocks(written), "run python -m docs.live"
    assert unpacked(committed, "modules") == unpacked(written, "modules"), "run python -m docs.live"
    assert alike(unpacked(written, "content"), unpacked(committed, "content")), "run python -m docs.live"


def test_a_changed_number_is_noticed(written: str) -> None:
    """Negative control."""
    content = unpacked(written, "content")
    other = unpacked(written, "content")
    other["scene"]["facts"]["loss_a"] *= 1 + 1e-6
    assert not alike(other, content)
    other = unpacked(written, "content")
    parameters = np.frombuffer(base64.b64decode(other["scene"]["parameters"]), "<f8") * (1 + 1e-6)
    other["scene"]["parameters"] = base64.b64encode(parameters.tobytes()).decode()
    assert not alike(other, content)


def test_it_is_small_and_carries_its_network(page: Path) -> None:
    assert len(page.read_bytes()) < 200_000
    assert experiment().theta
