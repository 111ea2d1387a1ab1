"""One shard of a collection: which part of the corpus it has, and what a worker does with it.

Shards follow from the corpus alone: runs of batches in the order in which a collection in one process takes them. A
worker begins with empty accumulators, shows them its batches, and leaves their state as one file, so that a shard gives
the same bytes whoever computes it, however often, and after whichever others. A shard is made of folders and numbers.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

from neuronview.collect import FeatureFunction, Sizes
from neuronview.collect.build import Collection
from neuronview.collect.expressions import PairProducts
from neuronview.collect.features import FeatureBits
from neuronview.collect.passes import Progress, Reporter, run_over
from neuronview.collect.states import load_arrays, load_corpus, save_arrays, save_state
from neuronview.errors import EngineError, ModelError
from neuronview.jobs.watched import locked
from neuronview.model import SubjectModel
from neuronview.store.write import unsealed

__all__ = ["BITS", "GIVEN", "JOB", "LoadModel", "Shard", "Stage", "compute", "cut", "facts_of"]

LoadModel = Callable[..., SubjectModel]
"""A function of a module, of a model's folder or name, `device` and `dtype`."""
JOB, GIVEN, BITS = "job.json", "given.npz", "features.bin"
LEAST, MOST = 128, 80
"""Batches of a shard at the least, of 2,048 tokens each: a state takes seconds to write and to merge. And shards."""
TOLD = 2.0
"""Seconds between two reports of a worker."""


@dataclass(frozen=True)
class Stage:
    """A reading of the corpus, or of a part of it."""

    job: Path
    kind: str
    """`features`, `pairs`, `statistics` or `records`."""
    name: str
    """Its folder's, which follows from its kind and what it was given."""

    @property
    def folder(self) -> Path:
        """Where what it was given is, and the states of its shards."""
        return self.job / self.name

    @property
    def bits(self) -> Path:
        """Features of every token, once the stage of features is over."""
        return self.folder / BITS

    def state(self, number: int) -> Path:
        """What a shard leaves: there as a whole or not at all."""
        return self.folder / f"{number:05}.npz"

    def done(self, number: int) -> int:
        """Tokens that a shard under way has read, as far as it has said."""
        try:
            return int(self.state(number).with_suffix(".at").read_text() or 0)
        except OSError:
            return 0


@dataclass(frozen=True)
class Shard:
    """What a worker is told."""

    stage: Stage
    number: int
    only: range
    """Batches of those that the stage reads; excerpts, where features are asked for."""
    load_model: LoadModel
    device: str
    features: FeatureFunction | None = None


def cut(n: int, *, least: int | None = None) -> list[range]:
    """Runs of as many of `n` batches, or excerpts, as a shard has: `least`, or more where the shards were too many."""
    size = max(least or LEAST, -(-n // MOST))
    return [range(first, min(first + size, n)) for first in range(0, n, size)]


def facts_of(model: SubjectModel) -> dict[str, Any]:
    """What has to be the same of the model of every worker."""
    return {
        "fingerprint": model.fingerprint,
        "tokenizer": model.tokenizer.fingerprint,
        "activation_function": model.activation_function,
        "leading_token": model.leading_token,
        "dtype": model.dtype,
    }


def compute(shard: Shard) -> int:
    """Do a shard and return its number; its state is in the stage's folder. Doing it twice gives the same.

    EngineError where this machine does not see that folder, ModelError where it has another model.
    """
    stage = shard.stage
    for place in (stage.job / JOB, stage.folder / GIVEN):
        if not place.exists():
            raise EngineError(
                f"A worker does not see {place}. Keep the model and the folder of --work, or of --out, under the same "
                "path on all machines."
            )
    # A worker that was given up may still be at it.
    with locked(stage.state(shard.number).with_suffix(".working"), wait=-1):
        if not stage.state(shard.number).exists():
            _do(shard)
    return shard.number


def _do(shard: Shard) -> None:
    stage, job = shard.stage, unsealed((shard.stage.job / JOB).read_bytes())
    given, path = load_arrays(stage.folder / GIVEN), stage.state(shard.number)
    collection = _collection(shard, job)
    if shard.features is not None:
        with TemporaryDirectory(dir=stage.folder) as folder:
            FeatureBits.compute(
                collection.corpus,
                collection.vocabulary,
                shard.features,
                names=given["names"].tolist(),
                work=Path(folder),
                among=shard.only,
            )
            save_arrays(path, {"bits": np.fromfile(Path(folder) / BITS, dtype=np.uint8)})
        return
    if "names" in given:
        collection.bits = FeatureBits.read(given["names"].tolist(), stage.job / str(given["features"]) / BITS)
    if stage.kind == "pairs":
        collection.sample_pairs()
        assert collection.pairs is not None
        save_arrays(path, {"pairs": collection.pairs.pairs})
        return
    if "pairs" in given:
        collection.pairs = PairProducts(given["pairs"], n_parts=collection.n_parts)
    collection.bits_of_records = int(given["bits"])
    collection.begin()
    visitor = (
        collection.statistics
        if stage.kind == "statistics"
        else collection.pool_visitor(given["boundaries"], given["excluded"], counts=bool(given["counts"]))
    )
    run_over(
        collection.layers,
        collection.corpus,
        visitor,
        stage=stage.kind,
        report=Reporter(_Telling(path.with_suffix(".at")), None),
        among=given.get("among"),
        only=shard.only,
    )
    save_state(visitor, path)


def _collection(shard: Shard, job: dict[str, Any]) -> Collection:
    """One that has read nothing yet."""
    model = _loaded(shard.load_model, job["place"], shard.device, job["model"]["dtype"])
    if facts_of(model) != job["model"]:
        raise ModelError(
            f"A worker's model {job['place']} is another one than the driver's. Keep it under the same path on all "
            "machines, or name the same version of it."
        )
    sizes = job["sizes"] | {"layers": None if job["sizes"]["layers"] is None else tuple(job["sizes"]["layers"])}
    collection = Collection(model, shard.stage.job, Sizes(**sizes), job["seed"], Reporter(None, None))
    collection.take(load_corpus(shard.stage.job / "corpus"))
    return collection


@lru_cache(maxsize=1)
def _loaded(load_model: LoadModel, place: str, device: str, dtype: str) -> SubjectModel:
    """Shards of one worker share its model."""
    return load_model(place, device=device, dtype=dtype)


class _Telling:
    """Writes now and then how many tokens are done."""

    def __init__(self, path: Path) -> None:
        self._path, self._last = path, time.monotonic()

    def __call__(self, progress: Progress) -> None:
        if time.monotonic() > self._last + TOLD:
            self._last = time.monotonic()
            self._path.write_text(str(progress.done))
