"""What the Swap page looks like: nothing jumps, nothing covers a node, words are explained, what matters is on one screen."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.driver import open_app
from tests.browser.workbench import SMALL, at_rest, centre, drag, finger, hold, touch_drag, workbench


def test_on_a_phone_nothing_jumps_under_the_finger_and_the_curve_is_seen(new_page: Callable[..., Page]) -> None:
    page = at_rest(open_app(new_page(phone=True), SMALL))
    diagram, caption = page.get_by_test_id("diagram"), page.get_by_test_id("caption")
    expect(caption).not_to_contain_text("Tab")
    tops, captions = set(), set()

    def look() -> None:
        box = diagram.bounding_box()
        assert box is not None
        tops.add(box["y"])
        captions.add(caption.inner_text())

    look()
    page.get_by_test_id("mode-walk").click()
    expect(caption).to_contain_text("slowly")
    look()
    hero, curve, same = (page.get_by_test_id(f"card-{name}").bounding_box() for name in ("network", "curve", "same"))
    assert hero is not None
    assert curve is not None
    assert same is not None
    assert hero["y"] + hero["height"] < curve["y"] < same["y"]
    (x, y), (_, far) = centre(page, 1, 0), centre(page, 1, 1)
    hand = _, move, release = finger(page)
    hold(page, hand, x, y)
    move(x, y + (far - y) / 4)
    move(x, (y + far) / 2)
    expect(workbench(page)).to_have_attribute("data-kind", "between")
    look()
    marker = page.get_by_test_id("marker").bounding_box()
    assert marker is not None
    assert hero["y"] + hero["height"] < marker["y"] < 844, "the climb is seen while the finger moves"
    move(x, far)
    release()
    at_rest(page)
    look()
    page.get_by_test_id("mode-steps").click()
    expect(caption).to_contain_text("in the two steps")
    look()
    touch_drag(page, 1, 0, 3)
    page.locator('[data-testid="workbench"][data-phase="broken"]').wait_for()
    look()
    assert len(captions) == 6, "negative control: the sentence did change"
    assert len(tops) == 1, tops


def test_the_words_of_the_cards_are_explained_to_mouse_keyboard_and_finger(new_page: Callable[..., Page]) -> None:
    page = at_rest(open_app(new_page(), SMALL))
    tip = page.locator('.workbench [role="tooltip"]')
    helps = page.get_by_test_id("help")
    expect(helps).to_have_count(3)
    for button, word in zip(helps.all(), ("max |F(A) − F(B)|", "‖A − B‖₂", "barrier"), strict=True):
        expect(tip).to_be_hidden()
        box = button.bounding_box()
        assert box is not None
        assert min(box["width"], box["height"]) >= 24
        button.focus()
        expect(tip).to_contain_text(word)
        expect(button).to_have_attribute("aria-describedby", tip.get_attribute("id") or "none")
        page.keyboard.press("Escape")
        expect(tip).to_be_hidden()
        button.hover()
        expect(tip).to_contain_text(word)
        button.click()
        expect(tip).to_contain_text(word)
        page.mouse.move(5, 5)
    phone = at_rest(open_app(new_page(phone=True), SMALL))
    tip, first = phone.locator('.workbench [role="tooltip"]'), phone.get_by_test_id("help").first
    for shown in (True, False, True):
        first.tap()
        expect(tip).to_be_visible(visible=shown)
    phone.get_by_test_id("caption").tap()
    expect(tip).to_be_hidden()


@pytest.mark.parametrize("phone", [False, True])
def test_the_first_invitation_covers_no_node_and_goes_with_the_first_swap(new_page: Callable[..., Page], phone: bool) -> None:
    page = at_rest(open_app(new_page(phone=phone), SMALL))
    tag = page.get_by_test_id("hint-tag").bounding_box()
    assert tag is not None
    for place in page.locator(".node .disc, .node .badge").all():
        box = place.bounding_box()
        assert box is not None
        beside = tag["x"] + tag["width"] <= box["x"] or tag["x"] >= box["x"] + box["width"]
        assert beside or tag["y"] + tag["height"] <= box["y"] or tag["y"] >= box["y"] + box["height"]
    page.get_by_test_id("random").click()
    at_rest(page)
    expect(page.get_by_test_id("hint-tag")).to_be_hidden()


@pytest.mark.parametrize(("net", "phone"), [("4-3", False), ("4-3", True), ("12-12", True)])
def test_no_number_hides_a_picture(new_page: Callable[..., Page], net: str, phone: bool) -> None:
    page = at_rest(open_app(new_page(phone=phone), SMALL.replace("4-3", net)))
    meets = (
        "badges => { const round = e => { const b = e.getBoundingClientRect();"
        " return { x: b.x + b.width / 2, y: b.y + b.height / 2, r: b.height / 2 }; };"
        " const discs = [...badges[0].closest('.diagram').querySelectorAll('.disc')].map(round);"
        " return badges.map(round).filter(b => discs.some(d => Math.hypot(b.x - d.x, b.y - d.y) < b.r + d.r - 1.5)).length; }"
    )
    badges = page.locator(".node .badge")
    assert badges.evaluate_all(meets) == 0
    badges.first.evaluate("e => { e.style.left = '50%'; e.style.top = '50%'; }")
    assert badges.evaluate_all(meets) == 1, "negative control"


def test_nothing_moves_on_the_walk_and_at_its_end(new_page: Callable[..., Page]) -> None:
    page = at_rest(open_app(new_page(), SMALL))
    page.get_by_test_id("mode-walk").click()
    diagram, cards = page.get_by_test_id("diagram"), page.locator(".side .card:visible, .workbench dd")
    seen = set()

    def look() -> None:
        box = diagram.bounding_box()
        assert box is not None
        edges = cards.evaluate_all(
            "all => all.map(e => [e.getBoundingClientRect().x, e.getBoundingClientRect().y].map(Math.round))"
        )
        seen.add((box["y"], str(edges)))

    losses = set()
    for part in (0.3, 0.6, 0.88, 1.0):
        drag(page, 1, 0, 1, part=part, drop=False)
        expect(page.get_by_test_id("walk-t")).not_to_have_text("t = 0.00")
        look()
        losses.add(page.get_by_test_id("loss-b").inner_text())
        page.keyboard.press("Escape")
        page.mouse.up()
        at_rest(page)
    assert len(losses) > 2, "negative control: the numbers did change"
    assert len(seen) == 1, seen


def test_one_node_in_a_layer_is_said_to_have_nothing_to_exchange(new_page: Callable[..., Page]) -> None:
    page = at_rest(open_app(new_page(), SMALL.replace("4-3", "1")))
    expect(page.get_by_test_id("caption")).to_contain_text("nothing to exchange: add a node")
    expect(page.get_by_test_id("copies")).to_have_text("B is A itself, the only order of its nodes (1! = 1)")
    expect(page.get_by_test_id("curve-note")).to_contain_text("with two nodes in a layer")
    expect(workbench(page)).not_to_contain_text("Drag")
    expect(page.get_by_test_id("random")).to_be_disabled()


def test_the_small_diagram_does_not_invite(new_page: Callable[..., Page]) -> None:
    page = at_rest(open_app(new_page(), SMALL.replace("/", "/count")))
    expect(workbench(page)).to_be_visible()
    for name in ("hint", "hint-tag"):
        expect(page.get_by_test_id(name)).to_be_hidden()


@pytest.mark.parametrize(("width", "height"), [(1280, 800), (1024, 768)])
def test_what_matters_is_on_one_screen(new_page: Callable[..., Page], width: int, height: int) -> None:
    page = new_page()
    page.set_viewport_size({"width": width, "height": height})
    at_rest(open_app(page, SMALL + "&order=1023.012"))

    def look() -> None:
        boxes = []
        for name in ("card-network", "card-same", "card-curve", "marker"):
            box = page.get_by_test_id(name).bounding_box()
            assert box is not None
            assert box["y"] >= 0
            assert box["y"] + box["height"] <= height, name
            boxes.append(box)
        network, same, curve, _ = boxes
        assert network["x"] + network["width"] < same["x"] == curve["x"], "the cards stand beside the diagram"
        assert curve["x"] + curve["width"] <= width

    look()
    page.get_by_test_id("mode-walk").click()
    drag(page, 1, 0, 1, part=0.5, drop=False)
    expect(workbench(page)).to_have_attribute("data-kind", "between")
    look()
    # The columns are narrow, but nothing in the cards asks for more than they have.
    wide = page.locator(".card:visible").evaluate_all(
        "cards => cards.flatMap(card => [...card.querySelectorAll('p, dd, dt, h2, button, figcaption, canvas')]"
        ".filter(e => e.checkVisibility() && !e.closest('.diagram')"
        " && e.getBoundingClientRect().left + e.scrollWidth > card.getBoundingClientRect().right)"
        ".map(e => e.textContent || e.localName))"
    )
    assert wide == []
    page.mouse.up()


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/count?task=xor&net=5&act=relu&steps=60", "opposite signs?"),
        ("/count?task=iris&net=6&steps=60", "versicolor"),
        ("/count?task=diabetes&net=4&steps=60", "progression after a year (standardised)"),
    ],
)
def test_no_name_is_cut_in_the_small_diagram(new_page: Callable[..., Page], path: str, name: str) -> None:
    page = at_rest(open_app(new_page(), path))
    names = page.locator(".node .name")
    assert name in names.all_inner_texts()
    cut = (
        "names => names.filter(e => e.scrollWidth > e.clientWidth || e.scrollHeight > e.clientHeight + 4)"
        ".map(e => e.textContent)"
    )
    assert names.evaluate_all(cut) == []
    names.last.evaluate("e => { e.style.maxWidth = '30px'; }")
    assert names.evaluate_all(cut) != [], "negative control"


@pytest.mark.parametrize("look", [{"phone": True}, {"phone": True, "dark": True}, {}, {"dark": True}])
def test_nothing_scrolls_sideways_and_no_text_is_tiny(new_page: Callable[..., Page], look: dict[str, bool]) -> None:
    page = at_rest(open_app(new_page(**look), SMALL + "&order=1023.012"))
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert page.get_by_test_id("stMain").evaluate("main => main.scrollWidth <= main.clientWidth")
    assert workbench(page).get_attribute("data-theme") == ("dark" if look.get("dark") else "light")
    smallest = workbench(page).evaluate(
        "root => Math.min(...[...root.querySelectorAll('*')].filter(e => e.checkVisibility() && [...e.childNodes]"
        ".some(n => n.nodeType === 3 && n.textContent.trim())).map(e => parseFloat(getComputedStyle(e).fontSize)))"
    )
    assert smallest >= 12


@pytest.mark.parametrize("turned", [False, True], ids=["opened so", "turned"])
def test_a_phone_that_lies_has_room_for_the_diagram_and_the_panel_stays_where_it_is_put(
    new_page: Callable[..., Page], turned: bool
) -> None:
    page, lying = new_page(phone=True), {"width": 844, "height": 390}
    if turned:
        at_rest(open_app(page, SMALL))
    page.set_viewport_size(lying)  # type: ignore[arg-type]
    if not turned:
        at_rest(open_app(page, SMALL))
    expect(workbench(page)).to_have_class(re.compile("middle"))
    unfold = page.get_by_test_id("stExpandSidebarButton")
    expect(unfold).to_be_visible()
    box = page.get_by_test_id("diagram").bounding_box()
    assert box is not None
    assert box["width"] > 844 / 2
    unfold.click()
    expect(page.get_by_role("combobox", name="Task")).to_be_in_viewport()
    page.get_by_role("button", name="Train +500").click()
    page.wait_for_url(lambda url: "steps=560" in url)
    at_rest(page)
    expect(unfold).to_be_hidden()
