"""Detection and fuzzing scores: what rules and judges earn, what is asked, and four states that are never mixed."""

import asyncio
import json
import math
import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from neuronview.errors import (
    BudgetReached,
    Cancelled,
    EndpointError,
    EndpointRefused,
    NotFound,
    NotSupported,
    RequestTooLong,
    UnparsableAnswer,
)
from neuronview.explain.prompts import estimate_tokens
from neuronview.explain.prompts.judging import shown_excerpt
from neuronview.explain.rules import simulator_for
from neuronview.explain.scorers import (
    JUDGES,
    DecisionJudge,
    DigitJudge,
    StructuredJudge,
    detection_items,
    fuzzing_items,
    judge_requests,
    rule_judgements,
    score_by_judge,
    score_by_rule,
)
from neuronview.explain.scorers.items import Item, Items
from neuronview.llm.calls import (
    ChatAnswer,
    ChatRequest,
    Decision,
    DecisionAnswer,
    DecisionRequest,
    GeneratedToken,
    Request,
)
from neuronview.records import ActivationRecord, Explanation, Score
from neuronview.scoring.classification import area_under_curve, classify
from tests.support.drawn_statistics import known_neuron
from tests.support.fake_endpoint import FakeEndpoint

RECORD = known_neuron()
ITEMS = {"detection": detection_items(RECORD), "fuzzing": fuzzing_items(RECORD)}
BOTH = pytest.mark.parametrize("items", ITEMS.values(), ids=ITEMS)
NUMBERS = Explanation("numbers", "pattern", rule={"kind": "pattern", "pattern": "17"})
CATS = Explanation("cats", "pattern", rule={"kind": "pattern", "pattern": "cat"})
LOOKUP = Explanation("tokens", "lookup", rule={"kind": "lookup", "tokens": {" 17": 2.0, " cat": 0.4}, "rest": 0.1})


def excerpts_of(request: Request) -> list[str]:
    text = request.input if isinstance(request, DecisionRequest) else request.messages[-1].content  # type: ignore[union-attr]
    return [json.loads(line) for line in re.findall(r"^Excerpt \d+: (.*)$", text, re.M)]


def fits(excerpt: str) -> float:
    """What a judge that looks for numbers thinks of an excerpt, or of its marks where it has some."""
    marked = re.findall("⟦(.*?)⟧", excerpt, re.S)
    return 0.9 if "17" in ("".join(marked) if marked else excerpt) else 0.2


def strays(excerpt: str) -> float:
    """What it thinks of an excerpt with another sentence in mind."""
    return 0.6 if "London" in excerpt else 0.4


def judge(request: Request, thinks: Callable[[str], float] = fits) -> Any:
    """The answer to any form of question."""
    text = request.input if isinstance(request, DecisionRequest) else request.messages[-1].content  # type: ignore[union-attr]
    values = [thinks(e) if "responds to: numbers\n" in text else strays(e) for e in excerpts_of(request)]
    if isinstance(request, DecisionRequest):
        named = zip(request.questions, values, strict=True)
        return DecisionAnswer(tuple(Decision(q.name, "ok", (1 - v, v)) for q, v in named), model="judge-1")
    assert isinstance(request, ChatRequest)
    if request.schema is not None:
        entries = [{"excerpt": i, "probability": v} for i, v in enumerate(values, 1)]
        return ChatAnswer(json.dumps({"judgements": entries}), model="judge-1")
    (value,) = values
    top = {"1": math.log(value * 0.8), "0": math.log((1 - value) * 0.8), "Yes": math.log(0.2)}
    return ChatAnswer(str(round(value)), model="judge-1", tokens=(GeneratedToken(str(round(value)), top),))


def score(items: Items, reply: Any = judge, kind: Any = DecisionJudge, **options: Any) -> Score:
    explanation = options.pop("explanation", NUMBERS)
    return asyncio.run(score_by_judge(explanation, items, kind(FakeEndpoint(reply)), **options))


# --- rules -----------------------------------------------------------------------------------------------------------


