"""The index behind word search: for each word, where it stands. Built in one pass, kept as one Parquet file.

A Field holds the postings of one kind of text (explanations, or neurons' top tokens): int32 numbers of documents and
the places inside them, sorted by word, so that all words of one beginning are one slice. Knows no dataset.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import uuid
from bisect import bisect_left
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TypeVar

import numpy as np
import orjson
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

__all__ = ["Field", "Joined", "build", "load", "save"]

Number = TypeVar("Number", np.int64, np.float32)
Batch = tuple[NDArray[np.int32], Sequence[object]]
MOST_PLACES = np.iinfo(np.uint16).max
_META = b"neuronview.search"
_LAST = "\U0010ffff"
_SCHEMA = pa.schema(
    [
        ("field", pa.string()),
        ("word", pa.string()),
        ("documents", pa.list_(pa.int32())),
        ("places", pa.list_(pa.uint16())),
    ]
)


@dataclass(frozen=True)
class Field:
    """Postings of one kind of text."""

    words: list[str]  # in order of code points
    offsets: NDArray[np.int64]  # (words + 1,) where each word's postings begin
    documents: NDArray[np.int32]  # (postings,) within a word ascending
    places: NDArray[np.uint16]  # (postings,) from zero; of top tokens, the token's rank
    size: int
    """Numbers of documents go from zero to this."""

    @cached_property
    def lengths(self) -> NDArray[np.int64]:
        """Words of each document (size,)."""
        return np.bincount(self.documents, minlength=self.size)

    def slice_of(self, word: str, *, beginning: bool = False) -> slice:
        """Postings of a word, or of all words that begin with it."""
        first = bisect_left(self.words, word)
        if beginning:
            last = bisect_left(self.words, word + _LAST)
        else:
            last = first + (first < len(self.words) and self.words[first] == word)
        return slice(int(self.offsets[first]), int(self.offsets[last]))


@dataclass(frozen=True)
class Joined:
    """Documents of one field without some of them, and after these another's: what all ranking needs of both as one."""

    first: Field
    without: NDArray[np.int64]
    """Documents of `first`."""
    second: Field

    @property
    def size(self) -> int:
        """Numbers of documents go from zero to this; those of the second field follow the first's."""
        return self.first.size + self.second.size

    @property
    def lengths(self) -> NDArray[np.int64]:
        """Words of each document (size,)."""
        return self.each(lambda field: field.lengths)

    def each(self, of: Callable[[Field], NDArray[Number]]) -> NDArray[Number]:
        """What `of` gives for each document (size,), in both fields; zero for those that are left out."""
        first = of(self.first).copy()
        first[self.without] = 0
        return np.concatenate([first, of(self.second)])


def build(batches: Iterable[Batch], terms: Callable[[object], Iterable[tuple[int, str]]], *, size: int) -> Field:
    """Index documents that come in ascending order; `terms` gives a document's words with their places."""
    numbers: dict[str, int] = {}
    found: list[tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.uint16]]] = []
    for documents, contents in batches:
        ids, places, counts = list[int](), list[int](), list[int]()
        for content in contents:
            before = len(ids)
            for place, word in terms(content):
                ids.append(numbers.setdefault(word, len(numbers)))
                places.append(place)
            counts.append(len(ids) - before)
        # A text so long that its places overflow keeps its words; only their neighbours are not told apart.
        kept = np.minimum(np.array(places, np.int64), MOST_PLACES).astype(np.uint16)
        found.append((np.array(ids, np.int32), np.repeat(documents, counts), kept))
    if not found:
        return Field([], np.zeros(1, np.int64), np.zeros(0, np.int32), np.zeros(0, np.uint16), size)
    ids_of, documents_of, places_of = (np.concatenate(column) for column in zip(*found, strict=True))
    in_order = sorted(numbers)
    rank = np.empty(len(in_order), np.int32)
    rank[[numbers[word] for word in in_order]] = np.arange(len(in_order), dtype=np.int32)
    ranked = rank[ids_of]
    order = np.argsort(ranked, kind="stable")
    offsets = np.r_[0, np.cumsum(np.bincount(ranked, minlength=len(in_order)))].astype(np.int64)
    return Field(in_order, offsets, documents_of[order], places_of[order], size)


def save(path: Path, key: str, fields: Mapping[str, Field]) -> None:
    """Write the index under a temporary name and rename it; OSError when the folder cannot be written."""
    temporary = path.with_name(f"{path.name}.{uuid.uuid4().hex[:8]}.tmp")
    sizes = {name: field.size for name, field in fields.items()}
    meta = {"key": key, "sizes": sizes, "digest": _digest(fields)}
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        schema = _SCHEMA.with_metadata({_META: orjson.dumps(meta)})
        with pq.ParquetWriter(temporary, schema, compression="zstd", write_page_checksum=True) as writer:
            for name, field in fields.items():
                writer.write_table(_table(name, field, schema), row_group_size=50_000)
        os.replace(temporary, path)
    except OSError:
        with contextlib.suppress(OSError):
            temporary.unlink()
        raise


def load(path: Path, key: str) -> dict[str, Field] | None:
    """The fields of a kept index; None where there is none of this key, or it is damaged: it is built again then."""
    try:
        table = pq.read_table(path, page_checksum_verification=True)
        meta = orjson.loads((table.schema.metadata or {})[_META])
        if meta["key"] != key:
            return None
        fields = {name: _field(table, name, int(size)) for name, size in meta["sizes"].items()}
        # Checksums of pages do not cover what the end of the file says about them.
        return fields if meta["digest"] == _digest(fields) else None
    except (OSError, pa.ArrowException, KeyError, ValueError, TypeError, AttributeError):
        return None


def _digest(fields: Mapping[str, Field]) -> str:
    found = hashlib.blake2b(digest_size=16)
    for name in sorted(fields):
        field = fields[name]
        found.update(orjson.dumps([name, field.size, field.words]))
        for column in (field.offsets, field.documents, field.places):
            found.update(np.ascontiguousarray(column).data)
    return found.hexdigest()


def _table(name: str, field: Field, schema: pa.Schema) -> pa.Table:
    offsets = pa.array(field.offsets, pa.int32())
    columns = [
        pa.repeat(name, len(field.words)),
        pa.array(field.words, pa.string()),
        pa.ListArray.from_arrays(offsets, pa.array(field.documents)),
        pa.ListArray.from_arrays(offsets, pa.array(field.places)),
    ]
    return pa.table(columns, schema=schema)


def _field(table: pa.Table, name: str, size: int) -> Field:
    rows = table.filter(pa.compute.field("field") == name).combine_chunks()
    documents, places = (_one(rows.column(column)) for column in ("documents", "places"))
    lengths = documents.value_lengths().to_numpy(zero_copy_only=False)
    offsets = np.r_[0, np.cumsum(lengths)].astype(np.int64)
    numbers = documents.flatten().to_numpy(zero_copy_only=False)
    ranks = places.flatten().to_numpy(zero_copy_only=False)
    if len(numbers) != len(ranks) or (len(numbers) and not 0 <= numbers.min() <= numbers.max() < size):
        raise ValueError(f"the postings of {name} do not fit together")
    return Field(rows.column("word").to_pylist(), offsets, numbers, ranks, size)


def _one(column: pa.ChunkedArray) -> pa.ListArray:
    whole = column.combine_chunks()
    return whole.chunk(0) if isinstance(whole, pa.ChunkedArray) else whole
