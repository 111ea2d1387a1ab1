"""A dataset as Neuronpedia's version 1 files, by the names that its own exporter gives to fields.

    v1/MODEL/LAYER/features/batch-N.jsonl.gz        activations/   explanations/   each of 1,024 indices
    v1/MODEL/LAYER/scores/batch-N.jsonl.gz          ours, since explanations there have no score
    v1/MODEL/LAYER/model.jsonl  release.jsonl  sourceset.jsonl  source.jsonl

A layer of MLP neurons is a source whose id is its number, as on the site. `values` are activations after GELU.
"""

from __future__ import annotations

import contextlib
import gzip
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import orjson

from neuronview.formats.openai.published import SETS
from neuronview.formats.slices import Excerpts, NeuronRows, RecordRow, Slice
from neuronview.records import GROUPS
from neuronview.store import Dataset

__all__ = ["BATCH", "ENTRIES", "KINDS", "LEFT_OUT", "SOURCE_SET", "NeuronpediaWriter", "model_id"]

ENTRIES = frozenset({"v1"})
KINDS = ("features", "activations", "explanations", "scores")
BATCH = 1024
SOURCE_SET = "neurons"
"""The set of sources that the site keeps plain neurons under."""
LEFT_OUT = {
    "simulations": "simulated excerpts are left out",
    "related": "files of related tokens or neurons are left out",
    "empty": "records without tokens are left out",
}
"""What may be in a dataset and not in its files, by the key that it is counted under."""
EMPTY_LISTS = (
    *("topkCosSimIndices", "topkCosSimValues", "neuron_alignment_indices", "neuron_alignment_values"),
    *("neuron_alignment_l1", "correlated_neurons_indices", "correlated_neurons_pearson", "correlated_neurons_l1"),
    *("correlated_features_indices", "correlated_features_pearson", "correlated_features_l1"),
    *("neg_str", "neg_values", "pos_str", "pos_values"),
    *("logits_hist_data_bar_heights", "logits_hist_data_bar_values", "decoder_weights_dist"),
)
"""Fields of a feature that a dataset has nothing for."""
JSON_COLUMNS = ("baselines", "measures", "provenance")
OPTIONS = orjson.OPT_SERIALIZE_NUMPY
SHARES = (0.5, 0.4, 0.09, 0.009, 0.001)
"""Which part of all excerpts lies in each quantile group."""


