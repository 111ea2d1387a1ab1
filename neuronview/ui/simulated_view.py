"""Real against simulated, as every page shows it: stacked strips with a difference row, a scatter, and what is missing.

Also keeps simulated sets between runs. What an explanation's values come from is `evaluation.Source`.
"""

from __future__ import annotations

import html
import math
from collections.abc import Callable, Sequence

import numpy as np
import streamlit as st

from neuronview.records import ActivationRecord, Floats, NeuronId, NeuronRecord
from neuronview.store import Dataset
from neuronview.store.simulations import StoredSimulation, read_simulations
from neuronview.tokens import display_text
from neuronview.ui import cached, charts
from neuronview.ui.heatmap import token_heatmaps
from neuronview.view.evaluation import SimulatedSet, Source, simulated_set, sources
from neuronview.view.published_set import PUBLISHED, published_set
from neuronview.view.simulated import (
    SIDES,
    calibration_words,
    correlations_by_side,
    empty_words,
    origin_words,
    simulated_groups,
    units_words,
)

__all__ = [
    "SIDES",
    "Limits",
    "calibration_words",
    "correlations_by_side",
    "empty_words",
    "limits_of",
    "origin_words",
    "scatter",
    "simulated",
    "sources_of",
    "strips",
    "units_words",
]

Range = tuple[float, float]
Limits = tuple[Range, Range]
"""Of simulated values (across) and of real ones (up)."""


# --- what is loaded and computed -------------------------------------------------------------------------------------


def sources_of(dataset: Dataset, identity: NeuronId) -> list[Source]:
    """Everything that simulates a neuron's explanations here: rules that are evaluated, and stored simulations."""
    return sources(
        cached.explanations(dataset, identity),
        _stored(dataset, str(dataset.folder), dataset.stamp_about(identity), identity),
    )


@st.cache_resource(max_entries=128, show_spinner=False)
def _stored(_dataset: Dataset, folder: str, stamp: str, identity: NeuronId) -> list[StoredSimulation]:
    folders = [_dataset.folder] + ([_dataset.overlay] if _dataset.overlay else [])
    return read_simulations(folders, identity)


def simulated(dataset: Dataset, record: NeuronRecord, source: Source, split: str) -> SimulatedSet:
    """A source's values on one split of a neuron's excerpts, or on those that it was published with."""
    rule = repr(sorted((source.explanation.rule or {}).items(), key=lambda item: item[0]))
    identity = (source.explanation.id, rule, source.simulator, bool(source.stored))
    if split == PUBLISHED:
        return _published(
            dataset, record, source, str(dataset.folder), dataset.stamp_about(record.id), record.id, identity
        )
    return _simulated(record, source, str(dataset.folder), dataset.stamp_about(record.id), record.id, identity, split)


@st.cache_resource(max_entries=64, show_spinner=False)
def _published(
    _dataset: Dataset,
    _record: NeuronRecord,
    _source: Source,
    folder: str,
    stamp: str,
    neuron: NeuronId,
    identity: tuple[str, str, str, bool],
) -> SimulatedSet:
    rows = _dataset.excerpts([row.excerpt_id for row in _source.stored])
    return published_set(_record, _source, {row["excerpt_id"]: row["tokens"] for row in rows})


@st.cache_resource(max_entries=48, show_spinner="Simulating …")
def _simulated(
    _record: NeuronRecord,
    _source: Source,
    folder: str,
    stamp: str,
    neuron: NeuronId,
    identity: tuple[str, str, str, bool],
    split: str,
) -> SimulatedSet:
    return simulated_set(_record, _source.explanation, split=split, stored=_source.stored)


# --- in words ----------------------------------------------------------------------------------------------------


# --- drawn -------------------------------------------------------------------------------------------------------


def strips(
    record: NeuronRecord,
    found: SimulatedSet,
    *,
    key: str,
    dataset: str,
    heading: Callable[[ActivationRecord, int], str],
    own_scale: bool = False,
    difference: bool = True,
) -> None:
    """Real above simulated values, an excerpt a strip; `heading` names an excerpt by its place on its side.

    Uncalibrated values have their own scale and no difference row.
    """
    token_heatmaps(
        simulated_groups(record, found, heading),
        key=key,
        dataset=dataset,
        simulated_scale=found.scale,
        own_scale=own_scale,
        difference=difference and found.scale == "calibrated",
    )


def limits_of(found: Sequence[SimulatedSet]) -> Limits:
    """Axes that hold the points of all these sets."""
    pairs = [one.values(side) for one in found for side in SIDES]
    across, up = (np.concatenate([pair[place] for pair in pairs]) for place in (0, 1))
    return _padded(across), _padded(up)


def _padded(values: Floats) -> Range:
    low, high = (float(values.min()), float(values.max())) if len(values) else (0.0, 1.0)
    pad = 0.06 * ((high - low) or 1.0)
    return low - pad, high + pad


def scatter(found: SimulatedSet, *, key: str, height: int, limits: Limits | None = None) -> None:
    """A point a token that has a simulated value, in two colours by side.

    A rule often gives two values only: points are moved sideways a little, or they would hide one another.
    """
    across_range, up_range = limits or limits_of([found])
    width = 0.012 * (across_range[1] - across_range[0])
    points: dict[str, tuple[Floats, Floats]] = {}
    texts: dict[str, list[str]] = {}
    for side, title in SIDES.items():
        simulated_values, real = found.values(side)
        if len(real):
            shift = np.random.default_rng(0).uniform(-width, width, len(real))
            points[title] = (simulated_values + shift, real)
            texts[title] = _token_texts(found, side)
    if not points:
        st.caption("No token has a simulated value, so there is nothing to draw.")
        return
    units = " (0 to 10)" if found.scale == "0-10" else ""
    figure = charts.scatter(points, x=f"simulated{units}", y="real", texts=texts)
    figure.update_xaxes(range=across_range)
    figure.update_yaxes(range=up_range)
    r = "; ".join(correlations_by_side(found).values())
    charts.show(figure, key=key, alt=f"Real against simulated activation, a point a token. {r}.", height=height)


def _token_texts(found: SimulatedSet, side: str) -> list[str]:
    """Tokens in the order of `SimulatedSet.values`; Plotly reads a little HTML in hover texts."""
    return [
        html.escape(display_text(token), quote=False)
        for place in found.side(side)
        for token, value in zip(found.chosen.records[place].tokens, found.given[place], strict=True)
        if not math.isnan(value)
    ]
