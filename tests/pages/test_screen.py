"""A screen that shows less: what a link leaves out is not there, what was reached is, and swaps keep the screen."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlsplit

import pytest

from permviz.experiment.link import from_query, to_query
from permviz.experiment.screen import ALONE, HIDEABLE
from permviz.ui.document import PAGES
from tests.pages.app_page import AppPage

LINK = {"task": "moons", "samples": "60", "net": "3-2", "steps": "30"}


def opened(page: str = "swap", **screen: str) -> AppPage:
    return AppPage.opened(LINK | screen, page)


def _said(page: AppPage) -> str:
    return " ".join(str(caption.value) for caption in page.at.caption)


def test_without_the_build_panel_one_still_reads_what_was_built_and_reached() -> None:
    page, whole = opened(hide="build"), opened()
    assert not page.at.sidebar.button
    assert whole.at.sidebar.button
    assert "two moons · 2-3-2-1 tanh · 30 steps · loss 0." in _said(page)
    assert "two moons · 2-3-2-1" not in _said(whole), "there it is in the panel"
    assert page.address["hide"] == "build"
    assert page.diagram()["hide"] == ["build"]


def test_seldom_settings_pages_and_share_can_be_left_out() -> None:
    page, whole = opened(hide="more.pages.share.lessons"), opened()
    assert [len(p.at.get("page_link")) for p in (page, whole)] == [0, len(PAGES)]
    assert ["share" in {button.key for button in p.at.button} for p in (page, whole)] == [False, True]
    assert ["lessons" in {button.key for button in p.at.button} for p in (page, whole)] == [False, True]
    assert ["Noise" in {field.label for field in p.at.number_input} for p in (page, whole)] == [False, True]


@pytest.mark.parametrize("part", ALONE)
@pytest.mark.parametrize("name", [name for name, _ in PAGES])
def test_a_part_alone_has_no_header_and_a_way_to_the_rest(name: str, part: str) -> None:
    page = opened(name, view=part)
    assert not page.at.get("page_link")
    assert not page.at.sidebar.button
    assert not [text for text in page.sentences() if "wrong" in text]
    assert "[Open in permviz](" in _said(page)
    drawn = [entry["alone"] for entry in page.components("facts")]
    if name == "swap":
        assert drawn == ["" if part == "figure" else part]
    elif part == "diagram":
        assert drawn == [""]
        assert not page.figures()
    else:
        assert drawn == []
        assert page.figures() or name == "count"  # of which the first view is numbers


def test_a_figure_alone_keeps_its_settings_within_reach() -> None:
    page = opened("slices", view="figure")
    assert {box.label for box in page.at.selectbox} >= {"From A to"}
    assert not [heading for heading in page.at.markdown if str(heading.value).startswith("# ")]


def test_presenting_is_a_button_and_its_end_too() -> None:
    page = opened()
    page.at.button(key="present").click()
    page.run()
    assert page.experiment.present
    assert page.address["present"] == "1"
    assert not page.at.sidebar.button
    page.at.button(key="present").click()
    page.run()
    assert not page.experiment.present
    assert page.at.sidebar.button


def test_share_makes_the_link_and_the_code_of_any_screen() -> None:
    page = opened(order="102.01")
    page.at.button(key="share").click()
    page.run()
    page.at.multiselect(key="share-hide").set_value(["matrices", "build"])
    page.at.selectbox(key="share-view").set_value("curve")
    page.at.toggle(key="share-present").set_value(True)
    page.at.run()
    link, code = [str(block.value) for block in page.at.code][-2:]
    experiment, notes = from_query(dict(parse_qsl(urlsplit(link).query)))
    assert not notes
    assert (experiment.hide, experiment.view, experiment.present) == (("build", "matrices"), "curve", True)
    assert experiment.order == ((1, 0, 2), (0, 1))
    assert link.replace("&", "&amp;") + "&amp;embed=true" in code
    assert not page.experiment.hide, "the link is another's screen, not one's own"


def test_all_that_can_be_left_out_at_once_leaves_a_page_that_works() -> None:
    page = opened(hide=".".join(HIDEABLE))
    assert page.diagram()["hide"] == list(HIDEABLE)
    assert not page.sentences()
    assert from_query(to_query(page.experiment))[0] == page.experiment
