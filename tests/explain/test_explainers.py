"""Explainers: candidates are clean sentences with their origin, and the calibration split decides between them."""

import asyncio
import math
from typing import Any

import numpy as np
import pytest

from neuronview.errors import BadInput, EndpointRefused, NotSupported, UnparsableAnswer
from neuronview.explain.evaluation import EvaluationSet, evaluation_sets
from neuronview.explain.explainers import Settings, choose, pairs, person, summary, token_space
from neuronview.explain.explainers.base import LONGEST, one_sentence
from neuronview.explain.explainers.choose import index_of_best
from neuronview.explain.prompts import normalized_records
from neuronview.explain.simulators import Decisions
from neuronview.llm.calls import ChatAnswer, ChatRequest
from neuronview.records import ActivationRecord, Explanation, NeuronId, Provenance
from tests.support.drawn_records import drawn_neuron
from tests.support.fake_endpoint import FakeEndpoint, Judge, chat_script

RECORDS = [ActivationRecord(("a", "\t", "c"), np.array([0.0, 2.0, 1.0]))] * 2


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        (" names of months.\n", "Names of months."),
        ("“names of months.”", "Names of months."),
        ('Explanation: "names of months"', "Names of months"),
        ("This neuron responds to names of months.", "Names of months."),
        ("1. Names of months. It also likes dates.", "Names of months."),
        (
            "Names of months, e.g. March, in the U.S. Army’s letters.",
            "Names of months, e.g. March, in the U.S. Army’s letters.",
        ),
        ("Names of months.\n\nLet me know if you need more!", "Names of months."),
        ("Months after “in”. Also days.", "Months after “in”."),
        ("“Mr.” and “Mrs.”", "“Mr.” and “Mrs.”"),
        ("- **names of months**", "Names of months"),
        ("I", "I"),
        ("<think>Months? Or\ndays.</think>\n\nnames of months.", "Names of months."),
        ("Sure! Here's the sentence:\n\n**Explanation:** names of months.", "Names of months."),
        ("Sure, here is an explanation: names of months", "Names of months"),
        ("```text\nnames of months\n```", "Names of months"),
        ("## Explanation\nnames of months", "Names of months"),
        ("Answers to questions: yes, no, sure.", "Answers to questions: yes, no, sure."),
        ("Okay, sure and other words of assent.", "Okay, sure and other words of assent."),
        ("Summary words such as overall.", "Summary words such as overall."),
    ],
)
def test_an_answer_becomes_one_clean_sentence(answer: str, sentence: str) -> None:
    assert one_sentence(ChatAnswer(answer)) == sentence


@pytest.mark.parametrize(
    "answer",
    [
        ChatAnswer(""),
        ChatAnswer(" \n "),
        ChatAnswer("…"),
        ChatAnswer("I'm sorry, but I cannot help with that."),
        ChatAnswer("I cannot say."),
        ChatAnswer("As an AI model, I have no view."),
        ChatAnswer("word " * LONGEST),
        ChatAnswer("Names", finish="content_filter"),
        ChatAnswer("<think>It may be months, or", finish="length"),
        ChatAnswer("Words that come after such as the", finish="length"),
        ChatAnswer("Here is the sentence:"),
    ],
    ids=[
        *("empty", "blank", "no word", "sorry", "cannot", "as an AI", "endless", "withheld"),
        *("still thinking", "cut off", "only announced"),
    ],
)
def test_an_answer_that_explains_nothing_is_unparsable(answer: ChatAnswer) -> None:
    with pytest.raises(UnparsableAnswer):
        one_sentence(answer)


def test_a_whole_sentence_counts_where_a_further_one_was_cut_off() -> None:
    assert one_sentence(ChatAnswer("Names of months. It also fires on", finish="length")) == "Names of months."


def explain(module: Any, endpoint: FakeEndpoint, **options: Any) -> list[Explanation]:
    given = [" a", " b"] if module is token_space else RECORDS
    return asyncio.run(module.explain(given, endpoint, Settings(**options), neuron=NeuronId(1, 2)))


@pytest.mark.parametrize("module", [pairs, summary, token_space])
def test_candidates_come_with_where_they_are_from(module: Any) -> None:
    endpoint = chat_script("Months.", "Days.", "Months.")
    found = explain(module, endpoint, seed=7)
    assert [e.text for e in found] == ["Months.", "Days."]
    assert {(e.explainer, e.neuron, e.rule) for e in found} == {(module.NAME, NeuronId(1, 2), None)}
    assert [e.provenance.seed for e in found] == [7, 8]
    assert found[0].provenance.explainer == module.NAME
    assert found[0].provenance.explainer_model == "fake-model-1"
    assert found[0].provenance.prompt_hash


@pytest.mark.parametrize("module", [pairs, summary, token_space])
def test_the_dry_run_is_what_is_sent_and_samples_differ(module: Any) -> None:
    endpoint = chat_script("a b", "c d", "e f")
    explain(module, endpoint)
    given = [" a", " b"] if module is token_space else RECORDS
    assert endpoint.history == list(module.requests(given, Settings()))
    assert len({request.sample for request in endpoint.history if isinstance(request, ChatRequest)}) == 3


