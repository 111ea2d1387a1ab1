"""Distributions of many neurons in bounded memory: a fine histogram, the largest values, and what follows of them.

The histogram's bins are 1/32 octave wide on both sides of zero, read off a float's bits; the 64 largest values
are kept exactly. Between them, any quantile is within a few per cent of its probability. Knows nothing of layers.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray

__all__ = ["N_POSITIVE_BINS", "FineHistogram", "LargestValues", "display_histogram", "exceeded_values"]

Float64 = NDArray[np.float64]
Int64 = NDArray[np.int64]

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
LOWEST = float(np.nextafter(np.float32(-(2.0**NEGATIVE_LIMIT)), np.float32(0)))
COLUMNS, ROWS = 128, 512
N_LARGEST = 64
FLAT = 1e-30


class FineHistogram:
    """Counts (neurons, bins); bins follow `edges`."""

    def __init__(self, n_neurons: int, *, most: int | None = None) -> None:
        """`most`: how many values a neuron will have at the most; if 32 bits hold that, half the memory is enough."""
        kind = torch.int32 if most is not None and most < 2**31 else torch.int64
        self._counts = torch.zeros(n_neurons * N_BINS, dtype=kind)
        self._n = n_neurons
        self._ones = torch.ones(COLUMNS * ROWS, dtype=kind)

    def update(self, values: torch.Tensor) -> None:
        """Count rows (tokens, neurons) of 32-bit floats."""
        columns = min(COLUMNS, self._n)
        offsets = torch.arange(columns, dtype=torch.int32) * N_BINS
        # Blocks small enough for the processor's cache; the counts of 128 neurons stay there too.
        size = (min(ROWS, len(values)), columns)
        clamped, index = torch.empty(size), torch.empty(size, dtype=torch.int32)
        spare, wide = torch.empty(size, dtype=torch.int32), torch.empty(size, dtype=torch.int64)
        for first in range(0, self._n, columns):
            counts = self._counts[first * N_BINS : (first + columns) * N_BINS]
            for rows in torch.split(values[:, first : first + columns], ROWS):
                r, c = rows.shape
                block = [part.view(-1)[: r * c].view(r, c) for part in (clamped, index, spare, wide)]
                # Adding zero turns -0.0, which a saturated neuron gives, into 0.0.
                torch.clamp(rows, min=LOWEST, out=block[0]).add_(0.0)
                _bins_of(block[0], out=block[1], spare=block[2])
                block[1].add_(offsets[:c])
                block[3].copy_(block[1])
                counts.scatter_add_(0, block[3].view(-1), self._ones[: r * c])

    def counts(self) -> Int64:
        """Counts (neurons, bins) in the order of values."""
        return self._counts.view(self._n, N_BINS)[:, _IN_ORDER].numpy().astype(np.int64)

    @staticmethod
    def edges() -> Float64:
        """Boundaries (bins + 1,) in ascending order; the bin of zero itself has no width."""
        above = 2.0 ** np.repeat(np.arange(TINY, POSITIVE_LIMIT), OCTAVE) * np.tile(
            1 + np.arange(OCTAVE) / OCTAVE, POSITIVE_LIMIT - TINY
        )
        above = np.append(above, 2.0**POSITIVE_LIMIT)
        return np.concatenate([-above[: N_NEGATIVE + 1][::-1], [0.0, 0.0], above])


def _bins_of(values: torch.Tensor, *, out: torch.Tensor, spare: torch.Tensor) -> None:
    """Bin of each value, as the sum of three clamped readings of its bits, which need no branch.

    A positive float's bits rise with it from 0; a negative one's, as a signed integer, rise from -2^31 with its
    magnitude. So each side's clamp is constant on the other side.
    """
    key = torch.bitwise_right_shift(values.view(torch.int32), SHIFT, out=spare)
    torch.clamp(key, FIRST - 1, FIRST + N_POSITIVE - 1, out=out)
    out.sub_(FIRST - 1)
    out.add_(key.clamp(0, 1))
    low = FIRST - 1 - SIGN
    out.add_(key.clamp_(low, low + N_NEGATIVE + 1)).sub_(low)


_IN_ORDER = np.concatenate([np.arange(N_NEGATIVE + 1)[::-1], np.arange(N_NEGATIVE + 1, N_BINS)])


class LargestValues:
    """The 64 largest values of each neuron, descending; -inf where there were fewer."""

    def __init__(self, n_neurons: int, *, keep: int = N_LARGEST) -> None:
        self.values = np.full((n_neurons, keep), -np.inf, dtype=np.float32)

    @property
    def thresholds(self) -> NDArray[np.float32]:
        """What a value must exceed to be kept, by neuron."""
        return self.values[:, -1]

    def update(self, values: torch.Tensor, maxima: torch.Tensor) -> None:
        """Add excerpts (B, T, neurons), of which `maxima` (B, neurons) are the largest values."""
        passed = maxima > torch.from_numpy(self.thresholds)
        if passed.float().mean() > 0.2:
            best = values.flatten(0, 1).t().contiguous()
            best = best.topk(min(self.values.shape[1], best.shape[1]), dim=1).values
            self.add(np.repeat(np.arange(len(best)), best.shape[1]), best.flatten().numpy())
            return
        excerpts, neurons = passed.nonzero(as_tuple=True)
        if len(neurons):
            found = values[excerpts, :, neurons].numpy()
            which = np.broadcast_to(neurons.numpy()[:, None], found.shape)
            above = found > self.thresholds[which]
            self.add(which[above], found[above])

    def add(self, neurons: Int64, values: NDArray[np.float32]) -> None:
        """Add single values, each with its neuron."""
        touched = np.unique(neurons)
        keep = self.values.shape[1]
        all_neurons = np.concatenate([neurons, np.repeat(touched, keep)])
        all_values = np.concatenate([values, self.values[touched].ravel()])
        order = np.lexsort((-all_values, all_neurons))
        starts = np.searchsorted(all_neurons[order], touched)
        self.values[touched] = all_values[order][starts[:, None] + np.arange(keep)]


def exceeded_values(
    counts: Int64, largest: NDArray[np.float32], probabilities: Sequence[float], *, minimum: NDArray[np.float32]
) -> NDArray[np.float32]:
    """Values (neurons, probabilities) that are exceeded with the given probability.

    `counts` from FineHistogram, `largest` from LargestValues of the same values, `minimum` the smallest. Among the
    64 largest the value itself, below them the histogram with the logarithm of the count interpolated inside a
    bin. nan for probabilities below one in the number of values: nothing is known of those.
    """
    total = int(counts[0].sum())
    edges = FineHistogram.edges()
    wanted = np.asarray(probabilities) * total
    result = np.full((len(counts), len(wanted)), np.nan, dtype=np.float32)
    # Above edge i lie above[i] values.
    above = np.concatenate([counts[:, ::-1].cumsum(1)[:, ::-1], np.zeros((len(counts), 1), np.int64)], axis=1)
    for column, want in enumerate(wanted):
        if want < 1 - 1e-9:
            continue
        if want <= min(largest.shape[1], total):
            result[:, column] = largest[:, int(np.ceil(want - 1e-9)) - 1]
            continue
        inside = _interpolated(above, edges, want)
        result[:, column] = np.clip(inside, minimum, largest[:, min(largest.shape[1], total) - 1])
    return result


def _interpolated(above: Int64, edges: Float64, want: float) -> Float64:
    """Value of each row at which `want` values lie above it."""
    rows = np.arange(len(above))
    upper = np.maximum((above >= want).sum(1), 1)  # first edge that fewer lie above
    high, low = above[rows, upper - 1].astype(float), np.maximum(above[rows, upper], 0.5)
    left, right = edges[upper - 1], edges[upper]
    share = np.log(high / want) / np.maximum(np.log(high / low), FLAT)
    return np.asarray(left + np.clip(share, 0, 1) * (right - left))


def display_histogram(
    counts: Int64, minimum: NDArray[np.float32], maximum: NDArray[np.float32], *, bins: int = 48
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
