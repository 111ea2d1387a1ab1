"""The desk: cache, budget, ledger and calls in their order, and nothing paid for twice."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import pytest

from neuronview.errors import (
    BadInput,
    BudgetReached,
    Cancelled,
    EndpointError,
    EndpointRefused,
    RecordsError,
    UnparsableAnswer,
)
from neuronview.llm.booking import at_most_tokens
from neuronview.llm.budget import Budget, Reservation
from neuronview.llm.cache import Cache, request_key
from neuronview.llm.calls import Decision, DecisionAnswer, DecisionRequest, EchoRequest, Message, Question, Usage
from neuronview.llm.desk import Desk
from neuronview.llm.ledger import Ledger, note_attempt, note_usage
from tests.llm.fake_endpoint import FakeEndpoint, asked

PRICE = (10 * 0.15 + 5 * 0.6) / 1e6  # of one call of the fake endpoint, at the list price of gpt-4o-mini


@pytest.fixture
def cache(tmp_path: Path) -> Cache:
    return Cache.in_home(tmp_path)


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    return Ledger(tmp_path / "run")


def run(work: Callable[[], Coroutine[Any, Any, Any]]) -> Any:
    return asyncio.run(work())


async def soon(true: Callable[[], bool]) -> None:
    """Let the loop go on until something is so."""
    for _ in range(1000):
        if true():
            return
        await asyncio.sleep(0)
    raise AssertionError("it never came to be")


def test_a_cached_answer_is_the_same_costs_nothing_and_is_in_the_ledger_as_cached(cache: Cache, ledger: Ledger) -> None:
    endpoint = FakeEndpoint()
    first = run(lambda: Desk(endpoint, cache=cache, ledger=ledger).chat(asked("a")))
    desk = Desk(endpoint, cache=cache, ledger=ledger)
    assert run(lambda: desk.chat(asked("a"))) == first
    assert len(endpoint.history) == 1
    totals = ledger.totals()
    assert (totals.paid, totals.cached, totals.tokens, totals.cost) == (1, 1, 15, pytest.approx(PRICE))
    assert (desk.progress.calls, desk.progress.cached, desk.progress.money) == (0, 1, 0.0)


def test_an_answer_is_in_the_cache_before_anybody_gets_it(cache: Cache, monkeypatch: pytest.MonkeyPatch) -> None:
    order: list[str] = []
    put_all = cache.put_all
    monkeypatch.setattr(cache, "put_all", lambda answers: order.append("stored") or put_all(answers))

    async def work() -> None:
        await Desk(FakeEndpoint(), cache=cache).chat(asked("a"))
        order.append("got")

    run(work)
    assert order == ["stored", "got"]


def test_equal_requests_under_way_are_asked_once_and_samples_are_not_equal(cache: Cache, ledger: Ledger) -> None:
    endpoint = FakeEndpoint()
    desk = Desk(endpoint, cache=cache, ledger=ledger)

    async def work() -> list[Any]:
        requests = [asked("a"), asked("a"), asked("a", sample=1), asked("a")]
        return await asyncio.gather(*(desk.chat(request) for request in requests))

    one, two, other, three = run(work)
    assert one == two == three != other
    assert len(endpoint.history) == 2
    assert (ledger.totals().paid, ledger.totals().cached) == (2, 2)


def test_every_kind_passes_and_no_more_calls_than_allowed_are_made_at_once() -> None:
    endpoint = FakeEndpoint()
    desk = Desk(endpoint, concurrency=3)

    async def work() -> list[Any]:
        question = Question("q", "predicate", "So?")
        chats = [desk.chat(asked(f"{i}")) for i in range(20)]
        echo = desk.echo(EchoRequest((Message("user", "x"),)))
        return await asyncio.gather(*chats, echo, desk.decide(DecisionRequest("x", (question,))))

    answers = run(work)
    assert answers[-1].decisions == (Decision("q", "ok", (0.5, 0.5)),)
    assert answers[-2].response == {"choices": []}
    assert endpoint.most_at_once == 3
    assert desk.progress.calls == 22
    assert desk.progress.usage == Usage(220, 0, 110)
    assert desk.progress.in_flight == desk.progress.waiting == 0


def test_an_error_is_not_cached_and_is_told_to_all_who_asked(cache: Cache, ledger: Ledger) -> None:
    failing = FakeEndpoint(fail=lambda _: EndpointError("down"))
    desk = Desk(failing, cache=cache, ledger=ledger)

    async def work() -> list[Any]:
        return await asyncio.gather(desk.chat(asked("a")), desk.chat(asked("a")), return_exceptions=True)

    assert [str(error) for error in run(work)] == ["down", "down"]
    assert len(failing.history) == 1
    assert (desk.progress.failed, ledger.totals().failed) == (1, 1)
    assert run(lambda: Desk(FakeEndpoint(), cache=cache).chat(asked("a"))).text == "answer 1 to a"


def test_decisions_that_failed_are_asked_again_and_refused_ones_are_not(cache: Cache) -> None:
    request = DecisionRequest("x", (Question("q", "predicate", "So?"),))
    for state, calls in (("missing", 2), ("invalid", 2), ("refused", 1)):
        cache.clear()
        endpoint = FakeEndpoint()

        async def decide(asked: DecisionRequest, state: Any = state, endpoint: Any = endpoint) -> DecisionAnswer:
            endpoint.history.append(asked)
            return DecisionAnswer((Decision("q", state),))

        endpoint.decide = decide  # type: ignore[method-assign]
        for _ in range(2):
            run(lambda endpoint=endpoint: Desk(endpoint, cache=cache).decide(request))
        assert len(endpoint.history) == calls, state


def test_an_answer_from_before_is_forgotten_and_one_that_this_desk_paid_for_is_not(cache: Cache) -> None:
    endpoint = FakeEndpoint()
    run(lambda: Desk(endpoint, cache=cache).chat(asked("a")))
    desk = Desk(endpoint, cache=cache)

    async def work() -> list[bool]:
        forgotten = []
        for _ in range(3):
            forgotten.append(desk.forget(asked("a")))
            await desk.chat(asked("a"))
        return forgotten

    assert run(work) == [True, False, False]
    assert len(endpoint.history) == 2


def test_stopping_ends_what_waits_and_keeps_what_is_under_way(cache: Cache) -> None:
    endpoint, stop = FakeEndpoint(), [False]
    desk = Desk(endpoint, cache=cache, concurrency=2, should_stop=lambda: stop[0])

    async def work() -> list[Any]:
        endpoint.gate = asyncio.Event()
        tasks = [asyncio.create_task(desk.chat(asked(f"{i}"))) for i in range(5)]
        await soon(lambda: len(endpoint.history) == 2)
        assert (desk.progress.in_flight, desk.progress.waiting) == (2, 3)
        stop[0] = True
        done, _ = await asyncio.wait(tasks[2:])
        assert all(isinstance(task.exception(), Cancelled) for task in done)
        endpoint.gate.set()
        with pytest.raises(Cancelled):
            await desk.chat(asked("later"))
        return await asyncio.gather(*tasks[:2])

    assert len(run(work)) == 2
    assert cache.size().answers == 2
    assert len(endpoint.history) == 2


def test_a_call_under_way_goes_on_when_nobody_waits_for_it_any_more(cache: Cache) -> None:
    endpoint = FakeEndpoint()
    desk = Desk(endpoint, cache=cache, concurrency=1)

    async def work() -> None:
        endpoint.gate = asyncio.Event()
        under_way, waiting = (asyncio.create_task(desk.chat(asked(text))) for text in "ab")
        await soon(lambda: endpoint.at_once == 1)
        under_way.cancel()
        waiting.cancel()
        await asyncio.wait([under_way, waiting])
        endpoint.gate.set()
        await desk.close()

    run(work)
    assert cache.get(request_key(endpoint.identity, asked("a"))) is not None
    assert len(endpoint.history) == 1
    assert endpoint.closed


def test_one_who_gives_up_does_not_take_the_answer_from_the_others() -> None:
    endpoint = FakeEndpoint()
    desk = Desk(endpoint, concurrency=1)

    async def work() -> Any:
        endpoint.gate = asyncio.Event()
        first = asyncio.create_task(desk.chat(asked("first")))
        impatient, patient = (asyncio.create_task(desk.chat(asked("a"))) for _ in range(2))
        await soon(lambda: endpoint.at_once == 1)
        impatient.cancel()
        await asyncio.sleep(0)
        endpoint.gate.set()
        await first
        return await patient

    assert run(work).text == "answer 2 to a"


def test_the_cap_holds_for_calls_at_once_and_what_is_given_back_is_used(ledger: Ledger) -> None:
    # Each call takes 15 tokens and reserves more, so that calls have to wait for one another.
    endpoint, budget = FakeEndpoint(), Budget(tokens=300)
    desk = Desk(endpoint, ledger=ledger, budget=budget)

    async def work() -> list[Any]:
        calls = (desk.chat(asked(f"{i}", max_tokens=50)) for i in range(40))
        return await asyncio.gather(*calls, return_exceptions=True)

    answers = run(work)
    upper = at_most_tokens(asked("00")) + 50
    assert 300 - upper < budget.spent_tokens <= 300
    assert sum(isinstance(answer, BudgetReached) for answer in answers) == 40 - len(endpoint.history) > 0
    assert ledger.totals().tokens == budget.spent_tokens
    assert budget.reserved == Reservation(0, 0.0)


def test_cached_answers_are_given_out_when_the_cap_is_reached(cache: Cache) -> None:
    run(lambda: Desk(FakeEndpoint(), cache=cache).chat(asked("a")))
    desk = Desk(FakeEndpoint(), cache=cache, budget=Budget(tokens=10, spent_tokens=10))
    assert run(lambda: desk.chat(asked("a"))).text == "answer 1 to a"
    with pytest.raises(BudgetReached):
        run(lambda: desk.chat(asked("b")))


def test_money_is_capped_at_list_prices() -> None:
    budget = Budget(money=1.0)
    run(lambda: Desk(FakeEndpoint(), budget=budget).chat(asked("a")))
    assert budget.spent == pytest.approx(PRICE)


def test_a_cap_on_money_without_a_price_is_refused_before_any_call() -> None:
    with pytest.raises(BadInput, match="unheard-of"):
        Desk(FakeEndpoint("unheard-of"), budget=Budget(money=1.0))
    local = FakeEndpoint("unheard-of", identity="http://localhost:1/v1 unheard-of")
    desk = Desk(local, budget=Budget(money=1.0))
    run(lambda: desk.chat(asked("a")))
    assert (desk.progress.money, desk.progress.unpriced) == (0.0, 0)


def test_a_call_without_a_price_is_counted_as_such_and_not_as_free(ledger: Ledger) -> None:
    desk = Desk(FakeEndpoint("unheard-of"), ledger=ledger)
    run(lambda: desk.chat(asked("a")))
    assert (desk.progress.unpriced, ledger.totals().unpriced) == (1, 1)


@pytest.mark.parametrize(
    ("error", "noted", "unknown", "told"),
    [
        (EndpointError("no tries noted"), [], 1, 0),
        (EndpointRefused("no tries noted"), [], 0, 0),
        (EndpointError("timed out"), [None, None], 2, 0),
        (UnparsableAnswer("no JSON"), [Usage(), None], 1, 0),
        (EndpointRefused("wrong key"), [Usage(), Usage()], 0, 0),
        (EndpointRefused("wrong key after a time-out"), [None, Usage()], 1, 0),
        (EndpointError("429"), [Usage(), Usage()], 0, 0),
        (UnparsableAnswer("no JSON"), [Usage(), Usage(40, 0, 2)], 0, 42),
        (EndpointError("429 after a time-out"), [None, Usage()], 1, 0),
        (None, [None, None], 2, 15),
        (None, [None, Usage(40, 0, 2)], 1, 57),
    ],
    ids=[
        *(
            "untold",
            "untold, refused",
            "timed out",
            "unparsable",
            "refused",
            "refused later",
            "nothing billed",
            "told",
            "one try unknown",
        ),
        *("answered after two time-outs", "answered after a time-out and an answer of no use"),
    ],
)
def test_what_tries_without_an_answer_may_have_cost_counts_against_the_cap_and_is_kept_apart(
    ledger: Ledger, error: Exception | None, noted: list[Usage | None], unknown: int, told: int
) -> None:
    def fail(_: object) -> Exception | None:
        for usage in noted:
            note_attempt()
            if usage is not None:
                note_usage(usage)
        if error is None:
            note_attempt()
            note_usage(Usage(10, 0, 5))
        return error

    budget = Budget(tokens=10_000)
    desk = Desk(FakeEndpoint(fail=fail), ledger=ledger, budget=budget)
    with nullcontext() if error is None else pytest.raises(type(error)):
        run(lambda: desk.chat(asked("a")))
    reserved = at_most_tokens(asked("a")) + 256
    assert budget.spent_tokens == unknown * reserved + told
    assert budget.reserved == Reservation(0, 0.0)
    totals = ledger.totals()
    assert (totals.failed, totals.attempts) == (int(error is not None), max(len(noted), 1) + (error is None))
    assert (totals.tokens, totals.unfinished_tokens) == (told, unknown * reserved)
    assert totals.cost + totals.unfinished_cost == pytest.approx(budget.spent)
    assert (totals.unfinished_cost > 0) == (unknown > 0)
    assert (desk.progress.untold_tokens, desk.progress.untold_cost) == (unknown * reserved, totals.unfinished_cost)


def test_another_try_is_only_made_where_the_cap_has_room_for_it(ledger: Ledger) -> None:
    tries = []

    def time_out(_: object) -> Exception:
        for number in range(6):
            note_attempt()
            tries.append(number)
        return EndpointError("timed out")

    reserved = at_most_tokens(asked("a")) + 256
    budget = Budget(tokens=round(3.5 * reserved))
    desk = Desk(FakeEndpoint(fail=time_out), ledger=ledger, budget=budget)
    with pytest.raises(EndpointError, match="no room for another"):
        run(lambda: desk.chat(asked("a")))
    assert len(tries) == 3
    assert budget.spent_tokens == ledger.totals().unfinished_tokens == 3 * reserved
    with pytest.raises(BudgetReached):
        run(lambda: desk.chat(asked("b")))


def test_another_try_beside_calls_under_way_that_may_fill_the_cap_is_left_for_later() -> None:
    endpoint = FakeEndpoint()
    reserved = at_most_tokens(asked("a")) + 256
    desk = Desk(endpoint, budget=Budget(tokens=2 * reserved))

    def time_out(request: object) -> Exception | None:
        if request == asked("a"):
            note_attempt()
            note_attempt()
        return None

    async def work() -> None:
        endpoint.gate = asyncio.Event()
        other = asyncio.create_task(desk.chat(asked("b")))
        await soon(lambda: endpoint.at_once == 1)
        endpoint.gate, waiting, endpoint.fail = None, endpoint.gate, time_out
        with pytest.raises(EndpointError, match="no room"):
            await desk.chat(asked("a"))
        waiting.set()
        await other

    run(work)


def test_an_estimate_that_was_too_low_is_raised_for_the_next_calls() -> None:
    budget = Budget(tokens=10_000)
    endpoint = FakeEndpoint(usage=Usage(1000, 0, 0))
    desk = Desk(endpoint, budget=budget, estimate_tokens=lambda _: 10)

    async def work() -> Reservation:
        await desk.chat(asked("a", max_tokens=1))
        endpoint.gate = asyncio.Event()
        second = asyncio.create_task(desk.chat(asked("b", max_tokens=1)))
        await soon(lambda: endpoint.at_once == 1)
        reserved = budget.reserved
        endpoint.gate.set()
        await second
        return reserved

    assert run(work) == Reservation(1001, pytest.approx((1000 * 0.15 + 0.6) / 1e6))


def test_an_answer_that_cannot_be_stored_is_an_error_and_is_booked(
    cache: Cache, ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise RecordsError("no room")

    monkeypatch.setattr(cache, "put_all", full)
    desk = Desk(FakeEndpoint(), cache=cache, ledger=ledger)
    with pytest.raises(RecordsError):
        run(lambda: desk.chat(asked("a")))
    assert (ledger.totals().failed, ledger.totals().tokens) == (1, 15)


def test_the_rate_is_that_of_the_last_calls() -> None:
    clock = iter(float(i) for i in range(1000))
    desk = Desk(FakeEndpoint(), clock=lambda: next(clock))
    assert desk.progress.rate is None

    async def work() -> None:
        for i in range(5):
            await desk.chat(asked(f"{i}"))

    run(work)
    # The clock is read three times a call.
    assert desk.progress.rate == pytest.approx(1 / 3)


def test_estimates_are_upper_ones_for_any_text() -> None:
    request = asked("\ud800é" * 10)
    assert at_most_tokens(request) >= 10 * 5
    many = DecisionRequest("x" * 100, tuple(Question(f"{i}", "predicate", "y" * 10) for i in range(5)))
    assert at_most_tokens(many) >= 155


def test_lines_about_money_are_on_the_disk_before_the_call_and_before_its_answer_is_handed_out(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    order: list[str] = []
    sync = ledger.sync

    def synced() -> None:
        order.append(f"{ledger.path.read_text().count('begun')}+{ledger.path.read_text().count('ended')}")
        sync()

    monkeypatch.setattr(ledger, "sync", synced)

    class Noting(FakeEndpoint):
        async def chat(self, request: Any) -> Any:
            order.append("asked")
            return await super().chat(request)

    async def work() -> None:
        await Desk(Noting(), ledger=ledger).chat(asked("a"))
        order.append("got")

    run(work)
    assert order == ["1+0", "asked", "1+1", "got"]
