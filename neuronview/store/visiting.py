"""SQL that a person writes, over a dataset: read-only, bounded in time, memory and rows.

It runs in an instance of its own, not the one that the pages ask: its views over the dataset's files are made, then
file access outside the dataset's folders is off and the configuration is locked. Before anything runs, DuckDB's own
parser turns the query into a tree, in which only SELECT, our tables and harmless functions may stand.
"""

from __future__ import annotations

import os
import re
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import orjson
import pyarrow as pa

from neuronview.errors import BadInput, BadQuery, DatasetError
from neuronview.store.documentation import TABLES
from neuronview.store.manifest import committed_parts
from neuronview.store.nested import bytes_of
from neuronview.store.schema import KINDS
from neuronview.store.tables import Located, build_tables, connect, distinct, source

__all__ = [
    "MEMORY_BESIDE",
    "MOST_CHARACTERS",
    "MOST_ROWS",
    "MOST_SECONDS",
    "NEEDS_MORE",
    "Answer",
    "Visitor",
    "require_length",
    "stopped_after",
]

MOST_CHARACTERS = 20_000
MOST_ROWS = 100_000
MOST_SECONDS = 30.0
MOST_BYTES = 64 * 2**20
"""Of an answer in memory."""
MEMORY = "1GB"
"""What a query may take besides, as far as DuckDB counts it: not within a step over 2,048 rows."""
MEMORY_BESIDE = 2 * 2**30
"""Bytes that a process for queries may have mapped beside what an open dataset takes."""
NEEDS_MORE = "The query needs more memory than there is for it. Ask for fewer rows or columns at once."
BATCH = 2_048
_ROWS_FROM = frozenset({"range", "generate_series", "unnest"})
"""The only functions that may stand where a table stands."""
_TELLING = (
    "read_",
    "write_",
    "parquet_",
    "sniff_",
    "duckdb_",
    "pragma_",
    "current_setting",
    "getenv",
    "glob",
    "which_secret",
)
"""Beginnings of functions that read files, tell of this machine or write to its log."""
_SWELLING = frozenset({"repeat", "lpad", "rpad", "bar", "list_resize", "array_resize"})
"""Functions that make much of little: 2,048 rows of a large text are made at once, whatever the memory limit."""
_PLAIN = re.compile(r"(?!(?:duckdb|pragma|sqlite|pg)_)[a-z_][a-z0-9_]*")
"""Names of a query's own parts; they count everywhere in it, so none may also be a file or a table of DuckDB's."""


@dataclass(frozen=True)
class Answer:
    """What a query gave."""

    table: pa.Table
    is_cut: bool
    """Whether there were more rows than these."""
    seconds: float


class Visitor:
    """An instance for people's own queries; queries may be asked from several threads."""

    def __init__(self, folder: Path, overlay: Path | None = None) -> None:
        """Views over the dataset's folder and over what the user made for it, if that exists.

        Raises DatasetError when files of the dataset cannot be read.
        """
        folders = [place.resolve() for place in (folder, overlay) if place is not None and place.is_dir()]
        self._connection = connect(memory_limit=MEMORY)
        try:
            _make_views(self._connection, _located(folders))
        except duckdb.Error as error:
            self.close()
            raise DatasetError(
                f"A part of {folder} cannot be read ({error}). Restore it from a copy, or build the dataset again."
            ) from error
        _lock(self._connection, folders)

    def close(self) -> None:
        """Close the instance; a query that still runs is ended."""
        self._connection.close()

    def ask(self, sql: str, *, rows: int = 10_000, seconds: float = 10.0) -> Answer:
        """The first `rows` rows of a query's answer.

        Raises BadQuery, in words, for anything but one SELECT over the documented tables, for one that DuckDB
        refuses, and for one that takes longer than `seconds` or more memory than there is for it; BadInput for a
        limit out of range.
        """
        if not 0 < rows <= MOST_ROWS or not 0 < seconds <= MOST_SECONDS:
            raise BadInput(f"A query gives 1 to {MOST_ROWS:,} rows in at most {MOST_SECONDS:.0f} s.")
        began = time.monotonic()
        require_length(sql)
        _check(self._tree(sql))
        cursor = self._connection.cursor()
        try:
            with _ended_after(cursor, seconds):
                table, is_cut = _read(cursor, sql, rows)
        except (duckdb.Error, OSError, pa.ArrowException) as error:  # the reader of rows has errors of its own
            raise BadQuery(_said(error, seconds)) from error
        finally:
            cursor.close()
        return Answer(table, is_cut, time.monotonic() - began)

    def _tree(self, sql: str) -> dict[str, Any]:
        """The query as DuckDB's parser reads it."""
        cursor = self._connection.cursor()
        try:
            row = cursor.execute("select json_serialize_sql($sql)", {"sql": sql}).fetchone()
            return dict(orjson.loads(row[0])) if row else {}
        except orjson.JSONDecodeError as error:
            raise BadQuery("The query is nested too deeply, or adds too many terms. Make it simpler.") from error
        except (duckdb.Error, UnicodeError) as error:
            raise BadQuery(f"The query cannot be read: {error}") from error
        finally:
            cursor.close()


