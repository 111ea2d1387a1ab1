"""Search of one open dataset: which rows of its browse table a text finds, and how well each fits.

Words go through an index that is built once for the dataset's parts and kept beside what the user made; where it
cannot be kept it works in memory, and `problem` says so. Regular expressions are DuckDB's (RE2: no pattern takes more
than linear time).
"""

from __future__ import annotations

import hashlib
import os
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import orjson
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from neuronview.errors import BadInput, BadPattern
from neuronview.store.queries import NeuronFilter, order_by, where
from neuronview.store.search_index import Field, build, load, save
from neuronview.store.search_ranking import rank_inside, rank_texts, rank_tokens
from neuronview.store.search_words import Query, parse_query, token_terms, words
from neuronview.store.tables import Located, source

__all__ = ["WITHIN", "Found", "Searcher"]

WITHIN: Mapping[str, str] = {
    "explanations": "the text of explanations",
    "tokens": "the tokens with the highest mean activation",
    "either": "explanations and top tokens",
}
"""Where a search by words looks."""
FOLDER = "search"
FORM = "1"
"""Changes with what the index holds: an older one is built again."""
_INDEXED = ("explanations", "neurons", "related")
_BATCH = 20_000
MOST_THREADS = min(8, os.cpu_count() or 1)
_KEPT_SEARCHES = 8

_TEXTS = """
    select any_value(explanation) as content from browse where explanation_id is not null
    group by layer, neuron, explanation_id order by layer, neuron, explanation_id
"""
_ROWS = """
    select layer, neuron, if(explanation_id is null, -1, dense_rank() over (
        partition by explanation_id is null order by layer, neuron, explanation_id
    ) - 1)::int as document
    from browse order by browse.rowid
"""
_TOKENS = """
    with collected as (
        select layer::bigint * {width} + neuron as document,
            list_transform(top_tokens, lambda entry: entry.token) as tokens, null as content
        from neurons where len(top_tokens) > 0
    ), published as (
        select layer::bigint * {width} + neuron as document, null as tokens, any_value(content) as content
        from ({related}) where kind = 'tokens_by_activation' group by layer, neuron
    )
    select * from collected union all select * from published anti join collected using (document)
    order by document
"""
"""Top tokens by neuron: collected ones, else those that published files name, as JSON."""

Ask = Callable[[str, dict[str, Any] | None], pa.Table]


@dataclass(frozen=True)
class Found:
    """Rows of the browse table that a search keeps: `rows` has columns row (its rowid) and relevance."""

    rows: pa.Table
    inside: bool = False
    """No explanation has these words: found are those that hold the letters inside longer ones."""


@dataclass(frozen=True)
class _Loaded:
    """The index, and for each row of the browse table its explanation (-1 for none) and neuron as documents."""

    fields: Mapping[str, Field]
    explanations: NDArray[np.int32]
    neurons: NDArray[np.int64]


