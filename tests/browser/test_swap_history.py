"""Swaps taken back and made again, by the buttons and by the browser's Back and Forward."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.browser.workbench import (
    IDENTITY,
    at_rest,
    drag,
    expect_order,
    order,
)


def test_undo_redo_random_and_reset(swap_page: Page) -> None:
    page = swap_page
    drag(page, 1, 1, 3)
    at_rest(page)
    swapped = order(page)
    page.get_by_test_id("undo").click()
    at_rest(page)
    assert order(page) == IDENTITY
    page.get_by_test_id("redo").click()
    at_rest(page)
    assert order(page) == swapped
    page.get_by_test_id("random").click()
    at_rest(page)
    assert sorted(order(page)[0]) == [0, 1, 2, 3]
    page.get_by_test_id("reset").click()
    at_rest(page)
    assert order(page) == IDENTITY


def test_back_undoes_and_forward_redoes(swap_page: Page) -> None:
    page = swap_page
    for source, target, expected in ((0, 2, [2, 1, 0, 3]), (1, 3, [2, 3, 0, 1])):
        drag(page, 1, source, target)
        at_rest(page)
        assert order(page)[0] == expected
    page.go_back()
    expect_order(page, [[2, 1, 0, 3], [0, 1, 2]])
    page.go_back()
    expect_order(page, IDENTITY)
    expect(page.get_by_test_id("announcement")).to_contain_text("An earlier order of the nodes is back")
    page.go_forward()
    expect_order(page, [[2, 1, 0, 3], [0, 1, 2]])
    drag(page, 1, 0, 1)
    at_rest(page)
    assert order(page)[0] == [1, 2, 0, 3]


def test_back_over_training_says_nothing_of_the_order(swap_page: Page) -> None:
    page, spoken = swap_page, swap_page.get_by_test_id("announcement")
    page.get_by_role("button", name="+1", exact=True).click()
    page.wait_for_url(lambda url: "steps=61" in url)
    at_rest(page)
    drag(page, 1, 0, 2)
    at_rest(page)
    page.wait_for_url(lambda url: "order=" in url)
    expect(spoken).to_contain_text("exchanged")
    page.go_back()
    expect_order(page, IDENTITY)
    expect(spoken).to_contain_text("earlier order")
    page.go_back()
    page.wait_for_url(lambda url: "steps=60" in url)
    expect(spoken).to_be_empty()
    assert order(page) == IDENTITY
