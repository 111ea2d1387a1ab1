"""An interval for a correlation when whole excerpts are drawn again: bootstrap-t on Fisher's scale.

Works on sums by excerpt (excerpts, 6): tokens, x, y, x², y², xy, from which a correlation can be computed, and added
over excerpts. Excerpts are drawn again within their strata (top, random). Each resample's distance from the estimate
is taken in its own standard errors (Efron and Tibshirani 1993, chapter 12; the error is the infinitesimal
jackknife's), on the scale of Fisher's z, where a correlation's spread depends least on its value. The tails are wider
than their name: from few excerpts the nominal ones hold less than they say (`benchmarks/planted` compares).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

__all__ = ["NONE", "TAILS", "Draws", "Interval", "correlations", "gradients", "studentised"]

Floats = NDArray[np.float64]
Interval = tuple[float, float]
NONE: Interval = (math.nan, math.nan)
TAILS: Interval = (0.0125, 0.9875)
"""Of the resamples: those that came nearest to 95 of 100 in the trials with planted neurons."""
LARGEST = 1 - 1e-9
"""Correlations beyond it count as it, so that their z is finite."""
NO_SPREAD = 1e-24
"""Of the squares: below it a spread is the rounding of one excerpt that was drawn again and again, and is none."""


def correlations(sums: Floats) -> Floats:
    """Pearson correlation of each row of sums (rows, 6); nan where a side does not vary."""
    n, x, y, xx, yy, xy = sums.T
    with np.errstate(divide="ignore", invalid="ignore"):
        variance_x, variance_y = xx - x * x / n, yy - y * y / n
        # Below rounding error of the sums a side counts as constant.
        flat = (n < 2) | (variance_x <= 1e-12 * np.maximum(xx, 1e-300)) | (variance_y <= 1e-12 * np.maximum(yy, 1e-300))
        value = (xy - x * y / n) / np.sqrt(variance_x * variance_y)
    return np.where(flat, np.nan, np.clip(value, -1.0, 1.0))


def gradients(sums: Floats) -> Floats:
    """Derivatives of Fisher's z of the correlation by each of the sums: (rows, 6); not finite where a side is flat."""
    n, x, y, xx, yy, xy = sums.T
    with np.errstate(divide="ignore", invalid="ignore"):
        vx, vy, vxy = xx - x * x / n, yy - y * y / n, xy - x * y / n
        size = np.sqrt(vx * vy)
        r = np.clip(vxy / size, -LARGEST, LARGEST)
        of_n = x * y / n**2 / size - r / 2 * (x * x / n**2 / vx + y * y / n**2 / vy)
        of_x, of_y = -y / n / size + r * x / n / vx, -x / n / size + r * y / n / vy
        rows: Floats = np.stack([of_n, of_x, of_y, -r / 2 / vx, -r / 2 / vy, 1 / size], axis=1)
        rows /= (1 - r * r)[:, None]
    return rows


class Draws:
    """One sample of excerpts, its resamples, and their correlations on Fisher's scale."""

    def __init__(self, moments: Floats, strata: Sequence[object], *, seed: int, resamples: int) -> None:
        self.moments = moments
        self.members, self.weights = _drawn(tuple(strata), seed, resamples)
        self.sums = self.weights @ moments
        self.z = fisher(correlations(self.sums))
        total = moments.sum(axis=0)[None]
        self.estimate = float(fisher(correlations(total))[0])
        self.influence = (moments @ gradients(total)[0]) if not math.isnan(self.estimate) else np.zeros(len(moments))
        self.error = float(self._errors(np.ones((1, len(moments))), self.influence[None])[0])

    @property
    def defined(self) -> Floats:
        """Resampled values that exist."""
        return self.z[~np.isnan(self.z)]

    @property
    def usable(self) -> bool:
        """Whether there is an estimate, a spread in every stratum, and a value in at least half of the resamples."""
        enough = len(self.defined) >= len(self.z) / 2 and all(len(here) > 1 for here in self.members)
        return not math.isnan(self.estimate) and enough and self.error > 0

    def errors(self) -> Floats:
        """Standard error within each resample; nan where there is none."""
        slopes = gradients(self.sums)
        there = np.asarray(np.isfinite(slopes).all(axis=1))
        found = self._errors(self.weights, np.where(there[:, None], slopes, 0.0) @ self.moments.T)
        return np.where(there, found, np.nan)

    def between(self, low: float, high: float) -> Interval:
        """The correlations at two places on Fisher's scale; none where there is nothing to go by."""
        return (float(np.tanh(low)), float(np.tanh(high))) if self.usable else NONE

    def _errors(self, weights: Floats, influence: Floats) -> Floats:
        """Standard errors (rows,) from weights and influences of excerpts (rows, excerpts), summed over strata."""
        total = np.zeros(len(weights))
        for here in self.members:
            n, w, psi = len(here), weights[:, here], influence[:, here]
            if n > 1:
                mean = (w * psi).sum(axis=1) / n
                spread = (w * (psi - mean[:, None]) ** 2).sum(axis=1)
                total += np.where(spread > NO_SPREAD * (w * psi**2).sum(axis=1), spread, 0.0) * n / (n - 1)
        return np.sqrt(total)


@lru_cache(maxsize=16)
def _drawn(strata: tuple[object, ...], seed: int, resamples: int) -> tuple[list[NDArray[np.int64]], Floats]:
    """Places of each stratum's excerpts, and how often each excerpt is drawn (resamples, excerpts).

    Kept, since many neurons have as many excerpts of each kind, and all draw with one seed.
    """
    names = np.asarray(strata)
    members = [np.flatnonzero(names == name) for name in np.unique(names)]
    generator = np.random.default_rng(seed)
    weights = np.zeros((resamples, len(strata)))
    for here in members:
        weights[:, here] = generator.multinomial(len(here), np.full(len(here), 1 / len(here)), size=resamples)
    weights.flags.writeable = False
    return members, weights


def studentised(draws: Draws, tails: Interval = TAILS) -> Interval:
    """Bootstrap-t: quantiles of the resamples' (value - estimate) / error, in errors of the sample around its value.

    None where fewer than half of the resamples have a value and an error.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        pivots = (draws.z - draws.estimate) / draws.errors()
    kept = pivots[np.isfinite(pivots)]
    if len(kept) < len(pivots) / 2:
        return NONE
    low, high = np.quantile(kept, tails)
    return draws.between(draws.estimate - high * draws.error, draws.estimate - low * draws.error)


def fisher(values: Floats) -> Floats:
    """Fisher's z of correlations, finite also for those of size one."""
    return np.arctanh(np.clip(values, -LARGEST, LARGEST))
