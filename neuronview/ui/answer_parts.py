"""What a neuron is, how sure that is, and what shows it: the first screen of its page; then the other explanations."""

from __future__ import annotations

from collections.abc import Sequence
from textwrap import shorten

import streamlit as st

from neuronview.records import Explanation, NeuronId, NeuronRecord
from neuronview.store import Dataset
from neuronview.ui import list_parts, neuron_strips
from neuronview.ui.again_parts import again_link
from neuronview.ui.other_scores import has_other_scores, other_scores
from neuronview.ui.plain import markdown_safe, sentence_html
from neuronview.ui.provenance_parts import provenance_popover
from neuronview.ui.scores import (
    SPLITS,
    brief_words,
    elsewhere_words,
    explainer_words,
    headline,
    score_badge,
    score_table,
)

__all__ = ["answer", "behind_the_answer", "other_explanations"]

LARGE = "clamp(1.125rem, 3.6vw, 1.375rem)"
"""On a phone the strips below it are to be seen too."""
LINE_CHARACTERS = 120
"""What a line of another explanation has of its sentence; opened, it has all of it."""


def answer(dataset: Dataset, name: str, record: NeuronRecord, explanations: Sequence[Explanation]) -> None:
    """The best explanation with its score, beside the excerpts on which the neuron fires most."""
    said, shown = st.columns([5, 6], gap="medium")
    with said.container(key="neuron_answer", gap="xxsmall"):
        if explanations:
            _card(explanations[0], size=LARGE)
        else:
            st.info("Nobody has explained this neuron yet: write an explanation, or test a pattern below.")
    with shown.container(key="neuron_glance"):
        neuron_strips.glance(dataset, name, record)


def other_explanations(explanations: Sequence[Explanation], dataset: str) -> None:
    """All explanations but the first, a line each that opens on everything of it."""
    others = explanations[1:]
    if not others:
        return
    with st.container(gap="xxsmall", key="neuron_others"):
        st.caption(f"{len(others)} other {'explanation' if len(others) == 1 else 'explanations'}")
        for place, explanation in enumerate(others, start=1):
            with st.expander(_line(explanation, beside=explanations[0])):
                _card(explanation)
                with st.container(horizontal=True, vertical_alignment="center", gap="small"):
                    _behind(explanation, dataset, place)


def _line(explanation: Explanation, *, beside: Explanation) -> str:
    """Score, sentence and explainer, as Markdown; who read it, and which excerpts, where that is not as expected."""
    score, first = headline(explanation), headline(beside)
    if score is None:
        said = "only other scores" if has_other_scores(explanation) else "not scored"
    else:
        said = brief_words(score.value, score.interval, score.state)
    parts = [explainer_words(explanation.explainer)]
    if score is not None and score.simulator != explanation.explainer:
        parts.append(f"simulator {score.simulator or 'not named'}")
    if score is not None and (first is None or score.split != first.split):
        parts.append(SPLITS.get(score.split, score.split))
    text = shorten(" ".join(explanation.text.split()), LINE_CHARACTERS, placeholder=" …")
    return f"**{markdown_safe(said)}** · {markdown_safe(text)} · {markdown_safe('; '.join(parts))}"


def behind_the_answer(dataset: Dataset, name: str, identity: NeuronId, explanations: Sequence[Explanation]) -> None:
    """The neuron's lists; all scores of the first explanation, where it is from, another try where one may help."""
    with st.container(horizontal=True, vertical_alignment="center", gap="xsmall", key="neuron_behind"):
        list_parts.bookmark(dataset, identity)
        if explanations:
            _behind(explanations[0], name, 0)


def _card(explanation: Explanation, *, size: str = "1.125rem") -> None:
    """An explanation with its headline score."""
    st.html(sentence_html(explanation.text, size=size))
    st.caption(markdown_safe(explainer_words(explanation.explainer) + _made(explanation)))
    if headline(explanation) is not None or not has_other_scores(explanation):
        score_badge(headline(explanation))
    if elsewhere := elsewhere_words(explanation):
        st.caption(elsewhere)
    other_scores(explanation)


def _behind(explanation: Explanation, dataset: str, place: int) -> None:
    if by_simulation := [score for score in explanation.scores if score.scorer == "simulation"]:
        label = f"All scores by simulation ({len(by_simulation)})"
        with st.popover(label, icon=":material/table:", key=f"neuron_scores_{place}"):
            score_table(by_simulation)
    provenance_popover(explanation, key=f"neuron_made_{place}")
    again_link(explanation, dataset)


def _made(explanation: Explanation) -> str:
    """By which model and when, where that is kept: a run may end in the sentence that was there before."""
    model, created = explanation.provenance.explainer_model, explanation.provenance.created
    by = f", by {model}" if model else ""
    return f"{by}, made {created[:16].replace('T', ' ')} UTC" if created else by
