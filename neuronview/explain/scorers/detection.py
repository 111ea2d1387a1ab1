"""Detection: does an explanation tell excerpts that activate the neuron from excerpts that do not?

Positives are excerpts whose largest value lies above the neuron's 99th percentile of such values, negatives those
below its median.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from neuronview.explain.scorers.items import MOST_A_CLASS, Item, Items, apart, excerpt_boundaries
from neuronview.records import ActivationRecord, NeuronRecord

__all__ = ["detection_items"]


def detection_items(record: NeuronRecord, *, seed: int = 0, most: int = MOST_A_CLASS) -> Items:
    """Up to `most` excerpts of each class, a seeded choice in a seeded order.

    A class may be empty. ScoringError when too few records are stored to split, or not what is high for the neuron.
    """
    low, high = excerpt_boundaries(record.statistics)
    ours = apart(record)
    generator = np.random.default_rng([seed, *record.id])
    classes = [[item for item in _items(ours, low, high) if item.positive is side] for side in (True, False)]
    chosen = [group[i] for group in classes for i in sorted(generator.permutation(len(group))[:most].tolist())]
    order = generator.permutation(len(chosen))
    return Items("detection", tuple(chosen[i] for i in order), low, high)


def _items(records: Sequence[ActivationRecord], low: float, high: float) -> list[Item]:
    """Records of neither class, and empty ones, are left out."""
    return [Item(r, r.maximum > high) for r in records if r.maximum > high or r.maximum < low]
