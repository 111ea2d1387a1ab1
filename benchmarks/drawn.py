"""A dataset with as many neurons as GPT-2 XL has (307,200), drawn: explanations, scores, statistics and some records.

The texts are words of a made-up vocabulary that are as unequally common as those of English. The first layers have
records, 20 top and 20 random ones of 64 tokens for each neuron: all of them would be 12 million.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from neuronview.store.schema import EXCERPTS, EXPLANATIONS, NEURONS, SCORES, TAIL_PROBABILITIES, records_schema
from neuronview.store.schema import VOCABULARY as VOCABULARIES
from neuronview.store.write import commit_parts, write_manifest, write_part

__all__ = ["EACH", "LAYERS", "RECORDED", "WIDTH", "build"]

LAYERS, WIDTH = 48, 6400
VOCABULARY = 20_000
LENGTHS = (6, 18)
TOP_TOKENS = 20
RECORDED = 2
"""Layers whose neurons have records."""
EACH, TOKENS, N_EXCERPTS = 20, 64, 20_000
BINS = 64


def build(folder: Path, *, recorded: int = 0) -> list[str]:
    """Write it; the vocabulary, commonest word first. `recorded` layers have records and whole statistics."""
    generator = np.random.default_rng(0)
    words = _words(generator)
    share = 1 / np.arange(3, VOCABULARY + 3)
    share /= share.sum()
    parts = []
    for layer in range(LAYERS):
        drawn = generator.choice(VOCABULARY, (WIDTH, LENGTHS[1]), p=share)
        lengths = generator.integers(*LENGTHS, WIDTH)
        texts = ["Fires on " + " ".join(words[row[:length]]) + "." for row, length in zip(drawn, lengths, strict=True)]
        shared: dict[str, Any] = {"layer": pa.repeat(layer, WIDTH), "neuron": pa.array(range(WIDTH))}
        shared["explanation_id"] = pa.array([f"{layer:03d}-{neuron:05d}" for neuron in range(WIDTH)])
        explained = shared | {"text": pa.array(texts), "explainer": pa.repeat("drawn", WIDTH)}
        parts.append(write_part(folder, "explanations", _table(EXPLANATIONS, explained), bulk=True))
        parts.append(write_part(folder, "scores", _table(SCORES, shared | _scores(generator)), bulk=True))
        tokens = generator.choice(VOCABULARY, (WIDTH, TOP_TOKENS))
        listed = [[{"token": f" {words[number]}", "mean": 1.0} for number in row] for row in tokens]
        held = {"top_tokens": pa.array(listed, NEURONS.field("top_tokens").type)} | shared
        held |= _statistics(generator, whole=layer < recorded)
        parts.append(write_part(folder, "neurons", _table(NEURONS, held), bulk=True))
    if recorded:
        parts.append(write_part(folder, "excerpts", _excerpts(generator), bulk=True))
        parts.append(write_part(folder, "vocabulary", _vocabulary(words), bulk=True))
        parts += [write_part(folder, "records", _records(generator, layer), bulk=True) for layer in range(recorded)]
    commit_parts(folder, parts, label="benchmark")
    model: dict[str, Any] = {"path": "drawn", "fingerprint": "", "activation_function": "gelu_new"}
    about = {"name": "drawn", "model": model | {"n_layers": LAYERS, "n_neurons": WIDTH}}
    write_manifest(folder, about | {"tail_probabilities": list(TAIL_PROBABILITIES)})
    return list(words)


def _words(generator: np.random.Generator) -> np.ndarray:
    letters = np.array(list("etaoinshrdlucmfwypvbgk"))
    lengths = generator.integers(3, 10, 2 * VOCABULARY)
    made = dict.fromkeys("".join(generator.choice(letters, length)) for length in lengths)
    return np.array(list(made)[:VOCABULARY])


def _table(schema: pa.Schema, columns: dict[str, Any]) -> pa.Table:
    size = len(columns["layer"])
    return pa.table({field.name: columns.get(field.name, pa.nulls(size, field.type)) for field in schema})


def _scores(generator: np.random.Generator) -> dict[str, Any]:
    values = generator.normal(0.3, 0.25, WIDTH)
    said = {"scorer": "simulation", "simulator": "lookup", "split": "held_out", "subset": "top_and_random"}
    named = {name: pa.repeat(value, WIDTH) for name, value in (said | {"state": "ok"}).items()}
    return named | {"value": pa.array(values), "low": pa.array(values - 0.1), "high": pa.array(values + 0.1)}


def _statistics(generator: np.random.Generator, *, whole: bool) -> dict[str, Any]:
    """Numbers of the table; with `whole`, histograms and tails too."""

    def column(name: str, values: Any) -> pa.Array:
        return pa.array(values, NEURONS.field(name).type)

    high = generator.uniform(1, 5, WIDTH)
    found = {"minimum": column("minimum", np.full(WIDTH, -0.17)), "maximum": column("maximum", high)}
    for name in ("mean", "variance", "skewness", "kurtosis", "share_positive"):
        found[name] = column(name, generator.uniform(0, 1, WIDTH))
    if whole:
        counts = generator.integers(0, 1000, (WIDTH, BINS))
        rising = np.linspace(0.01, 1, len(TAIL_PROBABILITIES)) * high[:, None]
        found["histogram"] = column("histogram", list(counts))
        found |= {name: column(name, list(rising)) for name in ("tail_values", "tail_max_values")}
    return found


def _excerpts(generator: np.random.Generator) -> pa.Table:
    drawn = generator.integers(0, VOCABULARY, (N_EXCERPTS, TOKENS))
    numbers = [str(number) for number in range(N_EXCERPTS)]
    columns = {"excerpt_id": range(N_EXCERPTS), "document_id": numbers, "token_ids": list(drawn)}
    columns |= {"source": ["drawn"] * N_EXCERPTS, "template": [""] * N_EXCERPTS}
    return pa.table({field.name: columns.get(field.name, [None] * N_EXCERPTS) for field in EXCERPTS}, schema=EXCERPTS)


def _vocabulary(words: np.ndarray) -> pa.Table:
    columns = {"token_id": range(VOCABULARY), "token": [f" {word}" for word in words], "count": [1] * VOCABULARY}
    return pa.table(columns, schema=VOCABULARIES)


def _records(generator: np.random.Generator, layer: int) -> pa.Table:
    """20 top and 20 random records for each neuron of a layer, in order of neuron."""
    schema, rows = records_schema(16), 2 * EACH * WIDTH
    values = generator.exponential(0.5, rows * TOKENS).astype(np.float16)
    columns: dict[str, Any] = {
        "layer": np.full(rows, layer),
        "neuron": np.repeat(np.arange(WIDTH), 2 * EACH),
        "group": ["top"] * EACH + ["random"] * EACH,
        "rank": np.tile(np.arange(EACH), 2 * WIDTH),
        "excerpt_id": generator.integers(0, N_EXCERPTS, rows),
    }
    columns["group"] *= WIDTH
    arrays = {name: pa.array(column, schema.field(name).type) for name, column in columns.items()}
    offsets = pa.array(np.arange(0, rows * TOKENS + 1, TOKENS), pa.int32())
    arrays["activations"] = pa.ListArray.from_arrays(offsets, pa.array(values, pa.float16()))
    made = {field.name: arrays.get(field.name, pa.nulls(rows, field.type)) for field in schema}
    return pa.table(made, schema=schema)
