"""Browse: the scores, and the scores by activity, of what the filter keeps; a box drawn over either filters by it.

What else could be chosen stays to be seen: both charts show the rows that the filter keeps but for its ranges of score
and of activity, in grey or outside a frame.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from neuronview.store import Dataset, NeuronFilter
from neuronview.tokens import visible_quotes
from neuronview.ui import charts
from neuronview.ui.browse_defaults import FULL_SCORE, FULL_SHARE, first_page
from neuronview.ui.plain import html_safe
from neuronview.ui.scores import number

__all__ = ["bins_in_box", "brushes", "score_range", "share_range"]

BINS = 40
"""Of the score, which lies from -1 to 1."""
DECADE = 6
"""Bins of the share of tokens to a factor of ten."""
MOST_POINTS = 1500
"""Rows that are drawn as points; more are counted in cells."""
LOWEST = -5
"""Power of ten of the smallest share that is told from zero."""
STEP = 0.001
"""Of the per cent that shares are filtered by."""
HEIGHT = 230


def brushes(dataset: Dataset, chosen: NeuronFilter) -> None:
    """Both charts, side by side."""
    left, right = st.columns([2, 3], gap="medium")
    with left:
        _histogram(dataset, chosen)
    with right:
        _map(dataset, chosen)


def score_range(low: float, high: float) -> tuple[float, float] | None:
    """The range of whole bins that [low, high] touches, for the filter; None where it holds every score."""
    first, last = math.floor((low + 1) * BINS / 2 + 1e-9), math.ceil((high + 1) * BINS / 2 - 1e-9)
    first, last = max(0, first), min(BINS, max(last, first + 1))
    limits = (round(first * 2 / BINS - 1, 6), round(last * 2 / BINS - 1, 6))
    return None if limits == FULL_SCORE or limits[0] >= limits[1] else limits


def share_range(low: float, high: float) -> tuple[float, float] | None:
    """Per cent from powers of ten, that hold whole bins, to STEP; None where it holds every share."""
    first, last = math.floor(low * DECADE + 1e-9), math.ceil(high * DECADE - 1e-9)
    first, last = max(LOWEST * DECADE, first), min(0, max(last, first + 1))
    begin, end = (100 * 10 ** (power / DECADE) / STEP for power in (first, last))
    limits = (0.0 if first <= LOWEST * DECADE else round(math.floor(begin) * STEP, 3), round(math.ceil(end) * STEP, 3))
    return None if limits == FULL_SHARE or limits[0] >= limits[1] else limits


def bins_in_box(selection: Mapping[str, Sequence[Mapping[str, Any]]], axis: str) -> tuple[float, float] | None:
    """What a drawn box, or else the bars that were clicked, span along an axis; None where nothing is selected."""
    if boxes := selection.get("box"):
        low, high = sorted(float(value) for value in boxes[-1][axis])
        return low, high
    ends = [point["customdata"]["xy".index(axis)] for point in selection.get("points", ()) if "customdata" in point]
    return (min(low for low, _ in ends), max(high for _, high in ends)) if ends else None


# --- scores ----------------------------------------------------------------------------------------------------------


def _histogram(dataset: Dataset, chosen: NeuronFilter) -> None:
    counts, edges = _scores(dataset, chosen)
    others = _scores(dataset, replace(chosen, score=None, share_positive=None))[0]
    n = int(counts.sum())
    if not others.sum():
        st.caption("None of these rows has a score.")
        return
    middle = float((edges[:-1] + edges[1:]) @ counts / 2 / n) if n else math.nan
    key = f"browse_histogram_{chosen.score}"
    st.plotly_chart(
        _histogram_figure(counts.tobytes(), others.tobytes(), st.context.theme.type),
        key=key,
        alt=f"Histogram of {n} scores from −1 to 1; their mean is about {number(middle)}.",
        config={"displayModeBar": False},
        on_select=lambda: _brushed(key),
        selection_mode=("points", "box"),
    )
    words = _counted(n, int(others.sum()), "Grey bars: those that the range of score or of activity leaves out.")
    st.caption(f"Scores of {words} Draw a box, or click a bar, to keep those scores.")


@st.cache_resource(max_entries=48, show_spinner=False)
def _histogram_figure(kept: bytes, drawn: bytes, theme: str | None) -> go.Figure:
    """Bars of the counts that are kept, before those that are drawn where these are more: `int64` in BINS each.

    In the theme's colours; kept between runs, since Plotly takes ten times as long to make it as to send it.
    """
    counts: np.ndarray = np.frombuffer(kept, dtype=np.int64)
    others: np.ndarray = np.frombuffer(drawn, dtype=np.int64)
    edges = np.linspace(-1, 1, BINS + 1)
    figure = charts.bars(counts, edges, x="score", y="explanations")
    ends = [[[low, high], [0, 0]] for low, high in pairwise(edges)]
    figure.data[0].customdata = ends
    if counts.sum() < others.sum():
        grey = charts.bars(others, edges, x="score", y="explanations").data[0]
        grey.update(marker={"color": charts.colours()["grey"], "opacity": 0.35}, customdata=ends)
        figure.add_trace(grey)
        figure.data = figure.data[::-1]
        figure.update_layout(barmode="overlay", showlegend=False)
    figure.update_layout(dragmode="select", selectdirection="h", height=HEIGHT)
    return figure


def _counted(kept: int, drawn: int, rest: str) -> str:
    """How many of the rows drawn the filter keeps, and, where it leaves some out, how those are drawn."""
    return f"{drawn:,} rows." if kept == drawn else f"{kept:,} of {drawn:,} rows. {rest}"


def _brushed(key: str, *, both: bool = False) -> None:
    """Take over what was drawn into the filter, and so into the address."""
    selection = st.session_state[key]["selection"]
    across, up = bins_in_box(selection, "x"), bins_in_box(selection, "y")
    if across is None or up is None:
        return
    st.session_state["browse_score"] = score_range(*(up if both else across)) or FULL_SCORE
    if both:
        st.session_state["browse_active"] = share_range(*across) or FULL_SHARE
    first_page()


def _scores(dataset: Dataset, chosen: NeuronFilter) -> tuple[np.ndarray, np.ndarray]:
    return _score_counts(dataset, str(dataset.folder), dataset.stamp, chosen)


@st.cache_data(max_entries=256, show_spinner=False)
def _score_counts(_dataset: Dataset, folder: str, stamp: str, chosen: NeuronFilter) -> tuple[np.ndarray, np.ndarray]:
    return _dataset.score_histogram(chosen, bins=BINS)


# --- scores by activity ----------------------------------------------------------------------------------------------


def _map(dataset: Dataset, chosen: NeuronFilter) -> None:
    folder, stamp = str(dataset.folder), dataset.stamp
    counts = _cells(dataset, folder, stamp, replace(chosen, score=None, share_positive=None))
    if not counts.sum():
        st.caption("How often these neurons are active is not stored with this dataset, or none has a score.")
        return
    key = f"browse_map_{chosen.score}_{chosen.share_positive}"
    few = counts.sum() <= MOST_POINTS
    st.plotly_chart(
        _drawn_map(dataset, folder, stamp, chosen, st.context.theme.type),
        key=key,
        alt=f"Map of {int(counts.sum())} explanations: score by share of tokens on which the neuron is above zero.",
        config={"displayModeBar": False},
        on_select=lambda: _brushed(key, both=True),
        selection_mode="box" if few else ("points", "box"),
    )
    kept = int(_cells(dataset, folder, stamp, chosen).sum())
    words = _counted(kept, int(counts.sum()), "What is kept lies in the frame.")
    st.caption(f"Score by activity of {words} Draw a box to keep what lies in it.")


@st.cache_data(max_entries=48, show_spinner=False)
def _cells(_dataset: Dataset, folder: str, stamp: str, chosen: NeuronFilter) -> np.ndarray:
    """Rows (share bins, score bins) by activity and score."""
    table = _dataset.columns(["share_positive", "score"], chosen)
    share, score = (table.column(name).to_numpy().astype(float) for name in ("share_positive", "score"))
    known = np.isfinite(share) & np.isfinite(score)
    logs = np.log10(np.maximum(share[known], 10.0**LOWEST))
    edges = np.arange(LOWEST * DECADE, 1) / DECADE
    counts, _, _ = np.histogram2d(np.minimum(logs, 0.0), score[known], (edges, np.linspace(-1, 1, BINS + 1)))
    cells: np.ndarray = counts.astype(np.int64)
    return cells


@st.cache_resource(max_entries=48, show_spinner=False)
def _drawn_map(_dataset: Dataset, folder: str, stamp: str, chosen: NeuronFilter, theme: str | None) -> go.Figure:
    """What the map shows, in the theme's colours: points, or cells where there are many; kept between runs."""
    counts = _cells(_dataset, folder, stamp, replace(chosen, score=None, share_positive=None))
    return _points_figure(_dataset, chosen) if counts.sum() <= MOST_POINTS else _map_figure(counts, chosen)


