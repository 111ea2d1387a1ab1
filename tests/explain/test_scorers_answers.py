"""What judges of detection and fuzzing answer: what is read of it, and four states that are never mixed."""

import asyncio
import json
import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from neuronview.errors import (
    BudgetReached,
    Cancelled,
    EndpointError,
    EndpointRefused,
    NotSupported,
    RequestTooLong,
    UnparsableAnswer,
)
from neuronview.explain.prompts.judging import shown_excerpt
from neuronview.explain.scorers import DecisionJudge, DigitJudge, StructuredJudge, score_by_judge
from neuronview.explain.scorers.items import Items
from neuronview.llm.calls import ChatAnswer, Decision, DecisionAnswer, GeneratedToken, Request
from tests.support.fake_endpoint import FakeEndpoint
from tests.support.judged import BOTH, ITEMS, NUMBERS, excerpts_of, judge, score


def spoiled(n: int, how: Any) -> Callable[[Request], Any]:
    """A reply in which the first `n` questions of a run meet `how`; the judge asks one excerpt a request."""
    count = iter(range(1000))
    return lambda request: how if next(count) < n else judge(request)


@pytest.mark.parametrize("error", [EndpointError("500 five times"), NotSupported("no decisions")])
def test_a_provider_error_makes_no_number(error: EndpointError) -> None:
    found = score(ITEMS["fuzzing"], spoiled(1, error))
    assert (found.state, math.isnan(found.value), math.isnan(found.measure)) == ("provider_error", True, True)
    assert str(error) in found.reason
    assert math.isnan(found.interval[0])
    assert math.isnan(found.measures["balanced_accuracy"])


@pytest.mark.parametrize("error", [EndpointRefused("401"), BudgetReached("cap"), Cancelled("stop")])
def test_what_ends_a_run_is_raised_as_it_is(error: Exception) -> None:
    with pytest.raises(type(error)) as caught:
        score(ITEMS["fuzzing"], spoiled(1, error))
    assert caught.value is error


def reading_at_most(n: int) -> Callable[[Request], Any]:
    """A judge whose model reads so many excerpts at once."""
    return lambda request: judge(request) if len(excerpts_of(request)) <= n else RequestTooLong("too long")


@BOTH
@pytest.mark.parametrize("kind", [DecisionJudge, StructuredJudge])
def test_a_request_that_the_model_finds_too_long_is_asked_in_halves(kind: Any, items: Items) -> None:
    endpoint = FakeEndpoint(reading_at_most(6))
    found = asyncio.run(score_by_judge(NUMBERS, items, kind(endpoint)))
    assert (found.state, found.value, found.n_missing) == ("ok", score(items, kind=kind).value, 0)
    read = [text for request in endpoint.history for text in excerpts_of(request) if len(excerpts_of(request)) <= 6]
    shown = [json.loads(shown_excerpt(item.record.tokens, item.marked)) for item in items.items]
    assert sorted(read) == sorted(shown)


def test_a_single_excerpt_that_is_too_long_is_a_provider_error() -> None:
    endpoint = FakeEndpoint(reading_at_most(0))
    found = asyncio.run(score_by_judge(NUMBERS, ITEMS["detection"], DecisionJudge(endpoint)))
    assert found.state == "provider_error"
    assert "too long" in found.reason


def refusing(share: float, state: str) -> Callable[[Request], DecisionAnswer]:
    """A judge that leaves that share of the questions of each request unanswered."""

    def reply(request: Request) -> DecisionAnswer:
        answer: DecisionAnswer = judge(request)
        n = round(share * len(answer.decisions))
        lost = tuple(Decision(d.name, state, reason="declined") for d in answer.decisions[:n])  # type: ignore[arg-type]
        return DecisionAnswer((*lost, *answer.decisions[n:]), model="judge-1")

    return reply


