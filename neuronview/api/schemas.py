"""The answers' JSON Schemas (2020-12), as the OpenAPI document shows them. A test holds every answer to them."""

from __future__ import annotations

from typing import Any

from neuronview.api.errors import CODES
from neuronview.records import SCORE_STATES
from neuronview.store.queries import NOT_SCORED

__all__ = ["SCHEMAS"]

Schema = dict[str, Any]
TEXT: Schema = {"type": "string"}
WHOLE: Schema = {"type": "integer", "minimum": 0}
NUMBER: Schema = {"type": "number"}


def _maybe(schema: Schema, description: str = "") -> Schema:
    """The same, or null."""
    found = {**schema, "type": [schema["type"], "null"]} if "type" in schema else {"anyOf": [schema, {"type": "null"}]}
    return found | ({"description": description} if description else {})


def _list(schema: Schema, description: str = "") -> Schema:
    return {"type": "array", "items": schema} | ({"description": description} if description else {})


def _object(properties: dict[str, Schema], *, optional: tuple[str, ...] = (), more: Schema | None = None) -> Schema:
    required = [name for name in properties if name not in optional]
    extra: Schema | bool = False if more is None else more
    return {"type": "object", "properties": properties, "required": required, "additionalProperties": extra}


def _of(name: str) -> Schema:
    return {"$ref": f"#/components/schemas/{name}"}


_NEURON = {
    "id": {"type": "string", "pattern": r"^\d+:\d+$"},
    "layer": WHOLE,
    "neuron": WHOLE,
    "page": {"type": "string", "description": "Where the app shows it, beside this API."},
}
_MODEL = _object(
    {
        **dict.fromkeys(("name", "fingerprint", "activation_function"), TEXT),
        **dict.fromkeys(("n_layers", "n_neurons"), WHOLE),
        "dtype": TEXT,
    }
)
_DATASET = {
    "name": TEXT,
    "state": {"enum": ["ok", "unreadable"]},
    "model": _maybe(_of("Model"), "null where the dataset's files cannot be read"),
}
_CORPUS = _object({**dict.fromkeys(("n_documents", "n_excerpts", "n_tokens"), _maybe(WHOLE)), "hash": _maybe(TEXT)})
_PAGE = {"total": WHOLE, "offset": WHOLE, "limit": WHOLE}
_STATISTICS = _object(
    {
        **dict.fromkeys(("count", "n_excerpts"), _maybe(WHOLE)),
        **dict.fromkeys(("mean", "variance", "skewness", "kurtosis"), _maybe(NUMBER)),
        **dict.fromkeys(("minimum", "maximum", "share_positive"), _maybe(NUMBER)),
        "histogram": _maybe(_list(WHOLE), "counts in equal bins from minimum to maximum"),
        "quantile_boundaries": _list(_maybe(NUMBER), "of an excerpt's maximum"),
        "tail_probabilities": _maybe(_list(NUMBER)),
        "tail_values": _maybe(
            _list(_maybe(NUMBER)), "value exceeded with that probability, per token; null where the corpus is too small"
        ),
        "tail_max_values": _maybe(_list(_maybe(NUMBER)), "likewise for an excerpt's maximum"),
        "top_tokens": _list(
            _object({"token": TEXT, "token_id": _maybe(WHOLE), "mean": _maybe(NUMBER), "count": WHOLE})
        ),
        "features": _list(_object({"feature": TEXT, "correlation": _maybe(NUMBER)})),
    }
)
_SCORE = _object(
    {
        **dict.fromkeys(("scorer", "simulator", "split"), TEXT),
        "subset": {"enum": ["top_and_random", "top", "random", "all"]},
        "state": {"enum": list(SCORE_STATES), "description": "there is a value in state ok alone"},
        "reason": {"type": "string", "description": "why there is no value"},
        "value": _maybe(NUMBER, "a correlation, or another scorer's measure: never to be compared across scorers"),
        "interval": _maybe({"type": "array", "items": NUMBER, "minItems": 2, "maxItems": 2}, "95 %"),
        **dict.fromkeys(("rsquared", "absolute_dev_explained"), _maybe(NUMBER)),
        **dict.fromkeys(("n_sequences", "n_tokens", "n_missing"), WHOLE),
        "note": TEXT,
        "baselines": _list(
            _object({"name": TEXT, **dict.fromkeys(("value", "low", "high"), _maybe(NUMBER)), "n": WHOLE})
        ),
        "measures": {"type": "object", "additionalProperties": _maybe(NUMBER)},
        "provenance": _of("Provenance"),
    }
)
_SIMPLE = {"type": ["string", "number", "boolean", "null"]}

