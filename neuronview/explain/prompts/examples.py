"""Example neurons that show a model the task: made up for this purpose, each with a sentence and two short excerpts.

They stand in `examples.json`. No neuron of any model lies behind them: excerpts were written for the sentence, and
activations drawn around what a reader would expect. `reveal` is the position from which the all-at-once simulator
shows numbers instead of `unknown`: it differs from excerpt to excerpt, so that a model learns that numbers may begin
anywhere. Knows no prompt.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from importlib.resources import files
from typing import Any

import numpy as np

from neuronview.errors import BadInput
from neuronview.explain.prompts.listing import normalized_records
from neuronview.records import Floats

__all__ = ["Example", "ExampleRecord", "example_neurons", "read_examples"]


@dataclass(frozen=True, eq=False)
class ExampleRecord:
    """A short excerpt with its activations; `reveal` is the position of the first value shown."""

    tokens: tuple[str, ...]
    activations: Floats  # (tokens,)
    reveal: int


@dataclass(frozen=True, eq=False)
class Example:
    """What an example neuron is said to respond to, and excerpts that show it."""

    explanation: str
    records: tuple[ExampleRecord, ...]

    def first(self, n_records: int) -> Example:
        """The same neuron with fewer records."""
        return Example(self.explanation, self.records[:n_records])

    @cached_property
    def values(self) -> list[list[int]]:
        """Values 0..10 of the records, with 10 for the largest activation among them."""
        return normalized_records([record.activations for record in self.records])


@cache
def example_neurons() -> tuple[Example, ...]:
    """The example neurons that come with NeuronView, read once."""
    text = files("neuronview.explain.prompts").joinpath("examples.json").read_text(encoding="utf-8")
    return read_examples(json.loads(text))


def read_examples(data: Mapping[str, Any]) -> tuple[Example, ...]:
    """Example neurons from plain JSON. BadInput names the first neuron and record that is not usable."""
    neurons = data.get("neurons")
    if not isinstance(neurons, list) or not neurons:
        raise BadInput("Example neurons are a JSON object with a list `neurons` that is not empty.")
    return tuple(_neuron(entry, f"Example neuron {number}") for number, entry in enumerate(neurons))


def _neuron(entry: Mapping[str, Any], where: str) -> Example:
    explanation, records = str(entry.get("explanation", "")).strip(), entry.get("records") or []
    if not explanation or "\n" in explanation:
        raise BadInput(f"{where} has no explanation, or one of several lines: write one sentence.")
    if not records:
        raise BadInput(f"{where} has no record: give at least one.")
    return Example(explanation, tuple(_record(r, f"{where}, record {i}") for i, r in enumerate(records)))


def _record(entry: Mapping[str, Any], where: str) -> ExampleRecord:
    tokens = tuple(map(str, entry.get("tokens", ())))
    activations = np.asarray(entry.get("activations", ()), dtype=np.float64)
    reveal = int(entry.get("reveal", 0))
    if not tokens or len(tokens) != len(activations) or not np.isfinite(activations).all():
        raise BadInput(f"{where}: {len(tokens)} tokens and {len(activations)} activations; one finite number a token.")
    if activations.max() <= 0:
        raise BadInput(f"{where}: no activation is above zero, so it shows nothing.")
    if not 0 <= reveal < len(tokens):
        raise BadInput(f"{where}: reveal is {reveal}, but positions are 0 to {len(tokens) - 1}.")
    return ExampleRecord(tokens, activations, reveal)
