"""Rows of a dataset to records and back: the only place that knows both.

Knows neither files nor SQL. JSON columns hold plain data only.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, fields
from typing import Any

import numpy as np
import orjson
import pyarrow as pa

from neuronview.errors import DatasetError
from neuronview.records import (
    QUANTILE_GROUPS,
    ActivationRecord,
    Baseline,
    Explanation,
    FeatureCorrelation,
    NeuronId,
    NeuronStatistics,
    Provenance,
    Score,
    TokenMean,
)
from neuronview.store.schema import EXPLANATIONS, SCORES

__all__ = [
    "Vocabulary",
    "explanation_id",
    "explanation_table",
    "quantile_groups",
    "record_from",
    "score_from",
    "score_table",
    "statistics_from",
]

Row = Mapping[str, Any]
_MODELS_IN_VERSIONS = {
    "explainer model": "explainer_model",
    "simulator model": "simulator_model",
    "judge model": "simulator_model",
}
"""Where provenances named language models before they had fields for them."""
_SCORE_FIELDS = (
    *("scorer", "simulator", "split", "subset", "state", "reason"),
    *("n_sequences", "n_tokens", "n_missing", "note"),
)


class Vocabulary(dict[int, str]):
    """Token strings by id; DatasetError for one that is not there."""

    def __missing__(self, token: int) -> str:
        raise DatasetError(f"Token {token} is referred to but not in the vocabulary: build the dataset again.")


def explanation_id(neuron: NeuronId, explainer: str, text: str, rule: Mapping[str, Any] | None = None) -> str:
    """Identity of an explanation: equal content, equal id, whoever wrote it when."""
    content = [neuron.layer, neuron.neuron, explainer, text, rule]
    return hashlib.blake2b(orjson.dumps(content, option=orjson.OPT_SORT_KEYS), digest_size=8).hexdigest()


def explanation_table(explanations: Sequence[Explanation]) -> pa.Table:
    """Rows for a part of kind `explanations`; each needs its neuron."""
    return pa.Table.from_pylist([_explanation_row(item) for item in explanations], schema=EXPLANATIONS)


def score_table(explanations: Sequence[Explanation]) -> pa.Table:
    """Rows for a part of kind `scores`: every score of the explanations."""
    rows = [_score_row(item, score) for item in explanations for score in item.scores]
    return pa.Table.from_pylist(rows, schema=SCORES)


def explanation_from(row: Row, scores: Sequence[Score] = ()) -> Explanation:
    """An Explanation from its row."""
    return Explanation(
        text=row["text"],
        explainer=row["explainer"],
        neuron=NeuronId(row["layer"], row["neuron"]),
        rule=orjson.loads(row["rule"]) if row["rule"] else None,
        id=row["explanation_id"],
        parent=row["parent"],
        scores=list(scores),
        provenance=_provenance(row["provenance"]),
    )


def score_from(row: Row) -> Score:
    """A Score from its row; null numbers become nan."""
    value, is_simulation = _number(row["value"]), row["scorer"] == "simulation"
    return Score(
        ev_correlation=value if is_simulation else math.nan,
        measure=math.nan if is_simulation else value,
        measures={name: _number(number) for name, number in orjson.loads(row.get("measures") or "{}").items()},
        rsquared=_number(row["rsquared"]),
        absolute_dev_explained=_number(row["absolute_dev_explained"]),
        interval=(_number(row["low"]), _number(row["high"])),
        n_sequences=row["n_sequences"] or 0,
        n_tokens=row["n_tokens"] or 0,
        n_missing=row["n_missing"] or 0,
        state=row["state"],
        reason=row["reason"] or "",
        scorer=row["scorer"],
        simulator=row["simulator"] or "",
        split=row["split"] or "",
        subset=row["subset"],
        baselines=tuple(_baseline(entry) for entry in orjson.loads(row["baselines"] or "[]")),
        note=row["note"] or "",
        provenance=_provenance(row["provenance"]),
    )


def record_from(row: Row, tokens: Sequence[str]) -> ActivationRecord:
    """An ActivationRecord from a row of records joined with its excerpt."""
    length = len(row["activations"])
    token_ids = row["token_ids"]
    return ActivationRecord(
        tokens=tuple(tokens[:length]),
        activations=np.asarray(row["activations"], dtype=np.float32),
        token_ids=tuple(map(int, token_ids[:length])) if token_ids is not None else None,
        excerpt_id=row["excerpt_id"],
        group=row["group"],
        rank=row["rank"],
        document_id=row["document_id"],
        source=row["source"],
        template=row["template"],
    )


def statistics_from(row: Row, tail_probabilities: Sequence[float]) -> NeuronStatistics:
    """NeuronStatistics from a full row of neurons."""
    plain = ("count", "n_excerpts", "mean", "variance", "skewness", "kurtosis", "minimum", "maximum", "share_positive")
    return NeuronStatistics(
        **{name: row[name] for name in plain},
        histogram=_array(row["histogram"]),
        quantile_boundaries=tuple(row["quantile_boundaries"] if row["quantile_boundaries"] is not None else ()),
        tail_probabilities=np.asarray(tail_probabilities),
        tail_values=_array(row["tail_values"]),
        tail_max_values=_array(row["tail_max_values"]),
        top_tokens=tuple(TokenMean(**entry) for entry in _list(row["top_tokens"])),
        features=tuple(FeatureCorrelation(**entry) for entry in _list(row["features"])),
    )


def _list(value: Any) -> list[dict[str, Any]]:
    return [] if value is None else list(value)


def _explanation_row(item: Explanation) -> dict[str, Any]:
    neuron = _neuron(item)
    return {
        "explanation_id": item.id or explanation_id(neuron, item.explainer, item.text, item.rule),
        "layer": neuron.layer,
        "neuron": neuron.neuron,
        "explainer": item.explainer,
        "text": item.text,
        "rule": _json(dict(item.rule)) if item.rule is not None else None,
        "parent": item.parent,
        "provenance": _json(_without_empty(asdict(item.provenance))),
    }


def _score_row(item: Explanation, score: Score) -> dict[str, Any]:
    neuron = _neuron(item)
    return {
        "explanation_id": item.id or explanation_id(neuron, item.explainer, item.text, item.rule),
        "layer": neuron.layer,
        "neuron": neuron.neuron,
        "value": _null(score.value),
        "low": _null(score.interval[0]),
        "high": _null(score.interval[1]),
        "rsquared": _null(score.rsquared),
        "absolute_dev_explained": _null(score.absolute_dev_explained),
        "baselines": _json([{k: _finite(v) for k, v in asdict(b).items()} for b in score.baselines]),
        "provenance": _json(_without_empty(asdict(score.provenance))),
        "measures": _json({name: _null(number) for name, number in score.measures.items()}) if score.measures else None,
        **{name: getattr(score, name) for name in _SCORE_FIELDS},
    }


def _neuron(item: Explanation) -> NeuronId:
    if item.neuron is None:
        raise ValueError("an explanation is stored with its neuron, and this one has none")
    return item.neuron


def _json(value: Any) -> str:
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS | orjson.OPT_SERIALIZE_NUMPY).decode()


def _without_empty(values: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value not in (None, {}, "")}


def _provenance(text: str | None) -> Provenance:
    values = orjson.loads(text) if text else {}
    known = {entry.name for entry in fields(Provenance)}
    versions = dict(values.get("versions") or {})
    models = {field: versions.pop(name) for name, field in _MODELS_IN_VERSIONS.items() if name in versions}
    return Provenance(**{**models, **{k: v for k, v in values.items() if k in known}, "versions": versions})


def _baseline(entry: Mapping[str, Any]) -> Baseline:
    numbers = {name: _number(entry.get(name)) for name in ("value", "low", "high")}
    return Baseline(name=entry["name"], n=entry.get("n") or 0, **numbers)


def _number(value: float | None) -> float:
    return math.nan if value is None else float(value)


def _null(value: float) -> float | None:
    return float(value) if math.isfinite(value) else None


def _finite(value: Any) -> Any:
    if not isinstance(value, float):
        return value
    return round(value, 6) if math.isfinite(value) else None


def _array(value: Any) -> Any:
    return None if value is None else np.asarray(value)


def quantile_groups(found: Iterable[str]) -> list[str]:
    """The quantile groups in order, and those above them that published data may have."""
    names = [name for name in found if name.startswith("quantile_")]
    last = max((int(name.removeprefix("quantile_")) for name in names), default=-1)
    return [*QUANTILE_GROUPS, *(f"quantile_{k}" for k in range(len(QUANTILE_GROUPS), last + 1))]
