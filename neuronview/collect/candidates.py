"""The best excerpts of every neuron by their maximum, with at most two near-duplicates among them.

Two excerpts are near-duplicates when they come from one template (or one document without a template), or have 8
successive token ids in common. The first is kept to while the corpus streams by, the second when the few are
picked from the candidates. Knows nothing of models.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

__all__ = ["GRAM", "NEAR_DUPLICATE_RULE", "Candidates", "gram_hashes", "pick"]

Int32 = NDArray[np.int32]
Int64 = NDArray[np.int64]
Float32 = NDArray[np.float32]

GRAM = 8
MULTIPLIERS = np.random.default_rng(8).integers(1, 2**63, GRAM, dtype=np.uint64) * np.uint64(2) + np.uint64(1)
NEAR_DUPLICATE_RULE = (
    "at most 2 near-duplicates among a neuron's records of the groups top and first: one template, or one document "
    f"without a template, or {GRAM} successive token ids in common"
)


class Candidates:
    """Of each neuron the best excerpts seen so far, at most two of each near-duplicate class.

    What is kept does not depend on the order in which excerpts come: equal values go by the lower excerpt id.
    """

    def __init__(self, n_neurons: int, *, keep: int = 64) -> None:
        self.values: Float32 = np.full((n_neurons, keep), -np.inf, dtype=np.float32)
        self.excerpts: Int64 = np.full((n_neurons, keep), np.iinfo(np.int64).max)
        self._classes: Int64 = np.full((n_neurons, keep), -1)
        self._threshold: Float32 = self.values.min(1)

    def update(self, excerpts: Int64, classes: Int64, maxima: Float32) -> None:
        """Offer excerpts (B,) of near-duplicate classes (B,) with their maxima (B, neurons)."""
        for excerpt, kind, values in zip(excerpts, classes, maxima, strict=True):
            neurons = np.flatnonzero(values >= self._threshold)
            if neurons.size:
                self._offer(neurons, int(excerpt), int(kind), values[neurons])

    def ordered(self) -> tuple[Float32, Int64]:
        """Values and excerpts (neurons, keep), best first; -inf marks places that were never filled."""
        order = np.lexsort((self.excerpts, -self.values), axis=1)
        return np.take_along_axis(self.values, order, 1), np.take_along_axis(self.excerpts, order, 1)

    def _offer(self, neurons: Int64, excerpt: int, kind: int, values: Float32) -> None:
        held, ids = self.values[neurons], self.excerpts[neurons]
        twins = self._classes[neurons] == kind
        # A third of its class may only take the place of the lesser of the two.
        bound = twins.sum(1) >= 2
        among = np.where(bound[:, None], twins, True)
        lowest = np.where(among, held, np.inf).min(1)
        slot = np.where(among & (held == lowest[:, None]), ids, -1).argmax(1)
        rows = np.arange(len(neurons))
        better = (values > lowest) | ((values == lowest) & (excerpt < ids[rows, slot]))
        changed, slot = neurons[better], slot[better]
        self.values[changed, slot] = values[better]
        self.excerpts[changed, slot] = excerpt
        self._classes[changed, slot] = kind
        self._threshold[changed] = self.values[changed].min(1)


def pick(candidates: Candidates, token_ids: Callable[[int], Int32], classes: Int64, *, n: int) -> list[Int64]:
    """Of each neuron up to `n` excerpt ids, best first, none with more than one near-duplicate among them.

    `token_ids` gives an excerpt's ids, `classes` its near-duplicate class by excerpt id. Fewer than `n` where the
    candidates run out.
    """
    values, excerpts = candidates.ordered()
    filled = np.isfinite(values)
    grams = _shared_grams(np.unique(excerpts[filled]), token_ids)
    return [_pick_one(row[kept], classes, grams, n) for row, kept in zip(excerpts, filled, strict=True)]


def _pick_one(excerpts: Int64, classes: Int64, grams: dict[int, frozenset[int]], n: int) -> Int64:
    chosen: list[int] = []
    twins: list[int] = []
    none: frozenset[int] = frozenset()
    for candidate in excerpts.tolist():
        if len(chosen) == n:
            break
        mine = grams.get(candidate, none)
        alike = [
            place
            for place, other in enumerate(chosen)
            if classes[other] == classes[candidate] or not mine.isdisjoint(grams.get(other, none))
        ]
        if len(alike) > 1 or any(twins[place] for place in alike):
            continue
        for place in alike:
            twins[place] += 1
        chosen.append(candidate)
        twins.append(len(alike))
    return np.array(chosen, dtype=np.int64)


def _shared_grams(excerpts: Int64, token_ids: Callable[[int], Int32]) -> dict[int, frozenset[int]]:
    """By excerpt its runs of 8 token ids, hashed to 64 bits, that occur more than once among these excerpts."""
    runs = [gram_hashes(token_ids(excerpt)) for excerpt in excerpts.tolist()]
    if not runs:
        return {}
    distinct, counts = np.unique(np.concatenate(runs), return_counts=True)
    shared = distinct[counts > 1]
    found = {}
    for excerpt, mine in zip(excerpts.tolist(), runs, strict=True):
        place = np.minimum(np.searchsorted(shared, mine), max(len(shared) - 1, 0))
        if len(shared) and (kept := mine[shared[place] == mine]).size:
            found[excerpt] = frozenset(kept.tolist())
    return found


def gram_hashes(token_ids: Int32) -> NDArray[np.uint64]:
    """Hashes of an excerpt's runs of GRAM successive token ids; none when it is shorter."""
    if len(token_ids) < GRAM:
        return np.empty(0, dtype=np.uint64)
    windows = np.lib.stride_tricks.sliding_window_view(np.asarray(token_ids), GRAM).astype(np.uint64)
    return np.asarray((windows + np.uint64(1)) @ MULTIPLIERS)
