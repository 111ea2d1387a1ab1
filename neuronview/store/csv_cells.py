"""Tables as CSV for spreadsheets, which compute any cell that begins like a formula: no text does, once it was here."""

from __future__ import annotations

import io
from datetime import timedelta
from typing import Any

import orjson
import pyarrow as pa
import pyarrow.csv

from neuronview.tokens import spreadsheet_safe

__all__ = ["csv_of_table"]


def csv_of_table(table: pa.Table) -> bytes:
    """A table in UTF-8, whose whole numbers stay whole; lists, structures and the like are JSON.

    Texts and names of columns that begin like a formula have an apostrophe before them.
    """
    for place, field in enumerate(table.schema):
        # A query's enumerations are dictionaries of texts.
        kind = field.type.value_type if pa.types.is_dictionary(field.type) else field.type
        if pa.types.is_string(kind) or pa.types.is_large_string(kind):
            cells = [cell and spreadsheet_safe(cell) for cell in table.column(place).to_pylist()]
            table = table.set_column(place, field.name, pa.array(cells, kind))
        elif not _is_plain(kind):
            texts = [
                None if cell is None else spreadsheet_safe(_json(cell)) for cell in table.column(place).to_pylist()
            ]
            table = table.set_column(place, field.name, pa.array(texts, pa.string()))
    stream = io.BytesIO()
    pyarrow.csv.write_csv(table.rename_columns(list(map(spreadsheet_safe, table.column_names))), stream)
    return stream.getvalue()


def _is_plain(kind: pa.DataType) -> bool:
    """Whether a cell of it is one number, truth or time, or nothing, which Arrow writes."""
    of = pa.types
    if of.is_interval(kind) or of.is_duration(kind):
        return False
    return any(is_it(kind) for is_it in (of.is_primitive, of.is_boolean, of.is_decimal, of.is_null))


def _json(cell: Any) -> str:
    return _words(cell) if isinstance(cell, bytes | timedelta) else orjson.dumps(cell, default=_words).decode()


def _words(value: Any) -> str:
    """Of what JSON has none."""
    return value.hex() if isinstance(value, bytes) else str(value)
