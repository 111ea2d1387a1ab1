"""Distributions of many neurons in bounded memory: a fine histogram, the largest values, and what follows of them.

The histogram's bins are 1/32 octave wide on both sides of zero, read off a float's bits; the 64 largest values
are kept exactly. Between them, any quantile is within a few per cent of its probability. Knows nothing of layers.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

__all__ = ["N_POSITIVE_BINS", "FineHistogram", "LargestValues", "display_histogram", "exceeded_values"]

Float64 = NDArray[np.float64]
Int64 = NDArray[np.int64]
Counts = NDArray[np.integer[Any]]

SHIFT = 18  # leaves sign, exponent and five bits of the mantissa: 32 bins an octave
OCTAVE = 32
TINY, NEGATIVE_LIMIT, POSITIVE_LIMIT = -16, 2, 9
"""Powers of two between which bins are kept: from 2^-16 down to -2^2 below zero, up to 2^9 above; what lies
beyond counts in the outermost bins."""
SIGN = 1 << (32 - SHIFT - 1)
FIRST = (127 + TINY) * OCTAVE  # key of 2^-16
N_NEGATIVE = (NEGATIVE_LIMIT - TINY) * OCTAVE
N_POSITIVE = (POSITIVE_LIMIT - TINY) * OCTAVE
N_BINS = N_NEGATIVE + N_POSITIVE + 3  # and: barely negative, zero, barely positive
N_POSITIVE_BINS = N_POSITIVE + 1
"""The last bins, which hold what is above zero."""
FULL, CARRIED = 2**16 - 1, 2**15
"""What 16 bits hold, and the counts that are carried over once some may be full."""
N_LARGEST = 64
ROWS = 256
"""Neurons that values are worked out for at a time: of all of a layer, sums over bins are a tenth of a gigabyte."""
FLAT = 1e-30


class FineHistogram:
    """Counts (neurons, bins); bins follow `edges`.

    They are in 16 bits, which most never fill, and half the memory of 32. What would not fit is carried over into a
    list of the few cells that have so much.
    """

    STATE = ("wide",)

    def __init__(self, n_neurons: int, *, most: int | None = None) -> None:
        """`most`: how many values a neuron will have at the most; if 32 bits hold that, `wide` has no more."""
        self._kind: type[np.integer[Any]] = np.int32 if most is not None and most < 2**31 else np.int64
        self.array: NDArray[np.uint16] = np.zeros((n_neurons, N_BINS), dtype=np.uint16)
        """What is not carried over; to be added to once there is room."""
        self._cells, self._carried = np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64)
        self._highest = 0  # that any count of the array can be

    def make_room(self, n: int) -> None:
        """Before up to `n` more values of each neuron are added to the array, no more than 65,535."""
        if n > FULL:
            raise ValueError(f"{n} values cannot be counted at once; {FULL} can.")
        if self._highest + n > FULL:
            least = min(CARRIED, FULL + 1 - n)
            self._carry(least)
            self._highest = least - 1
        self._highest += n

    def update(self, values: torch.Tensor) -> None:
        """Count rows (tokens, neurons) of 32-bit floats: the plain way of what `kernels.sweep` does."""
        for some in torch.split(values, FULL):
            self.make_room(len(some))
            np.add.at(self.array, (np.arange(len(self.array)), _bins_of(some.numpy())), 1)

    def merge(self, other: FineHistogram) -> None:
        """Add another corpus's counts."""
        self.wide = self.wide + other.wide

    def counts(self) -> Counts:
        """Counts (neurons, bins) in the order of values; a copy."""
        return self.wide

    @property
    def wide(self) -> Counts:
        """All of it in one array."""
        counts: Counts = self.array.astype(self._kind)
        counts.reshape(-1)[self._cells] += self._carried.astype(self._kind)
        return counts

    @wide.setter
    def wide(self, counts: Counts) -> None:
        self._cells = np.flatnonzero(counts >= CARRIED)
        self._carried = counts.reshape(-1)[self._cells].astype(np.int64)
        self.array = np.where(counts < CARRIED, counts, 0).astype(np.uint16)
        self._highest = CARRIED - 1

    def _carry(self, least: int) -> None:
        """Carry counts of at least so much over."""
        flat = self.array.reshape(-1)
        cells = np.flatnonzero(flat >= least)
        both = np.union1d(self._cells, cells)
        carried = np.zeros(len(both), dtype=np.int64)
        carried[np.searchsorted(both, self._cells)] = self._carried
        carried[np.searchsorted(both, cells)] += flat[cells]
        flat[cells] = 0
        self._cells, self._carried = both, carried

    @staticmethod
    def edges() -> Float64:
        """Boundaries (bins + 1,) in ascending order; the bin of zero itself has no width."""
        above = 2.0 ** np.repeat(np.arange(TINY, POSITIVE_LIMIT), OCTAVE) * np.tile(
            1 + np.arange(OCTAVE) / OCTAVE, POSITIVE_LIMIT - TINY
        )
        above = np.append(above, 2.0**POSITIVE_LIMIT)
        return np.concatenate([-above[: N_NEGATIVE + 1][::-1], [0.0, 0.0], above])


