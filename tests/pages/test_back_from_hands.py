"""The way back from weights that were set by hand, in a visit that did not see the hand: offered where what was is known."""

from __future__ import annotations

import base64

import numpy as np

from permviz.experiment.codec import encode_parameters
from permviz.experiment.editing import Edit, edited
from tests.pages.app_page import AppPage

LINK = {"task": "moons", "samples": "60", "net": "4-2", "steps": "30", "seed": "5"}


def test_it_leads_to_what_the_recipe_leads_to_where_that_is_known_and_another() -> None:
    page = AppPage.opened(LINK)
    network = page.experiment.carried_network()
    assert network is not None
    assert page.diagram()["before"] is None
    for value, offered in ((2.0, True), (float(network.weights[0][1, 0]) + 1e-5, False)):
        theta = encode_parameters(edited(network, [Edit(1, 1, 0, value)]))
        before = AppPage.opened(LINK | {"theta": theta}).diagram()["before"]
        assert (before is not None) == offered, "the last digits are each processor's own"
        if before is not None:
            assert before["name"] == "the trained network"
            parameters = np.frombuffer(base64.b64decode(before["parameters"]), "<f8")
            assert parameters.tolist() == network.flatten().tolist()


def test_what_no_training_here_led_to_is_not_claimed() -> None:
    page = AppPage.opened(LINK | {"steps": "0", "seed": "6"})
    network = page.experiment.carried_network()
    assert network is not None
    theta = encode_parameters(edited(network, [Edit(1, 1, 0, 2.0)]))
    for link in (LINK | {"steps": "0", "seed": "6"}, LINK | {"seed": "77"}):
        assert AppPage.opened(link | {"theta": theta}).diagram()["before"] is None
