"""The house: what may import what, names of modules, the public API's documentation, colours, pins."""

from __future__ import annotations

import ast
import inspect
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterable, Iterator
from fnmatch import fnmatch
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

import permviz
from permviz.figures import theme
from permviz.networks.losses import LOSSES

ROOT = Path(__file__).parents[1]
SOURCES = {
    ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): path
    for folder in ("permviz", "pages")
    for path in sorted((ROOT / folder).rglob("*.py"))
} | {"app": ROOT / "app.py"}

STOREYS = (
    "networks", "symmetry", "derivatives", "training", "landscape", "rastrigin", "claims", "experiment", "lessons",
    "figures", "components", "ui", "pages", "app",
)  # fmt: skip
"""From the ground up: a module imports from its own storey and those below it. The package itself is the core's door."""

OUTSIDE = {"streamlit": "ui", "starlette": "ui", "plotly": "figures"}
"""Other packages, and the lowest storey that may import them."""

DATA_ALONE = {("components", "plotly"), ("figures", "torch")}
"""What these storeys would have the right to, and do not need: components send what a picture says, figures draw numbers."""

LAZY = {("permviz", f"permviz.{name}") for name in ("figures", "figures.notebook", "components.page.writing")}
"""What the door loads only when it is asked for; :func:`test_the_core_loads_neither_streamlit_nor_plotly` sees to that."""

ROOT_NAMES = {
    "CHANGELOG.md", "CONTRIBUTING.md", "LICENSE", "Makefile", "README.md", "app.py", "benchmarks", "deploy", "docs",
    "eslint.config.js", "package-lock.json", "package.json", "pages", "permviz", "pyproject.toml", "requirements-dev.lock",
    "requirements-dev.txt", "requirements-lock.toml", "requirements.lock", "requirements.txt", "tests", "tsconfig.json",
}  # fmt: skip
"""What lies in the repository's root, besides what is hidden and what ``.gitignore`` names."""

MOST_MODULES = 4
"""In permviz/ itself, outside of all storeys."""


def storey(module: str) -> str:
    head, *rest = module.split(".")
    return (rest[0] if rest else "permviz") if head == "permviz" else head


def page_of(module: str) -> str:
    """The page whose views a module holds, or nothing: what two pages share lies elsewhere."""
    found = re.match(r"permviz\.ui\.views\.(\w+)", module)
    return found[1] if found else ""


def forbidden(module: str, name: str) -> bool:
    """Whether an import goes upwards."""
    if (module, name) in LAZY:
        return False
    here, there = storey(module), storey(name)
    height = STOREYS.index("experiment") if here == "permviz" else STOREYS.index(here)
    if here in ("pages", "app") and there == here:
        return module != name
    if page_of(module) and page_of(name):
        return page_of(module) != page_of(name)
    if (here, there) in DATA_ALONE:
        return True
    lowest = OUTSIDE.get(there, there)
    if there == "permviz":  # through the door, which leads to the whole core
        return here != "permviz" and height < STOREYS.index("figures")
    return lowest in STOREYS and STOREYS.index(lowest) > height


def imports(source: str, module: str, modules: Iterable[str], package: bool = False) -> Iterator[str]:
    """Dotted names that ``source`` imports when it is loaded or run; imports for the type checker alone do not count."""
    todo: list[ast.AST] = [ast.parse(source)]
    while todo:
        node = todo.pop()
        if isinstance(node, ast.If) and ast.unparse(node.test) in ("TYPE_CHECKING", "typing.TYPE_CHECKING"):
            todo.extend(node.orelse)
            continue
        todo.extend(ast.iter_child_nodes(node))
        if isinstance(node, ast.Call) and ast.unparse(node.func).endswith("import_module"):
            yield from (argument.value for argument in node.args if isinstance(argument, ast.Constant))
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            here = module.split(".") if package else module.split(".")[:-1]
            parts = here[: len(here) - node.level + 1] if node.level else []
            base = ".".join([*parts, *([node.module] if node.module else [])])
            # `from permviz import network` imports the module, `from permviz import loss` the package.
            yield from (full if (full := f"{base}.{alias.name}") in modules else base for alias in node.names)


def violations(sources: dict[str, tuple[str, bool]]) -> list[str]:
    """Imports against the directions, and cycles. ``sources``: module -> (text, whether it is a package)."""
    graph = {module: set(imports(text, module, sources, package)) - {module} for module, (text, package) in sources.items()}
    found = [f"{module} imports {name}" for module, names in graph.items() for name in sorted(names) if forbidden(module, name)]
    try:
        TopologicalSorter({module: names & set(sources) for module, names in graph.items()}).prepare()
    except CycleError as error:
        found.append("cycle: " + " -> ".join(error.args[1]))
    return found


