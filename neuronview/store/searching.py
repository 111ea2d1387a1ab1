"""Search of one open dataset: which rows of its browse table a text finds, and how well each fits.

Words go through an index (`search_building`) that is read or built at the first search; where it cannot be kept it
works in memory, and `problem` says so. Regular expressions are RE2's, by way of Arrow: no pattern takes more than
linear time.
"""

from __future__ import annotations

import os
import threading
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from neuronview.errors import BadInput, BadPattern
from neuronview.records import NeuronId
from neuronview.store.queries import NeuronFilter, order_by, where
from neuronview.store.search_building import Ask, Source
from neuronview.store.search_rows import Index, WholeIndex, numbered
from neuronview.store.search_words import Query, between_slashes, parse_query
from neuronview.store.tables import Located

__all__ = ["WITHIN", "Found", "Naming", "Searcher", "expression_of"]

WITHIN: Mapping[str, str] = {
    "explanations": "the text of explanations",
    "tokens": "the tokens with the highest mean activation",
    "either": "explanations and top tokens",
}
"""Where a search by words looks."""
_BATCH = 20_000
MOST_CHARACTERS = 4_000
"""Of a search."""
MOST_THREADS = min(8, os.cpu_count() or 1)
_Texts = tuple[NDArray[np.int64], list[pa.Array]]
"""Numbers of rows, and their explanations in slices."""


@dataclass(frozen=True)
class Naming:
    """How rows of the browse table are told apart by number; some numbers may be of no row."""

    table: str = "browse"
    row: str = "rowid"
    """The column of `table` with the number."""
    columns: str = "b.*"
    """All others, of `table` as b."""
    ties: str = "b.rowid"
    """By layer, neuron and explainer, and then by the number: the table was made in that order, and numbers are quicker
    to compare than names."""


@dataclass(frozen=True)
class Found:
    """Rows of the browse table that a search keeps: `rows` has columns row (its number) and relevance."""

    rows: pa.Table
    inside: bool = False
    """No explanation has these words: found are those that hold the letters inside longer ones."""


