"""One at a time, first come first served, and no more in the queue than can be served soon."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from neuronview.api.errors import ApiError

__all__ = ["Turns"]

T = TypeVar("T")


class Turns:
    """Work that must not run twice at once, in a thread of its own."""

    def __init__(self, most_waiting: int) -> None:
        self.most_waiting = most_waiting
        self._asked = 0
        self._thread = ThreadPoolExecutor(1, "neuronview-api")  # takes what was handed to it in that order

    async def run(self, work: Callable[[], T]) -> T:
        """What `work` gives, when its turn has come; ApiError at once when too many wait already.

        Who goes away before that takes no turn.
        """
        if self._asked > self.most_waiting:
            raise ApiError("busy", f"{self._asked} texts are being read or wait for it; no more are taken just now.")
        self._asked += 1
        try:
            return await asyncio.wrap_future(self._thread.submit(work))
        finally:
            self._asked -= 1
