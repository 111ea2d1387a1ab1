"""Running moments of many neurons: count, mean, variance, skewness, kurtosis.

Power sums about a pivot near the mean, short sums in 32 bits added up in 64, so that large counts lose nothing.
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
ROWS = 256


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

    def __init__(self, n_neurons: int, *, n_parts: int = 1) -> None:
        self.counts = np.zeros(n_parts, dtype=np.int64)
        self._powers = np.zeros((n_parts, 4, n_neurons))
        self._pivot: torch.Tensor | None = None

    def update(self, values: torch.Tensor, *, part: int = 0) -> None:
        """Add rows (tokens, neurons) of 32-bit floats."""
        if self._pivot is None:
            self._pivot = values[:ROWS].mean(0)
        sums = torch.zeros(4, values.shape[1], dtype=torch.float64)
        buffers = torch.empty(2, min(ROWS, len(values)), values.shape[1])
        for block in torch.split(values, ROWS):
            first, second = buffers[:, : len(block)]
            torch.sub(block, self._pivot, out=first)
            torch.mul(first, first, out=second)
            sums[0] += first.sum(0)
            sums[1] += second.sum(0)
            sums[2] += first.mul_(second).sum(0)
            sums[3] += second.mul_(second).sum(0)
        self._powers[part] += sums.numpy()
        self.counts[part] += len(values)

    def summary(self) -> MomentSummary:
        """Moments over all parts."""
        count = int(self.counts.sum())
        m1, m2, m3, m4 = self._powers.sum(0) / max(count, 1)
        variance = m2 - m1**2
        third = m3 - 3 * m1 * m2 + 2 * m1**3
        fourth = m4 - 4 * m1 * m3 + 6 * m1**2 * m2 - 3 * m1**4
        # A constant neuron leaves rounding noise, of which no shape can be told.
        spread = np.where(variance > 1e-12 * (self._center() ** 2 + 1e-12), variance, np.nan)
        return MomentSummary(
            count, self._center() + m1, np.maximum(variance, 0.0), third / spread**1.5, fourth / spread**2
        )

    def sums(self, part: int | None = None) -> tuple[int, Float64, Float64]:
        """Count, sum and sum of squares of the values themselves, of one part or of all."""
        chosen: Any = slice(None) if part is None else [part]
        count = int(self.counts[chosen].sum())
        s1, s2 = self._powers[chosen, :2].sum(0)
        pivot = self._center()
        return count, s1 + count * pivot, s2 + 2 * pivot * s1 + count * pivot**2

    def _center(self) -> Float64:
        if self._pivot is None:
            return np.zeros(self._powers.shape[2])
        return self._pivot.numpy().astype(np.float64)
