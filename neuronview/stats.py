"""Tail probabilities, corrected for length, and a few intervals: pure functions on numpy arrays."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = [
    "Ranking",
    "exceedance",
    "length_corrected",
    "mean_percentile",
    "rank_differences",
    "rank_peaks",
    "surprise_bits",
    "wilson_interval",
]

Array = NDArray[np.floating[Any]]

ROUNDING = 1e-4
"""Another processor, or another batch, gives the same activation to about a hundredth of this part of it. An excerpt
of the corpus that is typed again must not count as above the corpus for that."""


def exceedance(
    values: ArrayLike, tail_values: Array, tail_probabilities: ArrayLike, *, maxima: ArrayLike = np.inf
) -> NDArray[np.float64]:
    """Probability that a draw from each neuron's stored distribution exceeds its value.

    `values` has shape (...), `tail_values` (..., grid) rises along the grid: the value exceeded with each of the
    decreasing `tail_probabilities` (grid,), nan where the corpus is too small to know. Between grid points the
    logarithm of the probability is taken as linear in the value. Above the last known grid value it is that
    point's probability (the smallest that the corpus resolves), and 0.0 above `maxima` (...), the largest values of
    the corpus; 1.0 below the first grid value; nan where the value or the whole tail is not known.
    """
    wanted = np.asarray(values, dtype=np.float64)
    logs = np.log(np.asarray(tail_probabilities, dtype=np.float64))
    known = np.isfinite(tail_values)
    last = np.maximum(known.sum(axis=-1) - 1, 0)
    # Beyond what is known the grid is never reached: `upper` stops at the last known point.
    grid = np.where(known, tail_values, np.finfo(np.float64).max)
    upper = np.minimum(np.maximum((grid < wanted[..., None]).sum(axis=-1), 1), last)
    lower = np.maximum(upper - 1, 0)
    low, high = (np.take_along_axis(grid, index[..., None], axis=-1)[..., 0] for index in (lower, upper))
    width = high - low
    share = np.divide(wanted - low, width, out=np.zeros_like(width), where=width > 0)
    probability = np.exp(logs[lower] + np.clip(share, 0.0, 1.0) * (logs[upper] - logs[lower]))
    probability = np.where(wanted < grid[..., 0], 1.0, probability)
    probability = np.where(wanted > np.asarray(maxima), 0.0, probability)
    return np.where(np.isnan(wanted) | ~known.any(axis=-1), np.nan, probability)


def length_corrected(probability: ArrayLike, n_tokens: int) -> NDArray[np.float64]:
    """Probability that the largest of `n_tokens` draws exceeds the value, as if tokens were independent.

    1 - (1 - p)^n, computed without loss for small p.
    """
    single = np.clip(np.asarray(probability, dtype=np.float64), 0.0, 1.0)
    with np.errstate(divide="ignore"):
        return np.asarray(-np.expm1(n_tokens * np.log1p(-single)), dtype=np.float64)


def surprise_bits(probability: ArrayLike) -> NDArray[np.float64]:
    """-log2 of a probability: how many coin tosses in a row are as rare; infinite for 0."""
    with np.errstate(divide="ignore"):
        return np.asarray(-np.log2(np.asarray(probability, dtype=np.float64)), dtype=np.float64)


def wilson_interval(successes: int, n: int, *, z: float = 1.959964) -> tuple[float, float]:
    """Wilson's 95 % interval for a share (Wilson 1927); (nan, nan) for n = 0."""
    if n == 0:
        return math.nan, math.nan
    share = successes / n
    centre = (share + z * z / (2 * n)) / (1 + z * z / n)
    half = z * math.sqrt(share * (1 - share) / n + z * z / (4 * n * n)) / (1 + z * z / n)
    return max(0.0, centre - half), min(1.0, centre + half)


def mean_percentile(
    n_above: NDArray[np.int64], n_tokens: int, tail_values: Array, tail_probabilities: ArrayLike
) -> NDArray[np.float64]:
    """Mean over tokens of the share of the corpus that lies below them, between 0 and 1, of each neuron (...).

    From how many tokens are above each tail value (..., grid): a token above the value that is exceeded with
    probability p has at least the share 1 - p below it, and counts with the largest such share; 0 below the whole
    grid. nan where the tail is not known.
    """
    steps = -np.diff(np.asarray(tail_probabilities, dtype=np.float64), prepend=1.0)
    found = (n_above @ steps) / n_tokens
    return np.where(np.isfinite(tail_values).any(axis=-1), found, np.nan)


def rank_differences(
    first: Array, second: Array, *, by: Literal["size", "first", "second"] = "size"
) -> NDArray[np.int64]:
    """Flat places of `first` less `second`, largest first: in size whatever the sign, or where one is the larger.

    What is not known stands last; ties in the order of the arrays.
    """
    apart = (first - second).ravel().astype(np.float64)
    key = {"size": np.abs(apart), "first": apart, "second": -apart}[by]
    return np.argsort(-np.where(np.isnan(key), -np.inf, key), kind="stable")


@dataclass(frozen=True, eq=False)
class Ranking:
    """Neurons of a text, most surprising first; arrays are parallel."""

    layers: NDArray[np.int64]
    neurons: NDArray[np.int64]
    positions: NDArray[np.int64]  # where each neuron's value is
    values: NDArray[np.float64]
    probabilities: NDArray[np.float64]  # corrected for the length of the text; 0 above anything in the corpus
    above: NDArray[np.bool_]  # larger than anything in the corpus
    excess: NDArray[np.float64]  # value minus the largest of the corpus


def rank_peaks(
    peaks: Array,
    positions: NDArray[np.int64],
    n_tokens: int,
    tail_values: Array,
    tail_probabilities: ArrayLike,
    *,
    maxima: Array,
    by_value: bool = False,
) -> Ranking:
    """All neurons by how rare their largest value in a text is in their own distribution.

    `peaks` and `positions` (layers, neurons): the largest of `n_tokens` tokens and where it is. `tail_values` (layers,
    neurons, grid), `maxima` (layers, neurons). The tail probability of a value is corrected for the number of tokens,
    as the largest of so many draws. Neurons above anything in the corpus (by more than ROUNDING) come first, those
    that exceed it by the largest part of its size before the others; `by_value` orders by the raw value instead. Ties
    by layer and neuron.
    """
    values = peaks.astype(np.float64)
    bounds = maxima + ROUNDING * np.maximum(np.abs(maxima), 1.0)
    probability = length_corrected(exceedance(values, tail_values, tail_probabilities, maxima=bounds), n_tokens)
    excess = values - maxima
    above = values > bounds
    relative = excess / np.maximum(np.abs(maxima), 1e-9)
    second = np.where(above, -relative, -values)
    keys = (-values,) if by_value else (second, np.nan_to_num(probability, nan=2.0))
    order = np.lexsort(tuple(key.ravel() for key in keys))
    rows, columns = np.unravel_index(order, values.shape)
    return Ranking(
        layers=rows,
        neurons=columns,
        positions=positions.ravel()[order],
        values=values.ravel()[order],
        probabilities=probability.ravel()[order],
        above=above.ravel()[order],
        excess=excess.ravel()[order],
    )
