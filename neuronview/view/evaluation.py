"""One explanation simulated on a neuron's excerpts and brought into the units of the activation.

Pure: knows no Streamlit. Values come from a `Source`: a rule that is evaluated, or rows that a simulator's run has
stored. A token without a value is nan throughout, in no scatter, difference or score. Scores are computed with the
simulation as given; strips and scatter show it calibrated on the calibration split, which no score is computed on.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np

from neuronview.errors import NotFound
from neuronview.explain.calibrating import FITS, CalibrationKind, fit_where_read, kind_of_run
from neuronview.explain.evaluation import (
    EvaluationSet,
    calibrate,
    correlation,
    evaluation_sets,
    score_simulations,
    simulate_set,
)
from neuronview.explain.pattern import Pattern
from neuronview.explain.rules import KINDS, simulator_for
from neuronview.records import Baseline, Explanation, Floats, NeuronId, NeuronRecord, Provenance, Score, Simulation
from neuronview.scoring import Calibration, LinearCalibration, ev_correlation_score
from neuronview.store.simulations import StoredSimulation
from neuronview.view.stored_states import as_run, readable

__all__ = [
    "SimulatedSet",
    "Source",
    "neuron_at",
    "neuron_maximum",
    "pattern_explanation",
    "shared_baselines",
    "simulated_set",
    "sources",
    "tail_text",
]


@dataclass(frozen=True, eq=False)
class Source:
    """Where the simulated values of an explanation come from: its rule, or what one simulator's run has stored."""

    explanation: Explanation
    simulator: str
    stored: tuple[StoredSimulation, ...] = ()
    """Rows of that simulator; empty where the rule is evaluated."""

    def simulate(self, chosen: EvaluationSet) -> tuple[EvaluationSet, list[Simulation]]:
        """The excerpts of a set that this source has values for, and a simulation of each.

        A rule has values for every excerpt. An excerpt that was never simulated is left out; one that was, and got no
        answer, has nan. Raises DatasetError when a row does not fit its excerpt, NotFound for an unknown rule.
        """
        if not self.stored:
            return chosen, simulate_set(simulator_for(self.explanation), chosen)
        rows = {row.excerpt_id: row for row in self.stored}
        kept = _only(chosen, [place for place, record in enumerate(chosen.records) if record.excerpt_id in rows])
        return kept, [rows[record.excerpt_id].of(record.tokens) for record in kept.records if record.excerpt_id in rows]


def sources(explanations: Sequence[Explanation], stored: Sequence[StoredSimulation] = ()) -> list[Source]:
    """All sources of these explanations, in their order: the rule first, then every simulator that was stored."""
    found = []
    for entry in explanations:
        if str((entry.rule or {}).get("kind", "")) in KINDS:
            found.append(Source(entry, str((entry.rule or {})["kind"])))
        mine = [row for row in stored if row.explanation_id == entry.id]
        for name in dict.fromkeys(row.simulator for row in mine):
            found.append(Source(entry, name, tuple(row for row in mine if row.simulator == name)))
    return found


@dataclass(frozen=True, eq=False)
class SimulatedSet:
    """A split's excerpts with calibrated simulated values, and the split's scores."""

    explanation: Explanation
    chosen: EvaluationSet
    simulations: tuple[Simulation, ...]
    """One an excerpt, as the simulator gives them; nan where it gave no value."""
    scores: tuple[Score, ...]
    simulator: str
    calibration: Calibration | None
    """None where the simulator has values for too few of the calibration excerpts: then nothing is calibrated."""
    is_stored: bool = False
    n_absent: int = 0
    """Excerpts of the split that were never simulated and are left out."""
    run_calibration: CalibrationKind | None = "linear"
    """How the run that stored the values calibrated them: by percentiles they are here too. None where nothing says."""

    @property
    def given(self) -> tuple[Floats, ...]:
        """Values as the simulator gives them, (tokens,) each."""
        return tuple(np.asarray(simulation.expected) for simulation in self.simulations)

    @property
    def expected(self) -> tuple[Floats, ...]:
        """Values as they are shown, (tokens,) each: in units of the activation where `scale` is `calibrated`."""
        line = self.calibration
        return self.given if line is None else tuple(np.asarray(line.apply(values)) for values in self.given)

    @property
    def scale(self) -> Literal["0-10", "calibrated"]:
        """Units of `expected`."""
        if self.calibration is not None or not self.simulations:
            return "calibrated"
        return self.simulations[0].scale

    @property
    def slope(self) -> float:
        """Of the calibration line. Not above zero: there the simulation does not go with the neuron at all.

        nan where there is no line: uncalibrated, or by percentiles.
        """
        return self.calibration.slope if isinstance(self.calibration, LinearCalibration) else math.nan

    @property
    def n_missing(self) -> int:
        """Tokens that the simulator gave no value for."""
        return sum(int(np.isnan(values).sum()) for values in self.given)

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
        expected = self.expected
        simulated = np.concatenate([expected[place] for place in places])
        real = np.concatenate([self.chosen.records[place].activations for place in places])
        present = ~np.isnan(simulated)
        return simulated[present], real[present]

    def matched(self, side: str = "") -> tuple[int, int] | None:
        """How many tokens (of one side) a pattern matches, and of how many; None for anything but a pattern's rule."""
        places = self.side(side) if side else range(len(self.simulations))
        return None if self.is_stored else _matched(self.explanation, [self.simulations[place] for place in places])

    def only(self, places: Sequence[int]) -> SimulatedSet:
        """The same on some of the excerpts, scored again."""
        if len(places) == len(self.simulations):
            return self
        chosen, simulations = _only(self.chosen, places), tuple(self.simulations[place] for place in places)
        rule = None if self.is_stored else self.explanation
        scores = _scores(chosen, simulations, rule, calibration=self.calibration, simulator=self.simulator)
        return replace(self, chosen=chosen, simulations=simulations, scores=tuple(scores))


