"""Where every request passes: cache first, then budget, then the call, then cache and ledger.

A desk is itself an Endpoint. Equal requests under way are asked once; a cached answer costs nothing. An answer is in
the cache, on the disk, before anybody gets it, so that kill -9 loses at most the calls under way and nothing that was
acted on is ever paid for twice. The endpoint is at work on `concurrency` calls at most; a quarter more may wait for a
disk, or be ready for a turn, so that the endpoint is not without work while a disk is waited for, which calls do
together. Calls that were made are let go to their end when nobody waits for them any more: they are paid for, and the
next run finds their answers. Where the endpoint refuses a call as it would refuse every other, those that were not made
are ended with its words.

What calls cost is in `booking`. Knows no prompt and no wire format.
"""

from __future__ import annotations

import asyncio
import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from neuronview.errors import Cancelled, EndpointRefused, NeuronViewError, RecordsError
from neuronview.llm.booking import KINDS, Booking, Books, at_most_tokens
from neuronview.llm.budget import Budget
from neuronview.llm.cache import Cache, kind_of, request_key
from neuronview.llm.calls import Answer, DecisionAnswer, Endpoint, Request, Usage
from neuronview.llm.closing import close_all
from neuronview.llm.grouped import Grouped
from neuronview.llm.ledger import Ledger, taking_notes
from neuronview.llm.prices import IN_PROCESS, PriceTable, is_local, list_prices
from neuronview.llm.wrapper import Wrapper, ask

__all__ = ["Desk", "Progress"]

POLL = 0.1  # seconds between two questions whether to stop
BESIDE = 4
"""For each so many calls that the endpoint may be at work on, one more may wait for a disk, or for its turn."""


@dataclass(frozen=True)
class Progress:
    """Where the desk stands. Numbers are of this desk, not of earlier runs."""

    calls: int = 0
    """Calls that an answer came of."""
    cached: int = 0
    """Answers that were there, or that an equal request under way brought."""
    failed: int = 0
    in_flight: int = 0
    """Calls that the endpoint is at work on."""
    waiting: int = 0
    """Requests that have no turn yet, or whose answer is on its way to the disk."""
    usage: Usage = field(default_factory=Usage)
    money: float = 0.0
    """Dollars at list prices, calls without a price left out."""
    unpriced: int = 0
    untold_tokens: int = 0
    """At most so many more were used by tries of which nothing was told; the caps count them."""
    untold_cost: float = 0.0
    rate: float | None = None
    """Calls a second, over the last ones; None before the second."""


class _Work:
    """One request that is being answered, for everybody who asked it."""

    def __init__(self, future: asyncio.Future[Answer]) -> None:
        self.future = future
        self.task: asyncio.Task[None] | None = None
        self.callers = 0
        self.made = False

    def give_up(self, error: NeuronViewError | None = None) -> None:
        """End it if the call was not made; those who wait for it get the error."""
        if self.made or self.task is None:
            return
        if error is not None and not self.future.done():
            self.future.set_exception(error)
        self.future.cancel()  # who asks the same from now on is no part of it
        self.task.cancel()


class _Place:
    """One of the places for calls; it can be given back before the work around the call is over."""

    def __init__(self, places: asyncio.Semaphore) -> None:
        self._places: asyncio.Semaphore | None = places

    def give_back(self) -> None:
        """Let another call begin; a second time does nothing."""
        places, self._places = self._places, None
        if places is not None:
            places.release()