def _bins_of(values: NDArray[np.float32]) -> Int64:
    """Bin of each value, read off its bits: a float's bits rise with its magnitude."""
    key = np.where(values == 0, np.float32(0), values).view(np.int32).astype(np.int64) >> SHIFT
    above = np.clip(key, FIRST - 1, FIRST + N_POSITIVE - 1) - (FIRST - 1) + np.clip(key, 0, 1)
    low = FIRST - 1 - SIGN
    below = N_NEGATIVE - (np.clip(key, low, low + N_NEGATIVE) - low)
    found: Int64 = np.where(key >= 0, N_NEGATIVE + 1 + above, below)
    return found


class LargestValues:
    """The 64 largest values of each neuron."""

    STATE = ("heaps",)

    def __init__(self, n_neurons: int, *, keep: int = N_LARGEST) -> None:
        self.heaps: NDArray[np.float32] = np.full((n_neurons, keep), -np.inf, dtype=np.float32)
        """(neurons, 64), each row with its smallest first."""

    @property
    def values(self) -> NDArray[np.float32]:
        """Values (neurons, 64), descending; -inf where there were fewer."""
        return -np.sort(-self.heaps, axis=1)

    def update(self, values: NDArray[np.float32]) -> None:
        """Add rows (values, neurons): the plain way of what `kernels.sweep` does."""
        both = np.concatenate([self.heaps, values.T], axis=1)
        self.heaps[:] = np.sort(both, axis=1)[:, -self.heaps.shape[1] :]

    def merge(self, other: LargestValues) -> None:
        """Take another corpus's in."""
        self.update(other.heaps.T)


def exceeded_values(
    counts: Counts, largest: NDArray[np.float32], probabilities: Sequence[float], *, minimum: NDArray[np.float32]
) -> NDArray[np.float32]:
    """Values (neurons, probabilities) that are exceeded with the given probability.

    `counts` from FineHistogram, `largest` from LargestValues of the same values, `minimum` the smallest. Among the
    64 largest the value itself, below them the histogram with the logarithm of the count interpolated inside a
    bin. nan for probabilities below one in the number of values: nothing is known of those.
    """
    result = np.full((len(counts), len(probabilities)), np.nan, dtype=np.float32)
    for first in range(0, len(counts), ROWS):
        rows = slice(first, first + ROWS)
        _exceed(result[rows], counts[rows], largest[rows], np.asarray(probabilities), minimum[rows])
    return result


def _exceed(
    result: NDArray[np.float32],
    counts: Counts,
    largest: NDArray[np.float32],
    probabilities: Float64,
    minimum: NDArray[np.float32],
) -> None:
    """Fill in the values of some neurons."""
    total = int(counts[0].sum())
    edges = FineHistogram.edges()
    # Above edge i lie above[i] values.
    above = np.concatenate([counts[:, ::-1].cumsum(1)[:, ::-1], np.zeros((len(counts), 1), np.int64)], axis=1)
    for column, want in enumerate(probabilities * total):
        if want < 1 - 1e-9:
            continue
        if want <= min(largest.shape[1], total):
            result[:, column] = largest[:, int(np.ceil(want - 1e-9)) - 1]
            continue
        inside = _interpolated(above, edges, want)
        result[:, column] = np.clip(inside, minimum, largest[:, min(largest.shape[1], total) - 1])


def _interpolated(above: Int64, edges: Float64, want: float) -> Float64:
    """Value of each row at which `want` values lie above it."""
    rows = np.arange(len(above))
    upper = np.maximum((above >= want).sum(1), 1)  # first edge that fewer lie above
    high, low = above[rows, upper - 1].astype(float), np.maximum(above[rows, upper], 0.5)
    left, right = edges[upper - 1], edges[upper]
    share = np.log(high / want) / np.maximum(np.log(high / low), FLAT)
    return np.asarray(left + np.clip(share, 0, 1) * (right - left))


def display_histogram(
    counts: Counts, minimum: NDArray[np.float32], maximum: NDArray[np.float32], *, bins: int = 48
) -> Int64:
    """Counts (neurons, bins) in equal bins from minimum to maximum, from the fine ones, which sum to the same.

    A fine bin that straddles a boundary is divided in proportion.
    """
    edges = FineHistogram.edges()
    result = np.zeros((len(counts), bins), dtype=np.int64)
    for row, (count, low, high) in enumerate(zip(counts, minimum.astype(float), maximum.astype(float), strict=True)):
        if not high > low:
            result[row, 0] = count.sum()
            continue
        clipped = np.clip(edges, low, high)
        below = np.concatenate([[0], count.cumsum()])
        inner = np.interp(np.linspace(low, high, bins + 1)[1:-1], clipped, below)
        result[row] = np.diff(np.concatenate([[0], np.rint(inner).astype(np.int64), [count.sum()]]))
    return result
