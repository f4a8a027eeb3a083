"""What permviz is, for the menu in the page's corner: whose argument, how it is computed, which versions run."""

from __future__ import annotations

from functools import cache
from importlib.metadata import PackageNotFoundError, version

_TEXT = """### permviz

Hold the permutation symmetry of neural networks in your hands. Exchange two nodes of a hidden layer with all their
edges: the parameters move, the function does not. So a network has copies, as good as itself; where the loss between
them, or at their average, is higher, it is not convex.

**Whose argument.** That of the blog post “NonConvexity of neural networks”. The page *Claims* tests it sentence by
sentence and names the sources. The symmetry itself is older: Hecht-Nielsen 1990; Chen, Lu and Hecht-Nielsen 1993.

**How it is computed.** Every network is trained on the server you are using, from the seed in the address. Losses,
gradients and Hessians come from closed forms in float64; counts are exact integers. What holds only under a hypothesis
says so. While a hand moves a node, the browser computes the same formulas.

**Your work.** The address is the save file.

"""


@cache
def about() -> str:
    """The text, in Markdown."""
    return (
        _TEXT
        + "**Versions.** "
        + ", ".join(f"{name} {_version(name)}" for name in ("permviz", "torch", "plotly", "streamlit"))
        + "."
    )


def _version(package: str) -> str:
    try:
        return version(package).partition("+")[0]
    except PackageNotFoundError:  # permviz itself, run from a checkout
        return "from a checkout"
