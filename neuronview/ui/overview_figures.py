"""Overview: the figures of the study of 2023 for this dataset: neurons explained well, and mean scores, by layer."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import plotly.graph_objects as go
import streamlit as st

from neuronview.store import Dataset
from neuronview.store.figures import WELL, LayerFigures, Mean, Reading, layer_figures
from neuronview.ui import charts
from neuronview.ui.plain import html_table
from neuronview.ui.scores import STATES, number

__all__ = ["figures"]

Interval = tuple[float, float]
Point = Callable[[LayerFigures], tuple[float, Interval]]


def figures(dataset: Dataset, reading: Reading) -> None:
    """Two charts by layer, then their numbers with n and intervals."""
    found = _figures(dataset, str(dataset.folder), dataset.stamp, reading)
    if not found:
        return
    st.subheader("How well neurons are explained", anchor=False)
    *layers, _ = found
    share, means = st.columns(2)
    with share:
        st.caption(f"Share of the scored neurons whose score is above {WELL:g}")
        _chart(layers, {"": lambda entry: (entry.share_well, entry.share_interval)}, y="share", key="overview_share")
    with means:
        st.caption("Mean score of the neurons")
        lines: dict[str, Point] = {"top and random excerpts": lambda entry: _point(entry.together)}
        if any(entry.random.n for entry in layers):
            lines["random excerpts only"] = lambda entry: _point(entry.random)
        _chart(layers, lines, y="score", key="overview_means")
    st.html(_table(found))
    st.caption(_notes(dataset, found))


def _point(mean: Mean) -> tuple[float, Interval]:
    return mean.value, mean.interval


def _chart(layers: Sequence[LayerFigures], lines: dict[str, Point], *, y: str, key: str) -> None:
    figure, said = go.Figure(), []
    for (name, point), hue, symbol in zip(lines.items(), ("first", "second"), ("circle", "diamond"), strict=False):
        kept = [(entry.layer, *point(entry)) for entry in layers if not math.isnan(point(entry)[0])]
        figure.add_trace(
            go.Scatter(
                name=name,
                x=[layer for layer, _, _ in kept],
                y=[value for _, value, _ in kept],
                mode="lines+markers",
                marker={"color": charts.colours()[hue], "symbol": symbol, "size": 8},
                line={"color": charts.colours()[hue], "dash": "solid" if hue == "first" else "dot"},
                error_y={
                    "type": "data",
                    "symmetric": False,
                    "array": [0 if math.isnan(ends[1]) else ends[1] - value for _, value, ends in kept],
                    "arrayminus": [0 if math.isnan(ends[0]) else value - ends[0] for _, value, ends in kept],
                },
                hovertemplate=f"layer %{{x}}, {name or y}: %{{y:.3f}}<extra></extra>",
                showlegend=bool(name),
            )
        )
        said.append(f"{name or y}: " + ", ".join(f"layer {layer} {number(value)}" for layer, value, _ in kept[:24]))
    figure.update_layout(margin={"l": 10, "r": 10, "t": 10, "b": 10}, legend={"orientation": "h", "y": 1.15})
    figure.update_xaxes(title="layer", dtick=1 if len(layers) <= 24 else 4)
    figure.update_yaxes(title=y, rangemode="tozero")
    charts.show(figure, key=key, alt=f"By layer. {'; '.join(said)}. The table below has all numbers.", height=260)


def _table(found: Sequence[LayerFigures]) -> str:
    headers = [
        "Layer",
        "Neurons",
        f"Above {WELL:g}",
        "Mean, top and random",
        "Neurons",
        "Mean, random only",
        "No number",
    ]
    if not any(entry.random.n for entry in found):
        headers = [*headers[:4], headers[-1]]
    return html_table(headers, [_row(entry, wide=len(headers) > 5) for entry in found], wrap=False)


def _row(entry: LayerFigures, *, wide: bool) -> list[str]:
    share = _with_interval(entry.share_well, entry.share_interval)
    random = [f"{entry.random.n:,}", _with_interval(*_point(entry.random))] if wide else []
    return [
        "all" if entry.layer is None else str(entry.layer),
        f"{entry.together.n:,}",
        share,
        _with_interval(*_point(entry.together)),
        *random,
        _without(entry),
    ]


def _with_interval(value: float, interval: Interval) -> str:
    if math.isnan(value):
        return "n/a"
    ends = "" if math.isnan(interval[0]) else f" [{number(interval[0])}, {number(interval[1])}]"
    return f"{number(value)}{ends}"


def _without(entry: LayerFigures) -> str:
    """How many neurons have no number, by state, on each kind of excerpts."""
    parts = [
        f"{n:,} {STATES[state].split(':')[0] if state == 'undefined' else STATES[state].removeprefix('no score: ')}{on}"
        for mean, on in ((entry.together, ""), (entry.random, " on random excerpts"))
        for state, n in mean.without.items()
    ]
    return "; ".join(parts) or "–"


def _notes(dataset: Dataset, found: Sequence[LayerFigures]) -> str:
    model, whole = dataset.manifest.model, found[-1].together
    scored = whole.n + sum(whole.without.values())
    missing = model.n_layers * model.n_neurons - scored
    lines = [
        "In brackets 95 % intervals: of shares Wilson's, of means from neurons drawn again with replacement. A neuron "
        "counts once, with the mean of its scores where it has several explanations of this kind. Scores that are no "
        "numbers are in no mean and no share."
    ]
    if missing:
        lines.append(f"{missing:,} of the model's {model.n_layers * model.n_neurons:,} neurons have no such score.")
    if not found[-1].random.n:
        lines.append("There are no scores on random excerpts alone.")
    return " ".join(lines)


@st.cache_data(max_entries=32, show_spinner="Adding up the scores …")
def _figures(_dataset: Dataset, folder: str, stamp: str, reading: Reading) -> list[LayerFigures]:
    return layer_figures(_dataset, reading)
