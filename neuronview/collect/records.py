"""Activations of the excerpts that are kept: random ones drawn beforehand, and some of each quantile group.

Top and first excerpts keep theirs as candidates while the corpus streams by (`candidates`). A quantile group's excerpts
are those of lowest priority, a random number of neuron and excerpt that follows from the seed alone, in a pool that was
drawn by chance; so the choice does not depend on the order of the corpus. No excerpt is in two groups of a neuron, but
that `first` may overlap with `top`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from neuronview.collect.candidates import NOBODY
from neuronview.collect.corpus import Batch
from neuronview.collect.kernels import Block, store_chosen
from neuronview.collect.outside import zeros_outside
from neuronview.records import QUANTILE_GROUPS

__all__ = ["Group", "QuantileRecords", "RandomRecords", "draw_random", "more_than_needed", "padded"]

Int32 = NDArray[np.int32]
Int64 = NDArray[np.int64]
Float32 = NDArray[np.float32]
Floats = NDArray[np.floating[Any]]
SPARE = 1
"""Excerpts of each quantile group and neuron that are kept besides, in case others turn out to be in another group."""


@dataclass(frozen=True, eq=False)
class Group:
    """Records of one group: of every neuron the excerpts, by rank, and where their activations are."""

    name: str
    picks: list[Int64]
    excerpts: NDArray[np.integer[Any]]  # (neurons, slots)
    activations: Callable[[tuple[Int64, Int64]], Floats]
    """Of neurons (n,) at slots (n,): activations (n, width)."""

    def rows(self, first: int, end: int) -> tuple[Int64, Int64, Int64, Floats]:
        """Neuron, rank, excerpt and activations of the records of the neurons from `first` to before `end`."""
        picks = self.picks[first:end]
        lengths = np.array([len(pick) for pick in picks], dtype=np.int64)
        excerpts = np.concatenate([*picks, np.empty(0, dtype=np.int64)])
        neurons = np.repeat(np.arange(first, end), lengths)
        ranks = np.arange(len(excerpts)) - np.repeat(np.cumsum(lengths) - lengths, lengths)
        slots = (self.excerpts[neurons] == excerpts[:, None]).argmax(1)
        return neurons, ranks, excerpts, self.activations((neurons, slots))


def draw_random(pool: Int64, excluded: Sequence[Int64], *, n: int, seed: int) -> list[Int64]:
    """For each neuron `n` excerpts of the pool, none of its `excluded` ones; fewer where the pool ends."""
    drawn = []
    for neuron, others in enumerate(excluded):
        rng = np.random.default_rng([seed, 0, neuron])
        some = rng.choice(pool, min(len(pool), n + len(others)), replace=False)
        drawn.append(some[~np.isin(some, others)][:n])
    return drawn


def more_than_needed(n: int, *, pool: int, others: int) -> int:
    """How many to draw of a pool so that `n` are left, as good as always, without `others` that are not yet known."""
    expected = n * others / max(pool, 1)
    return n + min(others, int(np.ceil(expected + 6 * np.sqrt(expected))) + 1)


class RandomRecords:
    """Activations of excerpts that were drawn beforehand for each neuron.

    They are written once and lie in a file, those of a layer and an excerpt side by side.
    """

    STATE = ("kept",)

    def __init__(self, drawn: list[Int64], *, n_neurons: int, width: int, bits: int, work: Path | None = None) -> None:
        """`drawn`: excerpts of every neuron, layer after layer of `n_neurons`. `work`: a folder for the file."""
        self.excerpts = padded(drawn)
        shape = (len(drawn) // n_neurons, n_neurons * self.excerpts.shape[1], 1, width)
        self._mapped = zeros_outside(shape, np.uint16 if bits == 16 else np.int32, work)
        self._n_neurons = n_neurons
        self._orders, self._sorted = [], []
        for first in range(0, len(drawn), n_neurons):
            flat = self.excerpts[first : first + n_neurons].ravel()
            order = np.argsort(flat, kind="stable")
            self._orders.append(order.astype(np.int32))
            self._sorted.append(flat[order])

    def update(self, batch: Batch, layer: int, block: Block) -> None:
        """Keep what is wanted of one layer."""
        starts, ends = (np.searchsorted(self._sorted[layer], batch.excerpts, side) for side in ("left", "right"))
        if (starts == ends).all():
            return
        kept, slots = self._mapped()[layer], self.excerpts.shape[1]
        for place, (start, end) in enumerate(zip(starts.tolist(), ends.tolist(), strict=True)):
            if start < end:
                neurons, rows = self._orders[layer][start:end] // slots, np.arange(start, end)
                store_chosen(block, place, neurons, rows, np.zeros_like(rows), kept)

    @property
    def kept(self) -> NDArray[Any]:
        """Bits of the activations (layers, those of all neurons by excerpt, 1, width)."""
        return self._mapped()

    @kept.setter
    def kept(self, kept: NDArray[Any]) -> None:
        self._mapped = lambda: kept

    def merge(self, other: RandomRecords) -> None:
        """Take in what was kept of other excerpts of the same corpus, for the same draw; zeros are in their place."""
        kept = self.kept
        kept |= other.kept

    def group(self, excluded: Sequence[Int64], *, n: int) -> Group:
        """The first `n` of each neuron's that are none of its `excluded` ones."""
        picks = [
            drawn[(drawn != NOBODY) & ~np.isin(drawn, others)][:n].astype(np.int64)
            for drawn, others in zip(self.excerpts, excluded, strict=True)
        ]
        return Group("random", picks, self.excerpts, self._activations)

    def _activations(self, which: tuple[Int64, Int64]) -> Floats:
        neurons, slots = which
        found = np.empty((len(neurons), self.kept.shape[3]), dtype=self.kept.dtype)
        layers, entries = np.divmod(neurons * self.excerpts.shape[1] + slots, self.kept.shape[1])
        for layer in np.unique(layers).tolist():
            here, rows = layers == layer, np.argsort(self._orders[layer])
            found[here] = self.kept[layer, rows[entries[here]], 0]
        return _floats(found)