def _map_figure(counts: np.ndarray, chosen: NeuronFilter) -> go.Figure:
    """A bar a cell, since Plotly lets bars be selected and the cells of a heat map not; darker where there are more."""
    columns, rows = np.nonzero(counts)
    found = counts[columns, rows]
    low, high = columns / DECADE + LOWEST, (columns + 1) / DECADE + LOWEST
    bottom, top = rows * 2 / BINS - 1, (rows + 1) * 2 / BINS - 1
    texts = [
        f"score {number(b)} to {number(t)}, active on {_per_cent(x)} to {_per_cent(y)} of tokens: {n:,}"
        for x, y, b, t, n in zip(low, high, bottom, top, found, strict=True)
    ]
    figure = go.Figure(
        go.Bar(
            x=(low + high) / 2,
            y=np.full(len(found), 2 / BINS),
            base=bottom,
            width=1 / DECADE,
            customdata=[[[a, b], [c, d]] for a, b, c, d in zip(low, high, bottom, top, strict=True)],
            hovertext=texts,
            hoverinfo="text",
            marker={
                "color": np.log10(found),
                "cmin": 0,
                "cmax": max(float(np.log10(found.max())), 0.1),
                "colorscale": charts.scale(),
                "line": {"width": 0},
            },
        )
    )
    return _with_axes(figure, chosen, start=math.floor(low.min()))