def require_length(sql: str) -> None:
    """BadQuery for a text that is too long to be read as a query."""
    if len(sql) > MOST_CHARACTERS:
        raise BadQuery(f"The query has {len(sql):,} characters; at most {MOST_CHARACTERS:,} are read.")


def _check(tree: Mapping[str, Any]) -> None:
    """BadQuery unless it is one SELECT over the documented tables, with functions that read no files."""
    if tree.get("error"):
        said = str(tree.get("error_message", "")).strip()
        if "Only SELECT" in said:
            raise BadQuery("Only SELECT can be run here: a query reads the dataset and changes nothing.")
        raise BadQuery(f"The query cannot be read: {said}")
    statements = tree.get("statements", [])
    if not statements:
        raise BadQuery("There is no query here. Write one, such as: select * from browse order by low desc limit 50")
    if len(statements) != 1:
        raise BadQuery(f"One query at a time: here are {len(statements)}. Leave out all but one.")
    nodes = list(_nodes(statements))
    own = {str(entry["key"]).lower() for node in nodes if "cte_map" in node for entry in node["cte_map"]["map"]}
    for name in own:
        if not _PLAIN.fullmatch(name):
            raise BadQuery(
                f"“{name[:60]}” cannot name a part of a query. Choose a plain word, not a table of DuckDB's."
            )
    for node in nodes:
        _check_node(node, own)


def _check_node(node: Mapping[str, Any], own: set[str]) -> None:
    """BadQuery for a table, or a function, that may not stand here. `own`: names that the query itself defines."""
    if node.get("type") in ("BASE_TABLE", "SHOW_REF") and (name := str(node.get("table_name", ""))):
        elsewhere = node.get("catalog_name") not in ("", None) or node.get("schema_name") not in ("", "main", None)
        if elsewhere or name.lower() not in own | set(TABLES):
            raise BadQuery(f"There is no table “{name}” here. There are: {', '.join(TABLES)}.")
    if node.get("type") == "TABLE_FUNCTION":
        name = str(node["function"].get("function_name", "")).lower()
        if name not in _ROWS_FROM:
            raise BadQuery(f"“{name}” cannot be read from here; a query reads the tables: {', '.join(TABLES)}.")
    name = str(node.get("function_name", "")).lower()
    if name.startswith(_TELLING):
        raise BadQuery(f"The function “{name}” is not to be had here: it tells of files or of this machine.")
    if name in _SWELLING:
        raise BadQuery(f"The function “{name}” is not to be had here: what it makes has no bounds.")


def _nodes(tree: object) -> Iterator[dict[str, Any]]:
    """Every object of a tree; without recursion, since a query may be nested deeply."""
    left = [tree]
    while left:
        found = left.pop()
        if isinstance(found, dict):
            yield found
            left.extend(found.values())
        elif isinstance(found, list):
            left.extend(found)


