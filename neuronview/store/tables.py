"""SQL that turns a dataset's parts into tables and views of one in-memory DuckDB connection.

Small tables are materialised at opening; records, histograms and tails stay in their files. All names are ours;
values from people are bound by `queries`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from neuronview.errors import DatasetError
from neuronview.store.schema import SCHEMAS
from neuronview.store.whole import require_whole
from neuronview.store.write import Part

__all__ = [
    "BY_RULE",
    "HEADLINE_SPLITS",
    "IDENTITY",
    "build_browse",
    "build_tables",
    "connect",
    "distinct",
    "reader_of",
    "source",
    "table_of",
]

HEADLINE_SPLITS: tuple[str, ...] = ("held_out", "valid", "test", "published")
"""Which split's score stands for an explanation in tables, the first that there is."""

BY_RULE = "rule"
"""The reader of every score whose simulator evaluates a rule; other simulators are readers by their own names."""
_RULES = ("lookup", "dictionary", "pattern")

Located = tuple[Path, Part]

_SAME = " and ".join(
    f"c.{name} is not distinct from d.{name}" for name in ("explanation_id", "layer", "neuron", "reader")
)
_BROWSE = f"""
create or replace table browse as
with named as (
    select *, if(list_contains($rules, simulator), $by_rule, simulator) as reader from scores
), candidates as (
    select * from named where subset = 'top_and_random' and split <> 'corpus' and scorer = 'simulation'
), doubled as (
    select explanation_id, layer, neuron, reader from candidates group by all having count(*) > 1
), ranked as (
    -- A row for each reader: scores of different simulators are never ranked together. Few are there more than once,
    -- and to rank all made opening slow.
    select c.*, row_number() over (
        partition by explanation_id, layer, neuron, reader
        order by coalesce(list_position($splits, split), 99), scorer, simulator
    ) as place
    from candidates c semi join doubled d on {_SAME}
), headline as (
    select c.* from candidates c anti join doubled d on {_SAME}
    union all
    select * exclude (place) from ranked where place = 1
),
part as (
    select explanation_id, layer, neuron, split, scorer, simulator,
        max(value) filter (subset = 'top') as top_score,
        max(value) filter (subset = 'random') as random_score
    from scores where subset in ('top', 'random') group by all
), corpus as (
    select explanation_id, layer, neuron, max(value) as corpus_score
    from scores where split = 'corpus' group by all
)
select layer, neuron, n.* exclude (layer, neuron), e.explanation_id, e.explainer, trim(e.text) as explanation,
    h.scorer, h.simulator, h.reader, h.split, h.state, h.value as score, h.low, h.high, h.n_sequences, h.reason,
    p.top_score, p.random_score, c.corpus_score
from (
    select layer, neuron, count, n_excerpts, mean, variance, skewness, kurtosis, minimum, maximum, share_positive,
        token_share, bigram_share, position_share, n_tokens as share_tokens
    from neurons left join shares using (layer, neuron)
) n
-- Of published neurons the explanations may be here before, or without, anything else.
full join explanations e using (layer, neuron)
left join headline h using (explanation_id, layer, neuron)
left join part p on p.explanation_id = h.explanation_id and p.layer = h.layer and p.neuron = h.neuron
    and p.split = h.split and p.scorer = h.scorer and p.simulator = h.simulator
left join corpus c on c.explanation_id = e.explanation_id and c.layer = e.layer and c.neuron = e.neuron
order by layer, neuron, explainer, reader, explanation_id
"""  # noqa: S608 - names are our own


def reader_of(simulator: str) -> str:
    """What a score's simulator counts as: rules of all kinds as one."""
    return BY_RULE if simulator in _RULES else simulator


def connect(*, memory_limit: str = "2GB") -> duckdb.DuckDBPyConnection:
    """An in-memory connection that never looks for extensions on the network."""
    options = {
        "autoinstall_known_extensions": "false",
        "autoload_known_extensions": "false",
        "memory_limit": memory_limit,
        "allocator_background_threads": "true",  # gives free memory back; else each thread keeps what it had in use
    }
    return duckdb.connect(":memory:", config=options)


def build_tables(connection: duckdb.DuckDBPyConnection, parts: Mapping[str, Sequence[Located]]) -> None:
    """Create the tables neurons (a view), vocabulary, explanations, scores, shares and browse from the parts."""
    connection.execute(f"create or replace view neurons as {source(parts['neurons'], 'neurons')}")
    for kind in ("vocabulary", "explanations", "scores", "shares"):
        connection.execute(
            f"create or replace table {kind} as {distinct(kind, source(parts[kind], kind), len(parts[kind]))}"
        )
    build_browse(connection)


