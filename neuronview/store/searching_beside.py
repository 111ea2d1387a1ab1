"""Search of what a visitor made beside a dataset that all share: his own rows are read, the shared index stays shared.

What is found, in which order and how well it fits is as if everything had been indexed together.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from neuronview.records import NeuronId
from neuronview.store.search_building import Ask, explained
from neuronview.store.search_rows import IndexBeside, WholeIndex, numbered
from neuronview.store.searching import Naming, Searcher

__all__ = ["SearcherBeside"]


class SearcherBeside(Searcher):
    """Searches of one visitor."""

    kept_searches = 2
    """What a page asks for twice, and its order; there are many visitors."""

    def __init__(
        self,
        shared: Searcher,
        ask: Ask,
        *,
        neurons: tuple[int, int],
        touched: Collection[tuple[int, int]],
        near: Naming,
        hidden: str,
        naming: Naming,
    ) -> None:
        """`naming` says where all rows are, `near` where those of the `touched` neurons are, by the same numbers.

        `hidden` is the table of the numbers of the shared rows that these stand for.
        """
        super().__init__(ask, {}, neurons=neurons, home=None, naming=naming)
        self._shared, self._own, self._hidden_in, self._width = shared, near, hidden, neurons[1]
        known = (
            layer * self._width + neuron for layer, neuron in touched if layer < neurons[0] and neuron < neurons[1]
        )
        self._touched = np.array(sorted(known), np.int64)

    def top_tokens(self, neurons: Sequence[NeuronId]) -> dict[NeuronId, list[str]]:
        """The tokens with the highest mean activation of a few neurons, where the dataset says them."""
        return self._shared.top_tokens(neurons)

    @cached_property
    def _hidden(self) -> NDArray[np.int64]:
        return np.asarray(self._ask(f"select row from {self._hidden_in}", None).column("row"))  # noqa: S608 - ours

    def _matching(self, pattern: str) -> NDArray[np.int64]:
        shared = self._shared.matching(pattern)
        return np.concatenate([shared[~np.isin(shared, self._hidden)], super()._matching(pattern)])

    def _read_index(self) -> IndexBeside:
        table = self._ask(numbered(self._own.table, self._own.row), None)
        rows, layers, neurons, documents = (table.column(n).to_numpy() for n in ("row", "layer", "neuron", "document"))
        numbers = layers.astype(np.int64) * self._width + neurons
        # Tokens are known of the neurons that the model has.
        has_tokens = (neurons < self._width) & np.isin(numbers, self._touched)
        places = np.where(has_tokens, np.searchsorted(self._touched, numbers), -1)
        field = explained(self._ask, int(documents.max(initial=-1)) + 1, table=self._own.table)
        shared = self._shared.index()
        assert isinstance(shared, WholeIndex)
        near = WholeIndex.of({"explanations": field}, rows, documents, places)
        return IndexBeside(shared, near, self._touched, self._hidden)
