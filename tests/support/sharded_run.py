"""A planned run whose results bear a fixed time, and what a worker of a test loads in the place of a model."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any, TypeVar
from unittest.mock import patch

import numpy as np

from benchmarks.language_server import EXPLAINER, SIMULATOR
from neuronview.jobs.engines import Engine, Here
from neuronview.jobs.plan import RunFolder, RunPlan, new_run
from neuronview.jobs.shards import Shard, carry_out
from neuronview.llm.cache import Cache
from neuronview.records import NeuronId
from neuronview.store import Dataset
from neuronview.store.write import sha256_of, write_json
from tests.support import run_dataset as made
from tests.support.language_run import EVERYONE

S = TypeVar("S")
R = TypeVar("R")

RUNS, ANSWERS = 40, 20
"""Excerpts that a model was run on, or answers of a language model, that a worker has when it is killed."""
BY_LANGUAGE: dict[str, Any] = {
    "simulator": "structured",
    "explainer_model": EXPLAINER,
    "simulator_model": SIMULATOR,
    "candidates": 1,
    "excerpts": 2,
    "others": 1,
    "splits": ("held_out",),
    "concurrency": 2,
}
"""Of a small plan by language model."""


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


class Dying(Here):
    """An engine, the first of whose workers to have so many ANSWERS is killed in the midst of its shard."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    def map(self, work: Any, shards: Iterable[Any], *, tick: Callable[[], None] = lambda: None) -> Iterator[Any]:
        return self.engine.map(carry_out_or_die, shards, tick=tick)


def carry_out_or_die(shard: Shard) -> int:
    """As `carry_out`; the first worker of the run that has stored so many answers is killed."""
    real, stored = Cache.put_all, 0

    def put_all(cache: Cache, answers: Any) -> Any:
        nonlocal stored
        found = real(cache, answers)
        stored += len(found)
        if stored >= ANSWERS:
            _die_once(shard.run / "died")
        return found

    with patch.object(Cache, "put_all", put_all):
        return carry_out(shard)


def _die_once(mark: Path) -> None:
    """Kill this process, if no other one was."""
    with suppress(FileExistsError):
        mark.touch(exist_ok=False)
        os.kill(os.getpid(), signal.SIGKILL)


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
    """The same; the first worker to run it on more than RUNS excerpts is killed in the midst of its shard."""
    return _DyingModel(dataset.folder.parent / "died")


class _DyingModel(made.FakeModel):
    def __init__(self, mark: Path) -> None:
        super().__init__()
        self._mark = mark

    def activations_together(self, excerpts: Sequence[Sequence[int]], neurons: Sequence[NeuronId]) -> np.ndarray:
        if self.runs + len(excerpts) > RUNS:
            _die_once(self._mark)
        return super().activations_together(excerpts, neurons)


def parts_of(overlay: Path) -> dict[str, str]:
    """Checksum of every part by its name."""
    return {path.name: sha256_of(path) for path in overlay.glob("*.parquet")}
