"""Weights with which a sample of excerpts stands for the corpus that it is from.

Excerpts are stored because some neuron fires on them, so a plain mean over them is no mean of the corpus. For one
neuron the corpus says how many excerpts reach which maximum; each of these strata counts with its share of the
corpus. Pure functions on arrays.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from neuronview.records import NeuronStatistics
from neuronview.stats import exceedance

__all__ = ["strata_of", "strata_weights"]

Array = NDArray[np.floating[Any]]


def strata_of(
    statistics: NeuronStatistics, quantiles: Sequence[float], *, top_from: float | None = None
) -> list[tuple[float, float]]:
    """Boundaries of an excerpt's maximum, rising, each with the share of the corpus's excerpts that reach it.

    From the stored boundaries at `quantiles`; and `top_from`, the least maximum of the neuron's top records, above
    which excerpts are known that a small sample would hardly hold. Empty where the dataset stores no boundaries.
    """
    boundaries = statistics.quantile_boundaries
    known = [(float(b), 1 - q) for b, q in zip(boundaries, quantiles, strict=False) if np.isfinite(b)]
    grid, reached = statistics.tail_probabilities, statistics.tail_max_values
    if known and top_from is not None and grid is not None and reached is not None:
        above = float(exceedance(np.array([top_from]), reached[None], grid)[0])
        known += [(float(top_from), above)] if np.isfinite(above) else []
    strata: list[tuple[float, float]] = []
    for boundary, share in sorted(known, key=lambda entry: (entry[0], -entry[1])):
        # Of equal boundaries the first counts: all that reach one reach the other.
        if not strata or (boundary > strata[-1][0] and share < strata[-1][1]):
            strata.append((boundary, share))
    return strata


def strata_weights(maxima: Array, strata: Sequence[tuple[float, float]]) -> NDArray[np.float64]:
    """A weight for each excerpt from its maximum (excerpts,); their mean is 1.

    Each stratum between two boundaries gets its share of the corpus, divided among its excerpts. The share of one that
    has none goes to the next below, or above the lowest. All 1 without strata.
    """
    if not len(maxima):
        return np.empty(0)
    stratum = np.searchsorted([boundary for boundary, _ in strata], maxima, side="right")
    counts = np.bincount(stratum, minlength=len(strata) + 1)
    shares = -np.diff([1.0, *(share for _, share in strata), 0.0])
    for place in range(len(shares) - 1, 0, -1):
        if not counts[place]:
            shares[place - 1] += shares[place]
            shares[place] = 0.0
    lowest = int(np.flatnonzero(counts)[0])
    shares[lowest] += shares[:lowest].sum()
    return np.asarray((shares * len(maxima) / np.maximum(counts, 1))[stratum], dtype=np.float64)
