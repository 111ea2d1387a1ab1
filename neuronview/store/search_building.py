"""What the search index of a dataset is made of and where it is kept: its explanations, and its neurons' top tokens.

One file in the user's folder for the dataset, named by the parts that it was made of; one that is damaged or of other
parts is built again. Texts are read in slices.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import orjson
import pyarrow as pa
from numpy.typing import NDArray

from neuronview.records import NeuronId
from neuronview.store.search_index import Field, build, load, save
from neuronview.store.search_words import token_terms, words
from neuronview.store.tables import Located, source

__all__ = ["Ask", "Source", "explained"]

FOLDER = "search"
FORM = 1
"""Changes with what the index holds: an older one is built again."""
_INDEXED = ("explanations", "neurons", "related")
_BATCH = 20_000
_SURELY_LEFT = 3600.0
"""Seconds after which nobody can still be writing a file."""

_TEXTS = """
    select any_value(explanation) as content from {table} where explanation_id is not null
    group by layer, neuron, explanation_id order by layer, neuron, explanation_id
"""
_TOKENS = """
    with collected as (
        select layer::bigint * {width} + neuron as document,
            list_transform(top_tokens, lambda entry: entry.token) as tokens, null as content
        from neurons where len(top_tokens) > 0 and {among}
    ), published as (
        select layer::bigint * {width} + neuron as document, null as tokens, any_value(content) as content
        from ({related}) where kind = 'tokens_by_activation' and {among} group by layer, neuron
    )
    select * from collected union all select * from published anti join collected using (document)
    order by document
"""
"""Top tokens by neuron: collected ones, else those that published files name, as JSON."""

Ask = Callable[[str, dict[str, Any] | None], pa.Table]


@dataclass(frozen=True)
class Source:
    """A dataset as far as the index needs it."""

    ask: Ask
    """Runs SQL on it."""
    parts: Mapping[str, Sequence[Located]]
    layers: int
    width: int
    """Neurons in a layer."""
    home: Path | None
    """The user's folder for it."""

    def fields(self, explanations: int) -> tuple[Mapping[str, Field], str]:
        """The index of so many explanations, read or built, and in words why it could not be kept, if so."""
        key = self._key()
        path = self.home / FOLDER / f"words-{key}.parquet" if self.home else None
        kept = load(path, key) if path else None
        if kept is not None and {"explanations", "tokens"} <= set(kept) and kept["explanations"].size == explanations:
            return kept, ""
        made = {"explanations": self._build_explanations(explanations), "tokens": self._build_tokens()}
        if path is None:
            return made, "There is no folder to keep the search index in: it works in memory, for as long as this runs."
        try:
            save(path, key, made)
            _forget_others(path)
        except OSError as error:
            return made, (
                f"The search index could not be kept in {path.parent} ({error.strerror or error}): it works in memory, "
                "and is built again when the dataset is next opened."
            )
        return made, ""

    def top_tokens(self, neurons: Sequence[NeuronId]) -> dict[NeuronId, list[str]]:
        """The tokens with the highest mean activation of these neurons, where the dataset says; few at a time."""
        layers, places = ({getattr(neuron, name) for neuron in neurons} or {-1} for name in ("layer", "neuron"))
        among = f"layer in ({_listed(layers)}) and neuron in ({_listed(places)})"
        found = self.ask(self._tokens(among), None)
        at = {neuron.layer * self.width + neuron.neuron: neuron for neuron in neurons}
        pairs = zip(found.column("document").to_pylist(), _token_lists(found), strict=True)
        return {at[document]: [str(token) for token in tokens] for document, tokens in pairs if document in at}

    def _key(self) -> str:
        """Changes with the parts that the index is made of, wherever they lie."""
        parts = sorted((kind, part.sha256) for kind in _INDEXED for _, part in self.parts[kind])
        return hashlib.blake2b(orjson.dumps([FORM, self.width, parts]), digest_size=8).hexdigest()

    def _build_explanations(self, size: int) -> Field:
        return explained(self.ask, size)

    def _build_tokens(self) -> Field:
        found = self.ask(self._tokens("true"), None)
        documents = np.asarray(found.column("document"), np.int32)
        size = max(self.layers * self.width, int(documents.max(initial=-1)) + 1)
        batches = ((documents[start : start + batch.num_rows], _token_lists(batch)) for start, batch in _batches(found))
        return build(batches, _ranked_terms, size=size)

    def _tokens(self, among: str) -> str:
        related = source(self.parts["related"], "related")
        return _TOKENS.format(width=self.width, related=related, among=among)


def explained(ask: Ask, size: int, *, table: str = "browse") -> Field:
    """The index of the explanations in a browse table, `size` of them, in order of neurons and their own identity."""
    texts = ask(_TEXTS.format(table=table), None)
    batches = ((_numbers(start, batch), batch.column(0).to_pylist()) for start, batch in _batches(texts))
    return build(batches, lambda text: enumerate(words(str(text or ""))), size=size)


def _listed(numbers: Iterable[int]) -> str:
    return ", ".join(str(int(number)) for number in sorted(numbers))


def _token_lists(batch: pa.RecordBatch | pa.Table) -> list[list[object]]:
    pairs = zip(batch.column("tokens").to_pylist(), batch.column("content").to_pylist(), strict=True)
    return [tokens if content is None else orjson.loads(content).get("tokens", []) for tokens, content in pairs]


def _ranked_terms(tokens: object) -> Iterable[tuple[int, str]]:
    listed = tokens if isinstance(tokens, list) else []
    return [(rank, term) for rank, token in enumerate(listed) for term in token_terms(str(token or ""))]


def _batches(table: pa.Table) -> Iterator[tuple[int, pa.RecordBatch]]:
    start = 0
    for batch in table.to_batches(max_chunksize=_BATCH):
        yield start, batch
        start += batch.num_rows


def _numbers(start: int, batch: pa.RecordBatch) -> NDArray[np.int32]:
    return np.arange(start, start + batch.num_rows, dtype=np.int32)


def _forget_others(path: Path) -> None:
    """Remove indexes of what the dataset was before, whose readers have them in memory, and what crashes left."""
    for other in path.parent.glob("words-*"):
        whole = other.suffix == ".parquet"
        with suppress(FileNotFoundError):  # another process may remove the same file
            if other != path and (whole or time.time() - other.stat().st_mtime > _SURELY_LEFT):
                other.unlink()