class Desk(Wrapper):
    """An Endpoint in front of another one. Belongs to one event loop; its progress may be read from any thread.

    Every call raises as the endpoint does; BudgetReached, Cancelled and RecordsError besides.
    """

    def __init__(
        self,
        endpoint: Endpoint,
        *,
        cache: Cache | None = None,
        ledger: Ledger | None = None,
        budget: Budget | None = None,
        concurrency: int = 8,
        should_stop: Callable[[], bool] = lambda: False,
        estimate_tokens: Callable[[Request], int] | None = None,
        prices: PriceTable | None = None,
        kinds: tuple[str, ...] = KINDS,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`estimate_tokens`: an upper estimate of a request's input, by default one token a byte.

        `kinds`: the kinds of request that will be asked. Raises BadInput when money is capped and a kind has no price.
        Cache, ledger and budget stay the caller's to close.
        """
        super().__init__(endpoint)
        self.cache, self.ledger, self.budget = cache, ledger, budget or Budget()
        prices = list_prices() if prices is None else prices
        if not is_local(endpoint.identity):
            unknown = prices.unknown(endpoint.model, kinds, identity=endpoint.identity)
            self.budget.check_price(endpoint.model, known=not unknown)
        self._books = Books(
            endpoint,
            ledger=ledger,
            budget=self.budget,
            prices=prices,
            estimate_tokens=estimate_tokens or at_most_tokens,
            clock=clock,
        )
        # A model in this process computes together what comes together: there no call may go before the others.
        beside = 0 if endpoint.identity.startswith(IN_PROCESS) else math.ceil(concurrency / BESIDE)
        self._turns, self._places = asyncio.Semaphore(concurrency), asyncio.Semaphore(concurrency + beside)
        self._should_stop = should_stop
        self._works: dict[str, _Work] = {}
        self._called: set[str] = set()
        self._watcher: asyncio.Task[None] | None = None
        self._to_cache = Grouped(self._put_all)
        self._to_ledger = Grouped(self._sync)
        self._cached = self._in_flight = 0

    @property
    def progress(self) -> Progress:
        """Counters, for whoever shows them."""
        books = self._books
        return Progress(
            books.calls,
            self._cached,
            books.failed,
            self._in_flight,
            max(len(self._works) - self._in_flight, 0),
            books.usage,
            books.money,
            books.unpriced,
            books.untold_tokens,
            books.untold_cost,
            books.rate,
        )

    def forget(self, request: Request) -> bool:
        """Drop the cached answer of a request, so that the next one is asked; whether one was dropped.

        What this desk itself has called for stays: it was asked anew already, and is paid for once.
        """
        key = request_key(self.identity, request)
        return self.cache is not None and key not in self._called and self.cache.forget(key)

    async def close(self) -> None:
        """Give up calls that were not made, wait for the others, then close the endpoint."""
        self._give_up_waiting(_stopped())
        await close_all([self._finished, self.endpoint.close])

    async def _finished(self) -> None:
        """Wait for the calls under way."""
        tasks = [work.task for work in self._works.values() if work.task is not None]
        try:
            if tasks:
                await asyncio.wait(tasks)
        finally:
            await self._to_cache.close()
            await self._to_ledger.close()
            if self._watcher is not None:
                self._watcher.cancel()

    async def _ask(self, request: Request) -> Answer:
        key = request_key(self.identity, request)
        cached = self._look_up(key, request)
        if cached is not None:
            return cached
        if self._should_stop():
            raise _stopped()
        work = self._works.get(key)
        joined = work is not None
        if work is None or work.future.done():
            work, joined = self._start(key, request), False
        work.callers += 1
        try:
            answer = await asyncio.shield(work.future)
        finally:
            work.callers -= 1
            if not work.callers:
                work.give_up()
        if joined:
            self._note_cached(key, request, answer)
        return answer

    def _look_up(self, key: str, request: Request) -> Answer | None:
        answer = None if self.cache is None else self.cache.get(key)
        if answer is not None:
            self._note_cached(key, request, answer)
        return answer

    def _note_cached(self, key: str, request: Request, answer: Answer) -> None:
        self._cached += 1
        if self.ledger is not None:
            self.ledger.cached(key, kind_of(request), self.model, answer.model)

    def _start(self, key: str, request: Request) -> _Work:
        work = _Work(asyncio.get_running_loop().create_future())
        # Its exception may have nobody left to take it.
        work.future.add_done_callback(lambda future: future.cancelled() or future.exception())
        work.task = asyncio.create_task(self._work(key, request, work))
        self._works[key] = work
        if self._watcher is None or self._watcher.done():
            self._watcher = asyncio.create_task(self._watch())
        return work

    async def _watch(self) -> None:
        """Give up what waits as soon as the work is to stop."""
        while self._works:
            await asyncio.sleep(POLL)
            if self._should_stop():
                self._give_up_waiting(_stopped())

    async def _work(self, key: str, request: Request, work: _Work) -> None:
        """Answer one request; the outcome goes to the work's future, never out of here."""
        future, place = work.future, _Place(self._places)
        try:
            await self._places.acquire()
            try:
                answer = await self._answer(key, request, work, place)
            finally:
                place.give_back()
            if not future.done():
                future.set_result(answer)
        except asyncio.CancelledError:
            future.cancel()
            raise
        except Exception as error:  # noqa: BLE001 - handed on to whoever asked
            if not future.done():
                future.set_exception(error)
        finally:
            if self._works.get(key) is work:
                del self._works[key]

    async def _answer(self, key: str, request: Request, work: _Work, place: _Place) -> Answer:
        """Make the call, unless its answer is there by now, and book it.

        From the answer's arrival on only disks are waited for. The place is given back when kill -9 can take nothing of
        it any more; a power cut still could.
        """
        # Another process may have asked the same while this one waited.
        cached = self._look_up(key, request)
        if cached is not None:
            return cached
        if self._should_stop():
            raise _stopped()
        booking = await self._books.reserve(key, request)
        answer = await self._call(request, booking, work)
        try:
            stored = await self._to_cache.do((key, answer)) if self.cache is not None and _is_whole(answer) else answer
        except RecordsError:
            booking.settle("RecordsError")
            raise
        self._called.add(key)
        booking.settle(wait=False)
        place.give_back()
        await self._ledger_on_disk()
        return stored

    async def _call(self, request: Request, booking: Booking, work: _Work) -> Answer:
        """Note the call in the ledger, then make it when its turn has come; it can be given up until then."""
        with taking_notes() as notes:
            notes.before_another = booking.set_aside_again
            try:
                booking.begin()
                await self._ledger_on_disk()
                async with self._turns:
                    if self._should_stop():
                        raise _stopped()
                    work.made = True
                    booking.make()
                    self._in_flight += 1
                    try:
                        answer = await ask(self.endpoint, request)
                    finally:
                        self._in_flight -= 1
            except BaseException as error:
                booking.failed(error, notes)
                if isinstance(error, EndpointRefused):
                    self._give_up_waiting(error)
                raise
        booking.answered(answer, notes)
        return answer

    def _give_up_waiting(self, error: NeuronViewError) -> None:
        """End every call that was not made, with this error."""
        for work in list(self._works.values()):
            work.give_up(error)

    async def _ledger_on_disk(self) -> None:
        if self.ledger is not None:
            await self._to_ledger.do(None)

    def _put_all(self, answers: Sequence[tuple[str, Answer]]) -> Sequence[Answer]:
        return [] if self.cache is None else self.cache.put_all(answers)

    def _sync(self, lines: Sequence[None]) -> Sequence[None]:
        if self.ledger is not None:
            self.ledger.sync()
        return lines


def _is_whole(answer: Answer) -> bool:
    """Whether an answer may be replayed: one with decisions that failed is asked for again."""
    return not isinstance(answer, DecisionAnswer) or all(d.state in ("ok", "refused") for d in answer.decisions)


def _stopped() -> Cancelled:
    return Cancelled("The run was stopped. What is finished is kept; start it again to go on.")
