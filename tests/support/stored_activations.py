"""A dataset in the published form of a tiny GPT-2: activations by hooks on transformers' own network, 16 bits."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import torch
from transformers import AutoTokenizer, GPT2LMHeadModel

from neuronview.records import Explanation, NeuronId, Score
from neuronview.store import Dataset
from neuronview.store.convert import explanation_table, score_table
from neuronview.store.schema import NEURONS, records_schema
from neuronview.store.simulations import StoredSimulation, simulation_table
from neuronview.store.write import commit_parts, write_manifest, write_part
from tests.model.tiny_gpt2 import SENTENCES, save_tiny_gpt2
from tests.support import by_hand

NEURONS_USED = [NeuronId(layer, neuron) for layer in range(2) for neuron in (3, 50, 100)]
TEXTS = [*SENTENCES, "The mill by the river.", "Two jars, two coins.", "He slept.", "Rain on the house and the door"]


def hooked(folder: Path, ids: Sequence[int], function: str) -> np.ndarray:
    """(layers, tokens, neurons) after the activation function of that name, of transformers' model."""
    network = GPT2LMHeadModel.from_pretrained(folder, activation_function=function).eval()
    seen: list[torch.Tensor] = []
    for block in network.transformer.h:
        block.mlp.act.register_forward_hook(lambda _m, _i, output: seen.append(output.detach()))
    with torch.inference_mode():
        network(torch.tensor([list(ids)]))
    return torch.stack([layer[0] for layer in seen]).numpy()


def build(
    folder: Path,
    *,
    function: str = "quick_gelu",
    leading: bool = False,
    with_ids: bool = False,
    texts: Sequence[str] = TEXTS,
    noise: float = 0.0,
    bits: int = 16,
    inside: bool = False,
    simulated: bool = True,
) -> Dataset:
    """Model in `folder`/model, dataset in `folder`/data (or the model inside it). `noise` is added to every value."""
    data = folder / "data"
    model = save_tiny_gpt2((data if inside else folder) / "model")
    tokenizer = AutoTokenizer.from_pretrained(model)
    excerpts, values = [], []
    for number, text in enumerate(texts):
        ids = tokenizer.encode(text)
        tokens = [tokenizer.decode([i], clean_up_tokenization_spaces=False) for i in ids]
        read = hooked(model, [0, *ids] if leading else ids, function)[:, int(leading) :]
        values.append(read + noise * np.random.default_rng(number).normal(size=read.shape))
        excerpts.append({"excerpt_id": number, "token_ids": ids if with_ids else None, "tokens": tokens})
    records = [
        {
            "layer": layer,
            "neuron": neuron,
            "group": "top" if excerpt < 4 else "random",
            "rank": excerpt % 4,
            "excerpt_id": excerpt,
            "activations": values[excerpt][layer, :, neuron].astype(np.float16 if bits == 16 else np.float32),
        }
        for layer, neuron in NEURONS_USED
        for excerpt in range(len(texts))
    ]
    empty = dict.fromkeys(("document_id", "source", "template"))
    rows = [dict.fromkeys(NEURONS.names) | {"layer": layer, "neuron": n} for layer, n in NEURONS_USED]
    parts = [
        write_part(data, "excerpts", pa.Table.from_pylist([empty | entry for entry in excerpts])),
        write_part(data, "neurons", pa.Table.from_pylist(rows, schema=NEURONS)),
        write_part(data, "records", pa.Table.from_pylist(records, schema=records_schema(bits)), activation_bits=bits),
    ]
    if simulated:
        parts += _scored(data, values)
    commit_parts(data, parts, label="test")
    write_manifest(data, _manifest(str(model), bits, inside=inside))
    return Dataset(data)


def _scored(data: Path, values: Sequence[np.ndarray]) -> list[Any]:
    """An explanation a neuron, with a calibrated simulation of six excerpts and the score of the values as computed."""
    explanations, simulations = [], []
    for layer, neuron in NEURONS_USED:
        true = [values[excerpt][layer, :, neuron].astype(np.float64) for excerpt in range(6)]
        generator = np.random.default_rng([layer, neuron])
        expected = [(entry + generator.normal(size=len(entry))).astype(np.float32) for entry in true]
        value = float(np.corrcoef(np.concatenate(true), np.concatenate(expected))[0, 1])
        identity = f"{layer}-{neuron}"
        score = Score(value, simulator="davinci", split="published", n_sequences=6)
        explanations.append(Explanation(" something.", "gpt-4", NeuronId(layer, neuron), id=identity, scores=[score]))
        simulations += [
            StoredSimulation(identity, NeuronId(layer, neuron), "davinci", excerpt, entry, "calibrated")
            for excerpt, entry in enumerate(expected)
        ]
    return [
        write_part(data, "explanations", explanation_table(explanations)),
        write_part(data, "scores", score_table(explanations)),
        write_part(data, "simulations", simulation_table(simulations)),
    ]


def _manifest(model: str, bits: int, *, inside: bool) -> dict[str, Any]:
    path = "model" if inside else model
    named = {"path": path, "fingerprint": "", "activation_function": "unknown", "n_layers": 2, "n_neurons": 128}
    return {"name": "published", "model": named, "activation_bits": bits}


def change(folder: Path, **fields: object) -> Dataset:
    """The dataset with other fields in its manifest's model."""
    path = folder / "data" / "dataset.json"
    by_hand.edit(path, lambda manifest: manifest["model"].update(fields))
    return Dataset(folder / "data")
