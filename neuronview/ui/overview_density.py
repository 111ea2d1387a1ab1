"""Overview: how many explanations of each layer score how high, as a map whose cells open Browse, and as a table.

One reading at a time: one explainer, one scorer, one simulator. The reading is in the address.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Any

import numpy as np
import plotly.graph_objects as go
import streamlit as st

from neuronview.links import Place
from neuronview.store import Dataset, NeuronFilter
from neuronview.store.figures import CELLS, Density, Reading, density
from neuronview.ui import cached, charts, nav
from neuronview.ui.browse_address import address_of, href_of
from neuronview.ui.plain import html_safe, html_table, markdown_safe
from neuronview.ui.scores import SPLITS, STATES, explainer_words, number, reader_words

__all__ = ["cells_in", "density_map", "reading_choice", "reading_label", "selection_of"]

KEY = "overview_density"
WIDTH = 0.94
"""Of a cell, in layers; the rest is the gap to the next."""
BANDS = (-1.0, 0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0)
"""Edges of the table's columns."""
Cells = tuple[tuple[int, ...], tuple[float, float]]
"""Layers, and a range of scores."""


def reading_label(reading: Reading) -> str:
    """A reading as the address and the choice name it."""
    return f"{reading.explainer}, {reading.scorer}, {reader_words(reading.reader)}"


def reading_choice(dataset: Dataset) -> Reading | None:
    """Whose scores the page shows; None, said with what to do, where there are none."""
    known = {reading_label(reading): reading for reading in cached.readings(dataset)}
    if not known:
        st.info("No explanation of this dataset has a score yet. The page Explain makes some on this computer.")
        nav.link("explain", "Explain neurons", icon=nav.row("explain").icon)
        return None
    asked = st.query_params.get("overview_reading")
    if asked is not None and asked not in known:
        first = next(iter(known))
        st.warning(markdown_safe(f"The address asks for scores by “{asked[:80]}”, which are not here. Shown: {first}."))
    label = st.selectbox(
        "Scores of",
        list(known),
        key="overview_reading",
        bind="query-params",
        help="Explainer, scorer and simulator. Scores of different ones are different measures, never put together.",
    )
    return known[str(label)] if str(label) in known else next(iter(known.values()))


def density_map(dataset: Dataset, name: str, reading: Reading) -> None:
    """The map with its words and its table; a cell, or cells in a box drawn over them, open Browse."""
    found = _density(dataset, str(dataset.folder), dataset.stamp, reading)
    st.subheader("Scores by layer", anchor=False)
    st.caption(markdown_safe(_made_words(reading, found)))
    if not found.counts.any():
        return
    figure, alt = _figure(found), _alt(found)
    if not reading.in_browse:
        charts.show(figure, key=KEY, alt=alt, height=_height(found))
        st.caption("Browse lists scores of the scorer simulation; these are on the pages of their neurons.")
        return
    figure.update_layout(height=_height(found))
    # Else a drag would move the map; the box is a tool of the chart's bar, beside which clicks would select nothing.
    figure.update_xaxes(fixedrange=True)
    figure.update_yaxes(fixedrange=True)
    st.plotly_chart(
        figure,
        key=KEY,
        alt=alt,
        config={"displayModeBar": True, "displaylogo": False},
        on_select=lambda: _open(dataset, name, reading),
        selection_mode=("points", "box"),
    )
    st.caption(
        "Click a cell to list exactly these explanations in Browse; for several cells take the dashed box at the map's "
        "upper right and draw it over them. "
        "A cell holds scores from its lower edge to below its upper one."
    )
    with st.expander("The same as a table of links"):
        st.html(_table(name, dataset, reading, found))


def selection_of(dataset: Dataset, reading: Reading, cells: Cells) -> NeuronFilter:
    """The filter of Browse that keeps the explanations of these cells."""
    chosen = replace(reading.filter, layers=cells[0], score=cells[1])
    return chosen if len(dataset.readers()) > 1 else replace(chosen, reader=None)


def cells_in(selection: Mapping[str, Sequence[Mapping[str, Any]]], *, n_layers: int) -> Cells | None:
    """The cells that a box touches, else those that were clicked, as one block; None where there are none."""
    if boxes := selection.get("box"):
        across, up = (sorted(float(value) for value in boxes[-1][axis]) for axis in ("x", "y"))
        first, last = math.ceil(across[0] - WIDTH / 2), math.floor(across[1] + WIDTH / 2)
        low, high = math.floor(up[0] * CELLS), math.ceil(up[1] * CELLS)
    elif points := selection.get("points"):
        layers, places = zip(*(point["customdata"][:2] for point in points), strict=True)
        first, last, low, high = min(layers), max(layers), min(places), max(places) + 1
    else:
        return None
    first, last = max(int(first), 0), min(int(last), n_layers - 1)
    low, high = max(int(low), -CELLS), min(int(high), CELLS)
    return (tuple(range(first, last + 1)), (low / CELLS, high / CELLS)) if first <= last and low < high else None


