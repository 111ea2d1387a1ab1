"""Explanations and their scores as rows that commands print."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from neuronview.records import Explanation

__all__ = ["COLUMNS", "score_rows"]

COLUMNS = ("neuron", "explainer", "scorer", "split", "subset", "score", "low", "high", "n", "state", "text")


def score_rows(explanation: Explanation) -> list[Mapping[str, Any]]:
    """A row for each score of an explanation."""
    neuron = explanation.neuron
    return [
        {
            "layer": neuron.layer if neuron else None,
            "neuron": neuron.neuron if neuron else None,
            "explainer": explanation.explainer,
            "split": score.split,
            "subset": score.subset,
            "score": score.value,
            "low": score.interval[0],
            "high": score.interval[1],
            "n": score.n_sequences,
            "n_missing": score.n_missing,
            "state": score.state,
            "reason": score.reason,
            "baselines": {baseline.name: baseline.value for baseline in score.baselines},
            "simulator": score.simulator,
            "scorer": score.scorer,
            "note": score.note,
            "text": explanation.text.strip(),
            "explanation_id": explanation.id,
        }
        for score in explanation.scores
    ]
