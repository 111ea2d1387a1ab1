"""Processes on this machine."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from itertools import islice
from typing import TypeVar

from neuronview.errors import EngineError
from neuronview.giving_way import give_way
from neuronview.jobs.engines.base import THREADS, TICK, TRIES, nothing

__all__ = ["LocalEngine"]

S = TypeVar("S")
R = TypeVar("R")


class LocalEngine:
    """Computes in processes of this machine; one that dies, such as for want of memory, is replaced."""

    def __init__(self, workers: int | None = None) -> None:
        """`workers`: processes; as many as there are cores when None."""
        self.workers = workers or os.cpu_count() or 1
        self._keeps = False
        self._idle: ProcessPoolExecutor | None = None

    @contextmanager
    def kept(self) -> Iterator[None]:
        """See Engine."""
        self._keeps = True
        try:
            yield
        finally:
            self._keeps = False
            if self._idle is not None:
                _kill(self._idle)
                self._idle = None

    def map(self, work: Callable[[S], R], shards: Iterable[S], *, tick: Callable[[], None] = nothing) -> Iterator[R]:
        """See Engine."""
        left, deaths = iter(shards), 0
        waiting: deque[tuple[S, Future[R]]] = deque()
        pool, self._idle = self._idle or self._pool(), None
        is_over = False
        try:
            while True:
                with _worker_environment():
                    for shard in islice(left, 2 * self.workers - len(waiting)):
                        waiting.append((shard, _submitted(pool, work, shard)))
                if not waiting:
                    is_over = True
                    return
                first = waiting[0][1]
                if not wait([first], timeout=TICK).done:
                    tick()
                elif isinstance(first.exception(), BrokenProcessPool):
                    deaths += 1
                    if deaths == TRIES:
                        raise EngineError(
                            f"Processes of this machine died {TRIES} times at the same piece of work, perhaps for want "
                            "of memory. Take fewer with --workers, then go on; what is finished is kept."
                        )
                    _kill(pool)
                    pool = self._pool()
                    with _worker_environment():
                        waiting = deque(
                            (shard, future if _is_whole(future) else _submitted(pool, work, shard))
                            for shard, future in waiting
                        )
                else:
                    deaths = 0
                    waiting.popleft()
                    yield first.result()
        finally:
            if is_over and self._keeps:
                self._idle = pool
            else:
                _kill(pool)

    def _pool(self) -> ProcessPoolExecutor:
        return ProcessPoolExecutor(
            self.workers, mp_context=multiprocessing.get_context("spawn"), initializer=_begin_worker
        )


def _begin_worker() -> None:
    # Ctrl-C is the parent's to answer: workers would only print where they were.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    give_way()
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    """A worker whose parent was killed would wait for work that never comes, with all that it has loaded."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _submitted(pool: ProcessPoolExecutor, work: Callable[[S], R], shard: S) -> Future[R]:
    """The future of a shard; one that broke where the pool just did."""
    try:
        return pool.submit(work, shard)
    except BrokenProcessPool as error:
        future: Future[R] = Future()
        future.set_exception(error)
        return future


def _is_whole(future: Future[R]) -> bool:
    return future.done() and not future.cancelled() and not isinstance(future.exception(), BrokenProcessPool)


def _kill(pool: ProcessPoolExecutor) -> None:
    """End a pool's processes at once: whoever leaves early does not want to wait for what nobody takes."""
    processes = list((getattr(pool, "_processes", None) or {}).values())
    pool.shutdown(wait=False, cancel_futures=True)
    for process in processes:
        process.kill()
    for process in processes:
        process.join()


@contextmanager
def _worker_environment() -> Iterator[None]:
    """A block whose new processes have the threads that every worker has; libraries read that when they are loaded."""
    before = {name: os.environ.get(name) for name in THREADS}
    os.environ.update(THREADS)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
