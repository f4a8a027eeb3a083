"""The census: what is counted is certified, and classes are what comparing under every element of the group makes of ends."""

from __future__ import annotations

import math
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from typing import Any

import pytest
import torch

import permviz as pv
from permviz.landscape import census as module
from tests.symmetry.test_canonical import brute_force_distance, moved

TEACHER = pv.load_dataset("teacher")


@pytest.fixture(scope="module")
def small() -> pv.Census:
    """2-2-1, whose group has 8 elements."""
    return pv.census(pv.NetworkSpec((2, 2, 1)), pv.load_dataset("teacher", samples=60), seeds=32)


@pytest.fixture(scope="module")
def whole() -> pv.Census:
    """The teacher's own shape."""
    return pv.census(pv.NetworkSpec((2, 4, 1)), TEACHER, seeds=256, steps=100)


def test_the_teacher_is_found_in_many_places_that_are_one(whole: pv.Census) -> None:
    """Hundreds of starts: the ends of loss 0 are tens of different points, and one class modulo the group of 384."""
    best = whole.classes[0]
    zero = [i for i, loss in enumerate(whole.losses.tolist()) if loss < 1e-20]
    assert 40 <= len(zero) <= 120  # 70 where this was written; which starts these are depends on rounding
    assert set(zero) <= set(best.starts)
    assert best.kind == "minimum"
    assert 0.7 * len(best.starts) <= best.points <= len(best.starts)
    assert best.points < pv.symmetry_group(pv.NetworkSpec((2, 4, 1))).order == 384  # type: ignore[operator]
    assert all(found.loss > 1e-5 for found in whole.classes[1:])
    for i in zero[:12]:
        assert brute_force_distance(best.network, whole.networks[i]) < 1e-4


def test_without_sign_flips_they_would_not_be_one(whole: pv.Census) -> None:
    """Negative control: modulo permutations alone, the same ends are several."""
    zero = whole.networks[list(whole.classes[0].starts)]
    generic = pv.Network(zero.weights, zero.biases, "gelu")  # of which only the order of neurons is free
    forms = torch.stack([pv.canonical_form(generic, seed).flatten() for seed in range(3)])
    assert 2 <= len(module._groups(forms, whole.tolerance)) <= 16
    assert len(module._groups(forms[:, :1], whole.tolerance)) == 1


def test_classes_are_those_of_brute_force(small: pv.Census) -> None:
    counted = [i for i, at in enumerate(small.class_of.tolist()) if at >= 0]
    assert len(counted) >= 10
    for i in counted:
        for j in counted:
            distance = brute_force_distance(small.networks[i], small.networks[j])
            assert distance < 1e-5 or distance > 1e-2, "the case is no clear one"
            assert (small.class_of[i] == small.class_of[j]) == (distance < 1e-5)


def test_points_are_those_of_comparing_each_with_each(small: pv.Census) -> None:
    for found in small.classes:
        ends = small.networks[list(found.starts)].flatten()
        different: list[torch.Tensor] = []
        for end in ends:
            if all(float((end - other).abs().max()) > 1e-5 for other in different):
                different.append(end)
        assert found.points == len(different)
    assert small.points == sum(found.points for found in small.classes) > len(small.classes)


def test_kinds_are_those_of_certificates_one_by_one(small: pv.Census) -> None:
    data = pv.load_dataset("teacher", samples=60)
    for i, (kind, ending) in list(enumerate(zip(small.kinds, small.endings, strict=True)))[::3]:
        alone = pv.certify(small.networks[i], data)
        assert kind == ("diverging" if ending.status == "diverging" else alone.kind)
        assert math.isclose(alone.gradient_norm, float(small.gradient_norms[i]), rel_tol=1e-3, abs_tol=1e-14)
    for found in small.classes:
        assert found.certificate is not None
        assert found.certificate.kind == found.kind
        assert found.certificate.index == found.index
        best = min(found.starts, key=lambda i: float(small.losses[i]))
        assert found.loss == float(small.losses[best])
        alone = pv.certify(small.networks[best], data)
        torch.testing.assert_close(found.certificate.spectrum, alone.spectrum, rtol=1e-6, atol=1e-10)
        assert brute_force_distance(found.network, small.networks[best]) < 1e-12


def test_every_start_is_told(small: pv.Census) -> None:
    counted = {i for found in small.classes for i in found.starts}
    assert sum(len(found.starts) for found in small.classes) == len(counted) == small.counted
    assert [at >= 0 for at in small.class_of.tolist()] == [i in counted for i in range(32)]
    uncounted = [kind for i, kind in enumerate(small.kinds) if i not in counted]
    assert not set(uncounted) & {"minimum"}
    assert f"{small.counted} of 32 starts ended at isolated stationary points" in small.statement
    assert all(kind in small.statement for kind in uncounted)
    assert [found.loss for found in small.classes] == sorted(found.loss for found in small.classes)


