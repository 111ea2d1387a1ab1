"""Turns at a desk: the endpoint is never without work for a disk, and what has no turn yet can still be given up."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import pytest

from neuronview.errors import Cancelled, EndpointRefused
from neuronview.llm.budget import Budget, Reservation
from neuronview.llm.cache import Cache
from neuronview.llm.calls import ChatAnswer, ChatRequest
from neuronview.llm.desk import Desk
from neuronview.llm.ledger import Ledger
from tests.llm.fake_endpoint import FakeEndpoint, asked


@pytest.fixture
def cache(tmp_path: Path) -> Cache:
    return Cache.in_home(tmp_path)


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    return Ledger(tmp_path / "run")


@pytest.fixture
def disk(cache: Cache, monkeypatch: pytest.MonkeyPatch) -> threading.Event:
    """The cache's disk, which does nothing until this is set."""
    awake, put_all = threading.Event(), cache.put_all

    def waiting(answers: Any) -> Any:
        awake.wait(30)
        return put_all(answers)

    monkeypatch.setattr(cache, "put_all", waiting)
    return awake


def run(work: Callable[[], Coroutine[Any, Any, Any]]) -> Any:
    return asyncio.run(work())


async def after_a_while() -> None:
    """Longer than all that can be done takes."""
    await asyncio.sleep(0.2)


async def until(true: Callable[[], bool]) -> None:
    async with asyncio.timeout(30):
        while not true():
            await asyncio.sleep(0.001)


def test_the_next_call_is_made_while_an_answer_is_on_its_way_to_the_disk(cache: Cache, disk: threading.Event) -> None:
    endpoint = FakeEndpoint()
    desk = Desk(endpoint, cache=cache, concurrency=1)

    async def work() -> None:
        tasks = [asyncio.create_task(desk.chat(asked(text))) for text in "ab"]
        await until(lambda: len(endpoint.history) == 2)
        assert not any(task.done() for task in tasks)
        disk.set()
        await asyncio.gather(*tasks)

    run(work)
    assert endpoint.most_at_once == 1


def test_a_disk_that_stands_still_ends_the_calls_after_a_quarter_more(cache: Cache, disk: threading.Event) -> None:
    endpoint = FakeEndpoint()
    desk = Desk(endpoint, cache=cache, concurrency=8)

    async def work() -> None:
        tasks = [asyncio.create_task(desk.chat(asked(f"{i}"))) for i in range(30)]
        await until(lambda: len(endpoint.history) == 10)
        await after_a_while()
        assert len(endpoint.history) == 10
        disk.set()
        await asyncio.gather(*tasks)

    run(work)
    assert (len(endpoint.history), cache.size().answers) == (30, 30)


@pytest.mark.parametrize("stops", [False, True])
def test_a_call_that_is_given_up_before_its_turn_costs_nothing_and_is_no_failure(ledger: Ledger, stops: bool) -> None:
    endpoint, budget, stop = FakeEndpoint(), Budget(tokens=10_000, calls=2), [False]
    desk = Desk(endpoint, ledger=ledger, budget=budget, concurrency=1, should_stop=lambda: stop[0])

    async def work() -> None:
        endpoint.gate = asyncio.Event()
        first, second = (asyncio.create_task(desk.chat(asked(text))) for text in "ab")
        await until(lambda: endpoint.at_once == 1 and ledger.totals().unfinished == 2)
        if stops:
            stop[0] = True
            assert isinstance((await asyncio.gather(second, return_exceptions=True))[0], Cancelled)
        else:
            second.cancel()
            await asyncio.wait({second})
        endpoint.gate.set()
        await first
        await desk.close()

    run(work)
    totals, progress = ledger.totals(), desk.progress
    assert (totals.paid, totals.failed, totals.attempts, totals.unfinished, totals.tokens) == (1, 0, 1, 0, 15)
    assert (progress.calls, progress.failed, progress.in_flight, progress.untold_tokens) == (1, 0, 0, 0)
    assert (budget.spent_tokens, budget.reserved) == (15, Reservation(0, 0.0))
    assert len(endpoint.history) == 1
    run(lambda: Desk(endpoint, budget=budget).chat(asked("c")))  # for which the cap on calls has room


def test_what_refuses_every_call_is_called_once_and_said_to_all_who_wait(ledger: Ledger) -> None:
    endpoint = FakeEndpoint(fail=lambda _: EndpointRefused("no credit left"))
    desk = Desk(endpoint, ledger=ledger, concurrency=1)

    async def work() -> None:
        endpoint.gate = asyncio.Event()
        tasks = [asyncio.create_task(desk.chat(asked(text))) for text in "abc"]
        await until(lambda: endpoint.at_once == 1 and ledger.totals().unfinished == 2)
        endpoint.gate.set()
        said = await asyncio.gather(*tasks, return_exceptions=True)
        assert [str(error) for error in said if isinstance(error, EndpointRefused)] == ["no credit left"] * 3
        endpoint.fail = lambda _: None
        await desk.chat(asked("a"))  # asked again later, it is called again
        await desk.close()

    run(work)
    totals = ledger.totals()
    assert (totals.paid, totals.failed, totals.unfinished, len(endpoint.history)) == (1, 1, 0, 2)


