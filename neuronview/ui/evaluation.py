"""One explanation simulated on a neuron's excerpts and brought into the units of the activation.

Pure: knows no Streamlit. Scores are computed with the simulation as given; strips and scatter show it calibrated on
the calibration split, which no score is computed on.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from neuronview.errors import NotFound
from neuronview.explain.evaluation import (
    EvaluationSet,
    calibrate,
    correlation,
    evaluation_sets,
    score_simulations,
    simulate_set,
)
from neuronview.explain.pattern import Pattern
from neuronview.explain.rules import simulator_for
from neuronview.records import Baseline, Explanation, Floats, NeuronId, NeuronRecord, Provenance, Score
from neuronview.scoring import ev_correlation_score

__all__ = ["SimulatedSet", "pattern_explanation", "shared_baselines", "simulated_set"]


@dataclass(frozen=True, eq=False)
class SimulatedSet:
    """A split's excerpts with calibrated simulated values, and the split's scores."""

    chosen: EvaluationSet
    given: tuple[Floats, ...]  # (tokens,) each, as the rule gives them
    expected: tuple[Floats, ...]  # (tokens,) each, in units of the activation
    scores: tuple[Score, ...]
    simulator: str
    slope: float
    """Of the calibration line. Not above zero: there the simulation does not go with the neuron at all."""

    def side(self, side: str) -> list[int]:
        """Places of the excerpts on one side, `top` or `random`."""
        return [place for place, name in enumerate(self.chosen.sides) if name == side]

    def correlations(self) -> list[float]:
        """Correlation within each excerpt, of the simulation as given; nan when undefined."""
        pairs = zip(self.chosen.records, self.given, strict=True)
        return [ev_correlation_score(record.activations, given) for record, given in pairs]

    def correlation(self, side: str) -> float:
        """Correlation over all tokens of one side, of the simulation as given; nan when undefined."""
        score = next((score for score in self.scores if score.subset == side), None)
        return score.value if score else float("nan")

    def values(self, side: str) -> tuple[Floats, Floats]:
        """Simulated and real values of one side's tokens (tokens,) that have both."""
        places = self.side(side)
        if not places:
            return np.empty(0), np.empty(0)
        simulated = np.concatenate([self.expected[place] for place in places])
        real = np.concatenate([self.chosen.records[place].activations for place in places])
        present = ~np.isnan(simulated)
        return simulated[present], real[present]


def simulated_set(record: NeuronRecord, explanation: Explanation, *, split: str = "held_out") -> SimulatedSet:
    """Simulate a rule on one split.

    Raises NotFound when the explanation has no rule, ScoringError with too few records, BadPattern when a pattern
    cannot be run in time.
    """
    simulator = simulator_for(explanation)
    sets = evaluation_sets(record)
    fitted = calibrate(simulate_set(simulator, sets["calibration"]), sets["calibration"])
    simulations = simulate_set(simulator, sets[split])
    scores = score_simulations(sets[split], simulations, calibration=fitted, simulator=simulator.name)
    expected = tuple(np.asarray(fitted.apply(simulation.expected)) for simulation in simulations)
    given = tuple(np.asarray(simulation.expected) for simulation in simulations)
    return SimulatedSet(sets[split], given, expected, tuple(scores), simulator.name, fitted.slope)


def pattern_explanation(
    record: NeuronRecord,
    text: str,
    *,
    is_regex: bool,
    explanations: Sequence[Explanation] = (),
    dataset: str | None = None,
) -> Explanation:
    """A person's pattern as an explanation, scored on valid and held_out.

    Its rule is in units of the activation where the calibration line rises; a falling line would turn the pattern
    into its opposite, so there the rule stays 1 and 0.
    `explanations` of the same neuron lend their baselines, where those are of the same excerpts. Raises BadPattern,
    or ScoringError with too few records.
    """
    Pattern(text, is_regex=is_regex)
    plain = Explanation("", "person", record.id, {"kind": "pattern", "pattern": text, "regex": is_regex})
    sets = evaluation_sets(record)
    calibration = sets["calibration"]
    fitted = calibrate(simulate_set(simulator_for(plain), calibration), calibration)
    on, off = (float(f"{value:.6g}") for value in fitted.apply([1.0, 0.0]))
    rule = dict(plain.rule or {}) | ({"on": on, "off": off} if fitted.slope > 0 else {})
    words = f"what matches the expression {text}" if is_regex else f"one of the words: {text}"
    provenance = Provenance(dataset=dataset, explainer="person", simulator="pattern", seed=0)
    found = replace(plain, text=f"Fires on {words}", rule=rule, provenance=provenance)
    simulator = simulator_for(plain)
    scores: list[Score] = []
    for split in ("held_out", "valid"):
        scores += score_simulations(
            sets[split],
            simulate_set(simulator, sets[split]),
            calibration=fitted,
            simulator=simulator.name,
            baselines=shared_baselines(sets[split], explanations),
            provenance=replace(provenance, split=split),
        )
    return replace(found, scores=scores)


def shared_baselines(chosen: EvaluationSet, explanations: Sequence[Explanation]) -> list[Baseline]:
    """Token lookup on this set, computed; other neurons' explanations as stored for the same set of excerpts."""
    found = []
    lookup = next((entry for entry in explanations if entry.explainer == "lookup"), None)
    if lookup is not None:
        try:
            value = correlation(chosen, simulate_set(simulator_for(lookup), chosen))
            found.append(Baseline("lookup", value, n=1))
        except NotFound:
            pass  # stored without its table: there is nothing to compare with
    for entry in explanations:
        score = entry.score(split=chosen.split)
        others = [b for b in score.baselines if b.name == "other neurons"] if score else []
        if score and others and score.n_sequences == len(chosen.records):
            return [*found, others[0]]
    return found


def neuron_maximum(record: NeuronRecord) -> float:
    """The neuron's largest activation over the corpus, or among its records where the dataset does not say."""
    stored = record.statistics.maximum
    return record.max_activation if stored is None else float(stored)


def tail_text(record: NeuronRecord, group: str) -> str:
    """Range of the excerpt maximum of a quantile group in words; empty where it is not known."""
    bounds = record.statistics.quantile_boundaries
    place = int(group.removeprefix("quantile_"))
    if len(bounds) <= place:
        return ""
    return f"below {bounds[0]:.3g}" if place == 0 else f"{bounds[place - 1]:.3g} to {bounds[place]:.3g}"


def neuron_at(identity: NeuronId, *, layers: int, neurons: int) -> dict[str, NeuronId | None]:
    """The neighbours `previous`, `next`, `down` and `up` of a neuron; None beyond the model's bounds."""
    layer, neuron = identity
    return {
        "previous": NeuronId(layer, neuron - 1) if neuron > 0 else None,
        "next": NeuronId(layer, neuron + 1) if neuron + 1 < neurons else None,
        "down": NeuronId(layer - 1, neuron) if layer > 0 else None,
        "up": NeuronId(layer + 1, neuron) if layer + 1 < layers else None,
    }
