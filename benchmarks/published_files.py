"""Files in the published layout, in the shape and size of GPT-2 small's and XL's; what they hold is drawn."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import numpy as np
import orjson

__all__ = ["SMALL_LAYER", "XL_LAYER", "generate", "generate_explanations"]

SMALL_LAYER = 3072
"""Neurons in a layer of GPT-2 small."""
XL_LAYER = 6400
TEMPLATES = 512
POOL = 50_000
TOKENS = 64
FULL_DIGITS = os.environ.get("FULL_DIGITS") == "1"
IDENTITY = {"layer_index": 9999, "neuron_index": 99999, "dataclass_name": "NeuronId"}
PLACE = b'"layer_index":9999,"neuron_index":99999'
TEXT_PLACE = b" the text of an explanation."


def generate(folder: Path, n_neurons: int, *, seed: int = 0) -> int:
    """Write the files of the first `n_neurons` neurons of GPT-2 small below `folder`; returns their bytes."""
    rng = np.random.default_rng(seed)
    pool = _excerpts(rng)
    templates = [_neuron(rng, pool) for _ in range(min(TEMPLATES, n_neurons))]
    size = 0
    for number in range(n_neurons):
        layer, neuron = divmod(number, SMALL_LAYER)
        identity = f'"layer_index":{layer},"neuron_index":{neuron}'.encode()
        kinds = (("collated-activations", "json"), ("explanations", "jsonl"))
        for (kind, ending), content in zip(kinds, templates[number % len(templates)], strict=True):
            path = folder / kind / str(layer) / f"{neuron}.{ending}"
            path.parent.mkdir(parents=True, exist_ok=True)
            size += path.write_bytes(content.replace(PLACE, identity, 1))
    return size


def generate_explanations(folder: Path, n_neurons: int, *, excerpts: int = 1, seed: int = 0) -> int:
    """Write the explanations of the first neurons of GPT-2 XL below `folder`, no records; returns their bytes.

    Each has `excerpts` simulated excerpts: the published ones have ten, which for all of XL are more than 30 GB.
    """
    rng = np.random.default_rng(seed)
    pool = _excerpts(rng, min(POOL, 20 * n_neurons))
    records = [_record(rng, pool, 3.0) for _ in range(excerpts * min(XL_LAYER, n_neurons))]
    templates = [
        _explanation(rng, records[first : first + excerpts], TEXT_PLACE.decode())
        for first in range(0, len(records), excerpts)
    ]
    words = _words(rng, 20_000, shortest=3)
    share = 1 / np.arange(3, len(words) + 3)
    size = 0
    for layer in range(-(-n_neurons // XL_LAYER)):
        (folder / "explanations" / str(layer)).mkdir(parents=True, exist_ok=True)
        drawn = words[rng.choice(len(words), (XL_LAYER, 18), p=share / share.sum())]
        for neuron in range(min(XL_LAYER, n_neurons - layer * XL_LAYER)):
            text = " " + " ".join(drawn[neuron, : 6 + neuron % 13]) + "."
            content = templates[neuron].replace(PLACE, f'"layer_index":{layer},"neuron_index":{neuron}'.encode(), 1)
            path = folder / "explanations" / str(layer) / f"{neuron}.jsonl"
            size += path.write_bytes(content.replace(TEXT_PLACE, text.encode(), 1))
    return size


def _words(rng: np.random.Generator, count: int, *, shortest: int) -> np.ndarray:
    """Made-up words of up to six letters more than the shortest."""
    letters = np.array(list("etaoinshrdlucmfwypvbgk"))
    drawn = letters[rng.integers(0, len(letters), (count, shortest + 6))]
    return np.array(["".join(row[: shortest + number % 7]) for number, row in enumerate(drawn)])


def _excerpts(rng: np.random.Generator, count: int = POOL) -> list[list[str]]:
    """Excerpts of words as frequent as words are."""
    words = [("" if i % 4 == 0 else " ") + word for i, word in enumerate(_words(rng, 8000, shortest=1).tolist())]
    ranks = np.minimum((rng.pareto(0.9, (count, TOKENS)) * 12).astype(int), len(words) - 1)
    return [[words[i] for i in row] for row in ranks]


def _neuron(rng: np.random.Generator, pool: list[list[str]]) -> tuple[bytes, bytes]:
    """Both files of one neuron: 65 records; 10 scored excerpts of them with distributions."""
    records = [
        _record(rng, pool, group) for group in np.repeat([3.0, 0.5, 0.3, 0.8, 1.5, 2.5, 3.0], [20, 20, 5, 5, 5, 5, 5])
    ]
    activations = {
        "neuron_id": IDENTITY,
        "random_sample": records[20:40],
        "random_sample_by_quantile": [records[start : start + 5] for start in range(40, 65, 5)],
        "quantile_boundaries": rng.random(4).tolist(),
        "mean": float(rng.normal()),
        "variance": float(rng.random()),
        "skewness": float(rng.random()),
        "kurtosis": float(rng.random()),
        "most_positive_activation_records": records[:20],
        "dataclass_name": "NeuronRecord",
    }
    explanation = _explanation(rng, [*records[:5], *records[20:25]], " words that begin with a vowel.")
    return orjson.dumps(activations), explanation


def _explanation(rng: np.random.Generator, records: list[dict[str, Any]], text: str) -> bytes:
    """The file of one scored explanation, with a simulation of each of these records."""
    explanation = {
        "neuron_id": IDENTITY,
        "scored_explanations": [
            {
                "explanation": text,
                "scored_simulation": {
                    "scored_sequence_simulations": [_sequence(rng, record) for record in records],
                    **_scores(rng),
                },
                "dataclass_name": "ScoredExplanation",
            }
        ],
        "dataclass_name": "NeuronSimulationResults",
    }
    return orjson.dumps(explanation) + b"\n"


def _record(rng: np.random.Generator, pool: list[list[str]], scale: float) -> dict[str, Any]:
    raw = rng.normal(-0.8, 0.7, TOKENS) + scale * (rng.random(TOKENS) < 0.06) * rng.gamma(2.0, 1.0, TOKENS)
    values = raw / (1 + np.exp(-1.702 * raw))
    return {
        "tokens": pool[int(rng.integers(len(pool)))],
        "activations": (values.astype(np.float32).astype(float) if FULL_DIGITS else np.round(values, 6)).tolist(),
        "dataclass_name": "ActivationRecord",
    }


def _sequence(rng: np.random.Generator, record: dict[str, Any]) -> dict[str, Any]:
    values, probabilities, expected = [], [], []
    for _ in range(TOKENS):
        kept = np.sort(rng.choice(11, int(rng.integers(1, 9)), replace=False))
        shares = rng.dirichlet(np.full(len(kept), 0.4))
        values.append(kept.astype(float).tolist())
        probabilities.append(shares.tolist())
        expected.append(float(kept @ shares))
    simulation = {
        "tokens": record["tokens"],
        "expected_activations": expected,
        "activation_scale": "simulated_normalized_activations",
        "distribution_values": values,
        "distribution_probabilities": probabilities,
        "uncalibrated_simulation": None,
        "dataclass_name": "SequenceSimulation",
    }
    return {"simulation": simulation, "true_activations": record["activations"], **_scores(rng)}


def _scores(rng: np.random.Generator) -> dict[str, Any]:
    names = ("ev_correlation_score", "rsquared_score", "absolute_dev_explained_score")
    return {name: float(rng.random()) for name in names} | {"dataclass_name": "ScoredSimulation"}
