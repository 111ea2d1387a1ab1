"""Score an explanation as a language model reads it: simulate every excerpt, then compare with the activations.

Four states are kept apart. A provider error on an excerpt makes no score of its set at all; more than a tenth of the
tokens without a valid answer makes it unparsable; with fewer, the score is of the tokens that have one, and says how
many have not; a simulation that never varies is undefined. Refusals that meet every further call, budgets and
cancelling pass through. Knows simulators by their protocol, and neither endpoints nor prices.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from neuronview.errors import EndpointError, EndpointRefused, UnparsableAnswer
from neuronview.explain.calibrating import BY_PERCENTILES, FITS, CalibrationKind, fit_where_read
from neuronview.explain.evaluation import (
    EvaluationSet,
    correlation,
    other_neurons_baseline,
    score_simulations,
    simulate_set,
)
from neuronview.explain.rules import simulator_for
from neuronview.explain.simulators import LanguageSimulator, template_hash
from neuronview.explain.simulators.base import all_of
from neuronview.records import Baseline, Explanation, Provenance, Score, Simulation
from neuronview.scoring import Calibration

__all__ = [
    "MOST_MISSING",
    "NOT_SCORED",
    "LanguageScores",
    "SetSimulations",
    "language_value",
    "score_language",
    "simulate_language",
]

Tokens = tuple[str, ...]
Outcome = Simulation | EndpointError

MOST_MISSING = 0.1
"""Beyond this share of tokens without a valid answer, a score is unparsable."""
NOT_SCORED = ("train", "calibration")
"""Splits that explanations are made and chosen on, and that are therefore not reported."""


@dataclass(frozen=True, eq=False)
class SetSimulations:
    """What came for each excerpt of a set, in order: a simulation, or the error that stands in its place."""

    chosen: EvaluationSet
    outcomes: tuple[Outcome, ...]

    @property
    def simulations(self) -> list[Simulation]:
        """One an excerpt; all missing where an error came."""
        return [
            outcome
            if isinstance(outcome, Simulation)
            else Simulation(r.tokens, np.full(len(r.tokens), math.nan), scale="0-10")
            for outcome, r in zip(self.outcomes, self.chosen.records, strict=True)
        ]

    @property
    def provider_errors(self) -> list[EndpointError]:
        """Errors of the endpoint, not of its answers."""
        return [o for o in self.outcomes if isinstance(o, EndpointError) and not isinstance(o, UnparsableAnswer)]

    @property
    def unparsable(self) -> list[UnparsableAnswer]:
        """Answers of which nothing could be read."""
        return [o for o in self.outcomes if isinstance(o, UnparsableAnswer)]

    @property
    def answered_by(self) -> str:
        """The language model's name as returned; empty where nothing came back, or no name."""
        return next((s.answered_by for s in self.simulations if s.answered_by), "")

    @property
    def missing_share(self) -> float:
        """Share of the set's tokens without a value; 0 for a set without tokens."""
        expected = [simulation.expected for simulation in self.simulations]
        return float(np.isnan(np.concatenate(expected)).mean()) if sum(map(len, expected)) else 0.0


@dataclass(frozen=True, eq=False)
class LanguageScores:
    """Scores of all sets, with what they were computed from, so that it can be stored and shown."""

    scores: list[Score]
    simulations: Mapping[str, SetSimulations]
    """By split, the calibration split among them; on the scale 0..10."""
    calibration: Calibration | None
    """None where none was asked for, or the calibration split gave too little to fit on."""
    baseline_error: str = ""
    """Which of the other neurons' sentences an endpoint error kept from being simulated; another try may mend it."""
    answered_by: str = ""
    """The language model's name as returned, or as asked for where none came."""
    calibration_note: str = ""
    """On how few excerpts the calibration was fitted, or why there is none."""

    @property
    def calibration_errors(self) -> list[EndpointError]:
        """Errors of the endpoint that kept the calibration from being fitted."""
        return self.simulations["calibration"].provider_errors if "calibration" in self.simulations else []

    @property
    def calibration_unread(self) -> bool:
        """Whether answers that could not be read kept the calibration from being fitted."""
        asked = self.simulations.get("calibration")
        return self.calibration is None and asked is not None and asked.missing_share > 0


async def score_language(
    explanation: Explanation,
    sets: Mapping[str, EvaluationSet],
    simulator: LanguageSimulator,
    *,
    calibration: CalibrationKind = "linear",
    lookup: Explanation | None = None,
    others: Sequence[Explanation] = (),
    seed: int = 0,
    provenance: Provenance | None = None,
) -> LanguageScores:
    """Scores of an explanation on every set but train and calibration, beside its baselines.

    `lookup` is the neuron's token lookup, simulated by its rule; `others` are sentences of other neurons, simulated
    by the same simulator. An excerpt that is in several sets is asked about once. Raises EndpointRefused,
    BudgetReached and Cancelled as they come.
    """
    asked, scored = _asked_and_scored(sets, calibration)
    own, *theirs = await all_of(
        [simulate_language(simulator, explanation.text, asked)]
        + [simulate_language(simulator, other.text, scored) for other in others]
    )
    fitted, trouble = _fitted(calibration, own.get("calibration"))
    answered_by = next((s.answered_by for s in own.values() if s.answered_by), simulator.model)
    where = _provenance(provenance, simulator, answered_by, seed)
    found, lacking = [], _lacking(theirs)
    for name, chosen in scored.items():
        baselines = [] if lookup is None else [_lookup_baseline(lookup, chosen)]
        if others:
            baselines.append(other_neurons_baseline([language_value(simulated[name]) for simulated in theirs]))
        scores = _scores(own[name], fitted, simulator.name, seed, baselines, where)
        found += [replace(score, note=" ".join(filter(None, (score.note, trouble, lacking)))) for score in scores]
    return LanguageScores(found, own, fitted, lacking, answered_by, trouble)


