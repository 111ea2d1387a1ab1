"""The processes of an import: what each holds, what they count together, and how they end with whoever started them."""

from __future__ import annotations

import gc
import multiprocessing
import os
import signal
import threading
import time
from dataclasses import dataclass
from multiprocessing.context import BaseContext
from pathlib import Path
from typing import Any

import numpy as np

from neuronview.formats.openai.batch import BatchResult, Importer, Terms
from neuronview.formats.openai.ledger import Ledger, keys_of
from neuronview.formats.openai.source import Source
from neuronview.giving_way import give_way

__all__ = ["Meters", "WorkerPlan", "run_batch", "start_worker"]

_FILES, _READ, _STORED, _STOP = range(4)
TOLD = 0.1
"""Seconds between two times that a process tells the others what it has done."""


class Meters:
    """Counters that all processes of one import share."""

    def __init__(self, context: BaseContext, room: int, *, takers: int = 1) -> None:
        """`room`: bytes that may be stored by so many processes."""
        self._room, self._takers = room, takers
        self._counts: Any = context.Array("q", 4)
        self._untold, self._told = [0, 0], 0.0
        """Files and bytes of this process that were not told yet; when it told the last time."""

    @property
    def files(self) -> int:
        """Files that were taken up, whatever became of them."""
        return int(self._counts[_FILES])

    @property
    def bytes_read(self) -> int:
        """Bytes of these files."""
        return int(self._counts[_READ])

    @property
    def bytes_stored(self) -> int:
        """Bytes of the parts that were written."""
        return int(self._counts[_STORED])

    def add_file(self, size: int) -> None:
        """One more file, which the others see soon: to tell them at once would take as long as to read it."""
        self._untold[0] += 1
        self._untold[1] += size
        if time.monotonic() - self._told > TOLD:
            self.tell()

    def tell(self) -> None:
        """Let every process see what this one has taken up."""
        with self._counts.get_lock():
            self._counts[_FILES] += self._untold[0]
            self._counts[_READ] += self._untold[1]
        self._untold, self._told = [0, 0], time.monotonic()

    def reserve(self, size: int) -> bool:
        """Whether so many bytes more may be stored; then they count."""
        with self._counts.get_lock():
            if size > 0 and self._counts[_STORED] + size > self._room:
                return False
            self._counts[_STORED] += size
            return True

    def room(self) -> int:
        """Bytes that one process of these may still store, where each takes as much."""
        return max(0, self._room - self.bytes_stored) // self._takers

    def stop(self) -> None:
        """Ask every process to end after the file at work."""
        self._counts[_STOP] = 1

    def stopping(self) -> bool:
        """Whether that was asked."""
        return bool(self._counts.get_obj()[_STOP])  # without the lock: asked before every file


@dataclass(frozen=True)
class WorkerPlan:
    """What a process needs to know."""

    source: Source
    out: Path
    n_layers: int
    n_neurons: int
    terms: Terms
    room: int
    learns: bool
    """Whether the excerpts that are stored are worth reading first."""


_importer: Importer | None = None
_meters: Meters | None = None


def start_worker(plan: WorkerPlan, meters: Meters) -> None:
    """Make this process's importer. Ctrl-C is the parent's to hear, and the parent's end is the process's end."""
    global _importer, _meters
    _meters = meters
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    give_way()
    threading.Thread(target=_end_with_parent, daemon=True).start()
    # Millions of short-lived lists, and no cycles among them.
    gc.disable()
    ledger = Ledger(plan.out, plan.n_layers, plan.n_neurons)
    _importer = Importer(
        plan.source,
        ledger,
        plan.terms,
        on_file=meters.add_file,
        reserve=meters.reserve,
        room=meters.room,
        should_stop=meters.stopping,
    )
    if plan.learns:
        _importer.learn_excerpts()


def run_batch(batch: np.ndarray) -> BatchResult:
    """Import one batch in this process: layer, neuron and number of the kind of each file, (files, 3)."""
    assert _importer is not None
    assert _meters is not None
    try:
        return _importer.run(keys_of(batch))
    finally:
        _meters.tell()


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
