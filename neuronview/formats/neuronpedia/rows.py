"""What the lines of one batch say, as rows of a dataset, and what all lines together say of it."""

from __future__ import annotations

import re
import secrets
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import orjson
import pyarrow as pa

from neuronview.errors import FormatError
from neuronview.formats.building import Builder, now
from neuronview.formats.neuronpedia.reading import (
    Activation,
    Feature,
    neuron_of,
    read_activation,
    read_explanation,
    read_feature,
    read_score,
)
from neuronview.formats.neuronpedia.writing import JSON_COLUMNS
from neuronview.formats.openai.columns import Excerpts
from neuronview.formats.openai.content import tokens_of
from neuronview.formats.openai.published import SETS
from neuronview.records import NeuronId
from neuronview.store import explanation_id
from neuronview.store.schema import EXCERPTS, EXPLANATIONS, NEURONS, SCORES, records_schema

__all__ = ["About", "Batch"]

LARGEST_HALF = 65504.0
MLP = "mlp.hook_post"
SITE = "mlp_post_act"
_SCORE_COLUMNS = [name for name in SCORES.names if name not in ("explanation_id", "layer", "neuron")]


class About:
    """What all lines say: of which model and sources they are, how far layers and indices go."""

    def __init__(self, title: str, *, own: Mapping[str, Any] | None) -> None:
        """`title`: name of the dataset. `own`: the manifest in the note of our own export, where there is one."""
        self.title, self.own = title, own
        self.excerpts = Excerpts()
        self.n_excerpts = 0
        self.with_records: set[NeuronId] = set()
        self._sources: dict[int, str] = {}
        self._model = ""
        self._sites: set[str] = set()
        self._largest = NeuronId(0, 0)

    def note(self, fields: Mapping[str, Any]) -> NeuronId:
        """The neuron of a line; FormatError when it is of another model or source than the rest."""
        neuron, model, source = neuron_of(fields), str(fields.get("modelId", "")), str(fields.get("layer"))
        self._model = self._model or model
        if model != self._model:
            raise FormatError(f"it is of the model {model}, and the lines before are of {self._model}")
        known = self._sources.setdefault(neuron.layer, source)
        if source != known:
            raise FormatError(f"it is of source {source}, where {known} is already: import one source a layer")
        self._largest = NeuronId(max(self._largest.layer, neuron.layer), max(self._largest.neuron, neuron.neuron))
        return neuron

    def note_site(self, hook: str | None) -> None:
        """Where in the model a line's values were taken."""
        place = re.sub(r"^blocks\.\d+\.", "", hook or MLP)
        self._sites.add(SITE if place == MLP else place)

    def shape(self) -> tuple[int, int]:
        """Layers and indices a layer: of the known model, as far as its own neurons are meant, or as far as seen."""
        seen = self._largest.layer + 1, self._largest.neuron + 1
        known = SETS.get(self._model)
        if known is None:
            return seen
        plain = self._sites <= {SITE} and seen[1] <= known.n_neurons
        return max(known.n_layers, seen[0]), known.n_neurons if plain else seen[1]

    def manifest(self, bits: int) -> dict[str, Any]:
        """The manifest of the dataset."""
        known, (n_layers, n_neurons), sources = SETS.get(self._model), self.shape(), sorted(self._sources.values())
        model = {
            "path": known.model if known else self._model,
            "fingerprint": "",
            "activation_function": "unknown",
            "n_layers": n_layers,
            "n_neurons": n_neurons,
        }
        own = self.own or {}
        model = own.get("model", model)
        seen = self._largest
        if seen.layer >= model["n_layers"] or seen.neuron >= model["n_neurons"]:
            raise FormatError(
                f"The files go up to layer {seen.layer} and index {seen.neuron}, and the note beside them says "
                f"{model['n_layers']} layers of {model['n_neurons']}. Nothing was imported."
            )
        return {
            "name": self.title,
            "model": model,
            "site": ", ".join(sorted(self._sites)) or SITE,
            "origin": {"format": "neuronpedia", "model": self._model, "sources": sources, "imported": now()},
            "leading_token": own.get("leading_token", {"token": "unknown", "in_statistics": None}),
            "activation_bits": bits,
            "corpus": {"hash": f"neuronpedia/{self._model}/{','.join(sources)}", "sources": {}},
            "import_id": secrets.token_hex(8),
            "created": now(),
        }


