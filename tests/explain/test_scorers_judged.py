"""Detection and fuzzing scores: what rules and judges earn, and what is asked (answers: test_scorers_answers.py)."""

import asyncio
import json
import math
import re
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from neuronview.errors import NotSupported
from neuronview.explain.prompts import estimate_tokens
from neuronview.explain.prompts.judging import shown_excerpt
from neuronview.explain.rules import simulator_for
from neuronview.explain.scorers import (
    JUDGES,
    DecisionJudge,
    StructuredJudge,
    detection_items,
    judge_requests,
    rule_judgements,
    score_by_judge,
)
from neuronview.explain.scorers.items import Item, Items
from neuronview.llm.calls import DecisionRequest, Request
from neuronview.records import ActivationRecord, Explanation
from neuronview.scoring.classification import area_under_curve, classify
from tests.support.fake_endpoint import FakeEndpoint
from tests.support.judged import BOTH, ITEMS, LOOKUP, NUMBERS, RECORD, excerpts_of, fits, judge, score, strays

WEATHER = Explanation("weather", "pairs")
"""What the fake judge has other thoughts of: `strays`."""

# --- what a score rests on -------------------------------------------------------------------------------------------


def test_a_rule_judges_an_excerpt_by_its_largest_value() -> None:
    items = ITEMS["detection"]
    tokens = LOOKUP.rule["tokens"]  # type: ignore[index]
    peaks = [max(tokens.get(t, 0.1) for t in item.record.tokens) for item in items.items]
    expected = area_under_curve(peaks, [item.positive for item in items.items])
    assert score(items, lookup=LOOKUP).baselines[0].value == pytest.approx(expected)


def test_a_rule_judges_marked_tokens_by_their_mean() -> None:
    items = ITEMS["fuzzing"]
    tokens = LOOKUP.rule["tokens"]  # type: ignore[index]
    means = [np.mean([tokens.get(item.record.tokens[p], 0.1) for p in item.marked]) for item in items.items]
    expected = area_under_curve(means, [item.positive for item in items.items])
    assert score(items, lookup=LOOKUP).baselines[0].value == pytest.approx(expected)


def test_of_marked_tokens_that_differ_the_mean_counts_and_of_an_excerpt_the_largest() -> None:
    record = ActivationRecord((" 17", " cat", " ran"), np.zeros(3))
    items = [Item(record, True, (0, 1)), Item(record, False, (2,)), Item(record, True)]
    assert rule_judgements(simulator_for(LOOKUP), items) == pytest.approx([1.2, 0.1, 2.0])


def test_both_items_of_an_excerpt_are_drawn_together_for_the_interval() -> None:
    items = ITEMS["fuzzing"]
    values = [strays(json.loads(shown_excerpt(item.record.tokens, item.marked))) for item in items.items]
    truth, excerpts = ([getattr(i, name) for i in items.items] for name in ("positive", "excerpt"))
    together = classify(values, truth, excerpts=excerpts).area_interval
    assert score(items, explanation=WEATHER).interval == together != classify(values, truth).area_interval


@BOTH
def test_a_score_says_what_it_rests_on_and_what_chance_is(items: Items) -> None:
    found = score(items, lookup=LOOKUP, others=[WEATHER, WEATHER], seed=7)
    expected = (items.scorer, DecisionJudge.name, "held_out", "all")
    assert (found.scorer, found.simulator, found.split, found.subset) == expected
    assert found.measures["chance"] == 0.5
    assert found.measures["n_positive"] == sum(item.positive for item in items.items)
    assert found.measures["n_negative"] == sum(not item.positive for item in items.items)
    assert found.measures["balanced_accuracy_low"] <= found.measures["balanced_accuracy"]
    assert found.interval[0] <= found.value <= found.interval[1]
    assert found.n_sequences == len({item.excerpt for item in items.items})
    lookup, others = found.baselines
    assert (lookup.name, others.name, others.n) == ("lookup", "other neurons", 2)
    assert others.value == pytest.approx(score(items, explanation=WEATHER).value)
    assert found.provenance.seed == 7


def test_an_interval_near_the_end_of_the_scale_from_few_items_is_said_to_be_too_narrow() -> None:
    few = detection_items(RECORD, most=8)
    assert "too narrow" in score(few).note
    assert "too narrow" not in score(few, explanation=WEATHER).note
    assert "too narrow" not in score(ITEMS["fuzzing"]).note


def test_without_items_of_a_class_the_score_is_undefined_and_says_which() -> None:
    items = ITEMS["detection"]
    only = Items("detection", tuple(i for i in items.items if not i.positive), items.low, items.high)
    untouched = FakeEndpoint(judge)
    found = asyncio.run(score_by_judge(NUMBERS, only, DecisionJudge(untouched)))
    assert (found.state, math.isnan(found.value)) == ("undefined", True)
    assert "active class" in found.reason
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


@BOTH
def test_a_judge_with_ties_that_says_one_thing_of_one_item_is_measured(items: Items) -> None:
    first = json.loads(shown_excerpt(items.items[0].record.tokens, items.items[0].marked))
    found = score(items, lambda request: judge(request, lambda excerpt: 0.9 if excerpt == first else 0.5))
    assert found.state == "ok"
    assert found.value != 0.5


def test_a_baseline_that_says_the_same_of_every_item_has_no_value() -> None:
    def reply(request: Request) -> Any:
        answer = judge(request)
        if "responds to: storms\n" not in request.input:  # type: ignore[union-attr]
            return answer
        return replace(answer, decisions=tuple(replace(each, probabilities=(0.5, 0.5)) for each in answer.decisions))

    rule = Explanation("tokens", "lookup", rule={"kind": "lookup", "tokens": {}, "rest": 0.1})
    storms = Explanation("storms", "pairs")
    lookup, others = score(ITEMS["detection"], reply, lookup=rule, others=[storms, WEATHER]).baselines
    assert math.isnan(lookup.value)
    assert others.n == 1


@pytest.mark.parametrize("positives", [1, 2])
def test_a_single_excerpt_of_a_class_leaves_no_interval_and_the_note_says_why(positives: int) -> None:
    items = ITEMS["detection"]
    sides = [[i for i in items.items if i.positive is side] for side in (True, False)]
    few = Items("detection", (*sides[0][:positives], *sides[1]), items.low, items.high)
    found = score(few)
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
        items.low,
        items.high,
    )
    asker = DecisionJudge(FakeEndpoint(judge))
    assert asker.requests("numbers", items) == asker.requests("numbers", flipped)


def test_runs_of_marked_tokens_stand_in_one_pair_of_brackets_and_line_breaks_stay_on_the_line() -> None:
    assert shown_excerpt(["a", " b", "\n", " c"], (1, 2)) == '"a⟦ b\\n⟧ c"'
    assert shown_excerpt(["a", " b", " c"], (0, 2)) == '"⟦a⟧ b⟦ c⟧"'
    assert shown_excerpt(["a", "b"]) == '"ab"'


def test_a_judge_without_a_schema_asks_for_json_by_the_prompt_alone() -> None:
    judge = StructuredJudge(FakeEndpoint(None), held=False)
    assert all(request.schema is None for request in judge.requests("numbers", ITEMS["detection"]))
    assert judge.description != StructuredJudge(FakeEndpoint(None)).description
