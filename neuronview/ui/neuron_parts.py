"""Parts of the neuron page: its header, its explanations, its excerpts and its distribution."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from neuronview.jobs.neuron_files import is_published
from neuronview.records import Explanation, NeuronId, NeuronRecord, NeuronStatistics
from neuronview.store import Dataset
from neuronview.tokens import display_text
from neuronview.ui import charts, nav, neuron_strips, own_parts
from neuronview.ui.heatmap_options import scale_choice
from neuronview.ui.neuron_file import save_button
from neuronview.ui.plain import activation_words, html_safe, html_table
from neuronview.ui.scores import number
from neuronview.view.evaluation import neuron_at, neuron_maximum
from neuronview.view.neuron import feature_words, moments, record_heading

__all__ = [
    "distribution",
    "excerpts",
    "feature_words",
    "header",
    "record_heading",
    "room_for_more",
    "ways",
]

MOST_OTHERS = 5
"""Explanations but the first that room is kept for (frame.css)."""


# --- header --------------------------------------------------------------------------------------------------------


def header(dataset: Dataset, identity: NeuronId) -> None:
    """Title, and the neighbours as buttons: in one row where there is room, so that the answer comes next."""
    model = dataset.manifest.model
    neighbours = neuron_at(identity, layers=model.n_layers, neurons=model.n_neurons)
    with st.container(horizontal=True, vertical_alignment="center", gap="xsmall", key="neuron_head"):
        st.title(f"Neuron {identity}", anchor=False, width="content")
        with st.container(horizontal=True, gap="xsmall", width="content", key="neuron_steps"):
            _step("previous", "Previous", neighbours["previous"], "←")
            _step("next", "Next", neighbours["next"], "→")
            down, up = neighbours["down"], neighbours["up"]
            _step("down", f"Layer {down.layer}" if down else "No lower layer", down, "↓")
            _step("up", f"Layer {up.layer}" if up else "No higher layer", up, "↑")


def room_for_more(explanations: Sequence[Explanation]) -> DeltaGenerator:
    """Where `ways` and the other explanations will stand, as high as they will be: what is below stays in its place."""
    room = st.container(key=f"neuron_more_{min(max(len(explanations) - 1, 0), MOST_OTHERS)}")
    room.empty()  # a container with nothing in it is not drawn
    return room


def ways(dataset: Dataset, name: str, record: NeuronRecord, explanations: Sequence[Explanation]) -> None:
    """What can be done with the neuron: here, on other pages, in a file; and where it is in the model."""
    model, identity = dataset.manifest.model, record.id
    place = nav.neuron_place(name, identity)
    with st.container(horizontal=True, vertical_alignment="center", gap="xsmall", key="neuron_ways"):
        own_parts.try_a_text(name, identity)
        own_parts.write_an_explanation(dataset, name, record, explanations)
        nav.link("compare", "Compare", place=place, icon=nav.row("compare").icon)
        nav.link("explain", "Explain", place=place, icon=nav.row("explain").icon)
        save_button(dataset, identity)
    st.caption(
        f"{nav.row('neuron').sentence} Layer {identity.layer} of 0 to {model.n_layers - 1}, "
        f"neuron {identity.neuron} of 0 to {model.n_neurons - 1}, values after "
        f"{activation_words(model.activation_function)}."
    )


def _step(key: str, label: str, target: NeuronId | None, arrow: str) -> None:
    st.button(
        label,
        key=f"neuron_{key}",
        disabled=target is None,
        on_click=_move,
        args=(target,),
        help=f"Neuron {target}; key {arrow}" if target else "There is none: this is the first or last.",
    )


def _move(target: NeuronId) -> None:
    st.query_params.update({"layer": str(target.layer), "neuron": str(target.neuron)})


# --- excerpts ------------------------------------------------------------------------------------------------------


def excerpts(dataset: Dataset, name: str, record: NeuronRecord) -> bool:
    """All stored records of a neuron as heat maps, group by group; whether as a neighbour's page does at first."""
    scale = scale_choice(key="neuron_scale", maximum=neuron_maximum(record))
    if not record.groups:
        st.info("No excerpts are stored for this neuron.")
        return False
    neuron_strips.all_records(dataset, name, record, **scale)
    return neuron_strips.has_telling(record) and neuron_strips.DEFAULT | scale == neuron_strips.DEFAULT


# --- distribution --------------------------------------------------------------------------------------------------


def distribution(dataset: Dataset, statistics: NeuronStatistics) -> None:
    """Histogram, moments and top tokens over the whole corpus; published data has the moments alone."""
    published = is_published(dataset)
    missing = "not published" if published and statistics.maximum is not None else "n/a"
    left, right = st.columns([3, 2], gap="large")
    with left:
        st.markdown("#### Activations over the whole corpus")
        if published:
            st.info("Of activations over the whole corpus the moments alone were published: no histogram.")
        else:
            _histogram(statistics)
    with right:
        st.html(html_table(("Statistic", "Value"), [[html_safe(a), b] for a, b in moments(statistics, missing)]))
    left, right = st.columns([3, 2], gap="large")
    with left:
        st.markdown("#### Tokens with the highest mean activation")
        if published:
            st.info("Not published as means with counts. Related tokens, where there are any, are under Connections.")
        else:
            _top_tokens(statistics)
    with right:
        _features(statistics)


def _histogram(statistics: NeuronStatistics) -> None:
    counts, low, high = statistics.histogram, statistics.minimum, statistics.maximum
    if counts is None or low is None or high is None or not len(counts):
        st.info("No histogram is stored for this neuron.")
        return
    log = st.toggle("Logarithmic counts", value=True, key="neuron_log", bind="query-params")
    edges = np.linspace(low, high, len(counts) + 1)
    figure = charts.bars(np.asarray(counts), edges, x="activation", y="tokens", log=log)
    alt = f"Histogram of {int(np.sum(counts)):,} activations from {low:.3g} to {high:.3g}."
    charts.show(figure, key="neuron_histogram", alt=alt)


def _top_tokens(statistics: NeuronStatistics) -> None:
    if not statistics.top_tokens:
        st.info("No token means are stored for this neuron.")
        return
    rows = [
        [f"<code>{html_safe(display_text(entry.token))}</code>", number(entry.mean, digits=3), f"{entry.count:,}"]
        for entry in statistics.top_tokens
    ]
    st.html(html_table(("Token", "Mean activation", "Occurrences"), rows))


def _features(statistics: NeuronStatistics) -> None:
    if not statistics.features:
        return
    st.markdown("#### Dictionary features that go with it")
    rows = [[html_safe(feature_words(entry.feature)), number(entry.correlation)] for entry in statistics.features]
    st.html(html_table(("Feature", "Correlation"), rows))
    st.caption("With the activation, over the whole corpus. A minus: the neuron keeps still where the feature holds.")
