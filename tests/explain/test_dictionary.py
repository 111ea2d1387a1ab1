"""The dictionary explainer: statistics of an indicator, and a choice that looks at the calibration split alone."""

import math
from dataclasses import replace

import numpy as np
import pytest

from neuronview.explain.dictionary import MARGIN, Candidate, choose, explain_by_dictionary, indicator_statistics
from neuronview.explain.evaluation import EvaluationSet, evaluation_sets
from neuronview.explain.features import describe, evaluate_expression
from neuronview.records import ActivationRecord, NeuronId, NeuronRecord
from tests.support.drawn_records import drawn_neuron

EXPRESSIONS = (
    {"feature": "after_comma"},
    {"feature": "digits"},
    {"any": ["digits", "after_comma"]},
    {"all": ["digits", "after_comma"]},
)


def candidate(expression: dict, correlation: float = 0.5) -> Candidate:
    return Candidate(expression, correlation, correlation, 1.0, 0.0)


def test_indicator_statistics_equal_numpy() -> None:
    drawn = np.random.default_rng(1)
    held, values = drawn.random(500) < 0.2, drawn.gamma(0.3, 2.0, size=500)
    found = indicator_statistics(500, held.sum(), values.sum(), values @ values, values[held].sum())
    assert found == pytest.approx((np.corrcoef(held, values)[0, 1], values[held].mean(), values[~held].mean()))


@pytest.mark.parametrize("holds", [0, 10])
def test_an_indicator_or_activation_that_never_changes_has_no_statistics(holds: int) -> None:
    assert all(math.isnan(value) for value in indicator_statistics(10, holds, 5.0, 5.0, 2.0))
    assert all(math.isnan(value) for value in indicator_statistics(10, 4, 10.0, 10.0, 4.0))


def test_the_choice_is_the_best_correlation_on_the_calibration_split() -> None:
    calibration = evaluation_sets(drawn_neuron())["calibration"]
    singles = [candidate(expression) for expression in EXPRESSIONS[:2]]
    true = np.concatenate([record.activations for record in calibration.records])
    marks = [
        np.concatenate([evaluate_expression(c.expression, record.tokens) for record in calibration.records])
        for c in singles
    ]
    best = singles[int(np.argmax([np.corrcoef(true, row)[0, 1] for row in marks]))]
    assert choose(singles, calibration, marks=evaluate_expression) == best


def one_record(activations: list[float]) -> EvaluationSet:
    tokens = tuple("abcdefgh"[: len(activations)])
    return EvaluationSet("calibration", (ActivationRecord(tokens, np.array(activations)),), ("top",))


def test_two_features_must_beat_one_by_a_margin() -> None:
    rows = {"one": [1, 1, 0, 0, 0, 0], "two": [1, 1, 1, 0, 0, 0]}

    def marks(expression: dict, _: object) -> np.ndarray:
        return np.array(rows["one" if "feature" in expression else "two"], dtype=bool)

    pair = [candidate({"any": ["a", "b"]}, 0.9), candidate({"feature": "a"})]
    for third, expected in ((0.5, 1), (0.9, 0)):
        values = [1.0, 1.0, third, 0.0, 0.0, 0.0]
        gain = np.corrcoef(values, rows["two"])[0, 1] - np.corrcoef(values, rows["one"])[0, 1]
        assert (gain > MARGIN) == (expected == 0)
        assert choose(pair, one_record(values), marks=marks) == pair[expected]


def test_the_best_over_the_corpus_is_taken_when_nothing_varies_on_the_split() -> None:
    entries = [candidate({"all": ["digits", "after_comma"]}, 0.9), candidate({"feature": "digits"}, 0.8)]
    assert choose(entries, one_record([0.5, 0.5, 0.5]), marks=evaluate_expression) == entries[0]


def test_no_record_but_those_of_calibration_has_a_say() -> None:
    neuron = drawn_neuron(first=12)
    used = {id(record) for record in evaluation_sets(neuron)["calibration"].records}

    def turned(records: list[ActivationRecord]) -> list[ActivationRecord]:
        """The activations of all but calibration records, upside down."""
        return [r if id(r) in used else replace(r, activations=-r.activations) for r in records]

    other = NeuronRecord(neuron.id, turned(neuron.top), turned(neuron.random), first=turned(neuron.first))
    entries = [candidate(expression) for expression in EXPRESSIONS]
    found = [choose(entries, evaluation_sets(n)["calibration"], marks=evaluate_expression) for n in (neuron, other)]
    assert found[0] == found[1]
    assert explain_by_dictionary(neuron.id, found[0]).rule == explain_by_dictionary(neuron.id, found[1]).rule
    upside_down = [replace(r, activations=-r.activations) for r in evaluation_sets(neuron)["calibration"].records]
    turned_set = replace(evaluation_sets(neuron)["calibration"], records=tuple(upside_down))
    assert choose(entries, turned_set, marks=evaluate_expression) != found[0]


@pytest.mark.parametrize("expression", EXPRESSIONS)
def test_the_sentence_describes_the_rule_that_simulates_it(expression: dict) -> None:
    found = explain_by_dictionary(NeuronId(1, 2), Candidate(expression, 0.5, 0.4, 1.25, -0.125))
    assert found.text == describe(expression)
    assert found.rule == {"kind": "dictionary", "expression": expression, "on": 1.25, "off": -0.125}
    assert (found.explainer, found.neuron) == ("dictionary", NeuronId(1, 2))
