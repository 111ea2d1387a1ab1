"""Score an explanation on a neuron's records: every split, its calibration, its two baselines.

The baselines meet the same excerpts: the neuron's own token lookup, and the explanations that the same explainer
wrote for other neurons of the layer. Knows neither files nor endpoints.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from neuronview.explain.evaluation import (
    EvaluationSet,
    calibrate,
    correlation,
    evaluation_sets,
    other_neurons_baseline,
    score_simulations,
    simulate_set,
)
from neuronview.explain.features import evaluate_expression
from neuronview.explain.rules import Marks, Simulator, simulator_for
from neuronview.records import Baseline, Explanation, NeuronRecord, Provenance, Score

__all__ = ["OTHERS", "SCORED_SPLITS", "score_explanation", "score_simulator"]

OTHERS = 20
"""How many other neurons' explanations make the baseline."""
SCORED_SPLITS = ("held_out", "valid")


def score_explanation(
    explanation: Explanation,
    record: NeuronRecord,
    *,
    lookup: Explanation | None = None,
    others: Sequence[Explanation] = (),
    marks: Marks = evaluate_expression,
    seed: int = 0,
    provenance: Provenance | None = None,
) -> list[Score]:
    """Scores of an explanation that has a rule, on every split of the records, beside its baselines.

    Raises ScoringError when there are too few records, NotFound when an explanation has no rule.
    """
    return score_simulator(
        simulator_for(explanation, marks=marks),
        evaluation_sets(record),
        lookup=simulator_for(lookup, marks=marks) if lookup and lookup.explainer != explanation.explainer else None,
        others=[simulator_for(other, marks=marks) for other in others],
        seed=seed,
        provenance=provenance,
    )


def score_simulator(
    simulator: Simulator,
    sets: Mapping[str, EvaluationSet],
    *,
    lookup: Simulator | None = None,
    others: Sequence[Simulator] = (),
    seed: int = 0,
    provenance: Provenance | None = None,
) -> list[Score]:
    """Scores of any simulator on the scored splits; calibrated on the calibration split."""
    calibration = calibrate(simulate_set(simulator, sets["calibration"]), sets["calibration"])
    found = []
    for split in SCORED_SPLITS:
        found += score_simulations(
            sets[split],
            simulate_set(simulator, sets[split]),
            calibration=calibration,
            simulator=simulator.name,
            seed=seed,
            baselines=_baselines(sets[split], lookup, others),
            provenance=provenance,
        )
    return found


def _baselines(chosen: EvaluationSet, lookup: Simulator | None, others: Sequence[Simulator]) -> list[Baseline]:
    found = []
    if lookup is not None:
        found.append(Baseline("lookup", correlation(chosen, simulate_set(lookup, chosen)), n=1))
    if others:
        found.append(other_neurons_baseline([correlation(chosen, simulate_set(other, chosen)) for other in others]))
    return found
