"""Two explanations on the same excerpts, or two neurons on the excerpts of both: the arithmetic, and what it means.

Pure: knows no Streamlit. Differences are of correlations, with intervals from the same resampled excerpts.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np

from neuronview.errors import DatasetError
from neuronview.explain.evaluation import evaluation_sets
from neuronview.explain.rules import simulator_for
from neuronview.records import ActivationRecord, Explanation, Floats, NeuronId, NeuronRecord, Score
from neuronview.scoring import (
    ev_correlation_score,
    interval_note,
    paired_difference,
    resampled_interval,
    score_sequences,
)
from neuronview.ui.evaluation import SimulatedSet

__all__ = [
    "Difference",
    "Model",
    "SharedExcerpts",
    "explanation_difference",
    "meaning",
    "neurons_correlation",
    "own_against_other",
    "recompute",
    "shared_excerpts",
]

Pair = tuple[Floats, Floats]


class Model(Protocol):
    """What is needed of a subject model."""

    def activations(self, token_ids: Sequence[int], neurons: Sequence[NeuronId]) -> Floats:
        """Activations (tokens, neurons)."""


@dataclass(frozen=True)
class Difference:
    """First minus second correlation on the same excerpts; nan where one of the two is undefined."""

    value: float
    interval: tuple[float, float]
    n: int
    note: str = ""


def explanation_difference(first: SimulatedSet, second: SimulatedSet, *, seed: int = 0) -> Difference:
    """How much higher the first scores than the second on their common excerpts."""
    pairs = [_pairs(found) for found in (first, second)]
    sides = first.chosen.sides
    value, interval = paired_difference(pairs[0], pairs[1], sides, seed=seed)
    return Difference(value, interval, len(sides), interval_note(sides))


def meaning(difference: Difference, *, first: str = "the first", second: str = "the second") -> str:
    """What a difference and its interval say, in words."""
    low, high = difference.interval
    if math.isnan(difference.value):
        return "One of the two has no score on these excerpts, so there is no difference to state."
    if math.isnan(low) or math.isnan(high):
        return "There are too few excerpts for an interval, so nothing can be said about other excerpts."
    if low <= 0 <= high:
        return "The interval includes 0: these excerpts cannot tell them apart."
    better, worse = (first, second) if low > 0 else (second, first)
    return (
        f"The whole interval lies {'above' if low > 0 else 'below'} 0: on excerpts like these, {better} follows the "
        f"neuron better than {worse}."
    )


@dataclass(frozen=True, eq=False)
class SharedExcerpts:
    """Excerpts of two neurons, with both neurons' activations recomputed on each."""

    first: tuple[ActivationRecord, ...]
    second: tuple[ActivationRecord, ...]
    strata: tuple[str, ...]
    """Whose excerpt it is: `top of first`, `top of second` or `random`."""


def shared_excerpts(first: NeuronRecord, second: NeuronRecord) -> tuple[list[ActivationRecord], list[str]]:
    """Held-out excerpts of either neuron, each once, none of the train or calibration split of either.

    Raises ScoringError when a neuron has too few records, DatasetError when no excerpt is left.
    """
    sets = [evaluation_sets(record) for record in (first, second)]
    fitted = {_key(r) for chosen in sets for name in ("train", "calibration") for r in chosen[name].records}
    found: dict[object, tuple[ActivationRecord, str]] = {}
    for owner, chosen in zip(("first", "second"), sets, strict=True):
        held_out = chosen["held_out"]
        for record, side in zip(held_out.records, held_out.sides, strict=True):
            if _key(record) not in fitted:
                found.setdefault(_key(record), (record, f"top of {owner}" if side == "top" else "random"))
    if not found:
        raise DatasetError("No excerpt is left that neither neuron's explanation was fitted on: compare others.")
    return [record for record, _ in found.values()], [stratum for _, stratum in found.values()]


def recompute(
    model: Model, records: Sequence[ActivationRecord], strata: Sequence[str], *, first: NeuronId, second: NeuronId
) -> SharedExcerpts:
    """Run the model over the excerpts for both neurons; DatasetError when an excerpt has no token ids."""
    columns: tuple[list[ActivationRecord], list[ActivationRecord]] = ([], [])
    for record in records:
        if record.token_ids is None:
            raise DatasetError("This dataset stores no token ids, so its model cannot be run over the excerpts.")
        values = model.activations(record.token_ids, [first, second])
        for place in (0, 1):
            columns[place].append(replace(record, activations=np.asarray(values[:, place])))
    return SharedExcerpts(tuple(columns[0]), tuple(columns[1]), tuple(strata))


def neurons_correlation(shared: SharedExcerpts, *, seed: int = 0) -> Difference:
    """Correlation of the two neurons' activations over all tokens, with its interval over excerpts."""
    pairs = [(a.activations, b.activations) for a, b in zip(shared.first, shared.second, strict=True)]
    value = ev_correlation_score(np.concatenate([p[0] for p in pairs]), np.concatenate([p[1] for p in pairs]))
    interval = resampled_interval(pairs, shared.strata, seed=seed)
    return Difference(value, interval, len(pairs), interval_note(shared.strata))


def own_against_other(
    records: Sequence[ActivationRecord], strata: Sequence[str], *, own: Explanation, other: Explanation, seed: int = 0
) -> tuple[Score, Score, Difference]:
    """Scores of a neuron's own explanation and another neuron's on its activations, and their paired difference."""
    simulated = []
    for explanation in (own, other):
        simulator = simulator_for(explanation)
        pairs = [(record.activations, simulator.simulate(record.tokens).expected) for record in records]
        simulated.append((pairs, simulator.name))
    scores = [
        score_sequences(
            pairs,
            groups=strata,
            calibrated=False,
            seed=seed,
            simulator=name,
            split="held-out excerpts of both neurons, recomputed",
        )
        for pairs, name in simulated
    ]
    value, interval = paired_difference(simulated[0][0], simulated[1][0], strata, seed=seed)
    return scores[0], scores[1], Difference(value, interval, len(strata), interval_note(strata))


def _pairs(found: SimulatedSet) -> list[Pair]:
    return [(r.activations, given) for r, given in zip(found.chosen.records, found.given, strict=True)]


def _key(record: ActivationRecord) -> object:
    return record.excerpt_id if record.excerpt_id is not None else record.tokens