SCHEMAS: dict[str, Schema] = {
    "Error": _object({"error": _object({"code": {"enum": list(CODES)}, "message": TEXT, "hint": TEXT})}),
    "Index": _object({"name": TEXT, "version": TEXT, "openapi": TEXT, "datasets": TEXT}),
    "Model": _MODEL,
    "Datasets": _object({"datasets": _list(_object(_DATASET))}),
    "Dataset": _object(
        {
            **_DATASET,
            "fingerprint": TEXT,
            "corpus": _CORPUS,
            "rows": {**WHOLE, "description": "of /neurons without a filter"},
            "explainers": _list(TEXT),
            "readers": _list(TEXT, "what explanations were read by for their scores: rule, or simulators"),
        }
    ),
    "Row": _object(
        {
            **_NEURON,
            **dict.fromkeys(("explanation", "explainer", "scorer", "simulator", "reader", "split"), _maybe(TEXT)),
            "state": {"enum": [*SCORE_STATES, NOT_SCORED]},
            **dict.fromkeys(("score", "low", "high"), _maybe(NUMBER, "null unless the state is ok")),
            "n_sequences": _maybe(WHOLE),
        },
        more=_SIMPLE,
    ),
    "Rows": _object({**_PAGE, "rows": _list(_of("Row"), "an explanation of a neuron each, by one reader")}),
    "Provenance": {
        "type": "object",
        "description": "what is known of where it comes from",
        "additionalProperties": {**_SIMPLE, "type": [*_SIMPLE["type"], "object"]},
    },
    "Score": _SCORE,
    "Explanation": _object(
        {
            "explanation_id": TEXT,
            "text": TEXT,
            "explainer": TEXT,
            "rule": _maybe(TEXT, "kind of the rule, where it is one"),
            "parent": _maybe(TEXT),
            "scores": _list(_of("Score")),
            "provenance": _of("Provenance"),
        }
    ),
    "Neuron": _object(
        {
            **_NEURON,
            "dataset": TEXT,
            "statistics": _STATISTICS,
            "explanations": _list(_of("Explanation"), "best lower bound first, by reader"),
            "records": {
                "type": "object",
                "additionalProperties": WHOLE,
                "description": "how many records each group has; /records has them",
            },
        }
    ),
    "Record": _object(
        {
            "group": TEXT,
            "rank": WHOLE,
            **dict.fromkeys(("excerpt_id",), _maybe(WHOLE)),
            **dict.fromkeys(("document_id", "source"), _maybe(TEXT)),
            "maximum": _maybe(NUMBER),
            "tokens": _list(TEXT),
            "token_ids": _maybe(_list(WHOLE)),
            "activations": _list(_maybe(NUMBER), "one a token, after the activation function"),
        }
    ),
    "Records": _object({**_PAGE, "records": _list(_of("Record"))}),
    "Asked": _object(
        {
            "text": {"type": "string", "minLength": 1},
            "neurons": {"type": "array", "items": _NEURON["id"], "minItems": 1},
        }
    ),
    "Activations": _object(
        {
            "dataset": TEXT,
            "values": {"const": "recomputed", "description": "by the model just now, the whole text at once"},
            "activation_function": TEXT,
            "leading_token": _maybe(TEXT, "read before the text; not among the tokens"),
            "tokens": _list(_object({"token_id": WHOLE, "text": TEXT})),
            "neurons": _list(_object({**_NEURON, "activations": _list(_maybe(NUMBER), "one a token")})),
        }
    ),
}
