"""Frozen entries: where they are, what they are worth, and that nothing changes them or drops them in silence."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from dataclasses import replace

import pytest
import torch
from safetensors.torch import save

import permviz as pv
from permviz.experiment.editing import Edit, edited

HALF = pv.FrozenEntries(0.5, 0.5, seed=3)
SPEC = pv.NetworkSpec((2, 6, 5, 1), "tanh", HALF)
DATA = pv.load_dataset("moons", samples=40)


def net(seed: int = 0, spec: pv.NetworkSpec = SPEC) -> pv.Network:
    return pv.init_network(spec, seed)


def entries(network: pv.Network) -> list[float]:
    """The frozen entries, read out by loops."""
    mask, found, at = pv.frozen_mask(network.spec).tolist(), [], 0
    for w, b in zip(network.weights, network.biases, strict=True):
        for row in w.tolist():
            found += [value for value, frozen in zip(row, mask[at : at + len(row)], strict=True) if frozen]
            at += len(row)
        assert not any(mask[at : at + len(b)])
        at += len(b)
    return found


@pytest.mark.parametrize("share", [0.0, 0.1, 0.25, 0.5, 0.9, 1.0])
@pytest.mark.parametrize("widths", [(2, 16, 1), (64, 12, 9, 10), (1, 1)])
def test_each_matrix_has_its_share_spread_evenly_over_the_rows(share: float, widths: tuple[int, ...]) -> None:
    mask = pv.unflatten(
        pv.NetworkSpec(widths), pv.frozen_mask(pv.NetworkSpec(widths, frozen=pv.FrozenEntries(share, 1.0))).double()
    )
    for w in mask.weights:
        assert int(w.sum()) == math.floor(share * w.numel() + 0.5)
        assert w.sum(1).max() - w.sum(1).min() <= 1
    assert not any(b.any() for b in mask.biases)


def test_rows_differ_while_there_are_other_places() -> None:
    mask = pv.frozen_mask(pv.NetworkSpec((4, 6, 1), frozen=pv.FrozenEntries(0.5, 1.0)))[:24].view(6, 4)
    assert len({tuple(row) for row in mask.tolist()}) == math.comb(4, 2)
    crowded = pv.frozen_mask(pv.NetworkSpec((2, 6, 1), frozen=pv.FrozenEntries(0.5, 1.0)))[:12].view(6, 2)
    assert sorted(map(tuple, crowded.tolist())) == [(False, True)] * 3 + [(True, False)] * 3


def test_values_are_kappa_times_a_standard_normal_whatever_the_share() -> None:
    wide = (50, 100, 50)
    all_of_them = entries(net(spec=pv.NetworkSpec(wide, frozen=pv.FrozenEntries(1.0, 0.3))))
    assert torch.tensor(all_of_them).std() == pytest.approx(0.3, rel=0.02)
    assert torch.tensor(all_of_them).mean() == pytest.approx(0, abs=0.01)
    some = set(entries(net(spec=pv.NetworkSpec(wide, frozen=pv.FrozenEntries(0.25, 0.3)))))
    assert len(some) == 2500
    assert some < set(all_of_them)
    assert entries(net(spec=replace(SPEC, frozen=replace(HALF, kappa=0.0)))) == [0.0] * 24


def test_they_are_the_same_for_every_initialisation_and_another_for_another_seed() -> None:
    assert entries(net(0)) == entries(net(1))
    assert not torch.equal(net(0).flatten(), net(1).flatten())
    other = net(spec=replace(SPEC, frozen=replace(HALF, seed=4)))
    assert set(entries(other)).isdisjoint(entries(net(0)))
    free = ~pv.frozen_mask(SPEC)
    assert torch.equal(net(0).flatten()[free], net(spec=replace(SPEC, frozen=None)).flatten()[free])


def test_points_between_networks_keep_them_and_other_spaces_are_refused() -> None:
    a, b = net(0), net(1)
    assert entries(a + 0.3 * (b - a)) == entries(a)
    assert pv.stack([a, b]).frozen == a[None][0].frozen == HALF
    stranger = net(spec=replace(SPEC, frozen=replace(HALF, seed=4)))
    for other in (stranger, a.thawed()):
        with pytest.raises(ValueError, match="expected networks of the same widths and activation, frozen entries included"):
            pv.line_slice(a, other, DATA)
        with pytest.raises(ValueError, match="frozen entries cannot be stacked"):
            pv.stack([a, other])
        with pytest.raises(ValueError, match="different shapes or frozen entries span no plane"):
            pv.plane_slice(a, b, other, DATA)
    assert pv.compare(a, a.thawed(), DATA).difference == 0  # functions can be compared, whatever space they lie in
    assert pv.line_slice(a, b, DATA).losses.isfinite().all()


@pytest.mark.parametrize("normalization", ["none", "filter"])
def test_random_directions_leave_them_where_they_are(normalization: str) -> None:
    plane = pv.random_plane(net(), DATA, normalization=normalization, resolution=3)
    assert [entries(axis) for axis in plane.axes] == [[0.0] * 24] * 2
    assert all(bool((axis.flatten()[~pv.frozen_mask(SPEC)] != 0).all()) for axis in plane.axes)


def test_files_carry_them() -> None:
    back = pv.network_from_bytes(pv.network_to_bytes(net()))
    assert back.spec == SPEC
    assert torch.equal(back.flatten(), net().flatten())
    assert json.loads(pv.network_to_json(net()))["frozen"] == {"share": 0.5, "kappa": 0.5, "seed": 3}
    assert "frozen" not in json.loads(pv.network_to_json(net().thawed()))
    single = net().to(torch.float32)
    assert pv.network_from_bytes(pv.network_to_bytes(single)).spec == SPEC


def told(stated: object) -> bytes:
    """A file of an unfrozen network that states such frozen entries."""
    tensors = {"weights.1": torch.ones(1, 2), "biases.1": torch.zeros(1)}
    return save(tensors, {"permviz": json.dumps({"activation": "tanh", "version": 1, "frozen": stated})})


@pytest.mark.parametrize(
    "stated", [3, [], {"share": 2, "kappa": 1}, {"share": "x", "kappa": 1}, {"shares": 0.5}, {"share": 0.5}]
)
def test_files_that_state_nonsense_are_refused(stated: object) -> None:
    with pytest.raises(ValueError, match=r"frozen entries .* are damaged"):
        pv.network_from_bytes(told(stated))


def test_a_file_whose_weights_are_others_is_refused() -> None:
    with pytest.raises(ValueError, match="not those that it says are frozen"):
        pv.network_from_bytes(told({"share": 0.5, "kappa": 1.0, "seed": 0}))
    assert pv.network_from_bytes(told({"share": 0.0, "kappa": 1.0, "seed": 0})).frozen is not None


def carried(network: pv.Network) -> object:
    return pv.to_python(pv.Experiment(pv.Recipe(hidden=(6, 5))), network)


@pytest.mark.parametrize(
    ("lose", "message"),
    [
        (pv.to_torch, "a torch module does not keep frozen entries, so give net.thawed()"),
        (pv.reduced_average, "the average over all permutations does not keep"),
        (lambda n: pv.symmetric_average(n, signed=True), "the average over sign flips does not keep"),
        (lambda n: pv.claim_evidence(1, n, DATA), "the evidence of the post's claims does not keep"),
        (carried, "frozen=FrozenEntries.* given for an experiment of"),
        (lambda n: edited(n, [Edit(1, i, j, 9.0) for i in range(6) for j in range(2)]), "This edit moves frozen entries"),
        (lambda n: pv.Permutation.transposition(n.spec, 2, (0, 1))(n), "This permutation moves frozen entries"),
        (lambda n: pv.transposition_lines(n, DATA, 1), "This permutation moves frozen entries"),
        (lambda n: pv.jensen_argument(n, DATA), "This permutation moves frozen entries"),
        (lambda n: pv.jensen_curve(n, DATA), "This permutation moves frozen entries"),
        (lambda n: pv.permutohedron(n, DATA, 1, range(4)), "This permutation moves frozen entries"),
        (lambda n: pv.match(n, n), "matching does not keep frozen entries, so give net.thawed()"),
        (lambda n: pv.sign_flip(n, 1, 0), "This move moves frozen entries"),
        (lambda n: pv.make_equal(n, 1, 0, 1), "A duplicate moves frozen entries"),
    ],
)
def test_what_would_lose_or_move_them_is_refused_in_a_sentence(lose: Callable[[pv.Network], object], message: str) -> None:
    with pytest.raises(ValueError, match=message) as refusal:
        lose(net())
    assert str(refusal.value).endswith(".")
    if "experiment" not in message:
        lose(net().thawed())


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("share", -0.1),
        ("share", 1.1),
        ("share", math.nan),
        ("kappa", math.nan),
        ("kappa", math.inf),
        ("kappa", -1.0),
        ("kappa", 1e9),
    ],
)
def test_numbers_out_of_range_are_refused(name: str, value: float) -> None:
    with pytest.raises(ValueError, match=rf"{name}=.* of frozen entries given: expected a number from 0 to"):
        pv.FrozenEntries(**{"share": 0.5, "kappa": 0.5, name: value})


@pytest.mark.parametrize("wrong", [{"share": "x"}, {"kappa": None}, {"seed": 1.5}, {"seed": -1}, {"seed": True}])
def test_wrong_types_are_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="given"):
        pv.FrozenEntries(**{"share": 0.5, "kappa": 0.5} | wrong)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match=r"frozen=0\.5 given to NetworkSpec: expected a FrozenEntries"):
        pv.NetworkSpec((2, 1), "tanh", 0.5)  # type: ignore[arg-type]
