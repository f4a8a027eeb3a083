"""Visits without a browser: the address as the app is told it, early and late."""

from __future__ import annotations

from tests.pages.app_page import AppPage

SMALL = {"task": "moons", "net": "3-2", "samples": "60", "steps": "80", "seed": "1"}


def test_late_addresses_change_nothing() -> None:
    page = AppPage.opened(SMALL)
    first = dict(page.at.query_params)
    for _ in range(2):
        page.at.button(key="train-step").click()
        page.run()
    for _ in range(3):
        page.at.query_params = dict(first)
        page.run()
        assert page.at.number_input(key="build-steps").value == 82