def _lacking(theirs: Sequence[Mapping[str, SetSimulations]]) -> str:
    """What the baseline of other neurons lacks for an endpoint's errors; empty where it lacks nothing."""
    errors = [next((s.provider_errors[0] for s in sets.values() if s.provider_errors), None) for sets in theirs]
    failed = [error for error in errors if error is not None]
    if not failed:
        return ""
    return f"{len(failed)} of {len(theirs)} other neurons' explanations are not in the baseline: {failed[0]}"


async def simulate_language(
    simulator: LanguageSimulator, text: str, sets: Mapping[str, EvaluationSet]
) -> dict[str, SetSimulations]:
    """The excerpts of all sets side by side, each excerpt once. An EndpointError takes the place of a simulation.

    EndpointRefused is raised, since it meets every other call too.
    """
    excerpts = _excerpts(sets)
    outcomes = dict(zip(excerpts, await all_of([_outcome(simulator, text, e) for e in excerpts]), strict=True))
    return {
        name: SetSimulations(chosen, tuple(outcomes[record.tokens] for record in chosen.records))
        for name, chosen in sets.items()
    }


def language_value(simulated: SetSimulations) -> float:
    """The correlation alone; nan where it is undefined, unparsable or a provider error."""
    if simulated.provider_errors or simulated.missing_share > MOST_MISSING:
        return math.nan
    return correlation(simulated.chosen, simulated.simulations)


async def _outcome(simulator: LanguageSimulator, text: str, tokens: Tokens) -> Outcome:
    try:
        return await simulator.simulate(text, tokens)
    except EndpointRefused:
        raise
    except EndpointError as error:
        return error


def _asked_and_scored(
    sets: Mapping[str, EvaluationSet], calibration: CalibrationKind
) -> tuple[dict[str, EvaluationSet], dict[str, EvaluationSet]]:
    scored = {name: chosen for name, chosen in sets.items() if name not in NOT_SCORED}
    fitted = {"calibration": sets["calibration"]} if "calibration" in sets and calibration != "none" else {}
    return fitted | scored, scored


def _excerpts(sets: Mapping[str, EvaluationSet]) -> list[Tokens]:
    """Distinct excerpts of all sets."""
    return list(dict.fromkeys(record.tokens for chosen in sets.values() for record in chosen.records))


def _fitted(kind: CalibrationKind, simulated: SetSimulations | None) -> tuple[Calibration | None, str]:
    """The calibration and what there is to say of it, above all why there is none although it was asked for."""
    if kind == "none":
        return None, ""
    if simulated is None:
        return None, "Not calibrated: there is no calibration split."
    if simulated.provider_errors:
        return None, f"Not calibrated: {simulated.provider_errors[0]}"
    fitted, said = fit_where_read(simulated.chosen, simulated.simulations, FITS[kind])
    first = f" The first: {simulated.unparsable[0]}" if simulated.unparsable and said else ""
    way = BY_PERCENTILES if fitted is not None and kind == "percentile" else ""
    return fitted, " ".join(filter(None, (way, said + first)))


def _scores(
    simulated: SetSimulations,
    calibration: Calibration | None,
    simulator: str,
    seed: int,
    baselines: Sequence[Baseline],
    provenance: Provenance,
) -> list[Score]:
    scores = score_simulations(
        simulated.chosen,
        simulated.simulations,
        calibration=calibration,
        simulator=simulator,
        seed=seed,
        baselines=baselines,
        provenance=provenance,
    )
    return [_in_its_state(score, simulated) for score in scores]


def _in_its_state(score: Score, simulated: SetSimulations) -> Score:
    """The score, or the state that it is in instead."""
    errors, n_all = simulated.provider_errors, score.n_tokens + score.n_missing
    if errors:
        count = f"{len(errors)} of {len(simulated.outcomes)} excerpts met an error of the endpoint"
        return score.without_value("provider_error", f"{count}; the first: {errors[0]}")
    if score.n_missing > MOST_MISSING * n_all:
        count = f"{score.n_missing} of {n_all} tokens have no valid answer"
        said = f"; the first: {simulated.unparsable[0]}" if simulated.unparsable else ""
        return score.without_value("unparsable", f"{count}, more than {MOST_MISSING:.0%}{said}")
    return score


def _lookup_baseline(lookup: Explanation, chosen: EvaluationSet) -> Baseline:
    return Baseline("lookup", correlation(chosen, simulate_set(simulator_for(lookup), chosen)), n=1)


def _provenance(given: Provenance | None, simulator: LanguageSimulator, answered_by: str, seed: int) -> Provenance:
    given = given or Provenance()
    return replace(
        given,
        simulator=simulator.description,
        prompt_hash=template_hash(simulator),
        seed=seed,
        simulator_model=answered_by,
    )