class Batch:
    """Lines of one batch of one source."""

    def __init__(self, about: About, bits: int) -> None:
        """`bits` of a stored activation."""
        self._about, self._bits = about, bits
        self._features: dict[NeuronId, Feature] = {}
        self._records: dict[NeuronId, list[Activation]] = defaultdict(list)
        self._explanations, self._scores = list[dict[str, Any]](), list[dict[str, Any]]()

    def add(self, kind: str, fields: Mapping[str, Any]) -> None:
        """One line of a kind; FormatError says why it is refused."""
        neuron = self._about.note(fields)
        key = {"layer": neuron.layer, "neuron": neuron.neuron}
        if kind == "features":
            self._features[neuron] = read_feature(fields)
            self._about.note_site(self._features[neuron].hook)
        elif kind == "activations":
            self._records[neuron].append(self._fitting(read_activation(fields)))
        elif kind == "explanations":
            self._explanations.append(key | self._explanation(neuron, read_explanation(fields)))
        else:
            self._scores.append(key | read_score(fields, _SCORE_COLUMNS, JSON_COLUMNS))

    def write(self, builder: Builder) -> None:
        """Write everything as parts."""
        self._write_records(builder)
        neurons = sorted({*self._features, *self._records})
        _write(builder, "neurons", [self._neuron_row(neuron) for neuron in neurons], NEURONS)
        _write(builder, "explanations", self._explanations, EXPLANATIONS)
        _write(builder, "scores", self._scores, SCORES)

    def _fitting(self, found: Activation) -> Activation:
        if found.neuron in self._about.with_records:
            raise FormatError(f"neuron {found.neuron} has activations in another batch too")
        if self._bits == 16 and len(found.values) and float(np.abs(found.values).max()) > LARGEST_HALF:
            raise FormatError(f"an activation is beyond {LARGEST_HALF:g} and does not fit 16 bits: import with --exact")
        return found

    def _explanation(self, neuron: NeuronId, found: Mapping[str, Any]) -> dict[str, Any]:
        explainer, text = found["explainer"], found["text"]
        where = {"dataset": self._about.title, "explainer": explainer, "explainer_model": found["explainer_model"]}
        return {
            "explanation_id": found["id"] or explanation_id(neuron, explainer, text),
            "explainer": explainer,
            "text": text,
            "provenance": orjson.dumps({name: value for name, value in where.items() if value}).decode(),
        }

    def _neuron_row(self, neuron: NeuronId) -> dict[str, Any]:
        """Histograms of others leave out zeros, so that only our own say how the neuron is spread."""
        tops = [float(record.values.max()) for record in self._records.get(neuron, ()) if len(record.values)]
        row: dict[str, Any] = {"layer": neuron.layer, "neuron": neuron.neuron, "maximum": max(tops, default=None)}
        feature = self._features.get(neuron)
        if feature is not None:
            row["maximum"] = row["maximum"] if feature.maximum is None else feature.maximum
            row["share_positive"] = feature.share_positive
            if self._about.own is not None and feature.heights:
                row |= {"histogram": [int(height) for height in feature.heights], "minimum": feature.starts[0]}
        return row

    def _write_records(self, builder: Builder) -> None:
        about = self._about
        about.with_records |= self._records.keys()
        rows = [row for neuron in sorted(self._records) for row in _ranked(self._records[neuron])]
        numbers = [about.excerpts.number(found.key) for _, _, found in rows]
        first, new = about.n_excerpts, about.excerpts.new
        excerpts = [{"excerpt_id": first + place, "tokens": tokens_of(key)} for place, key in enumerate(new)]
        _write(builder, "excerpts", excerpts, EXCERPTS)
        about.excerpts.settle(first)
        about.n_excerpts += len(new)
        ends = np.r_[0, np.cumsum([len(found.values) for _, _, found in rows], dtype=np.int64)].astype(np.int32)
        values = np.concatenate([np.zeros(0, np.float32), *(found.values for _, _, found in rows)])
        table = {
            "layer": [found.neuron.layer for _, _, found in rows],
            "neuron": [found.neuron.neuron for _, _, found in rows],
            "group": [group for group, _, _ in rows],
            "rank": [rank for _, rank, _ in rows],
            "excerpt_id": [number if number >= 0 else first - 1 - number for number in numbers],
            "activations": pa.ListArray.from_arrays(pa.array(ends), pa.array(values)),
        }
        if rows:
            builder.write("records", pa.table(table).cast(records_schema(32)))


def _write(builder: Builder, kind: str, rows: list[dict[str, Any]], schema: pa.Schema) -> None:
    try:
        table = pa.Table.from_pylist(rows, schema=schema)
    except (pa.ArrowException, OverflowError) as error:
        raise FormatError(f"A row of {kind} does not hold what it must ({error}).") from error
    builder.write(kind, table)


def _ranked(records: Sequence[Activation]) -> Iterator[tuple[str, int, Activation]]:
    """Group, rank and record: as our own export names them, or top records best first and intervals in order."""
    yield from ((found.group, found.rank, found) for found in records if found.group is not None)
    others = [found for found in records if found.group is None]
    intervals = sorted({found.interval for found in others if found.interval is not None})
    groups = [("top", None), *((f"quantile_{k}", interval) for k, interval in enumerate(intervals))]
    for group, interval in groups:
        chosen = [found for found in others if found.interval == interval]
        chosen.sort(key=lambda found: float(found.values.max()) if len(found.values) else -np.inf, reverse=True)
        yield from ((group, rank, found) for rank, found in enumerate(chosen))
