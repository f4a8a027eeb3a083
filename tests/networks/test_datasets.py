"""Every task: shapes, classes, determinism across processes, standardisation, refusals."""

import hashlib
import math
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch
from sklearn import datasets as sklearn_datasets

import permviz as pv
from permviz.networks.datasets import MOST_SAMPLES
from tests.cases import TASK_OF_LOSS

TASKS = tuple(pv.TASKS)
REAL = tuple(name for name in TASKS if pv.TASKS[name].real)
TOYS = tuple(name for name in TASKS if not pv.TASKS[name].real)
CLASSIFICATIONS = tuple(name for name in TASKS if pv.TASKS[name].loss != "squared")


def digest(data: pv.Dataset) -> str:
    return hashlib.sha256(data.inputs.numpy().tobytes() + data.targets.numpy().tobytes()).hexdigest()


@pytest.mark.parametrize("name", TASKS)
def test_shapes_types_and_names_are_those_that_the_task_states(name):
    task, data = pv.TASKS[name], pv.load_dataset(name)
    n = len(data.inputs)
    assert n == task.samples
    assert data.inputs.shape == (n, task.inputs)
    assert data.inputs.dtype == torch.float64
    assert data.inputs.isfinite().all()
    assert len(data.input_names) == task.inputs
    assert data.name == name
    assert data.loss == task.loss
    assert data.network_outputs == task.outputs
    if data.is_classification:
        assert data.targets.dtype == torch.int64
        assert sorted(set(data.targets.tolist())) == list(range(len(data.output_names)))
    else:
        assert data.targets.shape == (n, task.outputs)
        assert data.targets.dtype == torch.float64


@pytest.mark.parametrize("name", TASKS)
def test_a_network_of_the_stated_widths_has_a_finite_loss(name):
    task = pv.TASKS[name]
    net = pv.init_network(pv.NetworkSpec((task.inputs, 3, task.outputs)))
    assert math.isfinite(float(pv.loss(net, pv.load_dataset(name))))


@pytest.mark.parametrize("name", TOYS)
@pytest.mark.parametrize("samples", [4, 5, 37])
def test_toys_give_the_number_asked_for(name, samples):
    data = pv.load_dataset(name, samples=samples)
    assert len(data.inputs) == len(data.targets) == samples


@pytest.mark.parametrize("name", [name for name in CLASSIFICATIONS if name in TOYS])
def test_toy_classes_are_balanced(name):
    counts = np.bincount(pv.load_dataset(name, samples=41).targets)
    assert counts.max() - counts.min() <= 1


def test_the_same_arguments_give_the_same_data_in_another_process():
    code = "from tests.networks.test_datasets import *; print(*(digest(pv.load_dataset(name)) for name in TASKS))"
    root = Path(__file__).parents[2]
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=root)
    other = run.stdout.split()
    assert other == [digest(pv.load_dataset(name)) for name in TASKS]


@pytest.mark.parametrize("name", TASKS)
def test_the_seed_decides_the_noise_or_the_rows(name):
    draw = lambda seed: digest(pv.load_dataset(name, samples=40, noise=0.0 if name in REAL else 0.2, seed=seed))  # noqa: E731
    assert draw(3) == draw(3)
    assert draw(3) != draw(4)


def test_loading_leaves_the_global_generators_alone():
    np.random.seed(5)  # noqa: NPY002
    torch.manual_seed(5)
    before, torch_before = np.random.get_state()[1].copy(), torch.get_rng_state()  # noqa: NPY002
    for name in TASKS:
        pv.load_dataset(name)
    assert np.array_equal(np.random.get_state()[1], before)  # noqa: NPY002
    assert torch.equal(torch.get_rng_state(), torch_before)


@pytest.mark.parametrize("name", REAL)
@pytest.mark.parametrize("samples", [None, 60])
def test_real_inputs_are_standardised_over_the_samples_drawn(name, samples):
    x = pv.load_dataset(name, samples=samples).inputs.numpy()
    np.testing.assert_allclose(x.mean(axis=0), 0, atol=1e-12)
    deviation = x.std(axis=0)
    constant = deviation == 0  # some border pixels never change: they stay at 0 rather than become 0/0
    np.testing.assert_allclose(deviation[~constant], 1, rtol=1e-12)
    assert (x[:, constant] == 0).all()
    assert constant.any() == (name == "digits")


def test_the_regression_target_of_diabetes_is_standardised():
    y = pv.load_dataset("diabetes").targets.numpy()
    assert abs(y.mean()) < 1e-12
    assert y.std() == pytest.approx(1, rel=1e-12)


