"""Tables as CSV for spreadsheets, which compute any cell that begins like a formula: no text does, once it was here."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

import numpy as np
import orjson
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
from pyarrow import types

from neuronview.tokens import spreadsheet_safe

__all__ = ["csv_of_table", "number_lists"]


def csv_of_table(table: pa.Table) -> bytes:
    """A table in UTF-8, whose whole numbers stay whole; lists and structures are JSON, in which nan is null.

    Texts and names of columns that begin like a formula have an apostrophe before them.
    """
    columns = [_written(column) for column in table.columns]
    if len(columns) == 1 and columns[0].null_count:  # its line would be empty, and skipped by who reads it
        columns = [pc.fill_null(columns[0].cast(pa.string()), "")]
    names = [spreadsheet_safe(name) for name in table.column_names]
    stream = io.BytesIO()
    pyarrow.csv.write_csv(pa.Table.from_arrays(columns, names=names), stream)
    return stream.getvalue()


def number_lists(column: pa.ChunkedArray) -> list[str | None]:
    """JSON of each list of floats, with the shortest digits that give its numbers back."""
    lists = column.combine_chunks()
    values = lists.flatten().to_numpy(zero_copy_only=False)
    found: list[str | None] = []
    start = 0
    for length in lists.value_lengths().to_pylist():
        end = start + (length or 0)
        cell = orjson.dumps(values[start:end], option=orjson.OPT_SERIALIZE_NUMPY).decode()
        found.append(None if length is None else cell)
        start = end
    return found


def _written(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """The column as Arrow can write it."""
    # A query's enumerations are dictionaries of texts.
    kind = column.type.value_type if types.is_dictionary(column.type) else column.type
    if _is_written(kind):
        return column
    cells: Sequence[str | None]
    if types.is_list(kind) and types.is_floating(kind.value_type):
        cells = number_lists(column)
    else:
        cells = [None if cell is None else _text(_shortest(cell, kind)) for cell in column.to_pylist()]
    return pa.chunked_array([pa.array([cell and spreadsheet_safe(cell) for cell in cells], pa.string())])


def _is_written(kind: pa.DataType) -> bool:
    """Whether a cell of it is one number, truth or time, or nothing."""
    if types.is_interval(kind) or types.is_duration(kind):
        return False
    return any(is_it(kind) for is_it in (types.is_primitive, types.is_boolean, types.is_decimal, types.is_null))


def _text(cell: Any) -> str:
    return orjson.dumps(cell, default=_words).decode() if isinstance(cell, list | dict) else _words(cell)


def _words(value: Any) -> str:
    """Of what JSON has none."""
    return value.hex() if isinstance(value, bytes) else str(value)


def _shortest(cell: Any, kind: pa.DataType) -> Any:
    """The same, its single-precision numbers with no more digits than they have."""
    if cell is None:
        return None
    if types.is_float32(kind):
        return float(str(np.float32(cell)))
    if types.is_struct(kind):
        return {field.name: _shortest(cell[field.name], field.type) for field in kind}
    if types.is_map(kind):
        return [[_shortest(key, kind.key_type), _shortest(value, kind.item_type)] for key, value in cell]
    if types.is_nested(kind) and isinstance(cell, list):
        return [_shortest(value, kind.value_type) for value in cell]
    return cell