@BOTH
def test_the_right_rule_tells_the_classes_apart_and_another_one_does_not(items: Items) -> None:
    right, wrong = score_by_rule(NUMBERS, items), score_by_rule(CATS, items)
    assert right.state == wrong.state == "ok"
    assert right.value > 0.9
    assert right.measures["balanced_accuracy"] > 0.9
    assert abs(wrong.value - 0.5) < 0.25
    assert right.interval[0] > wrong.value


def test_a_rule_judges_an_excerpt_by_its_largest_value() -> None:
    items = ITEMS["detection"]
    tokens = LOOKUP.rule["tokens"]  # type: ignore[index]
    peaks = [max(tokens.get(t, 0.1) for t in item.record.tokens) for item in items.items]
    expected = area_under_curve(peaks, [item.positive for item in items.items])
    assert score_by_rule(LOOKUP, items).value == pytest.approx(expected)


def test_a_rule_judges_marked_tokens_by_their_mean() -> None:
    items = ITEMS["fuzzing"]
    tokens = LOOKUP.rule["tokens"]  # type: ignore[index]
    means = [np.mean([tokens.get(item.record.tokens[p], 0.1) for p in item.marked]) for item in items.items]
    expected = area_under_curve(means, [item.positive for item in items.items])
    assert score_by_rule(LOOKUP, items).value == pytest.approx(expected)


def test_of_marked_tokens_that_differ_the_mean_counts_and_of_an_excerpt_the_largest() -> None:
    record = ActivationRecord((" 17", " cat", " ran"), np.zeros(3))
    items = [Item(record, True, (0, 1)), Item(record, False, (2,)), Item(record, True)]
    assert rule_judgements(simulator_for(LOOKUP), items) == pytest.approx([1.2, 0.1, 2.0])


def test_both_items_of_an_excerpt_are_drawn_together_for_the_interval() -> None:
    items = ITEMS["fuzzing"]
    values = rule_judgements(simulator_for(CATS), items.items)
    truth, excerpts = ([getattr(i, name) for i in items.items] for name in ("positive", "excerpt"))
    together = classify(values, truth, excerpts=excerpts).area_interval
    assert score_by_rule(CATS, items).interval == together != classify(values, truth).area_interval


@BOTH
def test_a_score_says_what_it_rests_on_and_what_chance_is(items: Items) -> None:
    found = score_by_rule(NUMBERS, items, lookup=LOOKUP, others=[CATS, CATS], seed=7)
    assert (found.scorer, found.simulator, found.split, found.subset) == (items.scorer, "pattern", "held_out", "all")
    assert found.measures["chance"] == 0.5
    assert found.measures["n_positive"] == sum(item.positive for item in items.items)
    assert found.measures["n_negative"] == sum(not item.positive for item in items.items)
    assert found.measures["balanced_accuracy_low"] <= found.measures["balanced_accuracy"]
    assert found.interval[0] <= found.value <= found.interval[1]
    assert found.n_sequences == len({item.excerpt for item in items.items})
    lookup, others = found.baselines
    assert (lookup.name, others.name, others.n) == ("lookup", "other neurons", 2)
    assert lookup.value == pytest.approx(score_by_rule(LOOKUP, items).value)
    assert others.value == pytest.approx(score_by_rule(CATS, items).value)
    assert found.provenance.seed == 7


def test_a_fitted_rule_is_said_to_know_excerpts_of_the_corpus_and_a_persons_pattern_is_not() -> None:
    items = ITEMS["detection"]
    n = len({item.excerpt for item in items.items if item.record.group == "top"})
    assert f"{n} of {items.n_excerpts} excerpts may be of the text" in score_by_rule(LOOKUP, items).note
    assert "fitted" not in score_by_rule(NUMBERS, items).note


def test_an_interval_near_the_end_of_the_scale_from_few_items_is_said_to_be_too_narrow() -> None:
    few = detection_items(RECORD, most=8)
    assert "too narrow" in score_by_rule(NUMBERS, few).note
    assert "too narrow" not in score_by_rule(CATS, few).note
    assert "too narrow" not in score_by_rule(NUMBERS, ITEMS["fuzzing"]).note


