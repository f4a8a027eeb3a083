"""One spelling throughout, the British one, in Python, JavaScript, CSS and Markdown: in names, comments and sentences.

Names and words of others (``color=``, ``textposition="top center"``, CSS properties) are theirs: of Python and JavaScript the
names are read that are bound here, and the strings that are sentences.
"""

from __future__ import annotations

import ast
import io
import re
import subprocess
import tokenize
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]

AMERICAN = re.compile(
    r"(?:re|dis|un|multi)?(?:col|fav|hon|lab|flav|harb|neighb|behavi|endeav|rum|vap)or(?:s|ed|ing|ful|able|hoods?|ites?|al|less)?"
    r"|(?:re)?center(?:s|ed|ing)?|gr[a]y(?:s|ed|ish|scale)?|fibers?|theaters?|calibers?"
    r"|(?!\w*siz)[a-z]{2,}iz(?:e|ed|es|er|ers|ing|ation|ations|able)|(?:an|cat|par)alyz(?:e|ed|es|er|ers|ing)"
    r"|(?:label|model|travel|cancel|signal|level|tunnel|channel|marshal|equal|initial)(?:ed|ing|er|ers)"
    r"|catalogs?|defense|offense|pretense|artifacts?|fulfills?|skillful|enrollment",
    re.IGNORECASE,
)  # fmt: skip
ALLOWED = {"normalization", "parametrize", "prize", "seize", "vectorize"}
"""An argument of the public API, pytest's word, and what only looks American."""


def words(text: str) -> Iterator[str]:
    """The words of a text or a name: ``recolourText`` and ``RECOLOUR_TEXT`` have two."""
    yield from re.findall(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])", text)


def american(text: str) -> list[str]:
    return [word for word in words(text) if word.lower() not in ALLOWED and AMERICAN.fullmatch(word)]


def without_code(text: str) -> str:
    """Prose alone: no code between backticks, no addresses."""
    return re.sub(r"(?s)```.*?```|``.*?``|`[^`]*`|\]\([^)]*\)|https?://\S+", " ", text)


def is_sentence(text: str) -> bool:
    """Whether people read a string: three words or more, the first of which begins like a sentence; no CSS and no markup."""
    return bool(re.match(r"[A-Z“*#][^{}<>=]*$", text)) and len(text.split()) >= 3


def python_texts(source: str) -> Iterator[str]:
    tree = ast.parse(source)
    for node in ast.walk(tree):
        match node:
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name) | ast.arg(arg=name):
                yield name
            case ast.Name(id=name, ctx=ast.Store()) | ast.Attribute(attr=name, ctx=ast.Store()):
                yield name
            case ast.Constant(value=str() as text) if is_sentence(text):
                yield without_code(text)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            yield without_code(ast.get_docstring(node) or "")
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.COMMENT:
            yield without_code(token.string)


def script_texts(source: str) -> Iterator[str]:
    yield from (without_code(found) for found in re.findall(r"(?s)/\*.*?\*/|(?<!:)//[^\n]*", source))
    yield from re.findall(r"\b(?:function|const|let|class)\s+(\w+)", source)
    yield from filter(is_sentence, re.findall(r'"([^"\n]*)"', source))


def style_texts(source: str) -> Iterator[str]:
    yield from re.findall(r"(?s)/\*.*?\*/", source)


def prose_texts(source: str) -> Iterator[str]:
    yield without_code(source)


KINDS: dict[str, Callable[[str], Iterator[str]]] = {
    ".py": python_texts, ".js": script_texts, ".mjs": script_texts, ".css": style_texts, ".md": prose_texts,
}  # fmt: skip


def found(kind: str, source: str) -> list[str]:
    return [word for text in KINDS[kind](source) for word in american(text)]


def test_the_spelling_is_british() -> None:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split("\0")
    files = [ROOT / name for name in listed if Path(name).suffix in KINDS and (ROOT / name).exists()]
    assert len(files) > 100
    mine = Path(__file__)
    assert {str(f): bad for f in files if f != mine and (bad := found(f.suffix, f.read_text(encoding="utf-8")))} == {}


@pytest.mark.parametrize(
    ("kind", "source"),
    [
        (".py", "def recenter(): ..."),
        (".py", "class ColorScale: ..."),
        (".py", "def f(neighbors): ..."),
        (".py", "GRAY = 1"),
        (".py", "self.normalized = 1"),
        (".py", '"""Optimizers of all kinds."""'),
        (".py", "x = 1  # the behavior of x"),
        (".py", 'st.info("The color is that of the loss.")'),
        (".js", "const coloring = 1"),
        (".js", "// its neighbors"),
        (".js", "/** What is centered. */"),
        (".js", 'say("The labeled points are gone.")'),
        (".css", "/* gray text */"),
        (".md", "It optimizes the loss."),
    ],
)
def test_american_spelling_is_caught(kind: str, source: str) -> None:
    """Negative control."""
    assert found(kind, source)


@pytest.mark.parametrize(
    ("kind", "source"),
    [
        (".py", 'figure.update_layout(paper_bgcolor="red", textposition="top center")'),
        (".py", "def random_plane(normalization, size, resized): ..."),
        (".py", '"""Draws in ``line.color``, neighbours in grey, of a parameter\'s size."""'),
        (".py", 'CSS = "p { color: inherit; text-align: center }"'),
        (".js", "context.fillStyle = style.color; // a colour"),
        (".css", "p { color: gray; }"),
        (".md", "The argument `normalization` and `color`; see [colours](docs/color.md)."),
    ],
)
def test_the_words_of_others_are_left_to_them(kind: str, source: str) -> None:
    assert not found(kind, source)
