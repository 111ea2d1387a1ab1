"""A dataset from the tables of `export parquet`: everything comes back but the model itself."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from neuronview.errors import FormatError
from neuronview.formats.building import Builder, ImportReport, building, model_note, now
from neuronview.formats.folder import NOTE, read_note, require_as_noted
from neuronview.formats.tables import TABLES

__all__ = ["import_parquet"]

ROWS = 64_000
"""In a part."""
LARGEST_HALF = 65504.0


def import_parquet(
    source: Path,
    out: Path,
    *,
    name: str | None = None,
    progress: Callable[[int, int], None] = lambda done, total: None,
    should_stop: Callable[[], bool] = lambda: False,
) -> ImportReport:
    """Make the dataset `out` of the folder that `export parquet` wrote.

    `progress` hears of rows done and rows in all. Raises FormatError when the files are not such tables or do not fit
    one another, BadInput when `out` is taken, Cancelled when stopped: then nothing is there.
    """
    note = read_note(source)
    if note is None or note.get("format") != "parquet" or not isinstance(note.get("manifest"), dict):
        raise FormatError(
            f"{source} has no {NOTE} of an export as Parquet, so nothing says which model its tables are of. "
            "Give a folder that `export parquet` wrote."
        )
    files = {table: path for table in TABLES if (path := source / f"{table}.parquet").is_file()}
    if not {"records", "explanations"} & files.keys():
        raise FormatError(f"{source} has neither records.parquet nor explanations.parquet. Export it again.")
    require_as_noted(source, note, [path.name for path in files.values()])
    report: list[ImportReport] = []
    with building(out, "parquet", report, should_stop=should_stop) as builder:
        manifest = {**note["manifest"], "name": name or out.resolve().name}
        builder.bits = int(manifest.get("activation_bits", 16))
        _Import(builder, files, manifest["model"], progress).run()
        manifest["imported"] = {"format": "parquet", "dataset": note["manifest"].get("name"), "when": now()}
        builder.notes.append(model_note(manifest["model"], "as the export says", out))
        builder.finish(manifest, label="import parquet")
    return report[0]


class _Import:
    """One import: tables in an order in which each can be checked against those before."""

    def __init__(
        self,
        builder: Builder,
        files: Mapping[str, Path],
        model: Mapping[str, Any],
        progress: Callable[[int, int], None],
    ) -> None:
        self._builder, self._files, self._model, self._progress = builder, files, model, progress
        self._lengths: dict[int, int] = {}
        self._done = 0
        self._total = sum(_opened(path).metadata.num_rows for path in files.values())

    def run(self) -> None:
        for name in ("vocabulary", "excerpts", *(table for table in TABLES if table not in ("vocabulary", "excerpts"))):
            for table in self._pieces(name):
                self._check(name, table)
                self._builder.write(name, self._as_stored(name, table))
                self._done += table.num_rows
                self._progress(self._done, self._total)

    def _pieces(self, name: str) -> Iterator[pa.Table]:
        """Tables of up to ROWS rows."""
        if name not in self._files:
            return
        gathered: list[pa.RecordBatch] = []
        try:
            for batch in _opened(self._files[name]).iter_batches(batch_size=8_000):
                gathered.append(batch)
                if sum(map(len, gathered)) >= ROWS:
                    yield pa.Table.from_batches(gathered)
                    gathered = []
        except (OSError, pa.ArrowException) as error:
            raise FormatError(f"{self._files[name].name} cannot be read ({error}). Export it again.") from error
        if gathered:
            yield pa.Table.from_batches(gathered)

    def _check(self, name: str, table: pa.Table) -> None:
        """FormatError where a row names a neuron or excerpt that is not there, or has too many numbers for it."""
        required = {"excerpts": {"excerpt_id", "tokens"}, "records": {"excerpt_id", "activations"}}
        lacking = required.get(name, set()) - set(table.column_names)
        if name not in ("excerpts", "vocabulary"):
            lacking |= {"layer", "neuron"} - set(table.column_names)
        if lacking:
            raise FormatError(f"{name}.parquet has no column {', '.join(sorted(lacking))}. Export it again.")
        if "layer" in table.column_names and "neuron" in table.column_names:
            for column, end in (("layer", self._model["n_layers"]), ("neuron", self._model["n_neurons"])):
                found = pc.min_max(table.column(column)).as_py()
                if not 0 <= found["min"] <= found["max"] < end:
                    raise FormatError(f"{name}.parquet has a {column} beyond 0 to {end - 1}, which the model has.")
        if name == "excerpts":
            lengths = pc.fill_null(pc.list_value_length(table.column("tokens")), 0).to_pylist()
            self._lengths |= dict(zip(table.column("excerpt_id").to_pylist(), lengths, strict=True))
        if name == "records":
            self._check_records(table)

    def _check_records(self, table: pa.Table) -> None:
        lengths = pc.list_value_length(table.column("activations")).to_pylist()
        for number, length in zip(table.column("excerpt_id").to_pylist(), lengths, strict=True):
            if number not in self._lengths:
                raise FormatError(f"records.parquet refers to excerpt {number}, which excerpts.parquet has not.")
            if length is None or length > self._lengths[number]:
                raise FormatError(
                    f"records.parquet has {length} activations of excerpt {number}, which has {self._lengths[number]} "
                    "tokens."
                )
        values = np.asarray(pc.list_flatten(table.column("activations")))
        if not np.isfinite(values).all():
            raise FormatError("records.parquet has an activation that is no number.")
        if self._builder.bits == 16 and len(values) and float(np.abs(values).max()) > LARGEST_HALF:
            raise FormatError(f"records.parquet has an activation beyond {LARGEST_HALF:g}, which 16 bits do not hold.")

    def _as_stored(self, name: str, table: pa.Table) -> pa.Table:
        """Excerpts without the strings that the vocabulary gives."""
        if name != "excerpts" or "vocabulary" not in self._files or "token_ids" not in table.column_names:
            return table
        place = table.column_names.index("tokens")
        told = pc.is_valid(table.column("token_ids"))
        left = pc.if_else(told, pa.scalar(None, pa.list_(pa.string())), table.column("tokens"))
        return table.set_column(place, "tokens", left)


def _opened(path: Path) -> pq.ParquetFile:
    try:
        return pq.ParquetFile(path)
    except (OSError, pa.ArrowException) as error:
        raise FormatError(f"{path.name} is no Parquet file that can be read ({error}). Export it again.") from error
