"""A small collection that workers can compute, and what they load in the place of a model."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from neuronview.collect import CollectResult, Document, Sizes, collect
from neuronview.collect.build import Collection
from neuronview.demo.passages_written import written
from neuronview.jobs.collecting import collecting_on
from neuronview.jobs.engines import Engine
from neuronview.model import SubjectModel, load

__all__ = ["NAMES", "collected", "dies_once", "documents", "features_of", "in_shards"]

NAMES = ("long", "vowel", "early", "never")
DIED = "NEURONVIEW_TEST_DIED"
"""Environment variable: a file that says that a worker died already."""


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


def dies_once(place: str, device: str) -> SubjectModel:
    """The model; the first worker that loads it is killed in the midst of its shard."""
    try:
        Path(os.environ[DIED]).touch(exist_ok=False)
    except FileExistsError:
        return load(place, device=device)
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError("nobody survives this")


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
