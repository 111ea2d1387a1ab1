"""A dataset with what one visitor made for it, beside the same dataset without: tables of what differs, in one DuckDB.

On a public server many visitors look at one dataset, and some make explanations of a few neurons. Each has a database
attached to the instance that all share: its tables hold the neurons that are touched, its views take the rest from the
shared tables, so that it takes as little of a large dataset as of a small one. Searches go through the shared index
likewise. What there is to be read is the same as if everything had been opened anew.
"""

from __future__ import annotations

import weakref
from collections.abc import Mapping, Sequence
from functools import cached_property, partial
from itertools import count
from pathlib import Path

import duckdb

from neuronview.records import NeuronId
from neuronview.store.dataset import Dataset
from neuronview.store.held_excerpts import HeldExcerpts
from neuronview.store.searching import Naming, Searcher
from neuronview.store.searching_beside import SearcherBeside
from neuronview.store.tables import Located, build_browse, distinct, source, table_of

__all__ = ["DatasetBeside"]

_MADE = frozenset({"explanations", "scores", "simulations"})
"""What may have been made; where anything else was, the dataset is opened for its visitor alone."""
_ALL = "memory.main"
"""The shared tables."""
_TIES = "layer, neuron, explainer, b.row"
_ROWS, _NEAR = (Naming(table, "row", "b.* exclude (row)", _TIES) for table in ("browse_rows", "near_rows"))
_HIDDEN = "hidden_rows"
"""Numbers of the shared rows that the visitor's stand for."""
_numbers = count()


class DatasetBeside(Dataset):
    """A dataset with what a visitor made for it; it takes a twentieth of the memory of one that is opened anew."""

    def __init__(self, shared: Dataset, overlay: Path) -> None:
        """`shared` is the dataset as it is without the visitor's folder; it has to stay open."""
        self._shared: Dataset | None = shared
        super().__init__(shared.folder, overlay=overlay)

    def stamp_about(self, neuron: NeuronId | tuple[int, int]) -> str:
        """State of what is stored of one neuron: that of the shared dataset where the visitor made nothing for it."""
        if self._shared is None or tuple(neuron) in self._touched:
            return self.stamp
        # Explanations stand in the order of their readers, which follows from all of them.
        same = self.readers() == self._shared.readers()
        return self._shared.stamp if same else f"{self._shared.stamp} {self.readers()}"

    @property
    def stamp_collected(self) -> str:
        """State of all but explanations, their scores and simulations: that of the shared dataset."""
        return self._shared.stamp if self._shared else self.stamp

    def close(self) -> None:
        """Close what is not shared."""
        if self._shared is None:
            super().close()

    def _opened(self) -> duckdb.DuckDBPyConnection:
        own = {kind: [part for part in parts if part[0] == self.overlay] for kind, parts in self._parts.items()}
        can_share = all(kind in _MADE for kind, parts in own.items() if parts)
        if self._shared is None or not can_share or self._shared.stamp != self.stamp.partition("-")[0]:
            self._shared = None
            return super()._opened()
        connection = self._shared._connection
        self._within = f"beside_{next(_numbers)}"
        cursor = connection.cursor()
        cursor.execute(f"attach ':memory:' as {self._within}")
        weakref.finalize(self, _detach, connection, self._within)
        cursor.execute(f"use {self._within}")
        _build(cursor, self._within, own)
        return connection

    @cached_property
    def searcher(self) -> Searcher:
        """Finds rows by words, with the shared index beside one of the visitor's rows."""
        if self._shared is None:
            return super().searcher
        ask = partial(table_of, self._connection, self.folder, within=self._within)
        shared, touched = self._shared.searcher, self._touched
        return SearcherBeside(
            shared, ask, neurons=self._shape, touched=touched, near=_NEAR, hidden=_HIDDEN, naming=_ROWS
        )

    @cached_property
    def _touched(self) -> frozenset[tuple[int, int]]:
        """Neurons that the visitor has results of."""
        rows = self._table("select layer, neuron from touched")
        return frozenset(zip(rows["layer"].to_pylist(), rows["neuron"].to_pylist(), strict=True))

    @cached_property
    def _held(self) -> HeldExcerpts | None:
        return self._shared._held if self._shared else super()._held

    @cached_property
    def _vocabulary(self) -> dict[int, str]:
        return self._shared._vocabulary if self._shared else super()._vocabulary


def _build(cursor: duckdb.DuckDBPyConnection, name: str, own: Mapping[str, Sequence[Located]]) -> None:
    made = {kind: source(own[kind], kind) for kind in sorted(_MADE)}
    of_any = " union ".join(f"select layer, neuron from ({rows})" for rows in made.values())  # noqa: S608
    cursor.execute(f"create table touched as {of_any}")
    del made["simulations"]  # which are read from their files
    for kind in ("neurons", "vocabulary", "shares"):
        cursor.execute(f"create view {kind} as select * from {_ALL}.{kind}")  # noqa: S608
    cursor.execute("create schema near")
    for kind, rows in made.items():
        # What makes two rows the same result includes the neuron: both lie among those that are touched.
        doubled = f"{_of_touched(kind)} union all by name {rows}"
        cursor.execute(f"create table near.{kind} as {distinct(kind, doubled, 2)}")
        cursor.execute(f"create view {kind} as {_both(kind)}")
    for kind in ("neurons", "shares"):
        cursor.execute(f"create view near.{kind} as {_of_touched(kind)}")
    cursor.execute(f"use {name}.near")
    build_browse(cursor)
    cursor.execute(f"use {name}.main")
    shared = int(cursor.execute(f"select coalesce(max(rowid) + 1, 0) from {_ALL}.browse").fetchall()[0][0])  # noqa: S608
    hidden = f"select b.rowid as row from {_ALL}.browse b semi join main.touched using (layer, neuron)"  # noqa: S608
    others = f"select b.rowid as row, b.* from {_ALL}.browse b anti join main.touched using (layer, neuron)"  # noqa: S608
    cursor.execute(f"create view {_HIDDEN} as {hidden}")
    cursor.execute(f"create view {_NEAR.table} as select {shared} + b.rowid as row, b.* from near.browse b")  # noqa: S608
    cursor.execute(f"create view {_ROWS.table} as {others} union all by name from {_NEAR.table}")
    cursor.execute(f"create view browse as select * exclude (row) from {_ROWS.table}")  # noqa: S608


def _of_touched(kind: str) -> str:
    return f"select * from {_ALL}.{kind} semi join main.touched using (layer, neuron)"  # noqa: S608 - our own names


def _both(kind: str) -> str:
    others = f"select * from {_ALL}.{kind} anti join main.touched using (layer, neuron)"  # noqa: S608 - our own names
    return f"{others} union all by name select * from near.{kind}"  # noqa: S608


def _detach(connection: duckdb.DuckDBPyConnection, name: str) -> None:
    try:
        connection.cursor().execute(f"detach {name}")
    except duckdb.Error:
        return  # the shared dataset was closed before, and this with it
