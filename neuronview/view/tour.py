"""The tour: three dozen neurons to look at first, in our words, each with an explanation of ours and a text against it.

A list for each model, in `tour.json`. To edit it, change the JSON: each tour names the fingerprint of its model, so
that it is never shown for another. A dataset may carry a `tour.json` of its own beside its `dataset.json`, which then
comes first; of a stop only neuron, kind, title and words are asked for. `python -m neuronview demo tour` scores what
the stops say. Knows no Streamlit.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any, Literal

import orjson

from neuronview.errors import DatasetError
from neuronview.explain.rules import KINDS as RULES
from neuronview.records import Explanation, NeuronId

__all__ = ["EXPLAINER", "KINDS", "Stop", "load_tour", "options", "parse_tour"]

EXPLAINER = "tour"
"""The explainer that what the stops say is stored by."""
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
    """What to notice, or why the explanation misleads."""
    says: str = ""
    """Our explanation; empty where the tour has none of its own."""
    rule: Mapping[str, Any] | None = None
    """What simulates it."""
    breaks: str = ""
    """A text on which it fails."""

    @property
    def explanation(self) -> Explanation | None:
        """What the stop says, to be scored like any other; None where it says nothing."""
        return Explanation(self.says, EXPLAINER, self.neuron, self.rule) if self.says and self.rule else None


def load_tour(folder: Path, *, fingerprint: str) -> tuple[Stop, ...]:
    """The tour of a model: the dataset folder's own, else the one shipped here; empty when neither has it.

    Raises DatasetError, naming the file and the entry, when a tour is not in the form that is read.
    """
    own = folder / "tour.json"
    shipped = files("neuronview.view").joinpath("tour.json")
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
            'model_fingerprint and stops; a stop is {"neuron": "2:17", "kind": "good", "title": "…", "words": "…"}, '
            'and may have "says", its "rule", and "breaks", a text on which that fails.'
        ) from error


def options(stops: Sequence[Stop], number: int, *, wrong: int = 2) -> list[str]:
    """What a guess chooses from at stop `number` (from 1): what it says and what others say, the same at each visit."""
    drawn = random.Random(number)
    right = stops[number - 1].says or stops[number - 1].title
    others = sorted({stop.says or stop.title for stop in stops} - {right})
    found = [right, *drawn.sample(others, min(wrong, len(others)))]
    drawn.shuffle(found)
    return found


def _stop(entry: Mapping[str, Any]) -> Stop:
    if entry["kind"] not in KINDS:
        raise ValueError(f"kind {entry['kind']!r} of {entry['neuron']} is none of {', '.join(KINDS)}")
    rule = entry.get("rule")
    if rule is not None and rule["kind"] not in RULES:
        raise ValueError(f"the rule of {entry['neuron']} is of kind {rule['kind']!r}, none of {', '.join(RULES)}")
    return Stop(
        NeuronId.parse(entry["neuron"]),
        entry["kind"],
        str(entry["title"]),
        str(entry["words"]),
        str(entry.get("says", "")),
        rule,
        str(entry.get("breaks", "")),
    )
