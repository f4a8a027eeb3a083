"""What the tests with hostile input share: how many cases, the same in every run; what an answer to them looks like."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st

F = TypeVar("F", bound=Callable[..., Any])

CASES = {"links": 4000, "messages": 2500, "tables": 2500, "networks": 1000}
"""Ten thousand in all."""


def hostile(kind: str, share: float = 1.0) -> Callable[[F], F]:
    """A test of its share of the cases of a kind."""
    return settings(
        max_examples=round(CASES[kind] * share),
        derandomize=True,
        database=None,
        deadline=None,
        phases=(Phase.explicit, Phase.generate, Phase.shrink),
        suppress_health_check=list(HealthCheck),
    )


def sentence(error: object, longest: int = 400) -> None:
    """What a refusal is: a sentence that a page can show."""
    text = str(error)
    assert text.isprintable(), text
    assert 10 < len(text) <= longest, text
    assert text.endswith("."), text


JSON: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=6,
)
"""Whatever a browser may send."""


@st.composite
def spoilt(draw: st.DrawFn, whole: bytes) -> bytes:
    """Bytes that were right: cut off, overwritten, doubled, with others put in."""
    content = bytearray(whole)
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, max(len(content) - 1, 0)))
        how = draw(st.sampled_from(["cut", "overwrite", "insert", "double", "remove"]))
        if how == "cut":
            del content[at:]
        elif how == "overwrite" and content:
            content[at] = draw(st.integers(0, 255))
        elif how == "insert":
            content[at:at] = draw(st.binary(max_size=8))
        elif how == "double":
            content[at:at] = content[at : at + 40]
        else:
            del content[at : at + draw(st.integers(1, 10))]
    return bytes(content)
