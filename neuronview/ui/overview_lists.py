"""Overview: the best, the most doubtful and the most surprising neurons by the scores of one simulator."""

from __future__ import annotations

import math
from dataclasses import replace

import pandas as pd
import streamlit as st

from neuronview.records import NeuronId
from neuronview.store import Dataset, NeuronFilter
from neuronview.store.figures import CHOSEN, score_quantile, surprising
from neuronview.ui import cached
from neuronview.ui.scores import number
from neuronview.ui.tables import neuron_table

__all__ = ["lists"]

LISTED = 6
_LOOKUP = st.column_config.NumberColumn("Lookup", width=62, help="Score of token lookup.")
_DOUBTFUL = ("open", "explanation", "score", "low", "high", "n_sequences", "state", "explainer", "random_score")
_SURPRISING = (
    *("open", "explanation", "score", "low", "high", "n_sequences", "state", "lookup_score", "explainer"),
    "corpus_score",
)


def lists(dataset: Dataset, name: str, reader: str | None) -> None:
    """Three short lists, of all neurons and not those chosen for show; nothing where the simulator has no scores."""
    chosen = NeuronFilter(reader=reader, left_out=CHOSEN)
    best = _a_row_each(dataset, chosen)
    if not best["score"].notna().any():
        return
    st.subheader("Best explained", anchor=False)
    bounded = bool(best["low"].notna().any())
    by = (
        "Highest lower bound of the score: the explanations that one can rely on most."
        if bounded
        else "Highest score. The scores of this dataset have no interval, so chance has its part in the order."
    )
    st.caption(f"{by} A click on a neuron opens it, here and in every table.")
    neuron_table(best, dataset=name, key="overview_best", alt="Neurons that are explained best")
    if bounded:
        _doubtful(dataset, name, chosen)
    _surprising(dataset, name)


def _a_row_each(dataset: Dataset, chosen: NeuronFilter) -> pd.DataFrame:
    """The LISTED best neurons, each with its best explanation."""
    limit = 4 * LISTED
    while True:
        rows = cached.page_of_neurons(dataset, chosen, limit=limit)
        found = rows.drop_duplicates(["layer", "neuron"])
        if len(found) >= LISTED or len(rows) < limit:
            return found.head(LISTED).reset_index(drop=True)
        limit *= 4


def _doubtful(dataset: Dataset, name: str, chosen: NeuronFilter) -> None:
    threshold = _upper_quarter(dataset, str(dataset.folder), dataset.stamp, chosen)
    if math.isnan(threshold):
        return
    high = replace(chosen, score=(threshold, 1.0))
    st.subheader("Most doubtful", anchor=False)
    for sort, words in (
        ("low", "whose interval reaches lowest: a few excerpts decide them."),
        ("random_score", "that do worst on random excerpts alone: they hold only where the neuron was known to fire."),
    ):
        if not cached.page_of_neurons(dataset, high, sort=sort, descending=True, limit=1)[sort].notna().any():
            continue  # published scores have neither
        st.caption(f"Of the scores in the upper quarter (from {number(threshold)}), those {words}")
        neuron_table(
            cached.page_of_neurons(dataset, high, sort=sort, descending=False, limit=LISTED // 2),
            dataset=name,
            key=f"overview_doubt_{sort}",
            alt=f"High scores {words}",
            columns=_DOUBTFUL,
        )


def _surprising(dataset: Dataset, name: str) -> None:
    found = _surprises(dataset, str(dataset.folder), dataset.stamp)
    if found.empty:
        return
    st.subheader("Most surprising", anchor=False)
    st.caption(
        "What the token alone does not tell: the feature dictionary, which reads the context, scores far above the "
        "token lookup on the same excerpts."
    )
    neurons = tuple(NeuronId(int(a), int(b)) for a, b in zip(found["layer"], found["neuron"], strict=True))
    rows = cached.labels(dataset, neurons)
    rows["lookup_score"] = found["lookup"].to_numpy()
    neuron_table(
        rows,
        dataset=name,
        key="overview_surprising",
        alt="Neurons whose context says more than their token",
        columns=_SURPRISING,
        extra={"lookup_score": _LOOKUP},
    )


@st.cache_data(max_entries=16, show_spinner=False)
def _upper_quarter(_dataset: Dataset, folder: str, stamp: str, chosen: NeuronFilter) -> float:
    return score_quantile(_dataset, chosen, 0.75)


@st.cache_data(max_entries=16, show_spinner=False)
def _surprises(_dataset: Dataset, folder: str, stamp: str) -> pd.DataFrame:
    return surprising(_dataset, limit=LISTED)
