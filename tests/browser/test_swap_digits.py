"""Swap on the real task: all samples of the handwritten digits, weights as pictures, a digit that lights the network up."""

from __future__ import annotations

import json
import re

from playwright.sync_api import Page, expect

from tests.browser.driver import open_app
from tests.browser.workbench import at_rest, drag, number, workbench

DIGITS = "/?task=digits&samples=1797&net=6&steps=40"


def test_every_digit_is_alive(page: Page) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "permviz-samples" in request.url else None)
    at_rest(open_app(page, DIGITS))
    chosen, diagram = page.get_by_test_id("chosen-sample"), page.get_by_test_id("diagram")
    expect(chosen).to_have_text(re.compile(r"^image 1 of 1797: a \d$"))
    expect(page.get_by_test_id("curve-title")).to_have_text(re.compile("wall", re.IGNORECASE))
    expect(workbench(page)).not_to_contain_text("too large")
    expect(page.get_by_test_id("card-same")).to_contain_text("data and random ones")

    def pictures(name: str) -> list[str]:
        return diagram.locator(f"[data-testid={name}] canvas").evaluate_all("all => all.map(c => c.toDataURL())")

    before = [pictures(name) for name in ("input-node", "hidden-node", "output-node")]
    assert len(set(before[1])) == 6, "each its own weights"
    page.get_by_test_id("sample-next").click()
    expect(chosen).to_contain_text("image 2 of 1797")
    after = [pictures(name) for name in ("input-node", "hidden-node", "output-node")]
    assert all(a != b for a, b in zip(before, after, strict=True)), "another digit lights all layers up"
    page.get_by_test_id("mode-walk").click()
    drag(page, 1, 0, 1, part=0.5, drop=False)
    expect(workbench(page)).to_have_attribute("data-kind", "between")
    assert float(page.get_by_test_id("marker").get_attribute("data-loss") or "nan") > 0
    page.mouse.move(5, 5)
    page.mouse.up()
    at_rest(page)
    page.get_by_test_id("mode-swap").click()
    drag(page, 1, 0, 1)
    at_rest(page)
    assert number(page, "difference") < 1e-12
    expect(page.get_by_test_id("output-difference")).to_contain_text("over the samples")
    assert json.loads(workbench(page).get_attribute("data-order") or "")[0][:2] == [1, 0]
    assert len(asked) == 1, "the samples travel once"