class Searcher:
    """Searches of one dataset; may be shared between threads."""

    def __init__(
        self, ask: Ask, parts: Mapping[str, Sequence[Located]], *, neurons: tuple[int, int], home: Path | None
    ) -> None:
        """`ask` runs SQL on the dataset, which has `neurons` (layers, in each); the index is kept in `home`."""
        self._ask = ask
        self._parts = parts
        self._layers, self._width = neurons
        self._home = home
        self._lock = threading.Lock()
        self._loaded: _Loaded | None = None
        self._texts: list[pa.Array] | None = None
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
        key = (text, regex, within)
        with self._lock:
            known = self._last.get(key)
            if known is None:
                known = self._matching(text) if regex else self._holding(parse_query(text), within)
                self._last[key] = known
                if len(self._last) > _KEPT_SEARCHES:
                    self._last.popitem(last=False)
            return known

    def prepare(self) -> None:
        """Read or build the index now, so that somebody can be told what is waited for."""
        with self._lock:
            self._index()

    def forget(self) -> None:
        """Drop what the last searches found, so that the next one is made anew."""
        with self._lock:
            self._last.clear()

    def page(self, chosen: NeuronFilter | None, *, sort: str, descending: bool) -> tuple[str, dict[str, Any]]:
        """A query of the rows $skip to $skip + $n that a filter keeps, in order, and the values bound besides."""
        chosen = chosen or NeuronFilter()
        condition, values = where(chosen)
        if not chosen.text.strip():
            order = order_by("low" if sort == "relevance" else sort, descending=descending)
            return f"select * from browse where {condition} {order} limit $n offset $skip", values  # noqa: S608
        order = order_by(sort, descending=descending)
        # Few columns are put in order, and the many read only of the rows that are shown.
        query = f"""
            with shown as (
                select b.rowid as row, relevance from browse b join hits h on b.rowid = h.row
                where {condition} {order} limit $n offset $skip
            )
            select b.*, relevance from browse b join shown on b.rowid = shown.row {order}
        """  # noqa: S608
        return query, values | {"hits": self._found(chosen).rows}

    def kept(self, chosen: NeuronFilter | None) -> tuple[str, dict[str, Any]]:
        """Rows of the browse table that a filter keeps, as a query in brackets, and the values bound in it."""
        chosen = chosen or NeuronFilter()
        condition, values = where(chosen)
        if not chosen.text.strip():
            return f"(select * from browse where {condition})", values  # noqa: S608
        joined = "browse b join hits h on b.rowid = h.row"
        hits = {"hits": self._found(chosen).rows}
        return f"(select b.*, h.relevance from {joined} where {condition})", values | hits  # noqa: S608

    def _found(self, chosen: NeuronFilter) -> Found:
        return self.find(chosen.text, regex=chosen.regex, within=chosen.within)

    # --- by words ---------------------------------------------------------------------------------------------

    def _holding(self, query: Query, within: str) -> Found:
        index = self._index()
        relevance = np.zeros(len(index.neurons), np.float32)
        inside = False
        if within != "tokens":
            has_one = index.explanations >= 0
            found = np.zeros(len(relevance), np.float32)
            found[has_one] = rank_texts(index.fields["explanations"], query)[index.explanations[has_one]]
            if query.literals:
                found = self._with_literals(found, query)
            as_typed = query.literals or any(phrase.exact for phrase in query.phrases)
            if not found.any() and within == "explanations" and not as_typed:
                found[has_one] = rank_inside(index.fields["explanations"], query)[index.explanations[has_one]]
                inside = bool(found.any())
            relevance += found
        if within != "explanations":
            relevance += rank_tokens(index.fields["tokens"], query)[index.neurons]
        rows = np.flatnonzero(relevance > 0)
        return Found(pa.table({"row": rows, "relevance": relevance[rows]}), inside)

    def _with_literals(self, found: NDArray[np.float32], query: Query) -> NDArray[np.float32]:
        """Of what the words found, or of all where there are only signs, the rows that hold the signs."""
        kept = np.zeros_like(found)
        rows = self._rows_with(query.literals)
        kept[rows] = found[rows] if query.phrases else 1.0
        return kept

    def _rows_with(self, pieces: Sequence[str]) -> NDArray[np.int64]:
        """Rows whose explanations hold these pieces anywhere, without regard to case."""
        holds = "list_bool_and(list_transform($pieces, lambda piece: contains(lower(explanation), piece)))"
        query = f"select browse.rowid as row from browse where {holds}"  # noqa: S608 - a constant
        return np.asarray(self._ask(query, {"pieces": list(pieces)}).column("row"))

    # --- by an expression -------------------------------------------------------------------------------------

    def _matching(self, pattern: str) -> Found:
        """Rows whose explanation matches: RE2 over slices of the texts, side by side."""
        if self._texts is None:
            texts = self._ask("select explanation from browse order by browse.rowid", None).column("explanation")
            self._texts = _slices(texts)
        try:
            with ThreadPoolExecutor(MOST_THREADS) as pool:
                masks = list(pool.map(lambda texts: _matches(texts, pattern), self._texts))
        except (pa.ArrowInvalid, UnicodeEncodeError) as error:
            said = str(error).splitlines()[0].removeprefix("Invalid regular expression: ")
            raise BadPattern(f"That is not a regular expression: {said}. Mend it or search words.") from error
        rows = np.flatnonzero(np.concatenate([np.zeros(0, np.bool_), *masks]))
        return Found(pa.table({"row": rows, "relevance": pa.nulls(len(rows), pa.float32())}))

    # --- the index --------------------------------------------------------------------------------------------

    def _index(self) -> _Loaded:
        if self._loaded is None:
            rows = self._ask(_ROWS, None)
            layers, neurons, explanations = (rows.column(n).to_numpy() for n in ("layer", "neuron", "document"))
            places = layers.astype(np.int64) * self._width + neurons
            self._loaded = _Loaded(self._fields(int(explanations.max(initial=-1)) + 1), explanations, places)
        return self._loaded

    def _fields(self, size: int) -> Mapping[str, Field]:
        key = self._key()
        path = self._home / FOLDER / f"words-{key}.parquet" if self._home else None
        kept = load(path, key) if path else None
        if kept is not None and kept.get("explanations", _NOTHING).size == size and "tokens" in kept:
            return kept
        made = {"explanations": self._build_explanations(size), "tokens": self._build_tokens()}
        if path is None:
            self.problem = "The dataset was opened without a folder of yours: the search index is kept in memory only."
            return made
        try:
            save(path, key, made)
            _forget_others(path)
        except OSError as error:
            self.problem = (
                f"The search index could not be kept in {path.parent} ({error.strerror or error}): it works in memory, "
                "and is built again when the dataset is next opened."
            )
        return made

    def _key(self) -> str:
        """Changes with the parts that the index is made of, wherever they lie."""
        parts = sorted((kind, part.sha256) for kind in _INDEXED for _, part in self._parts[kind])
        return hashlib.blake2b(orjson.dumps([FORM, self._width, parts]), digest_size=8).hexdigest()

    def _build_explanations(self, size: int) -> Field:
        texts = self._ask(_TEXTS, None)
        batches = ((_numbers(start, batch), batch.column(0).to_pylist()) for start, batch in _batches(texts))
        return build(batches, lambda text: enumerate(words(str(text or ""))), size=size)

    def _build_tokens(self) -> Field:
        related = source(self._parts["related"], "related")
        found = self._ask(_TOKENS.format(width=self._width, related=related), None)
        documents = np.asarray(found.column("document"), np.int32)
        size = max(self._layers * self._width, int(documents.max(initial=-1)) + 1)
        batches = ((documents[start : start + batch.num_rows], _token_lists(batch)) for start, batch in _batches(found))
        return build(batches, _ranked_terms, size=size)


