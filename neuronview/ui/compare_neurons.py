"""Compare two neurons: each on its own excerpts, then both on the same ones, where the model is run for both.

The model is loaded only when it is asked for; without it the rest of the page stands.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from textwrap import shorten

import numpy as np
import streamlit as st

from neuronview.errors import NeuronViewError
from neuronview.records import Explanation, NeuronId, NeuronRecord
from neuronview.store import Dataset
from neuronview.tokens import visible_quotes
from neuronview.ui import cached, charts, nav
from neuronview.ui.alike_parts import stored_alike
from neuronview.ui.compare_shared import difference_line, who
from neuronview.ui.heatmap import Group, Strip, token_heatmaps
from neuronview.ui.model_turn import in_turn
from neuronview.ui.plain import markdown_safe
from neuronview.ui.problems import say
from neuronview.ui.scores import number, score_badge
from neuronview.view.comparing import (
    SharedExcerpts,
    neurons_correlation,
    own_against_other,
    recompute,
    shared_excerpts,
)
from neuronview.view.evaluation import neuron_maximum

__all__ = ["neurons_mode"]

SHOWN = 8
SUGGESTED = 3
"""Neurons to compare with that are named before one is."""
WIDTH = 90
"""Characters of such a neuron's explanation."""


def neurons_mode(dataset: Dataset, name: str, identity: NeuronId) -> None:
    """Two neurons with their best explanations, each on its own excerpts, then both on the same ones."""
    other = _other_neuron(dataset, identity)
    if other is None:
        return
    records = [cached.neuron(dataset, neuron) for neuron in (identity, other)]
    best = [_best_ruled(cached.explanations(dataset, neuron)) for neuron in (identity, other)]
    for place, column in enumerate(st.columns(2)):
        with column:
            _own_excerpts(name, records[place], best[place])
    st.caption(
        "Each score is on its own neuron's excerpts, so the two scores are not paired and their difference says little."
    )
    _on_the_same(dataset, name, (records[0], records[1]), best)


def _other_neuron(dataset: Dataset, identity: NeuronId) -> NeuronId | None:
    typed = st.text_input(
        "Second neuron", placeholder="layer:neuron, such as 2:17", key="compare_with", bind="query-params"
    )
    if not (typed or "").strip():
        st.info(f"Name a second neuron to compare neuron {identity} with.")
        _suggested(dataset, identity)
        return None
    try:
        return dataset.require(NeuronId.parse(str(typed)))
    except NeuronViewError as error:
        say(error)
        return None


def _suggested(dataset: Dataset, identity: NeuronId) -> None:
    """The neurons most like it as buttons; nothing where none has anything in common with it."""
    found = [entry.neuron for entry in (stored_alike(dataset, identity) or ())[:SUGGESTED]]
    if not found:
        return
    st.caption(f"Most like neuron {identity}, by top tokens, dictionary features and top excerpts that both have:")
    for neuron, text in zip(found, cached.labels(dataset, tuple(found))["explanation"], strict=True):
        said = shorten(visible_quotes(text), WIDTH, placeholder=" …") if isinstance(text, str) else "not explained yet"
        st.button(markdown_safe(f"{neuron}: {said}"), key=f"compare_with_{neuron}", on_click=_take, args=(neuron,))


def _take(neuron: NeuronId) -> None:
    st.session_state["compare_with"] = str(neuron)


def _best_ruled(explanations: Sequence[Explanation]) -> Explanation | None:
    return next((entry for entry in explanations if entry.rule), None)


def _own_excerpts(name: str, record: NeuronRecord, best: Explanation | None) -> None:
    nav.neuron_link(name, record.id, label=f"Neuron {record.id}")
    if best is None:
        st.info("No explanation with a rule yet.")
        return
    who(best)
    score_badge(best.score(split="held_out") or best.score())


