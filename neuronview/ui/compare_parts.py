"""Compare: which comparison, of which neuron; two of its explanations side by side on the same excerpts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import streamlit as st

from neuronview.errors import NeuronViewError
from neuronview.records import Explanation, Floats, NeuronId, NeuronRecord, Score
from neuronview.store import Dataset, NeuronFilter
from neuronview.tokens import display_text
from neuronview.ui import cached, charts, frame, nav
from neuronview.ui.compare_shared import difference_line, who
from neuronview.ui.comparing import explanation_difference
from neuronview.ui.evaluation import SimulatedSet, neuron_maximum, simulated_set
from neuronview.ui.heatmap import Group, Strip, token_heatmaps
from neuronview.ui.plain import html_safe
from neuronview.ui.scores import SPLITS, number, score_badge

__all__ = ["MODES", "explanations_mode", "mode", "neuron_choice"]

MODES = ("Two explanations", "Two neurons")
SIDES = {"top": "Top excerpts", "random": "Random excerpts"}
SHOWN = 4


def mode() -> str:
    """Which comparison."""
    chosen = st.segmented_control(
        "Compare", MODES, default=MODES[0], required=True, key="compare_mode", bind="query-params"
    )
    return str(chosen or MODES[0])


def neuron_choice(dataset: Dataset, name: str) -> NeuronId:
    """The neuron of the address, else the one that is explained best; a form to take another."""
    identity = frame.require_neuron(dataset, default=_best(dataset))
    with st.form("compare_neuron", border=False):
        field, button = st.columns([3, 2], vertical_alignment="bottom")
        typed = field.text_input("Neuron", value=str(identity), key=f"compare_neuron_{identity}")
        if button.form_submit_button("Compare this neuron") and typed and typed.strip() != str(identity):
            try:
                nav.go("compare", nav.neuron_place(name, dataset.require(NeuronId.parse(typed))), view=_kept())
            except NeuronViewError as error:
                st.error(str(error))
    nav.neuron_link(name, identity, label=f"Open neuron {identity}")
    return identity


def _best(dataset: Dataset) -> NeuronId:
    rows = cached.page_of_neurons(dataset, NeuronFilter(), limit=1)
    return NeuronId(int(rows["layer"][0]), int(rows["neuron"][0])) if len(rows) else NeuronId(0, 0)


def _kept() -> dict[str, object]:
    chosen = st.session_state.get("compare_mode")
    return {"compare_mode": chosen} if chosen and chosen != MODES[0] else {}


def explanations_mode(dataset: Dataset, name: str, identity: NeuronId) -> None:
    """Two explanations of a neuron, side by side on the same excerpts."""
    ruled = [entry for entry in cached.explanations(dataset, identity) if entry.rule]
    if len(ruled) < 2:
        st.info(
            f"Neuron {identity} has {len(ruled)} explanations with a rule that can be evaluated here; comparing needs "
            "two. Make another on the page Explain, or test a pattern on the neuron's page and save it."
        )
        nav.link("explain", "Explain it", place=nav.neuron_place(name, identity))
        return
    first, second = _two_of(ruled)
    split = st.selectbox(
        "Excerpts", ["held_out", "valid"], format_func=lambda key: SPLITS[key], key="compare_split", bind="query-params"
    )
    record = cached.neuron(dataset, identity)
    try:
        found = [_simulated(dataset, record, entry, str(split)) for entry in (first, second)]
    except NeuronViewError as error:
        st.error(str(error))
        return
    if not found[0].chosen.records:
        st.info("No excerpt of this split is left that nothing was fitted on. Choose the other split.")
        return
    difference_line(explanation_difference(found[0], found[1]), "Score of the first minus score of the second")
    _side_by_side(dataset, name, record, (first, second), found)


def _two_of(ruled: Sequence[Explanation]) -> tuple[Explanation, Explanation]:
    labels = [_label(entry) for entry in ruled]
    columns = st.columns(2)
    chosen = []
    for place, (column, title) in enumerate(zip(columns, ("First", "Second"), strict=True)):
        label = column.selectbox(
            title, labels, index=place, key=f"compare_{title.lower()}", bind="query-params", width="stretch"
        )
        chosen.append(ruled[labels.index(str(label))])
    if chosen[0] is chosen[1]:
        st.warning("Both are the same explanation, so every difference is 0. Choose another on one side.")
    return chosen[0], chosen[1]


def _label(entry: Explanation) -> str:
    text = entry.text.strip()
    return f"{text[:60]}{'…' if len(text) > 60 else ''} ({entry.explainer} {entry.id[:4]})"


def _side_by_side(
    dataset: Dataset,
    name: str,
    record: NeuronRecord,
    explanations: tuple[Explanation, Explanation],
    found: Sequence[SimulatedSet],
) -> None:
    limits = _common_limits(found)
    for place, column in enumerate(st.columns(2)):
        with column:
            who(explanations[place])
            score_badge(_with_baselines(found[place], explanations[place]))
            _scatter(found[place], limits, key=f"compare_scatter_{place}")
    st.caption(
        "Computed now from the stored activations. Scores are of the simulation as the rule gives it. Scatter and "
        "strips show it in the units of the activation, by a line fitted on the calibration excerpts, which are in no "
        "score; points are spread a little sideways so that equal simulated values can be told apart."
    )
    difference = st.toggle("Difference row", value=True, key="compare_difference", bind="query-params")
    for place, column in enumerate(st.columns(2)):
        with column:
            st.text(f"{('First', 'Second')[place]}: {explanations[place].explainer}")
            token_heatmaps(
                _groups(record, found[place]), key=f"compare_strips_{place}", dataset=name, difference=difference
            )


def _with_baselines(found: SimulatedSet, entry: Explanation) -> Score | None:
    """The score computed now beside the stored baselines, where those are of the same excerpts."""
    if not found.scores:
        return None
    stored = entry.score(split=found.chosen.split)
    same = stored is not None and stored.n_sequences == len(found.chosen.records)
    return replace(found.scores[0], baselines=stored.baselines if stored and same else (), note="")


def _groups(record: NeuronRecord, found: SimulatedSet) -> list[Group]:
    maximum, correlations = neuron_maximum(record), found.correlations()
    groups = []
    for side, title in SIDES.items():
        strips = [
            Strip(
                found.chosen.records[place],
                record.id,
                maximum,
                simulated=found.expected[place],
                heading=f"excerpt {found.chosen.records[place].excerpt_id} · r {number(correlations[place])}",
            )
            for place in found.side(side)
        ]
        if strips:
            groups.append(Group(strips, title=title, note="r: correlation within the excerpt", shown=SHOWN))
    return groups


def _common_limits(found: Sequence[SimulatedSet]) -> tuple[tuple[float, float], tuple[float, float]]:
    values = [entry.values(side) for entry in found for side in SIDES]
    across = np.concatenate([pair[0] for pair in values] or [np.zeros(1)])
    up = np.concatenate([pair[1] for pair in values] or [np.zeros(1)])
    return _padded(across), _padded(up)


def _padded(values: np.ndarray) -> tuple[float, float]:
    low, high = (float(values.min()), float(values.max())) if len(values) else (0.0, 1.0)
    pad = 0.06 * ((high - low) or 1.0)
    return low - pad, high + pad


def _scatter(found: SimulatedSet, limits: tuple[tuple[float, float], tuple[float, float]], *, key: str) -> None:
    width = 0.012 * (limits[0][1] - limits[0][0])
    points: dict[str, tuple[Floats, Floats]] = {}
    texts: dict[str, list[str]] = {}
    for side, title in SIDES.items():
        across, up = found.values(side)
        if len(across):
            shift = np.random.default_rng(0).uniform(-width, width, len(across))
            points[title] = (across + shift, up)
            texts[title] = _token_texts(found, side)
    figure = charts.scatter(points, x="simulated", y="real", texts=texts)
    figure.update_xaxes(range=limits[0])
    figure.update_yaxes(range=limits[1])
    r = ", ".join(f"{title.lower()} r = {number(found.correlation(side))}" for side, title in SIDES.items())
    charts.show(figure, key=key, alt=f"Real against simulated activation, a point a token: {r}.", height=320)
    st.caption(f"By themselves: {r}.")


def _token_texts(found: SimulatedSet, side: str) -> list[str]:
    rows = []
    for place in found.side(side):
        for token, value in zip(found.chosen.records[place].tokens, found.expected[place], strict=True):
            if not np.isnan(value):
                rows.append(html_safe(display_text(token)))
    return rows


def _simulated(dataset: Dataset, record: NeuronRecord, entry: Explanation, split: str) -> SimulatedSet:
    return _simulated_set(record, entry, str(dataset.folder), dataset.stamp, record.id, entry.id, split)


@st.cache_resource(max_entries=32, show_spinner=False)
def _simulated_set(
    _record: NeuronRecord,
    _entry: Explanation,
    folder: str,
    stamp: str,
    neuron: NeuronId,
    explanation: str,
    split: str,
) -> SimulatedSet:
    return simulated_set(_record, _entry, split=split)
