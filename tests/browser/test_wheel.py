"""The command ``permviz`` of an installed wheel, far from the repository, serves the app: every page opens in its frame."""

from __future__ import annotations

import urllib.request
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests import wheel
from tests.browser.driver import free_port, open_app, serving, watched


def test_the_installed_command_serves_the_app(chromium: Browser, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    installed = wheel.install(wheel.build(tmp_path / "wheel"), tmp_path / "installed")
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    monkeypatch.setenv("PYTHONPATH", str(installed))
    port = free_port()
    command = [str(installed / "bin" / "permviz"), "--port", str(port)]
    with serving(command, port, tmp_path / "log", root=elsewhere) as fresh, watched(chromium, fresh) as page:
        with urllib.request.urlopen(f"{fresh.url}/_stcore/health") as answer:
            assert answer.status == 200
        open_app(page, "/count")
        assert page.title() == "Count · permviz"
        expect(page.get_by_text("How many networks are this one?")).to_be_visible()
        open_app(page, "/")
        expect(page.locator('[data-node][data-layer="1"]')).to_have_count(4)  # the components' scripts are served too
