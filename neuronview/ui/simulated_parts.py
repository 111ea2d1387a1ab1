"""Parts of the neuron page that simulate: real against simulated, and a pattern of one's own."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import streamlit as st

from neuronview.errors import NeuronViewError
from neuronview.records import Explanation, Floats, NeuronRecord, Score
from neuronview.store import Dataset, save_explanations
from neuronview.tokens import display_text
from neuronview.ui import cached, charts
from neuronview.ui.evaluation import SimulatedSet, neuron_maximum
from neuronview.ui.heatmap import Group, Strip, token_heatmaps
from neuronview.ui.neuron_parts import record_heading
from neuronview.ui.plain import markdown_safe, sentence_html
from neuronview.ui.scores import SPLITS, explainer_words, number, score_badge

__all__ = ["pattern_test", "real_against_simulated", "simulated_view"]

SIDES = {"top": "Top excerpts", "random": "Random excerpts"}
FIRST_SHOWN = 4


def real_against_simulated(dataset: Dataset, name: str, record: NeuronRecord, explanations: list[Explanation]) -> None:
    """Choose an explanation and a split; see where its simulation is right and where it is not."""
    ruled = [entry for entry in explanations if entry.rule]
    if not ruled:
        st.info("No explanation of this neuron has a rule that can be evaluated here. Test a pattern instead.")
        return
    left, right = st.columns([3, 2], vertical_alignment="bottom")
    place = left.selectbox(
        "Explanation",
        range(len(ruled)),
        format_func=lambda index: f"{ruled[index].text.strip()[:110]} ({ruled[index].explainer})",
        key="neuron_simulated",
    )
    split = right.selectbox("Excerpts", ["held_out", "valid"], format_func=SPLITS.__getitem__, key="neuron_split")
    try:
        found = cached.simulated(dataset, record, ruled[place or 0], split)
    except NeuronViewError as error:
        st.error(markdown_safe(str(error)))
        return
    simulated_view(name, record, found, key="neuron_sim")


def simulated_view(
    name: str, record: NeuronRecord, found: SimulatedSet, *, key: str, scores: Sequence[Score] | None = None
) -> None:
    """Scores apart by side, stacked strips and scatter of one simulated set; `scores` in the place of its own."""
    if not found.scores:
        st.info("No excerpt of this split is left that is apart from the calibration excerpts. Choose the other split.")
        return
    _scores(scores or found.scores)
    _caption(found)
    with st.container(horizontal=True):
        own = st.toggle("Simulated rows on their own scale", key=f"{key}_own", bind="query-params")
        difference = st.toggle("Difference row", value=True, key=f"{key}_difference", bind="query-params")
    strips, chart = st.columns([3, 2])
    with chart:
        _scatter(found, key=key)
    with strips:
        token_heatmaps(_groups(record, found), key=f"{key}_strips", dataset=name, own_scale=own, difference=difference)


def _scores(scores: Sequence[Score]) -> None:
    titles = {"top_and_random": "Top and random together", "top": "Top only", "random": "Random only"}
    columns = st.columns(len(scores))
    for column, score in zip(columns, scores, strict=True):
        with column.container(border=True, height="stretch"):
            st.caption(titles[score.subset] + (", published split" if score.split == "valid" else ""))
            score_badge(score, brief=True)


def _caption(found: SimulatedSet) -> None:
    st.caption(
        f"Computed now. Scorer: correlation of the simulation as the rule gives it; simulator: {found.simulator}; "
        f"{SPLITS[found.chosen.split]}. Strips and scatter show the simulation in the units of the activation: a "
        "straight line fitted on the calibration excerpts, which are in no score. Points are spread a little sideways."
    )
    if found.slope <= 0:
        st.warning(
            "That line does not rise: on the calibration excerpts the simulation does not go with the neuron, so the "
            "simulated rows are flat or turned round.",
            icon=":material/trending_down:",
        )


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
                heading=f"{record_heading(found.chosen.records[place], rank)} · r {number(correlations[place])}",
            )
            for rank, place in enumerate(found.side(side))
        ]
        if strips:
            groups.append(Group(strips, title=title, note="r: correlation within the excerpt", shown=FIRST_SHOWN))
    return groups


def _scatter(found: SimulatedSet, *, key: str) -> None:
    points = {title: _spread(*found.values(side)) for side, title in SIDES.items() if found.side(side)}
    lines = [
        f"{title}: r = {number(found.correlation(side))}, n = {len(found.values(side)[1]):,} tokens"
        for side, title in SIDES.items()
        if found.side(side)
    ]
    st.html("".join(sentence_html(line, size="0.9rem") for line in lines))
    figure = charts.scatter(points, x="simulated", y="real", texts=_token_texts(found))
    alt = "Scatter of real against simulated activation, a point for each token."
    charts.show(figure, key=f"{key}_scatter", alt=alt, height=420)


def _spread(across: Floats, up: Floats) -> tuple[Floats, Floats]:
    """A rule often gives two values only: points are moved sideways a little, or they would hide one another."""
    width = 0.012 * float(np.ptp(across)) if len(across) else 0.0
    return across + np.random.default_rng(0).uniform(-width, width, len(across)), up


def _token_texts(found: SimulatedSet) -> dict[str, list[str]]:
    texts: dict[str, list[str]] = {}
    for side, title in SIDES.items():
        rows = [
            _hover(token)
            for place in found.side(side)
            for token, value in zip(found.chosen.records[place].tokens, found.expected[place], strict=True)
            if not math.isnan(value)
        ]
        texts[title] = rows
    return texts


def _hover(token: str) -> str:
    """Plotly reads a little HTML in hover texts."""
    return display_text(token).replace("&", "&amp;").replace("<", "&lt;")


# --- a pattern of one's own ------------------------------------------------------------------------------------------


def pattern_test(dataset: Dataset, name: str, record: NeuronRecord, explanations: Sequence[Explanation]) -> None:
    """Type words or an expression: simulated and scored at once, and kept on request."""
    left, right = st.columns([4, 1], vertical_alignment="bottom")
    text = left.text_input(
        "Words with commas between, or a regular expression",
        placeholder="paris, london, berlin   or   \\d{4}",
        key="neuron_pattern",
        bind="query-params",
        help="Words match whole words in any case; * stands for any letters. Scored at once on this neuron's excerpts.",
    )
    is_regex = right.toggle("Regular expression", key="neuron_regex", bind="query-params")
    if not (text or "").strip():
        st.caption("Say what you think this neuron fires on, and see how far that predicts its activations.")
        return
    try:
        typed = cached.pattern(dataset, name, record, str(text), is_regex, tuple(explanations))
        found = cached.simulated(dataset, record, typed, "held_out")
    except NeuronViewError as error:
        st.error(markdown_safe(str(error)))
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        st.html(sentence_html(typed.text), width="content")
        _save_button(dataset, typed, explanations)
    shown = [score for score in typed.scores if score.split == "held_out" or score.subset == "top_and_random"]
    simulated_view(name, record, found, key="neuron_pat", scores=shown)


def _save_button(dataset: Dataset, typed: Explanation, explanations: Sequence[Explanation]) -> None:
    if any(entry.explainer == "person" and entry.rule == typed.rule for entry in explanations):
        st.caption(":material/check: Saved among this neuron's explanations, on this computer.")
        return
    if dataset.overlay is None:
        st.caption("This dataset has no folder of your own to save to.")
        return
    if st.button("Save as an explanation", icon=":material/save:", key="neuron_save"):
        save_explanations(dataset.overlay, [typed], label="person")
        st.toast(f"Saved for neuron {typed.neuron}. By {explainer_words('person')}.")
        st.rerun()
