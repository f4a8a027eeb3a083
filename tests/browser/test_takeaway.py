"""Files taken away through the dialog, by mouse, finger and keyboard: each holds what is on the screen."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import nbformat
import torch
from playwright.sync_api import Page, expect

import permviz as pv
from permviz.ui.parts.takeaway import KINDS
from tests.browser.driver import open_app
from tests.browser.test_accessibility import ALL, AXE, STILL, grave, opened
from tests.browser.workbench import at_rest

SMALL = "/?task=moons&net=4-3&steps=60&samples=100&order=1032.012"


def taken(page: Page, label: str, press: Callable[[], None]) -> tuple[str, bytes]:
    """The name and the content of the file that a button gives."""
    with page.expect_download() as download:
        press()
    assert download.value.failure() is None
    return download.value.suggested_filename, Path(download.value.path()).read_bytes()


def test_every_file_holds_what_is_on_the_screen(page: Page) -> None:
    expect(at_rest(open_app(page, SMALL)).get_by_text("Stopped at loss")).to_be_visible()
    page.get_by_role("button", name="Share").click()
    files = {}
    for kind in KINDS:
        button = page.get_by_role("button", name=kind.label, exact=True)
        name, files[kind.label] = taken(page, kind.label, button.click)
        assert name == f"permviz-swap-moons-2-4-3-1-tanh-{kind.content}.{kind.ending}"
    network = pv.network_from_bytes(files["Network"])
    trained = pv.follow_recipe(pv.Recipe(samples=100, steps=60)).network  # its last bits are the server's own
    torch.testing.assert_close(network.flatten(), trained.flatten(), rtol=0, atol=1e-6)
    assert json.loads(files["Network, JSON"])["biases"] == [b.tolist() for b in network.biases]
    assert json.loads(files["Permutation"]) == [[1, 0, 3, 2], [0, 1, 2]]
    assert b"nn.Sequential" in files["PyTorch"]
    assert b"import permviz" in files["Ten lines"]
    nbformat.validate(nbformat.reads(files["Notebook"].decode(), as_version=4))
    expect(page.get_by_role("button", name="Copy the link")).to_be_visible()  # the dialog stays


def test_on_a_phone_and_by_keyboard(new_page: Callable[..., Page]) -> None:
    page = new_page(phone=True, dark=True)
    at_rest(open_app(page, SMALL))
    page.get_by_role("button", name="Share").tap()
    button = page.get_by_role("button", name="Permutation", exact=True)
    assert taken(page, "Permutation", button.tap)[1] == b"[[1, 0, 3, 2], [0, 1, 2]]"
    wide = page.get_by_role("dialog").evaluate("dialog => dialog.scrollWidth - dialog.clientWidth")
    assert wide <= 0
    button.focus()
    assert taken(page, "Permutation", lambda: page.keyboard.press("Enter"))[1] == b"[[1, 0, 3, 2], [0, 1, 2]]"


def test_the_dialog_has_no_grave_faults(page: Page) -> None:
    opened(page, SMALL)
    page.get_by_role("button", name="Share").click()
    expect(page.get_by_role("button", name="Notebook", exact=True)).to_be_visible()
    page.evaluate(STILL + "document.adoptedStyleSheets.push(s)")
    page.evaluate(AXE)
    assert not grave(page.evaluate("options => axe.run(document, options)", ALL))