def simulated_set(
    record: NeuronRecord,
    explanation: Explanation,
    *,
    split: str = "held_out",
    stored: Sequence[StoredSimulation] = (),
) -> SimulatedSet:
    """One split simulated: by the explanation's rule, or with what is `stored` of one simulator.

    Raises NotFound when there is neither, ScoringError with too few records, BadPattern when a pattern cannot be run
    in time, DatasetError when a stored simulation does not fit its excerpt.
    """
    source = Source(explanation, stored[0].simulator if stored else "", tuple(stored))
    name = source.simulator or simulator_for(explanation).name
    sets = evaluation_sets(record)
    run_calibration = kind_of_run(explanation.scores, name) if stored else "linear"
    fit = FITS["percentile" if run_calibration == "percentile" else "linear"]
    fitted, _ = fit_where_read(*source.simulate(sets["calibration"]), fit, asked=sets["calibration"])
    chosen, simulations = source.simulate(sets[split])
    rule = None if stored else explanation
    scores = _scores(chosen, simulations, rule, calibration=fitted, simulator=name)
    return SimulatedSet(
        explanation,
        chosen,
        tuple(simulations),
        tuple(as_run(scores, explanation) if stored else scores),
        name,
        fitted,
        is_stored=bool(stored),
        n_absent=len(sets[split].records) - len(chosen.records),
        run_calibration=run_calibration,
    )


def _only(chosen: EvaluationSet, places: Sequence[int]) -> EvaluationSet:
    return replace(
        chosen,
        records=tuple(chosen.records[place] for place in places),
        sides=tuple(chosen.sides[place] for place in places),
    )


def _scores(
    chosen: EvaluationSet, simulations: Sequence[Simulation], rule: Explanation | None, **options: Any
) -> list[Score]:
    """Scores of a set; where the rule is a pattern that marks nothing or everything, that is why there is none."""
    found = []
    for score in score_simulations(chosen, simulations, **options):
        keep = [i for i, side in enumerate(chosen.sides) if score.subset in ("top_and_random", side)]
        reach = _matched(rule, [simulations[i] for i in keep]) if rule and score.state == "undefined" else None
        if reach and reach[0] in (0, reach[1]):
            what = "nothing" if not reach[0] else "every token"
            reason = f"The pattern matches {what} in these excerpts, so there is nothing to correlate."
            score = replace(score, reason=reason)
        found.append(readable(score) if rule is None else score)
    return found


def _matched(explanation: Explanation, simulations: Sequence[Simulation]) -> tuple[int, int] | None:
    rule = explanation.rule or {}
    if rule.get("kind") != "pattern":
        return None
    on = float(rule.get("on", 1.0))
    hits = sum(int((np.asarray(simulation.expected) == on).sum()) for simulation in simulations)
    return hits, sum(len(simulation.tokens) for simulation in simulations)


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
        scores += _scores(
            sets[split],
            simulate_set(simulator, sets[split]),
            found,
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
    """The neuron's largest activation over the corpus, or among its records where the dataset does not say.

    Never below a record's: published data know of no maximum but that of the top records, and any group may exceed it.
    """
    stored = record.statistics.maximum
    return record.max_activation if stored is None else max(float(stored), record.max_activation)


def tail_text(record: NeuronRecord, group: str) -> str:
    """Range of the excerpt maximum of a quantile group in words; empty where it is not known."""
    bounds = record.statistics.quantile_boundaries
    place = int(group.removeprefix("quantile_"))
    if len(bounds) < max(place, 1):
        return ""
    if place == len(bounds):
        return f"above {bounds[-1]:.3g}"
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
