"""Revision: shown is what went wrong, kept is what excerpts that were not shown agree with."""

import asyncio
import json
import math
import re
from typing import Any

import numpy as np
import pytest

from neuronview.errors import BadInput, EndpointError, UnparsableAnswer
from neuronview.explain.evaluation import EvaluationSet, evaluation_sets
from neuronview.explain.explainers import Revision, RevisionSettings, revise
from neuronview.explain.explainers.revision import sentences_of
from neuronview.explain.explainers.worst import worst_excerpts
from neuronview.explain.language import SetSimulations
from neuronview.explain.prompts import normalized_records
from neuronview.explain.simulators import Decisions
from neuronview.llm.calls import ChatAnswer, ChatRequest, DecisionRequest, Request
from neuronview.records import ActivationRecord, Explanation, NeuronId, Simulation
from tests.support.drawn_records import drawn_neuron
from tests.support.fake_endpoint import FakeEndpoint, Judge

SETS = evaluation_sets(drawn_neuron())
OLD = Explanation("old", "pairs", NeuronId(0, 0), id="old-id")


def truth() -> dict[tuple[str, ...], list[int]]:
    records = [record for name in ("train", "calibration") for record in SETS[name].records]
    values = normalized_records([record.activations for record in records])
    return {record.tokens: value for record, value in zip(records, values, strict=True)}


def run(known: str, *, writes: str = "new", **options: Any) -> tuple[Revision, FakeEndpoint]:
    """A revision by a writer that says `writes`, judged by one to whom only `known` explanations mean something."""
    judge = Judge({known: truth()}, noise=0.5)

    def reply(request: Request) -> Any:
        if isinstance(request, DecisionRequest):
            return judge(request)
        assert isinstance(request, ChatRequest)
        counter = "test explanations" in request.messages[0].content
        return ChatAnswer("1. The cat ran.\n2. A dog sat." if counter else writes)

    endpoint = FakeEndpoint(reply)
    settings = RevisionSettings(n_candidates=1, n_worst=4)
    return asyncio.run(revise(OLD, SETS, endpoint, Decisions(endpoint), settings, **options)), endpoint


def chats(endpoint: FakeEndpoint) -> list[str]:
    return [request.messages[-1].content for request in endpoint.history if isinstance(request, ChatRequest)]


def test_a_better_sentence_is_kept_with_both_values() -> None:
    found, _ = run("New", writes="new")
    assert found.kept
    assert found.after is not None
    assert found.explanation is found.after
    assert (found.after.text, found.after.explainer, found.after.parent) == ("New", "revision", "old-id")
    assert found.value_after > 0.8 > 0.4 > found.value_before
    assert f"{found.value_after:.2f}" in found.reason


def test_a_worse_sentence_is_not_kept_and_is_still_given() -> None:
    found, _ = run("old", writes="new")
    assert not found.kept
    assert found.explanation is OLD
    assert found.after is not None
    assert found.value_before > 0.8 > found.value_after


def test_a_sentence_that_is_no_better_is_not_kept() -> None:
    found, _ = run("neither", writes="new")
    assert found.kept == (found.value_after >= found.value_before + 0.02)


def test_the_same_sentence_again_changes_nothing() -> None:
    found, endpoint = run("Old", writes="old")
    assert found.after is not None
    endpoint_answering_itself = Explanation("Old", "pairs")
    again = asyncio.run(
        revise(endpoint_answering_itself, SETS, endpoint, Decisions(endpoint), RevisionSettings(n_candidates=1))
    )
    assert (again.kept, again.after) == (False, None)
    assert again.explanation is endpoint_answering_itself


def excerpts_in(request: Request) -> set[tuple[str, ...]]:
    """Tokens of the excerpts that a request holds, read out of its text."""
    if isinstance(request, DecisionRequest):
        lines = request.input.split("Excerpt:\n")[-1].split("\n")
        return {tuple(json.loads(line.split("\t")[1]) for line in lines)}
    assert isinstance(request, ChatRequest)
    blocks = re.findall(r"<start>\n(.*?)<end>", request.messages[-1].content, re.DOTALL)
    return {tuple(t for t, _ in re.findall(r"(.*?)\t\d+\t(\d+|-)\n", block, re.DOTALL)) for block in blocks}


def tokens_of(*splits: str) -> set[tuple[str, ...]]:
    return {record.tokens for name in splits for record in SETS[name].records}


