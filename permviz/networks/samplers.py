"""How the samples of a task are drawn: seeded toy problems, and rows of the real tables that scikit-learn ships.

A sampler takes the number of samples ``N``, the standard deviation of the Gaussian noise (on the points of a classification,
on the targets of a regression; tables take none) and a random generator, and gives inputs ``(N, n_0)`` and targets: class ids
``(N,)``, or ``(N, n_L)`` for a regression. The classes of a toy problem are as equally frequent as ``N`` allows.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import torch
from numpy.typing import NDArray
from sklearn import datasets as sklearn_datasets

from permviz.networks.network import NetworkSpec, unflatten

Array = NDArray[np.float64]
Sampler = Callable[[int, float, np.random.Generator], tuple[Array, Array]]


def _halves(samples: int) -> tuple[int, int]:
    return samples // 2, samples - samples // 2


def _labels(counts: tuple[int, ...]) -> Array:
    return np.repeat(np.arange(len(counts), dtype=float), counts)


def xor(samples: int, noise: float, rng: np.random.Generator) -> tuple[Array, Array]:
    """Points about the corners ``(+-1, +-1)``; class 1 where the signs differ."""
    corners = np.array([[0, 0], [1, 1], [0, 1], [1, 0]], dtype=float)
    index = np.arange(samples) % 4
    return 2 * corners[index] - 1 + noise * rng.standard_normal((samples, 2)), (index >= 2).astype(float)


def moons(samples: int, noise: float, rng: np.random.Generator) -> tuple[Array, Array]:
    """Two half circles that reach into each other, a class each."""
    counts = _halves(samples)
    upper, lower = (np.linspace(0, np.pi, n) for n in counts)
    x = np.concatenate(
        [
            np.stack([np.cos(upper), np.sin(upper)], axis=1),
            np.stack([1 - np.cos(lower), 0.5 - np.sin(lower)], axis=1),
        ]
    )
    return x + noise * rng.standard_normal(x.shape), _labels(counts)


def circles(samples: int, noise: float, rng: np.random.Generator) -> tuple[Array, Array]:
    """A circle of radius 1 and one of radius 1/2, a class each."""
    counts = _halves(samples)
    angles = np.concatenate([np.linspace(0, 2 * np.pi, n, endpoint=False) for n in counts])
    x = np.repeat([1.0, 0.5], counts)[:, None] * np.stack([np.cos(angles), np.sin(angles)], axis=1)
    return x + noise * rng.standard_normal(x.shape), _labels(counts)


def spirals(samples: int, noise: float, rng: np.random.Generator) -> tuple[Array, Array]:
    """Two spiral arms, the second the first turned by half a turn, a class each."""
    counts, arms = _halves(samples), []
    for arm, n in enumerate(counts):
        angle = np.linspace(0.25, 1, n) * 3 * np.pi
        sign = 1 - 2 * arm
        arms.append(sign * angle[:, None] / (3 * np.pi) * np.stack([np.cos(angle), np.sin(angle)], axis=1))
    x = 1.5 * np.concatenate(arms)
    return x + noise * rng.standard_normal(x.shape), _labels(counts)


def blobs(centres: Array) -> Sampler:
    """Gaussian clouds about the ``(c, 2)`` centres, a class each."""

    def draw(samples: int, noise: float, rng: np.random.Generator) -> tuple[Array, Array]:
        index = np.sort(np.arange(samples) % len(centres))
        return centres[index] + noise * rng.standard_normal((samples, 2)), index.astype(float)

    return draw


def wave(samples: int, noise: float, rng: np.random.Generator) -> tuple[Array, Array]:
    """A damped sine ``sin(5x/2) exp(-x^2/5)`` on equally spaced ``x`` from -2 to 2."""
    x = np.linspace(-2, 2, samples)[:, None]
    return x, np.sin(2.5 * x) * np.exp(-0.2 * x**2) + noise * rng.standard_normal((samples, 1))


def egg_box(samples: int, noise: float, rng: np.random.Generator) -> tuple[Array, Array]:
    """``sin(3x/2) cos(3y/2)`` at random points of the square from -1.5 to 1.5."""
    x = rng.uniform(-1.5, 1.5, (samples, 2))
    y = np.sin(1.5 * x[:, :1]) * np.cos(1.5 * x[:, 1:])
    return x, y + noise * rng.standard_normal((samples, 1))


def teacher(samples: int, noise: float, rng: np.random.Generator) -> tuple[Array, Array]:
    """The outputs of a random tanh network 2-4-1 at normally distributed inputs."""
    # Weights of deviation 1.5 bend the four neurons within the data; those of init_network would be nearly linear there.
    x = rng.standard_normal((samples, 2))
    spec = NetworkSpec((2, 4, 1), "tanh")
    network = unflatten(spec, torch.from_numpy(1.5 * rng.standard_normal(spec.parameter_count)))
    y: Array = network(torch.from_numpy(x)).numpy()
    return x, y + noise * rng.standard_normal((samples, 1))


def _standardised(values: Array) -> Array:
    deviation = values.std(axis=0)
    scaled: Array = (values - values.mean(axis=0)) / np.where(deviation > 0, deviation, 1.0)
    return scaled


def rows_of(load: Callable[[], tuple[Array, Array]], regression: bool = False) -> Sampler:
    """Rows of a measured table, each at most once; inputs, and targets of a regression, standardised over the rows drawn."""

    def draw(samples: int, noise: float, rng: np.random.Generator) -> tuple[Array, Array]:
        inputs, targets = load()
        chosen = np.sort(rng.permutation(len(inputs))[:samples])
        x, y = _standardised(inputs[chosen]), targets[chosen]
        return x, _standardised(y[:, None]) if regression else y

    return draw


def _table(loader: Callable[..., tuple[Array, Array]]) -> Callable[[], tuple[Array, Array]]:
    return lambda: loader(return_X_y=True)


def _small_digits() -> tuple[Array, Array]:
    """The 8x8 pictures, each 2x2 pixels averaged."""
    images, targets = sklearn_datasets.load_digits(return_X_y=True)
    return images.reshape(-1, 4, 2, 4, 2).mean(axis=(2, 4)).reshape(-1, 16), targets


iris = rows_of(_table(sklearn_datasets.load_iris))
digits = rows_of(_table(sklearn_datasets.load_digits))
small_digits = rows_of(_small_digits)
diabetes = rows_of(_table(sklearn_datasets.load_diabetes), regression=True)
