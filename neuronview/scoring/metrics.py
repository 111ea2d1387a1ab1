"""Scores of a simulation, and how sure they are: sums over tokens, resampled by whole sequences.

Formulas of the published method (2023, "Language models can explain neurons in language models"), with one
difference: a value that a simulator did not give is nan and is left out, and a score that is not defined is
nan, never 0. Knows arrays only.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from neuronview.errors import ScoringError
from neuronview.records import Score, Subset
from neuronview.scoring.coverage import FEWEST, interval_note
from neuronview.scoring.intervals import NONE, Draws, Interval, correlations, studentised

__all__ = [
    "absolute_dev_explained_score",
    "ev_correlation_score",
    "ev_correlation_scores",
    "paired_difference",
    "resampled_interval",
    "rsquared_score",
    "score_sequences",
]

Array = NDArray[np.float64]
Pair = tuple[ArrayLike, ArrayLike]

RESAMPLES = 1000


def ev_correlation_score(true: ArrayLike, simulated: ArrayLike) -> float:
    """Pearson correlation over the tokens that have a simulated value; nan when either side does not vary."""
    return _centred_correlation(*_masked(true, simulated))


def ev_correlation_scores(true: ArrayLike, simulated: ArrayLike) -> Array:
    """The same of many simulations (simulations, tokens) of the same activations (tokens,): (simulations,)."""
    rows = np.asarray(simulated, dtype=np.float64)
    real, _ = _masked(true, np.zeros(rows.shape[1:]))
    if len(real) < 2 or not np.ptp(real):
        return np.full(len(rows), np.nan)
    if np.isnan(rows).any():
        return np.array([ev_correlation_score(real, row) for row in rows])
    centred, real = rows - rows.mean(axis=1, keepdims=True), real - real.mean()
    n, power = np.full(len(rows), float(len(real))), np.full(len(rows), real @ real)
    squares = np.einsum("st,st->s", centred, centred)
    moments = np.stack([n, np.full(len(rows), real.sum()), centred.sum(axis=1), power, squares, centred @ real], axis=1)
    return np.where(np.ptp(rows, axis=1) > 0, correlations(moments), np.nan)


def rsquared_score(true: ArrayLike, simulated: ArrayLike) -> float:
    """1 - mean((true - simulated)^2) / mean(true^2), uncentred as published; nan when all true values are 0."""
    real, expected = _masked(true, simulated)
    power = float(np.mean(real**2)) if len(real) else 0.0
    return 1.0 - float(np.mean((real - expected) ** 2)) / power if power > 0 else math.nan


def absolute_dev_explained_score(true: ArrayLike, simulated: ArrayLike) -> float:
    """1 - mean|true - simulated| / mean|true|; nan when all true values are 0."""
    real, expected = _masked(true, simulated)
    size = float(np.mean(np.abs(real))) if len(real) else 0.0
    return 1.0 - float(np.mean(np.abs(real - expected))) / size if size > 0 else math.nan


def score_sequences(
    pairs: Sequence[Pair],
    *,
    groups: Sequence[str] | None = None,
    calibrated: bool = True,
    seed: int = 0,
    subset: Subset = "top_and_random",
    **labels: Any,
) -> Score:
    """Score sequences of (true, simulated) activations on all their tokens together.

    `groups` names each sequence's stratum (top or random); the 95 % interval resamples sequences within them.
    `calibrated` False leaves out r squared and absolute deviation, which mean nothing in other units. `labels`
    are further fields of the Score. Raises ScoringError when lengths differ or there is no sequence.
    """
    if not pairs:
        raise ScoringError("There is no sequence to score: give at least one with real and simulated activations.")
    masked = [_masked(*pair) for pair in pairs]
    real = np.concatenate([pair[0] for pair in masked])
    simulated = np.concatenate([pair[1] for pair in masked])
    n_all = sum(np.asarray(true).size for true, _ in pairs)
    correlation = _centred_correlation(real, simulated)
    defined = not math.isnan(correlation)
    strata = list(groups) if groups is not None else ["all"] * len(pairs)
    interval = _interval(masked, strata, seed=seed, resamples=RESAMPLES) if defined else NONE
    return Score(
        ev_correlation=correlation,
        rsquared=rsquared_score(real, simulated) if calibrated else math.nan,
        absolute_dev_explained=absolute_dev_explained_score(real, simulated) if calibrated else math.nan,
        interval=interval,
        n_sequences=len(pairs),
        n_tokens=len(real),
        n_missing=n_all - len(real),
        state="ok" if defined else "undefined",
        reason="" if defined else _why_undefined(real, simulated),
        subset=subset,
        note=interval_note(strata, there=not math.isnan(interval[0])) if defined else "",
        **labels,
    )


def resampled_interval(
    pairs: Sequence[Pair], strata: Sequence[str], *, seed: int = 0, resamples: int = RESAMPLES
) -> Interval:
    """95 % interval of the correlation when whole sequences are drawn again within each stratum (bootstrap-t).

    (nan, nan) when a stratum has fewer than FEWEST sequences, which say too little of how they differ; when all have
    the same part in the correlation; or when too few resamples have one.
    """
    return _interval([_masked(*pair) for pair in pairs], strata, seed=seed, resamples=resamples)


def paired_difference(
    first: Sequence[Pair],
    second: Sequence[Pair],
    strata: Sequence[str],
    *,
    seed: int = 0,
    resamples: int = RESAMPLES,
) -> tuple[float, tuple[float, float]]:
    """Difference of two correlations on the same sequences, and its 95 % interval from the same resamples.

    The interval is (nan, nan) where a stratum has fewer than FEWEST sequences.
    Raises ScoringError when the two do not score the same number of sequences.
    """
    if len(first) != len(second) or len(first) != len(strata):
        raise ScoringError("A paired comparison needs both explanations on the same excerpts.")
    moments = [_sequence_moments([_masked(*pair) for pair in pairs]) for pairs in (first, second)]
    value = _correlation(moments[0].sum(0)) - _correlation(moments[1].sum(0))
    drawn = [_resampled_correlations(m, strata, seed=seed, resamples=resamples) for m in moments]
    return value, NONE if _few(strata) else _percentile_interval(drawn[0] - drawn[1])


def _interval(masked: Sequence[tuple[Array, Array]], strata: Sequence[str], *, seed: int, resamples: int) -> Interval:
    if _few(strata):
        return NONE
    return studentised(Draws(_sequence_moments(masked), strata, seed=seed, resamples=resamples))


def _few(strata: Sequence[str]) -> bool:
    return not strata or min(Counter(strata).values()) < FEWEST


def _masked(true: ArrayLike, simulated: ArrayLike) -> tuple[Array, Array]:
    real = np.asarray(true, dtype=np.float64).ravel()
    expected = np.asarray(simulated, dtype=np.float64).ravel()
    if real.shape != expected.shape:
        raise ScoringError(f"{len(real)} real but {len(expected)} simulated activations: one is needed for each token.")
    present = ~np.isnan(expected)
    if not np.isfinite(real[present]).all():
        raise ScoringError("Real activations hold nan or infinity: check the model or file that they come from.")
    return real[present], expected[present]


def _moments(real: Array, simulated: Array) -> Array:
    """Sums that a correlation can be computed from, and added over sequences: (6,)."""
    return np.array(
        [len(real), real.sum(), simulated.sum(), real @ real, simulated @ simulated, real @ simulated],
        dtype=np.float64,
    )


def _sequence_moments(masked: Sequence[tuple[Array, Array]]) -> Array:
    """Sums of each sequence (sequences, 6), about common centres so that large offsets cost no precision."""
    lengths = np.array([len(real) for real, _ in masked])
    if not lengths.sum():
        return np.zeros((len(masked), 6))
    x, y = (values - values.mean() for values in (np.concatenate(side) for side in zip(*masked, strict=True)))
    owner = np.repeat(np.arange(len(masked)), lengths)
    sums = [np.bincount(owner, weights=values, minlength=len(masked)) for values in (x, y, x * x, y * y, x * y)]
    return np.stack([lengths.astype(np.float64), *sums], axis=1)


def _centred_correlation(real: Array, simulated: Array) -> float:
    if len(real) < 2 or not np.ptp(real) or not np.ptp(simulated):
        return math.nan
    return _correlation(_moments(real - real.mean(), simulated - simulated.mean()))


def _correlation(moments: Array) -> float:
    return float(correlations(moments[None])[0])


def _resampled_correlations(moments: Array, strata: Sequence[str], *, seed: int, resamples: int) -> Array:
    generator = np.random.default_rng(seed)
    weights = np.zeros((resamples, len(moments)))
    names = np.asarray(strata)
    for name in sorted(set(strata)):
        members = np.flatnonzero(names == name)
        counts = generator.multinomial(len(members), np.full(len(members), 1 / len(members)), size=resamples)
        weights[:, members] = counts
    return correlations(weights @ moments)


def _percentile_interval(drawn: Array) -> Interval:
    """The middle 95 % of the resamples."""
    defined = drawn[~np.isnan(drawn)]
    if len(defined) < len(drawn) / 2 or not len(defined):
        return NONE
    low, high = np.quantile(defined, [0.025, 0.975])
    return float(low), float(high)


def _why_undefined(real: Array, simulated: Array) -> str:
    if not len(real):
        return "The simulator gave no value for any token."
    if np.ptp(simulated) == 0:
        return "The simulation is the same on every token, so there is nothing to correlate."
    return "The neuron's activation is the same on every token, so there is nothing to correlate."
