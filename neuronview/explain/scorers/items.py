"""What detection and fuzzing ask about: excerpts, or marked tokens in them, on which a neuron is clearly active or not.

Everything comes from records that no explanation was made or chosen on: no excerpt, document, template or
near-duplicate of train or calibration.
"Active" is above the stored 99th percentile of the neuron, "not active" below its median: of an excerpt's largest
value for detection, of a token's value for fuzzing. Dense activations have no natural zero to use instead.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

import numpy as np

from neuronview.errors import ScoringError
from neuronview.explain.evaluation import evaluation_sets
from neuronview.explain.near_duplicates import Traits, Used
from neuronview.records import QUANTILES, ActivationRecord, Floats, NeuronRecord, NeuronStatistics

__all__ = [
    "HIGH",
    "LOW",
    "MOST_A_CLASS",
    "Item",
    "ItemScorer",
    "Items",
    "apart",
    "boundaries",
    "excerpt_boundaries",
    "token_boundaries",
]

ItemScorer = Literal["detection", "fuzzing"]
LOW, HIGH = 0.5, 0.99
"""Percentiles of the neuron: below the first it counts as not active, above the second as active."""
MOST_A_CLASS = 20


@dataclass(frozen=True, eq=False)
class Item:
    """One thing to be judged."""

    record: ActivationRecord
    positive: bool
    marked: tuple[int, ...] = ()
    """Positions of the marked tokens, for fuzzing; rising."""

    @property
    def excerpt(self) -> object:
        """What tells its excerpt from others."""
        return _identity(self.record)


@dataclass(frozen=True, eq=False)
class Items:
    """The items of one neuron, in the order in which they are asked."""

    scorer: ItemScorer
    items: tuple[Item, ...]
    low: float
    high: float
    """Values of the activation that the classes lie below and above."""

    @property
    def n_positive(self) -> int:
        """How many are of the active class."""
        return sum(item.positive for item in self.items)

    @property
    def n_negative(self) -> int:
        """How many are of the other."""
        return len(self.items) - self.n_positive

    @property
    def n_excerpts(self) -> int:
        """How many different excerpts they are of."""
        return len({item.excerpt for item in self.items})


def apart(record: NeuronRecord) -> list[ActivationRecord]:
    """Records that nothing was made or chosen on: neither of train nor of calibration; each excerpt once.

    Raises ScoringError when there are too few records to split.
    """
    sets = evaluation_sets(record)
    used = [r for name in ("train", "calibration") for r in sets[name].records]
    seen = Used([Traits.of(r) for r in used])
    stored = [r for records in record.groups.values() for r in records]
    return _once(r for r in stored if not seen.holds(Traits.of(r)))


def excerpt_boundaries(statistics: NeuronStatistics) -> tuple[float, float]:
    """Median and 99th percentile of an excerpt's largest value; ScoringError where neither form of them is stored."""
    stored = statistics.quantile_boundaries
    if len(stored) == len(QUANTILES):
        return stored[QUANTILES.index(LOW)], stored[QUANTILES.index(HIGH)]
    found = boundaries(statistics.tail_max_values, statistics.tail_probabilities)
    if found is None:
        raise ScoringError(
            "The dataset does not store how this neuron's largest value in an excerpt is distributed, so no excerpt "
            "counts as active. Score the explanation by simulation, or collect the dataset anew with `collect`."
        )
    return found


def token_boundaries(statistics: NeuronStatistics) -> tuple[float, float]:
    """Median and 99th percentile of a token's value, from the tail or the histogram; ScoringError without both."""
    found = boundaries(statistics.tail_values, statistics.tail_probabilities) or _of_histogram(statistics)
    if found is None:
        raise ScoringError(
            "The dataset stores neither the tail nor a histogram of this neuron's values, so no token counts as "
            "active. Score the explanation by simulation, or collect the dataset anew with `collect`."
        )
    return found


def boundaries(tail: Floats | None, probabilities: Floats | None) -> tuple[float, float] | None:
    """The values that are exceeded with probabilities 1 - LOW and 1 - HIGH; None where the tail does not know them."""
    if tail is None or probabilities is None or not len(tail):
        return None
    known = np.isfinite(tail)
    logs, values = -np.log(np.asarray(probabilities, dtype=np.float64)[known]), np.asarray(tail, np.float64)[known]
    wanted = [-math.log(1 - share) for share in (LOW, HIGH)]
    slack = 1e-9
    if not len(logs) or wanted[0] < logs[0] - slack or wanted[1] > logs[-1] + slack:
        return None
    low, high = np.interp(wanted, logs, values)
    return float(low), float(high)


def _of_histogram(statistics: NeuronStatistics) -> tuple[float, float] | None:
    counts, minimum, maximum = statistics.histogram, statistics.minimum, statistics.maximum
    if counts is None or minimum is None or maximum is None or not np.sum(counts) > 0:
        return None
    edges = np.linspace(minimum, maximum, len(counts) + 1)
    shares = np.concatenate([[0.0], np.cumsum(np.asarray(counts, dtype=np.float64)) / np.sum(counts)])
    low, high = np.interp([LOW, HIGH], shares, edges)
    return float(low), float(high)


def _once(records: Iterable[ActivationRecord]) -> list[ActivationRecord]:
    """Of an excerpt in several groups, the first record."""
    found: dict[object, ActivationRecord] = {}
    for record in records:
        found.setdefault(_identity(record), record)
    return list(found.values())


def _identity(record: ActivationRecord) -> object:
    return record.tokens if record.excerpt_id is None else record.excerpt_id
