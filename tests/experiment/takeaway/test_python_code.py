"""The programs that are taken away, run: in a process that has torch and nothing else, and with the library."""

from __future__ import annotations

import ast
import contextlib
import io
import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
import torch

import permviz as pv
from permviz.experiment.codec import encode_parameters
from permviz.experiment.own import TableTask, drawn_task
from permviz.experiment.takeaway.python_code import torch_program
from permviz.networks.tables import read_table
from tests.cases import SINGLE_NETWORKS, Case, drawn

CASES = [*SINGLE_NETWORKS, *(Case((3, 2), activation) for activation in pv.ACTIVATIONS)]
"""Every activation, 0 to 4 hidden layers."""

ALONE = """
import contextlib, io, json, sys
sys.modules |= dict.fromkeys(["numpy", "permviz", "scipy", "sklearn", "safetensors", "plotly", "streamlit"])
import torch
def run(program):
    names, printed = {}, io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(program, names)
    return printed.getvalue(), torch.cat([p.detach().flatten() for p in names["network"].parameters()]).tolist()
json.dump([run(program) for program in json.load(sys.stdin)], sys.stdout)
"""
"""What runs programs: other packages are as good as not installed."""


def run_alone(programs: list[str], folder: Path) -> subprocess.CompletedProcess[str]:
    """Far from the repository, ignoring the environment: the standard output is JSON."""
    command = [sys.executable, "-I", "-c", ALONE]
    return subprocess.run(command, cwd=folder, input=json.dumps(programs), capture_output=True, text=True, check=False)


def read(printed: str) -> dict[str, torch.Tensor]:
    """What a program printed, by its first words."""
    pairs = (line.split(": ", 1) for line in printed.splitlines())
    return {name: torch.tensor(ast.literal_eval(text), dtype=torch.float64) for name, text in pairs}


def order_of(case: Case) -> pv.Permutation:
    return pv.Permutation.random(case.spec, seed=case.seed)


def test_programs_in_torch_alone_compute_what_the_library_does(tmp_path: Path) -> None:
    programs = [torch_program(case.network(), order_of(case).orders, case.inputs(), str(case)) for case in CASES]
    found = run_alone(programs, tmp_path)
    assert found.returncode == 0, found.stderr
    for case, (printed, parameters) in zip(CASES, json.loads(found.stdout), strict=True):
        net, x = case.network(), case.inputs()
        assert torch.equal(torch.tensor(parameters, dtype=torch.float64), net.flatten()), case
        outputs = read(printed)
        torch.testing.assert_close(outputs["outputs of the network"], net(x), rtol=0, atol=1e-12)
        torch.testing.assert_close(outputs["outputs of the copy"], order_of(case)(net)(x), rtol=0, atol=1e-12)
        assert outputs["largest difference"] < 1e-12


def test_an_experiments_program_prints_its_outputs(tmp_path: Path) -> None:
    swapped = pv.Experiment(pv.Recipe(steps=50), order=((2, 1, 0, 3), (0, 2, 1)))
    wide = pv.Experiment(pv.Recipe(task="digits", hidden=(16, 3), activation="gaussian", samples=50, steps=2))
    experiments = [swapped, wide]
    nets = [pv.follow_recipe(experiment).network for experiment in experiments]
    programs = [pv.to_python(experiment, net) for experiment, net in zip(experiments, nets, strict=True)]
    found = run_alone(programs, tmp_path)
    assert found.returncode == 0, found.stderr
    for experiment, net, (printed, _) in zip(experiments, nets, json.loads(found.stdout), strict=True):
        x = experiment.recipe.dataset().inputs[:5]
        torch.testing.assert_close(read(printed)["outputs of the network"], net(x), rtol=0, atol=1e-12)
        copied = experiment.permutation(net)(x)
        torch.testing.assert_close(read(printed)["outputs of the copy"], copied, rtol=0, atol=1e-12)
    assert max(map(len, "\n".join(programs).splitlines())) <= 128


@pytest.mark.parametrize("module", ["numpy", "permviz"])
def test_a_program_that_needs_more_than_torch_fails_there(module: str, tmp_path: Path) -> None:
    """Negative control."""
    found = run_alone([f"import {module}"], tmp_path)
    assert found.returncode == 1
    assert f"No module named '{module}'" in found.stderr or f"import of {module} halted" in found.stderr


def test_without_the_columns_the_copy_would_be_another_function(tmp_path: Path) -> None:
    """Negative control: the largest difference is no number that is always small."""
    net = drawn((2, 4, 1))
    program = torch_program(net, [torch.tensor([1, 0, 3, 2])], torch.ones(1, 2).double(), "broken")
    broken = program.replace("moved[outgoing] = moved[outgoing][:, order]", "pass")
    assert broken != program
    printed, _ = json.loads(run_alone([broken], tmp_path).stdout)[0]
    assert read(printed)["largest difference"] > 1e-3


