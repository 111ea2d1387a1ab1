"""Columns of Arrow from what many files say: lists of numbers from one array each, without an object for a number."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from neuronview.formats.openai.content import Distribution, Floats

__all__ = ["distributions", "lists", "numbers", "table", "turned"]


def turned(rows: Sequence[tuple[Any, ...]], width: int) -> Sequence[Sequence[Any]]:
    """The columns of these rows."""
    return list(zip(*rows, strict=True)) if rows else [()] * width


def table(schema: pa.Schema, n: int, columns: Mapping[str, Any], same: Mapping[str, Any]) -> pa.Table:
    """`n` rows of these columns, and of those that are the same in every row; others are null."""
    found = []
    for name, kind in zip(schema.names, schema.types, strict=True):
        if name in columns:
            values = columns[name]
            found.append(values if isinstance(values, pa.Array) else pa.array(values, kind))
        else:
            found.append(pa.repeat(pa.scalar(same[name], kind), n) if name in same else pa.nulls(n, kind))
    return pa.table(found, schema=schema)


def numbers(entries: Sequence[Floats | None]) -> pa.Array:
    """Lists of 32-bit numbers, null for None."""
    present = [entry for entry in entries if entry is not None]
    if len(present) == len(entries):
        return lists(list(map(len, present)), pa.array(_joined(present)))
    if not present:
        return pa.nulls(len(entries), pa.list_(pa.float32()))
    lengths = [0 if entry is None else len(entry) for entry in entries]
    return lists(lengths, pa.array(_joined(present)), missing=[entry is None for entry in entries])


def distributions(
    entries: Sequence[Distribution | None], names: Mapping[str, str], bits: int = 32
) -> dict[str, pa.Array]:
    """Columns, each of one of a distribution's fields: lists of lists of 32-bit numbers, null for None.

    With 16 `bits`, probabilities keep so many significant ones.
    """
    present = [entry for entry in entries if entry is not None]
    if not present:
        return {column: pa.nulls(len(entries), pa.list_(pa.list_(pa.float32()))) for column in names}
    counts = np.concatenate([entry.counts for entry in present])
    lengths = [0 if entry is None else len(entry.counts) for entry in entries]
    missing = [entry is None for entry in entries] if len(present) < len(entries) else ()
    found = {}
    for column, field in names.items():
        flat = _joined([getattr(entry, field) for entry in present])
        inner = lists(counts, pa.array(_shortened(flat) if bits == 16 and field == "probabilities" else flat))
        found[column] = lists(lengths, inner, missing=missing)
    return found


def _shortened(values: Floats) -> Floats:
    """The same to 16 significant bits (one part in 65,536): as 32-bit floats they compress to a quarter less."""
    bits = values.view(np.uint32) + np.uint32(0x80)
    bits &= np.uint32(0xFFFFFF00)
    rounded = bits.view(np.float32)
    finite = np.isfinite(rounded)
    return rounded if finite.all() else np.where(finite, rounded, values)


def _joined(arrays: Sequence[Floats]) -> Floats:
    return np.concatenate(arrays) if arrays else np.zeros(0, np.float32)


def lists(
    lengths: Sequence[int] | NDArray[np.int32], values: pa.Array, *, missing: Sequence[bool] = ()
) -> pa.ListArray:
    """The values in lists of these lengths; null for one that is missing."""
    offsets = np.zeros(len(lengths) + 1, dtype=np.int64)
    np.cumsum(np.asarray(lengths, dtype=np.int64), out=offsets[1:])
    mask = pa.array(missing, pa.bool_()) if any(missing) else None
    return pa.ListArray.from_arrays(pa.array(offsets.astype(np.int32)), values, mask=mask)
