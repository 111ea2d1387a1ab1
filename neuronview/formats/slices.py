"""A dataset as a stream of slices, some hundred neurons each: what exports read, in memory that does not grow with it.

Knows no format.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import orjson
import pyarrow as pa
import pyarrow.compute as pc

from neuronview.errors import BadInput
from neuronview.records import NeuronId
from neuronview.store import Dataset, NeuronFilter
from neuronview.store.tables import HEADLINE_SPLITS, reader_of

__all__ = ["KINDS", "Choice", "Excerpts", "NeuronRows", "RecordRow", "Slice", "choose_neurons", "headline", "slices"]

KINDS = ("neurons", "records", "explanations", "scores", "simulations", "related")
"""Kinds of rows that belong to a neuron."""
SIZE = 256
MOST_EXCERPTS = 24_000


@dataclass(frozen=True)
class Choice:
    """What of a dataset: neurons by number, or those with a row of the browse table that the filter keeps."""

    layers: tuple[int, ...] = ()
    neurons: tuple[NeuronId, ...] = ()
    filter: NeuronFilter = field(default_factory=NeuronFilter)

    @property
    def explainer(self) -> str | None:
        """Only this explainer's explanations are chosen."""
        return self.filter.explainer


@dataclass(frozen=True, eq=False)
class RecordRow:
    """One record, its tokens by the number of the excerpt."""

    group: str
    rank: int
    excerpt_id: int
    activations: np.ndarray  # (tokens,) float32


@dataclass(frozen=True, eq=False)
class NeuronRows:
    """Everything that is stored of one neuron; rows as in `store.schema`."""

    id: NeuronId
    statistics: Mapping[str, Any]
    """Empty where there are none."""
    records: Mapping[str, list[RecordRow]]
    """By group, in order of rank."""
    explanations: list[dict[str, Any]]
    """As everywhere: by who read them in the score that is shown first, of each reader the best lower bound first;
    without a bound, in the order stored."""
    scores: Mapping[str, list[dict[str, Any]]]
    """By explanation."""
    simulations: Mapping[str, list[dict[str, Any]]]
    """By explanation, in order of place; lists as 32-bit arrays, nan where a token has no value."""
    related: Mapping[str, str]
    """JSON by kind."""

    @property
    def maximum(self) -> float | None:
        """Largest activation over the corpus, or else among the records; None where nothing is stored."""
        stored = self.statistics.get("maximum")
        if stored is not None:
            return float(stored)
        tops = [float(row.activations.max()) for rows in self.records.values() for row in rows if len(row.activations)]
        return max(tops, default=None)


class Excerpts:
    """Rows of excerpts by number; those of the last slices are kept."""

    def __init__(self, dataset: Dataset) -> None:
        """Reads from this dataset."""
        self._dataset = dataset
        self._rows: dict[int, dict[str, Any]] = {}
        self._json: dict[int, orjson.Fragment] = {}

    def fetch(self, numbers: Iterable[int]) -> None:
        """Read those that are not here."""
        missing = sorted(set(numbers) - self._rows.keys())
        if len(self._rows) + len(missing) > MOST_EXCERPTS:
            self._rows.clear()
            self._json.clear()
            missing = sorted(set(numbers))
        self._rows |= {row["excerpt_id"]: row for row in self._dataset.excerpts(missing)}
        # All at once: made one by one, between large pieces of JSON, they would scatter over the memory and hold it.
        self._json |= {number: orjson.Fragment(orjson.dumps(self._rows[number]["tokens"])) for number in missing}

    def __getitem__(self, number: int) -> dict[str, Any]:
        """The row: excerpt_id, document_id, source, template, token_ids, tokens."""
        return self._rows[number]

    def tokens_json(self, number: int, length: int) -> Any:
        """The excerpt's first `length` tokens, as what orjson writes them from fastest."""
        tokens = self._rows[number]["tokens"]
        return self._json[number] if length == len(tokens) else tokens[:length]


@dataclass(frozen=True, eq=False)
class Slice:
    """Neurons of one layer, in order, and their rows."""

    ids: list[NeuronId]
    tables: Mapping[str, pa.Table]
    """By kind, in order of neuron."""
    excerpts: Excerpts
    """Holds those of the records and simulations."""
    readers: Sequence[str]
    """In the order in which the dataset shows them: scores of different readers are on no one scale."""

    @property
    def excerpt_ids(self) -> list[int]:
        """Numbers of the excerpts that records and simulations refer to, in order."""
        both = [self.tables[kind].column("excerpt_id") for kind in ("records", "simulations")]
        return sorted({int(number) for column in both for number in column.unique().to_pylist()})

    def neurons(self) -> Iterator[NeuronRows]:
        """The same neuron by neuron."""
        places = {kind: table.column("neuron").to_numpy() for kind, table in self.tables.items()}
        for identity in self.ids:
            found = {}
            for kind, table in self.tables.items():
                first, end = np.searchsorted(places[kind], [identity.neuron, identity.neuron + 1])
                found[kind] = table.slice(first, end - first)
            yield _neuron_rows(identity, found, self.readers)


