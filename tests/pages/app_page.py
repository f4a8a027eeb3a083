"""Opening pages of the app without a browser: Streamlit's own AppTest, run until the network is trained."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any
from unittest import mock

from streamlit.runtime.pages_manager import PagesManager
from streamlit.runtime.scriptrunner import RerunData
from streamlit.testing.v1 import AppTest, app_test, local_script_runner

from permviz.experiment.experiment import Experiment
from tests.waiting import PATIENCE_SECONDS, until

APP = Path(__file__).parents[2] / "app.py"


class _Navigated(PagesManager):
    """AppTest takes the folder ``pages/`` for an app without ``st.navigation``; permviz.ui.serving tells a server otherwise."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        PagesManager.uses_pages_directory = False
        super().__init__(*args, **kwargs)


app_test.PagesManager = _Navigated  # type: ignore[misc]


@dataclass
class AppPage:
    """A page of the app in a session of its own."""

    at: AppTest

    @classmethod
    def opened(cls, query: dict[str, str] | None = None, page: str = "swap") -> AppPage:
        """The page at a link, its network trained."""
        at = AppTest.from_file(str(APP), default_timeout=PATIENCE_SECONDS)
        for key, value in (query or {}).items():
            at.query_params[key] = value
        opened = cls(at).run()
        return opened.go(page) if page != "swap" else opened

    def go(self, page: str) -> AppPage:
        self.at.switch_page(f"pages/{page}.py")
        return self.run()

    def run(self) -> AppPage:
        """Run the app, and again while a training is under way."""

        def settled() -> bool:
            self.at.run()
            return not any((button.key or "").endswith("-stop") for button in self.at.button)

        until(settled, "the training to end")
        assert not self.at.exception, self.at.exception
        return self

    def goes_to(self, query: dict[str, str]) -> AppPage:
        """A step through the browser's history to that address, in one request with whatever was set before."""
        marked = partial(RerunData, is_history_navigation=True)
        with mock.patch.object(local_script_runner, "RerunData", marked):
            return self.carrying(query)

    def carrying(self, query: dict[str, str]) -> AppPage:
        """A run that is asked for while the browser is at that address."""
        self.at.query_params = dict(query)
        self.at.run()
        assert not self.at.exception, self.at.exception
        return self

    @property
    def address(self) -> dict[str, str]:
        """Where the browser is."""
        return {key: value[-1] if isinstance(value, list) else value for key, value in self.at.query_params.items()}

    @property
    def experiment(self) -> Experiment:
        """What the visit holds."""
        experiment: Experiment = self.at.session_state["visit"].session.experiment
        return experiment

    def components(self, part: str) -> list[dict[str, Any]]:
        """Data of every component whose data hold the key ``part``."""
        data = [json.loads(text) for element in self.at.get("bidi_component") if (text := element.proto.json)]
        return [entry for entry in data if part in entry]

    def diagram(self) -> dict[str, Any]:
        """What the browser is sent for the diagram."""
        data, *_ = self.components("facts")  # Align has a second one, of the other network
        return data

    def figures(self) -> list[dict[str, Any]]:
        """What the browser is sent for the plots."""
        return self.components("figure")

    def captions(self) -> list[str]:
        """What is said below the plots: the first sentence, and the rest, which opens at a click."""
        return [f"{figure['caption']} {figure['more']}".strip() for figure in self.figures()]

    def sentences(self) -> list[str]:
        shown = [str(element.value) for kind in ("warning", "info", "error") for element in self.at.get(kind)]
        return [re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", text).replace("\u2060", "") for text in shown]  # as Markdown shows them


def metrics(page: AppPage) -> dict[str, str]:
    """The numbers that stand large on the page, by their labels."""
    return {metric.label: metric.value for metric in page.at.metric}
