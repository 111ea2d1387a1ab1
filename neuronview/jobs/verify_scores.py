"""Recompute stored scores from the simulations and activations that are stored beside them.

A correlation is compared: it does not depend on calibration. How far two may differ follows from the precision in which
activations are stored, to first order and in the worst case.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from neuronview.errors import NotFound, ScoringError
from neuronview.explain.evaluation import evaluation_sets
from neuronview.jobs.stored_precision import Precision
from neuronview.jobs.verified import ScoreCheck, ScoreDifference
from neuronview.records import ActivationRecord, Floats, NeuronId, NeuronRecord, Score
from neuronview.scoring import ev_correlation_score
from neuronview.store import Dataset
from neuronview.store.simulations import StoredSimulation

__all__ = ["check_scores"]

Array = NDArray[np.float64]
ByExcerpt = Mapping[int, StoredSimulation]

SAME = 1e-6
"""What two scores may differ by besides what precision explains."""
OWN_SPLITS = ("train", "calibration", "valid", "held_out")
WHOLE = ("top_and_random", "all")
SINGLE = 2.0**-24
"""Largest relative error of a 32-bit float: scores and simulated values are stored so."""


class _Pair(NamedTuple):
    """True and simulated values (tokens,), and how far the true ones may be from those that were scored."""

    true: Array
    simulated: Array
    rounding: Array


def check_scores(dataset: Dataset, neurons: Sequence[NeuronId]) -> ScoreCheck:
    """Recompute every score of these neurons whose simulations are stored."""
    precision = Precision.of(dataset)
    n_neurons = n_scores = n_lost = 0
    differing: list[ScoreDifference] = []
    for neuron in neurons:
        by_key = _by_key(dataset.simulations(neuron))
        record = _record(dataset, neuron)
        counted = n_scores
        for explanation in dataset.explanations(neuron):
            for score in explanation.scores:
                simulations = by_key.get((explanation.id, score.simulator))
                if score.scorer != "simulation" or score.state not in ("ok", "undefined") or not simulations:
                    continue
                pair = _values(record, score, simulations, precision)
                if pair is None:
                    n_lost += 1
                    continue
                n_scores += 1
                again = ev_correlation_score(pair.true, pair.simulated)
                tolerance = _tolerance(pair, again)
                if not _agree(score.value, again, tolerance):
                    place = (explanation.id, score.simulator, score.split, score.subset)
                    differing.append(ScoreDifference(*neuron, *place, score.value, again, tolerance))
        n_neurons += n_scores > counted
    n_agree = n_scores - len(differing)
    return ScoreCheck(n_neurons, n_scores, n_agree, n_lost, tuple(differing), _words(n_scores, n_agree, n_lost))


def _by_key(simulations: Sequence[StoredSimulation]) -> dict[tuple[str, str], dict[int, StoredSimulation]]:
    found: dict[tuple[str, str], dict[int, StoredSimulation]] = defaultdict(dict)
    for entry in simulations:
        found[entry.explanation_id, entry.simulator][entry.excerpt_id] = entry
    return found


def _record(dataset: Dataset, neuron: NeuronId) -> NeuronRecord:
    """The neuron's records; none where only what is said of it is stored."""
    try:
        return dataset.neuron(neuron)
    except NotFound:
        return NeuronRecord(neuron)


def _values(record: NeuronRecord, score: Score, simulations: ByExcerpt, precision: Precision) -> _Pair | None:
    """Values of the excerpts that a score is of; None where the true ones are not all stored.

    Published simulations have the activations that they were scored against beside them; of others they are those of
    the neuron's records, as rounded as these.
    """
    beside = {number: entry.published.true for number, entry in simulations.items() if entry.published}
    if score.split not in OWN_SPLITS and beside.keys() == simulations.keys() and score.subset in WHOLE:
        true = [(beside[number], simulations[number]) for number in sorted(simulations)]
        return _joined(true, Precision(32, 0.0, precision.dtype))
    chosen = _of_split(record, score.split) if score.split in OWN_SPLITS else _of_simulations(record, simulations)
    if chosen is None:
        return None
    kept = [entry for entry, side in chosen if score.subset in (*WHOLE, side)]
    stored = [simulations.get(-1 if entry.excerpt_id is None else entry.excerpt_id) for entry in kept]
    pairs = [(entry.activations, found) for entry, found in zip(kept, stored, strict=True) if found is not None]
    return _joined(pairs, precision)


def _joined(pairs: Sequence[tuple[Floats, StoredSimulation]], precision: Precision) -> _Pair | None:
    if not pairs or any(len(true) != len(found.expected) for true, found in pairs):
        return None
    real = np.concatenate([np.asarray(true, dtype=np.float64) for true, _ in pairs])
    return _Pair(real, np.concatenate([found.expected for _, found in pairs]), precision.rounding(real))


def _of_split(record: NeuronRecord, split: str) -> list[tuple[ActivationRecord, str]] | None:
    """Records of one of our own splits, each with its side."""
    try:
        chosen = evaluation_sets(record)[split]
    except ScoringError:
        return None
    return list(zip(chosen.records, chosen.sides, strict=True))


def _of_simulations(record: NeuronRecord, simulations: ByExcerpt) -> list[tuple[ActivationRecord, str]] | None:
    """The record of every simulated excerpt, as published scores are of; None where one is not stored."""
    by_excerpt = {entry.excerpt_id: entry for entries in record.groups.values() for entry in reversed(entries)}
    drawn = {entry.excerpt_id for entry in record.random}
    if not simulations.keys() <= by_excerpt.keys():
        return None
    return [(by_excerpt[number], "random" if number in drawn else "top") for number in sorted(simulations)]


def _agree(stored: float, again: float, tolerance: float) -> bool:
    if math.isnan(stored) or math.isnan(again):
        return math.isnan(stored) and math.isnan(again)
    return abs(stored - again) <= tolerance


def _tolerance(pair: _Pair, correlation: float) -> float:
    """By how much a stored score may differ from the recomputed one, because values are stored rounded."""
    present = ~np.isnan(pair.simulated)
    x, y, rounding = pair.true[present], pair.simulated[present], pair.rounding[present]
    if math.isnan(correlation) or len(x) < 2:
        return SAME
    a, b = (x - x.mean()) / x.std(), (y - y.mean()) / y.std()
    by_true = np.abs(b - correlation * a) / (len(x) * x.std()) @ rounding
    by_simulated = np.abs(a - correlation * b) / (len(x) * y.std()) @ (SINGLE * np.abs(y))
    return float(SAME + SINGLE + by_true + by_simulated)


def _words(n_scores: int, n_agree: int, n_lost: int) -> str:
    lost = f" {n_lost} could not be recomputed: not all activations that they are of are stored." if n_lost else ""
    if not n_scores:
        return "No score was recomputed: no simulation is stored." if not n_lost else lost.strip()
    if n_agree == n_scores:
        return f"All {n_scores} scores with stored simulations are what these give, within the stored precision.{lost}"
    return f"{n_scores - n_agree} of {n_scores} scores are not what their stored simulations give.{lost}"
