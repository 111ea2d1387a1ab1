"""Rules on all excerpts of a set at once give what each rule's simulator gives, excerpt by excerpt."""

import numpy as np
import pytest

from neuronview.explain.evaluation import EvaluationSet, evaluation_sets
from neuronview.explain.feature_cache import FeatureCache
from neuronview.explain.joined import JoinedSet
from neuronview.explain.rules import RuleSimulator, simulator_for
from neuronview.explain.score import score_explanation, score_joined
from neuronview.records import Explanation, NeuronId
from tests.support.drawn_records import drawn_neuron

RULES = (
    {"kind": "dictionary", "expression": {"feature": "digits"}, "on": 2.0, "off": 0.1},
    {"kind": "lookup", "tokens": {" 17": 2.1, " CAT": 0.3, ",": -0.5}, "rest": 0.2},
    {"kind": "dictionary", "expression": {"any": ["digits", "after_comma"]}, "on": -1.0, "off": 0.5},
    {"kind": "pattern", "pattern": "cat"},
    {"kind": "dictionary", "expression": {"all": ["digits", "after_comma"]}, "on": 3.0, "off": 0.0},
)


def explanation(rule: dict) -> Explanation:
    return Explanation("", rule["kind"], NeuronId(0, 0), rule)


def simulators() -> list[RuleSimulator]:
    return [simulator_for(explanation(rule)) for rule in RULES]


@pytest.mark.parametrize("split", ["calibration", "valid", "held_out"])
def test_values_are_those_of_each_simulator_on_each_excerpt(split: str) -> None:
    chosen = evaluation_sets(drawn_neuron())[split]
    found = JoinedSet(chosen, FeatureCache()).values(simulators())
    for row, simulator in zip(found, simulators(), strict=True):
        plain = [simulator.simulate(record.tokens).expected for record in chosen.records]
        np.testing.assert_array_equal(row, np.concatenate(plain))
    assert len({tuple(row) for row in found}) > 2


def test_simulations_are_cut_where_the_excerpts_end() -> None:
    chosen = evaluation_sets(drawn_neuron())["valid"]
    joined = JoinedSet(chosen, FeatureCache())
    simulator = simulators()[2]
    cut = joined.simulations(joined.values([simulator])[0])
    for simulation, record in zip(cut, chosen.records, strict=True):
        assert simulation.tokens == tuple(record.tokens)
        np.testing.assert_array_equal(simulation.expected, simulator.simulate(record.tokens).expected)


def test_a_set_without_records_has_no_values() -> None:
    joined = JoinedSet(EvaluationSet("held_out", (), ()), FeatureCache())
    assert joined.values(simulators()[:3]).shape == (3, 0)
    assert joined.simulations(np.empty(0)) == []


def test_joined_scores_are_those_of_one_excerpt_at_a_time() -> None:
    neuron, rules = drawn_neuron(first=12), simulators()
    sets = {name: JoinedSet(chosen, FeatureCache()) for name, chosen in evaluation_sets(neuron).items()}
    joined = score_joined(rules[0], sets, lookup=rules[1], others=[rules[2], rules[4]], seed=7)
    others = [explanation(RULES[2]), explanation(RULES[4])]
    plain = score_explanation(explanation(RULES[0]), neuron, lookup=explanation(RULES[1]), others=others, seed=7)
    assert [(s.split, s.subset, s.state, s.n_tokens) for s in joined] == [
        (s.split, s.subset, s.state, s.n_tokens) for s in plain
    ]
    for one, other in zip(joined, plain, strict=True):
        own = (one.ev_correlation, one.rsquared, one.absolute_dev_explained, *one.interval)
        theirs = (other.ev_correlation, other.rsquared, other.absolute_dev_explained, *other.interval)
        assert own == pytest.approx(theirs, rel=1e-12, nan_ok=True)
        assert [b.name for b in one.baselines] == [b.name for b in other.baselines]
        for mine, its in zip(one.baselines, other.baselines, strict=True):
            assert (mine.value, mine.low, mine.high) == pytest.approx((its.value, its.low, its.high), nan_ok=True)
            assert mine.n == its.n