def test_a_text_without_a_rule_cannot_be_judged_by_rule() -> None:
    with pytest.raises(NotFound, match="no rule"):
        score_by_rule(Explanation("numbers", "pairs"), ITEMS["detection"])


def test_without_items_of_a_class_the_score_is_undefined_and_says_which() -> None:
    items = ITEMS["detection"]
    only = Items("detection", tuple(i for i in items.items if not i.positive), (), items.low, items.high)
    found = score_by_rule(NUMBERS, only)
    assert (found.state, math.isnan(found.value)) == ("undefined", True)
    assert "active class" in found.reason
    untouched = FakeEndpoint(judge)
    assert asyncio.run(score_by_judge(NUMBERS, only, DecisionJudge(untouched))).state == "undefined"
    assert untouched.history == []
    assert judge_requests(NUMBERS, only, DecisionJudge(untouched)) == ()


def same_of_all(request: Request) -> Any:
    return judge(request, lambda _: 0.5)


@BOTH
def test_a_judge_that_says_the_same_of_every_item_measures_nothing(items: Items) -> None:
    found = score(items, same_of_all)
    assert (found.state, math.isnan(found.value), math.isnan(found.interval[0])) == ("undefined", True, True)
    assert math.isnan(found.measures["balanced_accuracy"])
    assert "constant answers are no measurement" in found.reason
    assert "(0.5)" in found.reason


def test_a_rule_that_fits_no_item_measures_nothing() -> None:
    nowhere = Explanation("weather", "pattern", rule={"kind": "pattern", "pattern": "storm"})
    assert score_by_rule(nowhere, ITEMS["detection"]).state == "undefined"


@BOTH
def test_a_judge_with_ties_that_says_one_thing_of_one_item_is_measured(items: Items) -> None:
    first = json.loads(shown_excerpt(items.items[0].record.tokens, items.items[0].marked))
    found = score(items, lambda request: judge(request, lambda excerpt: 0.9 if excerpt == first else 0.5))
    assert found.state == "ok"
    assert found.value != 0.5


def test_a_baseline_that_says_the_same_of_every_item_has_no_value() -> None:
    nowhere = Explanation("weather", "pattern", rule={"kind": "pattern", "pattern": "storm"})
    rule = Explanation("tokens", "lookup", rule={"kind": "lookup", "tokens": {}, "rest": 0.1})
    lookup, others = score_by_rule(NUMBERS, ITEMS["detection"], lookup=rule, others=[nowhere, CATS]).baselines
    assert math.isnan(lookup.value)
    assert others.n == 1


@pytest.mark.parametrize("positives", [1, 2])
def test_a_single_excerpt_of_a_class_leaves_no_interval_and_the_note_says_why(positives: int) -> None:
    items = ITEMS["detection"]
    sides = [[i for i in items.items if i.positive is side] for side in (True, False)]
    few = Items("detection", (*sides[0][:positives], *sides[1]), (), items.low, items.high)
    found = score_by_rule(NUMBERS, few)
    assert found.state == "ok"
    assert math.isnan(found.interval[0]) == ("No interval" in found.note) == (positives == 1)


# --- judges ----------------------------------------------------------------------------------------------------------


@BOTH
@pytest.mark.parametrize("kind", JUDGES.values(), ids=JUDGES)
def test_a_judge_that_finds_what_the_sentence_says_scores_high_by_every_form_of_question(
    kind: Any, items: Items
) -> None:
    other = Explanation("weather", "pairs")
    found = score(items, kind=kind, others=[other], lookup=LOOKUP)
    assert found.state == "ok"
    truth = [item.positive for item in items.items]
    texts = [json.loads(shown_excerpt(item.record.tokens, item.marked)) for item in items.items]
    assert found.value == pytest.approx(area_under_curve([fits(t) for t in texts], truth))
    assert found.value > 0.85
    assert [(b.name, b.n) for b in found.baselines] == [("lookup", 1), ("other neurons", 1)]
    assert found.baselines[1].value == pytest.approx(area_under_curve([strays(t) for t in texts], truth))
    assert (found.simulator, found.provenance.simulator_model) == (kind.name, "judge-1")
    assert found.provenance.prompt_hash


