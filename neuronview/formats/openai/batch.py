"""Import one batch of neurons: fetch their files, read them, write their rows, make one commit of it.

All of a batch goes in or nothing does, and every file of it stands for itself: one that is refused keeps no other out.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa

from neuronview.errors import FormatError
from neuronview.formats.openai.columns import Columns, Excerpts
from neuronview.formats.openai.content import excerpt_key
from neuronview.formats.openai.ledger import FileKey, Ledger
from neuronview.formats.openai.reading import read_explanations, read_records
from neuronview.formats.openai.related import READERS
from neuronview.formats.openai.source import Fetched, Source, file_name, path_of
from neuronview.records import NeuronId
from neuronview.store.manifest import committed_parts
from neuronview.store.schema import FILES
from neuronview.store.whole import read_part
from neuronview.store.write import Part, write_part

__all__ = ["BatchResult", "FileProblem", "Importer", "Terms"]

LARGE = 64 * 1024 * 1024
"""Bytes of files that make a commit, however many are left: what they hold is in memory until then."""
FAILURES = 12
"""Files in a row that could not be had, each after all its tries: then the source is lost, not the files."""


@dataclass(frozen=True)
class FileProblem:
    """A file that is not stored."""

    file: str
    """LAYER/NEURON.json or .jsonl."""
    kind: str
    state: str
    """`absent`, `refused` (what it holds) or `failed` (it could not be had)."""
    reason: str


@dataclass(frozen=True)
class Terms:
    """How files become rows."""

    dataset: str
    bits: int
    explainer: str
    simulator: str


@dataclass
class BatchResult:
    """What became of a batch."""

    stored: Counter[str] = field(default_factory=Counter)
    """Files by kind."""
    problems: list[FileProblem] = field(default_factory=list)
    bytes_stored: int = 0
    over_cap: bool = False
    lost: str = ""
    """Why the source seems to be gone."""

    def add(self, later: BatchResult) -> None:
        """What became of more files of the batch."""
        self.stored += later.stored
        self.problems += later.problems
        self.bytes_stored += later.bytes_stored
        self.over_cap, self.lost = later.over_cap, later.lost


class Importer:
    """Imports batches into one folder; a process has one, which remembers what it stored."""

    def __init__(
        self,
        source: Source,
        ledger: Ledger,
        terms: Terms,
        *,
        on_file: Callable[[int], None] = lambda size: None,
        reserve: Callable[[int], bool] = lambda size: True,
        room: Callable[[], int] = lambda: sys.maxsize,
        should_stop: Callable[[], bool] = lambda: False,
    ) -> None:
        """`on_file` hears the bytes of each file; `reserve` says whether so many bytes may still be stored.

        `room`: about how many that is for this importer, so that no more is asked for than can be stored.
        """
        self._source, self._ledger, self._terms = source, ledger, terms
        self._on_file, self._reserve, self._room, self._should_stop = on_file, reserve, room, should_stop
        self._files_read = self._bytes_read = self._bytes_stored = 0
        self._excerpts = Excerpts()

    def learn_excerpts(self, numbers: Sequence[int] | None = None) -> None:
        """Know the excerpts that are stored already, or those of these numbers, so that none is stored twice."""
        folder = self._ledger.folder
        for part in committed_parts(folder)["excerpts"]:
            if numbers is not None and not any(part.low <= number <= part.high for number in numbers):
                continue
            chosen = None if numbers is None else [("excerpt_id", "in", list(numbers))]
            table = read_part(folder, part, columns=["excerpt_id", "tokens"], filters=chosen)
            for number, tokens in zip(*(column.to_pylist() for column in table.columns), strict=True):
                self._excerpts.known[excerpt_key(tokens)] = number

    def run(self, batch: Sequence[FileKey]) -> BatchResult:
        """Import what is not stored yet of these files, in more than one commit where they are large.

        Raises DatasetError when the folder cannot be written.
        """
        self._ledger.refresh()
        result, rest = BatchResult(), list(batch)
        while rest:
            todo = [key for key in rest if not self._ledger.has(key)]
            found, n_taken = self._attempt(todo)
            if found is None:
                continue
            result.add(found)
            rest = todo[n_taken:]
            if found.over_cap or found.lost or not n_taken or self._should_stop():
                break
        return result

    def _attempt(self, todo: Sequence[FileKey]) -> tuple[BatchResult | None, int]:
        """What became of the first of these files, and how many they are: as many as are worth a commit.

        None when another process stored one of them meanwhile: what was done is thrown away.
        """
        self._learn_partners(todo)
        terms, now = self._terms, datetime.now(UTC).isoformat(timespec="seconds")
        columns = Columns(
            self._excerpts,
            bits=terms.bits,
            explainer=terms.explainer,
            simulator=terms.simulator,
            dataset=terms.dataset,
            now=now,
        )
        result, stored, rows = BatchResult(), list[FileKey](), list[tuple[object, ...]]()
        failures = size = n_taken = 0
        if (most := self._worth_reading()) <= 0:
            return BatchResult(over_cap=True), 0
        keys = todo if most >= LARGE else self._within(todo, most, lambda: (n_taken, size))
        fetched_all = self._source.fetch_all((path_of(*key) for key in keys), should_stop=self._should_stop)
        for key, fetched in zip(todo, fetched_all, strict=False):
            state, reason = _take(columns, key, fetched)
            n_taken, size = n_taken + 1, size + len(fetched.content)
            self._on_file(len(fetched.content))
            failures = failures + 1 if state == "failed" else 0
            if state == "stored":
                stored.append(key)
            else:
                result.problems.append(FileProblem(file_name(*key), key.kind, state, reason))
            if state == "stored" or self._ledger.others.get(key) != (state, reason):
                rows.append((*key.neuron, key.kind, state, reason, len(fetched.content), now))
            if failures >= FAILURES:
                result.lost = reason
                break
            if size >= LARGE and todo[n_taken : n_taken + 1] and todo[n_taken].neuron != key.neuron:
                break
        result.stored.update(key.kind for key in stored)
        self._files_read, self._bytes_read = self._files_read + n_taken, self._bytes_read + size
        return self._store(columns, result, stored, rows), n_taken

    def _worth_reading(self) -> float:
        """Bytes of files that there is room for, from what those so far took; 0 where there is none for one file.

        Before anything was stored: as many as there is room for, which is few, since parts are smaller than files.
        """
        room = self._room()
        if not self._bytes_stored:
            return room
        a_byte = self._bytes_stored / max(1, self._bytes_read)
        return room / a_byte if a_byte * self._bytes_read / self._files_read <= room else 0

    def _within(self, todo: Sequence[FileKey], most: float, taken: Callable[[], tuple[int, int]]) -> Iterator[FileKey]:
        """The first of these files, about `most` bytes of them, and all of a neuron; those under way count as read."""
        last = None
        for n_asked, key in enumerate(todo):
            files, size = taken()
            each = (self._bytes_read + size) / max(1, self._files_read + files)
            if last is not None and key.neuron != last and size + (n_asked - files) * each >= most:
                return
            last = key.neuron
            yield key

    def _store(
        self, columns: Columns, result: BatchResult, stored: list[FileKey], rows: list[tuple[object, ...]]
    ) -> BatchResult | None:
        if not rows:
            return result
        folder, new = self._ledger.folder, len(self._excerpts.new)
        first = self._ledger.take_ids(new) if new else 0
        tables = columns.tables(first) | {"files": pa.table(list(zip(*rows, strict=True)), schema=FILES)}
        parts, reserved, committed = list[Part](), 0, False
        try:
            for kind, table in tables.items():
                parts.append(write_part(folder, kind, table, activation_bits=self._terms.bits, bulk=True))
            result.bytes_stored = sum(part.bytes for part in parts)
            if not self._reserve(result.bytes_stored):
                return BatchResult(over_cap=True)
            reserved = result.bytes_stored
            self._bytes_stored += reserved
            committed = self._ledger.commit(parts, stored, label="import of published files")
        finally:
            if not committed:
                self._reserve(-reserved)
                _remove(folder, parts)
                self._excerpts.forget_new()
        if not committed:
            return None
        self._excerpts.settle(first)
        return result

    def _learn_partners(self, todo: Sequence[FileKey]) -> None:
        """Excerpts of a neuron's other kind of file, when that is stored: its simulations then meet its records."""
        pairs = (("activations", "explanations"), ("explanations", "activations"))
        other = {kind: partner for kind, partner in pairs if self._ledger.has_any(partner)}
        if not other:
            return
        partly = {
            key.neuron for key in todo if key.kind in other and self._ledger.has(FileKey(key.neuron, other[key.kind]))
        }
        if partly:
            self.learn_excerpts(_excerpts_of(self._ledger.folder, partly))


