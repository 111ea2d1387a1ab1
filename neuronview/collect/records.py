"""The second pass: activations of the excerpts that are kept, and a random choice from each quantile group.

Top, first and random excerpts are known beforehand. A quantile group's are those of lowest priority, a random
number of neuron and excerpt that follows from the seed alone, so that the choice does not depend on the order of
the corpus. No excerpt is in two groups of a neuron, but that `first` may overlap with `top`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from neuronview.collect.corpus import Batch
from neuronview.collect.expressions import PairProducts
from neuronview.collect.features import FeatureBits
from neuronview.records import QUANTILE_GROUPS

__all__ = ["ChosenRecords", "QuantileRecords", "RecordsVisitor", "draw_random"]

Int64 = NDArray[np.int64]
Float32 = NDArray[np.float32]
Floats = NDArray[np.floating[Any]]


def draw_random(pool: Int64, excluded: Sequence[Int64], *, n: int, seed: int) -> list[Int64]:
    """For each neuron `n` excerpts of the pool, none of its `excluded` ones; fewer where the pool ends."""
    drawn = []
    for neuron, others in enumerate(excluded):
        rng = np.random.default_rng([seed, 0, neuron])
        some = rng.choice(pool, min(len(pool), n + len(others)), replace=False)
        drawn.append(some[~np.isin(some, others)][:n])
    return drawn


class ChosenRecords:
    """Activations of excerpts that were chosen beforehand."""

    def __init__(
        self, groups: dict[str, list[Int64]], *, n_excerpts: int, n_neurons: int, width: int, bits: int
    ) -> None:
        """`groups`: by name the excerpt ids of every neuron, layer after layer; `width`: tokens of an excerpt."""
        rows = [row for some in groups.values() for row in some]
        lengths = np.array([len(row) for row in rows], dtype=np.int64)
        excerpts = np.concatenate(rows) if rows else np.empty(0, dtype=np.int64)
        order = np.argsort(excerpts, kind="stable")
        of_row = np.repeat(np.arange(len(rows)), lengths)[order]
        per_group = [len(some) for some in groups.values()]
        names = np.repeat(np.array(list(groups), dtype=object), per_group)
        neurons = np.concatenate([np.arange(n) for n in per_group])
        self.excerpts: Int64 = excerpts[order]
        self.groups, self.neurons = names[of_row], neurons[of_row]
        self.ranks: Int64 = order - (np.cumsum(lengths) - lengths)[of_row]
        self.values: Floats = np.zeros((len(order), width), dtype=np.float16 if bits == 16 else np.float32)
        self._starts = np.searchsorted(self.excerpts, np.arange(n_excerpts + 1))
        self._n_neurons = n_neurons

    def update(self, batch: Batch, layer: int, values: torch.Tensor) -> None:
        """Keep what is wanted of one layer's activations (B, T, neurons)."""
        ranges = [np.arange(self._starts[e], self._starts[e + 1]) for e in batch.excerpts]
        entries = np.concatenate(ranges)
        places = np.repeat(np.arange(len(ranges)), [len(some) for some in ranges])
        here = self.neurons[entries] // self._n_neurons == layer
        entries, places = entries[here], places[here]
        if entries.size:
            columns = self.neurons[entries] % self._n_neurons
            found = values[torch.from_numpy(places), :, torch.from_numpy(columns)]
            self.values[entries, : values.shape[1]] = found.numpy()


