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
from neuronview.store import Dataset
from neuronview.view.evaluation import SimulatedSet, Source, simulated_set
from neuronview.view.published_set import PUBLISHED, is_published, published_set
from neuronview.view.scores import SPLITS, number

__all__ = [
    "Difference",
    "Model",
    "SharedExcerpts",
    "different_pair",
    "explanation_difference",
    "is_same",
    "meaning",
    "neurons_correlation",
    "on_common_excerpts",
    "own_against_other",
    "recompute",
    "shared_excerpts",
    "simulated_on",
    "splits_of",
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
    """What it is of, where that needs saying."""
    trust: str = ""
    """How far the interval can be trusted; empty where it can."""
    split: str = ""
    """Which excerpts, where they are of one split."""

    @property
    def is_told(self) -> bool:
        """Whether the interval leaves out 0."""
        low, high = self.interval
        return not math.isnan(low) and not math.isnan(high) and not low <= 0 <= high


def different_pair(sources: Sequence[Source], explanation: str = "", against: str = "") -> tuple[int, int] | None:
    """Places of two sources that differ, in their text if any do, else in their rule or simulator; None if none do.

    The first is the one of the `explanation` with that id, else the first of all; the second that of `against`, where
    it differs. A run often ends in the very explanation that is there already.
    """
    first = next((place for place, source in enumerate(sources) if source.explanation.id == explanation), 0)
    for place, other in enumerate(sources):
        if other.explanation.id == against and _does_other(sources[first], other):
            return first, place
    for differ in (_says_other, _does_other):
        for place, other in enumerate(sources):
            if differ(sources[first], other):
                return first, place
    return None


def _says_other(first: Source, second: Source) -> bool:
    return first.explanation.text.strip() != second.explanation.text.strip()


def _does_other(first: Source, second: Source) -> bool:
    return not is_same(first, second)


def is_same(first: Source, second: Source) -> bool:
    """Whether two sources say the same and give the same values, whoever made them."""
    one, other = first.explanation, second.explanation
    if one.text.strip() != other.text.strip() or bool(first.stored) != bool(second.stored):
        return False
    if not first.stored:
        return one.rule == other.rule
    return first.simulator == second.simulator and _same_values(first, second)


def _same_values(first: Source, second: Source) -> bool:
    """Whether two stored simulations agree on every excerpt that both have, and have any in common."""
    values = {row.excerpt_id: row.expected for row in first.stored}
    common = [(values[row.excerpt_id], row.expected) for row in second.stored if row.excerpt_id in values]
    return bool(common) and all(np.array_equal(one, other, equal_nan=True) for one, other in common)


def on_common_excerpts(first: SimulatedSet, second: SimulatedSet) -> tuple[SimulatedSet, SimulatedSet]:
    """Both on the excerpts that both have values for, scored again where that leaves some out."""
    keys = [{_key(record) for record in found.chosen.records} for found in (first, second)]
    common = keys[0] & keys[1]
    kept = [
        found.only([place for place, record in enumerate(found.chosen.records) if _key(record) in common])
        for found in (first, second)
    ]
    return kept[0], kept[1]


def splits_of(chosen: Sequence[Source]) -> list[str]:
    """Splits that all these sources may have excerpts of, the one to begin with first."""
    return [*((PUBLISHED,) if all(map(is_published, chosen)) else ()), "held_out", "valid"]


def simulated_on(dataset: Dataset, record: NeuronRecord, source: Source, split: str) -> SimulatedSet:
    """A source's values on one split of a neuron's excerpts, or on those that it was published with."""
    if split != PUBLISHED:
        return simulated_set(record, source.explanation, split=split, stored=source.stored)
    rows = dataset.excerpts([row.excerpt_id for row in source.stored])
    return published_set(record, source, {row["excerpt_id"]: row["tokens"] for row in rows})


def explanation_difference(first: SimulatedSet, second: SimulatedSet, *, seed: int = 0) -> Difference:
    """How much higher the first scores than the second, on the tokens of common excerpts that both have a value for."""
    first, second = on_common_excerpts(first, second)
    pairs: tuple[list[Pair], list[Pair]] = ([], [])
    sides, n_tokens, n_common = [], 0, 0
    values = zip(first.chosen.records, first.chosen.sides, first.given, second.given, strict=True)
    for record, side, one, other in values:
        both = ~(np.isnan(one) | np.isnan(other))
        n_tokens, n_common = n_tokens + len(both), n_common + int(both.sum())
        if both.any():
            sides.append(side)
            for place, given in enumerate((one, other)):
                pairs[place].append((record.activations[both], given[both]))
    if not sides:
        return Difference(math.nan, (math.nan, math.nan), 0, "There is no token that both have a value for.")
    value, interval = paired_difference(pairs[0], pairs[1], sides, seed=seed)
    partial = (
        f"On the {n_common:,} of {n_tokens:,} tokens that both have a value for, so this need not be the difference of "
        "the two scores below."
        if n_common < n_tokens
        else ""
    )
    trust = interval_note(sides, of="difference") if not math.isnan(interval[0]) else ""
    return Difference(value, interval, len(sides), partial, trust, first.chosen.split)


def meaning(
    difference: Difference, *, first: str = "the first", second: str = "the second", numbers: bool = True
) -> str:
    """What a difference and its interval say, in words: which is better by how much, or that it cannot be told.

    Without `numbers` where those stand beside it.
    """
    low, high = difference.interval
    on = _on(difference)
    if math.isnan(difference.value):
        return "One of the two has no score on these excerpts, so there is no difference to state."
    if math.isnan(low) or math.isnan(high):
        few = "There are too few excerpts for an interval, so nothing can be said about others than these"
        return f"{few}: {on}." if numbers else f"{few}."
    if not difference.is_told and not numbers:
        return "No difference can be told: the interval includes 0."
    if not difference.is_told:
        return (
            f"No difference can be told: {number(difference.value)} [{number(low)}, {number(high)}] {on}. "
            "The interval includes 0."
        )
    better, worse = (first, second) if low > 0 else (second, first)
    ends = (low, high) if low > 0 else (-high, -low)
    by = f" by {number(abs(difference.value))} [{number(ends[0])}, {number(ends[1])}] {on}" if numbers else ""
    said = f"{better} is better{by}: on excerpts like these it follows the neuron better than {worse}."
    return said[0].upper() + said[1:]


def _on(difference: Difference) -> str:
    """On how many excerpts and which, in the words of their split."""
    count, split = f"on {difference.n} excerpts", SPLITS.get(difference.split, difference.split)
    if not split:
        return count
    return f"{count} {split.removeprefix('excerpts ')}" if split.startswith("excerpts ") else f"{count} ({split})"


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
    trust = interval_note(shared.strata, there=not math.isnan(interval[0]))
    return Difference(value, interval, len(pairs), trust=trust)


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
    return scores[0], scores[1], Difference(value, interval, len(strata), trust=interval_note(strata, of="difference"))


def _key(record: ActivationRecord) -> object:
    return record.excerpt_id if record.excerpt_id is not None else record.tokens
