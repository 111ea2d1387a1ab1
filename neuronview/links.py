"""Addresses: query parameters to what a page shows, and back. The only place that knows their form.

Identity parameters (dataset, layer, neuron, text) are refused in words when wrong; view options are the
pages' own business. Knows no dataset: ranges are checked by whoever opens one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import quote_plus, urlencode

from neuronview.errors import BadInput, BadLink
from neuronview.records import NeuronId, whole_number

__all__ = ["MAX_TEXT", "Place", "fits_in_address", "format_neurons", "href", "parse", "parse_layers", "parse_neurons"]

MAX_TEXT = 4000
"""Characters of text that fit in an address."""
MAX_QUERY = 48_000
"""Characters of texts as an address writes them, up to 12 for one: many servers refuse requests of more than 64 kB."""
MOST_LAYERS = 10_000
"""Layers that a list can name, repeats counted: short words can name billions, which would fill the memory."""


@dataclass(frozen=True)
class Place:
    """What an address identifies. None where it does not say."""

    dataset: str | None = None
    layer: int | None = None
    neuron: int | None = None
    text: str | None = None

    @property
    def neuron_id(self) -> NeuronId | None:
        """The neuron, when both layer and index are given."""
        if self.layer is None or self.neuron is None:
            return None
        return NeuronId(self.layer, self.neuron)

    def parameters(self) -> dict[str, str]:
        """Query parameters that `parse` reads back to an equal Place."""
        values = {"dataset": self.dataset, "layer": self.layer, "neuron": self.neuron, "text": self.text}
        return {name: str(value) for name, value in values.items() if value is not None}


def parse(parameters: Mapping[str, str]) -> Place:
    """Read the identity parameters; BadLink names the one that is wrong and what would be right."""
    layer, neuron = (_whole_number(name, parameters.get(name)) for name in ("layer", "neuron"))
    if (layer is None) != (neuron is None):
        given, missing = ("layer", "neuron") if neuron is None else ("neuron", "layer")
        raise BadLink(f"The address gives {given}= but not {missing}=. A neuron needs both, such as layer=2&neuron=17.")
    text = parameters.get("text")
    if text is not None and len(text) > MAX_TEXT:
        raise BadLink(
            f"The address holds a text of {len(text)} characters; at most {MAX_TEXT} fit. Paste it on the page."
        )
    return Place(parameters.get("dataset") or None, layer, neuron, text)


def href(page: str, place: Place, **view: str | int) -> str:
    """Relative address of a page at a place, such as `/neuron?dataset=demo&layer=2&neuron=17`."""
    query = urlencode(place.parameters() | {name: str(value) for name, value in view.items()})
    return f"/{page}?{query}" if query else f"/{page}"


def fits_in_address(*texts: str) -> bool:
    """Whether an address can hold all these texts together."""
    written = sum(len(quote_plus(text, errors="replace")) for text in texts)
    return all(len(text) <= MAX_TEXT for text in texts) and written <= MAX_QUERY


def parse_layers(text: str) -> list[int]:
    """Layers written as numbers and ranges: `0-3,7`. BadInput names what is none, and says where they are too many."""
    found: list[int] = []
    for piece in text.split(","):
        written, _, end = piece.strip().partition("-")
        first, last = whole_number(written), whole_number(end or written)
        if first is None or last is None or last < first:
            raise BadInput(f"“{piece[:40]}” is no layer. Write layers like 0-3 or 0,2,5.")
        if len(found) + last - first >= MOST_LAYERS:
            raise BadInput(f"“{text[:40]}” names more than {MOST_LAYERS:,} layers; no model has so many.")
        found += range(first, last + 1)
    return found


def parse_neurons(text: str) -> list[NeuronId]:
    """Read a list such as `0:1, 2:17`; BadInput names the first entry that is none. Repeats count once."""
    entries = [entry for entry in text.replace(";", ",").replace("\n", ",").split(",") if entry.strip()]
    if not entries:
        raise BadInput("No neuron is named. Write layer:neuron, several with commas between, such as 0:1,2:17.")
    return list(dict.fromkeys(NeuronId.parse(entry) for entry in entries))


def format_neurons(neurons: Sequence[NeuronId]) -> str:
    """A list that `parse_neurons` reads back."""
    return ",".join(str(neuron) for neuron in neurons)


def _whole_number(name: str, text: str | None) -> int | None:
    if text is None:
        return None
    number = whole_number(text)
    if number is None:
        raise BadLink(f"{name}={text[:40]} is not a whole number from zero. Write for instance {name}=0.")
    return number
