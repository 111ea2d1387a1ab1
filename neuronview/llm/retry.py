"""When a failed call is made again, and after how long. Knows nothing of HTTP.

A caller says what may go wrong and judges each failure; this module waits and counts. Waiting is `asyncio.sleep`, so
cancelling the task ends it at once. Clock, sleep and random numbers are given from outside where a test wants them.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TypeVar

from neuronview.errors import EndpointError

__all__ = ["Failure", "OnRetry", "RetryPolicy", "Waiting", "call_with_retries", "retry_after"]

T = TypeVar("T")
OnRetry = Callable[[str, float], None]
"""Told before each wait: why the call is made again, in a few words, and the seconds until then."""


@dataclass(frozen=True)
class RetryPolicy:
    """How patient to be. Times in seconds."""

    attempts: int = 6
    """Calls made at most, the first included."""
    total_seconds: float = 240.0
    """From the first call on; no wait is begun that would end later."""
    first_wait: float = 1.0
    """Upper end of the first random wait; it doubles with every try."""
    longest_wait: float = 30.0
    longest_retry_after: float = 90.0
    """Where a server asks for more than this, this is what it gets."""


@dataclass(frozen=True)
class Waiting:
    """Time and chance, as a test may replace them."""

    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], Awaitable[object]] = asyncio.sleep
    random: Callable[[], float] = random.random


@dataclass(frozen=True)
class Failure:
    """What a failed call comes to."""

    error: EndpointError
    """What to raise when it is not made again."""
    retry: bool = False
    reason: str = ""
    """A few words for the person who waits: `too many requests (429)`."""
    wait: float | None = None
    """Seconds that the server asked for."""
    unread: bool = False
    """Whether the request was turned away before a model read it, so that nobody pays for it."""


async def call_with_retries(
    attempt: Callable[[], Awaitable[T]],
    *,
    catch: tuple[type[Exception], ...],
    judge: Callable[[Exception], Failure],
    policy: RetryPolicy,
    on_retry: OnRetry | None = None,
    waiting: Waiting | None = None,
) -> T:
    """Make the call until it succeeds, fails for good, or patience ends.

    Exceptions of the types in `catch` are judged; any other passes. The error that ends it says how often and how
    long it was tried.
    """
    waiting = waiting or Waiting()
    began = waiting.clock()
    tries = 0
    while True:
        tries += 1
        try:
            return await attempt()
        except catch as error:
            failure = judge(error)
            spent = waiting.clock() - began
            seconds = next_wait(failure, tries, policy=policy, random_number=waiting.random())
            if not failure.retry or tries >= policy.attempts or spent + seconds > policy.total_seconds:
                raise _final(failure, tries, spent) from error
        if on_retry is not None:
            on_retry(failure.reason, seconds)
        await waiting.sleep(seconds)


def next_wait(failure: Failure, tries: int, *, policy: RetryPolicy, random_number: float) -> float:
    """Seconds before the next try: full jitter, so that callers that failed together do not come back together.

    What the server asked for is a floor, with the jitter of a first wait on top.
    """
    if failure.wait is not None:
        return min(failure.wait, policy.longest_retry_after) + random_number * policy.first_wait
    return random_number * min(policy.longest_wait, policy.first_wait * 2.0 ** (tries - 1))


def retry_after(value: str | None, *, now: datetime | None = None) -> float | None:
    """Seconds that a `Retry-After` header asks for: a number, or a date. None where it says nothing of use."""
    if value is None:
        return None
    try:
        seconds = float(value)
    except ValueError:
        try:
            date = parsedate_to_datetime(value)
        except ValueError:
            return None
        date = date if date.tzinfo else date.replace(tzinfo=UTC)
        seconds = (date - (now or datetime.now(UTC))).total_seconds()
        return max(0.0, seconds)
    return seconds if 0 <= seconds < float("inf") else None


def _final(failure: Failure, tries: int, spent: float) -> EndpointError:
    """The error as it leaves, with how often it was tried where that was more than once."""
    if tries == 1:
        return failure.error
    return type(failure.error)(f"{failure.error} It was tried {tries} times within {spent:.0f} s.")
