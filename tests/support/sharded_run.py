"""A planned run whose results bear a fixed time, and what a worker of a test loads in the place of a model."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any, TypeVar

import numpy as np

from neuronview.jobs.engines import Here
from neuronview.jobs.plan import RunFolder, RunPlan, new_run
from neuronview.store import Dataset
from neuronview.store.write import sha256_of, write_json
from tests.support import run_dataset as made
from tests.support.language_run import EVERYONE

S = TypeVar("S")
R = TypeVar("R")


class Shuffled(Here):
    """An engine that computes shards in another order, some of them twice, and hands out in theirs."""

    def __init__(self, seed: int) -> None:
        self.seed = seed

    def map(
        self, work: Callable[[S], R], shards: Iterable[S], *, tick: Callable[[], None] = lambda: None
    ) -> Iterator[R]:
        listed = list(shards)
        drawn = np.random.default_rng(self.seed)
        found = {int(place): work(listed[place]) for place in drawn.permutation(len(listed))}
        for place in drawn.integers(0, len(listed), 2):
            found[int(place)] = work(listed[place])
        tick()
        yield from (found[place] for place in range(len(listed)))


def planned(home: Path, explainer: str = "lookup", *, neurons: tuple[str, ...] = EVERYONE, **options: Any) -> RunFolder:
    """A run over neurons of `run_dataset`, all of them where none are named."""
    run = new_run(home, RunPlan("", "runs", neurons, explainer, sample=80, **options))
    fixed = replace(run.plan(), created="2030-01-01T00:00:00.000000+00:00")
    write_json(run.path / "plan.json", asdict(fixed))
    return run


def fake_model(dataset: Dataset) -> made.FakeModel:
    """The model of `run_dataset`."""
    return made.FakeModel()


def model_that_dies_once(dataset: Dataset) -> made.FakeModel:
    """The same; the first worker that loads it, of all that see the dataset, is killed in the midst of its shard."""
    try:
        (dataset.folder.parent / "died").touch(exist_ok=False)
    except FileExistsError:
        return made.FakeModel()
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError("nobody survives this")


def parts_of(overlay: Path) -> dict[str, str]:
    """Checksum of every part by its name."""
    return {path.name: sha256_of(path) for path in overlay.glob("*.parquet")}
