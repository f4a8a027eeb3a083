"""Work that goes on by itself: what a visit has stopped stays so, whatever else it stops."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from permviz.ui.parts import unfinished


def test_what_was_stopped_stays_so_until_it_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    session: dict[str, list[object]] = {}
    monkeypatch.setattr(unfinished, "st", SimpleNamespace(session_state=session))
    for work in ("one", "another"):
        unfinished._stop("melt", work)
    assert [unfinished.now_until("melt", work) for work in ("one", "another")] == [0.0, 0.0]
    assert unfinished.now_until("melt", "a third") > 0
    assert unfinished.now_until("broken", "one") > 0
    unfinished._go_on("melt", "one")
    assert unfinished.now_until("melt", "one") > 0
    assert unfinished.now_until("melt", "another") == 0.0
    for work in range(2 * unfinished.MOST_STOPPED):
        unfinished._stop("melt", str(work))
    assert len(session["melt-stopped"]) == unfinished.MOST_STOPPED