def house() -> dict[str, tuple[str, bool]]:
    return {module: (path.read_text(), path.name == "__init__.py") for module, path in SOURCES.items()}


def test_imports_keep_their_directions() -> None:
    assert violations(house()) == []


@pytest.mark.parametrize(
    ("module", "text", "complaint"),
    [
        ("permviz.networks.bad", "import streamlit as st", "permviz.networks.bad imports streamlit"),
        ("permviz.claims.bad", "def f():\n    from plotly import graph_objects", "permviz.claims.bad imports plotly"),
        ("permviz.experiment.bad", "from ..figures import theme", "permviz.experiment.bad imports permviz.figures.theme"),
        ("permviz.symmetry.bad", "import permviz as pv", "permviz.symmetry.bad imports permviz"),
        ("permviz.symmetry.bad", "from permviz.landscape import lines", "permviz.symmetry.bad imports permviz.landscape.lines"),
        ("permviz.networks.bad", "import_module('permviz.figures')", "permviz.networks.bad imports permviz.figures"),
        ("permviz.components.bad", "import streamlit", "permviz.components.bad imports streamlit"),
        ("permviz.components.bad", "from plotly import offline", "permviz.components.bad imports plotly"),
        ("permviz.figures.bad", "import torch.nn", "permviz.figures.bad imports torch.nn"),
        ("permviz.figures.bad", "from permviz.ui import state", "permviz.figures.bad imports permviz.ui"),
        ("pages.bad", "from pages import swap", "pages.bad imports pages"),
        ("permviz.ui.views.count.bad", "from permviz.ui.views.slices import planes", "permviz.ui.views.count.bad imports"),
        ("permviz.ui.bad", "import app", "permviz.ui.bad imports app"),
        ("permviz.networks.activations", "from permviz.networks.network import loss", "cycle:"),
    ],
)
def test_an_import_against_the_directions_is_caught(module: str, text: str, complaint: str) -> None:
    """Negative control: each of these modules, added to the house, must be complained of."""
    assert any(found.startswith(complaint) for found in violations(house() | {module: (text, False)}))


def test_imports_for_the_type_checker_alone_are_allowed() -> None:
    text = "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import torch\nelse:\n    import json"
    assert sorted(imports(text, "permviz.figures.good", SOURCES)) == ["json", "typing"]


def test_the_package_is_storeys() -> None:
    folders = {path.parent.name for path in (ROOT / "permviz").glob("*/__init__.py")}
    assert folders <= set(STOREYS)
    assert len(list((ROOT / "permviz").glob("*.py"))) <= MOST_MODULES


def strays(root: Path) -> list[str]:
    """Names in the root that are not known: what a test or an example left there."""
    ignored = [line.strip("/") for line in (ROOT / ".gitignore").read_text().split()]
    names = sorted(path.name for path in root.iterdir() if not path.name.startswith("."))
    return [name for name in names if name not in ROOT_NAMES and not any(fnmatch(name, pattern) for pattern in ignored)]


def test_nothing_else_lies_in_the_root() -> None:
    assert strays(ROOT) == []
    assert {name for name in ROOT_NAMES if not (ROOT / name).exists()} == set()


def test_a_stray_is_caught(tmp_path: Path) -> None:
    """Negative control."""
    for name in ("page.html", "app.py", "build", "x.pyc"):
        (tmp_path / name).touch()
    assert strays(tmp_path) == ["page.html"]


def test_modules_are_named_by_what_they_hold() -> None:
    vague = {"utils", "util", "helpers", "helper", "common", "misc", "shared", "base"}
    assert [module for module in SOURCES if vague & set(module.split("."))] == []


LOSSES_ARE_NAMED_IN = {"permviz.networks.losses", "permviz.networks.tasks"}
"""The table itself, and the tasks, each of which names its own."""


def rows_named(text: str, rows: Iterable[str]) -> set[str]:
    """Keys of a table that a module spells out, in code: docstrings hold more than a key."""
    texts = {node.value for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Constant) and isinstance(node.value, str)}
    return texts & set(rows)


def test_losses_are_named_in_their_table_and_by_tasks_alone() -> None:
    named = {m: found for m, path in SOURCES.items() if (found := rows_named(path.read_text(), LOSSES))}
    assert set(named) == LOSSES_ARE_NAMED_IN, {m: found for m, found in named.items() if m not in LOSSES_ARE_NAMED_IN}


