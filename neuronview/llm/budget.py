"""A hard cap on money, on tokens and on calls: what a call may cost is set aside before it is made.

A call reserves its upper estimate and is settled at what it really took, so that calls at the same time can never
exceed a cap together, as long as the estimates are upper ones. A call that does not fit now, but may once others have
settled below their estimates, waits; one that cannot fit any more raises BudgetReached. May be shared by several desks.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from neuronview.errors import BadInput, BudgetReached

__all__ = ["Budget", "Reservation"]

# Sums of binary fractions: three calls at 10 cents fit into 30.
ROUNDING = 1 + 1e-9


@dataclass(frozen=True)
class Reservation:
    """What is set aside for one call."""

    tokens: int
    cost: float


class Budget:
    """Caps, what is spent, and what is set aside. Safe to use from several threads and event loops."""

    def __init__(
        self,
        *,
        money: float | None = None,
        tokens: int | None = None,
        calls: int | None = None,
        spent: float = 0.0,
        spent_tokens: int = 0,
        spent_calls: int = 0,
    ) -> None:
        """`money` in dollars, `tokens` input and output together; None for no cap. `spent`: before this run began.

        Raises BadInput for a cap that is not above 0.
        """
        for cap, unit in ((money, "dollars"), (tokens, "tokens"), (calls, "calls")):
            if cap is not None and not cap > 0:
                raise BadInput(f"A cap of {cap:g} {unit} allows nothing. Give one above 0, or none.")
        self.money, self.tokens, self.calls = money, tokens, calls
        self._spent, self._spent_tokens = spent, spent_tokens
        self._held = 0.0
        self._held_tokens = 0
        self._open = 0
        self._calls = spent_calls
        self._lock = threading.Lock()
        self._waiting: set[tuple[asyncio.AbstractEventLoop, asyncio.Event]] = set()

    @property
    def spent(self) -> float:
        """Dollars spent."""
        return self._spent

    @property
    def spent_tokens(self) -> int:
        """Tokens spent."""
        return self._spent_tokens

    @property
    def reserved(self) -> Reservation:
        """What is set aside for calls under way."""
        return Reservation(self._held_tokens, self._held)

    def check_price(self, model: str, *, known: bool) -> None:
        """Refuse a cap on money for a model without a price, before anything is asked. Raises BadInput."""
        if self.money is not None and not known:
            raise BadInput(
                f"There is no list price of “{model}”, so a cap of ${self.money:g} cannot be kept. "
                "State its price (--price), or give a cap on tokens instead."
            )

    def try_reserve(self, tokens: int, cost: float | None) -> Reservation | None:
        """Set aside tokens and dollars for one call; None when it may fit once calls under way have settled.

        Raises BudgetReached when it cannot fit however little they take, or when money is capped and `cost` is None.
        """
        with self._lock:
            if self.money is not None and cost is None:
                raise BudgetReached(
                    "The price of the next call is not known (no list price, or a prompt longer than it holds for), so "
                    f"the cap of ${self.money:g} cannot be kept. Give a cap on tokens instead."
                )
            dollars = cost or 0.0
            if self.calls is not None and self._calls >= self.calls:
                raise BudgetReached(
                    f"The cap of {self.calls:,} calls is reached. What is finished is kept; raise the cap and start "
                    "again to go on."
                )
            if self._exceeds(self._spent_tokens + tokens, self._spent + dollars):
                raise self._reached(tokens, dollars)
            if self._exceeds(self._spent_tokens + self._held_tokens + tokens, self._spent + self._held + dollars):
                return None
            self._held_tokens += tokens
            self._held += dollars
            self._open += 1
            self._calls += 1
            return Reservation(tokens, dollars)

    async def reserve(self, tokens: int, cost: float | None) -> Reservation:
        """Set aside tokens and dollars, waiting for calls under way to settle where that may help.

        Raises as `try_reserve` does.
        """
        with self._woken() as woken:
            while (reservation := self.try_reserve(tokens, cost)) is None:
                await woken.wait()
                woken.clear()
        return reservation

    def settle(self, reservation: Reservation, tokens: int, cost: float | None) -> None:
        """Put what a call really took in the place of what was set aside for it; 0 and 0.0 when it took nothing."""
        with self._lock:
            self._open -= 1
            self._held_tokens -= reservation.tokens
            # Without calls under way nothing is set aside, whatever the rounding left.
            self._held = self._held - reservation.cost if self._open else 0.0
            self._spent_tokens += tokens
            self._spent += cost or 0.0
            waiting = list(self._waiting)
        for loop, woken in waiting:
            if not loop.is_closed():
                loop.call_soon_threadsafe(woken.set)

    def withdraw(self, reservation: Reservation) -> None:
        """Give back what was set aside for a call that is not made; it does not count as one."""
        with self._lock:
            self._calls -= 1
        self.settle(reservation, 0, 0.0)

    @contextmanager
    def _woken(self) -> Iterator[asyncio.Event]:
        entry = asyncio.get_running_loop(), asyncio.Event()
        with self._lock:
            self._waiting.add(entry)
        try:
            yield entry[1]
        finally:
            with self._lock:
                self._waiting.discard(entry)

    def _exceeds(self, tokens: int, dollars: float) -> bool:
        too_many = self.tokens is not None and tokens > self.tokens
        return too_many or (self.money is not None and dollars > self.money * ROUNDING)

    def _reached(self, tokens: int, dollars: float) -> BudgetReached:
        if self.tokens is not None and self._spent_tokens + tokens > self.tokens:
            cap, spent, ask = f"{self.tokens:,} tokens", f"{self._spent_tokens:,}", f"{tokens:,}"
        else:
            cap, spent, ask = f"${self.money:g}", f"${self._spent:.4g}", f"${dollars:.4g}"
        return BudgetReached(
            f"The cap of {cap} is reached: {spent} spent, and the next call may take up to {ask}. What is finished is "
            "kept; raise the cap and start again to go on."
        )
