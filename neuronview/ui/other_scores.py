"""Scores by other scorers than simulation, as pages show them: see `neuronview.view.other_scores`."""

from __future__ import annotations

import streamlit as st

from neuronview.records import Explanation
from neuronview.view.other_scores import WHAT, has_other_scores, other_scores_html

__all__ = ["WHAT", "has_other_scores", "other_scores"]


def other_scores(explanation: Explanation) -> None:
    """Each score of another scorer with its interval, chance and baselines."""
    if has_other_scores(explanation):
        st.html(other_scores_html(explanation))
