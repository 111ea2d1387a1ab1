"""An explanation's rule on a text of one's own, against the rule, least squares and correlation done by hand."""

import math

import numpy as np
import pytest

from neuronview.errors import NotFound
from neuronview.explain.evaluation import evaluation_sets
from neuronview.explain.typed import by_rule, simulate_typed
from neuronview.records import ActivationRecord, Explanation, NeuronId, NeuronRecord
from tests.support.drawn_records import drawn_neuron

NEURON = NeuronId(0, 0)


def pattern(words: str) -> Explanation:
    return Explanation(f"Fires on {words}", "person", NEURON, {"kind": "pattern", "pattern": words, "regex": True})


def typed(tokens: list[str]) -> ActivationRecord:
    return ActivationRecord(tuple(tokens), np.arange(len(tokens), dtype=float) ** 2)


def test_values_are_brought_into_units_of_the_activation_on_the_calibration_excerpts() -> None:
    neuron = drawn_neuron()
    chosen = evaluation_sets(neuron)["calibration"].records
    letter = chosen[0].tokens[0]
    marks = np.concatenate([[float(token == letter) for token in record.tokens] for record in chosen])
    real = np.concatenate([record.activations for record in chosen])
    slope, intercept = np.polyfit(marks, real, 1)
    text = typed([letter, "zzz", letter, "zzz"])
    rule = {"kind": "lookup", "tokens": {letter: 1.0}, "rest": 0.0}
    found = simulate_typed(neuron, Explanation("Lookup", "lookup", NEURON, rule), text)
    assert found.expected == pytest.approx([slope + intercept, intercept] * 2)
    assert found.slope == pytest.approx(slope)
    assert found.correlation == pytest.approx(np.corrcoef([1, 0, 1, 0], text.activations)[0, 1])
    assert found.uncalibrated == ""


def test_without_records_to_calibrate_on_the_values_stay_as_the_rule_gives_them_and_that_is_said() -> None:
    found = simulate_typed(NeuronRecord(NEURON), pattern("b"), typed(["a", "b", "c"]))
    assert list(found.expected) == [0.0, 1.0, 0.0]
    assert math.isnan(found.slope)
    assert found.uncalibrated


def test_a_rule_that_is_flat_on_the_text_has_no_correlation() -> None:
    assert math.isnan(simulate_typed(drawn_neuron(), pattern("nowhere"), typed(["a", "b"])).correlation)


def test_an_explanation_without_a_rule_is_refused() -> None:
    with pytest.raises(NotFound, match="no rule to evaluate"):
        simulate_typed(drawn_neuron(), Explanation("Words", "pairs", NEURON), typed(["a"]))


def test_the_first_explanation_with_a_rule_of_the_kind_is_taken() -> None:
    told, rule = Explanation("Words", "pairs", NEURON), pattern("a")
    assert by_rule([told, rule, pattern("b")]) is rule
    assert by_rule([told, rule], "lookup") is None
