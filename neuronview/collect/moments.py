"""Running moments of many neurons: count, mean, variance, skewness, kurtosis.

Power sums about zero in 64 bits, so that large counts lose nothing and two corpora's sums add up to those of both.
Knows nothing of layers or tokens.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

__all__ = ["MomentSummary", "Moments"]

Float64 = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class MomentSummary:
    """Moments by neuron. Variance divides by the count; kurtosis is 3 for a normal distribution; nan if constant."""

    count: int
    mean: Float64
    variance: Float64
    skewness: Float64
    kurtosis: Float64


class Moments:
    """Power sums of (neurons,) values, kept apart for the parts of a corpus."""

    STATE = ("counts", "powers")

    def __init__(self, n_neurons: int, *, n_parts: int = 1) -> None:
        self.counts = np.zeros(n_parts, dtype=np.int64)
        self.powers: Float64 = np.zeros((n_parts, 4, n_neurons))
        """Sums of the first four powers."""

    def update(self, values: torch.Tensor, *, part: int = 0) -> None:
        """Add rows (tokens, neurons) of 32-bit floats: the plain way of what `kernels.sweep` does."""
        rows = values.numpy().astype(np.float64)
        self.powers[part] += [(rows**power).sum(0) for power in (1, 2, 3, 4)]
        self.counts[part] += len(rows)

    def summary(self) -> MomentSummary:
        """Moments over all parts."""
        count = int(self.counts.sum())
        m1, m2, m3, m4 = self.powers.sum(0) / max(count, 1)
        variance = m2 - m1**2
        third = m3 - 3 * m1 * m2 + 2 * m1**3
        fourth = m4 - 4 * m1 * m3 + 6 * m1**2 * m2 - 3 * m1**4
        # A constant neuron leaves rounding noise, of which no shape can be told.
        spread = np.where(variance > 1e-12 * (m1**2 + 1e-12), variance, np.nan)
        return MomentSummary(count, m1, np.maximum(variance, 0.0), third / spread**1.5, fourth / spread**2)

    def sums(self, part: int | None = None) -> tuple[int, Float64, Float64]:
        """Count, sum and sum of squares of the values, of one part or of all."""
        chosen: Any = slice(None) if part is None else [part]
        first, second = self.powers[chosen, :2].sum(0)
        return int(self.counts[chosen].sum()), first, second

    def merge(self, other: Moments) -> None:
        """Add another corpus's sums."""
        self.powers += other.powers
        self.counts += other.counts
