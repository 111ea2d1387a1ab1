"""A dataset of given scores and nothing else: no statistics, no records, no model."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from neuronview.records import Explanation, NeuronId, Score
from neuronview.store.convert import explanation_table, score_table
from neuronview.store.write import commit_parts, write_manifest, write_part


def said(
    layer: int, neuron: int, explainer: str, value: float, *, random: float | None = None, **labels: Any
) -> Explanation:
    """An explanation with one score on held-out excerpts and, where given, one on random excerpts alone.

    A value of nan is an undefined score. `text` and `rule` are the explanation's; other labels are the score's.
    """
    text = labels.pop("text", f"{explainer} of {layer}:{neuron}")
    shared = {"simulator": explainer, "split": "held_out", "n_sequences": 20} | labels
    scores = [_score(value, **shared)]
    if random is not None:
        scores.append(_score(random, subset="random", **shared))
    return Explanation(text, explainer, NeuronId(layer, neuron), {"feature": "digits"}, scores=scores)


def _score(value: float, **labels: Any) -> Score:
    state = labels.pop("state", "undefined" if value != value else "ok")
    return Score(value, measure=value, state=state, **labels)


def build(folder: Path, explanations: Sequence[Explanation], *, layers: int, neurons: int) -> Path:
    """Write the dataset into `folder`, which names it, and return it."""
    parts = [
        write_part(folder, "explanations", explanation_table(list(explanations))),
        write_part(folder, "scores", score_table(list(explanations))),
    ]
    commit_parts(folder, parts, label="test")
    model = {"path": "tiny", "fingerprint": "0123", "activation_function": "gelu_new"}
    write_manifest(folder, {"name": folder.name, "model": model | {"n_layers": layers, "n_neurons": neurons}})
    return folder