def _open(dataset: Dataset, name: str, reading: Reading) -> None:
    cells = cells_in(st.session_state[KEY]["selection"], n_layers=dataset.manifest.model.n_layers)
    if cells is not None:
        nav.go("browse", Place(dataset=name), view=address_of(selection_of(dataset, reading, cells)))


def _made_words(reading: Reading, found: Density) -> str:
    made = f"Explained by {explainer_words(reading.explainer)}; scorer {reading.scorer}; " + (
        "simulated by the rule itself" if reading.reader == "rule" else f"simulator or judge {reading.reader}"
    )
    on = "; ".join(SPLITS.get(split, split) for split in reading.splits)
    without = ", ".join(f"{n:,} {STATES[state]}" for state, n in found.without.items())
    said = f" Without a number, and in no cell: {without}." if without else ""
    return f"{made}; on {on}. {int(found.counts.sum()):,} explanations with a score.{said}"


def _shown(found: Density) -> tuple[int, int]:
    """Cells from the lowest to the highest that hold a score."""
    used = np.flatnonzero(found.counts.sum(axis=0))
    return int(used[0]), int(used[-1]) + 1


def _height(found: Density) -> int:
    first, last = _shown(found)
    return 110 + 15 * max(last - first, 10)


def _figure(found: Density) -> go.Figure:
    """A bar a cell, since Plotly lets bars be selected and the cells of a heat map not; darker where there are more."""
    layers, places = np.nonzero(found.counts)
    counts = found.counts[layers, places]
    ticks = [n for n in (1, 3, 10, 30, 100, 300, 1000, 3000, 10_000) if n <= counts.max()]
    texts = [
        f"layer {layer}, score {number(found.edges[place])} to {number(found.edges[place + 1])}: {count:,}"
        for layer, place, count in zip(layers, places, counts, strict=True)
    ]
    figure = go.Figure(
        go.Bar(
            x=layers,
            y=np.full(len(places), 1 / CELLS),
            base=found.edges[places],
            width=WIDTH,
            # As lists: from an array the browser makes objects that are no lists.
            customdata=np.stack([layers, places - CELLS], axis=1).tolist(),
            hovertext=texts,
            hoverinfo="text",
            marker={
                "color": np.log10(counts),
                "cmin": 0,
                "cmax": max(float(np.log10(counts.max())), 0.1),
                "colorscale": charts.scale(),
                "line": {"width": 0},
                "colorbar": {
                    "title": {"text": "explanations", "side": "right"},
                    "tickvals": np.log10(ticks),
                    "ticktext": [f"{n:,}" for n in ticks],
                    "thickness": 10,
                },
            },
        )
    )
    first, last = _shown(found)
    figure.update_layout(barmode="overlay", margin={"l": 10, "r": 10, "t": 10, "b": 10}, showlegend=False)
    figure.update_xaxes(title="layer", dtick=1 if len(found.layers) <= 24 else 4, range=[-0.5, len(found.layers) - 0.5])
    figure.update_yaxes(title="score", range=[found.edges[first], found.edges[last]], dtick=0.1)
    return figure


def _alt(found: Density) -> str:
    layers = [
        f"layer {layer}: {int(counts.sum()):,}, most from {number(found.edges[counts.argmax()])} to "
        f"{number(found.edges[counts.argmax() + 1])}"
        for layer, counts in zip(found.layers, found.counts, strict=True)
        if counts.any()
    ]
    return f"Explanations by layer and score. {'; '.join(layers[:24])}. The table below has the counts."


def _table(name: str, dataset: Dataset, reading: Reading, found: Density) -> str:
    """Counts by layer and band of the score, each a link to Browse with that selection."""
    first, last = (found.edges[place] for place in _shown(found))
    bands = [(a, b) for a, b in pairwise(BANDS) if b > first and a < last]
    rows = []
    for layer in found.layers:
        cells = [f"<strong>{layer}</strong>"]
        for low, high in bands:
            inside = slice(round((low + 1) * CELLS), round((high + 1) * CELLS))
            count = int(found.counts[layer, inside].sum())
            href = href_of(name, selection_of(dataset, reading, ((int(layer),), (low, high))))
            label = f"layer {layer}, score {number(low)} to {number(high)}: {count} explanations in Browse"
            link = f'<a href="{html_safe(href)}" target="_self" aria-label="{html_safe(label)}">{count:,}</a>'
            cells.append(link if count else "–")
        rows.append(cells)
    return html_table(["Layer", *(f"{number(a, digits=1)} to {number(b, digits=1)}" for a, b in bands)], rows)


@st.cache_data(max_entries=32, show_spinner=False)
def _density(_dataset: Dataset, folder: str, stamp: str, reading: Reading) -> Density:
    return density(_dataset, reading)
