"""A visitor's own table in a real browser: chosen, dropped, pasted, by keyboard, on a phone; refused; asked for again."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from permviz.experiment.own import TableTask, table_dataset
from permviz.networks.tables import read_table
from tests.browser.driver import choose, open_app, rerun
from tests.browser.test_accessibility import ALL, AXE, STILL, grave
from tests.browser.test_page_file import opened, said
from tests.browser.workbench import at_rest, drag, order, workbench

SMALL = "/?task=moons&net=3&steps=20&samples=40"
CSV = "a;b;kind\n" + "\n".join(f"{i % 5},5;{i * i % 7};{'xyz'[i % 3]}" for i in range(30))
DROP = """(target, text) => {
  const files = new DataTransfer();
  files.items.add(new File([text], "dropped.csv"));
  for (const kind of ["dragenter", "dragover", "drop"]) {
    target.dispatchEvent(new DragEvent(kind, {dataTransfer: files, bubbles: true}));
  }
}"""


def chooser(page: Page) -> Page:
    """The dialog, opened from the list of tasks by the keyboard."""
    choose(page, "Task", "own table")
    expect(page.get_by_role("dialog")).to_contain_text("Your own table")
    expect(page.get_by_test_id("file-choose")).to_be_visible()
    return page


def understood(page: Page) -> None:
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_text("Understood: 30 samples, 2 inputs")).to_be_visible()
    expect(dialog.get_by_text("3 classes (x, y, z)")).to_be_visible()


def learnt(page: Page) -> None:
    """Train on it, and find it in the diagram."""
    with rerun(page):
        page.get_by_role("button", name="Train on this table").click()
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.wait_for_url(lambda url: "task=table." in url)
    at_rest(page)
    expect(page.get_by_test_id("input-node")).to_have_count(2)
    expect(page.get_by_test_id("output-node")).to_have_count(3)


def test_a_file_is_chosen_and_learnt_and_this_tab_brings_it_again_by_itself(page: Page, tmp_path: Path) -> None:
    file = tmp_path / "own.csv"
    file.write_bytes(CSV.encode("utf-16"))
    chooser(at_rest(open_app(page, SMALL)))
    page.get_by_test_id("file-input").set_input_files(file)
    understood(page)
    learnt(page)
    page.reload()
    at_rest(page)
    expect(page.get_by_test_id("output-node")).to_have_count(3)
    assert "task=table." in page.url


def test_its_page_without_a_server_says_what_the_app_does(chromium: Browser, page: Page, tmp_path: Path) -> None:
    chooser(at_rest(open_app(page, SMALL)))
    page.get_by_test_id("file-input").set_input_files({"name": "own.csv", "mimeType": "", "buffer": CSV.encode()})
    understood(page)
    learnt(page)
    drag(page, 1, 0, 2)
    at_rest(page)
    page.get_by_role("button", name="Share").click()
    with page.expect_download() as started:
        page.get_by_role("button", name="Save this page").click()
    started.value.save_as(tmp_path / "own.html")
    with opened(chromium, tmp_path / "own.html") as alone:
        at_rest(alone)
        assert order(alone) == [[2, 1, 0]]
        assert said(alone) == said(page)
        drag(alone, 1, 0, 2)
        at_rest(alone)
        assert said(alone)["loss-b"] == said(page)["loss-a"], "back at the network itself"


def test_another_browser_is_asked_for_the_table_of_a_link(new_page: Callable[..., Page]) -> None:
    data = table_dataset(read_table(CSV), (0, 1), 2, classes=True)
    task = TableTask(read_table(CSV).digest, (0, 1), 2, len(data.output_names)).name
    page = open_app(new_page(), f"/?task={task}&net=3&steps=20")
    expect(page.get_by_text("belongs to a table that is not here")).to_be_visible()
    expect(workbench(page)).to_have_count(0)
    expect(page.get_by_test_id("file-choose")).to_be_visible()
    expect(page.get_by_role("heading", level=1)).to_have_text("Your own table")
    page.evaluate(AXE)
    assert not grave(page.evaluate("options => axe.run(document, options)", ALL))
    given, other = page.get_by_test_id("file-input"), b"x,y\n1,2\n3,4\n5,6\n7,8"
    given.set_input_files({"name": "other.csv", "mimeType": "text/csv", "buffer": other})
    expect(page.get_by_test_id("file-status")).to_contain_text("other.csv is another table")
    given.set_input_files({"name": "own.csv", "mimeType": "text/csv", "buffer": CSV.encode()})
    at_rest(page)
    expect(page.get_by_test_id("output-node")).to_have_count(3)
    page.reload()
    at_rest(page)
    expect(page.get_by_test_id("output-node")).to_have_count(3)


def test_a_table_is_pasted_by_the_keyboard_alone(page: Page) -> None:
    chooser(at_rest(open_app(page, SMALL)))
    page.get_by_test_id("file-text").focus()
    page.keyboard.insert_text(CSV)
    page.keyboard.press("Tab")
    expect(page.get_by_test_id("file-use")).to_be_focused()
    page.keyboard.press("Enter")
    understood(page)
    page.get_by_role("button", name="Train on this table").focus()
    with rerun(page):
        page.keyboard.press("Enter")
    at_rest(page)
    expect(page.get_by_test_id("output-node")).to_have_count(3)


def test_a_file_is_dropped(page: Page) -> None:
    chooser(at_rest(open_app(page, SMALL)))
    page.get_by_test_id("file-reader").evaluate(DROP, CSV)
    understood(page)


def test_what_cannot_be_read_is_refused_beside_the_button(page: Page) -> None:
    chooser(at_rest(open_app(page, SMALL)))
    status, given = page.get_by_test_id("file-status"), page.get_by_test_id("file-input")
    for content, sentence in {
        b"": "own.csv is empty: there is nothing to read.",
        bytes(700_001): "own.csv has 701 kB: at most 700 kB are taken.",
        b"x,y\n1,2\n3": "Row 3 has 1 cell, and there are 2 columns.",
        bytes(700_000): "Row 1 holds a NUL character, which no table as text has: save it as CSV.",
        b"PK\x03\x04"
        + bytes(range(256)): "This is a workbook, not a table as text: save it as CSV in the program that made it.",
    }.items():
        given.set_input_files({"name": "own.csv", "mimeType": "text/csv", "buffer": content})
        expect(status).to_have_text(sentence)


@pytest.mark.parametrize("dark", [False, True])
def test_the_dialog_on_a_phone_is_whole_and_accessible(new_page: Callable[..., Page], dark: bool) -> None:
    page = new_page(phone=True, dark=dark)
    at_rest(open_app(page, SMALL))
    page.get_by_test_id("stExpandSidebarButton").click()
    chooser(page)
    page.get_by_test_id("file-text").fill(CSV)
    page.get_by_test_id("file-use").tap()
    understood(page)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.evaluate(STILL + "document.adoptedStyleSheets.push(s)")
    page.evaluate(AXE)
    assert not grave(page.evaluate("options => axe.run(document, options)", ALL))
    learnt(page)
