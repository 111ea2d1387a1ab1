"""Small files in the published layout, of our own making: what tests read, damage and serve."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np

Content = dict[str, Any]
WORDS = ("Priya", " of", " Lisbon", " counted", "\n", " seven", "ty", ".", " <", "&", "\t", " and", "\ufffd", '"')
KINDS = {
    "activations": ("collated-activations", "json"),
    "explanations": ("explanations", "jsonl"),
    "tokens_by_activation": ("related-tokens/activation-based", "json"),
    "tokens_by_weight": ("related-tokens/weight-based", "json"),
    "neurons_by_weight": ("related-neurons/weight-based", "json"),
}
N_TOKENS, N_TOP, N_RANDOM = 8, 20, 15


def identity(layer: int, neuron: int) -> Content:
    return {"layer_index": layer, "neuron_index": neuron, "dataclass_name": "NeuronId"}


def record(rng: np.random.Generator, shared: Iterator[int]) -> Content:
    """An excerpt of few words; some are of a pool that all neurons draw from, no excerpt twice."""
    number = next(shared)
    tokens = [str(word) for word in rng.choice(WORDS, N_TOKENS - 1)] + [f" {rng.integers(10**9)}"]
    if rng.random() < 0.4:
        tokens = [*WORDS[: N_TOKENS - 1], f" pool {number}"]
    values = [round(float(value), 6) for value in rng.normal(0.2, 1, N_TOKENS)]
    return {"tokens": tokens, "activations": values, "dataclass_name": "ActivationRecord"}


def activations(layer: int, neuron: int) -> Content:
    """A file of activations, with 5 groups of quantiles of 2 records each."""
    rng = np.random.default_rng([layer, neuron])
    shared = iter(rng.permutation(60).tolist())
    top = sorted((record(rng, shared) for _ in range(N_TOP)), key=lambda entry: -max(entry["activations"]))
    return {
        "neuron_id": identity(layer, neuron),
        "random_sample": [record(rng, shared) for _ in range(N_RANDOM)],
        "random_sample_by_quantile": [[record(rng, shared) for _ in range(2)] for _ in range(5)],
        "quantile_boundaries": [0.5, 1.0, 1.5, 2.0],
        "mean": float(rng.normal()),
        "variance": float(rng.random()),
        "skewness": float(rng.normal()),
        "kurtosis": None,
        "most_positive_activation_records": top,
        "dataclass_name": "NeuronRecord",
    }


def sequence(rng: np.random.Generator, chosen: Content) -> Content:
    """One scored excerpt, calibrated as in the larger set."""
    plain = simulation(rng, chosen["tokens"], "simulated_normalized_activations")
    calibrated = {
        **plain,
        "expected_activations": [0.3 * value - 0.1 for value in plain["expected_activations"]],
        "activation_scale": "neuron_activations",
        "distribution_values": [[0.3 * v - 0.1 for v in values] for values in plain["distribution_values"]],
        "uncalibrated_simulation": plain,
    }
    return {
        "simulation": calibrated,
        "true_activations": chosen["activations"],
        "ev_correlation_score": float(rng.random()),
        "rsquared_score": -1.25,
        "absolute_dev_explained_score": None,
        "dataclass_name": "ScoredSequenceSimulation",
    }


def simulation(rng: np.random.Generator, tokens: list[str], scale: str) -> Content:
    values = [sorted({int(v) for v in rng.integers(0, 11, k % 4)}) for k in range(len(tokens))]
    shares = [list(map(float, rng.dirichlet(np.ones(len(entry))))) if entry else [] for entry in values]
    return {
        "tokens": tokens,
        "expected_activations": [float(np.dot(v, p)) if v else 0.0 for v, p in zip(values, shares, strict=True)],
        "activation_scale": scale,
        "distribution_values": [[float(v) for v in entry] for entry in values],
        "distribution_probabilities": shares,
        "uncalibrated_simulation": None,
        "dataclass_name": "SequenceSimulation",
    }


def explanations(layer: int, neuron: int) -> Content:
    """A file of one explanation, scored on the excerpts that the method takes: every fourth top, every third random."""
    rng = np.random.default_rng([layer, neuron, 1])
    source = activations(layer, neuron)
    chosen = source["most_positive_activation_records"][2::4] + source["random_sample"][1::3]
    return {
        "neuron_id": identity(layer, neuron),
        "scored_explanations": [
            {
                "explanation": f" words like {neuron}.",
                "scored_simulation": {
                    "scored_sequence_simulations": [sequence(rng, entry) for entry in chosen],
                    "ev_correlation_score": 0.4757390590678086,
                    "rsquared_score": -20.967821493839068,
                    "absolute_dev_explained_score": None,
                    "dataclass_name": "ScoredSimulation",
                },
                "dataclass_name": "ScoredExplanation",
            }
        ],
        "dataclass_name": "NeuronSimulationResults",
    }


def related(kind: str) -> Content:
    if kind == "tokens_by_activation":
        return {
            "tokens": [" a", " b"],
            "average_activations": [1.5, None],
            "dataclass_name": "TokenLookupTableSummaryOfNeuron",
        }
    if kind == "tokens_by_weight":
        lists = {"tokens": [" a", "\n"], "strengths": [0.5, None], "dataclass_name": "TokensAndWeights"}
        names = ("input_positive", "input_negative", "output_positive", "output_negative")
        return {**dict.fromkeys(names, lists), "dataclass_name": "WeightBasedSummaryOfNeuron"}
    side = {
        "top_positive_neurons": ["7_4730"],
        "top_positive_weights": [5.3593],
        "top_negative_neurons": ["24_1428"],
        "top_negative_weights": [-5.7308],
    }
    return {"c_fc": None, "c_proj": side}


def content(kind: str, layer: int, neuron: int) -> Content:
    makers: dict[str, Callable[[int, int], Content]] = {"activations": activations, "explanations": explanations}
    return makers[kind](layer, neuron) if kind in makers else related(kind)


def raw(kind: str, layer: int, neuron: int) -> bytes:
    return json.dumps(content(kind, layer, neuron), ensure_ascii=False).encode()


def path(kind: str, layer: int, neuron: int) -> str:
    folder, ending = KINDS[kind]
    return f"{folder}/{layer}/{neuron}.{ending}"


def write(root: Path, kind: str, layer: int, neuron: int, data: bytes | None = None) -> None:
    file = root / path(kind, layer, neuron)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(raw(kind, layer, neuron) if data is None else data)


def tree(root: Path, neurons: list[tuple[int, int]], kinds: tuple[str, ...] = ("activations", "explanations")) -> Path:
    """Files of these neurons below `root`."""
    for layer, neuron in neurons:
        for kind in kinds:
            write(root, kind, layer, neuron)
    return root