_NOTHING = Field([], np.zeros(1, np.int64), np.zeros(0, np.int32), np.zeros(0, np.uint16), -1)


def _token_lists(batch: pa.RecordBatch) -> list[list[object]]:
    pairs = zip(batch.column("tokens").to_pylist(), batch.column("content").to_pylist(), strict=True)
    return [tokens if content is None else orjson.loads(content).get("tokens", []) for tokens, content in pairs]


def _ranked_terms(tokens: object) -> Iterable[tuple[int, str]]:
    listed = tokens if isinstance(tokens, list) else []
    return [(rank, term) for rank, token in enumerate(listed) for term in token_terms(str(token or ""))]


def _matches(texts: pa.Array, pattern: str) -> NDArray[np.bool_]:
    matched = pc.match_substring_regex(texts, pattern, ignore_case=True)
    return np.asarray(pc.fill_null(matched, False))


def _slices(column: pa.ChunkedArray) -> list[pa.Array]:
    pieces = (column.slice(start, _BATCH).combine_chunks() for start in range(0, len(column), _BATCH))
    return [piece.chunk(0) if isinstance(piece, pa.ChunkedArray) else piece for piece in pieces]


def _batches(table: pa.Table) -> Iterator[tuple[int, pa.RecordBatch]]:
    start = 0
    for batch in table.to_batches(max_chunksize=_BATCH):
        yield start, batch
        start += batch.num_rows


def _numbers(start: int, batch: pa.RecordBatch) -> NDArray[np.int32]:
    return np.arange(start, start + batch.num_rows, dtype=np.int32)


def _forget_others(path: Path) -> None:
    """Remove indexes of what the dataset was before; whoever reads one has it in memory."""
    for other in path.parent.glob("words-*.parquet"):
        if other != path:
            other.unlink(missing_ok=True)
