"""The HTML document that a browser gets first: Streamlit's own, with our title, style and first words in it.

Streamlit's document is an empty shell called "Streamlit", and a style that the script sends comes when everything has already
been laid out without it. Ours has a first paint before any script has run, nothing jumps when the style arrives, and a link
that is posted in a chat is previewed under its page's name. docs/decisions/0010 says what else was considered.
"""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from pathlib import Path

PAGES = (
    ("swap", "Swap"),
    ("slices", "Loss slices"),
    ("average", "Average"),
    ("count", "Count"),
    ("rastrigin", "Rastrigin"),
    ("claims", "Claims"),
    ("align", "Align"),
    ("melt", "Melt"),
)
"""File in ``pages/`` and title, in the order of the header; the first is the front page."""
BEYOND = ("align", "melt")
"""Those that go beyond the post's argument: they come last, and the header says so."""

_HERE = Path(__file__).parent
STYLE = (_HERE / "frame.css").read_text(encoding="utf-8")
STEPS = (_HERE / "steps.js").read_text(encoding="utf-8")

_ABOUT = (
    "Hold the permutation symmetry of neural networks in your hands: drag one hidden node past another and see that the "
    "function has not moved though the parameters have."
)
_SKIP = '<button type="button" class="permviz-skip">Skip to the diagram</button>'
"""What the keyboard reaches first; permviz/components/frame/landmarks.js says what it does."""

_OPENING = """<div class="permviz-opening" role="status"><b>permviz</b><p>Opening {title} …</p></div>"""


def document(title: str, shell: str, early: Iterable[str] = (), modules: Iterable[str] = ()) -> str:
    """Streamlit's document ``shell`` for the page ``title``, with hints to ask for the files ``early``, and with ``modules``.

    Raises:
        ValueError: where the shell has no place for one of the parts, as that of another Streamlit might.

    >>> document("Swap", "<head><title>Streamlit</title></head><body></body>")[6:35]
    '<title>Swap · permviz</title>'
    """
    name = escape(f"{title} · permviz")
    head = "\n".join([
        f"<title>{name}</title>",
        f'<meta name="description" content="{escape(_ABOUT)}" />',
        f'<meta property="og:title" content="{name}" />',
        f'<meta property="og:description" content="{escape(_ABOUT)}" />',
    ])  # fmt: skip
    # The components' files come after Streamlit's, which ask for them; the style after Streamlit's own, which it changes.
    # The first words stand beside the root, which React empties long before it fills it.
    places = {
        "<title>Streamlit</title>": head,
        "</head>": "\n".join([f"<script>{STEPS}</script>", *map(_hint, early), *map(_module, modules), "</head>"]),
        "<body>": f"<body>\n{_SKIP}",
        "</body>": f"{_OPENING.format(title=escape(title))}\n<style>{STYLE}</style>\n</body>",
    }
    for place, part in places.items():
        if shell.count(place) != 1:
            raise ValueError(f"Streamlit's document has {shell.count(place)} times {place!r}: expected once.")
        shell = shell.replace(place, part)
    return shell


def _module(path: str) -> str:
    return f'<script type="module" crossorigin src="./{path}"></script>'


def _hint(path: str) -> str:
    """Lets a browser ask for a component's file while Streamlit starts: after Streamlit's own, which all of it waits for."""
    kind = 'rel="modulepreload"' if path.endswith(".js") else 'rel="preload" as="fetch"'
    return f'<link {kind} fetchpriority="low" crossorigin href="./{path}">'
