"""Whether one phrase describes several groups of a neuron's excerpts: then they are one meaning, not several.

A neuron that fires on numbers has excerpts around 7 and around 1984 that are not alike; but a single feature of the
dictionary, numbers in digits, follows it on both about as well as the very tokens do that it fires on. Works on sums
of each excerpt, so that any union of groups costs an addition.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from neuronview.explain.context_likeness import Marked, folded, token_at
from neuronview.records import ActivationRecord

__all__ = ["ONE_KIND", "join_of_one_kind"]

Floats = NDArray[np.float64]
Labels = NDArray[np.int64]
Sums = tuple[Floats, Floats, Floats]
"""Tokens, sum of activations and of their squares (3,); per feature, where it holds: how often, and their sum."""

ONE_KIND = 0.9
"""The part of the tokens' correlation that a single feature must reach on both groups."""


def join_of_one_kind(
    labels: Labels, records: Sequence[ActivationRecord], background: Sequence[ActivationRecord], marked: Marked
) -> Labels:
    """Labels (records,) with the groups of one kind joined, those first that are it most clearly.

    `marked` holds the features of the excerpts of `records` and `background`.
    """
    sums = [_sums(record, marked) for record in records]
    base = [_sums(record, marked) for record in background]
    while len(names := np.unique(labels)) > 1:
        pairs = list(combinations(names.tolist(), 2))
        places = [np.flatnonzero(np.isin(labels, pair)).tolist() for pair in pairs]
        kinds = [_part([*(sums[k] for k in both), *base], [records[k] for k in both], background) for both in places]
        best = int(np.argmax(np.round(kinds, 9)))
        if not kinds[best] >= ONE_KIND:
            break
        labels = np.where(labels == pairs[best][1], pairs[best][0], labels)
    return labels


def _sums(record: ActivationRecord, marked: Marked) -> Sums:
    values, held = record.activations.astype(np.float64), marked[record.tokens]
    return np.array([len(values), values.sum(), values @ values]), held.sum(axis=1).astype(np.float64), held @ values


def _part(sums: Sequence[Sums], records: Sequence[ActivationRecord], background: Sequence[ActivationRecord]) -> float:
    """Correlation of the best single feature as a part of that of the tokens with the maxima; -inf where undefined."""
    total, counts, products = (np.sum([one[place] for one in sums], axis=0) for place in range(3))
    fired = {token_at(record, 0) for record in records}
    at = [
        float(value)
        for record in (*records, *background)
        for token, value in zip(record.tokens, record.activations, strict=True)
        if folded(token) in fired
    ]
    by_tokens = float(_correlations(total, np.array([len(at)]), np.array([sum(at)]))[0])
    return float(_correlations(total, counts, products).max()) / by_tokens if by_tokens > 0 else -math.inf


def _correlations(total: Floats, counts: Floats, products: Floats) -> Floats:
    """Of indicators (k,) with the activation, from sums over where they hold; -inf where one does not vary."""
    n, mean = total[0], total[1] / total[0]
    share = counts / n
    spread = np.sqrt(np.maximum(share * (1 - share) * (total[2] / n - mean**2), 0.0))
    covariance = products / n - share * mean
    return np.asarray(np.divide(covariance, spread, out=np.full(len(counts), -math.inf), where=spread > 0))
