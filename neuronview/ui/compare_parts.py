"""Compare: two explanations of a neuron on the same excerpts, or two neurons on the excerpts of both.

Both neurons' values on the same excerpts need the model, which is loaded only when asked for.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import streamlit as st

from neuronview.errors import NeuronViewError
from neuronview.records import Explanation, Floats, NeuronId, NeuronRecord, Score
from neuronview.store import Dataset, NeuronFilter
from neuronview.tokens import display_text
from neuronview.ui import cached, charts, frame, nav
from neuronview.ui.comparing import (
    Difference,
    SharedExcerpts,
    explanation_difference,
    meaning,
    neurons_correlation,
    own_against_other,
    recompute,
    shared_excerpts,
)
from neuronview.ui.evaluation import SimulatedSet, neuron_maximum, simulated_set
from neuronview.ui.heatmap import Group, Strip, token_heatmaps
from neuronview.ui.plain import html_safe
from neuronview.ui.scores import SPLITS, explainer_words, number, score_badge

__all__ = ["MODES", "explanations_mode", "mode", "neuron_choice", "neurons_mode"]

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


# --- two explanations of one neuron ----------------------------------------------------------------------------------


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
    _difference(explanation_difference(found[0], found[1]), "Score of the first minus score of the second")
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
            _who(explanations[place])
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


def _who(entry: Explanation) -> None:
    st.text(entry.text.strip())
    st.caption(explainer_words(entry.explainer))


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


# --- two neurons -----------------------------------------------------------------------------------------------------


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
        return None
    try:
        return dataset.require(NeuronId.parse(str(typed)))
    except NeuronViewError as error:
        st.error(str(error))
        return None


def _best_ruled(explanations: Sequence[Explanation]) -> Explanation | None:
    return next((entry for entry in explanations if entry.rule), None)


def _own_excerpts(name: str, record: NeuronRecord, best: Explanation | None) -> None:
    nav.neuron_link(name, record.id, label=f"Neuron {record.id}")
    if best is None:
        st.info("No explanation with a rule yet.")
        return
    _who(best)
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
        st.error(str(error))
        return
    _strips(name, records, shared)


def _shared(dataset: Dataset, records: tuple[NeuronRecord, NeuronRecord]) -> SharedExcerpts:
    first, second = (record.id for record in records)
    return _recomputed(dataset, str(dataset.folder), dataset.stamp, first, second)


@st.cache_resource(max_entries=8, show_spinner="Running the model over the excerpts …")
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
        + found.note
    )
    points = {
        stratum: (
            np.concatenate([r.activations for r, s in zip(shared.first, shared.strata, strict=True) if s == stratum]),
            np.concatenate([r.activations for r, s in zip(shared.second, shared.strata, strict=True) if s == stratum]),
        )
        for stratum in sorted(set(shared.strata))
    }
    names = _strata_words(records)
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
            _difference(difference, "Own minus the other's", first="its own explanation", second="the other's")


def _strips(name: str, records: tuple[NeuronRecord, NeuronRecord], shared: SharedExcerpts) -> None:
    words = _strata_words(records)
    for place, (column, values) in enumerate(zip(st.columns(2), (shared.first, shared.second), strict=True)):
        record = records[place]
        strips = [
            Strip(value, record.id, neuron_maximum(record), heading=f"excerpt {value.excerpt_id} · {words[stratum]}")
            for value, stratum in zip(values, shared.strata, strict=True)
        ]
        with column:
            st.text(f"Neuron {record.id}, recomputed")
            token_heatmaps([Group(strips, shown=SHOWN * 2)], key=f"compare_neuron_strips_{place}", dataset=name)


# --- shared ----------------------------------------------------------------------------------------------------------


def _difference(found: Difference, title: str, *, first: str = "the first", second: str = "the second") -> None:
    low, high = found.interval
    value = f"{found.value:.6f}" if not np.isnan(found.value) else ""
    interval = "no interval" if np.isnan(low) else f"95&nbsp;% interval {number(low)} to {number(high)}"
    st.html(
        f'<div data-nv-difference data-value="{value}" data-n="{found.n}">{html_safe(title)}: '
        f'<strong style="font-size:1.4rem">{_signed(found.value)}</strong> '
        f"<span>paired {interval}, {found.n} excerpts.</span></div>"
        f"<div>{html_safe(meaning(found, first=first, second=second))}</div>"
    )
    if found.note:
        st.caption(found.note)


def _signed(value: float) -> str:
    return f"+{number(value)}" if value > 0 else number(value)


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