class QuantileRecords:
    """A random few excerpts of each group of the excerpt maximum."""

    STATE = ("_priorities", "_threshold", "_maxima", "_excerpts", "_kept")

    def __init__(
        self,
        boundaries: Float32,
        excluded: Int32,
        *,
        n_neurons: int,
        keep: int,
        width: int,
        bits: int,
        seed: int,
    ) -> None:
        """`boundaries` (all neurons, 4) of the maximum, `excluded` (all neurons, any) excerpts of other groups.

        Both may be those of most of the corpus: what is kept is sorted by the final ones at the end.
        """
        slots = keep + SPARE if keep else 0
        size = (len(boundaries), len(QUANTILE_GROUPS), slots)
        self._boundaries, self._excluded = boundaries, excluded
        self._keep, self._seed, self._n_neurons = keep, seed, n_neurons
        self._priorities: Float32 = np.full(size, np.inf, dtype=np.float32)
        self._threshold: Float32 = np.full(size[:2], np.inf, dtype=np.float32)
        self._maxima: Float32 = np.full(size, -np.inf, dtype=np.float32)
        self._excerpts: Int32 = np.full(size, -1, dtype=np.int32)
        self._kept = np.zeros((size[0], size[1] * slots, width), dtype=np.uint16 if bits == 16 else np.int32)

    def update(self, batch: Batch, layer: int, block: Block, maxima: Float32) -> None:
        """Choose among one layer's excerpts (B,) with maxima (B, neurons)."""
        n_groups, slots = self._excerpts.shape[1:]
        if not slots:
            return
        first = layer * self._n_neurons
        mine = slice(first, first + self._n_neurons)
        every = np.arange(self._n_neurons)
        threshold, excluded, kept = self._threshold[mine], self._excluded[mine], self._kept[mine]
        for place, excerpt in enumerate(batch.excerpts.tolist()):
            group = (maxima[place, :, None] >= self._boundaries[mine]).sum(1)
            priority = np.random.default_rng([self._seed, 1, excerpt, layer]).random(len(every), dtype=np.float32)
            last = np.minimum(group, n_groups - 1)  # what is above all boundaries is in no group
            neurons = np.flatnonzero((priority < threshold[every, last]) & (group < n_groups))
            neurons = neurons[~(excluded[neurons] == excerpt).any(1)]
            if neurons.size:
                slot = self._put((first + neurons, group[neurons]), priority[neurons], excerpt, maxima[place, neurons])
                store_chosen(block, place, neurons, neurons, group[neurons] * slots + slot, kept)

    def merge(self, other: QuantileRecords) -> None:
        """Take in those of other excerpts of the same corpus, chosen with the same seed, boundaries and exclusions."""
        slots = self._excerpts.shape[2]
        for k in range(slots):
            chosen = np.nonzero(other._priorities[:, :, k] < self._threshold)
            theirs = tuple(some[(*chosen, k)] for some in (other._priorities, other._excerpts, other._maxima))
            slot = self._put(chosen, *theirs)
            neurons, groups = chosen
            self._kept[neurons, groups * slots + slot] = other._kept[neurons, groups * slots + k]

    def _put(self, chosen: tuple[Any, ...], priorities: Float32, excerpts: Any, maxima: Float32) -> Int64:
        """Put an excerpt into the place of the last one of each of these (neurons, groups); which place that was."""
        slot: Int64 = self._priorities[chosen].argmax(1)
        self._priorities[(*chosen, slot)] = priorities
        self._excerpts[(*chosen, slot)] = excerpts
        self._maxima[(*chosen, slot)] = maxima
        self._threshold[chosen] = self._priorities[chosen].max(1)
        return slot

    def groups(self, boundaries: Float32, excluded: Sequence[Int64]) -> list[Group]:
        """Up to `keep` of each neuron and group, as the final boundaries (all neurons, 4) and records have it."""
        n, width = len(self._excerpts), self._excerpts.shape[1] * self._excerpts.shape[2]
        excerpts, maxima = self._excerpts.reshape(n, width), self._maxima.reshape(n, width)
        group = sum((maxima >= boundaries[:, k, None]).astype(np.int8) for k in range(boundaries.shape[1]))
        valid = (excerpts >= 0) & ~_among(excerpts, padded(list(excluded)))
        neurons, slots = np.nonzero(valid)
        group, priorities = np.asarray(group)[neurons, slots], self._priorities.reshape(n, width)[neurons, slots]
        order = np.lexsort((priorities, group, neurons))
        neurons, slots, group = neurons[order], slots[order], group[order]
        key = neurons * (len(QUANTILE_GROUPS) + 1) + group  # above all boundaries lies no group
        ranks = np.arange(len(key)) - np.searchsorted(key, key)
        chosen = excerpts[neurons, slots].astype(np.int64)
        found = []
        for number, name in enumerate(QUANTILE_GROUPS):
            here = (group == number) & (ranks < self._keep)
            picks = np.split(chosen[here], np.searchsorted(neurons[here], np.arange(1, n)))
            found.append(Group(name, picks, excerpts, _floats(self._kept).__getitem__))
        return found


def padded(rows: Sequence[Int64]) -> Int32:
    """Rows of different lengths as one array, filled up with NOBODY."""
    table = np.full((len(rows), max(map(len, rows))), NOBODY, dtype=np.int32)
    for target, row in zip(table, rows, strict=True):
        target[: len(row)] = row
    return table


def _among(excerpts: Int32, excluded: Int32) -> NDArray[np.bool_]:
    """Which of each row's excerpts (neurons, a) are in its row of `excluded` (neurons, b)."""
    found = np.zeros(excerpts.shape, dtype=bool)
    for column in excluded.T:
        found |= excerpts == column[:, None]
    return found


def _floats(kept: NDArray[Any]) -> Floats:
    return kept.view(np.float16 if kept.dtype == np.uint16 else np.float32)