def test_runs_to_infinity_are_told_as_such() -> None:
    """Classes that can be told apart have no minimum; with decay they have, and nothing diverges."""
    data, spec = pv.load_dataset("moons", samples=20, noise=0.05), pv.NetworkSpec((2, 4, 1))
    found = pv.census(spec, data, seeds=8)
    assert found.kinds.count("diverging") >= 6
    assert all(
        ending.status == "diverging" for ending, kind in zip(found.endings, found.kinds, strict=True) if kind == "diverging"
    )
    decayed = pv.census(spec, data.with_weight_decay(1e-2), seeds=8)
    assert "diverging" not in decayed.kinds
    assert decayed.weight_decay == 1e-2


def test_with_decay_the_moves_that_change_the_norm_do_not_join() -> None:
    """A sigmoid's flips: without decay they join a minimum and its flipped copy, with decay that copy is no minimum."""
    data = pv.load_dataset("wave", samples=30)
    spec = pv.NetworkSpec((1, 2, 1), "sigmoid")
    found = pv.census(spec, data.with_weight_decay(1e-3), seeds=16)
    assert found.classes
    best = found.classes[0]
    flipped = pv.sign_flip(best.network, 1, 0)
    assert float(pv.loss(flipped, data)) == pytest.approx(float(pv.loss(best.network, data)), rel=1e-10)
    assert float(pv.loss(flipped, data.with_weight_decay(1e-3))) != pytest.approx(best.loss, rel=1e-6)


def test_an_activation_with_a_kink_is_counted_without_certificate() -> None:
    found = pv.census(pv.NetworkSpec((2, 2, 1), "relu"), pv.load_dataset("teacher", samples=40), seeds=24)
    assert set(found.kinds) <= {"uncertified", "not stationary", "diverging"}
    assert found.classes
    assert {(c.kind, c.index, c.certificate) for c in found.classes} == {("uncertified", None, None)}
    assert "isolated" not in found.statement
    assert f"{found.counted} of 24 starts ended where training converged, which a kink leaves uncertified" in found.statement
    for c in found.classes:
        scaled = moved(c.network, 5)
        forms = torch.stack([pv.canonical_form(pv.stack([c.network, scaled]), seed).flatten() for seed in range(3)])
        assert len(module._groups(forms, 1e-6)) == 1


def test_the_census_does_not_depend_on_who_takes_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "BATCH", 4)
    spec, data = pv.NetworkSpec((2, 2, 1)), pv.load_dataset("teacher", samples=30)
    here = pv.census(spec, data, seeds=range(3, 13), steps=40)
    with ThreadPoolExecutor(2) as pool:
        there = pv.census(spec, data, range(3, 13), pool, steps=40)
    assert torch.equal(here.networks.flatten(), there.networks.flatten())
    assert (here.seeds, here.kinds, here.endings) == (there.seeds, there.kinds, there.endings)
    assert torch.equal(here.class_of, there.class_of)
    assert here.seeds == tuple(range(3, 13))


def test_jobs_of_large_networks_are_small(monkeypatch: pytest.MonkeyPatch) -> None:
    """256 starts of 1997 parameters would have matrices of 8 GB."""
    sizes: list[int] = []

    def nobody(_: Any, jobs: list[Any], __: Any) -> list[Any]:
        sizes.extend(len(job.seeds) for job in jobs)
        raise InterruptedError

    monkeypatch.setattr(module, "run_jobs", nobody)
    for widths in ((2, 499, 1), (2, 4, 1)):
        with pytest.raises(InterruptedError):
            pv.census(pv.NetworkSpec(widths), TEACHER, 300)
    assert sizes == [67] * 4 + [32] + [256, 44]


def test_a_job_that_is_lost_for_good_is_no_census() -> None:
    class Losing(Executor):
        def submit(self, *_: Any, **__: Any) -> Future[Any]:
            future: Future[Any] = Future()
            future.set_exception(OSError("gone"))
            return future

    with pytest.raises(RuntimeError, match="sent to a worker 3 times"):
        pv.census(pv.NetworkSpec((2, 2, 1)), TEACHER, 2, Losing())


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"seeds": 0}, "from 1 to 10000"),
        ({"seeds": 10_001}, "from 1 to 10000"),
        ({"seeds": []}, "from 1 to 10000"),
        ({"seeds": True}, "from 1 to 10000"),
        ({"seeds": range(10**30)}, "from 1 to 10000"),
        ({"seeds": [-1]}, "[Ss]eed"),
        ({"steps": 0}, "from 1 to 1000000"),
        ({"tolerance": 0.0}, "at most 0.1"),
        ({"tolerance": math.nan}, "at most 0.1"),
        ({"spec": pv.NetworkSpec((2, 2, 1), "linear")}, "linear"),
        ({"spec": pv.NetworkSpec((2, 700, 1))}, "at most 2000"),
        ({"spec": pv.NetworkSpec((3, 2, 1))}, "do not fit"),
        ({"executor": 0}, "number of processes"),
    ],
)
def test_bad_input_is_refused(options: dict[str, Any], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        pv.census(**{"spec": pv.NetworkSpec((2, 2, 1)), "data": TEACHER, "seeds": 2} | options)
