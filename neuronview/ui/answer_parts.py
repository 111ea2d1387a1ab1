"""What a neuron is, how sure that is, and what shows it: the first screen of its page; then the other explanations."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from neuronview.records import Explanation, NeuronId, NeuronRecord
from neuronview.store import Dataset
from neuronview.ui import list_parts
from neuronview.ui.again_parts import again_link
from neuronview.ui.heatmap import Group, Strip, token_heatmaps
from neuronview.ui.other_scores import has_other_scores, other_scores
from neuronview.ui.plain import markdown_safe, sentence_html
from neuronview.ui.provenance_parts import provenance_popover
from neuronview.ui.scores import (
    common_circumstances,
    elsewhere_words,
    explainer_words,
    headline,
    score_badge,
    score_table,
)
from neuronview.view.evaluation import neuron_maximum
from neuronview.view.neuron import record_heading, telling

__all__ = ["answer", "behind_the_answer", "other_explanations"]

STRIPS = 3
LARGE = "clamp(1.125rem, 3.6vw, 1.375rem)"
"""On a phone the strips below it are to be seen too."""


def answer(name: str, record: NeuronRecord, explanations: Sequence[Explanation]) -> None:
    """The best explanation with its score, beside the excerpts on which the neuron fires most."""
    said, shown = st.columns([5, 6], gap="medium")
    with said.container(key="neuron_answer", gap="xxsmall"):
        if explanations:
            _card(explanations[0], size=LARGE)
            if elsewhere := elsewhere_words(explanations[0]):
                st.caption(elsewhere)
        else:
            st.info("Nobody has explained this neuron yet: write an explanation, or test a pattern below.")
    with shown.container(key="neuron_glance"):
        _strips(name, record)


def _strips(name: str, record: NeuronRecord) -> None:
    maximum = neuron_maximum(record)
    strips = [
        Strip(entry, record.id, maximum, statistics=record.statistics, heading=record_heading(entry, rank))
        for rank, entry in telling(record, STRIPS)
    ]
    if not strips:
        st.caption("No excerpts are stored for this neuron.")
        return
    token_heatmaps(
        [Group(strips, title="Where it fires most")], key="neuron_glance_strips", dataset=name, length="snippet"
    )


def other_explanations(explanations: Sequence[Explanation], dataset: str) -> None:
    """All explanations but the first, two beside each other; what holds of the first one's score is not said again."""
    others = explanations[1:]
    if not others:
        return
    told = common_circumstances([headline(entry) for entry in explanations])
    for start in range(0, len(others), 2):
        cells = st.columns(min(2, len(others)))
        for cell, explanation, place in zip(
            cells, others[start : start + 2], range(start + 1, start + 3), strict=False
        ):
            with cell.container(border=True, height="stretch", gap="xxsmall"):
                _card(explanation, told=told)
                with st.container(horizontal=True, vertical_alignment="center", gap="small"):
                    _behind(explanation, dataset, place)
    if told:
        st.caption("What is not said of a score here is as above.")


def behind_the_answer(dataset: Dataset, name: str, identity: NeuronId, explanations: Sequence[Explanation]) -> None:
    """The neuron's lists; all scores of the first explanation, where it is from, another try where one may help."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="neuron_behind"):
        list_parts.bookmark(dataset, identity)
        if explanations:
            _behind(explanations[0], name, 0)


def _card(explanation: Explanation, *, size: str = "1.125rem", told: Sequence[str] = ()) -> None:
    """An explanation with its headline score."""
    st.html(sentence_html(explanation.text, size=size))
    st.caption(markdown_safe(explainer_words(explanation.explainer) + _made(explanation)))
    if headline(explanation) is not None or not has_other_scores(explanation):
        score_badge(headline(explanation), told=told)
    other_scores(explanation)


def _behind(explanation: Explanation, dataset: str, place: int) -> None:
    if by_simulation := [score for score in explanation.scores if score.scorer == "simulation"]:
        label = f"All scores by simulation ({len(by_simulation)})"
        with st.popover(label, icon=":material/table:", type="tertiary", key=f"neuron_scores_{place}"):
            score_table(by_simulation)
    provenance_popover(explanation, key=f"neuron_made_{place}")
    again_link(explanation, dataset)


def _made(explanation: Explanation) -> str:
    """By which model and when, where that is kept: a run may end in the sentence that was there before."""
    model, created = explanation.provenance.explainer_model, explanation.provenance.created
    by = f", by {model}" if model else ""
    return f"{by}, made {created[:16].replace('T', ' ')} UTC" if created else by
