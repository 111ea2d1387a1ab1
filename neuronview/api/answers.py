"""Records as plain JSON. What is no number is null beside the word that says why; no folder is named."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import fields
from typing import Any

import numpy as np

from neuronview.links import Place, href
from neuronview.records import (
    ActivationRecord,
    Baseline,
    Explanation,
    NeuronId,
    NeuronStatistics,
    Provenance,
    Score,
)
from neuronview.store import Dataset, Manifest
from neuronview.store.queries import NOT_SCORED
from neuronview.view.places import public_name

__all__ = ["explanation", "manifest", "neuron_name", "numbers", "record", "row", "statistics"]

_WHOLE = {"layer", "neuron", "count", "n_excerpts", "n_sequences"}
_DIGITS = 8


def manifest(name: str, found: Manifest | None) -> dict[str, Any]:
    """One dataset in a list; only its name where its files cannot be read."""
    if found is None:
        return {"name": name, "state": "unreadable", "model": None}
    model = found.model
    return {
        "name": name,
        "state": "ok",
        "model": {
            "name": public_name(model.path),
            "fingerprint": model.fingerprint,
            "activation_function": model.activation_function,
            "n_layers": model.n_layers,
            "n_neurons": model.n_neurons,
            "dtype": model.dtype,
        },
    }


def neuron_name(dataset: str, neuron: NeuronId) -> dict[str, Any]:
    """Which neuron, and where the app shows it."""
    page = href("neuron", Place(dataset, neuron.layer, neuron.neuron))
    return {"id": str(neuron), "layer": neuron.layer, "neuron": neuron.neuron, "page": page}


def row(dataset: str, found: Mapping[str, Any]) -> dict[str, Any]:
    """One row of the browse table with all its columns."""
    plain = {str(name): _plain(str(name), value) for name, value in found.items()}
    plain["state"] = plain.get("state") or NOT_SCORED
    return plain | neuron_name(dataset, NeuronId(int(found["layer"]), int(found["neuron"])))


def _plain(name: str, value: Any) -> Any:
    value = value.item() if isinstance(value, np.generic) else value
    if isinstance(value, float):
        return int(value) if name in _WHOLE and math.isfinite(value) else _number(value)
    return value


def statistics(found: NeuronStatistics) -> dict[str, Any]:
    """One neuron over the corpus; null where the dataset does not say."""
    plain = ("count", "n_excerpts", "mean", "variance", "skewness", "kurtosis", "minimum", "maximum", "share_positive")
    values: dict[str, Any] = {name: getattr(found, name) for name in plain}
    values = {name: _number(value) if isinstance(value, float) else value for name, value in values.items()}
    lists = ("quantile_boundaries", "tail_probabilities", "tail_values", "tail_max_values")
    values |= {name: None if getattr(found, name) is None else numbers(getattr(found, name)) for name in lists}
    values["histogram"] = None if found.histogram is None else [int(count) for count in found.histogram]
    values["top_tokens"] = [
        {"token": entry.token, "token_id": entry.token_id, "mean": _number(entry.mean), "count": entry.count}
        for entry in found.top_tokens
    ]
    values["features"] = [
        {"feature": entry.feature, "correlation": _number(entry.correlation)} for entry in found.features
    ]
    return values


def explanation(found: Explanation) -> dict[str, Any]:
    """An explanation with every score; of a rule its kind alone, since a table of tokens is long."""
    rule = found.rule or {}
    return {
        "explanation_id": found.id,
        "text": found.text.strip(),
        "explainer": found.explainer,
        "rule": str(rule.get("kind", "")) or None,
        "parent": found.parent,
        "scores": [_score(score) for score in found.scores],
        "provenance": _provenance(found.provenance),
    }


def _score(score: Score) -> dict[str, Any]:
    low, high = score.interval
    return {
        "scorer": score.scorer,
        "simulator": score.simulator,
        "split": score.split,
        "subset": score.subset,
        "state": score.state,
        "reason": score.reason,
        "value": _number(score.value),
        "interval": None if math.isnan(low) or math.isnan(high) else [_number(low), _number(high)],
        "rsquared": _number(score.rsquared),
        "absolute_dev_explained": _number(score.absolute_dev_explained),
        "n_sequences": score.n_sequences,
        "n_tokens": score.n_tokens,
        "n_missing": score.n_missing,
        "note": score.note,
        "baselines": [_baseline(entry) for entry in score.baselines],
        "measures": {name: _number(value) for name, value in score.measures.items()},
        "provenance": _provenance(score.provenance),
    }


def _baseline(entry: Baseline) -> dict[str, Any]:
    return {
        "name": entry.name,
        "value": _number(entry.value),
        "low": _number(entry.low),
        "high": _number(entry.high),
        "n": entry.n,
    }


def _provenance(made: Provenance) -> dict[str, Any]:
    """What is known, and nothing else; folders by their names."""
    values = {entry.name: getattr(made, entry.name) for entry in fields(made)}
    known = {name: value for name, value in values.items() if value not in (None, {})}
    return {
        name: public_name(value)
        if name in ("dataset", "model", "explainer_model", "simulator_model")
        else _copied(value)
        for name, value in known.items()
    }


def _copied(value: Any) -> Any:
    return {str(name): str(entry) for name, entry in value.items()} if isinstance(value, Mapping) else value


def record(found: ActivationRecord) -> dict[str, Any]:
    """An excerpt with the neuron's activations, the leading token left out of both."""
    return {
        "group": found.group,
        "rank": found.rank,
        "excerpt_id": found.excerpt_id,
        "document_id": found.document_id,
        "source": found.source,
        "maximum": _number(found.maximum),
        "tokens": list(found.tokens),
        "token_ids": None if found.token_ids is None else list(found.token_ids),
        "activations": numbers(found.activations),
    }


def described(dataset: Dataset, name: str) -> dict[str, Any]:
    """One dataset: its model and corpus, and what can be asked of it."""
    corpus = dataset.manifest.corpus
    return manifest(name, dataset.manifest) | {
        "fingerprint": dataset.manifest.fingerprint,
        "corpus": {key: corpus.get(key) for key in ("n_documents", "n_excerpts", "n_tokens", "hash")},
        "rows": dataset.count(),
        "explainers": dataset.explainers(),
        "readers": dataset.readers(),
    }


def numbers(values: Sequence[float] | np.ndarray) -> list[float | None]:
    """Numbers with eight significant digits, null for what is none."""
    return [_number(float(value)) for value in values]


def _number(value: float) -> float | None:
    return float(f"{float(value):.{_DIGITS}g}") if math.isfinite(value) else None