class NeuronpediaWriter:
    """Writes slices of a dataset below `v1`."""

    def __init__(self, folder: Path, dataset: Dataset) -> None:
        """Into `folder`."""
        manifest = dataset.manifest
        self._model = model_id(dataset)
        self._root = folder / "v1" / self._model
        self._about = manifest
        self._now = datetime.now(UTC).isoformat(timespec="seconds")
        self._open: dict[str, gzip.GzipFile] = {}
        self._batch: tuple[int, int] | None = None
        self._sources: set[int] = set()
        self.files = Counter[str]()
        """Lines by kind."""
        self.left_out = Counter[str]()

    def add(self, found: Slice) -> None:
        """Write these neurons."""
        for neuron in found.neurons():
            batch = neuron.id.layer, neuron.id.neuron // BATCH
            if batch != self._batch:
                self._begin(batch)
            source = {"modelId": self._model, "layer": str(neuron.id.layer), "index": str(neuron.id.neuron)}
            self._line("features", self._feature(neuron, source))
            self._add_activations(neuron, source, found.excerpts)
            for row in neuron.explanations:
                self._line("explanations", self._explanation(row, source))
                for score in neuron.scores.get(row["explanation_id"], ()):
                    self._line("scores", _score(score, source))
            self.left_out["simulations"] += sum(map(len, neuron.simulations.values()))
            self.left_out["related"] += len(neuron.related)

    def close(self) -> None:
        """Finish the files."""
        for stream in self._open.values():
            stream.close()
        self._open.clear()

    def discard(self) -> None:
        """Let go of the files."""
        for stream in self._open.values():
            with contextlib.suppress(OSError):
                stream.close()

    def _begin(self, batch: tuple[int, int]) -> None:
        self.close()
        self._batch = batch
        layer = batch[0]
        if layer not in self._sources:
            self._sources.add(layer)
            self._write_source(self._root / str(layer), layer)

    def _line(self, kind: str, content: Mapping[str, Any]) -> None:
        assert self._batch is not None
        layer, number = self._batch
        if kind not in self._open:
            path = self._root / str(layer) / kind / f"batch-{number}.jsonl.gz"
            path.parent.mkdir(parents=True, exist_ok=True)
            self._open[kind] = gzip.GzipFile(path, "wb", compresslevel=2)
        self._open[kind].write(orjson.dumps(content, option=OPTIONS) + b"\n")
        self.files[kind] += 1

    # --- lines ---------------------------------------------------------------------------------------------------

    def _feature(self, neuron: NeuronRows, source: Mapping[str, str]) -> dict[str, Any]:
        row = neuron.statistics
        heights, values = _bars(row)
        return {
            **source,
            "creatorId": "",
            "createdAt": self._now,
            "maxActApprox": neuron.maximum,
            "hasVector": False,
            "vector": [],
            "vectorLabel": None,
            "vectorDefaultSteerStrength": None,
            "hookName": f"blocks.{neuron.id.layer}.mlp.hook_post",
            "frac_nonzero": row.get("share_positive"),
            "freq_hist_data_bar_heights": heights,
            "freq_hist_data_bar_values": values,
            **{name: [] for name in EMPTY_LISTS},
            "sourceSetName": SOURCE_SET,
        }

    def _add_activations(self, neuron: NeuronRows, source: Mapping[str, str], excerpts: Excerpts) -> None:
        boundaries = neuron.statistics.get("quantile_boundaries") or ()
        for group in sorted(neuron.records, key=_place_of_group):
            for row in neuron.records[group]:
                if len(row.activations):
                    self._line("activations", self._activation(row, source, boundaries, excerpts))
                else:
                    self.left_out["empty"] += 1

    def _activation(
        self, row: RecordRow, source: Mapping[str, str], boundaries: Sequence[float], excerpts: Excerpts
    ) -> dict[str, Any]:
        place = int(row.activations.argmax())
        low, high, share = _bin(row, boundaries)
        return {
            "id": f"{source['modelId']}_{source['layer']}_{source['index']}_{row.group}_{row.rank}",
            "tokens": excerpts.tokens_json(row.excerpt_id, len(row.activations)),
            **source,
            "dataIndex": None,
            "dataSource": None,
            "maxValue": row.activations[place],
            "maxValueTokenIndex": place,
            "minValue": row.activations.min(),
            "values": row.activations,
            "dfaValues": [],
            "dfaTargetIndex": None,
            "dfaMaxValue": None,
            "creatorId": "",
            "createdAt": self._now,
            "lossValues": [],
            "logitContributions": None,
            "binMin": low,
            "binMax": high,
            "binContains": share,
            "qualifyingTokenIndex": place,
        }

    def _explanation(self, row: Mapping[str, Any], source: Mapping[str, str]) -> dict[str, Any]:
        where = orjson.loads(row["provenance"] or "{}")
        return {
            "id": row["explanation_id"],
            **source,
            "description": row["text"],
            "authorId": "",
            "embedding": None,
            "triggeredById": None,
            "typeName": row["explainer"],
            "explanationModelName": where.get("explainer_model"),
            "notes": None,
            "createdAt": where.get("created") or self._now,
        }

    # --- about a source ------------------------------------------------------------------------------------------

    def _write_source(self, folder: Path, layer: int) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        name, model, now = self._about.name, self._about.model, self._now
        creator = {"creatorId": "", "creatorName": "NeuronView"}
        files: dict[str, dict[str, Any]] = {
            "model": {"id": self._model, "instruct": False, "creatorId": "", "displayNameShort": self._model}
            | {"displayName": self._model, "visibility": "PUBLIC", "inferenceEnabled": False, "createdAt": now}
            | {"layers": model.n_layers, "neuronsPerLayer": model.n_neurons, "owner": "", "updatedAt": now},
            "release": {"name": name, "description": f"Dataset {name}", **creator, "createdAt": now},
            "sourceset": {"modelId": self._model, "name": SOURCE_SET, **creator, "releaseName": name}
            | {"description": "MLP neurons after the activation function", "type": SOURCE_SET, "createdAt": now},
            "source": {"id": str(layer), "modelId": self._model, "setName": SOURCE_SET, "creatorId": ""}
            | {"hasDashboards": True, "dataset": name, "createdAt": now},
        }
        for kind, content in files.items():
            (folder / f"{kind}.jsonl").write_bytes(orjson.dumps(content) + b"\n")


def model_id(dataset: Dataset) -> str:
    """The model as the site names it; one that lies in the dataset's folder by the dataset's name."""
    model = dataset.manifest.model.path
    published = next((entry.name for entry in SETS.values() if entry.model == model), None)
    name = published or (dataset.manifest.name if (dataset.folder / model).is_dir() else model)
    return re.sub(r"[^A-Za-z0-9._-]+", "-", name).strip("-.") or "model"


def _bars(row: Mapping[str, Any]) -> tuple[list[int], list[float]]:
    """Heights of the histogram's bars and where each begins."""
    counts, low, high = row.get("histogram"), row.get("minimum"), row.get("maximum")
    if counts is None or low is None or high is None:
        return [], []
    return list(counts), np.linspace(low, high, len(counts) + 1)[:-1].tolist()


def _bin(row: RecordRow, boundaries: Sequence[float]) -> tuple[float | None, float | None, float | None]:
    """Least and largest maximum of the record's interval and its share of all excerpts; as the site marks the top."""
    if row.group in ("top", "first"):
        return -1.0, float(row.activations.max()), -1.0
    number = int(row.group[9:]) if row.group.startswith("quantile_") else len(SHARES)
    if number >= len(SHARES):
        return None, None, None
    low = boundaries[number - 1] if 0 < number <= len(boundaries) else None
    high = boundaries[number] if number < len(boundaries) else None
    return low, high, SHARES[number]


def _place_of_group(group: str) -> tuple[int, str]:
    """Top records first, since the site shows them first."""
    order = ("top", *(name for name in GROUPS if name != "top"))
    return order.index(group) if group in order else len(order), group


def _score(row: Mapping[str, Any], source: Mapping[str, str]) -> dict[str, Any]:
    """A row of scores as it is stored, with what is JSON in it as JSON."""
    plain = {name: value for name, value in row.items() if name not in ("layer", "neuron", "explanation_id")}
    nested = {name: orjson.Fragment(row[name]) if row.get(name) else None for name in JSON_COLUMNS}
    return {"explanationId": row["explanation_id"], **source, **plain, **nested}
