"""Links of version 1, as they were written and as people mistyped them, open today on what they opened on then.

``links_v1.json`` was written once, by the first reader of links, and is never written anew: it says of each link the values of
all settings (flat, by their names in a link or a recipe), the sentences about what was repaired, and numbers of the network and
its copy. A setting that is added later is not in it, and need not be; ``links_v1_places.json`` has those that say where one is.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

import permviz as pv


def links(file: str) -> list[dict[str, Any]]:
    return json.loads((Path(__file__).parent / file).read_text())  # type: ignore[no-any-return]


LINKS = links("links_v1.json")
PLACES = links("links_v1_places.json")
CARRIED = 1e-12
"""How far numbers may be off, relative to 1 or to their size, where the link carries the parameters."""
TRAINED = 1e-9
"""And where they are trained: last bits differ between processors, and these trainings amplify them by less than 1000."""


ACCEPTED_SINCE = {"claims.claim": "12"}
"""What was beyond a range then and is within it now, since there is more to choose from: it opens on what it says."""


def value(experiment: Any, name: str) -> Any:
    """One setting as plain JSON, wherever the experiment keeps it."""
    page, _, field = name.rpartition(".")
    holders = [getattr(experiment, page)] if page else [experiment, experiment.recipe]
    found = next(getattr(holder, field) for holder in holders if hasattr(holder, field))
    return json.loads(json.dumps(found))


def numbers(experiment: Any) -> dict[str, float]:
    """What the front page prints, from the library's public functions."""
    task, samples, noise, draw = (value(experiment, name) for name in ("task", "samples", "noise", "draw"))
    data = pv.load_dataset(task, samples=samples, noise=noise, seed=draw)
    carried = experiment.carried_network()
    network = pv.follow_recipe(experiment).network if carried is None else carried
    copy = experiment.permutation(network)
    compared = pv.compare(network, copy, data)
    return {
        "loss": float(pv.loss(network, data)),
        "barrier": float(pv.line_slice(network, copy, data, points=101).barrier("entezari")),
        "distance": compared.distance,
        "difference": compared.difference,
    }


def told(notes: Iterable[str]) -> list[str]:
    """Sentences without what there is to choose from, which may grow."""
    return [note.split(" choose one of ")[0] for note in notes]


@pytest.mark.parametrize("link", LINKS + PLACES, ids=[link["what"] for link in LINKS + PLACES])
def test_a_link_opens_on_what_it_opened_on(link: dict[str, Any]) -> None:
    experiment, notes = pv.from_query(link["query"])
    grown = {name: text for name, text in ACCEPTED_SINCE.items() if link["query"].get(name) == text}
    expected = link["values"] | {name: int(text) for name, text in grown.items()}
    refused = [note for note in link["notes"] if not note.startswith(tuple(f"{name}=" for name in grown))]
    assert {name: value(experiment, name) for name in link["values"]} == expected
    assert told(notes) == told(refused)
    assert pv.from_query(pv.to_query(experiment)) == (experiment, ())
    if link["numbers"] is not None:
        off = CARRIED if link["values"]["theta"] else TRAINED
        assert numbers(experiment) == pytest.approx(link["numbers"], rel=off, abs=off)


def test_another_order_opens_on_other_numbers() -> None:
    """Negative control."""
    link = next(link for link in LINKS if link["values"]["theta"])
    found = numbers(pv.from_query({key: text for key, text in link["query"].items() if key != "order"})[0])
    assert found["loss"] == pytest.approx(link["numbers"]["loss"], rel=CARRIED)
    assert found["distance"] == 0 < link["numbers"]["distance"]
    assert abs(found["barrier"]) < CARRIED < link["numbers"]["barrier"]


def test_the_links_cover_every_setting_task_and_activation_of_version_1() -> None:
    assert {link["values"]["activation"] for link in LINKS} <= set(pv.ACTIVATIONS)
    assert len({link["values"]["activation"] for link in LINKS}) == 12
    assert len({link["values"]["task"] for link in LINKS}) == 13
    written = {key for link in LINKS for key in link["query"]}
    assert {"v", "net", "act", *LINKS[0]["values"]} - {"hidden", "activation"} <= written