def _read(cursor: duckdb.DuckDBPyConnection, sql: str, rows: int) -> tuple[pa.Table, bool]:
    reader = _readable(cursor.sql(sql)).to_arrow_reader(min(BATCH, rows + 1))
    batches, n, size = [], 0, 0
    for batch in reader:
        batches.append(batch)
        n += batch.num_rows
        size += sum(map(bytes_of, batch.columns))
        if n > rows:
            break
        if size > MOST_BYTES:
            raise BadQuery(
                f"The answer is larger than {MOST_BYTES // 2**20} MB after {n:,} rows. Name the columns that you need, "
                "or put LIMIT at the end."
            )
    table = pa.Table.from_batches(batches, schema=reader.schema)
    return table.rename_columns(_once(table.column_names)).slice(0, rows), n > rows


_WITH_VALUES = frozenset(
    {
        *("boolean", "tinyint", "smallint", "integer", "bigint", "hugeint", "float", "double", "decimal"),
        *("utinyint", "usmallint", "uinteger", "ubigint", "varchar", "blob", "uuid", "enum", "null"),
    }
)
"""Types whose every value Arrow, and a page, can hold: a year beyond 9999, an infinite date or a union is text."""
_OF_OTHERS = frozenset({"list", "array", "struct", "map"})


def _readable(rows: duckdb.DuckDBPyRelation) -> duckdb.DuckDBPyRelation:
    """The same rows, with text for values of types that cannot be handed on."""
    if all(map(_has_values, rows.types)):
        return rows
    columns = [
        f"{f'#{place}' if _has_values(kind) else f'cast(#{place} as varchar)'} as {_quoted(name)}"
        for place, (name, kind) in enumerate(zip(rows.columns, rows.types, strict=True), 1)
    ]
    return rows.project(", ".join(columns))


def _has_values(kind: Any) -> bool:
    if kind.id in _OF_OTHERS:
        return all(_has_values(child) for _, child in kind.children if hasattr(child, "id"))
    return kind.id in _WITH_VALUES


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _once(names: Sequence[str]) -> list[str]:
    """Each name once: a second `layer` is `layer_2`."""
    found: list[str] = []
    for name in names:
        place, free = 2, name
        while free in found:
            free, place = f"{name}_{place}", place + 1
        found.append(free)
    return found


@contextmanager
def _ended_after(cursor: duckdb.DuckDBPyConnection, seconds: float) -> Iterator[None]:
    timer = threading.Timer(seconds, cursor.interrupt)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def stopped_after(seconds: float) -> str:
    """What is said of a query whose time was up."""
    return (
        f"The query was stopped after {seconds:g} s. Ask for fewer neurons (where layer = 0), or for fewer rows of "
        "records, simulations and excerpts, which are the large tables."
    )


def _said(error: Exception, seconds: float) -> str:
    """Why a query gave nothing, and what to do."""
    if isinstance(error, duckdb.InterruptException) or "Interrupted" in str(error):
        return stopped_after(seconds)
    if isinstance(error, duckdb.OutOfMemoryException) or "Out of Memory" in str(error):
        return NEEDS_MORE
    hint = "\nEach table's columns: the page Query, or describe browse."
    return f"DuckDB refuses the query: {error}{hint if isinstance(error, duckdb.BinderException) else ''}"


# --- the instance --------------------------------------------------------------------------------------------------


def _located(folders: list[Path]) -> dict[str, list[Located]]:
    located: dict[str, list[Located]] = {kind: [] for kind in KINDS}
    for folder in folders:
        for kind, parts in committed_parts(folder).items():
            located[kind] += [(folder, part) for part in parts]
    return located


def _make_views(connection: duckdb.DuckDBPyConnection, parts: Mapping[str, list[Located]]) -> None:
    build_tables(connection, parts)
    for kind in KINDS:
        if kind in ("excerpts", "records", "simulations", "related", "files"):
            rows = distinct(kind, source(parts[kind], kind), len(parts[kind]))
            connection.execute(f"create view {kind} as {rows}")


def _lock(connection: duckdb.DuckDBPyConnection, folders: list[Path]) -> None:
    """From here on nothing outside the folders is read, nothing is written, and none of this can be undone."""
    places = ", ".join("'" + str(folder).replace("'", "''") + "'" for folder in folders)
    for statement in (
        "set temp_directory = ''",
        f"set threads = {max(1, (os.cpu_count() or 2) // 2)}",
        "set python_enable_replacements = false",
        f"set allowed_directories = [{places}]",
        "set enable_external_access = false",
        "set lock_configuration = true",
    ):
        connection.execute(statement)
