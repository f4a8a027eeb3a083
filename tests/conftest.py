"""What holds for every test: the library leaves torch's and numpy's global state as it found it; and the one browser of all."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np
import pytest
import torch

if TYPE_CHECKING:
    from playwright.sync_api import Browser


def _global_state() -> tuple[object, ...]:
    return (torch.get_default_dtype(), torch.get_num_threads(), torch.is_grad_enabled(), np.geterr())


@pytest.fixture(autouse=True)
def _global_state_untouched() -> Iterator[None]:
    before = _global_state()
    yield
    assert _global_state() == before, "a global default (dtype, threads, grad mode, numpy's error handling) was changed"


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say the numbers that tests found and recorded, with ``record_property``; in every process."""
    for report in terminalreporter.getreports("passed"):
        for name, number in report.user_properties:
            terminalreporter.write_line(f"{name}: {number}")


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Playwright is loaded by the tests that need it; it runs once in a process."""
    from playwright.sync_api import sync_playwright

    from tests.browser.chromium import ARGUMENTS, find

    executable = find()
    if executable is None:
        pytest.skip("no Chromium found: `make browser` looks for one and installs one if it can")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=list(ARGUMENTS))
        yield browser
        browser.close()
