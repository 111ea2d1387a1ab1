"""How much lists and structures of a table hold, also where Arrow only counts."""

from __future__ import annotations

import pyarrow as pa
from pyarrow import types

__all__ = ["bytes_of", "nested_bytes"]

NULL = 4
"""Bytes that a null in a list of nothing else counts as: a million of them are a number for Arrow, a million for us."""


def nested_bytes(table: pa.Table) -> int:
    """Bytes of a table's columns that are lists and structures."""
    return sum(bytes_of(column) for column in table.columns if types.is_nested(column.type))


def bytes_of(column: pa.Array | pa.ChunkedArray) -> int:
    """Bytes of a column's values."""
    if isinstance(column, pa.ChunkedArray):
        return sum(map(bytes_of, column.chunks))
    if types.is_null(column.type):
        return NULL * len(column)
    if types.is_struct(column.type):
        return sum(map(bytes_of, column.flatten()))
    if types.is_map(column.type):
        return NULL * len(column) + bytes_of(column.keys) + bytes_of(column.items)
    if types.is_nested(column.type) and not types.is_union(column.type):
        return NULL * len(column) + bytes_of(column.flatten())
    return int(column.nbytes)
