"""The page without a server as a file: what it holds, what cannot break out of it, what is refused. It is opened in
tests/browser/test_page_file.py."""

from __future__ import annotations

import hashlib
import re
from base64 import b64encode
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
import torch

import permviz as pv
from permviz.components.diagram.wire import encode_scene
from permviz.components.guide.wire import encode_question
from permviz.components.page import document, modules
from permviz.components.page.document import MOST_BYTES, page_document, unpacked
from permviz.components.page.modules import COMPONENTS, linkable
from permviz.components.page.writing import page_of, why_no_page
from permviz.experiment.codec import named_parameters
from permviz.experiment.own import TableTask, drawn_task, table_dataset
from permviz.figures.theme import DARK, LIGHT
from permviz.lessons.apart import steps_apart, what_is_here
from permviz.networks.tables import read_table

EXPERIMENT = pv.Experiment(pv.Recipe(samples=60, steps=40), order=((1, 0, 2, 3), (0, 2, 1)))
HOSTILE = (
    "</script><script>alert(1)</script>",
    "<!--<script>",
    "'\"><img src=x onerror=alert(1)>",
    "\u2028$title ${boot} &amp;",
)


@pytest.fixture(scope="module")
def trained() -> pv.Network:
    return pv.follow_recipe(EXPERIMENT).network


@pytest.fixture(scope="module")
def text(trained: pv.Network) -> str:
    return page_of(EXPERIMENT, trained, EXPERIMENT.recipe.dataset(), "https://permviz.example/?a=1&b=2")