def _points_figure(dataset: Dataset, chosen: NeuronFilter) -> go.Figure:
    """A point a row, which says its neuron and explanation."""
    rows = _points(dataset, str(dataset.folder), dataset.stamp, replace(chosen, score=None, share_positive=None))
    powers = np.minimum(np.log10(np.maximum(rows["share_positive"].to_numpy(dtype=float), 10.0**LOWEST)), 0.0)
    neurons = zip(rows["layer"], rows["neuron"], rows["explanation"].fillna(""), strict=True)
    figure = go.Figure(
        go.Scatter(
            x=powers,
            y=rows["score"],
            mode="markers",
            text=[html_safe(f"{layer}:{neuron} {visible_quotes(text)[:80]}") for layer, neuron, text in neurons],
            hovertemplate="%{text}<br>score %{y:.2f}<extra></extra>",
            marker={"color": charts.colours()["first"], "size": 6, "opacity": 0.5},
        )
    )
    return _with_axes(figure, chosen, start=math.floor(powers.min()))


@st.cache_data(max_entries=16, show_spinner=False)
def _points(_dataset: Dataset, folder: str, stamp: str, chosen: NeuronFilter) -> pd.DataFrame:
    columns = ["layer", "neuron", "explanation", "share_positive", "score"]
    return _dataset.columns(columns, chosen).to_pandas().dropna(subset=["share_positive", "score"])


def _with_axes(figure: go.Figure, chosen: NeuronFilter, *, start: int) -> go.Figure:
    """The same from the power of ten `start` on, with a frame around what the filter keeps."""
    ticks = list(range(start, 1))
    figure.update_layout(
        barmode="overlay",
        dragmode="select",
        height=HEIGHT,
        margin={"l": 10, "r": 10, "t": 10, "b": 10},
        showlegend=False,
    )
    figure.update_xaxes(
        title="share of tokens above zero", tickvals=ticks, ticktext=[_per_cent(t) for t in ticks], range=[start, 0.02]
    )
    figure.update_yaxes(title="score")
    _outline(figure, chosen, start)
    return figure


def _outline(figure: go.Figure, chosen: NeuronFilter, start: float) -> None:
    """A frame around what the filter keeps."""
    if chosen.score is None and chosen.share_positive is None:
        return
    bottom, top = chosen.score or FULL_SCORE
    low, high = (math.log10(max(value, 10.0**LOWEST)) for value in chosen.share_positive or (0.0, 1.0))
    line = {"color": charts.colours()["second"], "width": 2}
    figure.add_shape(type="rect", x0=max(low, start), x1=high, y0=bottom, y1=top, line=line)


def _per_cent(power: float) -> str:
    return f"{100 * 10**power:.3g} %"
