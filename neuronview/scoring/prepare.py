"""What comes before a score: the 0..10 scale, the splits, and the mean of a rating's distribution.

The published method's formulas (2023, "Language models can explain neurons in language models"); a token
without a rating is missing (nan), not zero. Knows arrays and lists only.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TypeVar

import numpy as np
from numpy.typing import ArrayLike

from neuronview.errors import ScoringError

__all__ = ["expected_value", "normalize_activations", "split_records"]

Record = TypeVar("Record")

TOP_SPLITS = ("train", "calibration", "valid", "test")
RANDOM_SPLITS = ("calibration", "valid", "test")
_RATINGS = {str(rating): rating for rating in range(11)}


def normalize_activations(activations: ArrayLike, max_activation: float) -> list[int]:
    """Activations on the 0..10 scale of the prompts: floor(10 * max(0, a) / max_activation), at most 10.

    All zeros when `max_activation` is not positive. Raises ScoringError on nan or infinite activations.
    """
    values = np.asarray(activations, dtype=np.float64).ravel()
    if not np.isfinite(values).all():
        raise ScoringError("Activations hold nan or infinity: check the model or file that they come from.")
    if not max_activation > 0:
        return [0] * len(values)
    scaled = np.floor(10 * np.maximum(values, 0.0) / max_activation)
    return [int(value) for value in np.minimum(scaled, 10)]


def split_records(
    top: Sequence[Record], random: Sequence[Record], n_per_split: int | None = None
) -> dict[str, list[Record]]:
    """Interleaved splits train, calibration, valid, test; the top records come first in each.

    Split i of the top records is `top[i : 4n : 4]`, of the random ones `random[i : 3n : 3]` (train has none). With
    `n_per_split` None, as many as fit. Raises ScoringError when there are too few, saying how many are needed.
    """
    n_top = len(top) // 4 if n_per_split is None else n_per_split
    n_random = len(random) // 3 if n_per_split is None else n_per_split
    if n_top < 1 or len(top) < 4 * n_top or n_random < 1 or len(random) < 3 * n_random:
        wanted = n_per_split or 1
        raise ScoringError(
            f"{len(top)} top and {len(random)} random records are too few for {wanted} a split: "
            f"{4 * wanted} top and {3 * wanted} random ones are needed. Collect from more text."
        )
    splits = {name: list(top[index : 4 * n_top : 4]) for index, name in enumerate(TOP_SPLITS)}
    for index, name in enumerate(RANDOM_SPLITS):
        splits[name] += list(random[index : 3 * n_random : 3])
    return splits


def expected_value(top_logprobs: Mapping[str, float]) -> tuple[dict[int, float], float]:
    """Distribution over the ratings 0..10 among the most likely tokens, renormalised, and its mean.

    Only keys that are exactly "0" to "10" count. ({}, nan) when there is none: that token is missing.
    """
    weights = {_RATINGS[key]: math.exp(value) for key, value in top_logprobs.items() if key in _RATINGS}
    total = sum(weights.values())
    if not total > 0:
        return {}, math.nan
    distribution = {rating: weight / total for rating, weight in weights.items()}
    return distribution, sum(rating * share for rating, share in distribution.items())
