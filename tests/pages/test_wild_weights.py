"""Weights that no training would leave, in a link to each page and view: a sentence answers what cannot be shown, and nothing
fails. Other doors: ``test_wild_doors.py``."""

from __future__ import annotations

import base64
import math
import re
import zlib

import numpy as np
import pytest

from permviz.claims.table import CLAIMS
from permviz.networks.network import NetworkSpec, init_network
from permviz.ui.views.align.views import VIEWS as ALIGN
from permviz.ui.views.average.views import VIEWS as AVERAGE
from permviz.ui.views.count.views import VIEWS as COUNT
from permviz.ui.views.rastrigin.views import PICTURES
from permviz.ui.views.rastrigin.views import VIEWS as RASTRIGIN
from permviz.ui.views.slices.views import VIEWS as SLICES
from tests.pages.app_page import AppPage

NET = {"task": "teacher", "net": "4-3", "act": "relu", "samples": "40", "steps": "0"}
SPEC = NetworkSpec((2, 4, 3, 1), "relu")
REFUSED = "not all finite numbers below 1e9"
VIEWS = [
    ("swap", {}),
    *(("slices", {"slices.show": name, "slices.surface": surface}) for name in SLICES for surface in "01"),
    *(("average", {"average.show": name}) for name in AVERAGE),
    ("average", {"average.show": "activations", "average.weights": "trained"}),
    *(("count", {"count.show": name}) for name in COUNT),
    *(("rastrigin", {"rastrigin.show": name}) for name in RASTRIGIN),
    *(("rastrigin", {"rastrigin.show": "function", "rastrigin.picture": name}) for name in PICTURES),
    *(("align", {"align.show": name, "align.other": "copy", "align.compare": "1"}) for name in ALIGN),
    ("align", {"align.other": "copy", "align.matched": "1"}),
    *(("claims", {"claims.claim": str(claim.number)}) for claim in CLAIMS),
]  # fmt: skip
every_view = pytest.mark.parametrize(
    ("page", "settings"), VIEWS, ids=lambda part: part if isinstance(part, str) else "-".join(part.values())
)


def carried(vector: np.ndarray) -> str:
    """The text of parameters in a link, whatever they are: the format as it is written down in the codec's own words."""
    significance = np.frombuffer(vector.astype("<f8").tobytes(), np.uint8).reshape(-1, 8).T
    return base64.urlsafe_b64encode(zlib.compress(significance.tobytes(), 9)).decode().rstrip("=")


def weights(largest: float) -> np.ndarray:
    vector = init_network(SPEC, seed=3).flatten().numpy()
    return vector / np.abs(vector).max() * largest


def said(page: AppPage) -> str:
    kinds = "markdown", "caption", "info", "warning", "error", "metric", "title", "header", "subheader"
    return " ".join(str(element.value) for kind in kinds for element in page.at.get(kind))


@pytest.mark.parametrize(
    ("page", "settings", "value"),
    [
        *((page, settings, 1e300) for page, settings in dict(VIEWS).items()),
        *(("swap", {}, v) for v in (math.nan, math.inf, 2e9)),
    ],
)
def test_weights_that_no_training_leaves_are_refused_in_a_sentence(page: str, settings: dict[str, str], value: float) -> None:
    vector = weights(1.0)
    vector[[0, 5, -1]] = value
    shown = AppPage.opened(NET | settings | {"theta": carried(vector)}, page=page)
    assert any(REFUSED in sentence for sentence in shown.sentences()), shown.sentences()


@every_view
def test_the_largest_weights_of_a_link_are_shown_without_a_number_that_is_none(page: str, settings: dict[str, str]) -> None:
    shown = AppPage.opened(NET | settings | {"theta": carried(weights(1e9))}, page=page)
    words = said(shown)
    assert REFUSED not in words
    assert len(words) > 100
    assert not re.search(r"(?<![a-z])(nan|inf)(?![a-z])", words), words