def _take(columns: Columns, key: FileKey, fetched: Fetched) -> tuple[str, str]:
    """Add what a file says, and say what became of it and why."""
    if fetched.state != "whole":
        return fetched.state, fetched.reason
    try:
        if key.kind == "activations":
            columns.add_records(read_records(fetched.content, key.neuron))
        elif key.kind == "explanations":
            columns.add_explanations(read_explanations(fetched.content, key.neuron))
        else:
            columns.add_related(key.neuron, key.kind, READERS[key.kind](fetched.content))
    except FormatError as error:
        return "refused", str(error)
    return "stored", ""


def _excerpts_of(folder: Path, neurons: set[NeuronId]) -> list[int]:
    """Numbers of the excerpts that these neurons' records and simulations refer to."""
    layers = {neuron.layer for neuron in neurons}
    found: set[int] = set()
    parts = committed_parts(folder)
    for part in [*parts["records"], *parts["simulations"]]:
        if any(part.low <= layer <= part.high for layer in layers):
            chosen = [("layer", "in", list(layers)), ("neuron", "in", [neuron.neuron for neuron in neurons])]
            table = read_part(folder, part, columns=["layer", "neuron", "excerpt_id"], filters=chosen)
            rows = zip(*(table.column(name).to_pylist() for name in ("layer", "neuron", "excerpt_id")), strict=True)
            found |= {number for layer, neuron, number in rows if NeuronId(layer, neuron) in neurons}
    return sorted(found)


def _remove(folder: Path, parts: Sequence[Part]) -> None:
    for part in parts:
        (folder / part.file).unlink(missing_ok=True)
