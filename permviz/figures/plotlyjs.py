"""plotly.js for the browser: the copy inside the ``plotly`` package, under a name that says its version."""

from plotly.offline import get_plotlyjs, get_plotlyjs_version

PATH = f"plotly-{get_plotlyjs_version()}/plotly.min.js"
"""Below the route of all components' files: one version's file never changes, whatever else does."""


def source() -> bytes:
    """The file's content, 4.7 MB."""
    return bytes(get_plotlyjs(), "utf-8")
