"""Explaining and scoring a whole layer by rule, against one neuron after the other: neurons per second.

Both write the same explanations with the same scores and baselines; the plain way evaluates the features of an
excerpt whenever it meets it.
"""

from __future__ import annotations

import time

from benchmarks import workbench
from benchmarks.report import Row, show
from neuronview.cli.collect import rule_inputs
from neuronview.explain.score import OTHERS, score_explanation
from neuronview.jobs.rules import LayerInputs, explain_layer
from neuronview.records import NeuronId
from neuronview.store import Dataset

LAYERS, WIDTH, PLAIN = 1, 16, 2


def measure() -> list[Row]:
    """One layer of 64 neurons; the plain way does a few of them."""
    made = workbench.collected(LAYERS, WIDTH)
    inputs = rule_inputs(made.result, workbench.model(LAYERS, WIDTH).vocabulary())
    n_neurons = 4 * WIDTH
    begun = time.perf_counter()
    found = explain_layer(made.result.folder, LayerInputs.of(inputs, 0, n_neurons), 0)
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
    return [Row.against("rules: explain and score", bulk, plain, unit="neurons/s", at_least=3)]


if __name__ == "__main__":
    show(measure())
