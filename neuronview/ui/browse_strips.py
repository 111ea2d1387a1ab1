"""Browse: the best excerpt of each neuron on a page of rows, as a cell of text or as a strip of the heat map."""

from __future__ import annotations

from itertools import groupby

import pandas as pd
import streamlit as st

from neuronview.records import ActivationRecord, NeuronId
from neuronview.store import Dataset
from neuronview.store.convert import record_from
from neuronview.tokens import visible_quotes
from neuronview.ui.heatmap import Group, Strip, token_heatmaps
from neuronview.ui.scores import explainer_words, number
from neuronview.ui.tables import state_words
from neuronview.view.snippet import snippet

__all__ = ["best_snippets", "best_strips", "row_words"]


def best_snippets(dataset: Dataset, neurons: tuple[NeuronId, ...]) -> list[str | None]:
    """The best excerpt of each neuron as one line of text; None where no excerpts are stored."""
    records = _best(dataset, str(dataset.folder), dataset.stamp_collected, neurons)
    return [snippet(records[neuron]) if neuron in records else None for neuron in neurons]


def best_strips(dataset: Dataset, name: str, rows: pd.DataFrame) -> None:
    """The rows with their neurons' best excerpts as strips, each under its explanation; the neuron's name opens it."""
    neurons = [NeuronId(int(a), int(b)) for a, b in zip(rows["layer"], rows["neuron"], strict=True)]
    records = _best(dataset, str(dataset.folder), dataset.stamp_collected, tuple(neurons))
    groups = []
    for neuron, row in zip(neurons, rows.to_dict("records"), strict=True):
        title, note = row_words(neuron, row)
        maximum = float(row["maximum"]) if pd.notna(row["maximum"]) else 0.0
        strips = [Strip(records[neuron], neuron, maximum)] if neuron in records else []
        said = note if strips else f"{note}. No excerpts of it are stored yet: its page fetches them, where it can."
        groups.append(Group(strips, title=title, note=said, neuron=neuron))
    token_heatmaps(groups, key="browse_strips", dataset=name)


def row_words(neuron: NeuronId, row: dict[str, object]) -> tuple[str, str]:
    """A row of the table as a title (neuron, explanation) and a note (score with interval and n, shares)."""
    explanation = row.get("explanation")
    title = f"{neuron} · {visible_quotes(explanation)}" if isinstance(explanation, str) else str(neuron)
    words = state_words(row)
    if words != "scored":
        said = words
    else:
        score, low, high, n = (float(row[key]) for key in ("score", "low", "high", "n_sequences"))  # type: ignore[arg-type]
        interval = "" if pd.isna(low) else f" [{number(low)}, {number(high)}]"
        counted = "" if pd.isna(n) else f", n = {int(n):,}"
        said = f"score {number(score)}{interval}{counted}"
    shares = {kind: row.get(f"{kind}_share") for kind in ("token", "bigram", "position")}
    if known := {kind: float(value) for kind, value in shares.items() if pd.notna(value)}:  # type: ignore[arg-type]
        said += f" · explained by {', '.join(f'{kind} {number(value)}' for kind, value in known.items())}"
    explainer = row.get("explainer")
    return title, f"{said} · {explainer_words(explainer)}" if isinstance(explainer, str) else said


@st.cache_data(max_entries=64, show_spinner="Reading excerpts …")
def _best(
    _dataset: Dataset, folder: str, stamp: str, neurons: tuple[NeuronId, ...]
) -> dict[NeuronId, ActivationRecord]:
    """The best excerpt of each neuron that has one; a layer at a time, as they are stored."""
    found: dict[NeuronId, ActivationRecord] = {}
    ordered = sorted(set(neurons))
    for _, same in groupby(ordered, key=lambda neuron: neuron.layer):
        rows = _dataset.rows("records", list(same), best=True).to_pylist()
        excerpts = _dataset.excerpts([row["excerpt_id"] for row in rows])
        for row, excerpt in zip(rows, excerpts, strict=True):
            neuron = NeuronId(row["layer"], row["neuron"])
            found.setdefault(neuron, record_from(row | excerpt, excerpt["tokens"]))
    return found
