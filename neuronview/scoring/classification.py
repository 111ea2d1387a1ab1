"""How well judgements tell two classes apart: area under the ROC curve, balanced accuracy, and how sure they are.

Intervals resample excerpts, with all items of an excerpt together, within excerpts of the same classes. A judgement
that was not given is nan and left out; a measure is nan, never 0 or 0.5, where a class has no judgement left. Knows
arrays only.
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from neuronview.errors import ScoringError

__all__ = ["CHANCE", "Classification", "area_under_curve", "classify"]

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

CHANCE = 0.5
"""Both measures of judgements that know nothing."""
RESAMPLES = 1000


@dataclass(frozen=True)
class Classification:
    """Both measures with their 95 % intervals, and what they rest on; nan where undefined."""

    area: float
    area_interval: tuple[float, float]
    accuracy: float
    """Balanced: mean of the shares of positive items above the threshold and of negative ones at or below it."""
    accuracy_interval: tuple[float, float]
    n_positive: int
    """Positive items that have a judgement."""
    n_negative: int
    n_missing: int
    """Items of either class that have none."""


def classify(
    judgements: ArrayLike,
    positive: ArrayLike,
    *,
    threshold: float = 0.5,
    excerpts: Sequence[Hashable] | None = None,
    seed: int = 0,
    resamples: int = RESAMPLES,
) -> Classification:
    """Measures of judgements (items,), higher for what is held to be positive, against the truth (items,).

    `excerpts` names each item's excerpt: items of one are drawn together; None where each has its own. An item is
    judged positive above `threshold`. The intervals are (nan, nan) where a class has no two excerpts that can be drawn
    for one another. Raises ScoringError when lengths differ.
    """
    values, truth, known = _checked(judgements, positive)
    names = list(excerpts) if excerpts is not None else list(range(len(known)))
    if len(names) != len(known):
        raise ScoringError(f"{len(known)} judgements but {len(names)} excerpts: one is needed for each.")
    groups = _numbered([name for name, there in zip(names, known, strict=True) if there])
    weights = _resampled_weights(groups, truth, seed=seed, resamples=resamples)
    once = np.ones((1, len(values)))
    can_vary = all(len(np.unique(groups[side])) > 1 and np.ptp(weights[:, side]) for side in (truth, ~truth))
    return Classification(
        area=float(_areas(values, truth, once)[0]),
        area_interval=_interval(_areas(values, truth, weights)) if can_vary else (math.nan, math.nan),
        accuracy=float(_accuracies(values, truth, once, threshold)[0]),
        accuracy_interval=_interval(_accuracies(values, truth, weights, threshold)) if can_vary else (math.nan,) * 2,
        n_positive=int(truth.sum()),
        n_negative=int((~truth).sum()),
        n_missing=int((~known).sum()),
    )


def area_under_curve(judgements: ArrayLike, positive: ArrayLike) -> float:
    """Chance that a positive item is judged higher than a negative one, equal judgements counted half; by midranks."""
    values, truth, _ = _checked(judgements, positive)
    return float(_areas(values, truth, np.ones((1, len(values))))[0])


def _checked(judgements: ArrayLike, positive: ArrayLike) -> tuple[Floats, Bools, Bools]:
    """Judgements and truth of the items that have one, and which do (items,)."""
    values = np.asarray(judgements, dtype=np.float64).ravel()
    truth = np.asarray(positive, dtype=bool).ravel()
    if values.shape != truth.shape:
        raise ScoringError(f"{len(values)} judgements but {len(truth)} items: one is needed for each.")
    known = ~np.isnan(values)
    return values[known], truth[known], known


def _areas(values: Floats, truth: Bools, weights: Floats) -> Floats:
    """Area for each row of item weights (rows, items); nan where a class has no weight.

    With whole weights this is the sum of midranks (Mann and Whitney 1947) of the items repeated so often.
    """
    _, step = np.unique(values, return_inverse=True)
    n_steps = int(step.max(initial=-1)) + 1
    above, below = (_by_step(weights[:, side], step[side], n_steps) for side in (truth, ~truth))
    lower = np.cumsum(below, axis=1) - below
    wins = (above * (lower + below / 2)).sum(axis=1)
    pairs = above.sum(axis=1) * below.sum(axis=1)
    return np.asarray(np.divide(wins, pairs, out=np.full(len(weights), np.nan), where=pairs > 0))


def _by_step(weights: Floats, step: NDArray[np.int64], n_steps: int) -> Floats:
    """Weights (rows, items) summed by the step of each item: (rows, steps)."""
    place = np.zeros((len(step), n_steps))
    place[np.arange(len(step)), step] = 1.0
    return np.asarray(weights @ place)


def _accuracies(values: Floats, truth: Bools, weights: Floats, threshold: float) -> Floats:
    right = (values > threshold) == truth
    shares = [
        np.divide(
            weights[:, side] @ right[side],
            weights[:, side].sum(axis=1),
            out=np.full(len(weights), np.nan),
            where=weights[:, side].sum(axis=1) > 0,
        )
        for side in (truth, ~truth)
    ]
    return np.asarray((shares[0] + shares[1]) / 2)


def _numbered(names: Sequence[Hashable]) -> NDArray[np.int64]:
    numbers: dict[Hashable, int] = {}
    return np.array([numbers.setdefault(name, len(numbers)) for name in names], dtype=np.int64)


def _resampled_weights(groups: NDArray[np.int64], truth: Bools, *, seed: int, resamples: int) -> Floats:
    """How often each item is drawn (resamples, items): excerpts with replacement, within those of the same classes."""
    n_groups = int(groups.max(initial=-1)) + 1
    has_positive, has_negative = (np.bincount(groups[side], minlength=n_groups) > 0 for side in (truth, ~truth))
    stratum = 2 * has_positive + has_negative
    generator = np.random.default_rng(seed)
    counts = np.zeros((resamples, n_groups))
    for name in np.unique(stratum):
        members = np.flatnonzero(stratum == name)
        shares = np.full(len(members), 1 / len(members))
        counts[:, members] = generator.multinomial(len(members), shares, size=resamples)
    return counts[:, groups]


def _interval(drawn: Floats) -> tuple[float, float]:
    """The middle 95 %; (nan, nan) when most resamples have no value."""
    defined = drawn[~np.isnan(drawn)]
    if len(defined) <= len(drawn) / 2:
        return math.nan, math.nan
    low, high = np.quantile(defined, [0.025, 0.975])
    return float(low), float(high)