def test_real_rows_are_those_of_scikit_learn_each_at_most_once():
    table, classes = sklearn_datasets.load_iris(return_X_y=True)
    data = pv.load_dataset("iris", samples=150)
    np.testing.assert_allclose(data.inputs, (table - table.mean(0)) / table.std(0), atol=1e-12)
    assert data.targets.tolist() == classes.tolist()
    small = pv.load_dataset("small-digits", samples=1797)
    images = sklearn_datasets.load_digits().images[:, :2, 2:4].mean(axis=(1, 2))  # pixel 0,1 of the 4x4 picture
    chosen = small.inputs[:, 1].numpy()
    assert len(chosen) == 500
    assert np.corrcoef(np.sort(chosen), np.quantile(images, np.linspace(0, 1, 500)))[0, 1] > 0.99


def test_a_real_table_gives_what_it_has():
    assert len(pv.load_dataset("iris", samples=MOST_SAMPLES).inputs) == 150


def test_noise_free_toys_lie_where_their_names_say():
    radius = pv.load_dataset("circles", noise=0.0)
    np.testing.assert_allclose(radius.inputs.norm(dim=1), torch.where(radius.targets == 0, 1.0, 0.5))
    xor = pv.load_dataset("xor", noise=0.0)
    assert torch.equal((xor.inputs.prod(dim=1) < 0).long(), xor.targets)
    moons = pv.load_dataset("moons", noise=0.0)
    centre = torch.where((moons.targets == 0)[:, None], torch.tensor([0.0, 0.0]), torch.tensor([1.0, 0.5]))
    np.testing.assert_allclose((moons.inputs - centre).norm(dim=1), 1)
    assert bool(((moons.inputs - centre)[:, 1] >= -1e-15).eq(moons.targets == 0).float().mean() > 0.98)
    wave = pv.load_dataset("wave", noise=0.0)
    torch.testing.assert_close(wave.targets, torch.sin(2.5 * wave.inputs) * torch.exp(-0.2 * wave.inputs**2))
    arm = pv.load_dataset("spirals", noise=0.0, samples=100).inputs
    torch.testing.assert_close(arm[:50], -arm[50:])  # two arms, half a turn apart


def test_the_teacher_can_be_matched_exactly_by_its_own_shape():
    data = pv.load_dataset("teacher", seed=3)
    rng = np.random.default_rng(3)
    rng.standard_normal((200, 2))
    spec = pv.NetworkSpec((2, 4, 1), "tanh")
    teacher = pv.unflatten(spec, torch.from_numpy(1.5 * rng.standard_normal(spec.parameter_count)))
    assert float(pv.loss(teacher, data)) == 0
    assert float(data.targets.std()) > 0.3


def test_noise_has_the_stated_deviation():
    quiet, noisy = (pv.load_dataset("moons", samples=MOST_SAMPLES, noise=s) for s in (0.0, 0.3))
    assert float((noisy.inputs - quiet.inputs).std()) == pytest.approx(0.3, rel=0.05)


@pytest.mark.parametrize("loss", TASK_OF_LOSS)
def test_the_named_task_of_each_loss_has_it(loss):
    assert pv.TASKS[TASK_OF_LOSS[loss]].loss == loss


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"name": "mnist"}, "Unknown task 'mnist': choose one of moons"),
        ({"name": "moons", "samples": 3}, "Samples 3 given: expected a whole number from 4 to 5000"),
        ({"name": "moons", "samples": 5001}, "Samples 5001"),
        ({"name": "moons", "samples": 40.0}, "Samples 40.0"),
        ({"name": "moons", "samples": True}, "Samples True"),
        ({"name": "moons", "noise": -0.1}, "Noise -0.1 given: expected a number from 0 to 10"),
        ({"name": "moons", "noise": math.nan}, "Noise nan"),
        ({"name": "moons", "noise": math.inf}, "Noise inf"),
        ({"name": "moons", "noise": "much"}, "noise='much' given to load_dataset: expected a number or None"),
        ({"name": "moons", "seed": -1}, "Seed -1 given"),
        ({"name": "moons", "seed": 0.5}, "Seed 0.5"),
        ({"name": "moons", "seed": 2**63}, "Seed 9223372036854775808"),
    ],
)
def test_bad_arguments_are_refused_by_name(arguments, message):
    with pytest.raises(ValueError, match=message):
        pv.load_dataset(**arguments)
