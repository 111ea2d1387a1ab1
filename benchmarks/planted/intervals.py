"""Ways to an interval for a correlation when whole excerpts are drawn: the shipped one, and others to compare it with.

All work on sums by excerpt (excerpts, 6): tokens, x, y, x², y², xy, from which a correlation can be computed. Excerpts
are drawn again within their strata (top, random). A way returns (low, high); (nan, nan) when there is none.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import NDArray

from neuronview.scoring.intervals import Draws, Interval, studentised

__all__ = ["SHIPPED", "WAYS", "moments_of", "pooled_moments"]

Floats = NDArray[np.float64]
TAILS = (0.025, 0.975)
NORMAL = 1.959964
SHIPPED = "bootstrap-t on z"
"""The way that `neuronview.scoring` ships."""


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


def freedom(draws: Draws) -> float:
    """Degrees of freedom of the error (Satterthwaite over the strata)."""
    parts = [(float(np.var(draws.influence[here], ddof=1)) * len(here), len(here)) for here in draws.members]
    below = sum(v * v / (n - 1) for v, n in parts)
    return sum(v for v, _ in parts) ** 2 / below if below > 0 else 1.0


def percentile(draws: Draws) -> Interval:
    """The middle 95 % of the resamples."""
    return draws.between(*np.quantile(draws.defined, TAILS))


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
    return draws.between(*np.quantile(draws.defined, tails))


def student_z(draws: Draws) -> Interval:
    """Estimate and standard error on Fisher's scale, and Student's t."""
    reach = student(freedom(draws)) * draws.error
    return draws.between(draws.estimate - reach, draws.estimate + reach)


WAYS: Mapping[str, Callable[[Draws], Interval]] = {
    "percentile": percentile,
    "BCa": accelerated,
    "Student on z": student_z,
    "99 % percentile": lambda draws: draws.between(*np.quantile(draws.defined, (0.005, 0.995))),
    "nominal bootstrap-t on z": lambda draws: studentised(draws, TAILS),
    SHIPPED: studentised,
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
    for here in draws.members:
        found[here] = draws.influence[here].mean()
    return found


def _normal_below(z: float) -> float:
    return (1 + math.erf(z / math.sqrt(2))) / 2


def _normal_quantile(share: float) -> float:
    low, high = -8.0, 8.0
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if _normal_below(middle) < share else (low, middle)
    return (low + high) / 2
