"""Score an explanation on a neuron's records: every split, its calibration, its two baselines.

The baselines meet the same excerpts: the neuron's own token lookup, and the explanations that the same explainer
wrote for other neurons of the layer. Knows neither files nor endpoints.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

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
from neuronview.explain.joined import JoinedSet
from neuronview.explain.rules import Marks, RuleSimulator, Simulator, simulator_for
from neuronview.records import Baseline, Explanation, NeuronRecord, Provenance, Score, Simulation
from neuronview.scoring import ev_correlation_scores

__all__ = ["OTHERS", "SCORED_SPLITS", "score_explanation", "score_joined"]

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
    simulator, sets = simulator_for(explanation, marks=marks), evaluation_sets(record)
    plain = simulator_for(lookup, marks=marks) if lookup and lookup.explainer != explanation.explainer else None
    rules = [simulator_for(other, marks=marks) for other in others]
    simulated = {split: simulate_set(simulator, sets[split]) for split in ("calibration", *SCORED_SPLITS)}
    baselines = {split: _baselines(sets[split], plain, rules) for split in SCORED_SPLITS}
    return _scores(simulator.name, sets, simulated, baselines, seed, provenance)


def score_joined(
    simulator: RuleSimulator,
    sets: Mapping[str, JoinedSet],
    *,
    lookup: RuleSimulator | None = None,
    others: Sequence[RuleSimulator] = (),
    seed: int = 0,
    provenance: Provenance | None = None,
) -> list[Score]:
    """The same of a rule and of those that it is compared with, all read at once: for very many explanations."""
    plain = [] if lookup is None else [lookup]
    calibration = sets["calibration"]
    simulated = {"calibration": calibration.simulations(calibration.values([simulator])[0])}
    baselines: dict[str, list[Baseline]] = {}
    for split in SCORED_SPLITS:
        values = sets[split].values([simulator, *plain, *others])
        simulated[split] = sets[split].simulations(values[0])
        found = _correlations(sets[split].chosen, values[1:])
        baselines[split] = [Baseline("lookup", value, n=1) for value in found[: len(plain)]]
        baselines[split] += [other_neurons_baseline(found[len(plain) :])] if others else []
    chosen = {split: joined.chosen for split, joined in sets.items()}
    return _scores(simulator.name, chosen, simulated, baselines, seed, provenance)


def _scores(
    name: str,
    sets: Mapping[str, EvaluationSet],
    simulated: Mapping[str, Sequence[Simulation]],
    baselines: Mapping[str, Sequence[Baseline]],
    seed: int,
    provenance: Provenance | None,
) -> list[Score]:
    """Scores on the scored splits; calibrated on the calibration split."""
    calibration = calibrate(simulated["calibration"], sets["calibration"])
    found = []
    for split in SCORED_SPLITS:
        found += score_simulations(
            sets[split],
            simulated[split],
            calibration=calibration,
            simulator=name,
            seed=seed,
            baselines=baselines[split],
            provenance=provenance,
        )
    return found


def _correlations(chosen: EvaluationSet, values: NDArray[np.float64]) -> list[float]:
    """Of each row of values with the activations of a set; nan where it has no records."""
    if not chosen.records or not len(values):
        return [math.nan] * len(values)
    true = np.concatenate([record.activations for record in chosen.records])
    return [float(value) for value in ev_correlation_scores(true, values)]


def _baselines(chosen: EvaluationSet, lookup: Simulator | None, others: Sequence[Simulator]) -> list[Baseline]:
    found = []
    if lookup is not None:
        found.append(Baseline("lookup", correlation(chosen, simulate_set(lookup, chosen)), n=1))
    if others:
        found.append(other_neurons_baseline([correlation(chosen, simulate_set(other, chosen)) for other in others]))
    return found
