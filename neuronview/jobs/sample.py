"""Activations of a few neurons on a sample of a dataset's own text, to fit rule explainers on.

Leaves out the part of the corpus that is shown first and every document that the neurons are scored on, so that
nothing is fitted on what it is scored with. Values are recomputed with the dataset's model, which is injected.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from neuronview.errors import Cancelled, DatasetError
from neuronview.explain.evaluation import evaluation_sets
from neuronview.explain.features import evaluate
from neuronview.records import NeuronId, NeuronRecord
from neuronview.store import Dataset

__all__ = ["Model", "Sample", "draw_sample"]


class Model(Protocol):
    """What is needed of a subject model."""

    def activations(self, token_ids: Sequence[int], neurons: Sequence[NeuronId]) -> NDArray[np.float32]:
        """Activations (tokens, neurons)."""


@dataclass(frozen=True, eq=False)
class Sample:
    """Tokens of a sample one after another, with the activations of the chosen neurons."""

    token_ids: NDArray[np.int64]  # (tokens,)
    strings: dict[int, str]
    marks: NDArray[np.bool_]  # (features, tokens)
    activations: NDArray[np.float32]  # (tokens, neurons)
    n_excerpts: int


def draw_sample(
    dataset: Dataset,
    model: Model,
    records: Sequence[NeuronRecord],
    *,
    size: int,
    seed: int = 0,
    on_progress: Callable[[int, int], Any] = lambda done, total: None,
    should_stop: Callable[[], bool] = lambda: False,
) -> Sample:
    """Run the model over up to `size` stored excerpts; the same seed draws the same ones.

    Raises DatasetError when the dataset has no excerpt to fit on, Cancelled when asked to stop.
    """
    rows = dataset.sample_excerpts(size, seed=seed, without_documents=_scored_documents(records))
    if not rows:
        raise DatasetError("This dataset stores no excerpt that the neuron is not scored on: collect more text.")
    neurons = [record.id for record in records]
    values, marks = [], []
    for done, row in enumerate(rows):
        if should_stop():
            raise Cancelled("Stopped while reading the sample; nothing was changed.")
        values.append(model.activations(row["token_ids"], neurons))
        marks.append(evaluate(row["tokens"]))
        on_progress(done + 1, len(rows))
    pairs = {int(i): text for row in rows for i, text in zip(row["token_ids"], row["tokens"], strict=True)}
    return Sample(
        token_ids=np.concatenate([np.asarray(row["token_ids"], dtype=np.int64) for row in rows]),
        strings=pairs,
        marks=np.concatenate(marks, axis=1),
        activations=np.concatenate(values),
        n_excerpts=len(rows),
    )


def _scored_documents(records: Sequence[NeuronRecord]) -> set[str]:
    """Documents of every record that any of the neurons is calibrated or scored on."""
    sets = [chosen for record in records for chosen in evaluation_sets(record).values() if chosen.split != "train"]
    return {r.document_id for chosen in sets for r in chosen.records if r.document_id is not None}
