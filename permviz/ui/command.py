"""The command ``permviz``: serves the app, from what pip installed or from a checkout."""

from __future__ import annotations

import argparse
import os
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path

NEEDS = ("streamlit", "plotly", "segno", "uvicorn")
"""What the app needs besides the library: the extra ``app``."""


def application() -> Path:
    """The folder of ``app.py`` and ``pages/``: in the installed package, else the repository's root."""
    package = Path(__file__).parents[1]
    installed = package / "_app"
    return installed if installed.is_dir() else package.parent


def main(arguments: Sequence[str] | None = None) -> None:
    """Serve the app until it is stopped."""
    options, others = _parser().parse_known_args(arguments)
    missing = [name for name in NEEDS if find_spec(name) is None]
    if missing:
        raise SystemExit(f"The app needs {', '.join(missing)} besides the library: pip install 'permviz[app]'.")
    from streamlit.web import cli

    place = ["--server.address", options.host, "--server.port", str(options.port), "--browser.serverAddress", "localhost"]
    cli.main(["run", str(application() / "app.py"), *place, *others], prog_name="permviz")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="permviz",
        description="Hold the permutation symmetry of neural networks in your hands: serves the app, for a browser to open.",
        epilog="Other options are Streamlit's, such as --server.baseUrlPath lab.",
    )
    parser.add_argument(
        "--port", type=_port, default=os.environ.get("PORT") or "8501", help="default: the variable PORT, else 8501"
    )
    parser.add_argument(
        "--host", default="127.0.0.1", help="address to listen at; 0.0.0.0 for all of this machine's (default: 127.0.0.1)"
    )
    return parser


def _port(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= 65535:
        raise argparse.ArgumentTypeError(f"port {text!r} given: expected a whole number from 1 to 65535")
    return int(text)