@BOTH
@pytest.mark.parametrize("kind", JUDGES.values(), ids=JUDGES)
def test_the_requests_of_a_dry_run_are_those_that_are_sent(kind: Any, items: Items) -> None:
    endpoint, other = FakeEndpoint(judge), Explanation("weather", "pairs")
    asker = kind(endpoint)
    expected = judge_requests(NUMBERS, items, asker, others=[other])
    asyncio.run(score_by_judge(NUMBERS, items, asker, others=[other]))
    assert sorted(map(repr, endpoint.history)) == sorted(map(repr, expected))


def test_many_excerpts_share_a_request_but_never_the_two_items_of_one() -> None:
    items = ITEMS["fuzzing"]
    requests = DecisionJudge(FakeEndpoint(judge), most=15).requests("numbers", items)
    assert len(requests) == 2 * math.ceil(items.n_excerpts / 15)
    for request in requests:
        bare = [re.sub("[⟦⟧]", "", text) for text in excerpts_of(request)]
        assert 1 <= len(bare) <= 15
        assert len(set(bare)) == len(bare)
    sides = [fits(text) > 0.5 for text in excerpts_of(requests[0])]
    assert len(set(sides)) == 2


@pytest.mark.parametrize("kind", [DecisionJudge, StructuredJudge])
def test_a_request_fits_into_the_context_with_its_questions_and_answer(kind: Any) -> None:
    for limit in (500, 700, 1500):
        for request in kind(FakeEndpoint(judge), context_tokens=limit).requests("numbers", ITEMS["detection"]):
            if isinstance(request, DecisionRequest):
                text = request.input + "".join(q.instructions for q in request.questions)
                assert estimate_tokens(text) <= limit
            else:
                assert sum(estimate_tokens(m.content) for m in request.messages) + request.max_tokens <= limit


def test_a_context_too_short_for_one_excerpt_is_refused_in_words() -> None:
    with pytest.raises(NotSupported, match="Raise --context-tokens"):
        DecisionJudge(FakeEndpoint(judge), context_tokens=150).requests("numbers", ITEMS["detection"])


def test_what_is_asked_holds_no_truth_and_no_activation() -> None:
    items = ITEMS["detection"]
    flipped = Items(
        items.scorer,
        tuple(type(i)(i.record, not i.positive, i.marked) for i in items.items),
        items.fitting,
        items.low,
        items.high,
    )
    asker = DecisionJudge(FakeEndpoint(judge))
    assert asker.requests("numbers", items) == asker.requests("numbers", flipped)


def test_runs_of_marked_tokens_stand_in_one_pair_of_brackets_and_line_breaks_stay_on_the_line() -> None:
    assert shown_excerpt(["a", " b", "\n", " c"], (1, 2)) == '"a⟦ b\\n⟧ c"'
    assert shown_excerpt(["a", " b", " c"], (0, 2)) == '"⟦a⟧ b⟦ c⟧"'
    assert shown_excerpt(["a", "b"]) == '"ab"'


# --- states ----------------------------------------------------------------------------------------------------------


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
    pair = Items("detection", items.items[:2], (), items.low, items.high)
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
    one = Items("detection", items.items[:1], (), items.low, items.high)
    found = asyncio.run(DigitJudge(FakeEndpoint(answer)).judge("numbers", one))
    assert found.values.tolist() == pytest.approx([expected], nan_ok=True)
    assert bool(found.unparsable) == math.isnan(expected)


def test_a_judge_without_a_schema_asks_for_json_by_the_prompt_alone() -> None:
    judge = StructuredJudge(FakeEndpoint(None), held=False)
    assert all(request.schema is None for request in judge.requests("numbers", ITEMS["detection"]))
    assert judge.description != StructuredJudge(FakeEndpoint(None)).description
