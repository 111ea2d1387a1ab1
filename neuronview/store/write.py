"""Write parts of a dataset folder so that a crash leaves nothing half in.

A part is written under a temporary name and renamed; what counts is the commit: one small JSON file that lists
parts with their row ranges and checksums, itself renamed into place last. Parts that no commit lists do not
exist. No file is ever changed in place. Knows nothing of queries.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import uuid
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import orjson
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from neuronview.errors import DatasetError
from neuronview.replaced import replace_whole
from neuronview.store.schema import FORMAT_VERSION, OPTIONAL, SCHEMAS, SORTED_BY, records_schema

__all__ = [
    "MANIFEST",
    "Part",
    "commit_parts",
    "is_sealed",
    "rows_and_range",
    "sealed",
    "unsealed",
    "write_json",
    "write_manifest",
    "write_part",
    "write_whole",
]

CHECKSUM = "checksum"
"""Field of every small JSON file that is written here: SHA-256 of the rest of it. Older files lack it."""

MANIFEST = "dataset.json"
COMMITS = "commits"
ROW_GROUP = 4000
SMALLER_GROUPS: Mapping[str, int] = {"neurons": 1000, "simulations": 250}
"""Rows in a group of kinds with the largest ones: a page wants one neuron's, and a group is read as a whole."""
UNREPEATED: Mapping[str, str] = {"records": "activations", "excerpts": "token_ids"}
SIGNIFICANT_BITS = 11
SPLIT = frozenset({"activations", "expected", "probabilities", "true_activations", "uncalibrated"})
"""Columns of numbers that hardly repeat, for bulk writing."""
SHORTENED: Mapping[str, tuple[str, ...]] = {"neurons": ("tail_values", "tail_max_values")}
"""Lists that are read by interpolation: 11 bits (one part in 4,000) are more than the interpolation keeps."""


@dataclass(frozen=True)
class Part:
    """One Parquet file of a commit."""

    kind: str
    file: str
    rows: int
    low: int
    """Smallest value of the first column that the kind is sorted by."""
    high: int
    bytes: int
    sha256: str


def write_part(folder: Path, kind: str, table: pa.Table, *, activation_bits: int = 16, bulk: bool = False) -> Part:
    """Write rows as one part of that kind and return its entry for a commit; not yet visible to readers.

    `bulk`, for imports of millions of rows: they are in the order of SORTED_BY already, and are written fast.
    Raises DatasetError when the rows lack a column or the folder cannot be written.
    """
    schema = records_schema(activation_bits) if kind == "records" else SCHEMAS[kind]
    for name in set(OPTIONAL.get(kind, ())) - set(table.column_names):
        table = table.append_column(name, pa.nulls(table.num_rows, schema.field(name).type))
    missing = [name for name in schema.names if name not in table.column_names]
    if missing:
        raise DatasetError(f"Rows for {kind} lack the columns {', '.join(missing)}; nothing was written.")
    table = table.select(schema.names).cast(schema)
    for column in SHORTENED.get(kind, ()):
        table = table.set_column(table.schema.get_field_index(column), column, _shortened(table.column(column)))
    if table.num_rows and not bulk:
        table = table.sort_by([(name, "ascending") for name in SORTED_BY[kind]])
    name = f"{kind}-{uuid.uuid4().hex[:12]}.parquet"
    path = folder / name
    temporary = folder / f"{name}.tmp"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        pq.write_table(table, temporary, **(_bulk_options if bulk else _parquet_options)(kind, schema))
        _flush(temporary)
        os.replace(temporary, path)
    except OSError as error:
        _discard(temporary)
        raise DatasetError(
            f"{name} could not be written in {folder} ({error.strerror or error}). "
            "Free space or choose a folder that can be written; what was there is unchanged."
        ) from error
    return Part(kind, name, *rows_and_range(table, SORTED_BY[kind][0]), path.stat().st_size, sha256_of(path))


def commit_parts(folder: Path, parts: list[Part], *, label: str) -> str:
    """Make parts visible, all at once, and return the commit's id."""
    identity = uuid.uuid4().hex[:16]
    listing = {
        "format": FORMAT_VERSION,
        "id": identity,
        "label": label,
        "parts": [asdict(part) for part in parts],
    }
    write_json(folder / COMMITS / f"{identity}.json", listing)
    return identity


def write_manifest(folder: Path, manifest: Mapping[str, Any]) -> None:
    """Write `dataset.json`; a reader needs it to open the folder."""
    write_json(folder / MANIFEST, {"format": FORMAT_VERSION, **manifest})


def sealed(content: Mapping[str, Any]) -> bytes:
    """JSON of an object with its own checksum, which `unsealed` compares."""
    plain = orjson.loads(orjson.dumps(content, option=orjson.OPT_SERIALIZE_NUMPY))
    plain.pop(CHECKSUM, None)
    # The checksum first: no short piece can be cut out so that it goes and the rest is JSON.
    return orjson.dumps({CHECKSUM: _checksum(plain), **plain}, option=orjson.OPT_INDENT_2)


