"""Open a dataset folder and ask it things: pages of neurons, one neuron, its explanations, a search.

One in-memory DuckDB connection over the folder's Parquet parts and the user's own; each call works on a cursor
of its own, so a Dataset may be shared between threads. Reads only; `user` writes. Knows no model.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Sequence
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb
import numpy as np
import orjson
import pyarrow as pa
import pyarrow.parquet as pq

from neuronview.errors import DatasetError, NotFound
from neuronview.records import ActivationRecord, Explanation, NeuronId, NeuronRecord, NeuronStatistics
from neuronview.store import convert
from neuronview.store.csv_cells import csv_of_table
from neuronview.store.held_excerpts import MOST_ROWS, HeldExcerpts
from neuronview.store.manifest import Manifest, commit_stamp, committed_parts, read_manifest
from neuronview.store.neuron_rows import read_neuron
from neuronview.store.queries import BEST_FIRST, COLUMNS, TO_FIT_ON, NeuronFilter
from neuronview.store.reading import Hold
from neuronview.store.schema import KINDS
from neuronview.store.searching import Searcher
from neuronview.store.simulations import StoredSimulation, read_simulations
from neuronview.store.tables import (
    Located,
    build_tables,
    connect,
    distinct,
    source,
    table_of,
)
from neuronview.store.user import model_place
from neuronview.store.whole import require_whole
from neuronview.store.whole_columns import maxima_of, tails_of

if TYPE_CHECKING:
    import pandas as pd  # Arrow loads it where a table is made: importers of rows do without

__all__ = ["Dataset"]

FEW_PARTS = 16
"""Of a layer; so many are read one by one."""
EXPORT_FORMATS = ("csv", "parquet")


class Dataset:
    """A dataset and, read together with it, what the user made for it."""

    _within = ""
    """An attached database that the tables are in, where they are shared: see `beside`."""

    def __init__(self, folder: Path, *, overlay: Path | None = None) -> None:
        """Open `folder`; `overlay` is the user's folder for it, which need not exist."""
        self.folder, self.overlay = folder, overlay
        self.manifest: Manifest = read_manifest(folder)
        # Before the parts are read: none is removed then, what is committed meanwhile is noticed, if once too often.
        self._hold, self._stamp = Hold(self._folders()), self.current_stamp()
        self._parts = self._read_parts()
        try:
            self._connection = self._opened()
        except duckdb.Error as error:
            raise DatasetError(
                f"A part of {folder} cannot be read ({error}). Restore it from a copy, or build the dataset again."
            ) from error

    @property
    def stamp(self) -> str:
        """State of the folders when this was opened; compare with `current_stamp` to notice new commits."""
        return self._stamp

    def current_stamp(self) -> str:
        """State of the folders now."""
        return "-".join(commit_stamp(folder) for folder in self._folders())

    @property
    def model_source(self) -> str:
        """Where the subject model is: where the user said, else a folder inside the dataset, or a name on the hub."""
        said = model_place(self.overlay) if self.overlay else None
        if said is not None:
            return said
        inside = self.folder / self.manifest.model.path
        return str(inside) if inside.is_dir() else self.manifest.model.path

    def stamp_about(self, neuron: NeuronId | tuple[int, int]) -> str:
        """State of what is stored of one neuron: what results about it alone may be kept by."""
        return self.stamp

    @property
    def stamp_collected(self) -> str:
        """State of all but explanations, their scores and simulations."""
        return self.stamp

    def close(self) -> None:
        """Close the connection; the dataset cannot be used afterwards."""
        self._connection.close()

    # --- tables -----------------------------------------------------------------------------------------------

    def neurons(
        self,
        chosen: NeuronFilter | None = None,
        *,
        sort: str = "low",
        descending: bool = True,
        limit: int = 50,
        offset: int = 0,
    ) -> pd.DataFrame:
        """One page of the browse table, as filtered: a row for each explanation and each reader that scored it."""
        query, values = self.searcher.page(chosen, sort=sort, descending=descending)
        return self._table(query, values | {"n": int(limit), "skip": int(offset)}).to_pandas()

    def count(self, chosen: NeuronFilter | None = None) -> int:
        """How many rows the filter keeps."""
        rows, values = self.searcher.kept(chosen)
        return int(self._row(f"select count(*) as n from {rows}", values)["n"])  # noqa: S608

    def scores(self, chosen: NeuronFilter | None = None) -> pd.DataFrame:
        """Columns layer, neuron, explainer, reader, score, low, share_positive of all rows that the filter keeps."""
        rows, values = self.searcher.kept(chosen)
        columns = "layer, neuron, explainer, reader, explanation, score, low, corpus_score, share_positive, state"
        return self._table(f"select {columns} from {rows}", values).to_pandas()  # noqa: S608

    def columns(self, names: Sequence[str], chosen: NeuronFilter | None = None) -> pa.Table:
        """These columns of all rows that the filter keeps, in no order; names are of `queries.COLUMNS`."""
        unknown = [name for name in names if name not in COLUMNS]
        if unknown:
            raise NotFound(f"The table has no column “{unknown[0]}”. It has: {', '.join(COLUMNS)}.")
        rows, values = self.searcher.kept(chosen)
        return self._table(f"select {', '.join(names)} from {rows}", values)  # noqa: S608

    def all_scores(self) -> pd.DataFrame:
        """Every score that is stored: layer, neuron, explainer, scorer, simulator, split, subset, state, value."""
        columns = "s.layer, s.neuron, e.explainer, s.scorer, s.simulator, s.split, s.subset, s.state, s.value"
        query = f"select {columns} from scores s join explanations e using (explanation_id, layer, neuron)"  # noqa: S608
        return self._table(query).to_pandas()

    def score_histogram(self, chosen: NeuronFilter | None = None, *, bins: int = 40) -> tuple[np.ndarray, np.ndarray]:
        """Counts of the filtered scores in equal bins over [-1, 1], and the bin edges (bins + 1,)."""
        kept, values = self.searcher.kept(chosen)
        query = (
            "select least(greatest(floor((score + 1) / 2 * $bins), 0), $bins - 1)::int as bin, count(*) as n "  # noqa: S608
            f"from {kept} where score is not null group by bin"
        )
        rows = self._table(query, values | {"bins": bins}).to_pylist()
        counts = np.zeros(bins, dtype=np.int64)
        for row in rows:
            counts[row["bin"]] = row["n"]
        return counts, np.linspace(-1, 1, bins + 1)

    def explainers(self) -> list[str]:
        """Names of the explainers that explained anything here, by how much they explained."""
        rows = self._table("select explainer, count(*) as n from explanations group by all order by n desc, explainer")
        return [row["explainer"] for row in rows.to_pylist()]

    def readers(self) -> list[str]:
        """What explanations were read by for their scores, most scores first: `rule`, or names of simulators."""
        return list(self._readers)

    @cached_property
    def _readers(self) -> list[str]:
        query = "select reader from browse where reader is not null group by all order by count(*) desc, reader"
        return [row["reader"] for row in self._table(query).to_pylist()]

    def export(self, chosen: NeuronFilter, form: str) -> bytes:
        """The filtered table as the bytes of a CSV or Parquet file."""
        rows, values = self.searcher.kept(chosen)
        order = "layer, neuron, explainer, reader, explanation_id"
        table = self._table(f"select * from {rows} order by {order}", values)  # noqa: S608
        if form == "csv":
            return csv_of_table(table)
        if form == "parquet":
            sink = pa.BufferOutputStream()
            pq.write_table(table, sink, compression="zstd")
            return bytes(sink.getvalue())
        raise DatasetError(f"There is no export as “{form}”: choose one of {', '.join(EXPORT_FORMATS)}.")

    def search(self, text: str, *, regex: bool = False, within: str = "explanations", limit: int = 50) -> pd.DataFrame:
        """Explanations that hold all words and “quoted phrases” of `text`, those that fit best first.

        `within` (of `searching.WITHIN`) looks in top tokens too, or instead; `regex` is by lower bound of the score.
        """
        return self.neurons(NeuronFilter(text=text, regex=regex, within=within), sort="relevance", limit=limit)

    @cached_property
    def searcher(self) -> Searcher:
        """Finds rows by words; its index is read or built at the first search."""
        # Not this object's own method: the two would hold each other, and neither be freed when it is given up.
        ask = partial(table_of, self._connection, self.folder, within=self._within)
        return Searcher(ask, self._parts, neurons=self._shape, home=self.overlay)

    # --- one neuron -------------------------------------------------------------------------------------------

    def require(self, neuron: NeuronId) -> NeuronId:
        """The same neuron; NotFound with the range that exists when the dataset's model has no such neuron."""
        problem = self.manifest.model.require(neuron.layer, neuron.neuron)
        if problem:
            raise NotFound(problem)
        return neuron

    def neuron(self, neuron: NeuronId | tuple[int, int]) -> NeuronRecord:
        """Statistics and all records of one neuron; NotFound when it is out of range or not in the dataset."""
        identity = self.require(NeuronId(*neuron))
        row = self._neuron_row(identity)
        groups: dict[str, list[ActivationRecord]] = {}
        for record in self._records(identity):
            groups.setdefault(record.group, []).append(record)
        return NeuronRecord(
            id=identity,
            top=groups.get("top", []),
            random=groups.get("random", []),
            quantiles=[groups.get(name, []) for name in convert.quantile_groups(groups)],
            first=groups.get("first", []),
            statistics=convert.statistics_from(row, self.manifest.tail_probabilities) if row else NeuronStatistics(),
        )

    def explanations(self, neuron: NeuronId | tuple[int, int]) -> list[Explanation]:
        """Explanations of one neuron with their scores, in the order of `BEST_FIRST`."""
        identity = self.require(NeuronId(*neuron))
        key = {"layer": identity.layer, "neuron": identity.neuron}
        where_neuron = "where layer = $layer and neuron = $neuron"
        scores = self._table(f"select * from scores {where_neuron}", key).to_pylist()  # noqa: S608
        rows = self._table(f"select * from explanations {where_neuron}", key).to_pylist()  # noqa: S608
        query = f"select explanation_id as found from browse {where_neuron} order by {BEST_FIRST}"  # noqa: S608
        places: dict[str, int] = {}
        for place, entry in enumerate(self._table(query, key | {"readers": self._readers})["found"].to_pylist()):
            places.setdefault(entry, place)
        return [
            convert.explanation_from(
                row, [convert.score_from(s) for s in scores if s["explanation_id"] == row["explanation_id"]]
            )
            for row in sorted(rows, key=lambda row: places[row["explanation_id"]])
        ]

    def simulations(self, neuron: NeuronId | tuple[int, int]) -> list[StoredSimulation]:
        """What simulators that cost something expected on the neuron's excerpts, by explanation, simulator, excerpt."""
        return read_simulations(self._folders(), self.require(NeuronId(*neuron)))

    def related(self, neuron: NeuronId | tuple[int, int]) -> dict[str, Any]:
        """What published files say of a neuron's surroundings, by kind; empty where there is nothing.

        `tokens_by_activation`, `tokens_by_weight` and `neurons_by_weight`, each in the published form
        (`formats.openai.related`).
        """
        identity = self.require(NeuronId(*neuron))
        query = f"select kind, content from ({self._near('related', identity.layer)}) where layer = $l and neuron = $n"  # noqa: S608
        rows = self._table(query, {"l": identity.layer, "n": identity.neuron}).to_pylist()
        return {row["kind"]: orjson.loads(row["content"]) for row in rows}

    def files(self) -> pd.DataFrame:
        """Of an imported dataset, what became of each file: layer, neuron, kind, state, reason, bytes, created."""
        stored = source(self._parts["files"], "files")
        query = f"select distinct on (layer, neuron, kind) * from ({stored}) order by layer, neuron, kind, created desc"  # noqa: S608
        return self._table(query).to_pandas()

    def neurons_with(self, kind: str) -> list[NeuronId]:
        """Neurons that have rows of a kind, such as `records` or `simulations`, in order."""
        rows = self._table(f"select distinct layer, neuron from ({source(self._parts[kind], kind)}) order by all")  # noqa: S608
        return [NeuronId(row["layer"], row["neuron"]) for row in rows.to_pylist()]

    def rows(self, kind: str, neurons: Sequence[NeuronId], *, best: bool = False) -> pa.Table:
        """Stored rows of a kind for these neurons of one layer, in order of neuron; of equal results the newest.

        `best`, of records: the best excerpt of each neuron alone.
        """
        wanted = [entry.neuron for entry in neurons]
        values = {"layer": neurons[0].layer, "first": min(wanted), "last": max(wanted), "wanted": wanted}
        condition = "layer = $layer and neuron between $first and $last and list_contains($wanted, neuron)"
        condition += " and rank = 0 and \"group\" = 'top'" if best else ""
        if kind in ("explanations", "scores"):
            order = "neuron, explanation_id" if self._within else "neuron, rowid"
            return self._table(f"select * from {kind} where {condition} order by {order}", values)  # noqa: S608
        stored = f"select * from ({self._near(kind, neurons[0].layer)}) where {condition}"  # noqa: S608
        return self._table(f"{distinct(kind, stored, len(self._parts[kind]))} order by neuron", values)

    # --- whole columns, for ranking --------------------------------------------------------------------------

    def tails(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Per-token and per-excerpt tail values (layers, neurons, grid) each, and the probabilities (grid,).

        Raises DatasetError when they are not stored for every neuron, as in published data.
        """
        table = self._table("select tail_values, tail_max_values from neurons order by layer, neuron")
        probabilities = np.asarray(self.manifest.tail_probabilities)
        of_tokens, of_excerpts = tails_of(table, self._shape, grid=len(probabilities))
        return of_tokens, of_excerpts, probabilities

    def smallest_activation(self) -> float:
        """Smallest of the neurons' stored minima; nan when none is stored, as in published data."""
        value = self._row("select min(minimum) as value from neurons")["value"]
        return math.nan if value is None else float(value)

    def maxima(self) -> np.ndarray:
        """Largest activation of each neuron over the corpus (layers, neurons), nan where it is not stored.

        Raises DatasetError when neurons are missing.
        """
        table = self._table("select maximum from neurons order by layer, neuron")
        return maxima_of(table.column("maximum"), self._shape)

    def labels(self, neurons: Sequence[NeuronId]) -> pd.DataFrame:
        """The best explanation of each of these neurons, a row each in the order given."""
        wanted = pa.table(
            {"layer": [n.layer for n in neurons], "neuron": [n.neuron for n in neurons], "place": range(len(neurons))}
        )
        query = f"""
            select distinct on (place) b.* exclude (layer, neuron), wanted.layer, wanted.neuron
            from wanted left join browse b using (layer, neuron) order by place, {BEST_FIRST}
        """  # noqa: S608
        return self._table(query, {"wanted": wanted, "readers": self._readers}).to_pandas()

    def vocabulary(self) -> pa.Table:
        """Columns token_id, token, count of the vocabulary, by id."""
        return self._table("select * from vocabulary order by token_id")

    def excerpts_to_fit_on(self) -> pd.DataFrame:
        """Stored excerpts that rules may be fitted on, by id: columns excerpt_id, is_random, is_quantile.

        The last two: whether a record of such a group has it. Leaves out what is held out of all fitting, and
        excerpts without token ids.
        """
        query = TO_FIT_ON.format(excerpts=self.stored("excerpts"), records=self.stored("records"))
        return self._table(query, {"first": self.manifest.first_source}).to_pandas()

    def has_token_ids(self) -> bool:
        """Whether any stored excerpt has token ids, which a model can read; files of other tools have text alone."""
        query = f"select 1 from ({self.stored('excerpts')}) where token_ids is not null limit 1"  # noqa: S608
        return bool(self._table(query).num_rows)

    def excerpts(self, excerpt_ids: Sequence[int]) -> list[dict[str, Any]]:
        """Rows of these excerpts in the order given: excerpt_id, document_id, source, template, token_ids, tokens."""
        rows = self._excerpts(excerpt_ids)
        return [rows[int(identity)] for identity in excerpt_ids]

    def query(self, query: str, values: dict[str, Any] | None = None) -> pa.Table:
        """Rows of a query of our own over the tables; never one that a person wrote."""
        return self._table(query, values)

    def stored(self, kind: str) -> str:
        """All rows of a kind that is no table, such as `records`, as a subquery for `query`."""
        return source(self._parts[kind], kind)

    # --- inside ----------------------------------------------------------------------------------------------

    def _opened(self) -> duckdb.DuckDBPyConnection:
        """An instance with the tables of the parts."""
        connection = connect()
        build_tables(connection, self._parts)
        return connection

    @property
    def _shape(self) -> tuple[int, int]:
        """How many layers, and how many neurons each has."""
        return self.manifest.model.n_layers, self.manifest.model.n_neurons

    def _folders(self) -> list[Path]:
        return [self.folder] + ([self.overlay] if self.overlay else [])

    def _read_parts(self) -> dict[str, list[Located]]:
        located: dict[str, list[Located]] = {kind: [] for kind in KINDS}
        for folder in self._folders():
            for kind, parts in committed_parts(folder).items():
                located[kind] += [(folder, part) for part in parts]
        return located

    def _near(self, kind: str, value: int) -> str:
        """Query over the parts of a kind whose range can hold `value`."""
        return source(self._parts_near(kind, value), kind)

    def _parts_near(self, kind: str, value: int) -> list[Located]:
        return [entry for entry in self._parts[kind] if entry[1].low <= value <= entry[1].high]

    def _rows_of(self, kind: str, neuron: NeuronId) -> list[dict[str, Any]]:
        """Rows of a kind that has no doubles. Of many parts, as an import makes them, a query is quicker."""
        near = self._parts_near(kind, neuron.layer)
        if len(near) > FEW_PARTS:
            query = f"select * from ({source(near, kind)}) where layer = $layer and neuron = $neuron"  # noqa: S608
            return list(self._table(query, {"layer": neuron.layer, "neuron": neuron.neuron}).to_pylist())
        require_whole(near)
        return [row for folder, part in near for row in read_neuron(folder, part, neuron).to_pylist()]

    def _neuron_row(self, neuron: NeuronId) -> dict[str, Any]:
        """The row of statistics; empty for a neuron that only has explanations."""
        rows = self._rows_of("neurons", neuron)
        if not rows:
            query = "select count(*) as n from explanations where layer = $layer and neuron = $neuron"
            if self._row(query, {"layer": neuron.layer, "neuron": neuron.neuron})["n"]:
                return {}
            raise NotFound(
                f"Neuron {neuron} exists in {self.manifest.model.path}, but this dataset has no data for it."
            )
        return rows[0]

    def _records(self, neuron: NeuronId) -> list[ActivationRecord]:
        """Records in order of group and rank."""
        rows = sorted(self._rows_of("records", neuron), key=lambda row: (row["group"], row["rank"]))
        excerpts = self._excerpts([row["excerpt_id"] for row in rows])
        return [
            convert.record_from(row | excerpts[row["excerpt_id"]], excerpts[row["excerpt_id"]]["tokens"])
            for row in rows
        ]

    def _excerpts(self, excerpt_ids: Sequence[int]) -> dict[int, dict[str, Any]]:
        read = self._held.rows if self._held else self._read_excerpts
        rows = {row["excerpt_id"]: row for row in read(sorted({int(value) for value in excerpt_ids}))}
        if missing := set(excerpt_ids) - set(rows):
            raise DatasetError(f"Excerpt {min(missing)} is referred to but not stored: build the dataset again.")
        for row in rows.values():
            row["tokens"] = row["tokens"] or [self._vocabulary[token] for token in row["token_ids"] or ()]
        return rows

    def _read_excerpts(self, wanted: list[int]) -> list[dict[str, Any]]:
        near = [entry for entry in self._parts["excerpts"] if _any_between(wanted, entry[1].low, entry[1].high)]
        query = f"select * from ({source(near, 'excerpts')}) where excerpt_id in ({str(wanted)[1:-1] or -1})"  # noqa: S608
        return list(self._table(query).to_pylist())

    @cached_property
    def _held(self) -> HeldExcerpts | None:
        """Excerpts in memory, where they are few and are token ids: texts of other tools take ten times as much."""
        n_rows = sum(part.rows for _, part in self._parts["excerpts"])
        is_held = n_rows <= MOST_ROWS and bool(self._vocabulary)
        return HeldExcerpts(lambda: self._table(self.stored("excerpts"))) if is_held else None

    @cached_property
    def _vocabulary(self) -> dict[int, str]:
        """Token strings by id; read once, since every neuron's records need them."""
        table = self._table("select token_id, token from vocabulary")
        return convert.Vocabulary(zip(*(column.to_pylist() for column in table.columns), strict=True))

    def _table(self, query: str, values: dict[str, Any] | None = None) -> pa.Table:
        return table_of(self._connection, self.folder, query, values, within=self._within)

    def _row(self, query: str, values: dict[str, Any] | None = None) -> dict[str, Any]:
        return dict(self._table(query, values).to_pylist()[0])


def _any_between(ordered: Sequence[int], low: int, high: int) -> bool:
    """Whether one of these numbers, which are in order, lies from `low` to `high`."""
    place = bisect_left(ordered, low)
    return place < len(ordered) and ordered[place] <= high
