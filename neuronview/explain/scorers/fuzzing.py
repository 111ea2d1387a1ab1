"""Fuzzing: does an explanation tell the tokens that activate the neuron from other tokens of the same excerpts?

Every excerpt with tokens above the neuron's 99th percentile is asked about twice: once with these tokens marked, once
with as many tokens below the median. So excerpt and number of marks are the same in both classes, and only where the
marks are can tell them apart.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from neuronview.explain.scorers.items import MOST_A_CLASS, Item, Items, apart, token_boundaries
from neuronview.records import ActivationRecord, NeuronRecord

__all__ = ["MOST_MARKED", "fuzzing_items"]

MOST_MARKED = 8
"""Of more active tokens, those with the largest values are marked."""


def fuzzing_items(record: NeuronRecord, *, seed: int = 0, most: int = MOST_A_CLASS) -> Items:
    """Two items for each of up to `most` excerpts, in a seeded order.

    Excerpts with too few tokens below the median to mark are left out. ScoringError when too few records are stored
    to split, or neither tail nor histogram of the neuron's values is.
    """
    low, high = token_boundaries(record.statistics)
    ours = apart(record)
    generator = np.random.default_rng([seed, *record.id])
    pairs = _pairs(ours, low, high, generator)
    chosen = sorted(generator.permutation(len(pairs))[:most].tolist())
    items = [item for i in chosen for item in pairs[i]]
    order = generator.permutation(len(items))
    return Items("fuzzing", tuple(items[i] for i in order), low, high)


def _pairs(
    records: Sequence[ActivationRecord], low: float, high: float, generator: np.random.Generator
) -> list[tuple[Item, Item]]:
    found = []
    for record in records:
        active = np.flatnonzero(record.activations > high)
        quiet = np.flatnonzero(record.activations < low)
        active = active[np.argsort(-record.activations[active], kind="stable")][:MOST_MARKED]
        if not len(active) or len(quiet) < len(active):
            continue
        marked = generator.choice(quiet, len(active), replace=False)
        found.append((Item(record, True, _rising(active)), Item(record, False, _rising(marked))))
    return found


def _rising(positions: np.ndarray) -> tuple[int, ...]:
    return tuple(int(position) for position in np.sort(positions))
