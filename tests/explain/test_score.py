"""An explanation's scores: both splits, and baselines that meet the very same excerpts."""

from dataclasses import replace

import numpy as np
import pytest

from neuronview.errors import NotFound
from neuronview.explain.evaluation import evaluation_sets
from neuronview.explain.rules import simulator_for
from neuronview.explain.score import SCORED_SPLITS, score_explanation
from neuronview.records import Explanation, NeuronId, NeuronRecord, Provenance
from neuronview.scoring import score_sequences
from tests.support.drawn_records import drawn_neuron

NUMBERS = {"kind": "dictionary", "expression": {"feature": "digits"}, "on": 2.0, "off": 0.1}
TABLE = {"kind": "lookup", "tokens": {" 17": 2.1, " cat": 0.3}, "rest": 0.2}


def explanation(rule: dict, explainer: str | None = None) -> Explanation:
    return Explanation("", explainer or rule["kind"], NeuronId(0, 0), rule)


def plain_correlation(neuron: NeuronRecord, split: str, rule: dict) -> float:
    records = evaluation_sets(neuron)[split].records
    simulator = simulator_for(explanation(rule))
    simulated = np.concatenate([simulator.simulate(record.tokens).expected for record in records])
    return float(np.corrcoef(np.concatenate([record.activations for record in records]), simulated)[0, 1])


def test_scores_equal_the_scoring_of_the_same_pairs() -> None:
    neuron = drawn_neuron(first=12)
    scores = score_explanation(explanation(NUMBERS), neuron, seed=7)
    assert [(s.split, s.subset) for s in scores] == [
        (split, subset) for split in SCORED_SPLITS for subset in ("top_and_random", "top", "random")
    ]
    for split in SCORED_SPLITS:
        chosen = evaluation_sets(neuron)[split]
        simulator = simulator_for(explanation(NUMBERS))
        pairs = [(record.activations, simulator.simulate(record.tokens).expected) for record in chosen.records]
        expected = score_sequences(pairs, groups=chosen.sides, seed=7)
        found = next(s for s in scores if (s.split, s.subset) == (split, "top_and_random"))
        assert (found.value, found.interval, found.note) == (expected.value, expected.interval, expected.note)


def test_baselines_are_on_the_same_excerpts_and_stand_beside_the_score_of_all_of_them() -> None:
    neuron = drawn_neuron()
    others = [NUMBERS, {**NUMBERS, "expression": {"feature": "after_comma"}}]
    scores = score_explanation(
        explanation(NUMBERS), neuron, lookup=explanation(TABLE), others=[explanation(rule) for rule in others]
    )
    for score in scores:
        if score.subset != "top_and_random":
            assert score.baselines == ()
            continue
        lookup, mean = score.baselines
        values = [plain_correlation(neuron, score.split, rule) for rule in others]
        assert (lookup.name, lookup.n) == ("lookup", 1)
        assert lookup.value == pytest.approx(plain_correlation(neuron, score.split, TABLE))
        assert (mean.name, mean.n, mean.value) == ("other neurons", 2, pytest.approx(np.mean(values)))


def test_an_other_neurons_explanation_that_is_undefined_here_is_not_counted() -> None:
    never = {**NUMBERS, "expression": {"all": ["digits", "month"]}}
    scores = score_explanation(explanation(NUMBERS), drawn_neuron(), others=[explanation(never), explanation(NUMBERS)])
    assert scores[0].baselines[0].n == 1


def test_lookup_is_no_baseline_of_itself() -> None:
    scores = score_explanation(explanation(TABLE), drawn_neuron(), lookup=explanation(TABLE))
    assert all(score.baselines == () for score in scores)


def test_scores_carry_simulator_and_provenance() -> None:
    provenance = Provenance(dataset="drawn", seed=7)
    for score in score_explanation(explanation(NUMBERS), drawn_neuron(), provenance=provenance):
        assert (score.simulator, score.scorer, score.provenance) == ("dictionary", "simulation", provenance)


def test_text_alone_cannot_be_scored_by_rule() -> None:
    with pytest.raises(NotFound, match="language model"):
        score_explanation(replace(explanation(NUMBERS), rule=None), drawn_neuron())


def test_a_neuron_whose_records_are_all_of_one_document_has_no_held_out_score_and_is_no_crash() -> None:
    neuron = drawn_neuron()
    groups = {name: [replace(r, document_id="book") for r in records] for name, records in neuron.groups.items()}
    one = NeuronRecord(neuron.id, top=groups["top"], random=groups["random"])
    scores = score_explanation(explanation(NUMBERS), one, lookup=explanation(TABLE), others=[explanation(NUMBERS)])
    assert {score.split for score in scores} == {"valid"}


def test_random_records_alone_are_not_called_top_and_random() -> None:
    neuron = drawn_neuron()
    same = [replace(record, document_id="book") for record in neuron.top]
    scores = score_explanation(explanation(NUMBERS), NeuronRecord(neuron.id, top=same, random=neuron.random))
    assert [score.subset for score in scores if score.split == "held_out"] == ["random"]
