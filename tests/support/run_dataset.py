"""A dataset with enough records to be explained and scored (20 top, 20 random), and the model that made it.

The model's activation depends on the token alone, except that neuron 0 fires on numbers with a strength that the
excerpt decides; so what an explainer should find is known.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from neuronview.records import NeuronId
from neuronview.store.schema import NEURONS, TAIL_PROBABILITIES, records_schema
from neuronview.store.write import commit_parts, write_manifest, write_part

LAYERS, NEURONS_PER_LAYER, EXCERPTS, LENGTH = 2, 3, 160, 12
WORDS = [
    "The", " cat", " sat", " on", ",", " 1999", " 42", " mat", " Paris", " Monday", " and", " dog",
    " red", " 7", " house", "\n", " she", " ran", " quickly", " 2024", " of", " a", " it", ".",
]  # fmt: skip
NUMBERS = [index for index, word in enumerate(WORDS) if word.strip().isdigit()]


def token_ids(excerpt: int) -> list[int]:
    """The drawn tokens of an excerpt."""
    return np.random.default_rng([7, excerpt]).integers(0, len(WORDS), LENGTH).tolist()


class FakeModel:
    """Activations from the token ids alone; counts how often it was run."""

    def __init__(self) -> None:
        self.runs = 0

    def activations(self, ids: Sequence[int], neurons: Sequence[NeuronId]) -> np.ndarray:
        return self.activations_together([ids], neurons)[0]

    def activations_together(self, excerpts: Sequence[Sequence[int]], neurons: Sequence[NeuronId]) -> np.ndarray:
        self.runs += len(excerpts)
        found = [np.stack([values(neuron, ids) for neuron in neurons], axis=1) for ids in excerpts]
        return np.stack(found).astype(np.float32)


def values(neuron: NeuronId, ids: Sequence[int]) -> np.ndarray:
    """Neuron 0 of a layer fires on numbers, the others on one token each, all with a little drawn noise."""
    drawn = np.random.default_rng([neuron[0], neuron[1], *ids]).normal(0.0, 0.02, len(ids))
    targets = NUMBERS if neuron[1] == 0 else [neuron[1] + neuron[0]]
    fires = np.isin(ids, targets) * (1.0 + neuron[0])
    return (fires + drawn).astype(np.float16).astype(np.float32)


def build(folder: Path, *, documents: str = "document-{}") -> Path:
    """Write the dataset into `folder` and return it; `documents` names an excerpt's document by its number."""
    parts = []
    for layer in range(LAYERS):
        neurons = [NeuronId(layer, index) for index in range(NEURONS_PER_LAYER)]
        parts.append(write_part(folder, "neurons", pa.Table.from_pylist([_row(n) for n in neurons], schema=NEURONS)))
        records = [row for neuron in neurons for row in _records(neuron)]
        parts.append(write_part(folder, "records", pa.Table.from_pylist(records, schema=records_schema())))
    excerpts = [
        {
            "excerpt_id": index,
            "document_id": documents.format(index),
            "source": "generated",
            "template": None,
            "token_ids": token_ids(index),
            "tokens": None,
        }
        for index in range(EXCERPTS)
    ]
    words = [{"token_id": i, "token": word, "count": 80} for i, word in enumerate(WORDS)]
    parts += [
        write_part(folder, "excerpts", pa.Table.from_pylist(excerpts)),
        write_part(folder, "vocabulary", pa.Table.from_pylist(words)),
    ]
    commit_parts(folder, parts, label="test")
    model = {
        "path": "tiny",
        "fingerprint": "4567",
        "activation_function": "gelu_new",
        "n_layers": LAYERS,
        "n_neurons": NEURONS_PER_LAYER,
    }
    write_manifest(folder, {"name": "runs", "model": model, "corpus": {"hash": "def", "n_excerpts": EXCERPTS}})
    return folder


def _records(neuron: NeuronId) -> list[dict[str, Any]]:
    found = {index: values(neuron, token_ids(index)) for index in range(EXCERPTS)}
    order = sorted(found, key=lambda index: -found[index].max())
    groups = {"top": order[:20], "random": [index for index in range(EXCERPTS) if index not in order[:20]][:20]}
    return [
        {
            "layer": neuron.layer,
            "neuron": neuron.neuron,
            "group": group,
            "rank": rank,
            "excerpt_id": index,
            "activations": found[index].astype(np.float16),
        }
        for group, indices in groups.items()
        for rank, index in enumerate(indices)
    ]


def _row(neuron: NeuronId) -> dict[str, Any]:
    everything = np.concatenate([values(neuron, token_ids(index)) for index in range(EXCERPTS)])
    tail = np.quantile(everything, [1 - p for p in TAIL_PROBABILITIES]).tolist()
    return dict.fromkeys(NEURONS.names) | {
        "layer": neuron.layer,
        "neuron": neuron.neuron,
        "count": len(everything),
        "n_excerpts": EXCERPTS,
        "mean": float(everything.mean()),
        "variance": float(everything.var()),
        "minimum": float(everything.min()),
        "maximum": float(everything.max()),
        "share_positive": float((everything > 0).mean()),
        "histogram": np.histogram(everything, bins=10)[0].tolist(),
        "tail_values": tail,
        "tail_max_values": tail,
    }
