"""Waiting for a disk together: entries that come while one wait is under way share the next.

A disk takes milliseconds to say that something is on it, however much that is. So a thread waits once for all who
wait, and the event loop goes on meanwhile.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Generic, TypeVar

__all__ = ["Grouped"]

T = TypeVar("T")
R = TypeVar("R")


class Grouped(Generic[T, R]):
    """Does `work` on lists of entries, one list at a time, in a thread of its own. Belongs to one event loop."""

    def __init__(self, work: Callable[[Sequence[T]], Sequence[R]]) -> None:
        """`work` gives a result for each entry, or raises for all."""
        self._work = work
        self._waiting: list[tuple[T, asyncio.Future[R]]] = []
        self._runner: asyncio.Task[None] | None = None
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="disk")

    async def do(self, entry: T) -> R:
        """The entry's result; raises what the work raised for its list."""
        future: asyncio.Future[R] = asyncio.get_running_loop().create_future()
        self._waiting.append((entry, future))
        if self._runner is None or self._runner.done():
            self._runner = asyncio.create_task(self._run())
        return await future

    async def close(self) -> None:
        """Wait for what is under way."""
        if self._runner is not None:
            await asyncio.wait([self._runner])
        self._thread.shutdown(wait=False)

    async def _run(self) -> None:
        loop = asyncio.get_running_loop()
        while self._waiting:
            taken, self._waiting = self._waiting, []
            try:
                results = await loop.run_in_executor(self._thread, self._work, [entry for entry, _ in taken])
            except Exception as error:  # noqa: BLE001 - handed on to whoever waits
                for _, future in taken:
                    if not future.done():
                        future.set_exception(error)
            else:
                for (_, future), result in zip(taken, results, strict=True):
                    if not future.done():
                        future.set_result(result)
