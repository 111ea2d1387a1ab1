"""Neurons as a person names them for a run: one by one, a part of a layer, a layer, or all."""

from __future__ import annotations

import re

from neuronview import links
from neuronview.errors import BadInput
from neuronview.records import NeuronId
from neuronview.store import Dataset

__all__ = ["named_neurons"]

PART = re.compile(r"(\d{1,9}):(?:(\*)|(\d{1,9})-(\d{1,9}))")


def named_neurons(text: str, dataset: Dataset) -> list[NeuronId]:
    """Read a list such as `0:1, 2:17, 3:*, 4:0-99` or `all`, in its order, repeats once.

    BadInput names what is no neuron, or a layer or part that the dataset's model has not.
    """
    model = dataset.manifest.model
    if text.strip() == "all":
        return [NeuronId(layer, n) for layer in range(model.n_layers) for n in range(model.n_neurons)]
    found: list[NeuronId] = []
    for entry in filter(None, (part.strip() for part in re.split(r"[,;\n]", text))):
        match = PART.fullmatch(entry)
        if match is None:
            found += links.parse_neurons(entry)
            continue
        layer = int(match[1])
        first, last = (0, model.n_neurons - 1) if match[2] else (int(match[3]), int(match[4]))
        if layer >= model.n_layers or not first <= last < model.n_neurons:
            raise BadInput(
                f"There are no neurons {entry}: {dataset.manifest.name} has layers 0 to {model.n_layers - 1} with "
                f"neurons 0 to {model.n_neurons - 1}."
            )
        found += [NeuronId(layer, n) for n in range(first, last + 1)]
    return list(dict.fromkeys(found)) or links.parse_neurons(text)
