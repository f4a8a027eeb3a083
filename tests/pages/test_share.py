"""Share: nothing of it is made before it is asked for."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlsplit

import pytest
import segno

from permviz.experiment.link import from_query
from permviz.ui.parts import share
from permviz.ui.parts.takeaway import KINDS
from tests.pages.app_page import AppPage

LINK = {"task": "moons", "samples": "60", "net": "4-2", "steps": "30", "order": "1023.01"}


def test_the_code_is_made_when_share_is_opened_and_not_before(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[str] = []
    make = segno.make

    def counted(text: str, **options: object) -> object:
        made.append(text)
        return make(text, **options)

    monkeypatch.setattr(segno, "make", counted)
    page = AppPage.opened(LINK)
    assert not made
    page.at.button(key="share").click()
    page.run()
    (scanned,) = set(made)
    assert from_query(dict(parse_qsl(urlsplit(scanned).query)))[0].order == ((1, 0, 2, 3), (0, 1))
    (copied,) = page.components("link")
    experiment, notes = from_query(dict(parse_qsl(urlsplit(copied["link"]).query)))
    assert not notes
    assert experiment.order == ((1, 0, 2, 3), (0, 1))
    assert experiment.theta


def test_files_are_offered_in_share_and_made_when_they_are_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[str] = []
    for name in ("to_notebook", "to_python", "network_to_bytes", "network_to_json"):
        monkeypatch.setattr(f"permviz.ui.parts.takeaway.{name}", lambda *_, name=name, **__: made.append(name) or b"")
    page = AppPage.opened(LINK)
    assert not page.at.get("download_button")
    page.at.button(key="share").click()
    page.run()
    offered = [button.proto.label for button in page.at.get("download_button")]
    assert offered == ["Save this page", *(kind.label for kind in KINDS)]
    assert not made


def test_a_link_that_is_too_long_for_a_code_is_copied_all_the_same() -> None:
    """Two networks that were brought, and drawn points."""
    assert share._code("https://example.org/?" + "a" * 2800).startswith("data:image/svg+xml")
    assert share._code("https://example.org/?" + "a" * 3000) == ""