def build_browse(connection: duckdb.DuckDBPyConnection) -> None:
    """Create the table browse from the other tables."""
    connection.execute(_BROWSE, {"splits": list(HEADLINE_SPLITS), "rules": list(_RULES), "by_rule": BY_RULE})


def source(parts: Sequence[Located], kind: str) -> str:
    """`select * from` the files of these parts, or from nothing with the same columns.

    Raises DatasetError that names a part whose bytes are not those that were committed: no number is read from it.
    """
    if not parts:
        columns = ", ".join(
            f"cast(null as {_sql_type(field.type)}) as {_quoted(field.name)}" for field in SCHEMAS[kind]
        )
        return f"select {columns} where false"
    require_whole(parts)
    files = ", ".join("'" + str(folder / part.file).replace("'", "''") + "'" for folder, part in parts)
    # Parts of small kinds may differ in columns: those that an older one lacks are null.
    options = ", union_by_name = true" if kind in IDENTITY else ""
    return f"select * from read_parquet([{files}]{options})"  # noqa: S608 - file names come from our own commits, quoted


IDENTITY = {
    "explanations": ("explanation_id", "layer", "neuron"),
    "scores": ("explanation_id", "layer", "neuron", "scorer", "simulator", "split", "subset"),
    "simulations": ("explanation_id", "layer", "neuron", "simulator", "excerpt_id", "place"),
    "shares": ("layer", "neuron"),
}
"""What makes two rows the same result."""
_CREATED = 'regexp_extract(provenance, \'"created":"([^"]*)"\', 1)'
_NEWEST_FIRST = {"simulations": "created desc", "shares": "n_tokens desc"}
"""By kind, where it is not by provenance; of shares those over the most tokens count."""


def distinct(kind: str, query: str, n_parts: int) -> str:
    """The same result may be stored by the dataset and again by a person's run: one row is enough, the newest.

    Only rows that are there more than once are sorted, and come last: they are few, and sorting all would make opening
    slow.
    """
    if kind not in IDENTITY or n_parts < 2:
        return query
    columns = ", ".join(IDENTITY[kind])
    same = " and ".join(f"r.{name} is not distinct from d.{name}" for name in IDENTITY[kind])
    return f"""
        with stored as ({query}), doubled as (select {columns} from stored group by all having count(*) > 1)
        select * from stored r anti join doubled d on {same}
        union all
        (select * from (
            select distinct on ({columns}) * from (select r.* from stored r semi join doubled d on {same})
            order by {_NEWEST_FIRST.get(kind, f"{_CREATED} desc, provenance desc")}
        ) order by {columns})
    """  # noqa: S608 - names are our own


def table_of(
    connection: duckdb.DuckDBPyConnection,
    folder: Path,
    query: str,
    values: Mapping[str, Any] | None = None,
    *,
    within: str = "",
) -> pa.Table:
    """Rows of a query, on a cursor of its own; of its values, tables are there by their names.

    `within` names an attached database whose tables are meant, none the first. Raises DatasetError where a file of the
    dataset in `folder` cannot be read.
    """
    cursor, bound = connection.cursor(), dict(values or {})
    if within:
        cursor.execute(f"use {within}")
    for name in [name for name, value in bound.items() if isinstance(value, pa.Table)]:
        cursor.register(name, bound.pop(name))
    try:
        return cursor.sql(query, params=bound or None).to_arrow_table()
    except (duckdb.IOException, duckdb.SerializationException, duckdb.InvalidInputException) as error:
        reason = str(error).splitlines()[0].removeprefix("Invalid Input Error: ").removeprefix("IO Error: ")
        raise DatasetError(f"A file of {folder} cannot be read ({reason}).") from error


def _quoted(name: str) -> str:
    return '"' + name + '"'


def _sql_type(kind: pa.DataType) -> str:
    if pa.types.is_list(kind):
        return f"{_sql_type(kind.value_type)}[]"
    if pa.types.is_struct(kind):
        return "struct(" + ", ".join(f"{_quoted(field.name)} {_sql_type(field.type)}" for field in kind) + ")"
    names = {"int16": "smallint", "int32": "integer", "int64": "bigint", "string": "varchar", "double": "double"}
    names["bool"] = "boolean"
    return names.get(str(kind), "float")
