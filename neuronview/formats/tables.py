"""A dataset as plain tables that anything opens: Parquet, which keeps everything, and CSV.

One file a table: neurons, records, explanations, scores, simulations, related (as far as there are rows), excerpts with
their tokens as strings, and the vocabulary. `records` refer to `excerpts` by `excerpt_id`. Activations are 32-bit
floats. In CSV lists are JSON, and a text that a spreadsheet would run as a formula has an apostrophe before it.
"""

from __future__ import annotations

import contextlib
import csv
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import IO, Any

import numpy as np
import orjson
import pyarrow as pa
import pyarrow.parquet as pq

from neuronview.formats.slices import KINDS, Slice
from neuronview.store import Dataset
from neuronview.store.csv_cells import number_lists
from neuronview.store.schema import SCHEMAS, records_schema
from neuronview.tokens import spreadsheet_safe

__all__ = ["LEFT_OUT", "TABLES", "CsvWriter", "ParquetWriter", "entries", "schema_of"]

TABLES = (*KINDS, "excerpts", "vocabulary")
LEFT_OUT = {"formula": "texts that begin like a formula stand with an apostrophe before them"}
ROW_GROUP = 8_000


def entries(form: str) -> frozenset[str]:
    """Names of the files that an export as `parquet` or `csv` may write."""
    return frozenset(f"{table}.{form}" for table in TABLES)


def schema_of(table: str) -> pa.Schema:
    """Columns of a table in Parquet."""
    return records_schema(32) if table == "records" else SCHEMAS[table]


class _Tables:
    """Slices as rows of tables: each excerpt once, the vocabulary at the end."""

    def __init__(self, folder: Path, dataset: Dataset) -> None:
        self._folder, self._dataset = folder, dataset
        self._written: set[int] = set()
        self.files = Counter[str]()
        self.left_out = Counter[str]()

    def add(self, found: Slice) -> None:
        """Write these neurons."""
        for kind, table in found.tables.items():
            self._take(kind, _in_form(kind, table))
        new = [number for number in found.excerpt_ids if number not in self._written]
        self._written.update(new)
        rows = [found.excerpts[number] for number in new]
        self._take("excerpts", pa.Table.from_pylist(rows, schema=schema_of("excerpts")))

    def _take(self, name: str, table: pa.Table) -> None:
        if table.num_rows:
            self.files[name] += table.num_rows
            self._write(name, table)

    def _take_vocabulary(self) -> None:
        self._take("vocabulary", self._dataset.vocabulary().cast(schema_of("vocabulary")))

    def _write(self, name: str, table: pa.Table) -> None:
        raise NotImplementedError


class ParquetWriter(_Tables):
    """Writes slices of a dataset as Parquet files."""

    def __init__(self, folder: Path, dataset: Dataset) -> None:
        """Into `folder`."""
        super().__init__(folder, dataset)
        self._open: dict[str, pq.ParquetWriter] = {}

    def close(self) -> None:
        """Finish the files."""
        self._take_vocabulary()
        for writer in self._open.values():
            writer.close()

    def discard(self) -> None:
        """Let go of the files; a writer that is not told would try to finish its file when it is collected."""
        for writer in self._open.values():
            writer.is_open = False

    def _write(self, name: str, table: pa.Table) -> None:
        if name not in self._open:
            path = self._folder / f"{name}.parquet"
            self._open[name] = pq.ParquetWriter(path, table.schema, compression="zstd", compression_level=3)
        self._open[name].write_table(table, row_group_size=ROW_GROUP)


class CsvWriter(_Tables):
    """Writes slices of a dataset as CSV files in UTF-8."""

    def __init__(self, folder: Path, dataset: Dataset) -> None:
        """Into `folder`."""
        super().__init__(folder, dataset)
        self._open: dict[str, IO[str]] = {}

    def close(self) -> None:
        """Finish the files."""
        self._take_vocabulary()
        for stream in self._open.values():
            stream.close()

    def discard(self) -> None:
        """Let go of the files."""
        for stream in self._open.values():
            with contextlib.suppress(OSError):
                stream.close()

    def _write(self, name: str, table: pa.Table) -> None:
        columns: dict[str, Iterable[Any]] = {
            field.name: self._cells(field, table.column(field.name)) for field in table.schema
        }
        if name == "excerpts":
            columns["text"] = [self._safe("".join(tokens)) for tokens in table.column("tokens").to_pylist()]
        if name not in self._open:
            self._open[name] = (self._folder / f"{name}.csv").open("w", newline="", encoding="utf-8")
            csv.writer(self._open[name]).writerow(columns)
        csv.writer(self._open[name]).writerows(zip(*columns.values(), strict=True))

    def _cells(self, field: pa.Field, column: pa.ChunkedArray) -> Iterable[Any]:
        """What is missing is an empty cell, which no number is."""
        if pa.types.is_string(field.type):
            return [self._safe(text) if text else text for text in column.to_pylist()]
        if pa.types.is_list(field.type) and pa.types.is_floating(field.type.value_type):
            return [cell or "" for cell in number_lists(column)]
        if pa.types.is_nested(field.type):
            return ["" if value is None else orjson.dumps(value).decode() for value in column.to_pylist()]
        if pa.types.is_float32(field.type):
            return [str(np.float32(value)) if value is not None else "" for value in column.to_pylist()]
        return list(column.to_pylist())

    def _safe(self, text: str) -> str:
        safe = spreadsheet_safe(text)
        self.left_out["formula"] += safe != text
        return safe


def _in_form(kind: str, table: pa.Table) -> pa.Table:
    """The columns of the kind, those that parts of before lack as nulls."""
    schema = schema_of(kind)
    columns: Mapping[str, Any] = {
        field.name: table.column(field.name)
        if field.name in table.column_names
        else pa.nulls(table.num_rows, field.type)
        for field in schema
    }
    return pa.table(columns).cast(schema)
