"""The mean of many neurons' scores and how sure it is, from scores that are counted in narrow groups.

Works on counts, so that 300,000 neurons cost no more than 300. Knows arrays only.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from neuronview.scoring.intervals import NONE, Interval

__all__ = ["RESAMPLES", "grouped_mean"]

RESAMPLES = 1000
MANY = 2000
"""From so many values on the resamples' quantiles are those of a normal distribution, which are taken instead."""
_Z = 1.959964


def grouped_mean(
    counts: NDArray[np.int64], means: NDArray[np.float64], *, seed: int = 0, resamples: int = RESAMPLES
) -> tuple[float, Interval]:
    """Mean of values that are counted in groups, and the middle 95 % of the means of as many values drawn again.

    `counts` (groups,) and each group's mean (groups,). A resample draws sum(counts) values with replacement; a value
    counts as its group's mean, which loses nothing of the mean and, with groups as narrow as 0.01, next to nothing of
    its spread. Of MANY values or more the interval is 1.96 standard errors to both sides, which is the same to a
    hundredth of its width. Both nan without values; (nan, nan) as interval of fewer than 2.
    """
    n = int(counts.sum())
    if not n:
        return math.nan, NONE
    mean = float(counts @ means / n)
    if n < 2:
        return mean, NONE
    if n >= MANY:
        half = _Z * math.sqrt(float(counts @ (means - mean) ** 2)) / n
        return mean, (mean - half, mean + half)
    drawn = np.random.default_rng(seed).multinomial(n, counts / n, size=resamples) @ means / n
    low, high = np.quantile(drawn, [0.025, 0.975])
    return mean, (float(low), float(high))
