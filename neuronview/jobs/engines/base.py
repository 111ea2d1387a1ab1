"""The seam between a job and where its shards are computed.

A job is cut into shards by its data alone, and a shard's result follows from the shard alone; so it does not matter
how many workers there are, in which order they come to their ends, or that a shard is computed twice because a worker
was lost. Whoever asks gets the results in the order of the shards.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, nullcontext
from typing import Any, Protocol, TypeVar

__all__ = ["THREADS", "TICK", "TRIES", "Engine", "Here", "nothing"]

S = TypeVar("S")
R = TypeVar("R")

THREADS = {"OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
"""Environment of a worker: sums in another number of threads are other sums in the last digits."""
TICK = 0.5
"""Seconds between two calls of `tick` while nothing comes to its end."""
TRIES = 4
"""How often a shard is begun whose worker dies."""


def nothing() -> None:
    """Do nothing while waiting."""


class Engine(Protocol):
    """Computes shards somewhere."""

    def map(self, work: Callable[[S], R], shards: Iterable[S], *, tick: Callable[[], None] = nothing) -> Iterator[R]:
        """The results of `work` in the order of the shards, which are taken one after another as there is room.

        `work` is a function of a module, shards and results can be pickled; a shard may be computed more than once,
        so that `work` has to give the same each time. What `work` raises is raised here and ends everything, as does
        leaving the iterator; a worker that dies is replaced, and EngineError raised after TRIES. `tick` is called
        now and then while waiting.
        """
        ...

    def kept(self) -> AbstractContextManager[Any]:
        """A block in which workers, and what they have loaded, last from one `map` that came to its end to the next."""
        ...


class Here:
    """Computes in this process, one shard after the other; with as many threads as this process has."""

    def map(self, work: Callable[[S], R], shards: Iterable[S], *, tick: Callable[[], None] = nothing) -> Iterator[R]:
        """See Engine."""
        for shard in shards:
            yield work(shard)
            tick()

    def kept(self) -> AbstractContextManager[Any]:
        """See Engine."""
        return nullcontext()
