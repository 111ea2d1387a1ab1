"""What many files say, gathered into the columns of a dataset's parts.

Arrays from the start: a batch has millions of numbers. Excerpts that several neurons share are stored once; which are
stored already is known by their tokens (`Excerpts`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import orjson
import pyarrow as pa

from neuronview.errors import FormatError
from neuronview.formats.openai.arrays import distributions, lists, numbers, table, turned
from neuronview.formats.openai.content import (
    MOMENTS,
    MOST_KNOWN,
    Distribution,
    ExplanationsFile,
    PublishedExplanation,
    PublishedScores,
    RecordsFile,
    ScoredSequence,
    tokens_of,
)
from neuronview.records import NeuronId
from neuronview.store import explanation_id
from neuronview.store.schema import EXCERPTS, EXPLANATIONS, NEURONS, RELATED, SCORES, SIMULATIONS, records_schema

__all__ = ["Columns", "Excerpts"]

LARGEST_HALF = 65504.0


class Excerpts:
    """Numbers of excerpts by their tokens: of those that are stored, and of those that a batch adds."""

    def __init__(self) -> None:
        """Knows none yet."""
        self.known: dict[bytes, int] = {}
        self._new: dict[bytes, int] = {}

    def number(self, key: bytes) -> int:
        """The excerpt's number, or one below zero for a new one until `settle`."""
        found = self.known.get(key)
        if found is not None:
            return found
        return -1 - self._new.setdefault(key, len(self._new))

    def numbers(self, keys: Sequence[bytes]) -> list[int]:
        """The same for many."""
        found = list(map(self.known.get, keys))
        return [self.number(key) if number is None else number for key, number in zip(keys, found, strict=True)]

    @property
    def new(self) -> list[bytes]:
        """Keys of the new ones, in the order of their numbers."""
        return list(self._new)

    def settle(self, first: int) -> None:
        """The new ones are stored, numbered from `first`."""
        if len(self.known) > MOST_KNOWN:
            self.known.clear()
        self.known |= {key: first + place for key, place in self._new.items()}
        self._new.clear()

    def forget_new(self) -> None:
        """The new ones were not stored after all."""
        self._new.clear()


