"""Plotly figures from arrays. Colours come from the theme; each chart has a text for those who do not see it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import plotly.graph_objects as go
import streamlit as st
from numpy.typing import NDArray

__all__ = ["bars", "colours", "scale", "scatter", "show"]

Array = NDArray[np.floating[Any]]


def colours() -> dict[str, str]:
    """Two hues that hold in both themes, and a grey."""
    dark = st.context.theme.type == "dark"
    if dark:
        return {"first": "#4fc79a", "second": "#e0a458", "grey": "#93a29c"}
    return {"first": "#0b6e4f", "second": "#b45f06", "grey": "#6b7a74"}


def scale() -> list[tuple[float, str]]:
    """A scale of one hue for counts; few stand out from the background in both themes."""
    if st.context.theme.type == "dark":
        return [(0.0, "#1f4d3d"), (0.5, "#2f9470"), (1.0, "#b8f2da")]
    return [(0.0, "#c9e6da"), (0.5, "#4a9c7d"), (1.0, "#06402d")]


def bars(counts: Array, edges: Array, *, x: str, y: str, log: bool = False) -> go.Figure:
    """A histogram from counts (bins,) and edges (bins + 1,)."""
    centres = (edges[:-1] + edges[1:]) / 2
    texts = [
        f"{low:.4g} to {high:.4g}: {count:,.0f}" for low, high, count in zip(edges, edges[1:], counts, strict=False)
    ]
    figure = go.Figure(
        go.Bar(
            x=centres,
            y=np.where(counts > 0, counts, np.nan) if log else counts,
            width=np.diff(edges),
            marker={"color": colours()["first"], "line": {"width": 0}},
            hovertext=texts,
            hoverinfo="text",
        )
    )
    return _laid_out(figure, x=x, y=y, log=log)


def scatter(
    groups: Mapping[str, tuple[Array, Array]], *, x: str, y: str, texts: Mapping[str, list[str]] | None = None
) -> go.Figure:
    """Points (x, y) by group; groups differ in colour and in shape, and the first lies over the others."""
    figure = go.Figure()
    for place, (name, (across, up)) in enumerate(groups.items()):
        figure.add_trace(
            go.Scatter(
                x=across,
                y=up,
                mode="markers",
                name=name,
                text=(texts or {}).get(name),
                hovertemplate="%{text}<br>" * (name in (texts or {}))
                + f"{x}: %{{x:.3f}}<br>{y}: %{{y:.3f}}<extra></extra>",
                marker={
                    "color": colours()[("first", "second", "grey")[place % 3]],
                    "symbol": ("circle", "diamond", "cross")[place % 3],
                    "size": 6,
                    "opacity": 0.55,
                },
                zorder=-place,
            )
        )
    return _laid_out(figure, x=x, y=y, log=False)


def show(figure: go.Figure, *, key: str, alt: str, height: int = 260) -> None:
    """Put a figure on the page with its text alternative."""
    figure.update_layout(height=height)
    st.plotly_chart(figure, key=key, alt=alt, config={"displayModeBar": False})


def _laid_out(figure: go.Figure, *, x: str, y: str, log: bool) -> go.Figure:
    figure.update_layout(
        margin={"l": 10, "r": 10, "t": 10, "b": 10},
        legend={"orientation": "h", "y": 1.12},
        bargap=0,
        hoverlabel={"align": "left"},
    )
    figure.update_xaxes(title=x)
    figure.update_yaxes(title=y, type="log" if log else "linear", dtick=1 if log else None)
    return figure
