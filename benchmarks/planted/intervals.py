"""Ways to an interval for a correlation when whole excerpts are drawn: the shipped one, and others to compare it with.

All work on sums by excerpt (excerpts, 6): tokens, x, y, x², y², xy, from which a correlation can be computed. Excerpts
are drawn again within their strata (top, random). A way returns (low, high); (nan, nan) when there is none.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import NDArray

__all__ = ["WAYS", "Draws", "correlations", "moments_of", "pooled_moments"]

Floats = NDArray[np.float64]
Interval = tuple[float, float]
NONE: Interval = (math.nan, math.nan)
TAILS = (0.025, 0.975)
NORMAL = 1.959964
LARGEST = 1 - 1e-9


def moments_of(real: Floats, simulated: Floats) -> Floats:
    """Sums by excerpt (excerpts, 6) of activations and simulated values (excerpts, tokens); nan ones are left out."""
    there = ~np.isnan(simulated)
    x = np.where(there, real - real.mean(), 0.0)
    y = np.where(there, simulated - np.nanmean(simulated), 0.0)
    columns = (there, x, y, x * x, y * y, x * y)
    return np.stack([column.sum(axis=1, dtype=np.float64) for column in columns], axis=1)


def pooled_moments(moments: Floats, strata: NDArray[np.int64], sizes: Mapping[int, int]) -> Floats:
    """Expected sums when so many excerpts of each stratum are drawn: what a large sample of these shares tends to."""
    return sum((moments[strata == name].mean(axis=0) * n for name, n in sizes.items()), np.zeros(6))


def correlations(sums: Floats) -> Floats:
    """Pearson correlation of each row of sums (rows, 6); nan where a side does not vary."""
    n, x, y, xx, yy, xy = sums.T
    with np.errstate(divide="ignore", invalid="ignore"):
        vx, vy = xx - x * x / n, yy - y * y / n
        found = (xy - x * y / n) / np.sqrt(vx * vy)
    return np.where((vx > 1e-12 * xx) & (vy > 1e-12 * yy), np.clip(found, -LARGEST, LARGEST), np.nan)


def gradients(sums: Floats) -> Floats:
    """Derivatives of Fisher's z of the correlation by each of the sums: (rows, 6)."""
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
    """One sample, its resamples, and their correlations on Fisher's scale."""

    def __init__(self, moments: Floats, strata: NDArray[np.int64], *, seed: int, resamples: int) -> None:
        self.moments, self.strata = moments, strata
        generator = np.random.default_rng(seed)
        self.weights = np.zeros((resamples, len(moments)))
        for name in np.unique(strata):
            here = np.flatnonzero(strata == name)
            self.weights[:, here] = generator.multinomial(len(here), np.full(len(here), 1 / len(here)), size=resamples)
        self.sums = self.weights @ moments
        self.z = np.arctanh(correlations(self.sums))
        total = moments.sum(axis=0)[None]
        self.estimate = float(np.arctanh(correlations(total))[0])
        self.influence = (moments @ gradients(total)[0]) if not math.isnan(self.estimate) else np.zeros(len(moments))
        self.error = float(self._errors(np.ones((1, len(moments))), self.influence[None])[0])

    @property
    def defined(self) -> Floats:
        """Resampled values that exist."""
        return self.z[~np.isnan(self.z)]

    @property
    def usable(self) -> bool:
        """Whether there is an estimate and at least half of the resamples have one."""
        return not math.isnan(self.estimate) and len(self.defined) >= len(self.z) / 2 and self.error > 0

    def errors(self) -> Floats:
        """Standard error within each resample; nan where there is none."""
        slopes = gradients(self.sums)
        there = np.asarray(np.isfinite(slopes).all(axis=1))
        found = self._errors(self.weights, np.where(there[:, None], slopes, 0.0) @ self.moments.T)
        return np.where(there, found, np.nan)

    def _errors(self, weights: Floats, influence: Floats) -> Floats:
        total = np.zeros(len(weights))
        for name in np.unique(self.strata):
            here = self.strata == name
            n, w, psi = int(here.sum()), weights[:, here], influence[:, here]
            if n > 1:
                mean = (w * psi).sum(axis=1) / n
                total += (w * (psi - mean[:, None]) ** 2).sum(axis=1) * n / (n - 1)
        return np.sqrt(total)

    @property
    def freedom(self) -> float:
        """Degrees of freedom of the error (Satterthwaite over the strata)."""
        parts = [
            (float(np.var(self.influence[self.strata == name], ddof=1)) * n, n)
            for name in np.unique(self.strata)
            if (n := int((self.strata == name).sum())) > 1
        ]
        below = sum(v * v / (n - 1) for v, n in parts)
        return sum(v for v, _ in parts) ** 2 / below if below > 0 else 1.0


