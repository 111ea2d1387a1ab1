"""A dataset in the published layout: the files that its own serializer would write, a neuron at a time.

Every object carries its `dataclass_name`, undefined numbers are null. Explanations stand as on the neuron's page:
consumers read index 0. Nothing is computed that is not stored, but the scores of single excerpts where a person's own
run did not keep them.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import orjson

from neuronview.formats.openai.related import DIRECTIONS, SIDES
from neuronview.formats.openai.source import KINDS
from neuronview.formats.slices import Excerpts, NeuronRows, RecordRow, Slice, headline
from neuronview.scoring import absolute_dev_explained_score, ev_correlation_score, rsquared_score

__all__ = ["ENTRIES", "OpenAIWriter"]

ENTRIES = frozenset({"collated-activations", "explanations", "related-tokens", "related-neurons"})
"""Names in the root of the layout."""
OPTIONS = orjson.OPT_SERIALIZE_NUMPY
SCALES = {"calibrated": "neuron_activations", "0-10": "simulated_normalized_activations"}
SCORES = {
    "ev_correlation_score": "ev_correlation",
    "rsquared_score": "rsquared",
    "absolute_dev_explained_score": "absolute_dev_explained",
}
"""Names of scores in the layout, and their columns."""
LEFT_OUT = {
    "first": "records of the group `first` are left out: the layout has no place for them",
    "unanswered": "simulated excerpts with tokens that the simulator did not answer are left out",
    "without record": "simulated excerpts of which no activations are stored are left out",
    "more simulators": "simulations by another simulator than that of the explanation's score are left out",
    "more excerpts": "scores that stand with the simulations of more or fewer excerpts than they were computed on",
}
"""What may be in a dataset and not in its files, by the key that it is counted under."""


class OpenAIWriter:
    """Writes slices of a dataset into one root of the layout."""

    def __init__(self, folder: Path) -> None:
        """`folder` is the root."""
        self._folder = folder
        self.files = Counter[str]()
        self.left_out = Counter[str]()
        """How often something of LEFT_OUT was there."""

    def add(self, found: Slice) -> None:
        """Write the files of these neurons."""
        for neuron in found.neurons():
            if neuron.records or neuron.statistics:
                self._write(neuron, "activations", self._neuron_record(neuron, found.excerpts))
            if neuron.explanations:
                self._write(neuron, "explanations", self._results(neuron, found.excerpts))
            for kind, content in neuron.related.items():
                self._write(neuron, kind, _related(kind, orjson.loads(content)))

    def close(self) -> None:
        """Every file is written already."""

    def discard(self) -> None:
        """No file is open."""

    def _write(self, neuron: NeuronRows, kind: str, content: Mapping[str, Any]) -> None:
        below, suffix = KINDS[kind]
        path = self._folder / below / str(neuron.id.layer) / f"{neuron.id.neuron}.{suffix}"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(orjson.dumps(content, option=OPTIONS))
        self.files[kind] += 1

    # --- activations ---------------------------------------------------------------------------------------------

    def _neuron_record(self, neuron: NeuronRows, excerpts: Excerpts) -> dict[str, Any]:
        of_group = {
            group: [_record(row, excerpts) for row in rows]
            for group, rows in neuron.records.items()
            if group != "first"
        }
        self.left_out["first"] += len(neuron.records.get("first", ()))
        n_quantiles = 1 + max((int(name[9:]) for name in of_group if name.startswith("quantile_")), default=-1)
        row = neuron.statistics
        return {
            "neuron_id": _neuron_id(neuron),
            "random_sample": of_group.get("random", []),
            "random_sample_by_quantile": [of_group.get(f"quantile_{k}", []) for k in range(n_quantiles)] or None,
            "quantile_boundaries": _floats(row.get("quantile_boundaries")),
            **{name: row.get(name) for name in ("mean", "variance", "skewness", "kurtosis")},
            "most_positive_activation_records": of_group.get("top", []),
            "dataclass_name": "NeuronRecord",
        }

    # --- explanations --------------------------------------------------------------------------------------------

    def _results(self, neuron: NeuronRows, excerpts: Excerpts) -> dict[str, Any]:
        return {
            "neuron_id": _neuron_id(neuron),
            "scored_explanations": [self._explanation(neuron, row, excerpts) for row in neuron.explanations],
            "dataclass_name": "NeuronSimulationResults",
        }

    def _explanation(self, neuron: NeuronRows, row: Mapping[str, Any], excerpts: Excerpts) -> dict[str, Any]:
        identity = row["explanation_id"]
        score = headline(neuron.scores.get(identity, []))
        sequences = self._sequences(neuron, neuron.simulations.get(identity, []), score, excerpts)
        if score is not None and sequences and len(sequences) != score["n_sequences"]:
            self.left_out["more excerpts"] += 1
        values = (None,) * 3 if score is None else (score["value"], score["rsquared"], score["absolute_dev_explained"])
        return {
            "explanation": row["text"],
            "scored_simulation": {
                "scored_sequence_simulations": sequences,
                **dict(zip(SCORES, values, strict=True)),
                "dataclass_name": "ScoredSimulation",
            },
            "dataclass_name": "ScoredExplanation",
        }

    def _sequences(
        self,
        neuron: NeuronRows,
        rows: Sequence[Mapping[str, Any]],
        score: Mapping[str, Any] | None,
        excerpts: Excerpts,
    ) -> list[dict[str, Any]]:
        chosen = score["simulator"] if score is not None else next((row["simulator"] for row in rows), "")
        activations = {row.excerpt_id: row.activations for group in neuron.records.values() for row in group}
        found = []
        for row in rows:
            stored = row.get("true_activations")
            true = activations.get(row["excerpt_id"]) if stored is None else stored
            if row["simulator"] != chosen:
                self.left_out["more simulators"] += 1
            elif true is None or len(true) != len(row["expected"]):
                self.left_out["without record"] += 1
            elif np.isnan(row["expected"]).any():
                self.left_out["unanswered"] += 1
            else:
                found.append(self._sequence(row, true, excerpts))
        return found

    def _sequence(self, row: Mapping[str, Any], true: np.ndarray, excerpts: Excerpts) -> dict[str, Any]:
        tokens = excerpts.tokens_json(row["excerpt_id"], len(true))
        before = row.get("uncalibrated")
        uncalibrated = None
        if before is not None:
            values, probabilities = row["uncalibrated_values"], row["uncalibrated_probabilities"]
            if values is not None and probabilities is None:
                probabilities = row["probabilities"]  # calibration changes values, not how probable they are
            uncalibrated = _simulation(tokens, before, "0-10", values, probabilities, None)
        return {
            "simulation": _simulation(
                tokens, row["expected"], row["scale"], row["values"], row["probabilities"], uncalibrated
            ),
            "true_activations": true,
            **_sequence_scores(row, true),
            "dataclass_name": "ScoredSequenceSimulation",
        }


def _neuron_id(neuron: NeuronRows) -> dict[str, Any]:
    return {"layer_index": neuron.id.layer, "neuron_index": neuron.id.neuron, "dataclass_name": "NeuronId"}


def _record(row: RecordRow, excerpts: Excerpts) -> dict[str, Any]:
    return {
        "tokens": excerpts.tokens_json(row.excerpt_id, len(row.activations)),
        "activations": row.activations,
        "dataclass_name": "ActivationRecord",
    }


def _simulation(
    tokens: Any,
    expected: np.ndarray,
    scale: str,
    values: Sequence[np.ndarray] | None,
    probabilities: Sequence[np.ndarray] | None,
    uncalibrated: Mapping[str, Any] | None,
) -> dict[str, Any]:
    return {
        "tokens": tokens,
        "expected_activations": expected,
        "activation_scale": SCALES[scale],
        "distribution_values": values or [],
        "distribution_probabilities": probabilities or [],
        "uncalibrated_simulation": uncalibrated,
        "dataclass_name": "SequenceSimulation",
    }


def _sequence_scores(row: Mapping[str, Any], true: np.ndarray) -> dict[str, float | None]:
    """As published, or of this excerpt; what depends on the scale only where that is the activation's."""
    if row.get("true_activations") is not None:
        return {name: row[column] for name, column in SCORES.items()}
    expected = row["expected"].astype(np.float64)
    same_scale = row["scale"] == "calibrated"
    values = (
        ev_correlation_score(true, expected),
        rsquared_score(true, expected) if same_scale else math.nan,
        absolute_dev_explained_score(true, expected) if same_scale else math.nan,
    )
    return {name: value if math.isfinite(value) else None for name, value in zip(SCORES, values, strict=True)}


def _floats(values: Sequence[float] | None) -> Any:
    """Numbers that are stored in 32 bits, so that JSON has the shortest digits that give them back."""
    return None if values is None else np.asarray(values, dtype=np.float32)


def _related(kind: str, content: Mapping[str, Any]) -> dict[str, Any]:
    """A file as published; the store keeps fields in no order."""
    if kind == "tokens_by_activation":
        return _tokens_and(content, "average_activations", "TokenLookupTableSummaryOfNeuron")
    if kind == "tokens_by_weight":
        known = [name for name in DIRECTIONS if name in content]
        sides = {name: _tokens_and(content[name], "strengths", "TokensAndWeights") for name in known}
        return {**sides, "dataclass_name": "WeightBasedSummaryOfNeuron"}
    fields = [f"top_{sign}_{what}" for sign in ("positive", "negative") for what in ("neurons", "weights")]
    return {
        side: {name: content[side][name] for name in fields if name in content[side]} if content[side] else None
        for side in SIDES
        if side in content
    }


def _tokens_and(content: Mapping[str, Any], numbers: str, kind: str) -> dict[str, Any]:
    return {"tokens": content["tokens"], numbers: content[numbers], "dataclass_name": kind}
