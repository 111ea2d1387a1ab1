"""When a call is made again, how long it is waited for, and when patience ends. No time passes here."""

import asyncio
from datetime import UTC, datetime

import pytest

from neuronview.errors import EndpointError, EndpointRefused
from neuronview.llm.retry import Failure, RetryPolicy, Waiting, call_with_retries, retry_after


class Clock:
    """Time that passes only by sleeping, or where a test says so."""

    def __init__(self, random: float = 1.0) -> None:
        self.now = 100.0
        self.waits: list[float] = []
        self.waiting = Waiting(clock=lambda: self.now, sleep=self.sleep, random=lambda: random)

    async def sleep(self, seconds: float) -> None:
        self.waits.append(seconds)
        self.now += seconds


def fail(
    clock: Clock, failure: Failure, policy: RetryPolicy, *, successes_after: int = 10**9, takes: float = 0.0
) -> str:
    """Call something that fails so often, each call taking so long."""
    calls = 0

    async def attempt() -> str:
        nonlocal calls
        calls += 1
        clock.now += takes
        if calls <= successes_after:
            raise ValueError(f"call {calls}")
        return f"{calls} calls"

    return asyncio.run(
        call_with_retries(
            attempt, catch=(ValueError,), judge=lambda error: failure, policy=policy, waiting=clock.waiting
        )
    )


AGAIN = Failure(EndpointError("The server failed."), retry=True, reason="failed")


def test_waits_double_up_to_the_longest() -> None:
    clock = Clock()
    policy = RetryPolicy(attempts=7, first_wait=1, longest_wait=10, total_seconds=1000)
    with pytest.raises(EndpointError, match=r"The server failed\. It was tried 7 times within 35 s\."):
        fail(clock, AGAIN, policy)
    assert clock.waits == [1, 2, 4, 8, 10, 10]


def test_jitter_is_full() -> None:
    clock = Clock(random=0.0)
    with pytest.raises(EndpointError):
        fail(clock, AGAIN, RetryPolicy(attempts=4))
    assert clock.waits == [0, 0, 0]


def test_total_time_ends_it_before_the_wait_that_would_go_beyond() -> None:
    clock = Clock()
    with pytest.raises(EndpointError, match="tried 3 times within 33 s"):
        fail(clock, AGAIN, RetryPolicy(attempts=100, first_wait=1, total_seconds=36), takes=10)
    assert clock.waits == [1, 2]


def test_what_the_server_asks_for_is_waited_and_capped() -> None:
    clock = Clock(random=0.5)
    asked = Failure(AGAIN.error, retry=True, wait=3600.0)
    policy = RetryPolicy(attempts=2, first_wait=2, longest_retry_after=60, total_seconds=1000)
    assert fail(clock, asked, policy, successes_after=1) == "2 calls"
    assert clock.waits == [61]


def test_a_failure_for_good_is_raised_as_it_is_without_waiting() -> None:
    clock = Clock()
    refused = Failure(EndpointRefused("Wrong key."))
    with pytest.raises(EndpointRefused, match=r"^Wrong key\.$") as caught:
        fail(clock, refused, RetryPolicy())
    assert clock.waits == []
    assert isinstance(caught.value.__cause__, ValueError)


def test_what_is_not_to_be_caught_passes() -> None:
    async def attempt() -> None:
        raise KeyError("mine")

    with pytest.raises(KeyError, match="mine"):
        asyncio.run(call_with_retries(attempt, catch=(ValueError,), judge=lambda error: AGAIN, policy=RetryPolicy()))


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        (None, None),
        ("3", 3.0),
        ("0.5", 0.5),
        ("-1", None),
        ("inf", None),
        ("nan", None),
        ("soon", None),
        ("Sat, 21 Nov 2026 12:00:30 GMT", 30.0),
        ("Sat, 21 Nov 2026 11:59:00 GMT", 0.0),
    ],
)
def test_retry_after_is_read_as_seconds_or_date(value: str | None, seconds: float | None) -> None:
    assert retry_after(value, now=datetime(2026, 11, 21, 12, tzinfo=UTC)) == seconds
