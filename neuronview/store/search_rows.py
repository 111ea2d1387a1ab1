"""The index of a search together with the rows of the browse table that its documents stand in.

Documents are explanations, or neurons with their top tokens; one may be in several rows, by who scored it. A visitor's
index lies beside the shared one (`IndexBeside`): it holds what he has himself, and ranks both as if they were one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from neuronview.store.search_index import Field, Joined
from neuronview.store.search_ranking import rank_inside, rank_texts, rank_tokens
from neuronview.store.search_words import Query

__all__ = ["Index", "IndexBeside", "WholeIndex", "numbered"]

Numbers = NDArray[np.int64]
Ranked = tuple[Numbers, NDArray[np.float32]]
"""Numbers of rows, and how well each fits."""


def numbered(table: str, row: str) -> str:
    """A query of a browse table's rows: number, neuron, and the number of the explanation, -1 for none."""
    return f"""
        select {row} as row, layer, neuron, if(explanation_id is null, -1, dense_rank() over (
            partition by explanation_id is null order by layer, neuron, explanation_id
        ) - 1)::int as document
        from {table} order by row
    """  # noqa: S608 - names are our own


class Index(Protocol):
    """What a search by words asks."""

    @property
    def rows(self) -> Numbers:
        """Numbers of all rows, rising."""

    @property
    def total(self) -> int:
        """One more than the highest."""

    def by_texts(self, query: Query) -> Ranked:
        """Rows whose explanation has all that is asked for."""

    def inside_texts(self, query: Query) -> Ranked:
        """Rows whose explanation has it inside longer words."""

    def by_tokens(self, query: Query) -> Ranked:
        """Rows of neurons whose top tokens have it."""


@dataclass(frozen=True)
class _Rows:
    """Rows of the browse table by the document that they are about."""

    rows: Numbers  # (rows,) in order of their documents
    offsets: Numbers  # (documents + 1,) where each document's rows begin

    @classmethod
    def of(cls, documents: Numbers, numbers: Numbers) -> _Rows:
        """From each row's document, -1 for none, and its number."""
        order = np.argsort(documents, kind="stable")
        order = order[np.searchsorted(documents[order], 0) :]
        return cls(numbers[order], np.r_[0, np.cumsum(np.bincount(documents[order]))])

    def about(self, weights: NDArray[np.float32]) -> Ranked:
        """Rows about the documents that weigh something, and what each of those rows weighs."""
        documents = np.flatnonzero(weights[: len(self.offsets) - 1])
        counts = self.offsets[documents + 1] - self.offsets[documents]
        ends = np.cumsum(counts)
        places = np.arange(ends[-1] if len(ends) else 0) + np.repeat(self.offsets[documents] - ends + counts, counts)
        return self.rows[places], np.repeat(weights[documents], counts)

    def documents_in(self, rows: Numbers) -> Numbers:
        """The documents that these rows are about, rising."""
        within = np.flatnonzero(np.isin(self.rows, rows))
        return np.unique(np.searchsorted(self.offsets, within, side="right") - 1)


@dataclass(frozen=True)
class WholeIndex:
    """The index of a whole dataset."""

    explained: Field
    tokens: Field | None
    """By neuron; None where that is not asked."""
    explanations: _Rows
    neurons: _Rows
    rows: Numbers

    @classmethod
    def of(cls, fields: Mapping[str, Field], rows: Numbers, documents: Numbers, places: Numbers) -> WholeIndex:
        """From the fields and, for each row, its number, its explanation (-1 for none) and its neuron."""
        tokens, rows = fields.get("tokens"), rows.astype(np.int64)
        return cls(fields["explanations"], tokens, _Rows.of(documents, rows), _Rows.of(places, rows), rows)

    @property
    def total(self) -> int:
        """One more than the highest number of a row."""
        return int(self.rows[-1]) + 1 if len(self.rows) else 0

    def by_texts(self, query: Query) -> Ranked:
        """Rows whose explanation has all that is asked for."""
        return self.explanations.about(rank_texts(self.explained, query))

    def inside_texts(self, query: Query) -> Ranked:
        """Rows whose explanation has it inside longer words."""
        return self.explanations.about(rank_inside(self.explained, query))

    def by_tokens(self, query: Query) -> Ranked:
        """Rows of neurons whose top tokens have it."""
        assert self.tokens is not None
        return self.neurons.about(rank_tokens(self.tokens, query))


class IndexBeside:
    """A shared index without some neurons, and another of their rows, which are numbered from the shared ones on."""

    def __init__(self, shared: WholeIndex, near: WholeIndex, touched: Numbers, hidden: Numbers) -> None:
        """`touched` are neurons as numbers, rising; those of `near` are places among these.

        `hidden` are the shared rows that those of `near` stand for.
        """
        self._shared, self._near, self._touched, self._hidden = shared, near, touched, hidden
        self._explained = Joined(shared.explained, shared.explanations.documents_in(hidden), near.explained)

    @property
    def rows(self) -> Numbers:
        """Numbers of all rows, rising."""
        shared = self._shared.rows
        return np.concatenate([shared[~np.isin(shared, self._hidden)], self._near.rows])

    @property
    def total(self) -> int:
        """One more than the highest."""
        return max(self._shared.total, self._near.total)

    def by_texts(self, query: Query) -> Ranked:
        """Rows whose explanation has all that is asked for, ranked among all explanations."""
        return self._about(rank_texts(self._explained, query))

    def inside_texts(self, query: Query) -> Ranked:
        """Rows whose explanation has it inside longer words, likewise."""
        return self._about(rank_inside(self._explained, query))

    def by_tokens(self, query: Query) -> Ranked:
        """Rows of neurons whose top tokens have it; tokens are those of the shared index."""
        assert self._shared.tokens is not None
        weights = rank_tokens(self._shared.tokens, query)
        near = self._near.neurons.about(weights[self._touched])
        weights[self._touched] = 0  # their rows are those of `near`
        return _both(self._shared.neurons.about(weights), near)

    def _about(self, weights: NDArray[np.float32]) -> Ranked:
        size = self._explained.first.size
        return _both(self._shared.explanations.about(weights[:size]), self._near.explanations.about(weights[size:]))


def _both(first: Ranked, second: Ranked) -> Ranked:
    return np.concatenate([first[0], second[0]]), np.concatenate([first[1], second[1]])
