"""A sweep on a cluster of two worker processes, of which one is killed on the way: the table is the one that is found here."""

from __future__ import annotations

import multiprocessing
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from unittest import mock

import pytest

import permviz as pv
from tests.experiment.evaluating import MARK, outcome, outcome_or_death

distributed = pytest.importorskip("distributed")
dask = pytest.importorskip("dask")

RECIPES = [pv.Recipe(hidden=(2,), samples=20, steps=50, finish=True, seed=seed) for seed in range(8)]
"""Finished: where rounding differs by a bit, second-order steps soon differ in the first digit."""


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[distributed.LocalCluster]:
    """Two processes, each of one thread; no dashboard, and ports that are free. Workers are forked from one process that has
    loaded what they need: so they, and those that take the place of killed ones, are there at once."""
    if "forkserver" not in multiprocessing.get_all_start_methods():
        pytest.skip("this system does not fork")
    multiprocessing.get_context("forkserver").set_forkserver_preload(["distributed", "permviz", "tests.experiment.evaluating"])
    mark = tmp_path_factory.mktemp("cluster") / "died"
    settings = {
        "distributed.worker.multiprocessing-method": "forkserver",
        "distributed.nanny.pre-spawn-environ": {MARK: str(mark), "OMP_NUM_THREADS": "1"},
        "distributed.comm.timeouts.connect": "120s",
        "temporary-directory": str(mark.parent),
    }
    with (
        mock.patch.dict(
            os.environ, PYTHONPATH=os.pathsep.join(filter(None, sys.path))
        ),  # the process that loads knows no other
        dask.config.set(settings),
        distributed.LocalCluster(
            n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None, scheduler_port=0, silence_logs=50
        ) as made,
    ):
        made.mark = mark
        yield made


@pytest.fixture(scope="module")
def table() -> pv.SweepTable:
    return pv.sweep(RECIPES, outcome, batch=2)


def test_a_cluster_finds_the_same_table(cluster: distributed.LocalCluster, table: pv.SweepTable) -> None:
    with distributed.Client(cluster) as client:
        client.wait_for_workers(2, timeout=120)
        processes = {worker["pid"] for worker in client.run(_process, nanny=False).values()}
        assert len(processes) == 2
        assert multiprocessing.current_process().pid not in processes
        assert pv.sweep(RECIPES, outcome, client.get_executor(), batch=2) == table


def _process() -> dict[str, int]:
    return {"pid": os.getpid()}


def test_a_worker_killed_on_the_way_costs_no_result(
    cluster: distributed.LocalCluster, table: pv.SweepTable, tmp_path: Path
) -> None:
    with distributed.Client(cluster) as client:
        client.wait_for_workers(2, timeout=120)
        assert not cluster.mark.exists()
        found = pv.sweep(RECIPES, outcome_or_death, client.get_executor(), tmp_path / "rows", batch=2)
        assert cluster.mark.exists()  # somebody died
        assert found == table
        assert not found.errors
    assert pv.sweep(RECIPES, outcome_or_death, None, tmp_path / "rows", batch=2) == table
