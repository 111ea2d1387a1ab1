"""Few pages are made at once and the others wait a moment: Python makes one at a time, and taking turns costs all.

Where many threads compute, whoever has just read or sent a message waits for all of them before it may go on, and so
does the loop that sends a page's messages. With few at once a page is ready sooner, and those behind it as well. Nobody
waits for long: a page that takes long counts no more, and whoever has not had a turn by then goes ahead without.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from neuronview.giving_way import page_made

__all__ = ["PageTurns", "page_turn", "step_aside"]

AT_ONCE = 2
"""One computes while another waits for the disk or the database."""
PATIENCE, LONGEST = 0.5, 1.0
"""Seconds that a page waits at most, and after which one that is being made counts no more."""


class PageTurns:
    """Turns of threads, first come first served."""

    def __init__(
        self,
        at_once: int = AT_ONCE,
        *,
        patience: float = PATIENCE,
        longest: float = LONGEST,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._at_once, self._patience, self._longest, self._clock = at_once, patience, longest, clock
        self._changed = threading.Condition()
        self._until: dict[int, float] = {}
        """Threads that have a turn, and when they count no more."""
        self._waiting: deque[int] = deque()

    def take(self) -> None:
        """Wait for a turn, which this thread has until it gives it back or has had it for long."""
        me, limit = threading.get_ident(), self._clock() + self._patience
        with self._changed:
            self._waiting.append(me)
            try:
                while not self._may_go(me) and (now := self._clock()) < limit:
                    self._changed.wait(min([limit, *(until for until in self._until.values() if until > now)]) - now)
            finally:
                self._waiting.remove(me)
                self._changed.notify_all()
            self._until[me] = self._clock() + self._longest

    def give_back(self) -> None:
        """Let the next one go; nothing where this thread has no turn."""
        with self._changed:
            if self._until.pop(threading.get_ident(), None) is not None:
                self._changed.notify_all()

    def _may_go(self, me: int) -> bool:
        now = self._clock()
        return self._waiting[0] == me and sum(until > now for until in self._until.values()) < self._at_once


_TURNS = PageTurns()


@contextmanager
def page_turn() -> Iterator[None]:
    """Make a page in the block, after those who came before."""
    page_made()
    _TURNS.take()
    try:
        yield
    finally:
        _TURNS.give_back()
        page_made()


def step_aside() -> None:
    """Let others go first from now on: what this page does next is to wait for something else."""
    _TURNS.give_back()