def unsealed(raw: bytes) -> dict[str, Any]:
    """The JSON object that `sealed` wrote, or one without a checksum; ValueError says in words why it is neither."""
    content = orjson.loads(raw)
    if not isinstance(content, dict):
        raise ValueError("it holds no JSON object")
    said = content.pop(CHECKSUM, None)
    nameless = any(isinstance(value, str) and _is_like_a_checksum(value) for value in content.values())
    if nameless if said is None else said != _checksum(content):
        raise ValueError(
            f"it is damaged: its content is not what its checksum says. If you changed it by hand, take its field "
            f"“{CHECKSUM}” out"
        )
    return content


def is_sealed(path: Path) -> bool:
    """Whether a JSON file that can be read has a checksum."""
    return CHECKSUM in orjson.loads(path.read_bytes())


def _is_like_a_checksum(value: str) -> bool:
    """Whether a text is one, or was one before the damage that took its name."""
    return len(value) == 64 and sum(character in "0123456789abcdef" for character in value) > 48


def _checksum(plain: Mapping[str, Any]) -> str:
    return hashlib.sha256(orjson.dumps(plain, option=orjson.OPT_SORT_KEYS)).hexdigest()


def write_json(path: Path, content: Mapping[str, Any]) -> None:
    """Write JSON with its checksum, as `write_whole` does."""
    write_whole(path, sealed(content))


def write_whole(path: Path, content: bytes) -> None:
    """Write a file under a temporary name, flush it to the disk, and rename it into place.

    Raises DatasetError when that is impossible; what was there is unchanged then.
    """
    try:
        replace_whole(path, content)
    except OSError as error:
        raise DatasetError(
            f"{path.name} could not be written in {path.parent} ({error.strerror or error}). "
            "Free space or choose a folder that can be written; what was there is unchanged."
        ) from error


def sha256_of(path: Path) -> str:
    """Checksum of a file's bytes, in hexadecimal."""
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        while block := stream.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()


def _parquet_options(kind: str, schema: pa.Schema) -> dict[str, Any]:
    """Numbers that hardly repeat are smaller without a dictionary."""
    options: dict[str, Any] = {"compression": "zstd", "compression_level": 19}
    options["row_group_size"] = SMALLER_GROUPS.get(kind, ROW_GROUP)
    if kind in UNREPEATED:
        options["use_dictionary"] = [name for name in schema.names if name != UNREPEATED[kind]]
    return options


def _bulk_options(kind: str, schema: pa.Schema) -> dict[str, Any]:
    """A fifteenth of the time: weak compression, helped by laying the first bytes of all numbers side by side."""
    leaves = {field.name: _leaf(field.name, field.type) for field in schema}
    numbers = {path: value for name, (path, value) in leaves.items() if name in SPLIT}
    return {
        "compression": "zstd",
        "compression_level": 1,
        "row_group_size": SMALLER_GROUPS.get(kind, ROW_GROUP),
        "use_dictionary": [path for path, _ in leaves.values() if path not in numbers],
        # Nobody looks for rows by a number in a list, and the bounds of these took a fifth of the time.
        "write_statistics": [path for name, (path, _) in leaves.items() if path == name],
        # Not 16-bit numbers: DuckDB does not read those so.
        "column_encoding": {path: "BYTE_STREAM_SPLIT" for path, value in numbers.items() if value == pa.float32()},
    }


def _leaf(path: str, kind: pa.DataType) -> tuple[str, pa.DataType]:
    """How Parquet names the numbers or strings of a column that may be lists, and their type."""
    return _leaf(f"{path}.list.element", kind.value_type) if pa.types.is_list(kind) else (path, kind)


def _discard(path: Path) -> None:
    """Remove what was half written; where not even that is possible, no reader looks at it anyway."""
    with contextlib.suppress(OSError):
        path.unlink()


def _shortened(column: pa.ChunkedArray) -> pa.Array:
    """The same lists of numbers with SIGNIFICANT_BITS of each number's digits, which compress to about half."""
    lists = column.combine_chunks()
    values = lists.flatten().to_numpy(zero_copy_only=False).astype(np.float32)
    mantissa, exponent = np.frexp(values)
    rounded = np.ldexp(np.round(mantissa * 2.0**SIGNIFICANT_BITS) / 2.0**SIGNIFICANT_BITS, exponent)
    lengths = pc.fill_null(lists.value_lengths(), 0).to_numpy(zero_copy_only=False)
    offsets = pa.array(np.r_[0, np.cumsum(lengths)], type=pa.int32())
    return pa.ListArray.from_arrays(offsets, pa.array(rounded.astype(np.float32)), mask=lists.is_null())


def _flush(path: Path) -> None:
    with path.open("rb+") as stream:
        os.fsync(stream.fileno())


def rows_and_range(table: pa.Table, column: str) -> tuple[int, int, int]:
    """How many rows, and the smallest and largest value of a column; 0 and -1 where there is none."""
    if not table.num_rows:
        return 0, 0, -1
    ends = pc.min_max(table.column(column)).as_py()
    return table.num_rows, int(ends["min"]), int(ends["max"])
