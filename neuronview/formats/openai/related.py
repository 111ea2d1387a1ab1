"""Published files about a neuron's surroundings: tokens by mean activation, tokens by weights, neurons by weights.

They hold no id, so nothing but their form can be checked. Read as they are, without class names.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from typing import Any

from neuronview.errors import FormatError
from neuronview.formats.openai.parsing import list_of, object_of, parse

__all__ = ["READERS", "read_neurons_by_weight", "read_tokens_by_activation", "read_tokens_by_weight"]

DIRECTIONS = ("input_positive", "input_negative", "output_positive", "output_negative")
SIDES = ("c_fc", "c_proj")
_NEURON = re.compile(r"\d+_\d+")


def read_tokens_by_activation(raw: bytes) -> dict[str, Any]:
    """`tokens` (strings) and `average_activations` (numbers or None), of one length."""
    return _lists(_content(raw, "TokenLookupTableSummaryOfNeuron"), "tokens", "average_activations", "the file")


def read_tokens_by_weight(raw: bytes) -> dict[str, Any]:
    """For each of DIRECTIONS that the file has: `tokens` and `strengths`, of one length."""
    content = _content(raw, "WeightBasedSummaryOfNeuron")
    found = {
        name: _lists(object_of(content[name], name), "tokens", "strengths", name)
        for name in DIRECTIONS
        if content.get(name) is not None
    }
    return _require_any(found, content, DIRECTIONS)


def read_neurons_by_weight(raw: bytes) -> dict[str, Any]:
    """`c_fc` (neurons before) and `c_proj` (after), None at the ends: lists `top_*_neurons` ("L_N") and weights."""
    content = _content(raw, None)
    found = {name: _side(content[name], name) for name in SIDES if name in content}
    return _require_any(found, content, SIDES)


READERS: Mapping[str, Callable[[bytes], dict[str, Any]]] = {
    "tokens_by_activation": read_tokens_by_activation,
    "tokens_by_weight": read_tokens_by_weight,
    "neurons_by_weight": read_neurons_by_weight,
}
"""By kind of file."""


def _content(raw: bytes, kind: str | None) -> dict[str, Any]:
    content = object_of(parse(raw), "the file")
    found = content.get("dataclass_name")
    if kind is not None and found not in (None, kind):
        raise FormatError(f"it holds a {found}, where a {kind} belongs")
    return content


def _require_any(found: dict[str, Any], content: Mapping[str, Any], names: tuple[str, ...]) -> dict[str, Any]:
    if not found and set(content) - {"dataclass_name"}:
        raise FormatError(f"it has none of {', '.join(names)}")
    return found


def _side(value: Any, where: str) -> dict[str, Any] | None:
    if value is None:
        return None
    fields, found = object_of(value, where), dict[str, Any]()
    for sign in ("positive", "negative"):
        neurons, weights = f"top_{sign}_neurons", f"top_{sign}_weights"
        if fields.get(neurons) is not None:
            found |= _lists(fields, neurons, weights, where)
            wrong = next((entry for entry in found[neurons] if not _NEURON.fullmatch(entry)), None)
            if wrong is not None:
                raise FormatError(f"{where}: {wrong!r} is no neuron, which is written layer_neuron")
    return found


def _lists(fields: Mapping[str, Any], names: str, numbers: str, where: str) -> dict[str, Any]:
    strings, values = (
        list_of(fields.get(names), f"{where}, {names}"),
        list_of(fields.get(numbers), f"{where}, {numbers}"),
    )
    if len(strings) != len(values):
        raise FormatError(f"{where}: {len(strings)} {names} but {len(values)} {numbers}")
    if any(not isinstance(entry, str) for entry in strings):
        raise FormatError(f"{where}: one of the {names} is not a string")
    return {names: strings, numbers: [_number(entry, f"{where}, {numbers}") for entry in values]}


def _number(value: Any, where: str) -> float | None:
    """A number, or None where it is undefined."""
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, (int, float)) or math.isinf(value):
        raise FormatError(f"{where}: {value!r} stands where a number or null belongs")
    return None if math.isnan(value) else value
