"""Explaining and scoring a whole layer by rule, against one neuron after the other: neurons per second.

Both write the same explanations with the same scores and baselines; the plain way evaluates the features of an
excerpt whenever it meets it. The token sums are those of GPT-2: 50,257 tokens that occur as tokens of text do in three
million of them, since a table is scored on every token of the corpus. Records and features are as many as any
dataset's. All 36,864 neurons of GPT-2 are reckoned from one process's rate, on two processes.
"""

from __future__ import annotations

import time
from dataclasses import replace

import numpy as np

from benchmarks import workbench
from benchmarks.report import Row, show
from neuronview.cli.collect import rule_inputs
from neuronview.explain.score import OTHERS, score_explanation
from neuronview.jobs.rules import LayerInputs, TokenSums, explain_layer
from neuronview.records import NeuronId
from neuronview.store import Dataset

LAYERS, WIDTH, PLAIN = 1, 16, 2
VOCABULARY, CORPUS, MEANS_FROM = 50_257, 3_200_000, 5
NEURONS, PROCESSES, MINUTES = 36_864, 2, 30


def measure() -> list[Row]:
    """One layer of 64 neurons; the plain way does a few of them."""
    made = workbench.collected(LAYERS, WIDTH)
    inputs = rule_inputs(made.result, workbench.model(LAYERS, WIDTH).vocabulary())
    n_neurons = 4 * WIDTH
    layer = LayerInputs.of(inputs, 0, n_neurons)
    layer = replace(layer, rest=_as_gpt2(layer.rest, n_neurons), whole=_as_gpt2(layer.whole, n_neurons))
    begun = time.perf_counter()
    found = explain_layer(made.result.folder, layer, 0)
    bulk = n_neurons / (time.perf_counter() - begun)
    dictionaries = {e.neuron: e for e in found if e.explainer == "dictionary" and e.neuron is not None}
    lookups = {e.neuron: e for e in found if e.explainer == "lookup"}
    dataset = Dataset(made.result.folder)
    begun = time.perf_counter()
    for neuron in list(dictionaries)[:PLAIN]:
        record = dataset.neuron(neuron)
        for mine, lookup in ((dictionaries[neuron], lookups[neuron]), (lookups[neuron], None)):
            others = [e for other, e in dictionaries.items() if other != neuron][:OTHERS]
            score_explanation(mine, record, lookup=lookup, others=others)
    plain = PLAIN / (time.perf_counter() - begun)
    seen = sum(e.neuron == NeuronId(0, 0) for e in found)
    if seen != 2:
        raise AssertionError(f"{seen} explanations of the first neuron instead of 2")
    minutes = NEURONS / (PROCESSES * bulk) / 60
    return [
        Row.against("rules: explain and score", bulk, plain, unit="neurons/s", at_least=20),
        Row.within("rules: 36,864 neurons on 2 cores, reckoned", minutes, unit="min", at_most=MINUTES),
    ]


def _as_gpt2(sums: TokenSums, n_neurons: int) -> TokenSums:
    """The same for as many tokens as GPT-2 has: the real ones, and others with drawn means, counted as Zipf says."""
    drawn = np.random.default_rng(0)
    strings = [*sums.strings, *(f" t{number}" for number in range(VOCABULARY - len(sums.strings)))]
    ranks = np.arange(1, VOCABULARY + 1)
    counts = np.maximum(CORPUS / (ranks * np.log(VOCABULARY)), 1).astype(np.int64)
    stored = int((counts >= MEANS_FROM).sum())
    means = drawn.normal(0, 0.1, (stored, n_neurons)).astype(np.float32)
    real = sums.read_means()
    means[: len(real)] = np.nan_to_num(real)[:stored]
    path = workbench.folder() / f"means-{len(sums.strings)}-{sums.n_tokens}.npy"
    np.save(path, means)
    mean = (counts[:stored, None] * means).sum(0)
    squares = (counts[:stored, None] * means**2).sum(0) * 4
    return TokenSums(strings, counts, path, mean, squares, int(counts.sum()))


if __name__ == "__main__":
    show(measure())
