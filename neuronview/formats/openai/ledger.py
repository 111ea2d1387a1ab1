"""What of the published files a dataset folder has already, so that every file is taken once, whoever imports.

Read from the folder's commits alone: rows of kind `files` say what became of each file. Several processes may import
into one folder: numbers of excerpts come from a counter that is locked while it is read and raised, and a commit is
made under the same lock, after a look at what others committed meanwhile.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pyarrow.compute as pc

from neuronview.errors import DatasetError
from neuronview.formats.openai.source import KINDS
from neuronview.records import NeuronId
from neuronview.store.manifest import added_parts, committed_parts
from neuronview.store.whole import read_part
from neuronview.store.write import COMMITS, MANIFEST, Part, commit_parts

__all__ = ["KIND_NUMBERS", "FileKey", "Ledger", "keys_of"]

KIND_NUMBERS = {kind: number for number, kind in enumerate(KINDS)}
COUNTER = "excerpt-ids"


class FileKey(NamedTuple):
    """One published file."""

    neuron: NeuronId
    kind: str


class Ledger:
    """Which files are stored, and what was wrong with those that are not."""

    def __init__(self, folder: Path, n_layers: int, n_neurons: int) -> None:
        """Of this dataset folder, which need not exist yet."""
        self.folder = folder
        self.stored = np.zeros((len(KINDS), n_layers, n_neurons), dtype=bool)
        self.others: dict[FileKey, tuple[str, str]] = {}
        """State and reason of the files that are not stored."""
        self.last_excerpt = -1
        self._seen: set[str] = set()
        self._stamp = (0, frozenset[str]())

    def refresh(self) -> None:
        """Read what was committed since the last time."""
        manifest = self.folder / MANIFEST
        names = frozenset(path.name for path in (self.folder / COMMITS).glob("*.json"))
        stamp = (manifest.stat().st_mtime_ns if manifest.exists() else 0, names)
        if stamp == self._stamp or not manifest.exists():
            return
        before, known = self._stamp
        only_more = stamp[0] == before and known < names
        parts = (added_parts(self.folder, names - known) if only_more else None) or committed_parts(self.folder)
        self._stamp = stamp
        self.last_excerpt = max([self.last_excerpt, *(part.high for part in parts["excerpts"])])
        new = [part for part in parts["files"] if part.file not in self._seen]
        for part in new:
            self._read(part)
            self._seen.add(part.file)

    def has(self, key: FileKey) -> bool:
        """Whether this file is stored."""
        return bool(self.stored[KIND_NUMBERS[key.kind], key.neuron.layer, key.neuron.neuron])

    def has_any(self, kind: str) -> bool:
        """Whether a file of this kind is stored."""
        return bool(self.stored[KIND_NUMBERS[kind]].any())

    def take_ids(self, n: int) -> int:
        """The first of `n` numbers for excerpts that nobody else gets."""
        with self._locked() as counter:
            text = os.pread(counter, 20, 0).strip()
            self.refresh()
            first = max(int(text) if text.isdigit() else 0, self.last_excerpt + 1)
            # Written over and never cut off, for it only grows: whoever is killed here leaves one number or the other.
            os.pwrite(counter, str(first + n).encode(), 0)
        return first

    def commit(self, parts: list[Part], stored: Sequence[FileKey], *, label: str) -> bool:
        """Commit the parts, or not, where another process stored one of their files meanwhile."""
        with self._locked():
            self.refresh()
            if any(self.has(key) for key in stored):
                return False
            commit_parts(self.folder, parts, label=label)
        return True

    @contextmanager
    def _locked(self) -> Iterator[int]:
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            counter = os.open(self.folder / COUNTER, os.O_RDWR | os.O_CREAT, 0o644)
        except OSError as error:
            raise self._unwritten(error) from error
        try:
            _lock(counter)
            yield counter
        except OSError as error:
            raise self._unwritten(error) from error
        finally:
            os.close(counter)  # which gives the lock back, as the end of the process does

    def _unwritten(self, error: OSError) -> DatasetError:
        return DatasetError(
            f"{COUNTER} could not be written in {self.folder} ({error.strerror or error}). Free space or choose a "
            "folder that can be written; what was there is unchanged."
        )

    def _read(self, part: Part) -> None:
        table = read_part(self.folder, part, columns=["layer", "neuron", "kind", "state", "reason"])
        stored = pc.equal(table.column("state"), "stored")
        for kind, number in KIND_NUMBERS.items():
            rows = table.filter(pc.and_(stored, pc.equal(table.column("kind"), kind)))
            self.stored[number, rows.column("layer").to_numpy(), rows.column("neuron").to_numpy()] = True
        for row in table.filter(pc.invert(stored)).to_pylist():
            self.others[FileKey(NeuronId(row["layer"], row["neuron"]), row["kind"])] = (row["state"], row["reason"])
        self.others = {key: entry for key, entry in self.others.items() if not self.has(key)}


def keys_of(batch: np.ndarray) -> list[FileKey]:
    """The files of a batch: layer, neuron and number of the kind of each, (files, 3)."""
    kinds = list(KINDS)
    return [FileKey(NeuronId(layer, neuron), kinds[kind]) for layer, neuron, kind in batch.tolist()]


def _lock(file: int) -> None:
    try:
        import fcntl  # only where files can be locked so; a single import needs no lock
    except ImportError:
        return
    fcntl.flock(file, fcntl.LOCK_EX)
