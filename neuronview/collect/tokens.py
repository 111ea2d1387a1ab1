"""Mean activation of every neuron on every frequent token.

Tokens are chosen by how often they occur, as many as fit the memory bound. Sums are kept apart for the parts of a
corpus. Knows ids, not strings.
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


class TokenMeans:
    """Sums of activations (parts, tokens, neurons) for the chosen token ids."""

    STATE = ("_sums", "counts")

    def __init__(
        self,
        token_counts: Int64,
        n_neurons: int,
        *,
        n_parts: int,
        n_layers: int = 1,
        min_count: int = 20,
        memory_bytes: int = 1 << 30,
        work: Path | None = None,
    ) -> None:
        """`n_neurons`: of all layers together. Chooses ids that occur `min_count` times, most frequent first.

        `work`: a folder for the sums of parts that are not being added to.
        """
        order = np.argsort(-token_counts, kind="stable")
        fitting = memory_bytes // (n_parts * n_neurons * 4)
        self.token_ids: Int64 = np.sort(order[: min(fitting, int((token_counts >= min_count).sum()))])
        self.is_complete = fitting >= int((token_counts >= min_count).sum())
        self._row = np.full(len(token_counts), len(self.token_ids), dtype=np.int64)
        self._row[self.token_ids] = np.arange(len(self.token_ids))
        self._shape = (n_parts, n_layers, len(self.token_ids), n_neurons // n_layers)
        self._sums = SumsByPart(self._shape, np.float32, work=work)
        self.counts = np.zeros((n_parts, len(self.token_ids)), dtype=np.int64)

    def count(self, token_ids: Int64, *, part: int = 0) -> None:
        """Note that these tokens are about to be added; once for all layers."""
        rows = self._row[token_ids.ravel()]
        self.counts[part] += np.bincount(rows, minlength=len(self.token_ids) + 1)[:-1]

    def rows(self, token_ids: Int64) -> tuple[Int64, Int64]:
        """Which of these tokens (B, T) have a mean, and the row of each, rows in ascending order."""
        rows = self._row[token_ids.ravel()]
        order = np.argsort(rows, kind="stable")
        order = order[: int(np.searchsorted(rows[order], len(self.token_ids)))]
        return order, rows[order]

    def update(self, rows: tuple[Int64, Int64], block: Block, *, layer: int = 0, part: int = 0) -> None:
        """Add the activations of tokens with `rows` of them."""
        add_weighted(block, *rows, np.ones(len(rows[0]), dtype=np.float32), self._sums.at(part, layer))

    def merge(self, other: TokenMeans) -> None:
        """Add another corpus's sums, of the same tokens."""
        self._sums.merge(other._sums)
        self.counts += other.counts

    def save_means(self, path: Path, part: int | None = None) -> Float32:
        """Mean activations (tokens, neurons) of one part or of all; nan where the token does not occur.

        Written to `path`, an .npy file that is mapped, not loaded: they are as large as the sums.
        DatasetError where there is no room.
        """
        counts = self.counts.sum(0) if part is None else self.counts[part]
        means = array_file(path, (len(counts), self._shape[1] * self._shape[3]), np.float32)
        for first in range(0, len(counts), ROWS):
            rows = slice(first, min(first + ROWS, len(counts)))
            sums = self._sums.array[:, :, rows]  # mapped anew for each block
            sums = sums.sum(0) if part is None else sums[part]
            with np.errstate(invalid="ignore", divide="ignore"):
                means[rows] = np.concatenate(list(sums), axis=1) / counts[rows, None].astype(np.float32)
        means.flush()
        return means

    def drop_sums(self) -> None:
        """Let go of the sums, once the means are saved; ids and counts stay."""
        self._sums = SumsByPart((1, 0, 0, 0), np.float32)

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
