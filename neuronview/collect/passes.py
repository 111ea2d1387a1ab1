"""Run a model over a corpus, batch by batch, and hand its activations to a visitor.

Says how far it is, and stops between two batches when it is told to. Each worker takes a batch of its own through the
model and hands every layer over as soon as it has it, so that no more than a layer of a batch is held by each. A layer
is shown one batch at a time, in the order of the batches: results depend neither on the number of workers nor on which
is faster. Knows nothing of what visitors compute.
"""

from __future__ import annotations

import ctypes
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import torch
from numpy.typing import NDArray

from neuronview.collect.corpus import Batch, Corpus
from neuronview.errors import Cancelled

__all__ = ["Progress", "Reporter", "Visitor", "release_memory", "reuse_memory", "run_over"]

BATCH_TOKENS = 2048
M_TRIM_THRESHOLD, M_TOP_PAD, M_MMAP_THRESHOLD, M_ARENA_MAX = -1, -2, -3, -8


@dataclass(frozen=True)
class Progress:
    """How far a stage is."""

    stage: str
    done: int
    total: int
    """0 where it is not known."""
    per_second: float
    unit: str = "tokens"
    """Of all three: `tokens`, `bytes`, `excerpts` or `parts`."""

    @property
    def seconds_left(self) -> float:
        """At the speed so far; nan before anything is done."""
        return (self.total - self.done) / self.per_second if self.per_second else float("nan")


class Reporter:
    """Passes progress on and asks whether to stop; both callables may be None."""

    def __init__(self, progress: Callable[[Progress], None] | None, should_stop: Callable[[], bool] | None) -> None:
        self._progress = progress
        self._should_stop = should_stop
        self._stage, self._total, self._unit, self._started = "", 0, "", 0.0

    def begin(self, stage: str, total: int, unit: str = "tokens") -> None:
        """Start a stage of so many tokens, or of what the `unit` says; 0 where nobody knows."""
        self._stage, self._total, self._unit, self._started = stage, total, unit, time.perf_counter()
        self.at(0)

    def at(self, done: int) -> None:
        """Report; raises Cancelled when the work should stop."""
        if self._should_stop is not None and self._should_stop():
            raise Cancelled("The collection was stopped. Nothing was written; start it again to collect.")
        if self._progress is not None:
            elapsed = time.perf_counter() - self._started
            speed = done / elapsed if elapsed > 0 else 0.0
            self._progress(Progress(self._stage, done, self._total, speed, self._unit))


class Layers(Protocol):
    """The layers of a model that are looked at."""

    @property
    def n_layers(self) -> int:
        """How many."""

    @property
    def n_neurons(self) -> int:
        """Of each."""

    @property
    def n_workers(self) -> int:
        """Threads that take batches."""

    def batch_activations(self, ids: torch.Tensor) -> Iterator[torch.Tensor]:
        """Activations (B, T, neurons), layer by layer."""


class Visitor(Protocol):
    """What is done with a batch. Of several threads, one at a time calls for a layer, in the order of the batches."""

    def begin(self, batch: Batch) -> Any:
        """Before the layers of a batch, one batch after the other; what it returns is given to `layer`."""

    def layer(self, prepared: Any, batch: Batch, layer: int, values: torch.Tensor) -> None:
        """Activations (B, T, neurons) of one layer: 32-bit floats on the CPU."""


def run_over(
    model: Layers,
    corpus: Corpus,
    visitor: Visitor,
    *,
    stage: str,
    report: Reporter,
    among: NDArray[np.bool_] | None = None,
    only: range | None = None,
) -> None:
    """Show every excerpt (or those `among`) to the visitor. Raises Cancelled when told to stop.

    `only`: which of the batches, by their number; the others are another process's.
    """
    reuse_memory()
    report.begin(stage, corpus.n_tokens if among is None else int(corpus.lengths[among].sum()))
    queue = _Queue(corpus.batches(tokens=BATCH_TOKENS, among=among, only=only), visitor, model.n_layers, report)
    try:
        with _Workers(model.n_workers) as workers:
            running = [workers.submit(queue.work, model) for _ in range(model.n_workers)]
            try:
                wait(running)
            except BaseException as error:
                queue.fail(error)
                raise
    finally:
        release_memory()
    queue.raise_failure()


