"""Run a model over a corpus, batch by batch, and hand its activations to a visitor.

Says how far it is, and stops between two batches when it is told to. Layers of a batch are visited at the same
time, while the model computes the next batch. Knows nothing of what visitors compute.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import torch
from numpy.typing import NDArray

from neuronview.collect.corpus import Batch, Corpus
from neuronview.errors import Cancelled

__all__ = ["Progress", "Reporter", "Visitor", "run_over"]

BATCH_TOKENS = 4096
BATCH_BYTES = 1 << 28


@dataclass(frozen=True)
class Progress:
    """How far a stage is, in tokens."""

    stage: str
    done: int
    total: int
    tokens_per_second: float

    @property
    def seconds_left(self) -> float:
        """At the speed so far; nan before anything is done."""
        return (self.total - self.done) / self.tokens_per_second if self.tokens_per_second else float("nan")


class Reporter:
    """Passes progress on and asks whether to stop; both callables may be None."""

    def __init__(self, progress: Callable[[Progress], None] | None, should_stop: Callable[[], bool] | None) -> None:
        self._progress = progress
        self._should_stop = should_stop
        self._stage, self._total, self._started = "", 0, 0.0

    def begin(self, stage: str, total: int) -> None:
        """Start a stage of `total` tokens."""
        self._stage, self._total, self._started = stage, total, time.perf_counter()
        self.at(0)

    def at(self, done: int) -> None:
        """Report; raises Cancelled when the work should stop."""
        if self._should_stop is not None and self._should_stop():
            raise Cancelled("The collection was stopped. Nothing was written; start it again to collect.")
        if self._progress is not None:
            elapsed = time.perf_counter() - self._started
            self._progress(Progress(self._stage, done, self._total, done / elapsed if elapsed > 0 else 0.0))


class Layers(Protocol):
    """The layers of a model that are looked at."""

    @property
    def n_layers(self) -> int:
        """How many."""

    @property
    def n_neurons(self) -> int:
        """Of each."""

    def batch_activations(self, ids: torch.Tensor) -> Iterator[torch.Tensor]:
        """Activations (B, T, neurons), layer by layer."""


class Visitor(Protocol):
    """What is done with a batch. `layer` is called from several threads, once for each layer."""

    def begin(self, batch: Batch) -> None:
        """Before the layers of a batch."""

    def layer(self, batch: Batch, layer: int, values: torch.Tensor) -> None:
        """Activations (B, T, neurons) of one layer: contiguous 32-bit floats on the CPU."""

    def end(self, batch: Batch) -> None:
        """After all layers of a batch."""


def run_over(
    model: Layers,
    corpus: Corpus,
    visitor: Visitor,
    *,
    stage: str,
    report: Reporter,
    among: NDArray[np.bool_] | None = None,
) -> None:
    """Show every excerpt (or those `among`) to the visitor. Raises Cancelled when told to stop."""
    total = corpus.n_tokens if among is None else int(corpus.lengths[among].sum())
    width = model.n_layers * model.n_neurons
    tokens = max(1, min(BATCH_TOKENS, BATCH_BYTES // (4 * width)))
    done = 0
    report.begin(stage, total)
    batches = corpus.batches(tokens=tokens, among=among)
    with _Workers() as workers:

        def start() -> tuple[Batch, Future[list[torch.Tensor]]] | None:
            batch = next(batches, None)
            return None if batch is None else (batch, workers.submit(_layers, model, batch))

        current = start()
        while current is not None:
            batch, computed = current
            layers = computed.result()
            current = start()
            workers.submit(visitor.begin, batch).result()
            for visit in [workers.submit(visitor.layer, batch, number, values) for number, values in enumerate(layers)]:
                visit.result()
            visitor.end(batch)
            done += batch.n_tokens
            report.at(done)


def _layers(model: Layers, batch: Batch) -> list[torch.Tensor]:
    return [
        values.to(device="cpu", dtype=torch.float32).contiguous()
        for values in model.batch_activations(torch.from_numpy(batch.token_ids))
    ]


class _Workers(ThreadPoolExecutor):
    """As many threads as torch may use, each of which computes alone.

    Threads that share an operation wait for one another in a busy loop, which on a machine with other work costs
    more than they gain.
    """

    def __init__(self) -> None:
        super().__init__(torch.get_num_threads(), initializer=torch.set_num_threads, initargs=(1,))
