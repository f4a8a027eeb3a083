"""Verdicts as pages show them: right, loose (true with a hypothesis or a correction), wrong."""

from __future__ import annotations

from permviz.claims.table import Verdict

VERDICTS: dict[Verdict, tuple[str, str]] = {
    "right": (":material/check_circle:", "green"),
    "loose": (":material/contrast:", "violet"),
    "wrong": (":material/cancel:", "red"),
}
"""Icon and colour; blue and orange mean the sign of a number, everywhere."""