def test_a_stop_that_nobody_has_seen_yet_holds_for_who_gets_a_turn(ledger: Ledger) -> None:
    endpoint, stop = FakeEndpoint(), [False]
    desk = Desk(endpoint, ledger=ledger, concurrency=1, should_stop=lambda: stop[0])

    async def work() -> Any:
        endpoint.gate = asyncio.Event()
        first, second = (asyncio.create_task(desk.chat(asked(text))) for text in "ab")
        await until(lambda: endpoint.at_once == 1 and ledger.totals().unfinished == 2)
        stop[0] = True
        endpoint.gate.set()  # before the desk looks whether to stop
        return await asyncio.gather(first, second, return_exceptions=True)

    answered, stopped = run(work)
    assert answered.text == "answer 1 to a"
    assert isinstance(stopped, Cancelled)
    assert len(endpoint.history) == 1
    assert ledger.totals().failed == 0


def test_a_call_that_is_given_up_while_the_ledger_is_written_costs_nothing(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    endpoint, budget, awake, sync = FakeEndpoint(), Budget(calls=1), threading.Event(), ledger.sync
    monkeypatch.setattr(ledger, "sync", lambda: (awake.wait(30), sync()))
    desk = Desk(endpoint, ledger=ledger, budget=budget)

    async def work() -> None:
        task = asyncio.create_task(desk.chat(asked("a")))
        await until(lambda: ledger.totals().unfinished == 1)
        task.cancel()
        await asyncio.wait({task})
        awake.set()
        await desk.chat(asked("b"))

    run(work)
    totals = ledger.totals()
    assert (totals.paid, totals.failed, totals.unfinished) == (1, 0, 0)
    assert [request.messages[0].content for request in endpoint.history] == ["b"]


def test_a_desk_that_is_closed_gives_up_what_waits_for_a_turn(ledger: Ledger) -> None:
    endpoint = FakeEndpoint()
    desk = Desk(endpoint, ledger=ledger, concurrency=1)

    async def work() -> Any:
        endpoint.gate = asyncio.Event()
        tasks = [asyncio.create_task(desk.chat(asked(text))) for text in "ab"]
        await until(lambda: endpoint.at_once == 1 and ledger.totals().unfinished == 2)
        closing = asyncio.create_task(desk.close())
        await asyncio.sleep(0)
        endpoint.gate.set()
        await closing
        return await asyncio.gather(*tasks, return_exceptions=True)

    _, given_up = run(work)
    assert isinstance(given_up, Cancelled)
    totals = ledger.totals()
    assert (totals.paid, totals.failed, totals.unfinished) == (1, 0, 0)


def test_who_asks_the_same_as_a_call_is_given_up_gets_an_answer() -> None:
    endpoint = FakeEndpoint()
    desk = Desk(endpoint, concurrency=1)

    async def work() -> Any:
        endpoint.gate = asyncio.Event()
        first, second = (asyncio.create_task(desk.chat(asked(text))) for text in "ab")
        await until(lambda: endpoint.at_once == 1)
        second.cancel()
        again = asyncio.create_task(desk.chat(asked("b")))
        await asyncio.sleep(0)
        endpoint.gate.set()
        await first
        return await again

    assert run(work).text == "answer 2 to b"


def test_the_ledger_tells_the_seconds_of_a_call_and_not_of_the_wait_for_its_turn(ledger: Ledger) -> None:
    now = [0.0]

    class Slow(FakeEndpoint):
        async def chat(self, request: ChatRequest) -> ChatAnswer:
            await asyncio.sleep(0.01)
            now[0] += 3
            return await super().chat(request)

    desk = Desk(Slow(), ledger=ledger, concurrency=1, clock=lambda: now[0])

    async def work() -> None:
        await asyncio.gather(*(desk.chat(asked(text)) for text in "abcd"))

    run(work)
    assert ledger.totals().seconds == 4 * 3


def test_an_error_before_a_call_is_made_costs_nothing(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    endpoint, budget = FakeEndpoint(), Budget(tokens=10_000)
    desk = Desk(endpoint, ledger=ledger, budget=budget)

    def broken() -> None:
        raise RuntimeError("no thread any more")

    monkeypatch.setattr(ledger, "sync", broken)
    with pytest.raises(RuntimeError, match="no thread"):
        run(lambda: desk.chat(asked("a")))
    assert (budget.spent_tokens, budget.reserved) == (0, Reservation(0, 0.0))
    assert (desk.progress.untold_tokens, desk.progress.failed) == (0, 1)
    assert not endpoint.history