@pytest.mark.parametrize("state", ["refused", "missing", "invalid"])
def test_a_tenth_missing_is_masked_and_counted_and_more_is_unparsable(state: str) -> None:
    items = ITEMS["fuzzing"]
    assert len(items.items) == 40
    found = score(items, refusing(0.1, state))
    assert (found.state, found.n_missing) == ("ok", 4)
    assert found.value > 0.85
    found = score(items, refusing(0.15, state))
    assert (found.state, found.n_missing, math.isnan(found.value)) == ("unparsable", 6, True)
    assert "6 of 40" in found.reason


def test_unreadable_answers_are_unparsable_and_no_provider_error() -> None:
    found = score(ITEMS["fuzzing"], spoiled(1, UnparsableAnswer("half a JSON")))
    assert found.state == "unparsable"
    assert "half a JSON" in found.reason


@pytest.mark.parametrize(
    ("shares", "counts"), [((0.5, 0.5), 0), ((0.2, 0.2), 1), ((1.2, -0.2), 1), ((1.0,), 1), ((math.nan, 1.0), 1)]
)
def test_probabilities_that_are_none_are_missing(shares: tuple[float, ...], counts: int) -> None:
    def reply(request: Request) -> DecisionAnswer:
        answer: DecisionAnswer = judge(request)
        first, *rest = answer.decisions
        return DecisionAnswer((Decision(first.name, "ok", shares), *rest))

    assert score(ITEMS["detection"], reply).n_missing == counts * len(
        DecisionJudge(FakeEndpoint(judge)).requests("numbers", ITEMS["detection"])
    )


def test_answers_are_matched_by_name_and_a_question_answered_twice_counts_as_missing() -> None:
    def backwards(request: Request) -> DecisionAnswer:
        return DecisionAnswer(judge(request).decisions[::-1])

    def twice(request: Request) -> DecisionAnswer:
        answer: DecisionAnswer = judge(request)
        return DecisionAnswer((*answer.decisions, answer.decisions[0]))

    items = ITEMS["detection"]
    assert score(items, backwards).value == score(items).value
    assert score(items, twice).n_missing > 0


@pytest.mark.parametrize(
    ("entries", "missing"),
    [
        ([(1, 0.5), (2, 1.5)], 1),
        ([(2, 0.5), (1, 0)], 0),
        ([(1, True), (2, 0.1)], 1),
        ([(2, 0.4)], 1),
        ([(1, 0.4), (1, 0.6), (2, 1)], 1),
        ([(9, 0.4)], 2),
        (3, 2),
        (None, 2),
    ],
)
def test_structured_answers_are_read_entry_by_entry(entries: Any, missing: int) -> None:
    items = ITEMS["detection"]
    listed = [{"excerpt": n, "probability": p} for n, p in entries] if isinstance(entries, list) else entries
    text = "I cannot say." if entries is None else f"Sure: {json.dumps({'judgements': listed})} Done."
    pair = Items("detection", items.items[:2], items.low, items.high)
    asker = StructuredJudge(FakeEndpoint(ChatAnswer(text, finish="stop")))
    found = asyncio.run(asker.judge("numbers", pair))
    assert int(np.isnan(found.values).sum()) == missing
    assert bool(found.unparsable) == (missing == 2)


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (ChatAnswer("1"), 1.0),
        (ChatAnswer(" 0\n"), 0.0),
        (ChatAnswer("1", tokens=(GeneratedToken("1", {"1": math.log(0.3), " 0": math.log(0.1)}),)), 0.75),
        (ChatAnswer("Yes"), math.nan),
        (ChatAnswer("10"), math.nan),
        (ChatAnswer("", finish="length"), math.nan),
        (ChatAnswer("1", finish="content_filter"), math.nan),
    ],
)
def test_a_digit_is_read_with_its_alternatives_and_nothing_else_counts(answer: ChatAnswer, expected: float) -> None:
    items = ITEMS["detection"]
    one = Items("detection", items.items[:1], items.low, items.high)
    found = asyncio.run(DigitJudge(FakeEndpoint(answer)).judge("numbers", one))
    assert found.values.tolist() == pytest.approx([expected], nan_ok=True)
    assert bool(found.unparsable) == math.isnan(expected)
