"""The best excerpts of every neuron by their maximum, with at most two near-duplicates among them.

Two excerpts are near-duplicates when they come from one template (or one document without a template), or have 8
successive token ids in common. The first is kept to while the corpus streams by, the second when the few are
picked from the candidates. Knows nothing of models.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["GRAM", "NEAR_DUPLICATE_RULE", "Candidates", "gram_hashes", "pick"]

Int32 = NDArray[np.int32]
Int64 = NDArray[np.int64]
Float32 = NDArray[np.float32]

GRAM = 8
NOBODY = np.iinfo(np.int32).max
"""Stands where no excerpt is."""
MULTIPLIERS = np.random.default_rng(8).integers(1, 2**63, GRAM, dtype=np.uint64) * np.uint64(2) + np.uint64(1)
NEAR_DUPLICATE_RULE = (
    "at most 2 near-duplicates among a neuron's records of the groups top and first: one template, or one document "
    f"without a template, or {GRAM} successive token ids in common"
)


class Candidates:
    """Of each neuron the best excerpts seen so far, at most two of each near-duplicate class.

    What is kept does not depend on the order in which excerpts come: equal values go by the lower excerpt id. So two
    corpora's candidates, merged, are those of both.
    """

    STATE = ("values", "excerpts", "_classes", "_threshold", "_kept")

    def __init__(self, n_neurons: int, *, keep: int = 64, width: int = 0, bits: int = 16) -> None:
        """`width`: tokens of the activations that are kept with each, in 16 or 32 bits; 0 for none."""
        self.values: Float32 = np.full((n_neurons, keep), -np.inf, dtype=np.float32)
        self.excerpts: Int32 = np.full((n_neurons, keep), NOBODY, dtype=np.int32)
        self._classes: Int32 = np.full((n_neurons, keep), -1, dtype=np.int32)
        self._threshold: Float32 = self.values.min(1)
        self._kept = np.zeros((n_neurons, keep, width), dtype=np.uint16 if bits == 16 else np.int32)

    @property
    def activations(self) -> NDArray[np.floating[Any]]:
        """Activations (neurons, keep, width) on each candidate, zeros behind its end."""
        return self._kept.view(np.float16 if self._kept.dtype == np.uint16 else np.float32)

    def arrays(self, first: int, n_neurons: int) -> tuple[NDArray[Any], ...]:
        """What `kernels.sweep` changes, of the neurons from `first` on."""
        every = (self.values, self.excerpts, self._classes, self._threshold, self._kept)
        return tuple(array[first : first + n_neurons] for array in every)

    def update(
        self, excerpts: Int64, classes: Int64, maxima: Float32, activations: NDArray[np.floating[Any]] | None = None
    ) -> None:
        """Offer excerpts (B,) of near-duplicate classes (B,) with maxima (B, neurons): the plain way.

        `activations` (B, T, neurons) are kept where there is room for them.
        """
        for place, (excerpt, kind, values) in enumerate(zip(excerpts, classes, maxima, strict=True)):
            neurons = np.flatnonzero(values >= self._threshold)
            if neurons.size:
                changed, slot = self._offer(neurons, int(excerpt), int(kind), values[neurons])
                if activations is not None and self._kept.shape[2]:
                    found = activations[place][:, changed].T
                    self.activations[changed, slot] = np.pad(found, ((0, 0), (0, self._kept.shape[2] - found.shape[1])))

    def merge(self, other: Candidates) -> None:
        """Take another corpus's candidates in; their excerpts have other ids."""
        for k in range(other.values.shape[1]):
            rows = np.flatnonzero((other.values[:, k] >= self._threshold) & (other.excerpts[:, k] != NOBODY))
            chosen = (other.excerpts[rows, k], other._classes[rows, k], other.values[rows, k])
            if rows.size:
                changed, slot = self._offer(rows, *chosen)
                self._kept[changed, slot] = other._kept[changed, k]

    def ordered(self) -> tuple[Float32, Int32]:
        """Values and excerpts (neurons, keep), best first; -inf marks places that were never filled."""
        order = np.lexsort((self.excerpts, -self.values), axis=1)
        return np.take_along_axis(self.values, order, 1), np.take_along_axis(self.excerpts, order, 1)

    def _offer(self, neurons: Int64, excerpt: Any, kind: Any, values: Float32) -> tuple[Int64, Int64]:
        """Offer an excerpt to all these neurons, or one to each; which took it, and in what place."""
        held, ids = self.values[neurons], self.excerpts[neurons]
        excerpt, kind = np.broadcast_to(excerpt, neurons.shape), np.broadcast_to(kind, neurons.shape)
        twins = self._classes[neurons] == kind[:, None]
        # A third of its class may only take the place of the lesser of the two.
        bound = twins.sum(1) >= 2
        among = np.where(bound[:, None], twins, True)
        lowest = np.where(among, held, np.inf).min(1)
        slot = np.where(among & (held == lowest[:, None]), ids, -1).argmax(1)
        rows = np.arange(len(neurons))
        better = (values > lowest) | ((values == lowest) & (excerpt < ids[rows, slot]))
        changed, slot = neurons[better], slot[better]
        self.values[changed, slot] = values[better]
        self.excerpts[changed, slot] = excerpt[better]
        self._classes[changed, slot] = kind[better]
        self._threshold[changed] = self.values[changed].min(1)
        return changed, slot


def pick(candidates: Candidates, token_ids: Callable[[int], Int32], classes: Int64, *, n: int) -> list[Int64]:
    """Of each neuron up to `n` excerpt ids, best first, none with more than one near-duplicate among them.

    `token_ids` gives an excerpt's ids, `classes` its near-duplicate class by excerpt id. Fewer than `n` where the
    candidates run out.
    """
    values, excerpts = candidates.ordered()
    filled = np.isfinite(values)
    grams = _shared_grams(np.unique(excerpts[filled]), token_ids)
    # Most neurons have no near-duplicates among their first few: nothing is to be weighed there.
    few = np.where(filled[:, :n], excerpts[:, :n], -1)
    kinds = np.sort(np.where(few < 0, -1 - np.arange(few.shape[1]), classes[few]), axis=1)
    alone = (np.diff(kinds, axis=1) != 0).all(1) & ~np.isin(few, list(grams)).any(1)
    return [
        row[: min(n, int(kept.sum()))].astype(np.int64) if simple else _pick_one(row[kept], classes, grams, n)
        for row, kept, simple in zip(excerpts, filled, alone, strict=True)
    ]


def _pick_one(excerpts: Int32, classes: Int64, grams: dict[int, frozenset[int]], n: int) -> Int64:
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


def _shared_grams(excerpts: Int32, token_ids: Callable[[int], Int32]) -> dict[int, frozenset[int]]:
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
