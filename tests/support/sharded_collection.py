"""A small collection that workers can compute, and what they load in the place of a model."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from neuronview.collect import CollectResult, Document, Sizes, collect
from neuronview.collect.build import Collection
from neuronview.collect.corpus import Batch
from neuronview.collect.passes import Visitor, run_over
from neuronview.demo.passages_written import written
from neuronview.jobs import collecting_shards
from neuronview.jobs.collecting import collecting_on
from neuronview.jobs.engines import Engine
from neuronview.model import SubjectModel, load

__all__ = [
    "DEATHS",
    "DIED",
    "NAMES",
    "SMALL",
    "collected",
    "died",
    "dies_once",
    "documents",
    "features_of",
    "in_shards",
]

NAMES = ("long", "vowel", "early", "never")
DIED = "NEURONVIEW_TEST_DIED"
"""Environment variable: a folder with a file for each reading in which a worker was killed."""
DEATHS = ("statistics", "records")
"""Readings of the corpus in which one is."""


def features_of(tokens: Sequence[str]) -> NDArray[np.bool_]:
    """Whether a token is long, ends in a vowel, is among the first ones, and what never is."""
    return np.array(
        [
            [len(token) > 4 for token in tokens],
            [token[-1:] in "aeiou" for token in tokens],
            [place < 9 for place in range(len(tokens))],
            [False for _ in tokens],
        ]
    )


def documents(n: int = 10) -> list[Document]:
    """The first `n` of the written passages."""
    return [Document(passage.id, passage.text, "written") for passage in written()[:n]]


def dies_once(place: str, device: str, dtype: str) -> SubjectModel:
    """The model. In each of `DEATHS` the first worker that is amid its shard's second batch is killed."""
    setattr(collecting_shards, "run_over", _run_over_or_die)  # noqa: B010 - of the worker that loads this
    return load(place, device=device, dtype=dtype)


def died() -> set[str]:
    """Readings in which a worker was killed."""
    return {path.name for path in Path(os.environ[DIED]).iterdir()}


def _run_over_or_die(model: Any, corpus: Any, visitor: Visitor, *, stage: str, **rest: Any) -> None:
    run_over(model, corpus, _Dying(visitor, stage, model.n_layers) if stage in DEATHS else visitor, stage=stage, **rest)


class _Dying:
    """A visitor that was shown a whole batch, and a layer of another, when its process is killed."""

    def __init__(self, visitor: Visitor, stage: str, n_layers: int) -> None:
        self._visitor, self._stage, self._left = visitor, stage, n_layers + 1

    def begin(self, batch: Batch) -> Any:
        return self._visitor.begin(batch)

    def layer(self, prepared: Any, batch: Batch, layer: int, values: torch.Tensor) -> None:
        self._visitor.layer(prepared, batch, layer, values)
        self._left -= 1
        if self._left == 0:
            with suppress(FileExistsError):
                (Path(os.environ[DIED]) / self._stage).touch(exist_ok=False)
                os.kill(os.getpid(), signal.SIGKILL)


def collected(
    model: SubjectModel, folder: Path, *, kind: Callable[..., Collection] | None = None, **options: Any
) -> CollectResult:
    """A dataset in `folder/data` of the ten passages, or other `options` of `collect`."""
    given: dict[str, Any] = {"features": features_of, "feature_names": NAMES, "sizes": Sizes(**SMALL), "seed": 3}
    asked = given | options
    return collect(
        model, asked.pop("texts", documents()), folder / "data", work=folder / "work", name="small", kind=kind, **asked
    )


SMALL: dict[str, Any] = {"top": 4, "random": 4, "quantile": 2, "first": 3, "pairs": 3, "pair_features": 4}


def in_shards(
    model: SubjectModel, folder: Path, engine: Engine, *, load_model: Any = load, **options: Any
) -> CollectResult:
    """Likewise on an engine."""
    with collecting_on(engine, load_model=load_model, device="cpu") as kind:
        return collected(model, folder, kind=kind, **options)