class QuantileRecords:
    """A random few excerpts of each group of the excerpt maximum."""

    def __init__(
        self,
        boundaries: Float32,
        excluded: Int64,
        *,
        n_neurons: int,
        keep: int,
        width: int,
        bits: int,
        seed: int,
        preferred: NDArray[np.bool_] | None = None,
    ) -> None:
        """`boundaries` (all neurons, 4) of the maximum; `excluded` (all neurons, any) excerpts of other groups.

        `preferred` (excerpts,) are drawn before all others: neurons that share excerpts make a smaller dataset.
        """
        self._preferred = preferred
        size = (len(boundaries), len(QUANTILE_GROUPS), keep)
        self._boundaries = boundaries
        self._excluded = excluded
        self._seed = seed
        self._n_neurons = n_neurons
        self._threshold = np.full(size[:2], np.inf, dtype=np.float32)
        self._inserted: list[tuple[int, Int64, Int64, Int64]] = []
        self.priorities: Float32 = np.full(size, np.inf, dtype=np.float32)
        self.excerpts: Int64 = np.full(size, -1)
        self.values: Floats = np.zeros((*size, width), dtype=np.float16 if bits == 16 else np.float32)

    def offer(self, batch: Batch, maxima: Float32) -> None:
        """Choose among excerpts (B,) with maxima (B, all neurons); `keep` must follow with their activations."""
        self._inserted = []
        if not self.priorities.shape[2]:
            return
        every = np.arange(maxima.shape[1])
        groups = (maxima[:, :, None] >= self._boundaries).sum(2)
        for place, excerpt in enumerate(batch.excerpts.tolist()):
            group = np.minimum(groups[place], len(QUANTILE_GROUPS) - 1)
            priority = np.random.default_rng([self._seed, 1, excerpt]).random(len(every), dtype=np.float32)
            if self._preferred is not None and not self._preferred[excerpt]:
                priority += 1
            wanted = (priority < self._threshold[every, group]) & (groups[place] < len(QUANTILE_GROUPS))
            neurons = np.flatnonzero(wanted)
            neurons = neurons[~(self._excluded[neurons] == excerpt).any(1)]
            if neurons.size:
                self._insert(place, excerpt, neurons, group[neurons], priority[neurons])

    def keep(self, layer: int, values: torch.Tensor) -> None:
        """Keep the activations (B, T, neurons) of what was chosen from this batch."""
        for place, neurons, group, slot in self._inserted:
            here = neurons // self._n_neurons == layer
            chosen = (neurons[here], group[here], slot[here])
            columns = neurons[here] % self._n_neurons
            self.values[(*chosen, slice(0, values.shape[1]))] = values.numpy()[place][:, columns].T

    def _insert(self, place: int, excerpt: int, neurons: Int64, group: Int64, priority: Float32) -> None:
        slot = self.priorities[neurons, group].argmax(1)
        self.priorities[neurons, group, slot] = priority
        self.excerpts[neurons, group, slot] = excerpt
        self._threshold[neurons, group] = self.priorities[neurons, group].max(1)
        self._inserted.append((place, neurons, group, slot))


class RecordsVisitor:
    """Feeds both, and the sums for pairs of features."""

    def __init__(
        self,
        chosen: ChosenRecords,
        quantiles: QuantileRecords,
        *,
        n_layers: int,
        n_neurons: int,
        features: FeatureBits | None = None,
        pairs: PairProducts | None = None,
    ) -> None:
        self.chosen, self.quantiles, self.pairs = chosen, quantiles, pairs
        self._bits = features if pairs is not None else None
        self._held = torch.empty(0)
        self._layers: list[torch.Tensor] = [torch.empty(0)] * n_layers
        self._maxima = np.empty((0, 0), dtype=np.float32)
        self._n_neurons = n_neurons

    def begin(self, batch: Batch) -> None:
        """Look the features up."""
        self._maxima = np.empty((len(batch.excerpts), len(self._layers) * self._n_neurons), dtype=np.float32)
        if self._bits is not None:
            self._held = self._bits.at(batch.positions)

    def layer(self, batch: Batch, layer: int, values: torch.Tensor) -> None:
        """Keep what is wanted of one layer."""
        first = layer * self._n_neurons
        self._maxima[:, first : first + self._n_neurons] = values.amax(1).numpy()
        self._layers[layer] = values
        self.chosen.update(batch, layer, values)
        if self.pairs is not None:
            self.pairs.update(layer, self._held, values.flatten(0, 1), part=batch.part)

    def end(self, batch: Batch) -> None:
        """Choose for the quantile groups, now that all maxima are known."""
        self.quantiles.offer(batch, self._maxima)
        for layer, values in enumerate(self._layers):
            self.quantiles.keep(layer, values)


def padded(rows: list[Int64]) -> Int64:
    """Rows of different lengths as one array, filled up with -1."""
    table = np.full((len(rows), max(map(len, rows))), -1, dtype=np.int64)
    for target, row in zip(table, rows, strict=True):
        target[: len(row)] = row
    return table
