"""The meanings of a neuron on its page: its exciting excerpts in groups, each with its own explanation and score."""

from __future__ import annotations

import math
from collections.abc import Sequence

import streamlit as st

from neuronview.explain.context_groups import SILHOUETTE
from neuronview.explain.facets import EXCITING, Facet, Facets, facets
from neuronview.explain.rules import KINDS
from neuronview.records import Explanation, NeuronRecord
from neuronview.store import Dataset
from neuronview.tokens import quoted
from neuronview.ui.heatmap import Group, Strip, token_heatmaps
from neuronview.ui.plain import markdown_safe, sentence_html
from neuronview.ui.scores import common_circumstances, explainer_words, number, score_badge
from neuronview.view.evaluation import neuron_maximum
from neuronview.view.neuron import range_of, record_heading

__all__ = ["meanings"]

FIRST_SHOWN = 3
PEAKS_NAMED = 4


def meanings(dataset: Dataset, name: str, record: NeuronRecord, explanations: Sequence[Explanation]) -> None:
    """How many things the neuron fires on, and a card for each."""
    stored = next((entry for entry in explanations if str((entry.rule or {}).get("kind", "")) in KINDS), None)
    found = _facets(record, stored, str(dataset.folder), dataset.stamp_about(record.id), tuple(record.id))
    if not found.facets:
        st.info("No excerpt is stored on which this neuron is excited, so there is nothing to group.")
        return
    st.markdown(_count_words(found))
    st.caption(_how_words(found))
    told = common_circumstances([facet.score for facet in found.facets if facet.score.state == "ok"])
    for place, facet in enumerate(found.facets):
        with st.container(border=True, key=f"neuron_meaning_{place}"):
            _card(name, record, facet, place, told)
    if told:
        st.caption(markdown_safe("Each score: " + "; ".join(text for text in told if not text.endswith(".")) + "."))


@st.cache_resource(max_entries=64, show_spinner="Grouping its excerpts …")
def _facets(
    _record: NeuronRecord, _stored: Explanation | None, folder: str, stamp: str, neuron: tuple[int, ...]
) -> Facets:
    return facets(_record, stored=_stored)


def _count_words(found: Facets) -> str:
    n = sum(len(facet.records) for facet in found.facets)
    if len(found.facets) == 1:
        return f"**One meaning.** Its {n} exciting excerpts are of one kind, or too different for groups."
    return f"**{len(found.facets)} meanings.** Its {n} exciting excerpts fall into groups by their context."


def _how_words(found: Facets) -> str:
    """How the groups came about, and what the scores are of."""
    if math.isnan(found.silhouette):
        chosen = "There are too few of them to tell groups apart."
    else:
        chosen = (
            f"As many groups as give the highest mean silhouette, here {number(found.silhouette)}; below "
            f"{number(SILHOUETTE)} all are one. Groups that one feature describes are joined"
            f"{f': {found.n_joined} here' if found.n_joined else ''}."
        )
    return (
        f"Exciting: a maximum of {number(found.least, digits=3)} or more, {EXCITING:.0%} of the largest stored one. "
        "Two excerpts are alike by the token at their maximum, the dictionary's features there, its neighbours and the "
        f"words before. {chosen} Each explanation is fitted on half of its group and scored on the other half, of "
        "other documents; only the grouping has seen both."
    )


def _card(name: str, record: NeuronRecord, facet: Facet, place: int, told: Sequence[str]) -> None:
    st.caption(markdown_safe(f"Meaning {place + 1}: {range_of(facet.records)}. It fires most on {_peak_words(facet)}."))
    if facet.explanation is not None:
        st.html(sentence_html(facet.explanation.text))
        st.caption(markdown_safe(explainer_words(facet.explanation.explainer)))
    if facet.score.state == "ok":
        score_badge(facet.score, told=told)
    else:
        st.caption(markdown_safe(f"Its score is undefined. {facet.score.reason}"))
    maximum = neuron_maximum(record)
    strips = [
        Strip(
            entry,
            record.id,
            maximum,
            statistics=record.statistics,
            heading=f"{record_heading(entry, rank)} · {'fitted on' if fitted else 'scored on'}",
        )
        for rank, (entry, fitted) in enumerate(zip(facet.records, facet.fitted, strict=True))
    ]
    token_heatmaps([Group(strips, shown=FIRST_SHOWN)], key=f"neuron_meaning_strips_{place}", dataset=name)


def _peak_words(facet: Facet) -> str:
    named = [f"{quoted(token)} ({count})" for token, count in facet.peaks[:PEAKS_NAMED]]
    rest = len(facet.peaks) - PEAKS_NAMED
    return ", ".join(named) + (f" and {rest} other tokens" if rest > 1 else " and 1 other token" if rest == 1 else "")
