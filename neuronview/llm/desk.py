"""Where every request passes: cache first, then budget, then the call, then cache and ledger.

A desk is itself an Endpoint. Equal requests under way are asked once; a cached answer costs nothing. An answer is in
the cache, on the disk, before anybody gets it, so that kill -9 loses at most the calls under way and nothing that was
acted on is ever paid for twice; calls that end together wait for the disk together, and others begin meanwhile. Calls
that were begun are let go to their end when nobody waits for them any more: they are paid for, and the next run finds
their answers.

What a try that ended without an answer may have cost is not known: unless the endpoint noted it (`note_usage`), the
budget counts what was set aside for it, also when a later try brings the answer, and sets the same aside for the next
try; nothing where the server refused the call. Knows no prompt and no wire format.
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeVar

from neuronview.errors import Cancelled, EndpointError, EndpointRefused, NeuronViewError, NotSupported, RecordsError
from neuronview.llm.budget import Budget, Reservation
from neuronview.llm.cache import Cache, kind_of, request_key
from neuronview.llm.calls import (
    Answer,
    ChatRequest,
    DecisionAnswer,
    DecisionRequest,
    Endpoint,
    Request,
    Usage,
)
from neuronview.llm.closing import close_all
from neuronview.llm.grouped import Grouped
from neuronview.llm.ledger import CallNotes, Ended, Ledger, taking_notes
from neuronview.llm.prices import Price, PriceTable, is_local, list_prices
from neuronview.llm.wrapper import Wrapper, ask

__all__ = ["Desk", "Progress", "at_most_tokens"]

T = TypeVar("T", bound=Answer)
POLL = 0.1  # seconds between two questions whether to stop
RATE_OVER = 30  # calls that the rate is taken over
KINDS = ("chat", "echo", "decision")
# What a chat template may put around a turn, in tokens.
PER_TURN = 16


@dataclass(frozen=True)
class Progress:
    """Where the desk stands. Numbers are of this desk, not of earlier runs."""

    calls: int = 0
    """Calls that an answer came of."""
    cached: int = 0
    """Answers that were there, or that an equal request under way brought."""
    failed: int = 0
    in_flight: int = 0
    waiting: int = 0
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
        self.begun = False

    def give_up(self, error: NeuronViewError | None = None) -> None:
        """End it if the call has not begun; those who wait for it get the error."""
        if self.begun or self.task is None:
            return
        if error is not None and not self.future.done():
            self.future.set_exception(error)
        self.task.cancel()


class _Slot:
    """One of the places for calls under way; it can be given back before the work around the call is over."""

    def __init__(self, slots: asyncio.Semaphore) -> None:
        self._slots: asyncio.Semaphore | None = slots

    def give_back(self) -> None:
        """Let another call begin; a second time does nothing."""
        slots, self._slots = self._slots, None
        if slots is not None:
            slots.release()


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
        self._prices = list_prices() if prices is None else prices
        if not is_local(endpoint.identity):
            unknown = self._prices.unknown(endpoint.model, kinds, identity=endpoint.identity)
            self.budget.check_price(endpoint.model, known=not unknown)
        self._slots = asyncio.Semaphore(concurrency)
        self._should_stop = should_stop
        self._estimate = estimate_tokens or at_most_tokens
        self._works: dict[str, _Work] = {}
        self._called: set[str] = set()
        self._watcher: asyncio.Task[None] | None = None
        self._clock = clock
        self._to_cache = Grouped(self._put_all)
        self._to_ledger = Grouped(self._sync)
        # How far the estimates of a kind have been too low at most.
        self._too_low = dict.fromkeys(KINDS, 1.0)
        self._ends: deque[float] = deque(maxlen=RATE_OVER)
        self._calls = self._cached = self._failed = self._in_flight = self._unpriced = 0
        self._usage, self._money = Usage(), 0.0
        self._untold_tokens, self._untold_cost = 0, 0.0

    @property
    def progress(self) -> Progress:
        """Counters, for whoever shows them."""
        ends = list(self._ends)
        rate = (len(ends) - 1) / (ends[-1] - ends[0]) if len(ends) > 1 and ends[-1] > ends[0] else None
        return Progress(
            self._calls,
            self._cached,
            self._failed,
            self._in_flight,
            max(len(self._works) - self._in_flight, 0),
            self._usage,
            self._money,
            self._unpriced,
            self._untold_tokens,
            self._untold_cost,
            rate,
        )

    def forget(self, request: Request) -> bool:
        """Drop the cached answer of a request, so that the next one is asked; whether one was dropped.

        What this desk itself has called for stays: it was asked anew already, and is paid for once.
        """
        key = request_key(self.identity, request)
        return self.cache is not None and key not in self._called and self.cache.forget(key)

    async def close(self) -> None:
        """Give up calls that have not begun, wait for the others, then close the endpoint."""
        for work in list(self._works.values()):
            work.give_up(_stopped())
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
                for work in list(self._works.values()):
                    work.give_up(_stopped())

    async def _work(self, key: str, request: Request, work: _Work) -> None:
        """Answer one request; the outcome goes to the work's future, never out of here."""
        future, slot = work.future, _Slot(self._slots)
        try:
            await self._slots.acquire()
            try:
                answer = await self._answer(key, request, work, slot)
            finally:
                slot.give_back()
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

    async def _answer(self, key: str, request: Request, work: _Work, slot: _Slot) -> Answer:
        # Another process may have asked the same while this one waited.
        cached = self._look_up(key, request)
        if cached is not None:
            return cached
        if self._should_stop():
            raise _stopped()
        price = self._prices.price(self.model, kind_of(request), identity=self.identity)
        tokens, cost = self._upper(request, price)
        reservation = await self.budget.reserve(tokens, cost)
        work.begun = True
        self._in_flight += 1
        try:
            return await self._call(key, request, price, reservation, slot)
        finally:
            self._in_flight -= 1

    async def _call(
        self, key: str, request: Request, price: Price | None, reservation: Reservation, slot: _Slot
    ) -> Answer:
        """Make the call and book it. From the answer's arrival on only disks are waited for.

        The slot is given back when kill -9 can take nothing of it any more; a power cut still could.
        """
        begun, kind = self._clock(), kind_of(request)
        call, held = "", [reservation]
        with taking_notes() as notes:
            notes.before_another = lambda: held.append(self._for_another_try(reservation))
            try:
                if self.ledger is not None:
                    cost = reservation.cost if price is not None else None
                    call = self.ledger.begin(key, kind, self.model, tokens=reservation.tokens, cost=cost, wait=False)
                    await self._to_ledger.do(None)
                answer = await ask(self.endpoint, request)
            except BaseException as error:
                self._book_failure(error, Ended(call, key, kind, self.model), price, held, notes, begun)
                raise
        ended = Ended(call, key, kind, self.model, answer.model)
        ended = self._booked(notes.usage if notes.noted else answer.usage, price, ended, notes, begun)
        # Tries before it may have been billed.
        untold = notes.unknown if notes.noted else 0
        ended = replace(ended, untold_tokens=untold * reservation.tokens, untold_cost=untold * reservation.cost)
        try:
            stored = await self._to_cache.do((key, answer)) if self.cache is not None and _is_whole(answer) else answer
        except RecordsError:
            self._settle(held, ended, "RecordsError")
            raise
        self._learn(request, answer.usage)
        self._called.add(key)
        self._settle(held, ended, wait=False)
        slot.give_back()
        if self.ledger is not None:
            await self._to_ledger.do(None)
        return stored

    def _put_all(self, answers: Sequence[tuple[str, Answer]]) -> Sequence[Answer]:
        return [] if self.cache is None else self.cache.put_all(answers)

    def _sync(self, lines: Sequence[None]) -> Sequence[None]:
        if self.ledger is not None:
            self.ledger.sync()
        return lines

    def _for_another_try(self, reservation: Reservation) -> Reservation:
        """Set the same aside once more. BudgetReached where it cannot fit, EndpointError where it does not now."""
        more = self.budget.try_reserve(reservation.tokens, reservation.cost)
        if more is None:
            raise EndpointError(
                "Tries without an answer may have been billed, and beside what is under way the cap has no room for "
                "another one. Try again later, or raise the cap."
            )
        return more

    def _book_failure(
        self,
        error: BaseException,
        ended: Ended,
        price: Price | None,
        held: Sequence[Reservation],
        notes: CallNotes,
        begun: float,
    ) -> None:
        name = type(error).__name__
        booked = self._booked(notes.usage, price, ended, notes, begun)
        # An endpoint that notes no tries makes one, which is not billed where it was refused unread.
        unread = isinstance(error, EndpointRefused | NotSupported | RecordsError)
        unknown = notes.unknown if notes.attempts else int(not unread)
        if unknown:
            # They may have been billed: what was set aside is spent, as far as the caps go, now and when gone on with.
            tokens, cost = unknown * held[0].tokens, unknown * held[0].cost
            if ended.kind == "decision":
                # Parts that were answered are in what was set aside for the whole.
                tokens = max(0, tokens - booked.input_tokens - booked.output_tokens)
                cost = max(0.0, cost - (booked.cost or 0.0))
            booked = replace(booked, untold_tokens=tokens, untold_cost=cost)
        self._settle(held, booked, name)

    def _booked(self, usage: Usage, price: Price | None, ended: Ended, notes: CallNotes, begun: float) -> Ended:
        return Ended(
            ended.call,
            ended.request,
            ended.kind,
            ended.model,
            ended.returned,
            usage.input_tokens,
            usage.cached_tokens,
            usage.output_tokens,
            usage.reported,
            None if price is None else price.cost(usage),
            attempts=max(notes.attempts, 1),
            seconds=round(self._clock() - begun, 3),
        )

    def _settle(self, held: Sequence[Reservation], ended: Ended, error: str = "", *, wait: bool = True) -> None:
        """Book a call: in the budget, in the counters, in the ledger, whose disk is waited for or not."""
        first, *more = held
        tokens = ended.input_tokens + ended.output_tokens + ended.untold_tokens
        self.budget.settle(first, tokens, (ended.cost or 0.0) + ended.untold_cost)
        for reservation in more:
            self.budget.settle(reservation, 0, 0.0)
        self._untold_tokens += ended.untold_tokens
        self._untold_cost += ended.untold_cost
        self._usage += Usage(ended.input_tokens, ended.cached_tokens, ended.output_tokens, ended.reported)
        self._money += ended.cost or 0.0
        self._unpriced += ended.cost is None
        self._failed += bool(error)
        self._calls += not error
        self._ends.append(self._clock())
        if self.ledger is not None and ended.call:
            self.ledger.end(replace(ended, error=error), wait=wait)

    def _upper(self, request: Request, price: Price | None) -> tuple[int, float | None]:
        """Most tokens and dollars that a request may take."""
        given = round(self._estimate(request) * self._too_low[kind_of(request)])
        generated = request.max_tokens if isinstance(request, ChatRequest) else 0
        return given + generated, None if price is None else price.at_most(given, generated)

    def _learn(self, request: Request, usage: Usage) -> None:
        """Estimates that have been too low once are raised from then on."""
        estimate = max(self._estimate(request), 1)
        kind = kind_of(request)
        self._too_low[kind] = max(self._too_low[kind], usage.input_tokens / estimate)


def at_most_tokens(request: Request) -> int:
    """An upper estimate of a request's input: a token holds at least one byte, and templates add a little."""
    if isinstance(request, DecisionRequest):
        asked = [part for q in request.questions for part in (q.name, q.instructions, *q.levels)]
        return _bytes(request.input, *asked) + PER_TURN * (1 + len(request.questions))
    schema = str(request.schema) if isinstance(request, ChatRequest) and request.schema else ""
    return _bytes(schema, *(message.content for message in request.messages)) + PER_TURN * (1 + len(request.messages))


def _bytes(*texts: str) -> int:
    return sum(len(text.encode("utf-8", errors="surrogatepass")) for text in texts)


def _is_whole(answer: Answer) -> bool:
    """Whether an answer may be replayed: one with decisions that failed is asked for again."""
    return not isinstance(answer, DecisionAnswer) or all(d.state in ("ok", "refused") for d in answer.decisions)


def _stopped() -> Cancelled:
    return Cancelled("The run was stopped. What is finished is kept; start it again to go on.")
