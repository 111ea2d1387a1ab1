"""A dataset's excerpts in memory, where they are few: a neuron's records need some from all over their file.

Reading forty of them from the disk takes longer than all else of a neuron, since they are stored in blocks.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

__all__ = ["MOST_ROWS", "HeldExcerpts"]

MOST_ROWS = 100_000
"""Excerpts of 64 token ids take 26 MB then."""


class HeldExcerpts:
    """Rows by excerpt id, read at the first look-up. Safe to ask from several threads."""

    def __init__(self, read: Callable[[], pa.Table]) -> None:
        """`read` gives all rows."""
        self._read = read
        self._held: tuple[NDArray[np.int64], pa.Table] | None = None
        self._reading = threading.Lock()

    def rows(self, excerpt_ids: Sequence[int]) -> list[dict[str, Any]]:
        """The rows of these ids, which rise, each once; those that there are not are left out."""
        with self._reading:  # who comes meanwhile waits, and does not read them as well
            if self._held is None:
                table = self._read().sort_by("excerpt_id").combine_chunks()
                self._held = np.asarray(table.column("excerpt_id"), dtype=np.int64), table
        known, table = self._held
        places = np.searchsorted(known, excerpt_ids)
        places = places[places < len(known)]
        return list(table.take(places[np.isin(known[places], excerpt_ids)]).to_pylist())
