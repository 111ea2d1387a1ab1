"""The sets of neurons that were published in this layout: where they are, of which model, and which files they have.

Ranges are known because the server lists no folders. Figures are those of the publication.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from neuronview.errors import NotFound

__all__ = ["PUBLIC", "SETS", "PublishedSet", "published_set", "set_of_address"]

PUBLIC = "https://openaipublic.blob.core.windows.net"
"""Where the sets are; files there are read by plain GET, without a key."""

BLOB = "az://openaipublic"
"""The same place as its own tool writes it, which asks for an account."""


@dataclass(frozen=True)
class PublishedSet:
    """One root of the published layout."""

    name: str
    """As it is added: `gpt2-small`."""
    model: str
    """Name of the model on the hub."""
    path: str
    """Below PUBLIC, or below whatever serves the same tree."""
    n_layers: int
    n_neurons: int
    """In each layer."""
    kinds: tuple[str, ...]
    """Kinds of files (`source.KINDS`) that were published."""
    explainer: str = "gpt-4"
    simulator: str = "as published"
    """The files do not name it. The paper says GPT-4; the code that came with it says text-davinci-003."""
    exported: Mapping[str, Any] | None = None
    """Of files that our own export wrote: the manifest of the dataset that they are of."""

    def address(self, base: str = PUBLIC) -> str:
        """Where the set is on this server."""
        return f"{base.rstrip('/')}/{self.path}"


SETS: Mapping[str, PublishedSet] = {
    entry.name: entry
    for entry in (
        PublishedSet(
            "gpt2-small", "gpt2", "neuron-explainer/gpt2_small_data", 12, 3072, kinds=("activations", "explanations")
        ),
        PublishedSet(
            "gpt2-xl",
            "gpt2-xl",
            "neuron-explainer/data",
            48,
            6400,
            kinds=("activations", "explanations", "tokens_by_activation", "tokens_by_weight", "neurons_by_weight"),
        ),
    )
}
"""By name."""


def published_set(name: str) -> PublishedSet:
    """The set of that name, or of that model; NotFound lists those that there are."""
    for entry in SETS.values():
        if name in (entry.name, entry.model):
            return entry
    raise NotFound(f"No set of neurons is known as “{name}”. Known are {', '.join(SETS)}.")


def set_of_address(address: str) -> PublishedSet | None:
    """The set whose path an address or folder ends in, or None."""
    plain = address.rstrip("/").replace("\\", "/")
    return next((entry for entry in SETS.values() if f"/{plain}".endswith(f"/{entry.path}")), None)