class _Queue:
    """Batches that are yet to come, and whose turn it is at each layer."""

    def __init__(self, batches: Iterator[Batch], visitor: Visitor, n_layers: int, report: Reporter) -> None:
        self._batches, self._visitor, self._report = enumerate(batches), visitor, report
        self._turns = [0] * (n_layers + 1)  # the number of the batch that is next at each layer, and at the end
        self._done = 0
        self._changed = threading.Condition()
        self._failure: BaseException | None = None

    def work(self, model: Layers) -> None:
        """Take batches until there are none left."""
        try:
            with torch.inference_mode():
                while (following := self._next()) is not None:
                    self._pass(model, *following)
        except BaseException as error:  # noqa: BLE001 - raised again by raise_failure
            self.fail(error)

    def fail(self, error: BaseException) -> None:
        """Let all workers end; the first failure is the one that is told."""
        with self._changed:
            self._failure = self._failure or error
            self._changed.notify_all()

    def raise_failure(self) -> None:
        """Raise what ended the work early."""
        if self._failure is not None:
            raise self._failure

    def _next(self) -> tuple[int, Batch, Any] | None:
        with self._changed:
            if self._failure is not None:
                return None
            number, batch = next(self._batches, (0, None))
            return None if batch is None else (number, batch, self._visitor.begin(batch))

    def _pass(self, model: Layers, number: int, batch: Batch, prepared: Any) -> None:
        found = model.batch_activations(torch.from_numpy(batch.token_ids))
        for layer in range(len(self._turns) - 1):
            values = next(found).to(device="cpu", dtype=torch.float32)
            if not self._wait(layer, number):
                return
            self._visitor.layer(prepared, batch, layer, values)
            del values  # before the next layer is computed, which then has its memory
            self._advance(layer)
        if self._wait(len(self._turns) - 1, number):
            with self._changed:
                self._done += batch.n_tokens
                self._report.at(self._done)
            self._advance(len(self._turns) - 1)

    def _wait(self, layer: int, number: int) -> bool:
        with self._changed:
            self._changed.wait_for(lambda: self._turns[layer] == number or self._failure is not None)
            return self._failure is None

    def _advance(self, layer: int) -> None:
        with self._changed:
            self._turns[layer] += 1
            self._changed.notify_all()


class _Workers(ThreadPoolExecutor):
    """Threads, as many as torch may use or more, each of which computes alone.

    Threads that share an operation wait for one another in a busy loop, which on a machine with other work costs
    more than they gain.
    """

    def __init__(self, n: int) -> None:
        super().__init__(n, initializer=torch.set_num_threads, initargs=(1,))


def reuse_memory() -> None:
    """Tell the allocator of this process to keep what is freed: fresh memory costs a fifth of a pass in page faults.

    Threads share one pool, or each would keep as much as the others together.
    """
    _tell_allocator((M_MMAP_THRESHOLD, 32 << 20), (M_TRIM_THRESHOLD, 1 << 28), (M_TOP_PAD, 16 << 20), (M_ARENA_MAX, 1))


def release_memory() -> None:
    """Give what is free back to the machine, and let it have each array at once that is freed before the next pass.

    Arrays made from now on have pages of their own: what lasts would leave holes among what a pass uses again.
    """
    _tell_allocator((M_MMAP_THRESHOLD, 1 << 20))
    with suppress(OSError, AttributeError):  # of glibc; others have no such setting
        ctypes.CDLL(None).malloc_trim(0)


def _tell_allocator(*settings: tuple[int, int]) -> None:
    with suppress(OSError, AttributeError):
        library = ctypes.CDLL(None)
        for setting, value in settings:
            library.mallopt(setting, value)


# Before there are threads: those that have a pool of their own by now keep it.
_tell_allocator((M_ARENA_MAX, 1))