class Outline(HTMLParser):
    """Elements, their attributes, and the text in each script and style."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[tuple[str, str]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.texts.append((self.elements[-1][0] if self.elements else "", data))

    def of(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.elements if name == tag]


def without_jsdoc(text: str) -> str:
    """Read line by line: a comment takes its lines, or what stands before code in one. No string of ours holds its signs."""
    kept, inside = [], False
    for line in text.splitlines(keepends=True):
        rest = line
        if inside:
            inside = "*/" not in rest
            continue
        while "/**" in rest:
            before, _, after = rest.partition("/**")
            assert before.count('"') % 2 == before.count("`") % 2 == 0, line
            if "*/" not in after:
                assert not before.strip(), line
                inside, rest = True, ""
                break
            after = after.partition("*/")[2]
            rest = before.rstrip(" ") + after.removeprefix("\n")
        kept.append(rest)
    return "".join(kept)


def test_the_modules_are_those_of_the_app_as_they_lie_each_after_what_it_imports(text: str) -> None:
    held = unpacked(text, "modules")
    assert [path for path, _ in held][-1] == "page/main.js"
    assert {"diagram/workbench.js", "diagram/forward.js", "diagram/reducer.js"} < {path for path, _ in held}
    known: set[Path] = set()
    for path, source in held:
        file = COMPONENTS / path
        assert source == without_jsdoc(file.read_text()), path
        imported = {(file.parent / name).resolve() for name in re.findall(r'\bfrom "(\.[^"]*)"', source)}
        assert imported <= known, path
        known.add(file.resolve())
    assert not [path for path, source in held if "import.meta" in source and path != "diagram/samples.js"], "it has no address"


def test_modules_in_a_circle_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.js").write_text('import { b } from "./b.js";')
    (tmp_path / "b.js").write_text('import {\n  a,\n} from "./a.js";')
    monkeypatch.setattr(modules, "COMPONENTS", tmp_path)
    with pytest.raises(ValueError, match=r"a\.js.*A page cannot link them"):
        linkable.__wrapped__("a.js")
    (tmp_path / "b.js").write_text("")
    assert [path for path, _ in linkable.__wrapped__("a.js")] == ["b.js", "a.js"], "negative control"


def test_the_content_is_the_scene_of_the_app_and_the_librarys_argument(text: str, trained: pv.Network) -> None:
    data = EXPERIMENT.recipe.dataset()
    content = unpacked(text, "content")
    copy = EXPERIMENT.permutation(trained)
    found, argument = pv.compare(trained, copy, data), pv.jensen_argument(trained, data)
    facts = content["scene"]["facts"]
    assert (facts["difference"], facts["loss_a"], facts["loss_b"], facts["distance"]) == (
        found.difference, found.loss_a, found.loss_b, found.distance,
    )  # fmt: skip
    assert facts["barrier"] == float(pv.line_slice(trained, copy, data).barrier())
    assert content["scene"]["order"] == [[1, 0, 2, 3], [0, 2, 1]]
    assert "at" not in content["scene"]["samples"], "nobody could be asked for them"
    assert content["average"]["statement"] == argument.statement
    assert (content["average"]["low"], content["average"]["margin"]) == (argument.low, argument.margin)


def test_only_the_one_script_of_the_document_runs(text: str) -> None:
    outline = Outline(text)
    (policy,) = [meta["content"] or "" for meta in outline.of("meta") if meta.get("http-equiv") == "Content-Security-Policy"]
    scripts = outline.of("script")
    assert [script["type"] for script in scripts] == ["application/gzip", "application/gzip", "module"]
    boot = text.split('<script type="module">')[1].split("</script>")[0]
    assert boot == (COMPONENTS / "page/boot.js").read_text()
    assert f"'sha256-{b64encode(hashlib.sha256(boot.encode()).digest()).decode()}'" in policy
    assert policy.startswith("default-src 'none'; ")
    assert "unsafe-eval" not in policy
    assert "http" not in policy


def test_nothing_is_asked_of_any_address(text: str) -> None:
    outline = Outline(text)
    assert not [a for tag, a in outline.elements if tag in ("link", "img", "iframe", "base") or "src" in a]
    assert "url(" not in text
    assert [a["href"] for a in outline.of("a")] == ["https://permviz.example/?a=1&b=2"]


def test_a_page_without_a_link_has_none(trained: pv.Network) -> None:
    assert not Outline(page_of(EXPERIMENT, trained, EXPERIMENT.recipe.dataset())).of("a")


def shape(text: str) -> list[str]:
    return [tag for tag, _ in Outline(text).elements]


@pytest.mark.parametrize("hostile", HOSTILE)
def test_texts_of_people_cannot_break_out(hostile: str, trained: pv.Network, text: str) -> None:
    data = EXPERIMENT.recipe.dataset()
    named = replace(data, name=hostile, input_names=(hostile, "y"), output_names=(hostile, hostile))
    there = "https://permviz.example/?a=1&b=2"
    found = page_of(EXPERIMENT, trained, named, there)
    assert shape(found) == shape(text)
    assert unpacked(found, "content")["scene"]["names"]["outputs"] == [hostile, hostile]
    words = dict.fromkeys(("title", "heading", "about", "statement"), hostile)
    (plain, wild) = (page_document(**w, picture="", content={}, link=there) for w in (dict.fromkeys(words, "x"), words))
    assert shape(wild) == shape(plain)
    shown = [data for tag, data in Outline(wild).texts if tag == "h1"]
    assert shown[0] == hostile


@pytest.mark.parametrize(
    "link",
    ["javascript:alert(1)", "//permviz.example", "permviz", "https://a b", 'https://a"onclick="b', "https://a<b>", "http://"],
)
def test_a_link_that_leads_elsewhere_is_refused(link: str, trained: pv.Network) -> None:
    with pytest.raises(ValueError, match="expected an address that begins with http"):
        page_of(EXPERIMENT, trained, EXPERIMENT.recipe.dataset(), link)


def test_all_themes_colours_are_there(text: str) -> None:
    light, dark = text.split("@media (prefers-color-scheme: dark)")[:2]
    assert f"--st-background-color: {LIGHT.background};" in light
    assert f"--st-background-color: {DARK.background};" in dark


@pytest.mark.parametrize(("task", "samples"), [("digits", 1000), ("moons", 2000), ("diabetes", 442)])
def test_large_tasks_of_the_app_fit_with_the_largest_network(task: str, samples: int) -> None:
    recipe = pv.Recipe().changed(task=task, samples=samples, hidden=(16, 16, 16, 16))
    found = page_of(pv.Experiment(recipe), pv.init_network(recipe.spec), recipe.dataset())
    assert len(found.encode()) < MOST_BYTES == 200_000


@pytest.mark.parametrize("samples", [100, 2000, 3600, 4300, 5000])
def test_a_page_that_would_be_too_large_is_refused_in_a_sentence(samples: int) -> None:
    inputs = torch.randn(samples, 2, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    data, network = pv.Dataset.from_arrays(inputs, inputs[:, :1] > 0), pv.init_network(pv.NetworkSpec((2, 9, 9, 1)))
    reason = why_no_page(network, data)
    assert bool(reason) == (samples > 3600)
    if reason:
        assert reason.startswith(f"A page has at most 200 kB, and {samples} samples of 2 inputs")
        with pytest.raises(ValueError, match="take fewer samples, or smaller layers"):
            page_of(pv.Experiment(pv.Recipe(hidden=(9, 9))), network, data)
    else:
        assert len(page_of(pv.Experiment(pv.Recipe(hidden=(9, 9))), network, data).encode()) < MOST_BYTES


def test_words_that_would_make_it_too_large_are_refused() -> None:
    words = dict.fromkeys(("title", "heading", "about", "statement"), "x")
    with pytest.raises(ValueError, match=r"The page has \d+ kB: expected at most 200"):
        page_document(**words | {"about": "x" * 60_000}, picture="", content={}, link="")


def test_a_network_with_nothing_to_exchange_is_refused() -> None:
    experiment = pv.Experiment(pv.Recipe(hidden=(1, 1), steps=1, samples=20))
    with pytest.raises(ValueError, match=r"no hidden layer of widths \(2, 1, 1, 1\) has two of them"):
        pv.to_page(experiment)


def test_a_network_that_has_diverged_has_its_page_too(trained: pv.Network) -> None:
    wild: Any = trained.map(lambda p: p * float("inf"))
    content = unpacked(page_of(EXPERIMENT, wild, EXPERIMENT.recipe.dataset()), "content")
    assert content["average"]["low"] is content["average"]["margin"] is None


def test_the_written_file_is_the_text_and_carries_the_parameters_of_a_link(tmp_path: Path, trained: pv.Network) -> None:
    from permviz.experiment.follow import with_parameters

    carrying = with_parameters(EXPERIMENT, trained)
    assert carrying.theta
    pv.write_page(carrying, tmp_path / "page.html", "https://permviz.example")
    written = (tmp_path / "page.html").read_bytes()
    assert written.decode() == pv.to_page(carrying, "https://permviz.example")
    assert unpacked(written.decode(), "content")["scene"]["parameters"] == encode_scene(_scene(trained))["parameters"]


def _scene(network: pv.Network) -> Any:
    from permviz.components.diagram.scene import scene_of

    return scene_of(network, EXPERIMENT.recipe.dataset(), EXPERIMENT.permutation)


def test_where_no_script_runs_there_is_a_drawing_and_the_statement(text: str, trained: pv.Network) -> None:
    hidden, still = re.findall("<noscript>(.*?)</noscript>", text, re.DOTALL)
    assert "#permviz { display: none; }" in hidden
    assert still.count("<circle") == sum(trained.spec.widths)
    assert pv.jensen_argument(trained, EXPERIMENT.recipe.dataset()).statement in still
    assert "<script" not in still


def test_the_boot_script_cannot_end_its_element() -> None:
    boot = document._text("page/boot.js")
    assert not re.search(r"</script|<!--", boot, re.IGNORECASE)


def test_a_page_stands_where_the_experiment_stood(trained: pv.Network) -> None:
    there = EXPERIMENT.changed(swap={"mode": "walk", "t": 0.25}, hide=("matrices",), view="curve")
    scene = unpacked(page_of(there, trained, EXPERIMENT.recipe.dataset()), "content")["scene"]
    assert scene["place"] == {"mode": "walk", "t": 0.25}
    assert (scene["hide"], scene["alone"]) == (["matrices"], "curve")


def test_saved_pictures_name_the_link_and_not_the_file(text: str, trained: pv.Network) -> None:
    def named(page: str) -> list[str | None]:
        return [meta["content"] for meta in Outline(page).of("meta") if meta.get("name") == "permviz-link"]

    assert named(text) == ["https://permviz.example/?a=1&b=2"]
    assert named(page_of(EXPERIMENT, trained, EXPERIMENT.recipe.dataset())) == [""]


@pytest.mark.parametrize("name", ["class", "talk"])
def test_a_lessons_page_has_its_steps_and_the_librarys_answers(name: str, trained: pv.Network) -> None:
    data = EXPERIMENT.recipe.dataset()
    written = page_of(EXPERIMENT, trained, data, lesson=name)
    lesson, steps = unpacked(written, "content")["lesson"], steps_apart(name)
    assert [step["title"] for step in lesson["steps"]] == [step.title for step in steps]
    for found, step in zip(lesson["steps"], steps, strict=True):
        assert found["task"] == (step.apart or step).task
        assert (found["question"] is None) == (step.question is None)
        assert ("average" in found["covered"]) == (step.question is not None), "the card below tells half of all answers"
        if isinstance(found["question"], dict):
            assert step.question is not None
            assert found["question"] == encode_question(step.question(EXPERIMENT, trained, data))
    assert unpacked(written, "modules")[-1][0] == "page/lesson.js"
    assert what_is_here(name) in written
    assert "lesson" not in unpacked(page_of(EXPERIMENT, trained, data), "content"), "only where it is asked for"


def test_a_lesson_that_is_none_without_its_pages_is_refused_before_anything_is_trained(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr("permviz.components.page.writing.follow_recipe")
    for name in ("researcher", "tour"):
        with pytest.raises(ValueError, match=f"Lesson '{name}' given: .*'class' or 'talk'"):
            pv.to_page(EXPERIMENT, lesson=name)


def test_a_lessons_page_is_whole_and_shows_what_its_steps_are_about(trained: pv.Network) -> None:
    bare = EXPERIMENT.changed(hide=("matrices", "curve"), view="curve")
    scene = unpacked(page_of(bare, trained, bare.recipe.dataset(), lesson="class"), "content")["scene"]
    assert (scene["hide"], scene["alone"]) == (["matrices"], "")


def test_the_largest_that_fits_leaves_no_room_for_a_lesson() -> None:
    recipe = pv.Recipe(samples=2000, hidden=(9, 9))
    inputs = torch.randn(3600, 2, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    data, network = pv.Dataset.from_arrays(inputs, inputs[:, :1] > 0), pv.init_network(recipe.spec)
    assert not why_no_page(network, data)
    assert why_no_page(network, data, "class").startswith("A page has at most 200 kB")
    assert not why_no_page(network, recipe.dataset(), "class")


def test_the_page_of_drawn_points_and_of_a_table_has_their_numbers(tmp_path: Path) -> None:
    csv = "a,b,kind\n" + "\n".join(f"{i % 5},{i * i % 7},{'xyz'[i % 3]}" for i in range(30))
    table = read_table(csv)
    own = table_dataset(table, (0, 1), 2, classes=True)
    tasks = {
        drawn_task([(10, 20), (60, 80), (9, 9)], [(200, 210), (180, 90)]): None,
        TableTask(table.digest, (0, 1), 2, 3).name: own,
    }
    for task, data in tasks.items():
        experiment = pv.Experiment(pv.Recipe(task=task, hidden=(3, 2), steps=20), order=((1, 0, 2), (0, 1)))
        pv.write_page(experiment, tmp_path / "page.html", data=data)
        scene = unpacked((tmp_path / "page.html").read_text(), "content")["scene"]
        network, known = pv.follow_recipe(experiment, data=data).network, experiment.recipe.dataset(data)
        assert scene["facts"]["loss_a"] == float(pv.loss(network, known))
        assert scene["samples"]["count"] == len(known.inputs)
        assert scene["names"]["outputs"] == list(known.output_names)
    with pytest.raises(ValueError, match="of a table that does not travel with it: give it as data"):
        pv.to_page(experiment)


def test_a_network_of_which_only_the_name_travels_is_given_or_asked_for() -> None:
    recipe = pv.Recipe(hidden=(12, 12), steps=0, samples=40)
    network = pv.init_network(recipe.spec, seed=8)
    named = pv.Experiment(recipe, theta=named_parameters(network))
    held = unpacked(pv.to_page(named, network=network), "content")["scene"]["parameters"]
    assert held == unpacked(page_of(named, network, recipe.dataset()), "content")["scene"]["parameters"]
    for given in (None, pv.init_network(recipe.spec, seed=9)):
        with pytest.raises(ValueError, match="a network that does not travel with it: give that one"):
            pv.to_page(named, network=given)
