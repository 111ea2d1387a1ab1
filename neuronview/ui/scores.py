"""Scores as pages show them: see `neuronview.view.scores` for the words."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import streamlit as st

from neuronview.records import Score
from neuronview.view.scores import (
    BASELINES,
    EXPLAINERS,
    SPLITS,
    STATES,
    badge_html,
    baseline_words,
    brief_words,
    common_circumstances,
    elsewhere_words,
    explainer_words,
    headline,
    marked,
    number,
    reader_words,
    score_html,
    score_table_html,
)

__all__ = [
    "BASELINES",
    "EXPLAINERS",
    "SPLITS",
    "STATES",
    "badge_html",
    "baseline_words",
    "brief_words",
    "common_circumstances",
    "elsewhere_words",
    "explainer_words",
    "headline",
    "marked",
    "number",
    "reader_words",
    "score_badge",
    "score_table",
]


def score_badge(
    score: Score | None, *, baselines: bool = True, brief: bool = False, told: Collection[str] = ()
) -> None:
    """Show one score with everything that it takes to trust it; options as for `score_html`."""
    st.html(score_html(score, baselines=baselines, brief=brief, told=told))


def score_table(scores: Sequence[Score]) -> None:
    """Show all scores of an explanation, a table for each split and a row for each score; nothing is averaged."""
    st.html(score_table_html(scores))
