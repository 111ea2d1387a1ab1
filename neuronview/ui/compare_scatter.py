"""Compare over many neurons, drawn: a point a neuron, or cells where there are too many; the diagonal is a tie."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from neuronview.records import NeuronId
from neuronview.store import Dataset, NeuronFilter
from neuronview.store.figures import Reading
from neuronview.store.paired import binned, paired_neurons
from neuronview.ui import charts, nav
from neuronview.ui.plain import html_safe

__all__ = ["MOST_POINTS", "paired_rows", "points"]

MOST_POINTS = 5000
KEY = "compare_points"


def points(
    dataset: Dataset,
    name: str,
    sides: tuple[Reading, Reading],
    chosen: NeuronFilter,
    labels: tuple[str, str],
    *,
    n: int,
) -> None:
    """The scores of `n` neurons, A's across and B's up; a point opens the comparison of its two explanations."""
    where = (dataset, str(dataset.folder), dataset.stamp, *sides, chosen)
    alt = f"Scores of {n:,} neurons: {labels[0]} across, {labels[1]} up. Points above the diagonal: B is higher."
    if n > MOST_POINTS:
        figure = _bins(*_binned(*where))
        _axes(figure, labels)
        charts.show(figure, key=KEY, alt=alt, height=460)
        st.caption(f"More than {MOST_POINTS:,} neurons are counted in cells. Choose fewer for points to click.")
        return
    rows = paired_rows(*where, MOST_POINTS, "place")
    figure = _scatter(rows)
    _axes(figure, labels)
    figure.update_layout(height=460)
    st.plotly_chart(
        figure,
        key=KEY,
        alt=alt,
        config={"displayModeBar": False},
        on_select=lambda: _open(name),
        selection_mode="points",
    )
    st.caption(
        "A point a neuron; a click opens the comparison of its two explanations. On the diagonal they are equal."
    )


def _open(name: str) -> None:
    points: Sequence[Mapping[str, Any]] = st.session_state[KEY]["selection"]["points"]
    found = [point["customdata"] for point in points if point.get("customdata")]
    if not found:
        return
    layer, neuron, id_a, id_b = found[0]
    st.session_state["compare_mode"] = "Two explanations"
    view = {"explanation": id_a} | ({"against": id_b} if id_b != id_a else {})
    nav.go("compare", nav.neuron_place(name, NeuronId(int(layer), int(neuron))), view=view)


def _scatter(rows: pd.DataFrame) -> go.Figure:
    figure = go.Figure(
        go.Scatter(
            x=rows["a"],
            y=rows["b"],
            mode="markers",
            customdata=rows[["layer", "neuron", "id_a", "id_b"]].to_numpy(dtype=object),
            hovertemplate="%{customdata[0]}:%{customdata[1]}<br>A %{x:.2f}, B %{y:.2f}<extra></extra>",
            marker={"color": charts.colours()["first"], "size": 6, "opacity": 0.5},
            showlegend=False,
        )
    )
    return figure


def _bins(counts: np.ndarray, edges: np.ndarray) -> go.Figure:
    shown = np.where(counts > 0, np.log10(np.maximum(counts, 1)), np.nan)
    ticks = [n for n in (1, 10, 100, 1000, 10_000, 100_000) if n <= max(int(counts.max()), 1)]
    centres = (edges[:-1] + edges[1:]) / 2
    return go.Figure(
        go.Heatmap(
            x=centres,
            y=centres,
            z=shown,
            customdata=counts,
            hovertemplate="A about %{x:.2f}, B about %{y:.2f}: %{customdata:,} neurons<extra></extra>",
            colorscale=charts.scale(),
            colorbar={"title": "neurons", "tickvals": np.log10(ticks), "ticktext": [f"{n:,}" for n in ticks]},
        )
    )


def _axes(figure: go.Figure, labels: tuple[str, str]) -> None:
    """The diagonal, and both axes over the same range."""
    data = figure.data[0]
    if isinstance(data, go.Heatmap):
        used = np.argwhere(~np.isnan(np.asarray(data.z, dtype=float)))
        low, high = (float(np.asarray(data.x)[end]) for end in (used.min(), used.max()))
    else:
        low, high = (float(end([end(data.x), end(data.y)])) for end in (min, max))
    low, high = low - 0.05, high + 0.05
    figure.add_trace(
        go.Scatter(
            x=[low, high],
            y=[low, high],
            mode="lines",
            line={"color": charts.colours()["grey"], "dash": "dot", "width": 1},
            hoverinfo="skip",
            showlegend=False,
        )
    )
    figure.update_layout(margin={"l": 10, "r": 10, "t": 10, "b": 10})
    figure.update_xaxes(title=f"score of A: {html_safe(labels[0])}", range=[low, high])
    figure.update_yaxes(title=f"score of B: {html_safe(labels[1])}", range=[low, high])


@st.cache_data(max_entries=32, show_spinner=False)
def paired_rows(
    _dataset: Dataset, folder: str, stamp: str, a: Reading, b: Reading, chosen: NeuronFilter, limit: int, by: str
) -> pd.DataFrame:
    """Paired neurons, kept between runs; the arguments of `paired_neurons` after folder and stamp."""
    return paired_neurons(_dataset, a, b, chosen, limit=limit, by=by)


@st.cache_data(max_entries=16, show_spinner=False)
def _binned(
    _dataset: Dataset, folder: str, stamp: str, a: Reading, b: Reading, chosen: NeuronFilter
) -> tuple[np.ndarray, np.ndarray]:
    return binned(_dataset, a, b, chosen)
