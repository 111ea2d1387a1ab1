"""What the calls of a desk cost: set aside before each, booked after it, in budget, ledger and the desk's sums.

What a try that ended without an answer may have cost is not known: unless the endpoint noted it (`note_usage`), the
budget counts what was set aside for it, also when a later try brings the answer, and sets the same aside for the next
try; nothing where the server refused the call. Knows no cache, and who waits for what.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from dataclasses import replace

from neuronview.errors import Cancelled, EndpointError, EndpointRefused, NotSupported, RecordsError
from neuronview.llm.budget import Budget, Reservation
from neuronview.llm.cache import kind_of
from neuronview.llm.calls import Answer, ChatRequest, DecisionRequest, Endpoint, Request, Usage
from neuronview.llm.ledger import CallNotes, Ended, Ledger
from neuronview.llm.prices import Price, PriceTable

__all__ = ["KINDS", "Booking", "Books", "at_most_tokens"]

KINDS = ("chat", "echo", "decision")
RATE_OVER = 30  # calls that the rate is taken over
# What a chat template may put around a turn, in tokens.
PER_TURN = 16


class Books:
    """What a desk books its calls in. The sums are of this desk, not of earlier runs; any thread may read them."""

    def __init__(
        self,
        endpoint: Endpoint,
        *,
        ledger: Ledger | None,
        budget: Budget,
        prices: PriceTable,
        estimate_tokens: Callable[[Request], int],
        clock: Callable[[], float],
    ) -> None:
        """Everything as for a desk."""
        self.endpoint = endpoint
        self.ledger, self.budget, self.prices, self.clock = ledger, budget, prices, clock
        self._estimate = estimate_tokens
        # How far the estimates of a kind have been too low at most.
        self._too_low = dict.fromkeys(KINDS, 1.0)
        self._ends: deque[float] = deque(maxlen=RATE_OVER)
        self.calls = self.failed = self.unpriced = 0
        self.usage, self.money = Usage(), 0.0
        self.untold_tokens, self.untold_cost = 0, 0.0

    @property
    def rate(self) -> float | None:
        """Calls a second, over the last ones; None before the second."""
        ends = list(self._ends)
        return (len(ends) - 1) / (ends[-1] - ends[0]) if len(ends) > 1 and ends[-1] > ends[0] else None

    async def reserve(self, key: str, request: Request) -> Booking:
        """Set aside what a call may take at most, when the caps have room. Raises as `Budget.reserve` does."""
        price = self.prices.price(self.endpoint.model, kind_of(request), identity=self.endpoint.identity)
        given = round(self._estimate(request) * self._too_low[kind_of(request)])
        generated = request.max_tokens if isinstance(request, ChatRequest) else 0
        cost = None if price is None else price.at_most(given, generated)
        return Booking(self, key, request, price, await self.budget.reserve(given + generated, cost))

    def learn(self, request: Request, usage: Usage) -> None:
        """Estimates that have been too low once are raised from then on."""
        estimate = max(self._estimate(request), 1)
        kind = kind_of(request)
        self._too_low[kind] = max(self._too_low[kind], usage.input_tokens / estimate)

    def settle(self, held: list[Reservation], ended: Ended, error: str, *, wait: bool) -> None:
        """Book a call: in the budget, in the sums, in the ledger, whose disk is waited for or not."""
        first, *more = held
        tokens = ended.input_tokens + ended.output_tokens + ended.untold_tokens
        self.budget.settle(first, tokens, (ended.cost or 0.0) + ended.untold_cost)
        for reservation in more:
            self.budget.settle(reservation, 0, 0.0)
        self.untold_tokens += ended.untold_tokens
        self.untold_cost += ended.untold_cost
        self.usage += Usage(ended.input_tokens, ended.cached_tokens, ended.output_tokens, ended.reported)
        self.money += ended.cost or 0.0
        self.unpriced += ended.cost is None
        self.failed += bool(error)
        self.calls += not error
        self._ends.append(self.clock())
        if self.ledger is not None and ended.call:
            self.ledger.end(replace(ended, error=error), wait=wait)

    def withdraw(self, held: Reservation, ended: Ended) -> None:
        """Give back what was set aside for a call that is not made after all; the ledger says so."""
        self.budget.withdraw(held)
        if self.ledger is not None and ended.call:
            self.ledger.end(replace(ended, attempts=0, error=Cancelled.__name__), wait=False)


class Booking:
    """One call: begun, made, tried again perhaps, then either `failed`, or `answered` and `settle`d."""

    def __init__(self, books: Books, key: str, request: Request, price: Price | None, reservation: Reservation) -> None:
        self._books, self._request, self._price = books, request, price
        self._held = [reservation]
        self._made: float | None = None
        self._ended = Ended("", key, kind_of(request), books.endpoint.model)

    def begin(self) -> None:
        """Note in the ledger that the call is about to be made; its disk is the caller's to wait for."""
        (first,) = self._held
        if self._books.ledger is not None:
            cost = first.cost if self._price is not None else None
            call = self._books.ledger.begin(
                self._ended.request, self._ended.kind, self._ended.model, tokens=first.tokens, cost=cost, wait=False
            )
            self._ended = replace(self._ended, call=call)

    def make(self) -> None:
        """Note that the endpoint is asked now. Until then the call can be given up, and costs nothing."""
        self._made = self._books.clock()

    def set_aside_again(self) -> None:
        """The same for another try. BudgetReached where it cannot fit, EndpointError where it does not now."""
        first = self._held[0]
        more = self._books.budget.try_reserve(first.tokens, first.cost)
        if more is None:
            raise EndpointError(
                "Tries without an answer may have been billed, and beside what is under way the cap has no room for "
                "another one. Try again later, or raise the cap."
            )
        self._held.append(more)

    def answered(self, answer: Answer, notes: CallNotes) -> None:
        """An answer came; what it took is booked by `settle`."""
        self._ended = replace(self._ended, returned=answer.model)
        # Tries before it may have been billed.
        self._book(notes.usage if notes.noted else answer.usage, notes, untold=notes.unknown if notes.noted else 0)
        self._books.learn(self._request, answer.usage)

    def settle(self, error: str = "", *, wait: bool = True) -> None:
        """Book the answered call, as one that failed where its answer could not be kept."""
        self._books.settle(self._held, self._ended, error, wait=wait)

    def failed(self, error: BaseException, notes: CallNotes) -> None:
        """Book a call that no answer came of."""
        if self._made is None and isinstance(error, asyncio.CancelledError | Cancelled):
            self._books.withdraw(self._held[0], self._ended)
            return
        # An endpoint that notes no tries makes one, which is not billed where it was refused unread.
        unread = isinstance(error, EndpointRefused | NotSupported | RecordsError)
        # They may have been billed: what was set aside is spent, as far as the caps go, now and when gone on with.
        untold = notes.unknown if notes.attempts else int(self._made is not None and not unread)
        self._book(notes.usage, notes, untold=untold)
        if self._ended.kind == "decision":
            # Parts that were answered are in what was set aside for the whole.
            known, paid = self._ended.input_tokens + self._ended.output_tokens, self._ended.cost or 0.0
            tokens, cost = max(0, self._ended.untold_tokens - known), max(0.0, self._ended.untold_cost - paid)
            self._ended = replace(self._ended, untold_tokens=tokens, untold_cost=cost)
        self.settle(type(error).__name__)

    def _book(self, usage: Usage, notes: CallNotes, *, untold: int) -> None:
        first = self._held[0]
        self._ended = replace(
            self._ended,
            input_tokens=usage.input_tokens,
            cached_tokens=usage.cached_tokens,
            output_tokens=usage.output_tokens,
            reported=usage.reported,
            cost=None if self._price is None else self._price.cost(usage),
            attempts=max(notes.attempts, 1),
            seconds=0.0 if self._made is None else round(self._books.clock() - self._made, 3),
            untold_tokens=untold * first.tokens,
            untold_cost=untold * first.cost,
        )


def at_most_tokens(request: Request) -> int:
    """An upper estimate of a request's input: a token holds at least one byte, and templates add a little."""
    if isinstance(request, DecisionRequest):
        asked = [part for q in request.questions for part in (q.name, q.instructions, *q.levels)]
        return _bytes(request.input, *asked) + PER_TURN * (1 + len(request.questions))
    schema = str(request.schema) if isinstance(request, ChatRequest) and request.schema else ""
    return _bytes(schema, *(message.content for message in request.messages)) + PER_TURN * (1 + len(request.messages))


def _bytes(*texts: str) -> int:
    return sum(len(text.encode("utf-8", errors="surrogatepass")) for text in texts)
