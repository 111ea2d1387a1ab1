"""The tour: a dozen neurons to look at first, in our words. A list for each model, in `tour.json`.

To edit it, change the JSON: each tour names the fingerprint of its model, so that it is never shown for another. A
dataset may carry a `tour.json` of its own beside its `dataset.json`, which then comes first. Knows no Streamlit.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any, Literal

import orjson

from neuronview.errors import DatasetError
from neuronview.records import NeuronId

__all__ = ["KINDS", "Stop", "load_tour", "parse_tour"]

Kind = Literal["good", "partial", "misleading"]
KINDS: Mapping[Kind, tuple[str, str]] = {
    "good": ("holds", "green"),
    "partial": ("holds in part", "orange"),
    "misleading": ("misleads", "red"),
}
"""What is said of an explanation, and the colour of its badge."""


@dataclass(frozen=True)
class Stop:
    """One neuron of the tour."""

    neuron: NeuronId
    kind: Kind
    title: str
    words: str


def load_tour(folder: Path, *, fingerprint: str) -> tuple[Stop, ...]:
    """The tour of a model: the dataset folder's own, else the one shipped here; empty when neither has it.

    Raises DatasetError, naming the file and the entry, when a tour is not in the form that is read.
    """
    own = folder / "tour.json"
    shipped = files("neuronview.ui").joinpath("tour.json")
    texts = [(str(own), own.read_bytes())] if own.is_file() else []
    for name, content in [*texts, ("tour.json", shipped.read_bytes())]:
        if found := parse_tour(content, fingerprint=fingerprint, name=name):
            return found
    return ()


def parse_tour(content: bytes, *, fingerprint: str, name: str = "tour.json") -> tuple[Stop, ...]:
    """Stops of the tour of this model in the bytes of a tour file."""
    try:
        tours = orjson.loads(content)["tours"]
        chosen = next((tour for tour in tours if tour["model_fingerprint"] == fingerprint), None)
        return tuple(_stop(entry) for entry in chosen["stops"]) if chosen else ()
    except (orjson.JSONDecodeError, KeyError, TypeError, ValueError) as error:
        raise DatasetError(
            f"{name} cannot be read as a tour ({type(error).__name__}: {error}). It holds tours, each with "
            'model_fingerprint and stops; a stop is {"neuron": "2:17", "kind": "good", "title": "…", "words": "…"}.'
        ) from error


def _stop(entry: Mapping[str, Any]) -> Stop:
    if entry["kind"] not in KINDS:
        raise ValueError(f"kind {entry['kind']!r} of {entry['neuron']} is none of {', '.join(KINDS)}")
    return Stop(NeuronId.parse(entry["neuron"]), entry["kind"], str(entry["title"]), str(entry["words"]))
