"""Samples as a file of the app: what a browser is given, and what it is refused."""

from __future__ import annotations

import gc
import gzip
import json

import pytest
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Match

from permviz.components.diagram.wire import encode_samples
from permviz.experiment.recipe import Recipe
from permviz.ui.routes import routes
from permviz.ui.samples import ROUTE, samples_at, serve_samples
from permviz.ui.state.own import keep_table, own_data
from tests.experiment.test_own import CSV, KIND

DIGITS = Recipe(task="digits", samples=400, noise=0.0)


def answer(address: str) -> Response:
    path, _, query = address.partition("?")
    return serve_samples(Request({"type": "http", "method": "GET", "path": f"/{path}", "query_string": query.encode()}))


def test_the_samples_are_the_tasks_and_may_be_kept_for_ever() -> None:
    data = DIGITS.dataset()
    found = answer(samples_at(DIGITS, data))
    assert found.status_code == 200
    assert json.loads(gzip.decompress(bytes(found.body))) == encode_samples(data)
    assert "immutable" in found.headers["cache-control"]


def test_other_samples_have_another_address() -> None:
    other = DIGITS.changed(draw=1)
    assert samples_at(other, other.dataset()) != samples_at(DIGITS, DIGITS.dataset())
    assert samples_at(DIGITS, other.dataset()) != samples_at(DIGITS, DIGITS.dataset()), "the digest alone differs"


@pytest.mark.parametrize(
    "query",
    [
        "",
        "task=digits",
        "task=none&samples=400&noise=0&draw=0",
        "task=digits&samples=1e9&noise=0&draw=0",
        "task=digits&samples=999999999&noise=0&draw=0",
        "task=digits&samples=400&noise=nan&draw=0",
    ],
)
def test_what_no_task_has_is_refused_in_a_sentence(query: str) -> None:
    found = answer(f"{ROUTE}?{query}")
    assert found.status_code == 404
    assert bytes(found.body).decode().endswith("reload the page.")


def test_it_is_among_the_apps_routes() -> None:
    scope = {"type": "http", "method": "GET", "path": f"/{ROUTE}", "headers": []}
    assert sum(route.matches(scope)[0] is Match.FULL for route in routes()) == 1


def test_the_samples_of_a_table_are_at_an_address_that_nobody_guesses_while_its_visit_lasts() -> None:
    class Visit:
        pass

    visit, recipe = Visit(), Recipe(task=KIND.name)
    keep_table(visit, CSV.encode())
    data = own_data(visit, recipe.task)
    assert data is not None
    at = samples_at(recipe, data)
    assert not any(part in at for part in recipe.task.split(".") if len(part) > 8)
    found = answer(at)
    assert json.loads(gzip.decompress(bytes(found.body))) == encode_samples(data)
    assert found.headers["cache-control"] == "no-store"
    assert answer(f"{ROUTE}?task={recipe.task}&samples=400&noise=0&draw=0").status_code == 404
    assert answer(f"{ROUTE}?own={'0' * 32}").status_code == 404
    del visit, data
    gc.collect()
    assert answer(at).status_code == 404