class Columns:
    """Rows of one batch, by kind of part."""

    def __init__(
        self, excerpts: Excerpts, *, bits: int, explainer: str, simulator: str, dataset: str, now: str
    ) -> None:
        """`bits` of an activation: 16 or 32; with 16, probabilities of simulations are rounded to as many."""
        self._excerpts = excerpts
        self._bits = bits
        self._now = now
        self._explainer, self._simulator = explainer, simulator
        self._provenance = _json({"dataset": dataset, "explainer": explainer, "split": "published"})
        self._score_provenance = _json(
            {"dataset": dataset, "explainer": explainer, "simulator": simulator, "split": "published"}
        )
        self._neurons, self._related = list[Any](), list[Any]()
        self._explanations = list[tuple[str, int, int, str]]()
        self._scores = list[tuple[str, int, int, PublishedScores, int, int]]()
        """With how many excerpts and tokens each was computed on."""
        self._records: dict[str, list[Any]] = {name: [] for name in ("group", "rank", "excerpt_id", "length")}
        self._owners = list[tuple[NeuronId, int]]()
        self._activations: list[np.ndarray] = []
        self._simulations = list[tuple[int, int, str, int, int, ScoredSequence]]()

    # --- what a file says ----------------------------------------------------------------------------------------

    def add_records(self, found: RecordsFile) -> None:
        """A file of activations; FormatError when a value does not fit."""
        limit = LARGEST_HALF if self._bits == 16 else float(np.finfo(np.float32).max)
        if len(found.activations) and float(np.abs(found.activations).max()) > limit:
            exact = ": keep them --exact" if self._bits == 16 else ""
            raise FormatError(f"an activation is beyond {limit:g} and does not fit {self._bits} bits{exact}")
        self._owners.append((found.neuron, len(found.keys)))
        self._records["group"] += found.groups
        self._records["rank"] += found.ranks
        self._records["excerpt_id"] += self._excerpts.numbers(found.keys)
        self._records["length"] += found.lengths
        self._activations.append(found.activations.astype(np.float16 if self._bits == 16 else np.float32))
        self._neurons.append(
            {
                "layer": found.neuron.layer,
                "neuron": found.neuron.neuron,
                "maximum": found.maximum,
                "quantile_boundaries": found.boundaries,
                **dict(zip(MOMENTS, found.moments, strict=True)),
            }
        )

    def add_explanations(self, found: ExplanationsFile) -> None:
        """A file of explanations, with their scores and simulations."""
        seen: set[str] = set()
        for number, entry in enumerate(found.explanations):
            identity = explanation_id(found.neuron, self._explainer, entry.text)
            if identity in seen:  # the same words twice: each keeps its own score
                identity = explanation_id(found.neuron, self._explainer, entry.text, {"again": number})
            seen.add(identity)
            self._add_explanation(found.neuron, identity, entry)

    def add_related(self, neuron: NeuronId, kind: str, content: Mapping[str, Any]) -> None:
        """A file of related tokens or neurons."""
        self._related.append(
            {"layer": neuron.layer, "neuron": neuron.neuron, "kind": kind, "content": _json(dict(content))}
        )

    def _add_explanation(self, neuron: NeuronId, identity: str, entry: PublishedExplanation) -> None:
        layer, number = neuron
        self._explanations.append((identity, layer, number, entry.text))
        if entry.scores is not None:
            n_tokens = sum([len(sequence.true) for sequence in entry.sequences])
            self._scores.append((identity, layer, number, entry.scores, len(entry.sequences), n_tokens))
        for place, sequence in enumerate(entry.sequences):
            self._simulations.append((layer, number, identity, place, self._excerpts.number(sequence.key), sequence))

    # --- tables --------------------------------------------------------------------------------------------------

    def tables(self, first_excerpt: int) -> dict[str, pa.Table]:
        """Tables by kind, those without rows left out; new excerpts are numbered from `first_excerpt`."""
        found = {
            "neurons": pa.Table.from_pylist(self._neurons, schema=NEURONS),
            "excerpts": _excerpts(self._excerpts.new, first_excerpt),
            "records": self._records_table(first_excerpt),
            "explanations": self._explanations_table(),
            "scores": self._scores_table(),
            "simulations": self._simulations_table(first_excerpt),
            "related": pa.Table.from_pylist(self._related, schema=RELATED),
        }
        return {kind: table for kind, table in found.items() if table.num_rows}

    def _records_table(self, first: int) -> pa.Table:
        rows = self._records
        values = np.concatenate(self._activations) if self._activations else np.zeros(0, np.float32)
        layers, neurons = [owner.layer for owner, _ in self._owners], [owner.neuron for owner, _ in self._owners]
        counts = np.array([count for _, count in self._owners], dtype=np.int64)
        return pa.table(
            {
                "layer": pa.array(np.repeat(np.array(layers, np.int16), counts)),
                "neuron": pa.array(np.repeat(np.array(neurons, np.int32), counts)),
                "group": pa.array(rows["group"], pa.string()),
                "rank": pa.array(rows["rank"], pa.int16()),
                "excerpt_id": _settled(rows["excerpt_id"], first),
                "activations": lists(rows["length"], pa.array(values)),
            }
        ).cast(records_schema(self._bits))

    def _explanations_table(self) -> pa.Table:
        identities, layers, neurons, texts = turned(self._explanations, 4)
        return table(
            EXPLANATIONS,
            len(texts),
            {"explanation_id": identities, "layer": layers, "neuron": neurons, "text": texts},
            {"explainer": self._explainer, "provenance": self._provenance},
        )

    def _scores_table(self) -> pa.Table:
        identities, layers, neurons, scores, n_sequences, n_tokens = turned(self._scores, 6)
        values = [entry.ev_correlation for entry in scores]
        columns = {
            "explanation_id": identities,
            "layer": layers,
            "neuron": neurons,
            "state": ["undefined" if value is None else "ok" for value in values],
            "reason": ["published without a value" if value is None else "" for value in values],
            "value": values,
            "rsquared": [entry.rsquared for entry in scores],
            "absolute_dev_explained": [entry.absolute_dev_explained for entry in scores],
            "n_sequences": n_sequences,
            "n_tokens": n_tokens,
        }
        same = {
            "scorer": "simulation",
            "simulator": self._simulator,
            "split": "published",
            "subset": "top_and_random",
            "n_missing": 0,
            "baselines": "[]",
            "provenance": self._score_provenance,
        }
        return table(SCORES, len(values), columns, same)

    def _simulations_table(self, first: int) -> pa.Table:
        layers, neurons, identities, places, excerpts, sequences = turned(self._simulations, 6)
        plain: dict[str, Any] = {
            "explanation_id": identities,
            "layer": layers,
            "neuron": neurons,
            "excerpt_id": _settled(excerpts, first),
            "scale": [sequence.scale for sequence in sequences],
            "place": places,
        }
        plain |= {
            name: [getattr(sequence.scores, name) for sequence in sequences]
            for name in ("ev_correlation", "rsquared", "absolute_dev_explained")
        }
        calibrated = [sequence.distribution for sequence in sequences]
        before = [sequence.uncalibrated_distribution for sequence in sequences]
        others = [None if _same(one, other) else other for one, other in zip(calibrated, before, strict=True)]
        found = {
            "expected": numbers([sequence.expected for sequence in sequences]),
            **distributions(calibrated, {"values": "values", "probabilities": "probabilities"}, self._bits),
            "true_activations": numbers([sequence.true for sequence in sequences]),
            "uncalibrated": numbers([sequence.uncalibrated for sequence in sequences]),
            **distributions(before, {"uncalibrated_values": "values"}),
            **distributions(others, {"uncalibrated_probabilities": "probabilities"}, self._bits),
        }
        same = {"simulator": self._simulator, "created": self._now}
        return table(SIMULATIONS, len(sequences), plain | found, same)


def _excerpts(keys: Sequence[bytes], first: int) -> pa.Table:
    tokens = pa.array(map(tokens_of, keys), pa.list_(pa.string()))
    return table(EXCERPTS, len(keys), {"excerpt_id": range(first, first + len(keys)), "tokens": tokens}, {})


def _settled(numbers: Sequence[int], first: int) -> pa.Array:
    """Numbers of excerpts, the new ones counted from `first`."""
    values = np.asarray(numbers, dtype=np.int64)
    return pa.array(np.where(values < 0, first - 1 - values, values).astype(np.int32))


def _same(one: Distribution | None, other: Distribution | None) -> bool:
    return (
        one is not None
        and other is not None
        and np.array_equal(one.counts, other.counts)
        and np.array_equal(one.probabilities, other.probabilities)
    )


def _json(value: Any) -> str:
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS).decode()
