"""Explanations and their scores as rows that commands print."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from neuronview.cli.output import counted, print_lines, print_rows
from neuronview.records import Explanation

__all__ = ["print_scores", "score_rows"]

BASELINES = ("lookup", "other neurons")
MISSING = "missing"
COLUMNS = (
    *("neuron", "explainer", "scorer", "split", "subset", "score", "low", "high", "n", MISSING),
    *(*BASELINES, "state", "text"),
)


def print_scores(rows: Sequence[Mapping[str, Any]]) -> None:
    """A table of `score_rows`, baselines beside the scores, and below it why some of them are no numbers.

    Tokens that no valid answer came for have a column where there are any.
    """
    lacking = any(row["n_missing"] for row in rows)
    columns = [name for name in COLUMNS if name != MISSING or lacking]
    print_rows([{**row, **row["baselines"], MISSING: row["n_missing"]} for row in rows], columns, as_json=False)
    reasons = Counter((row["state"], row["reason"]) for row in rows if row["state"] != "ok")
    for (state, reason), count in reasons.items():
        print_lines(f"{state}, {counted(count, 'score')}: {reason}")


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
