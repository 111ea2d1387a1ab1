"""Means of two explainers are compared over the neurons where both have a score."""

import math

import pandas as pd

from neuronview.demo.dataset_report import _common


def row(neuron, explainer, value, split="held_out", subset="top"):
    return {
        "layer": 0,
        "neuron": neuron,
        "explainer": explainer,
        "split": split,
        "subset": subset,
        "value": value,
        "state": "undefined" if math.isnan(value) else "ok",
    }


def test_a_neuron_without_one_of_the_scores_counts_for_neither():
    table = pd.DataFrame(
        [
            row(0, "lookup", 0.9),
            row(1, "lookup", 0.2),
            row(2, "lookup", 0.4),
            row(0, "dictionary", math.nan),
            row(1, "dictionary", 0.1),
            row(2, "dictionary", 0.3),
        ]
    )
    assert _common(table)[-1] == "| held_out | top | 0.200 | 0.300 | 2 |"


def test_an_explainer_without_any_score_there_is_not_taken_for_zero():
    table = pd.DataFrame([row(0, "lookup", 0.5), row(0, "dictionary", 0.5), row(0, "lookup", 0.7, split="corpus")])
    held_out, corpus = _common(table)[-2:]
    assert held_out.startswith("| held_out")
    assert corpus.startswith("| corpus | top | nan | nan | 0 |")
