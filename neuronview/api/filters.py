"""The filters of the page Browse as parameters: made from `NeuronFilter` itself, so that none is ever missing.

All but what a person calls a list of neurons, which keeps nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import Any, get_type_hints

from neuronview.api.parameters import Kind, Parameter
from neuronview.records import SCORE_STATES, NeuronId
from neuronview.store.queries import NOT_SCORED, NeuronFilter
from neuronview.store.searching import WITHIN

__all__ = ["FILTERS", "chosen"]

_KINDS: Mapping[Any, Kind] = {
    str: "text",
    str | None: "text",
    bool: "flag",
    tuple[int, ...]: "integers",
    tuple[str, ...]: "texts",
    tuple[float, float] | None: "range",
    tuple[NeuronId, ...] | None: "neurons",
}
_DESCRIPTIONS = {
    "layers": "Layers, such as 0,1.",
    "score": "Scores by simulation from one number to below the next, such as 0.5,1; 1 is included.",
    "share_positive": "Least and largest share of tokens above zero, such as 0,0.05.",
    "explainer": "Only what this explainer explained, such as dictionary.",
    "text": "Words, or a regular expression with `regex`, that the explanation holds.",
    "regex": "Whether `text` is a regular expression.",
    "within": "Where the words of `text` are looked for.",
    "states": "States of the score; `none` for rows without one.",
    "reader": "Only scores by this simulator; `rule` for rules.",
    "left_out": "Not what these explainers explained, such as tour, whose neurons were chosen for show.",
    "neurons": "Only these neurons, such as 0:1,2:17.",
}
_CHOICES = {"states": (*SCORE_STATES, NOT_SCORED), "within": tuple(WITHIN)}


def _parameter(name: str, kind: Any, default: Any) -> Parameter:
    described = _DESCRIPTIONS.get(name) or f"{name.replace('_', ' ').capitalize()}, as on the page Browse."
    choices = _CHOICES.get(name, ())
    least, most = (-1.0, 1.0) if name == "score" else (None, None)
    return Parameter(name, _KINDS[kind], described, default=default or None, choices=choices, least=least, most=most)


_TYPES = get_type_hints(NeuronFilter)
FILTERS = tuple(
    _parameter(entry.name, _TYPES[entry.name], entry.default)
    for entry in fields(NeuronFilter)
    if entry.name != "listed"
)


def chosen(values: Mapping[str, Any]) -> NeuronFilter:
    """The filter that these values ask for; other values are left alone."""
    given = {entry.name: values.get(entry.name) for entry in FILTERS}
    return NeuronFilter(**{name: value for name, value in given.items() if value is not None})
