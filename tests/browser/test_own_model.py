"""A visitor's own network in a real browser: by mouse and by keyboard, on a phone; refused; asked for again."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import torch
from playwright.sync_api import Page, expect
from torch import nn

import permviz as pv
from permviz.networks.digits import loss_text
from tests.browser.driver import open_app, rerun
from tests.browser.test_accessibility import ALL, AXE, STILL, grave
from tests.browser.workbench import at_rest, drag, workbench
from tests.cases import drawn

SMALL = "/?task=moons&net=3&steps=20&samples=40"
LARGE = drawn((2, 12, 12, 1), "erf")


def chooser(page: Page) -> Page:
    """The dialog, opened from the panel by the keyboard."""
    page.get_by_text("More", exact=True).click()
    with rerun(page):
        page.get_by_role("button", name="Your own network …").press("Enter")
    expect(page.get_by_role("dialog")).to_contain_text("Your own network")
    expect(page.get_by_test_id("file-choose")).to_be_visible()
    return page


def shown(page: Page, widths: tuple[int, ...]) -> None:
    """Show it, and find it in the diagram."""
    with rerun(page):
        page.get_by_role("button", name="Show this network").press("Enter")
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.wait_for_url(lambda url: f"net={'-'.join(map(str, widths[1:-1]))}&" in url)
    at_rest(page)


def test_a_state_dict_is_shown_and_swapped(page: Page) -> None:
    torch.manual_seed(0)
    model = nn.Sequential(nn.Linear(2, 4), nn.ReLU(), nn.Linear(4, 1)).double()
    file = io.BytesIO()
    torch.save(model.state_dict(), file)
    chooser(at_rest(open_app(page, SMALL)))
    given = page.get_by_test_id("file-input")
    given.set_input_files({"name": "model.pt", "mimeType": "", "buffer": b"no network"})
    expect(page.get_by_test_id("file-status")).to_contain_text("not a readable safetensors file")
    given.set_input_files({"name": "model.pt", "mimeType": "", "buffer": file.getvalue()})
    activation = page.get_by_role("combobox", name="Activation, which the file does not say")
    activation.click()
    page.get_by_role("option", name="ReLU", exact=True).click()
    expect(page.get_by_role("dialog").get_by_text("Understood: 2-4-1, ReLU, 17 parameters")).to_be_visible()
    shown(page, (2, 4, 1))
    data = pv.load_dataset("moons", samples=40)
    loss = float(pv.loss(pv.from_torch(model), data))
    expect(page.get_by_test_id("loss-a")).to_have_text(loss_text(loss))
    drag(page, 1, 0, 2)
    at_rest(page)
    expect(page.get_by_test_id("verdict")).to_contain_text("equal")


def test_a_large_one_is_brought_again_by_its_tab_and_asked_for_in_another(
    new_page: Callable[..., Page], tmp_path: Path
) -> None:
    page, other = new_page(), new_page()
    file = tmp_path / "large.safetensors"
    pv.save_network(LARGE, file)
    chooser(at_rest(open_app(page, SMALL)))
    page.get_by_test_id("file-input").set_input_files(file)
    shown(page, LARGE.spec.widths)
    text, link = page.get_by_test_id("loss-a").inner_text(), page.url
    page.reload()
    at_rest(page)
    expect(page.get_by_test_id("loss-a")).to_have_text(text)
    open_app(other, link)
    expect(other.get_by_text("belongs to a network that is not here")).to_be_visible()
    expect(workbench(other)).to_have_count(0)
    other.get_by_test_id("file-input").set_input_files(file)
    at_rest(other)
    expect(other.get_by_test_id("loss-a")).to_have_text(text)


def test_the_dialog_on_a_phone_is_whole_and_accessible(new_page: Callable[..., Page]) -> None:
    page = new_page(phone=True, dark=True)
    at_rest(open_app(page, SMALL))
    page.get_by_test_id("stExpandSidebarButton").click()
    chooser(page)
    content = pv.network_to_bytes(drawn((2, 3, 1)))
    page.get_by_test_id("file-input").set_input_files({"name": "own.safetensors", "mimeType": "", "buffer": content})
    expect(page.get_by_role("dialog").get_by_text("Understood: 2-3-1, tanh, 13 parameters")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.evaluate(STILL + "document.adoptedStyleSheets.push(s)")
    page.evaluate(AXE)
    assert not grave(page.evaluate("options => axe.run(document, options)", ALL))
    shown(page, (2, 3, 1))
