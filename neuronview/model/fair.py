"""Whose turn it is with the model: many ask at once, one computes, and nobody waits for another's long text to end.

Who computes is asked between the layers of a pass whether others have had less of the model's time, and then lets them
go first. Time is counted from when somebody comes: a long text and a short one share the model evenly while both ask,
so a short one waits for a layer and not for the text, and a long one goes on however many short ones come. Works on
threads; knows no model, no text and no page.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

__all__ = ["FairTurns", "step", "turn"]


@dataclass(eq=False)
class _Ticket:
    """Somebody who computes or waits to."""

    who: object
    start: float
    """The model's time that this one had, on the clock that all share; the least goes first."""
    check: Callable[[], None]
    called: threading.Event = field(default_factory=threading.Event)
    since: float = 0.0
    given: float = 0.0
    """When it got the turn last."""


class FairTurns:
    """One holds the turn at a time; the others wait, who has had least first, then who came first."""

    def __init__(self, clock: Callable[[], float] = time.perf_counter, *, least: float = 0.0) -> None:
        """Who has the turn keeps it for so many seconds at `least`: to hand it on takes a moment of its own."""
        self._clock, self._least = clock, least
        self._lock = threading.Lock()
        self._holder: _Ticket | None = None
        self._waiting: list[_Ticket] = []
        self._now = 0.0
        self._had: dict[object, float] = {}
        self._mine = threading.local()

    @contextmanager
    def turn(self, who: object = None, *, check: Callable[[], None] = lambda: None) -> Iterator[None]:
        """Hold the turn within the block, and wait for it before; within another such block it is held already.

        `who`: whose time it is counted as, this thread's by itself. `check` is called while the block computes and
        while it waits; what it raises ends either.
        """
        if getattr(self._mine, "ticket", None) is not None:
            yield
            return
        name = threading.get_ident() if who is None else who
        with self._lock:
            ticket = _Ticket(name, max(self._now, self._had.get(name, 0.0)), check)
        self._take(ticket)
        self._mine.ticket = ticket
        try:
            yield
        finally:
            self._mine.ticket = None
            self._leave(ticket)

    def step(self) -> None:
        """A moment at which others may go first; without a turn, nothing."""
        ticket: _Ticket | None = getattr(self._mine, "ticket", None)
        if ticket is None:
            return
        ticket.check()
        with self._lock:
            self._charge(ticket)
            if ticket.since - ticket.given < self._least:
                return
            if not any(other.start < ticket.start for other in self._waiting):
                return
            self._pass_on()
        self._take(ticket)

    def _take(self, ticket: _Ticket) -> None:
        with self._lock:
            if self._holder is None:
                self._give(ticket)
                return
            ticket.called.clear()
            self._waiting.append(ticket)
        try:
            while not ticket.called.wait(0.2):
                ticket.check()
        except BaseException:
            with self._lock:
                if self._holder is ticket:
                    self._pass_on()
                else:
                    self._waiting.remove(ticket)
            raise

    def _leave(self, ticket: _Ticket) -> None:
        with self._lock:
            if self._holder is not ticket:
                return  # it was called off while it waited
            self._charge(ticket)
            self._had[ticket.who] = ticket.start
            # Who had no more than those who come now begins like them.
            self._had = {name: had for name, had in self._had.items() if had > self._now}
            self._pass_on()

    def _charge(self, ticket: _Ticket) -> None:
        now = self._clock()
        spent, ticket.since = now - ticket.since, now
        ticket.start += spent
        # All who ask get on evenly, and who comes begins where they are: so nobody is passed by newcomers for ever.
        self._now += spent / (1 + len(self._waiting))

    def _give(self, ticket: _Ticket) -> None:
        self._holder, ticket.since = ticket, self._clock()
        ticket.given = ticket.since

    def _pass_on(self) -> None:
        self._holder = None
        if self._waiting:
            following = min(self._waiting, key=lambda other: other.start)
            self._waiting.remove(following)
            self._give(following)
            following.called.set()


_LIVE = FairTurns(least=0.02)
"""All live calls of this process: they share its processor."""
turn, step = _LIVE.turn, _LIVE.step