def choose_neurons(dataset: Dataset, choice: Choice) -> list[NeuronId]:
    """The neurons of a choice, in order; BadInput when there is none, NotFound for one that does not exist."""
    model = dataset.manifest.model
    for layer in choice.layers:
        if not 0 <= layer < model.n_layers:
            raise BadInput(f"There is no layer {layer}: {dataset.manifest.name} has layers 0 to {model.n_layers - 1}.")
    named = {dataset.require(neuron) for neuron in choice.neurons}
    rows = dataset.scores(choice.filter)
    kept = {NeuronId(int(a), int(b)) for a, b in zip(rows["layer"], rows["neuron"], strict=True)}
    chosen = sorted(
        neuron
        for neuron in kept
        if (not choice.layers or neuron.layer in choice.layers) and (not named or neuron in named)
    )
    if not chosen:
        raise BadInput(
            f"No neuron of {dataset.manifest.name} is in this choice, so there is nothing to export. "
            "Leave out a condition, or see what there is with `search` or on the page Browse."
        )
    return chosen


def slices(dataset: Dataset, neurons: Sequence[NeuronId], *, explainer: str | None = None) -> Iterator[Slice]:
    """These neurons, which are in order, slice by slice; of one explainer only its explanations and their scores."""
    excerpts, readers = Excerpts(dataset), dataset.readers()
    for ids in _groups(neurons):
        tables = {kind: dataset.rows(kind, ids) for kind in KINDS}
        if explainer is not None:
            kept = tables["explanations"].filter(pc.equal(tables["explanations"].column("explainer"), explainer))
            tables["explanations"] = kept
            for kind in ("scores", "simulations"):
                of_kept = pc.is_in(
                    tables[kind].column("explanation_id"), kept.column("explanation_id").combine_chunks()
                )
                tables[kind] = tables[kind].filter(of_kept)
        found = Slice(ids, tables, excerpts, readers)
        excerpts.fetch(found.excerpt_ids)
        yield found


def headline(scores: Sequence[Mapping[str, Any]]) -> Mapping[str, Any] | None:
    """The score that is shown first: a simulation's on top and random excerpts, of the first split that there is."""
    shown = [score for score in scores if score["scorer"] == "simulation" and score["subset"] == "top_and_random"]
    known = [score for score in shown if score["split"] in HEADLINE_SPLITS]
    return min(known, key=lambda score: HEADLINE_SPLITS.index(score["split"]), default=None)


def _groups(neurons: Sequence[NeuronId]) -> Iterator[list[NeuronId]]:
    """Up to SIZE neurons of one layer that lie near one another."""
    group: list[NeuronId] = []
    for neuron in neurons:
        whole = len(group) == SIZE
        if group and (whole or neuron.layer != group[0].layer or neuron.neuron - group[0].neuron >= 4 * SIZE):
            yield group
            group = []
        group.append(neuron)
    if group:
        yield group


def _neuron_rows(identity: NeuronId, tables: Mapping[str, pa.Table], readers: Sequence[str]) -> NeuronRows:
    scores = _by_explanation(tables["scores"].to_pylist())
    explanations = tables["explanations"].to_pylist()
    simulations = sorted(_simulations(tables["simulations"]), key=_place)
    return NeuronRows(
        id=identity,
        statistics=next(iter(tables["neurons"].to_pylist()), {}),
        records=_records(tables["records"]),
        explanations=sorted(explanations, key=lambda row: _rank(scores.get(row["explanation_id"], []), readers)),
        scores=scores,
        simulations=_by_explanation(simulations),
        related={row["kind"]: row["content"] for row in tables["related"].to_pylist()},
    )


def _records(table: pa.Table) -> dict[str, list[RecordRow]]:
    columns = [table.column(name).to_pylist() for name in ("group", "rank", "excerpt_id")]
    found: dict[str, list[RecordRow]] = {}
    for group, rank, number, values in zip(*columns, _arrays(table.column("activations")), strict=True):
        found.setdefault(group, []).append(RecordRow(group, rank, number, values))
    return {group: sorted(found[group], key=lambda row: row.rank) for group in sorted(found)}


def _simulations(table: pa.Table) -> list[dict[str, Any]]:
    """Rows with their lists as arrays: there are hundreds of thousands of numbers in some hundred rows."""
    lists = [field.name for field in table.schema if pa.types.is_list(field.type)]
    rows: list[dict[str, Any]] = table.drop_columns(lists).to_pylist()
    for name in lists:
        for row, values in zip(rows, _arrays(table.column(name)), strict=True):
            row[name] = values
    return rows


def _arrays(column: pa.ChunkedArray | pa.Array) -> list[Any]:
    """Lists of numbers as arrays that share memory, lists of lists as lists of such; None for null."""
    lists = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
    flat = lists.flatten()
    nested = pa.types.is_list(flat.type)
    inner = _arrays(flat) if nested else flat.to_numpy(zero_copy_only=False).astype(np.float32, copy=False)
    ends = np.cumsum(pc.fill_null(lists.value_lengths(), 0).to_numpy(zero_copy_only=False)).tolist()
    valid = lists.is_valid().to_pylist()
    return [inner[start:end] if there else None for start, end, there in zip([0, *ends], ends, valid, strict=False)]


def _by_explanation(rows: Iterable[dict[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        found.setdefault(row["explanation_id"], []).append(row)
    return found


def _place(row: Mapping[str, Any]) -> tuple[str, int, int]:
    place = row.get("place")
    return row["simulator"], place if place is not None else 0, row["excerpt_id"]


def _rank(scores: Sequence[Mapping[str, Any]], readers: Sequence[str]) -> tuple[int, float]:
    """Where an explanation with these scores stands among others: reader, lower bound."""
    shown = headline(scores)
    if shown is None:
        return len(readers), 0.0
    reader = reader_of(shown["simulator"])
    place = readers.index(reader) if reader in readers else len(readers)
    return place, 2.0 if shown["low"] is None else -shown["low"]
