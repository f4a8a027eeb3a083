"""Is it really the symmetry that builds the walls? Networks trained apart, with the symmetry and with it broken on purpose.

Frozen entries (:class:`permviz.FrozenEntries`, Lim et al. 2024) leave few of the group's moves or the identity alone, at once
for all networks of a specification. If the symmetry alone made the walls between networks trained from different seeds, they
would go with it. Two controls say whether they do: missing edges (kappa 0), which break the symmetry as well, and ordinary
networks whose nodes are matched (:func:`permviz.match`), where the whole group is still there.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial

import torch
from torch import Tensor

from permviz.landscape.seed_pairs import SeedPairs, check_all, seed_pairs
from permviz.networks.checks import checked
from permviz.networks.datasets import Dataset
from permviz.networks.network import FrozenEntries, NetworkSpec
from permviz.networks.results import Result, printed
from permviz.training.train import train

SHARES, KAPPAS = (0.25, 0.5, 0.75), (0.0, 0.25, 0.5, 1.0, 2.0)
MOST_CELLS, MOST_SEEDS = 100, 20
REPORTS = 10
"""How often, at most, a training reports, and can be stopped."""


Row = tuple[SeedPairs | None, ...]


@dataclass(frozen=True, eq=False, repr=False)
class AsymmetryMap(Result):
    """Walls over how many entries are frozen and how large they are, and the controls; what is not yet computed is ``None``.

    Attributes:
        spec: of the ordinary networks.
        shares, kappas: the columns and the rows.
        cells: one row a kappa, one entry a share.
        ordinary: the same without frozen entries.
        matched: those with their nodes matched by weights.
        wider: ordinary networks of other widths.
        seeds, steps, learning_rate: of every training, by Adam.
        widths: those of the other ordinary networks that were asked for.
    """

    spec: NetworkSpec
    shares: tuple[float, ...]
    kappas: tuple[float, ...]
    cells: tuple[Row, ...]
    ordinary: SeedPairs | None
    matched: SeedPairs | None
    wider: tuple[SeedPairs, ...]
    seeds: tuple[int, ...]
    steps: int
    learning_rate: float
    widths: tuple[int, ...] = ()

    @property
    def done(self) -> int:
        """How many groups of networks, of :attr:`total`, were trained and compared."""
        return (self.ordinary is not None) + sum(cell is not None for row in self.cells for cell in row) + len(self.wider)

    @property
    def total(self) -> int:
        """Ordinary networks, each cell, and each other width."""
        return 1 + len(self.shares) * len(self.kappas) + len(self.widths)

    @property
    def complete(self) -> bool:
        """Whether all that was asked for is there."""
        return self.done == self.total

    def table(self, number: Callable[[SeedPairs], float | None]) -> Tensor:
        """A number of each cell, ``(K, S)``; not a number where there is none."""
        values = [[None if cell is None else number(cell) for cell in row] for row in self.cells]
        return torch.tensor([[torch.nan if v is None else v for v in row] for row in values], dtype=torch.float64)

    @property
    def barriers(self) -> Tensor:
        """Median barriers, ``(K, S)``."""
        return self.table(lambda cell: cell.barrier)

    def __repr__(self) -> str:
        done = int(self.barriers.isfinite().sum())
        return printed("AsymmetryMap", repr(self.spec), f"{done} of {len(self.shares) * len(self.kappas)} cells")


@dataclass(frozen=True)
class AsymmetryProgress:
    """What a callback of :func:`asymmetry_map` sees.

    Attributes:
        done, total: groups of networks that were trained and compared, and all of them.
        found: the map so far.
    """

    done: int
    total: int
    found: AsymmetryMap


@checked
def asymmetry_map(
    spec: NetworkSpec,
    data: Dataset,
    shares: Sequence[float] = SHARES,
    kappas: Sequence[float] = KAPPAS,
    seeds: Sequence[int] = range(5),
    steps: int = 1000,
    learning_rate: float = 0.01,
    *,
    widths: Sequence[int] = (),
    held_out: Dataset | None = None,
    frozen_seed: int = 0,
    after: AsymmetryMap | None = None,
    callback: Callable[[AsymmetryProgress], bool | None] | None = None,
    dtype: torch.dtype = torch.float64,
) -> AsymmetryMap:
    """Train networks from several seeds for each share and kappa of frozen entries, and measure the walls between them.

    The networks of a cell are one batch. Ordinary networks, plain and matched, come first, other widths last.

    Args:
        spec: of ordinary networks, with a hidden layer.
        data: the task; barriers are on these samples.
        shares, kappas: of :class:`permviz.FrozenEntries`.
        seeds: of the initialisations, 2 to 20.
        steps, learning_rate: of Adam.
        widths: of all hidden layers, for more ordinary networks.
        held_out: other samples of the task, for the accuracy.
        frozen_seed: of the frozen entries.
        after: what an earlier call with the same arguments, data among them, had found when it was stopped: only what that
            lacks is computed.
        callback: called several times a training with an :class:`AsymmetryProgress`; returning False stops, and what is
            found by then is returned.
        dtype: of the training.

    Raises:
        ValueError: for numbers out of range, more than 100 cells and other widths, frozen entries, or data that do not fit;
            for an ``after`` of other arguments, as far as it knows them.

    >>> from permviz.networks.datasets import load_dataset
    >>> found = asymmetry_map(NetworkSpec((2, 4, 1)), load_dataset("moons"), [0.5], [0.0, 1.0], seeds=range(2), steps=20)
    >>> found.barriers.shape, found.cells[1][0].order, found.ordinary.order
    (torch.Size([2, 1]), 1, 384)
    """
    shares, kappas, seeds = tuple(map(float, shares)), tuple(map(float, kappas)), tuple(seeds)
    frozen = [[FrozenEntries(share, kappa, frozen_seed) for share in shares] for kappa in kappas]
    widths = tuple(widths)
    _check(spec, frozen, widths, seeds)
    check_all(spec, data, held_out)
    blank: tuple[Row, ...] = tuple((None,) * len(shares) for _ in kappas)
    found = AsymmetryMap(spec, shares, kappas, blank, None, None, (), seeds, steps, float(learning_rate), widths)
    cells = [replace(spec, frozen=cell) for row in frozen for cell in row]
    others = [replace(spec, widths=(spec.widths[0], *(n for _ in spec.hidden), spec.widths[-1])) for n in widths]
    going, groups = True, [spec, *cells, *others]
    if after is not None:
        _check_same(after, found, frozen_seed)
        found = after

    def watched(done: int) -> bool:
        nonlocal going
        going = callback is None or callback(AsymmetryProgress(done, len(groups), found)) is not False
        return going

    every = max(1, steps // REPORTS)
    for done, group in enumerate(groups[found.done :], start=found.done):
        watch = partial(lambda at, _: watched(at), done)
        run = train(group, data, seeds, steps, learning_rate=learning_rate, callback=watch, report_every=every, dtype=dtype)
        if not going:
            break
        pairs = seed_pairs(run.networks, data, held_out)
        if group is spec:
            found = replace(found, ordinary=pairs, matched=seed_pairs(run.networks, data, held_out, matched=True))
        elif done <= len(cells):
            found = _with_cell(found, *divmod(done - 1, len(shares)), pairs)
        else:
            found = replace(found, wider=(*found.wider, pairs))
        if not watched(done + 1):
            break
    return found


def wider_widths(spec: NetworkSpec) -> tuple[int, ...]:
    """Twice and four times the widest hidden layer: of the ordinary networks that stand beside a map."""
    return 2 * max(spec.hidden), 4 * max(spec.hidden)


def _with_cell(found: AsymmetryMap, k: int, s: int, pairs: SeedPairs) -> AsymmetryMap:
    rows = [list(row) for row in found.cells]
    rows[k][s] = pairs
    return replace(found, cells=tuple(map(tuple, rows)))


def _check_same(after: AsymmetryMap, asked: AsymmetryMap, frozen_seed: int) -> None:
    """Whether a map that goes on is of the arguments that are given."""
    names = "spec", "shares", "kappas", "seeds", "steps", "learning_rate", "widths"
    other = next((name for name in names if getattr(after, name) != getattr(asked, name)), "")
    if other:
        raise ValueError(f"A map to go on from of {other} {getattr(after, other)} given: expected {getattr(asked, other)}.")
    drawn = {cell.spec.frozen.seed for row in after.cells for cell in row if cell is not None and cell.spec.frozen}
    if drawn - {frozen_seed}:
        raise ValueError(f"A map to go on from of frozen entries drawn with seed {drawn.pop()} given: expected {frozen_seed}.")


def _check(spec: NetworkSpec, frozen: Sequence[Sequence[FrozenEntries]], widths: Sequence[int], seeds: Sequence[int]) -> None:
    if spec.frozen is not None or not spec.hidden:
        raise ValueError(f"{spec} given: expected ordinary networks with a hidden layer, without frozen entries.")
    cells = sum(map(len, frozen))
    if not 1 <= cells <= MOST_CELLS:
        raise ValueError(f"{cells} pairs of share and kappa given: expected 1 to {MOST_CELLS}.")
    if cells + len(widths) > MOST_CELLS:
        raise ValueError(f"{cells} pairs of share and kappa and {len(widths)} widths given: expected {MOST_CELLS} together.")
    if not 2 <= len(set(seeds)) == len(seeds) <= MOST_SEEDS:
        raise ValueError(f"Seeds {seeds!r} given: expected 2 to {MOST_SEEDS} different ones.")
