"""Mean activation of every neuron on every frequent token.

Tokens are chosen by how often they occur, as many as fit the bounds: the most frequent in memory, others in a file,
of which only what a batch adds to is mapped meanwhile. Sums are kept apart for the parts of a corpus. Knows ids, not
strings.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from neuronview.collect.kernels import Block, add_weighted
from neuronview.collect.outside import SumsByPart, array_file

__all__ = ["TokenMeans"]

Float32 = NDArray[np.float32]
Int64 = NDArray[np.int64]
COLUMNS, ROWS = 512, 256
BLOCK = 1 << 24
"""Bytes of means that are worked out at a time."""


class TokenMeans:
    """Sums of activations (parts, tokens, neurons) for the chosen token ids."""

    STATE = ("_sums", "_rare", "counts")

    def __init__(
        self,
        token_counts: Int64,
        n_neurons: int,
        *,
        n_parts: int,
        n_layers: int = 1,
        min_count: int = 20,
        memory_bytes: int = 1 << 30,
        file_bytes: int = 0,
        work: Path | None = None,
    ) -> None:
        """`n_neurons`: of all layers together. Chooses ids that occur `min_count` times, most frequent first.

        `work`: a folder for the file, and for the sums of parts that are not being added to.
        """
        order = np.argsort(-token_counts, kind="stable")[: int((token_counts >= min_count).sum())]
        each = n_parts * n_neurons * 4
        here = np.sort(order[: memory_bytes // each])
        rare = np.sort(order[len(here) :][: file_bytes // each])
        self.is_complete = len(here) + len(rare) == len(order)
        places = np.concatenate([here, rare])
        self.token_ids: Int64 = np.sort(places)
        self._row, self._place = np.full((2, len(token_counts)), len(places), dtype=np.int64)
        self._row[self.token_ids] = self._place[places] = np.arange(len(places))
        self._shape = (n_parts, n_layers, len(here), n_neurons // n_layers)
        self._sums = SumsByPart(self._shape, np.float32, work=work)
        rest = (n_parts, n_layers, len(rare), n_neurons // n_layers)
        self._rare = SumsByPart(rest, np.float32, work=work, stays=False)
        self.counts = np.zeros((n_parts, len(places)), dtype=np.int64)

    def count(self, token_ids: Int64, *, part: int = 0) -> None:
        """Note that these tokens are about to be added; once for all layers."""
        rows = self._row[token_ids.ravel()]
        self.counts[part] += np.bincount(rows, minlength=len(self.token_ids) + 1)[:-1]

    def rows(self, token_ids: Int64) -> tuple[Int64, Int64]:
        """Which of these tokens (B, T) have a mean, and the place of each among the sums, in ascending order."""
        places = self._place[token_ids.ravel()]
        order = np.argsort(places, kind="stable")
        order = order[: int(np.searchsorted(places[order], len(self.token_ids)))]
        return order, places[order]

    def update(self, rows: tuple[Int64, Int64], block: Block, *, layer: int = 0, part: int = 0) -> None:
        """Add the activations of tokens with `rows` of them."""
        tokens, places = rows
        ones, n = np.ones(len(tokens), dtype=np.float32), int(np.searchsorted(places, self._shape[2]))
        add_weighted(block, tokens[:n], places[:n], ones[:n], self._sums.at(part, layer))
        if n < len(tokens):
            add_weighted(block, tokens[n:], places[n:] - self._shape[2], ones[n:], self._rare.at(part, layer))

    def merge(self, other: TokenMeans) -> None:
        """Add another corpus's sums, of the same tokens."""
        self._sums.merge(other._sums)
        self._rare.merge(other._rare)
        self.counts += other.counts

    def save_means(self, path: Path, part: int | None = None) -> Float32:
        """Mean activations (tokens, neurons) of one part or of all; nan where the token does not occur.

        Written to `path`, an .npy file that is mapped, not loaded: they are as large as the sums.
        DatasetError where there is no room.
        """
        counts = self.counts.sum(0) if part is None else self.counts[part]
        width = self._shape[1] * self._shape[3]
        step = max(1, BLOCK // (4 * max(width, 1)))
        with array_file(path, (len(counts), width), np.float32) as stream:
            for first in range(0, len(counts), step):
                rows = slice(first, min(first + step, len(counts)))
                sums = np.concatenate(list(self._summed(rows, part)), axis=1)
                with np.errstate(invalid="ignore", divide="ignore"):
                    stream.write((sums / counts[rows, None].astype(np.float32)).data)
        means: Float32 = np.load(path, mmap_mode="r")
        return means

    def _summed(self, rows: slice, part: int | None) -> Float32:
        """Sums (layers, rows, neurons) of these tokens, over one part or all."""
        places, n = self._place[self.token_ids[rows]], self._shape[2]
        parts = slice(None) if part is None else slice(part, part + 1)
        n_parts, n_layers, _, n_neurons = self._shape
        found = np.empty((len(range(n_parts)[parts]), n_layers, len(places), n_neurons), dtype=np.float32)
        found[:, :, places < n] = self._sums.array[parts][:, :, places[places < n]]  # mapped anew for each block
        found[:, :, places >= n] = self._rare.array[parts][:, :, places[places >= n] - n]
        total: Float32 = found.sum(0)
        return total

    def means_of(self, path: Path, layer: int, rows: Int64) -> Float32:
        """Means (rows, neurons) of one layer, of those that `save_means` wrote."""
        width = self._shape[3]
        means = np.empty((len(rows), width), dtype=np.float32)
        for first in range(0, len(rows), ROWS):
            some = slice(first, first + ROWS)  # mapped anew: what was read of the file would stay in memory
            means[some] = np.load(path, mmap_mode="r")[rows[some], layer * width : (layer + 1) * width]
        return means

    def drop_sums(self) -> None:
        """Let go of the sums, once the means are saved; ids and counts stay."""
        self._sums = self._rare = SumsByPart((1, 0, 0, 0), np.float32)

    def top(self, means: Float32, *, n: int = 20) -> Int64:
        """Rows (neurons, n) of the tokens with the highest means, descending, ties by row."""
        n = min(n, len(means))
        rows = np.empty((means.shape[1], n), dtype=np.int64)
        for first in range(0, means.shape[1] if n else 0, COLUMNS):
            block = -means[:, first : first + COLUMNS].T
            some = np.sort(np.argpartition(block, n - 1, axis=1)[:, :n], axis=1)
            order = np.argsort(np.take_along_axis(block, some, 1), axis=1, kind="stable")
            rows[first : first + COLUMNS] = np.take_along_axis(some, order, 1)
        return rows