def percentile(draws: Draws) -> Interval:
    """The shipped way: the middle 95 % of the resamples."""
    return _between(draws, *np.quantile(draws.defined, TAILS))


def accelerated(draws: Draws) -> Interval:
    """Bias-corrected and accelerated (Efron 1987), with the infinitesimal jackknife's acceleration."""
    share = float(np.clip((draws.defined < draws.estimate).mean(), 1e-3, 1 - 1e-3))
    bias = _normal_quantile(share)
    spread = float((draws.influence - _stratum_means(draws)) @ (draws.influence - _stratum_means(draws)))
    cubes = float(np.sum((draws.influence - _stratum_means(draws)) ** 3))
    bend = cubes / (6 * spread**1.5) if spread > 0 else 0.0
    tails = []
    for tail in TAILS:
        place = bias + _normal_quantile(tail)
        tails.append(_normal_below(bias + place / max(1 - bend * place, 1e-3)))
    return _between(draws, *np.quantile(draws.defined, tails))


def student_z(draws: Draws) -> Interval:
    """Estimate and standard error on Fisher's scale, and Student's t."""
    reach = student(draws.freedom) * draws.error
    return _between(draws, draws.estimate - reach, draws.estimate + reach)


def studentised(draws: Draws, tails: Interval = TAILS) -> Interval:
    """Bootstrap-t on Fisher's scale: resamples of (value - estimate) / error."""
    errors = draws.errors()
    with np.errstate(divide="ignore", invalid="ignore"):
        pivots = (draws.z - draws.estimate) / errors
    kept = pivots[np.isfinite(pivots)]
    if len(kept) < len(pivots) / 2:
        return NONE
    low, high = np.quantile(kept, tails)
    return _between(draws, draws.estimate - high * draws.error, draws.estimate - low * draws.error)


WAYS: Mapping[str, Callable[[Draws], Interval]] = {
    "percentile": percentile,
    "BCa": accelerated,
    "Student on z": student_z,
    "99 % percentile": lambda draws: _between(draws, *np.quantile(draws.defined, (0.005, 0.995))),
    "bootstrap-t on z": studentised,
    "bootstrap-t on z, 97.5 %": lambda draws: studentised(draws, (0.0125, 0.9875)),
}


def student(freedom: float) -> float:
    """The 97.5 % point of Student's t, by Hill's expansion around the normal; 1 degree of freedom at least."""
    v = max(freedom, 1.0)
    if v < 2:
        return 12.706 + (v - 1) * (4.303 - 12.706)
    z = NORMAL
    terms = (
        (z**3 + z) / 4,
        (5 * z**5 + 16 * z**3 + 3 * z) / 96,
        (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / 384,
        (79 * z**9 + 776 * z**7 + 1482 * z**5 - 1920 * z**3 - 945 * z) / 92160,
    )
    return z + sum(term / v**power for power, term in enumerate(terms, 1))


def _stratum_means(draws: Draws) -> Floats:
    found = np.zeros(len(draws.influence))
    for name in np.unique(draws.strata):
        here = draws.strata == name
        found[here] = draws.influence[here].mean()
    return found


def _between(draws: Draws, low: float, high: float) -> Interval:
    return (float(np.tanh(low)), float(np.tanh(high))) if draws.usable else NONE


def _normal_below(z: float) -> float:
    return (1 + math.erf(z / math.sqrt(2))) / 2


def _normal_quantile(share: float) -> float:
    low, high = -8.0, 8.0
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if _normal_below(middle) < share else (low, middle)
    return (low + high) / 2
