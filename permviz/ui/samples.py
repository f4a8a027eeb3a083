"""A task's samples as a file of the app: data that no swap changes travel to a browser once, and not in its messages."""

from __future__ import annotations

import gzip
import hashlib
import json
from functools import lru_cache
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from permviz.components.diagram.wire import encode_samples
from permviz.experiment.recipe import Recipe
from permviz.networks.datasets import Dataset
from permviz.ui.state.own import address, at_address

ROUTE = "permviz-samples"
MOST_SETS = 16
"""First segment of the address, below the app's own."""


def samples_at(recipe: Recipe, data: Dataset) -> str:
    """Where the recipe's samples ``data`` are; with their digest, as a browser may keep them for ever, which it may not of a
    visitor's table.

    >>> recipe = Recipe(task="iris")
    >>> samples_at(recipe, recipe.dataset()).split("&")[0]
    'permviz-samples?task=iris'
    """
    if recipe.table:
        return f"{ROUTE}?own={address(recipe.task)}"
    digest = hashlib.blake2b(data.inputs.numpy().tobytes(), digest_size=6)
    digest.update(data.targets.numpy().tobytes())
    named = {"task": recipe.task, "samples": recipe.samples, "noise": recipe.noise, "draw": recipe.draw}
    return f"{ROUTE}?{urlencode(named | {'digest': digest.hexdigest()})}"


@lru_cache(maxsize=MOST_SETS)
def _packed(task: str, samples: int, noise: float, draw: int) -> bytes:
    data = Recipe(task=task, samples=samples, noise=noise, draw=draw).dataset()
    return gzip.compress(json.dumps(encode_samples(data)).encode(), mtime=0)


def serve_samples(request: Request) -> Response:
    """The route's answer; not a coroutine, so that drawing the samples holds up nobody."""
    asked = request.query_params
    if "own" in asked:
        return _serve_own(at_address(asked["own"]))
    try:
        packed = _packed(asked["task"], int(asked["samples"]), float(asked["noise"]), int(asked["draw"]))
    except (KeyError, ValueError):
        return _none()
    headers = {
        "Cache-Control": "public, max-age=31536000, immutable",
        "Content-Encoding": "gzip",
        "X-Content-Type-Options": "nosniff",
    }
    return Response(packed, media_type="application/json", headers=headers)


def _serve_own(data: Dataset | None) -> Response:
    """Samples of a visitor's table, which nobody keeps on the way."""
    if data is None:
        return _none()
    packed = gzip.compress(json.dumps(encode_samples(data)).encode(), mtime=0)
    headers = {"Cache-Control": "no-store", "Content-Encoding": "gzip", "X-Content-Type-Options": "nosniff"}
    return Response(packed, media_type="application/json", headers=headers)


def _none() -> Response:
    return PlainTextResponse("No task has such samples: reload the page.", 404, headers={"Cache-Control": "no-store"})