def _on_the_same(
    dataset: Dataset, name: str, records: tuple[NeuronRecord, NeuronRecord], best: Sequence[Explanation | None]
) -> None:
    st.subheader("On the same excerpts", anchor=False)
    st.caption(
        "Held-out excerpts of both neurons, without those that either explanation was fitted on. The values are "
        "recomputed with the dataset's model."
    )
    if not st.toggle("Run the model over both neurons' excerpts", key="compare_live", bind="query-params"):
        return
    try:
        shared = _shared(dataset, records)
        _together(shared, records)
        if best[0] is not None and best[1] is not None:
            _cross(shared, records, (best[0], best[1]))
    except NeuronViewError as error:
        say(error)
        return
    _strips(name, records, shared)


def _shared(dataset: Dataset, records: tuple[NeuronRecord, NeuronRecord]) -> SharedExcerpts:
    first, second = (record.id for record in records)
    return _recomputed(dataset, str(dataset.folder), dataset.stamp, first, second)


@st.cache_resource(max_entries=8, show_spinner="Running the model over the excerpts …")
@in_turn
def _recomputed(_dataset: Dataset, folder: str, stamp: str, first: NeuronId, second: NeuronId) -> SharedExcerpts:
    excerpts, strata = shared_excerpts(cached.neuron(_dataset, first), cached.neuron(_dataset, second))
    return recompute(cached.model(_dataset), excerpts, strata, first=first, second=second)


def _together(shared: SharedExcerpts, records: tuple[NeuronRecord, NeuronRecord]) -> None:
    found = neurons_correlation(shared)
    low, high = found.interval
    st.html(
        f"<div>Correlation of the two neurons: <strong>{number(found.value)}</strong>, 95&nbsp;% interval "
        f"{number(low)} to {number(high)}, {found.n} excerpts.</div>"
    )
    st.caption(
        "These excerpts were chosen because one of the two fires there, so the correlation is not that of all text. "
        + found.trust
    )
    names = _strata_words(records)
    points = {
        stratum: (
            np.concatenate([r.activations for r, s in zip(shared.first, shared.strata, strict=True) if s == stratum]),
            np.concatenate([r.activations for r, s in zip(shared.second, shared.strata, strict=True) if s == stratum]),
        )
        for stratum in names
        if stratum in shared.strata
    }
    figure = charts.scatter(
        {names[stratum]: pair for stratum, pair in points.items()},
        x=f"activation of {records[0].id}",
        y=f"activation of {records[1].id}",
    )
    charts.show(
        figure,
        key="compare_neurons_scatter",
        alt=f"Activations of both neurons, a point a token; correlation {number(found.value)}.",
        height=340,
    )


def _strata_words(records: tuple[NeuronRecord, NeuronRecord]) -> Mapping[str, str]:
    return {
        "top of first": f"top of {records[0].id}",
        "top of second": f"top of {records[1].id}",
        "random": "random excerpts",
    }


def _cross(
    shared: SharedExcerpts, records: tuple[NeuronRecord, NeuronRecord], best: tuple[Explanation, Explanation]
) -> None:
    for place, values in enumerate((shared.first, shared.second)):
        own, other, difference = own_against_other(values, shared.strata, own=best[place], other=best[1 - place])
        neuron, foreign = records[place].id, records[1 - place].id
        with st.container(border=True):
            st.text(f"Activations of neuron {neuron}")
            left, right = st.columns(2)
            with left:
                st.caption(f"Its own explanation ({best[place].explainer})")
                score_badge(replace(own, note=""))
            with right:
                st.caption(f"The explanation of {foreign} ({best[1 - place].explainer})")
                score_badge(replace(other, note=""))
            difference_line(difference, "Own minus the other's", first="its own explanation", second="the other's")


def _strips(name: str, records: tuple[NeuronRecord, NeuronRecord], shared: SharedExcerpts) -> None:
    words = _strata_words(records)
    for place, (column, values) in enumerate(zip(st.columns(2), (shared.first, shared.second), strict=True)):
        record = records[place]
        strips = [
            Strip(
                value,
                record.id,
                neuron_maximum(record),
                statistics=record.statistics,
                heading=f"excerpt {value.excerpt_id} · {words[stratum]}",
            )
            for value, stratum in zip(values, shared.strata, strict=True)
        ]
        with column:
            st.text(f"Neuron {record.id}, recomputed")
            token_heatmaps([Group(strips, shown=SHOWN)], key=f"compare_neuron_strips_{place}", dataset=name)