def test_only_train_and_calibration_are_looked_at() -> None:
    _, endpoint = run("New")
    seen = set().union(*map(excerpts_in, endpoint.history))
    assert seen == tokens_of("train", "calibration")


def test_no_split_that_is_reported_is_taken_for_one_of_them() -> None:
    swapped = {"train": SETS["train"], "calibration": SETS["valid"]}
    endpoint = FakeEndpoint(None)
    with pytest.raises(BadInput):
        asyncio.run(revise(OLD, swapped, endpoint, Decisions(endpoint)))
    assert endpoint.history == []


def test_excerpts_that_were_shown_do_not_decide() -> None:
    _, endpoint = run("New")
    shown = set().union(*(excerpts_in(r) for r in endpoint.history if isinstance(r, ChatRequest)))
    judged = [r for r in endpoint.history if isinstance(r, DecisionRequest) and "responds to: New\n" in r.input]
    assert len(shown) == 4
    assert shown & tokens_of("calibration")
    assert set().union(*map(excerpts_in, judged)) == tokens_of("calibration") - shown


def test_sentences_are_run_through_the_subject_model_and_shown_with_what_it_did() -> None:
    asked: list[str] = []

    def activations(text: str) -> ActivationRecord:
        asked.append(text)
        tokens = tuple(text.split())
        return ActivationRecord(tokens, np.array([100.0] + [0.0] * (len(tokens) - 1)))

    found, endpoint = run("New", activations=activations)
    assert asked == ["The cat ran.", "A dog sat."]
    assert [record.tokens for record in found.tried] == [("The", "cat", "ran."), ("A", "dog", "sat.")]
    assert "<start>\nThe\t10\ncat\t0\nran.\t0\n<end>" in chats(endpoint)[1]


def test_without_the_subject_model_no_sentences_are_written() -> None:
    found, endpoint = run("New")
    assert found.tried == ()
    assert len(chats(endpoint)) == 1


def test_errors_of_the_endpoint_are_raised() -> None:
    error = EndpointError("gone")
    with pytest.raises(EndpointError) as caught:
        asyncio.run(revise(OLD, SETS, FakeEndpoint(error), Decisions(FakeEndpoint(error))))
    assert caught.value is error


def simulated(split: str, sides: str, errors: list[float]) -> SetSimulations:
    """Excerpts of two tokens with the activations 0 and 1, simulated wrong by so much at both."""
    sequence = tuple(ActivationRecord((f"{split}{i}", "x"), np.array([0.0, 1.0])) for i in range(len(errors)))
    names = tuple("top" if side == "t" else "random" for side in sides)
    outcomes = tuple(
        Simulation(r.tokens, np.array([e, 1 - e]), scale="0-10") for r, e in zip(sequence, errors, strict=True)
    )
    return SetSimulations(EvaluationSet(split, sequence, names), outcomes)


def test_the_worst_are_taken_worst_first_and_half_of_each_calibration_side_stays() -> None:
    sets = {
        "train": simulated("train", "ttt", [0.0, 0.5, 0.1]),
        "calibration": simulated("calibration", "ttrr", [0.9, 0.8, 0.7, 0.0]),
    }
    wrong, left = worst_excerpts(sets, 3)
    assert [w.tokens[0] for w in wrong] == ["calibration0", "calibration2", "train1"]
    assert [r.tokens[0] for r in left.chosen.records] == ["calibration1", "calibration3"]
    assert left.chosen.sides == ("top", "random")
    assert len(worst_excerpts(sets, 99)[1].outcomes) == 2


def test_an_excerpt_without_any_value_is_not_taken_for_badly_predicted() -> None:
    sets = {"train": simulated("train", "t", [math.nan]), "calibration": simulated("calibration", "tr", [0.1, 0.2])}
    assert "train0" not in [w.tokens[0] for w in worst_excerpts(sets, 9)[0]]


def test_sentences_are_read_one_a_line() -> None:
    answer = ChatAnswer('1. "The cat ran."\n\n- A dog sat.\nSure!\nA dog sat.\n3) It rained today.')
    assert sentences_of(answer, 9) == ["The cat ran.", "A dog sat.", "It rained today."]
    assert sentences_of(answer, 1) == ["The cat ran."]
    with pytest.raises(UnparsableAnswer):
        sentences_of(ChatAnswer("No."), 3)