@pytest.mark.parametrize("text", ['if data.loss == "squared": pass', "kind = {'cross-entropy': 'class'}.get(data.loss)"])
def test_a_branch_on_a_loss_is_caught(text: str) -> None:
    """Negative control, and its own: words about a loss are none."""
    assert rows_named(text, LOSSES)
    assert not rows_named(f'"""{text}"""', LOSSES)


def test_every_page_is_in_the_navigation() -> None:
    from permviz.ui.document import PAGES

    assert sorted(name for name, *_ in PAGES) == sorted(path.stem for path in (ROOT / "pages").glob("*.py"))


def test_every_public_name_is_documented() -> None:
    public = {name: value for name, value in vars(permviz).items() if not name.startswith("_") and not inspect.ismodule(value)}
    assert len(public) >= 10
    # A dataclass without a docstring is given its signature as one.
    bare = [n for n, v in public.items() if callable(v) and (not v.__doc__ or v.__doc__.startswith(f"{n}("))]
    assert bare == []


def test_the_public_api_is_explicit_and_in_order() -> None:
    body = ast.parse((ROOT / "permviz/__init__.py").read_text()).body
    own = [node for node in body if isinstance(node, ast.ImportFrom) and str(node.module).startswith("permviz.")]
    names = [(node.module, a.name, a.asname) for node in own for a in node.names]
    assert [module for module, _, _ in names] == sorted(str(module) for module, _, _ in names)
    assert all(shown in (name, f"_{name}") for _, name, shown in names)
    assert len(names) == len({name for _, name, _ in names}) > 50
    assert {type(node) for node in body} <= {ast.Expr, ast.ImportFrom, ast.FunctionDef}


def test_the_core_loads_neither_streamlit_nor_plotly() -> None:
    """What the imports of other packages bring along counts too, for whoever uses the library in a notebook."""
    code = "import sys, permviz; print(*sorted({'streamlit', 'plotly'} & set(sys.modules)))"
    assert (
        subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split() == []
    )


def unpickling(text: str) -> list[str]:
    """Calls in ``text`` that could run code from a file."""
    found = []
    for node in ast.walk(ast.parse(text)):
        names = [a.name for a in node.names] if isinstance(node, ast.Import) else []
        names += [str(node.module)] if isinstance(node, ast.ImportFrom) else []
        found += [
            name for name in names if name.split(".")[0] in ("pickle", "joblib", "dill", "cloudpickle", "shelve", "marshal")
        ]
        if isinstance(node, ast.Call):
            call, options = ast.unparse(node.func), {k.arg: ast.unparse(k.value) for k in node.keywords}
            if call == "torch.load" and options.get("weights_only") != "True":
                found.append("torch.load without weights_only=True")
            if options.get("allow_pickle", "False") != "False":
                found.append(f"{call} with allow_pickle")
            if call in ("eval", "exec"):
                found.append(call)
    return found


def test_nothing_is_unpickled() -> None:
    assert {module: found for module, path in SOURCES.items() if (found := unpickling(path.read_text()))} == {}


@pytest.mark.parametrize(
    "text",
    [
        "import pickle",
        "from joblib import load",
        "torch.load(f)",
        "torch.load(f, weights_only=no)",
        "np.load(f, allow_pickle=True)",
    ],
)
def test_unpickling_is_caught(text: str) -> None:
    """Negative control."""
    assert unpickling(text)


@pytest.mark.parametrize(("name", "palette"), [("light", theme.LIGHT), ("dark", theme.DARK)])
def test_streamlits_colours_are_the_themes(name: str, palette: theme.Palette) -> None:
    config = tomllib.loads((ROOT / ".streamlit/config.toml").read_text())["theme"][name]
    assert config == {
        "primaryColor": palette.accent,
        "backgroundColor": palette.background,
        "secondaryBackgroundColor": palette.surface,
        "textColor": palette.text,
        "borderColor": palette.border,
    }


@pytest.mark.parametrize("file", ["requirements.txt", "requirements-dev.txt"])
def test_requirements_are_pinned_and_in_order(file: str) -> None:
    lines = [line for line in (ROOT / file).read_text().splitlines() if line and not line.startswith(("#", "-r "))]
    assert all(re.fullmatch(r"[A-Za-z0-9-]+==[0-9.]+", line) for line in lines), lines
    assert lines == sorted(lines, key=lambda line: line.split("==")[0])