def test_candidates_that_explain_nothing_are_left_out_unless_there_is_no_other() -> None:
    assert [e.text for e in explain(pairs, chat_script("", "Days.", "I cannot say."))] == ["Days."]
    with pytest.raises(UnparsableAnswer):
        explain(pairs, chat_script("", "", ""))


@pytest.mark.parametrize("module", [pairs, summary, token_space])
def test_errors_of_the_endpoint_pass_through(module: Any) -> None:
    error = EndpointRefused("wrong key")
    with pytest.raises(EndpointRefused) as caught:
        explain(module, FakeEndpoint(error))
    assert caught.value is error


def test_a_small_context_shows_fewer_examples_and_then_fewer_excerpts() -> None:
    records = [ActivationRecord((" word",) * 64, np.arange(64.0))] * 5
    seen = []
    for context in (8192, 2200, 700):
        (request,) = pairs.requests(records, Settings(n_candidates=1, context_tokens=context))
        seen.append((len(request.messages), request.messages[-1].content.count("<start>")))
    assert seen[0] == (14, 5)
    assert seen[1][0] < 14
    assert seen[1][1] == 5
    assert seen[2][1] < 5
    with pytest.raises(NotSupported):
        pairs.requests(records, Settings(context_tokens=200))


def test_token_space_needs_tokens_and_shows_at_most_fifty() -> None:
    with pytest.raises(BadInput):
        token_space.requests([], Settings())
    (request,) = token_space.requests([f" t{i}" for i in range(99)], Settings(n_candidates=1))
    assert request.messages[-1].content.count('"') == 2 * token_space.MOST_TOKENS
    (short,) = token_space.requests([f" t{i}" for i in range(99)], Settings(n_candidates=1, context_tokens=330))
    assert 2 < short.messages[-1].content.count('"') < 100


def test_a_persons_sentence_is_text_without_a_rule() -> None:
    found = person.explain("  numbers \n in tables ", neuron=NeuronId(0, 1), provenance=Provenance(dataset="demo"))
    assert (found.text, found.explainer, found.rule) == ("numbers in tables", "person", None)
    assert (found.provenance.explainer, found.provenance.dataset) == ("person", "demo")


@pytest.mark.parametrize("text", ["", " \n", "x" * (person.LONGEST + 1)])
def test_no_sentence_and_an_endless_one_are_refused(text: str) -> None:
    with pytest.raises(BadInput):
        person.explain(text)


def judge(sets: dict[str, EvaluationSet], *explanations: str, noise: float = 1.0) -> FakeEndpoint:
    """Knows the activations of every excerpt for these explanations, and nothing for others."""
    records = [record for chosen in sets.values() for record in chosen.records]
    values = normalized_records([record.activations for record in records])
    truth = {record.tokens: value for record, value in zip(records, values, strict=True)}
    return FakeEndpoint(Judge(dict.fromkeys(explanations, truth), noise=noise))


def said(*texts: str) -> list[Explanation]:
    return [Explanation(text, "pairs", provenance=Provenance(split="train")) for text in texts]


def test_the_candidate_that_agrees_best_with_the_calibration_split_is_kept() -> None:
    sets = evaluation_sets(drawn_neuron())
    simulator = Decisions(judge(sets, "right"))
    for texts in (["wrong", "right", "other"], ["right", "wrong"]):
        choice = asyncio.run(choose(said(*texts), sets["calibration"], simulator))
        assert choice.explanation.text == "right"
        assert choice.explanation.provenance.split == "calibration"
        assert choice.values[texts.index("right")] == max(choice.values)


@pytest.mark.parametrize("split", ["valid", "held_out"])
def test_nothing_is_chosen_on_a_split_that_is_reported(split: str) -> None:
    sets = evaluation_sets(drawn_neuron())
    endpoint = judge(sets, "right")
    with pytest.raises(BadInput, match=split):
        asyncio.run(choose(said("a", "right"), sets[split], Decisions(endpoint)))
    assert endpoint.history == []


def test_an_undefined_value_is_below_every_other() -> None:
    assert index_of_best([math.nan, -0.5, math.nan, -0.6]) == 1
    assert index_of_best([math.nan, math.nan]) == 0
    assert index_of_best([0.2, 0.3, 0.3]) == 1


def test_a_single_candidate_costs_no_call() -> None:
    endpoint = FakeEndpoint(None)
    choice = asyncio.run(choose(said("only"), evaluation_sets(drawn_neuron())["calibration"], Decisions(endpoint)))
    assert choice.explanation.text == "only"
    assert math.isnan(choice.values[0])
    assert endpoint.history == []
    with pytest.raises(BadInput):
        asyncio.run(choose([], evaluation_sets(drawn_neuron())["calibration"], Decisions(endpoint)))