class Searcher:
    """Searches of one dataset; may be shared between threads."""

    kept_searches = 8
    """Of a search that finds every row of 307,200, 4 MB each."""

    def __init__(
        self,
        ask: Ask,
        parts: Mapping[str, Sequence[Located]],
        *,
        neurons: tuple[int, int],
        home: Path | None,
        naming: Naming | None = None,
    ) -> None:
        """`ask` runs SQL on the dataset, which has `neurons` (layers, in each); the index is kept in `home`."""
        self._ask, self._naming = ask, naming or Naming()
        self._own = self._naming
        """The rows that are read and indexed here."""
        self._source = Source(ask, parts, *neurons, home)
        self._lock = threading.Lock()
        self._loaded: Index | None = None
        self._texts: _Texts | None = None
        self._last: OrderedDict[tuple[str, bool, str], Found] = OrderedDict()
        self.problem = ""
        """Why the index could not be kept, in words; empty where it is."""

    @property
    def ready(self) -> bool:
        """Whether a search needs not wait for the index to be read or built."""
        return self._loaded is not None

    def find(self, text: str, *, regex: bool = False, within: str = "explanations") -> Found:
        """Rows that hold all words of `text`, or whose explanation matches it; BadPattern for one that is none."""
        if within not in WITHIN:
            raise BadInput(f"A search cannot look in “{within}”. Choose one of: {', '.join(WITHIN)}.")
        if len(text) > MOST_CHARACTERS:
            raise BadPattern(
                f"The search has {len(text):,} characters; at most {MOST_CHARACTERS:,} are looked for. Shorten it."
            )
        key = (text, regex, within)
        with self._lock:
            known = self._last.get(key)
            if known is None:
                known = Found(_unranked(self._matching(text))) if regex else self._holding(parse_query(text), within)
                self._last[key] = known
                if len(self._last) > self.kept_searches:
                    self._last.popitem(last=False)
            self._last.move_to_end(key)
            return known

    def prepare(self) -> None:
        """Read or build the index now, so that somebody can be told what is waited for."""
        with self._lock:
            self._index()

    def index(self) -> Index:
        """The index, read or built now if need be."""
        with self._lock:
            return self._index()

    def matching(self, pattern: str) -> NDArray[np.int64]:
        """Numbers of the rows whose explanation matches, for many at once; BadPattern for what is no expression."""
        with self._lock:
            texts = self._texts_read()
        return _numbers_matching(texts, pattern)

    def page(self, chosen: NeuronFilter | None, *, sort: str, descending: bool) -> tuple[str, dict[str, Any]]:
        """A query of the rows $skip to $skip + $n that a filter keeps, in order, and the values bound besides.

        Rows that are equal in what they are sorted by stand as in the table, so that pages follow on one another.
        """
        chosen, of = chosen or NeuronFilter(), self._naming
        condition, values = where(chosen)
        if not chosen.text.strip():
            order = f"{order_by('low' if sort == 'relevance' else sort, descending=descending)}, {of.ties}"
            # Few columns are put in order, and the many read only of the rows that are shown.
            shown = f"select b.{of.row} as row from {of.table} b where {condition} {order} limit $n offset $skip"  # noqa: S608
            joined = f"{of.table} b join ({shown}) shown on b.{of.row} = shown.row"
            return f"select {of.columns} from {joined} {order}", values  # noqa: S608
        order = f"{order_by(sort, descending=descending)}, {of.ties}"
        query = f"""
            with shown as (
                select b.{of.row} as row, relevance from {of.table} b join hits h on b.{of.row} = h.row
                where {condition} {order} limit $n offset $skip
            )
            select {of.columns}, relevance from {of.table} b join shown on b.{of.row} = shown.row {order}
        """  # noqa: S608
        return query, values | {"hits": self._found(chosen).rows}

    def kept(self, chosen: NeuronFilter | None) -> tuple[str, dict[str, Any]]:
        """Rows of the browse table that a filter keeps, as a query in brackets, and the values bound in it."""
        chosen, of = chosen or NeuronFilter(), self._naming
        condition, values = where(chosen)
        if not chosen.text.strip():
            return f"(select * from browse where {condition})", values  # noqa: S608
        joined = f"{of.table} b join hits h on b.{of.row} = h.row"
        hits = {"hits": self._found(chosen).rows}
        return f"(select {of.columns}, h.relevance from {joined} where {condition})", values | hits  # noqa: S608

    def top_tokens(self, neurons: Sequence[NeuronId]) -> dict[NeuronId, list[str]]:
        """The tokens with the highest mean activation of a few neurons, where the dataset says them."""
        return self._source.top_tokens(neurons)

    def matched(self, chosen: NeuronFilter, texts: Sequence[str]) -> list[list[tuple[str, bool]]]:
        """A few texts in pieces, each with whether it is what the filter's expression first matches."""
        query = "select regexp_replace(t, $pattern, $mark, 'i') as marked from (select unnest($texts) as t)"
        if not texts:
            return []
        mark = next(sign for sign in map(chr, range(0xE000, 0xF900)) if not any(sign in text for text in texts))
        values = {"pattern": expression_of(chosen), "mark": mark, "texts": list(texts)}
        marked = self._ask(query, values).column("marked").to_pylist()
        return [_around(text, where, mark) for text, where in zip(texts, marked, strict=True)]

    def _found(self, chosen: NeuronFilter) -> Found:
        expression = expression_of(chosen)
        return self.find(expression or chosen.text, regex=expression is not None, within=chosen.within)

    # --- by words ---------------------------------------------------------------------------------------------

    def _holding(self, query: Query, within: str) -> Found:
        index = self._index()
        if not query:
            # Quotation marks alone ask for nothing yet.
            return Found(_unranked(index.rows))
        if within == "explanations":
            return self._in_explanations(index, query)
        by_tokens = index.by_tokens(query)
        if within == "tokens":
            return Found(_ranked(*by_tokens))
        relevance = np.zeros(index.total, np.float32)
        for rows, weights in (self._by_text(index, query), by_tokens):
            relevance[rows] += weights
        rows = np.flatnonzero(relevance)
        return Found(_ranked(rows, relevance[rows]))

    def _in_explanations(self, index: Index, query: Query) -> Found:
        rows, weights = self._by_text(index, query)
        if len(rows) or query.literals or any(phrase.exact for phrase in query.phrases):
            return Found(_ranked(rows, weights))
        rows, weights = index.inside_texts(query)
        return Found(_ranked(rows, weights), inside=len(rows) > 0)

    def _by_text(self, index: Index, query: Query) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """Rows whose explanations have all that is asked for; signs are looked for in the texts themselves."""
        rows, weights = index.by_texts(query)
        if not query.literals:
            return rows, weights
        holding = self._rows_with(query.literals)
        if not query.phrases:
            return holding, np.ones(len(holding), np.float32)
        both = np.isin(rows, holding)
        return rows[both], weights[both]

    def _rows_with(self, pieces: Sequence[str]) -> NDArray[np.int64]:
        """Rows whose explanations hold these pieces anywhere, without regard to case."""
        holds = "list_bool_and(list_transform($pieces, lambda piece: contains(lower(explanation), piece)))"
        of = self._naming
        query = f"select {of.row} as row from {of.table} where {holds}"  # noqa: S608 - constants
        return np.asarray(self._ask(query, {"pieces": list(pieces)}).column("row"))

    # --- by an expression -------------------------------------------------------------------------------------

    def _matching(self, pattern: str) -> NDArray[np.int64]:
        return _numbers_matching(self._texts_read(), pattern)

    def _texts_read(self) -> _Texts:
        if self._texts is None:
            of = self._own
            found = self._ask(f"select {of.row} as row, explanation from {of.table} order by row", None)  # noqa: S608
            self._texts = np.asarray(found.column("row")), _slices(found.column("explanation"))
        return self._texts

    # --- the index --------------------------------------------------------------------------------------------

    def _index(self) -> Index:
        if self._loaded is None:
            self._loaded = self._read_index()
        return self._loaded

    def _read_index(self) -> Index:
        table = self._ask(numbered(self._own.table, self._own.row), None)
        rows, layers, neurons, documents = (table.column(n).to_numpy() for n in ("row", "layer", "neuron", "document"))
        fields, self.problem = self._source.fields(int(documents.max(initial=-1)) + 1)
        return WholeIndex.of(fields, rows, documents, layers.astype(np.int64) * self._source.width + neurons)


