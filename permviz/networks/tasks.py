"""The table of tasks: what is known of each before its data are drawn (:func:`.datasets.load_dataset`).

A task fixes its loss (:mod:`permviz.networks.losses`): "squared" for regression, "binary-cross-entropy" for two classes with
one logit, "cross-entropy" for more. How the samples are drawn: :mod:`permviz.networks.samplers`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from permviz.networks import samplers


@dataclass(frozen=True)
class Task:
    """What is known of a task before its data are drawn.

    Attributes:
        label: for people.
        inputs, outputs: ``n_0`` and ``n_L``.
        loss: the loss it fixes.
        draw: its sampler, see :mod:`permviz.networks.samplers`.
        noise: whether ``noise`` means anything to it, and in which unit.
        samples: the number drawn when none is asked for; real tables offer at most this many.
        real: whether the rows are measured rather than generated.
        image: rows and columns of the picture that a sample is, pixels row by row; ``()`` where it is none.
        draws_rule: whether a seed draws what is to be learnt as well, so that data of another seed are another task's.
    """

    label: str
    inputs: int
    outputs: int
    loss: str
    draw: samplers.Sampler
    input_names: tuple[str, ...]
    output_names: tuple[str, ...]
    noise: str | None = None
    default_noise: float = 0.0
    samples: int = 400
    real: bool = False
    image: tuple[int, ...] = ()
    draws_rule: bool = False


_PLANE = ("x", "y")
_TWO = ("class 0", "class 1")
_FOUR_CENTRES = np.array([[-1, -1], [1, -1], [-1, 1], [1, 1]], dtype=float)
_BCE, _CE = "binary-cross-entropy", "cross-entropy"
_DIGITS = tuple(map(str, range(10)))
_IRIS_INPUTS = ("sepal length", "sepal width", "petal length", "petal width")
_IRIS_CLASSES = ("setosa", "versicolor", "virginica")
_DIABETES_INPUTS = ("age", "sex", "bmi", "bp", "s1", "s2", "s3", "s4", "s5", "s6")
_DEVIATION = "standard deviation of Gaussian noise on the points"
_TARGET_DEVIATION = "standard deviation of Gaussian noise on the targets"

TASKS: dict[str, Task] = {
    "moons": Task("two moons", 2, 1, _BCE, samplers.moons, _PLANE, ("upper moon", "lower moon"), _DEVIATION, 0.15),
    "xor": Task("XOR", 2, 1, _BCE, samplers.xor, _PLANE, ("same sign", "opposite signs"), _DEVIATION, 0.3),
    "circles": Task("circles", 2, 1, _BCE, samplers.circles, _PLANE, ("outer", "inner"), _DEVIATION, 0.1),
    "spirals": Task("two spirals", 2, 1, _BCE, samplers.spirals, _PLANE, ("first arm", "second arm"), _DEVIATION, 0.03),
    "blobs": Task("two blobs", 2, 1, _BCE, samplers.blobs(_FOUR_CENTRES[[0, 3]]), _PLANE, _TWO, _DEVIATION, 0.6),
    "four-blobs": Task(
        "four blobs", 2, 4, _CE, samplers.blobs(_FOUR_CENTRES), _PLANE,
        ("lower left", "lower right", "upper left", "upper right"), _DEVIATION, 0.4,
    ),
    "wave": Task("wave (1-D regression)", 1, 1, "squared", samplers.wave, ("x",), ("y",), _TARGET_DEVIATION, 0.1, 200),
    "egg-box": Task("egg box (2-D regression)", 2, 1, "squared", samplers.egg_box, _PLANE, ("z",), _TARGET_DEVIATION, 0.05),
    "teacher": Task(
        "teacher network 2-4-1", 2, 1, "squared", samplers.teacher, _PLANE, ("teacher",), _TARGET_DEVIATION, 0.0, 200,
        draws_rule=True,
    ),
    "iris": Task("iris flowers", 4, 3, _CE, samplers.iris, _IRIS_INPUTS, _IRIS_CLASSES, samples=150, real=True),
    "small-digits": Task(
        "handwritten digits, 4x4", 16, 10, _CE, samplers.small_digits,
        tuple(f"pixel {i},{j}" for i in range(4) for j in range(4)),
        _DIGITS, samples=500, real=True, image=(4, 4),
    ),
    "digits": Task(
        "handwritten digits, 8x8", 64, 10, _CE, samplers.digits,
        tuple(f"pixel {i},{j}" for i in range(8) for j in range(8)), _DIGITS, samples=1797, real=True, image=(8, 8),
    ),
    "diabetes": Task(
        "diabetes progression", 10, 1, "squared", samplers.diabetes,
        _DIABETES_INPUTS, ("progression after a year (standardised)",), samples=442, real=True,
    ),
}  # fmt: skip
"""Every task by name."""