@pytest.mark.parametrize(
    ("experiment", "carries"),
    [
        (pv.Experiment(pv.Recipe(steps=60), order=((2, 1, 0, 3), (0, 1, 2))), True),
        (pv.Experiment(pv.Recipe(task="iris", hidden=(12, 8), steps=20, finish=True, activation="softplus")), False),
    ],
    ids=["small", "large"],
)
def test_the_lines_of_permviz_print_the_numbers_of_the_screen(experiment: pv.Experiment, carries: bool) -> None:
    net = pv.follow_recipe(experiment).network
    lines = pv.to_python(experiment, net, using="permviz")
    assert len(ast.parse(lines).body) <= 10
    assert ("theta=" in lines) == carries
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(lines, {})
    copy, data = experiment.permutation(net), experiment.recipe.dataset()
    *comparison, barrier = printed.getvalue().splitlines()
    assert "\n".join(comparison) == str(pv.compare(net, copy, data))
    assert float(barrier) == float(pv.line_slice(net, copy, data).barrier())


def test_a_network_that_is_carried_needs_no_training(monkeypatch: pytest.MonkeyPatch) -> None:
    recipe = pv.Recipe(steps=30)
    net = pv.follow_recipe(recipe).network
    bare = pv.to_python(pv.Experiment(recipe), net)
    carried = pv.from_query({**pv.to_query(pv.Experiment(recipe)), "theta": encode_parameters(net)})[0]
    monkeypatch.setattr("permviz.experiment.takeaway.python_code.follow_recipe", None)
    assert pv.to_python(carried) == bare


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((pv.Experiment(), drawn((2, 5, 1))), "expected the same"),
        ((pv.Experiment(), drawn((2, 4, 3, 1), "relu")), "expected the same"),
        ((pv.Experiment(), drawn((2, 4, 3, 1), batch=(2,))), "batch of networks"),
        ((pv.Experiment(), drawn((2, 4, 3, 1)), "jax"), "using='jax' given: expected 'torch' or 'permviz'"),
    ],
)
def test_what_does_not_fit_is_refused(arguments: tuple[object, ...], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        pv.to_python(*arguments)  # type: ignore[arg-type]


def test_an_activation_without_code_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(pv.ACTIVATIONS, "sin", replace(pv.ACTIVATIONS["sin"], formula=""))
    with pytest.raises(ValueError, match="'sin' has neither a module of torch nor a formula"):
        torch_program(drawn((2, 3, 1), "sin"), [torch.arange(3)], torch.zeros(1, 2), "")


DRAWN = pv.Experiment(pv.Recipe(task=drawn_task([(0, 9), (40, 200), (7, 7)], [(255, 0), (99, 31)]), hidden=(3,), steps=2))
TEXT = "height,width,kind\n" + "\n".join(f"{k % 5},{k * k % 7},{'ab'[k % 2]}" for k in range(12))
CELLS = pv.Dataset.from_csv(TEXT)
TABLE = pv.Experiment(pv.Recipe(task=TableTask(read_table(TEXT).digest, (0, 1), 2, 2).name, hidden=(3,), steps=2))


@pytest.mark.parametrize(("experiment", "data"), [(DRAWN, None), (TABLE, CELLS)], ids=["drawn", "table"])
def test_own_data_are_taken_along(
    experiment: pv.Experiment, data: pv.Dataset | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    net = pv.follow_recipe(experiment, data=data).network
    x = experiment.recipe.dataset(data).inputs[:5]
    printed, _ = json.loads(run_alone([pv.to_python(experiment, net, data=data)], tmp_path).stdout)[0]
    torch.testing.assert_close(read(printed)["outputs of the network"], net(x), rtol=0, atol=1e-12)
    (tmp_path / "table.csv").write_text(TEXT)
    monkeypatch.chdir(tmp_path)
    lines = io.StringIO()
    with contextlib.redirect_stdout(lines):
        exec(pv.to_python(experiment, net, "permviz", data), {})
    copy = experiment.permutation(net)
    assert lines.getvalue().startswith(str(pv.compare(net, copy, experiment.recipe.dataset(data))))
    names: dict[str, object] = {}
    exec(pv.to_notebook(experiment, net, "count", data)["cells"][1]["source"], names)
    found = names["data"]
    assert isinstance(found, pv.Dataset)
    assert torch.equal(found.inputs, experiment.recipe.dataset(data).inputs)
    assert (found.loss, found.output_names) == ("binary-cross-entropy", experiment.recipe.dataset(data).output_names)


def test_a_table_that_is_not_given_is_asked_for() -> None:
    for take in (pv.to_python, pv.to_notebook):
        with pytest.raises(ValueError, match="give it as data"):
            take(TABLE)
