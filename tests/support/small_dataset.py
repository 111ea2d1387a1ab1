"""A dataset of 2 layers x 5 neurons made of drawn numbers: what store, ui and command tests open."""

from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from neuronview.records import Baseline, Explanation, NeuronId, Provenance, Score
from neuronview.store.convert import explanation_table, score_table
from neuronview.store.schema import NEURONS, TAIL_PROBABILITIES, records_schema
from neuronview.store.write import commit_parts, write_manifest, write_part

LAYERS, NEURONS_PER_LAYER, EXCERPTS, LENGTH = 2, 5, 12, 8
WORDS = ["The", " cat", " sat", " on", "\n", "<script>", "$x$", " mat"]
SIZES = {"top": 4, "random": 3, "quantile_0": 2, "quantile_1": 2, "quantile_2": 1, "quantile_3": 1}


def activations(layer: int, neuron: int, excerpt: int) -> np.ndarray:
    """The drawn activations of one neuron on one excerpt, exactly representable in 16 bits."""
    drawn = np.random.default_rng([layer, neuron, excerpt]).normal(size=LENGTH)
    return drawn.astype(np.float16).astype(np.float32)


def neuron_row(layer: int, neuron: int) -> dict[str, Any]:
    values = np.concatenate([activations(layer, neuron, excerpt) for excerpt in range(EXCERPTS)])
    tail = np.quantile(values, [1 - p for p in TAIL_PROBABILITIES])
    row = dict.fromkeys(NEURONS.names)
    return row | {
        "layer": layer,
        "neuron": neuron,
        "count": len(values),
        "n_excerpts": EXCERPTS,
        "mean": float(values.mean()),
        "variance": float(values.var()),
        "skewness": 0.0,
        "kurtosis": 0.0,
        "minimum": float(values.min()),
        "maximum": float(values.max()),
        "share_positive": float((values > 0).mean()),
        "histogram": np.histogram(values, bins=10)[0].tolist(),
        "quantile_boundaries": [0.5, 1.0, 1.5, 2.0],
        "tail_values": tail.tolist(),
        "tail_max_values": tail.tolist(),
        "top_tokens": [{"token": " cat", "token_id": 1, "mean": 0.5, "count": 12}],
        "features": [{"feature": "digits", "correlation": 0.25}],
    }


def record_rows(layer: int, neuron: int) -> list[dict[str, Any]]:
    rows, excerpt = [], 0
    for group, size in SIZES.items():
        for rank in range(size):
            rows.append(
                {
                    "layer": layer,
                    "neuron": neuron,
                    "group": group,
                    "rank": rank,
                    "excerpt_id": excerpt % EXCERPTS,
                    "activations": activations(layer, neuron, excerpt % EXCERPTS).astype(np.float16),
                }
            )
            excerpt += 1
    return rows


def explanation(layer: int, neuron: int, explainer: str, value: float, text: str) -> Explanation:
    simulator = "pattern" if explainer == "person" else explainer
    shared = {"simulator": simulator, "split": "held_out", "n_sequences": 7, "n_tokens": 56}
    scores = [
        Score(value, interval=(value - 0.1, value + 0.1), baselines=(Baseline("lookup", 0.1),), **shared),
        Score(value / 2, subset="random", **shared),
        Score(value * 0.9, simulator=simulator, split="corpus", subset="all", n_tokens=96),
    ]
    provenance = Provenance(explainer=explainer, seed=0, versions={"numpy": np.__version__})
    return Explanation(
        text, explainer, NeuronId(layer, neuron), {"feature": "digits"}, scores=scores, provenance=provenance
    )


def build(folder: Path) -> Path:
    """Write the dataset into `folder` and return it."""
    everyone = [(layer, neuron) for layer in range(LAYERS) for neuron in range(NEURONS_PER_LAYER)]
    parts = []
    for layer in range(LAYERS):
        rows = [neuron_row(layer, neuron) for neuron in range(NEURONS_PER_LAYER)]
        parts.append(write_part(folder, "neurons", pa.Table.from_pylist(rows, schema=NEURONS)))
        records = [row for neuron in range(NEURONS_PER_LAYER) for row in record_rows(layer, neuron)]
        parts.append(write_part(folder, "records", pa.Table.from_pylist(records, schema=records_schema())))
    parts += [write_part(folder, "excerpts", excerpts()), write_part(folder, "vocabulary", vocabulary())]
    found = [
        explanation(
            layer, neuron, name, (neuron - 2 + layer) / 5 - shift, f" Fires on thing {layer}{neuron} in {name}."
        )
        for layer, neuron in everyone
        for name, shift in (("dictionary", 0.0), ("lookup", 0.05))
    ]
    parts += [
        write_part(folder, "explanations", explanation_table(found)),
        write_part(folder, "scores", score_table(found)),
    ]
    commit_parts(folder, parts, label="test")
    write_manifest(folder, manifest())
    return folder


def manifest() -> dict[str, Any]:
    return {
        "name": "small",
        "model": {
            "path": "tiny",
            "fingerprint": "0123",
            "activation_function": "gelu_new",
            "n_layers": LAYERS,
            "n_neurons": NEURONS_PER_LAYER,
            "dtype": "float32",
        },
        "corpus": {"hash": "abc", "n_excerpts": EXCERPTS, "n_tokens": EXCERPTS * LENGTH},
        "seed": 0,
    }


def excerpts() -> pa.Table:
    rows = [
        {
            "excerpt_id": index,
            "document_id": f"document-{index}",
            "source": "written" if index < 6 else "generated",
            "template": None,
            "token_ids": [(index + position) % len(WORDS) for position in range(LENGTH)],
            "tokens": None,
        }
        for index in range(EXCERPTS)
    ]
    return pa.Table.from_pylist(rows)


def vocabulary() -> pa.Table:
    return pa.Table.from_pylist([{"token_id": i, "token": word, "count": 12} for i, word in enumerate(WORDS)])