def expression_of(chosen: NeuronFilter) -> str | None:
    """The regular expression that a filter asks for, by `regex` or between slashes; None for words."""
    between = between_slashes(chosen.text)
    return between if between is not None or not chosen.regex else chosen.text


def _numbers_matching(texts: _Texts, pattern: str) -> NDArray[np.int64]:
    """RE2 over slices of the texts, side by side."""
    numbers, slices = texts
    try:
        with ThreadPoolExecutor(MOST_THREADS) as pool:
            masks = list(pool.map(lambda texts: _matches(texts, pattern), slices))
    except (pa.ArrowInvalid, UnicodeEncodeError) as error:
        said = str(error).splitlines()[0].removeprefix("Invalid regular expression: ")
        raise BadPattern(f"That is not a regular expression: {said}. Mend it or search words.") from error
    holds: NDArray[np.bool_] = np.concatenate([np.zeros(0, np.bool_), *masks])
    return numbers[holds]


def _around(text: str, marked: str, mark: str) -> list[tuple[str, bool]]:
    """The text in pieces: before, in place of and after the mark that stands in `marked` for what was matched."""
    before, _, after = marked.partition(mark)
    found = text[len(before) : len(text) - len(after)]
    pieces = ((before, False), (found, True), (after, False)) if found else ((text, False),)
    return [piece for piece in pieces if piece[0]]


def _ranked(rows: NDArray[np.int64], relevance: NDArray[np.float32]) -> pa.Table:
    return pa.table({"row": rows, "relevance": relevance})


def _unranked(rows: NDArray[np.int64]) -> pa.Table:
    return pa.table({"row": rows, "relevance": pa.nulls(len(rows), pa.float32())})


def _matches(texts: pa.Array, pattern: str) -> NDArray[np.bool_]:
    matched = pc.match_substring_regex(texts, pattern, ignore_case=True)
    return np.asarray(pc.fill_null(matched, False))


def _slices(column: pa.ChunkedArray) -> list[pa.Array]:
    pieces = (column.slice(start, _BATCH).combine_chunks() for start in range(0, len(column), _BATCH))
    return [piece.chunk(0) if isinstance(piece, pa.ChunkedArray) else piece for piece in pieces]
