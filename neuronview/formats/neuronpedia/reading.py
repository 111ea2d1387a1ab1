"""Lines of Neuronpedia's version 1 files, from bytes to what they say. Knows neither folders nor datasets.

Strict where a stored number would be wrong, tolerant of fields that are missing or unknown. FormatError says what a
line should have been.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import orjson

from neuronview.errors import FormatError
from neuronview.formats.openai.content import excerpt_key
from neuronview.formats.openai.parsing import finite, numbers_of, optional_number, parse
from neuronview.records import NeuronId, whole_number

__all__ = [
    "Activation",
    "Feature",
    "kind_of",
    "neuron_of",
    "read_activation",
    "read_explanation",
    "read_feature",
    "read_score",
]

_OWN_ID = re.compile(r"_(first|top|random|quantile_\d+)_(\d+)$")
_SOURCE = re.compile(r"([0-9]{1,9})(?:-.*)?$")


@dataclass(frozen=True, eq=False)
class Activation:
    """One record."""

    neuron: NeuronId
    key: bytes
    """`excerpt_key` of its tokens."""
    values: np.ndarray  # (tokens,) float32
    group: str | None
    """Named in an id that we wrote; None for others'."""
    rank: int
    interval: tuple[float, float] | None
    """Of maxima, where the record stands for one; None for a top record."""


@dataclass(frozen=True)
class Feature:
    """What is told of one neuron."""

    neuron: NeuronId
    maximum: float | None
    share_positive: float | None
    heights: tuple[float, ...]
    starts: tuple[float, ...]
    hook: str | None


def fields_of(line: bytes) -> dict[str, Any]:
    """The object that a line holds."""
    found = parse(line)
    if not isinstance(found, dict):
        raise FormatError("it is no JSON object")
    return found


def kind_of(fields: Mapping[str, Any]) -> str:
    """Which kind of file a line is of, by its fields; FormatError when it is of none."""
    for kind, name in (("scores", "explanationId"), ("activations", "tokens"), ("explanations", "description")):
        if name in fields:
            return kind
    if {"maxActApprox", "frac_nonzero"} & fields.keys():
        return "features"
    raise FormatError("it holds no features, activations or explanations of Neuronpedia's version 1")


def neuron_of(fields: Mapping[str, Any]) -> NeuronId:
    """The neuron of a line: its source begins with the layer's number."""
    layer, index = fields.get("layer"), fields.get("index")
    match = _SOURCE.match(str(layer)) if isinstance(layer, (str, int)) else None
    if match is None:
        raise FormatError(f"its layer is {repr(layer)[:40]}, where a source such as 5 or 5-res-jb belongs")
    number = None if isinstance(index, bool) or not isinstance(index, (str, int)) else whole_number(str(index)[:20])
    if number is None:
        raise FormatError(f"its index is {repr(index)[:40]}, where a whole number belongs")
    return NeuronId(int(match[1]), number)


def read_activation(fields: Mapping[str, Any]) -> Activation:
    """One record."""
    tokens, values = fields.get("tokens"), fields.get("values")
    if not isinstance(tokens, list) or not all(isinstance(token, str) for token in tokens):
        raise FormatError("its tokens are no list of strings")
    if isinstance(values, list) and any(isinstance(value, bool) for value in values):
        raise FormatError("one of its values is not a number")
    found = finite(numbers_of(values, "values"), "one of the values")
    if len(found) != len(tokens):
        raise FormatError(f"it has {len(tokens)} tokens but {len(found)} values")
    own = _OWN_ID.search(str(fields.get("id", "")))
    return Activation(
        neuron=neuron_of(fields),
        key=excerpt_key(tokens),
        values=found.astype(np.float32),
        group=own[1] if own else None,
        rank=int(own[2]) if own else 0,
        interval=_interval(fields),
    )


def read_feature(fields: Mapping[str, Any]) -> Feature:
    """What is told of one neuron."""
    hook = fields.get("hookName")
    heights, starts = (
        tuple(numbers_of(fields.get(f"freq_hist_data_bar_{name}") or [], name)) for name in ("heights", "values")
    )
    return Feature(
        neuron=neuron_of(fields),
        maximum=optional_number(fields, "maxActApprox"),
        share_positive=optional_number(fields, "frac_nonzero"),
        heights=heights if len(heights) == len(starts) else (),
        starts=starts if len(heights) == len(starts) else (),
        hook=hook if isinstance(hook, str) else None,
    )


def read_explanation(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Fields `id`, `text`, `explainer`, `explainer_model`; text as it is, spaces too."""
    text = fields.get("description")
    if not isinstance(text, str):
        raise FormatError("it has no description")
    model = fields.get("explanationModelName") or None
    return {
        "id": str(fields.get("id") or ""),
        "text": text,
        "explainer": str(fields.get("typeName") or model or "neuronpedia"),
        "explainer_model": model,
    }


def read_score(fields: Mapping[str, Any], columns: Sequence[str], nested: Sequence[str]) -> dict[str, Any]:
    """A row of scores, as our own export writes it beside the other files."""
    row = {name: fields.get(name) for name in columns}
    row |= {name: orjson.dumps(row[name]).decode() if row.get(name) is not None else None for name in nested}
    identity = fields.get("explanationId")
    if not isinstance(identity, str):
        raise FormatError("it has no explanationId")
    return {**row, "explanation_id": identity}


def _interval(fields: Mapping[str, Any]) -> tuple[float, float] | None:
    low, high, share = (optional_number(fields, name) for name in ("binMin", "binMax", "binContains"))
    if share is None or share < 0 or (low is None and high is None):
        return None
    return (-math.inf if low is None else low), (math.inf if high is None else high)
