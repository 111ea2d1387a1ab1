"""Explainers by language model: excerpts or tokens in, candidate sentences out; and a person's own sentence."""

from neuronview.explain.explainers import pairs, person, revision, summary, token_space
from neuronview.explain.explainers.base import Settings
from neuronview.explain.explainers.choose import Choice, choose
from neuronview.explain.explainers.revision import Revision, RevisionSettings, revise

__all__ = [
    "EXPLAINERS",
    "Choice",
    "Revision",
    "RevisionSettings",
    "Settings",
    "choose",
    "pairs",
    "person",
    "revise",
    "revision",
    "summary",
    "token_space",
]

EXPLAINERS = (pairs.NAME, token_space.NAME, summary.NAME, revision.NAME, person.NAME)
"""Names of explainers whose sentences only a language model can simulate."""
