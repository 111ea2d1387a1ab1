"""Which records an explanation is fitted, chosen and scored on, and the score itself, beside its baselines.

Train and calibration records never count towards a score. `valid` is the published split, by place among the records
(5 + 5 with enough of them): it does not look at documents, so an excerpt of it may come from a document that also gave
a calibration excerpt, and its top excerpts lie in the corpus that rule explainers are fitted on. `held_out` is the
stricter set: up to 20 + 20 records of no document that train or calibration has seen, and no near-duplicate of
them; it starts with the part of the corpus that is shown first, where there is one, on which nothing is fitted.
Knows simulators only by their protocol.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from neuronview.errors import ScoringError
from neuronview.explain.near_duplicates import Traits, Used
from neuronview.explain.rules import Simulator
from neuronview.records import ActivationRecord, Baseline, Floats, NeuronRecord, Provenance, Score, Simulation, Subset
from neuronview.scoring import (
    Calibration,
    LinearCalibration,
    absolute_dev_explained_score,
    ev_correlation_score,
    rsquared_score,
    score_sequences,
    split_records,
)

__all__ = [
    "OTHER_NEURONS",
    "SPLITS",
    "EvaluationSet",
    "calibrate",
    "correlation",
    "evaluation_sets",
    "other_neurons_baseline",
    "score_simulations",
    "simulate_set",
]

PER_SPLIT = 5
MOST_A_SIDE = 20
SPLITS: Mapping[str, str] = {
    "valid": "published split: 5 top and 5 random excerpts by place, whatever their documents",
    "held_out": "excerpts that no explanation was fitted or chosen on",
    "corpus": "every token of the corpus",
}
OTHER_NEURONS = "other neurons"
"""The baseline's name."""
SUBSETS: tuple[Subset, ...] = ("top_and_random", "top", "random")


@dataclass(frozen=True)
class EvaluationSet:
    """Records of one split, top side first."""

    split: str
    records: tuple[ActivationRecord, ...]
    sides: tuple[str, ...]
    """`top` or `random` for each record: the strata that an interval resamples within."""

    @property
    def n_top(self) -> int:
        """How many records are on the top side."""
        return self.sides.count("top")


def evaluation_sets(record: NeuronRecord) -> dict[str, EvaluationSet]:
    """The sets train, calibration, valid and held_out of one neuron's records.

    No excerpt, document, template or near-duplicate of train or calibration is in `held_out`, which may therefore be
    smaller; records of unknown document are told apart by excerpt and text alone. `valid` keeps the published places,
    whatever their documents. Raises ScoringError, saying how many are needed, when there are too few records.
    """
    n = min(PER_SPLIT, len(record.top) // 4, len(record.random) // 3) or PER_SPLIT
    splits = split_records(record.top, record.random, n)
    sets = {name: _evaluation_set(name, splits[name]) for name in ("train", "calibration", "valid")}
    used = Used([Traits.of(r) for name in ("train", "calibration") for r in splits[name]])
    best = _unused(record.first or record.top, used)[:MOST_A_SIDE]
    shown = {traits.identity for _, traits in best}
    top = [r for r, _ in best]
    random = [r for r, traits in _unused(record.random, used) if traits.identity not in shown][:MOST_A_SIDE]
    return sets | {
        "held_out": EvaluationSet("held_out", (*top, *random), ("top",) * len(top) + ("random",) * len(random))
    }


def simulate_set(simulator: Simulator, chosen: EvaluationSet) -> list[Simulation]:
    """One simulation a record, in order."""
    return [simulator.simulate(record.tokens) for record in chosen.records]


def calibrate(simulations: Sequence[Simulation], chosen: EvaluationSet) -> LinearCalibration:
    """Least squares from simulated to real activations on a set (the calibration split)."""
    simulated = np.concatenate([simulation.expected for simulation in simulations])
    return LinearCalibration.fit(simulated, np.concatenate([record.activations for record in chosen.records]))


def score_simulations(
    chosen: EvaluationSet,
    simulations: Sequence[Simulation],
    *,
    calibration: Calibration | None = None,
    simulator: str = "",
    seed: int = 0,
    baselines: Sequence[Baseline] = (),
    provenance: Provenance | None = None,
) -> list[Score]:
    """Scores of one set: top and random together (with the baselines), top only, random only.

    The correlation is of the simulation as given; with a calibration, r squared and absolute deviation are of the
    calibrated one, and nan too where the correlation is undefined. A subset without records has no score, and
    "together" takes records of both sides.
    """
    if len(simulations) != len(chosen.records):
        raise ScoringError(f"{len(chosen.records)} records but {len(simulations)} simulations: one is needed for each.")
    found = []
    for subset in SUBSETS:
        keep = [i for i, side in enumerate(chosen.sides) if subset in ("top_and_random", side)]
        if not keep or (subset == "top_and_random" and len(set(chosen.sides)) < 2):
            continue
        pairs = [(chosen.records[i].activations, simulations[i].expected) for i in keep]
        sides = [chosen.sides[i] for i in keep]
        labels = {"simulator": simulator, "split": chosen.split, "provenance": provenance or Provenance()}
        score = score_sequences(pairs, groups=sides, calibrated=False, seed=seed, subset=subset, **labels)
        if calibration is not None and score.state == "ok":
            rsquared, deviation = _calibrated_measures(pairs, calibration)
            score = replace(score, rsquared=rsquared, absolute_dev_explained=deviation)
        found.append(replace(score, baselines=tuple(baselines)) if subset == "top_and_random" else score)
    return found


def correlation(chosen: EvaluationSet, simulations: Sequence[Simulation]) -> float:
    """The correlation alone, on all tokens of a set; nan when undefined, as on a set without records."""
    if not chosen.records:
        return float("nan")
    true = np.concatenate([record.activations for record in chosen.records])
    return ev_correlation_score(true, np.concatenate([simulation.expected for simulation in simulations]))


def other_neurons_baseline(values: Sequence[float]) -> Baseline:
    """Mean score of other neurons' explanations on this neuron, with the range of the middle 95 %.

    Undefined scores are left out; `n` counts the rest.
    """
    defined = np.array([value for value in values if not np.isnan(value)])
    if not len(defined):
        return Baseline(OTHER_NEURONS, float("nan"))
    low, high = np.quantile(defined, [0.025, 0.975])
    return Baseline(OTHER_NEURONS, float(defined.mean()), float(low), float(high), len(defined))


def _calibrated_measures(pairs: Sequence[tuple[Floats, Floats]], calibration: Calibration) -> tuple[float, float]:
    true = np.concatenate([pair[0] for pair in pairs])
    fitted = calibration.apply(np.concatenate([pair[1] for pair in pairs]))
    return rsquared_score(true, fitted), absolute_dev_explained_score(true, fitted)


def _evaluation_set(name: str, records: Sequence[ActivationRecord]) -> EvaluationSet:
    sides = tuple("random" if record.group == "random" else "top" for record in records)
    return EvaluationSet(name, tuple(records), sides)


def _unused(records: Sequence[ActivationRecord], used: Used) -> list[tuple[ActivationRecord, Traits]]:
    pairs = [(record, Traits.of(record)) for record in records]
    return [(record, traits) for record, traits in pairs if not used.holds(traits)]
