"""Which features of the dictionary earn their place: each must raise the mean best score over the neurons.

Backward elimination. A neuron is explained by the best expression (on text that it is fitted on) whose features are
all kept, and scored on other text; the feature that costs most is dropped, then those that no neuron needs, until
every one that is left raises the mean. Knows scores and indices only.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["Selection", "eliminate"]

Int64 = NDArray[np.int64]
Float64 = NDArray[np.float64]
NONE = -1
ROUNDING = 1e-9
"""A sum of scores that moves by less has not moved."""


@dataclass(frozen=True)
class Selection:
    """What is left, and what each feature is worth then."""

    kept: tuple[int, ...]
    dropped: tuple[int, ...]
    contributions: dict[int, float]
    """By kept feature, how far the mean best score falls without it."""
    before: float
    after: float
    """Mean best score over the neurons with all features, and with those that are left."""


def eliminate(features: Int64, scores: Float64, *, n_features: int) -> Selection:
    """Drop features until each that is left raises the mean best score.

    `features` (neurons, options, 2): the features of each neuron's expressions, best first by the text they were
    fitted on; the second is NONE in an expression of one, both are where a neuron has fewer expressions. `scores`
    (neurons, options) on the other text. An undefined score (nan), and a neuron without any expression left, count
    as 0 in the mean: what says nothing about a text explains nothing of it.
    """
    race = _Race(features, np.nan_to_num(scores, nan=0.0))
    before, dropped = race.mean(), list[int]()
    while True:
        worth, used = race.worth(n_features)
        left = np.setdiff1d(np.arange(n_features), dropped)
        in_use = left[used[left]]
        # One at a time: of two features that say the same, neither is needed as long as the other is there.
        gone = (
            [int(in_use[np.argmin(worth[in_use])])] if (worth[in_use] <= ROUNDING).any() else left[~used[left]].tolist()
        )
        if not gone:
            contributions = {int(f): float(worth[f]) / len(scores) for f in left}
            return Selection(tuple(left.tolist()), tuple(dropped), contributions, before, race.mean())
        race.drop(gone)
        dropped += gone


class _Race:
    """Each neuron's current expression: the first whose features are all kept."""

    def __init__(self, features: Int64, scores: Float64) -> None:
        # One more option at the end of each row: nothing, at a score of 0.
        self._features = np.pad(features, ((0, 0), (0, 1), (0, 0)), constant_values=NONE)
        self._scores = np.pad(scores, ((0, 0), (0, 1)))
        self._alive = (self._features != NONE).any(2)
        self._alive[:, -1] = True

    def mean(self) -> float:
        """Mean score of the current expressions."""
        return float(self._of(self._alive).mean())

    def worth(self, n_features: int) -> tuple[Float64, NDArray[np.bool_]]:
        """By feature, how far the sum of scores falls without it, and whether any neuron uses it."""
        found, used = np.zeros(n_features), np.zeros(n_features, dtype=bool)
        rows = np.arange(len(self._scores))
        current = self._features[rows, self._alive.argmax(1)]  # (neurons, 2)
        value = self._of(self._alive)
        for column in current.T:
            uses = column != NONE
            without = self._alive & (self._features != column[:, None, None]).all(2)
            without[:, -1] = True
            loss = value - self._of(without)
            np.add.at(found, column[uses], loss[uses])
            used[column[uses]] = True
        return found, used

    def drop(self, gone: list[int]) -> None:
        """Keep no expression that holds one of these features."""
        self._alive &= ~np.isin(self._features, gone).any(2)

    def _of(self, alive: NDArray[np.bool_]) -> Float64:
        found: Float64 = self._scores[np.arange(len(alive)), alive.argmax(1)]
        return found
