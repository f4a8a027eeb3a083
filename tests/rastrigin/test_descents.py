import numpy as np
import pytest
import torch

from permviz.rastrigin.descents import basins, descend, rastrigin_surface, seeded_starts, surface_grid
from permviz.rastrigin.function import rastrigin_function, rastrigin_points


def _minima(half_width=5.12):
    at, index = rastrigin_points(half_width=half_width).in_plane()
    return at[index == 0]


OPTIMISERS = {
    "gradient descent": lambda p: torch.optim.SGD([p], lr=0.003),
    "momentum": lambda p: torch.optim.SGD([p], lr=0.003, momentum=0.9),
    "adam": lambda p: torch.optim.Adam([p], lr=0.003),
}


@pytest.mark.parametrize("method", OPTIMISERS)
def test_steps_against_torch(method):
    starts = seeded_starts(5, 3.0, seed=1)
    run = descend(rastrigin_surface(), starts, method, learning_rate=0.003, steps=40)
    for start, path, values in zip(starts, run.trajectories, run.values, strict=True):
        p = start.clone().requires_grad_(True)
        optimiser = OPTIMISERS[method](p)
        for step in range(41):
            np.testing.assert_allclose(path[step], p.detach().numpy(), atol=1e-10)
            value = rastrigin_function(p)
            assert values[step] == pytest.approx(value.item(), abs=1e-9)
            optimiser.zero_grad()
            value.backward()
            optimiser.step()


def test_small_steps_fall_into_the_basin_they_start_in():
    # Rastrigin's gradient flow moves each coordinate by itself, between the two maxima that enclose it.
    points, minima = rastrigin_points(half_width=2.5), _minima(2.5)
    found = basins(rastrigin_surface(), minima, half_width=2.5, learning_rate=1e-3, steps=400, resolution=41)
    grid = np.stack(np.meshgrid(found.axis, found.axis), axis=-1)
    expected = points.minima.numpy()[np.searchsorted(points.maxima.numpy(), grid)]
    np.testing.assert_allclose(minima[found.reached], expected)
    assert (found.reached >= 0).all()
    wild = basins(rastrigin_surface(), minima, half_width=2.5, learning_rate=2e-2, steps=400, resolution=41)
    assert not torch.equal(wild.reached, found.reached)


def test_runs_tell_which_minimum_they_reached():
    minima = _minima()
    run = descend(rastrigin_surface(), seeded_starts(30, 5.0, seed=0), "gradient descent", 0.002, 300, minima)
    ends = run.trajectories[:, -1]
    np.testing.assert_allclose(minima[run.reached], ends, atol=1e-6)
    short = descend(rastrigin_surface(), seeded_starts(30, 5.0, seed=0), "gradient descent", 0.002, 1, minima)
    assert (short.reached == -1).any()


def test_divergence_reaches_nothing():
    run = descend(lambda p: (p.square().sum(-1), 2 * p), torch.ones(2, 2, dtype=torch.float64), "gradient descent", 1e6, 200,
                  torch.zeros(1, 2, dtype=torch.float64))  # fmt: skip
    assert run.reached.tolist() == [-1, -1]


def test_starts_are_a_function_of_the_seed():
    assert torch.equal(seeded_starts(9, 2.0, seed=4), seeded_starts(9, 2.0, seed=4))
    assert not torch.equal(seeded_starts(9, 2.0, seed=4), seeded_starts(9, 2.0, seed=5))
    assert float(seeded_starts(1000, 2.0).abs().max()) <= 2


def test_grid_orientation():
    grid = surface_grid(lambda p: (p[:, 0] + 10 * p[:, 1], p), torch.zeros(0, 2), half_width=1.0, resolution=3)
    np.testing.assert_allclose(grid.values, [[-11, -10, -9], [-1, 0, 1], [9, 10, 11]])


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"method": "newton"}, "Unknown method"),
        ({"learning_rate": 0.0}, "Learning rate"),
        ({"learning_rate": float("inf")}, "Learning rate"),
        ({"steps": 0}, "Steps"),
        ({"steps": True}, "Steps"),
        ({"starts": torch.zeros(3)}, "Starts"),
        ({"starts": torch.full((1, 2), float("nan"))}, "Starts"),
        ({"starts": torch.zeros(90_000, 2), "steps": 1000}, "fewer"),
    ],
)
def test_bad_input(change, word):
    arguments = {"starts": torch.zeros(1, 2), "method": "adam", "learning_rate": 0.1, "steps": 1, **change}
    with pytest.raises(ValueError, match=word):
        descend(rastrigin_surface(), **arguments)
