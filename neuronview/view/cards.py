"""One explanation as a card: its sentence, its scores with all that it takes to trust them, where it comes from."""

from __future__ import annotations

from collections.abc import Sequence

from neuronview.records import Explanation
from neuronview.view.other_scores import has_other_scores, other_scores_html
from neuronview.view.places import public_name
from neuronview.view.plain import html_safe, html_table, sentence_html
from neuronview.view.provenance import provenance_rows
from neuronview.view.scores import explainer_words, headline, score_html, score_table_html

__all__ = ["explanation_html", "explanations_html"]

PLACES = ("Dataset", "Neurons of")
"""Rows of a provenance that may name a folder of this computer."""


def explanations_html(explanations: Sequence[Explanation]) -> str:
    """Cards one below the other; in words where nobody has explained the neuron."""
    if not explanations:
        return "<p>Nobody has explained this neuron yet.</p>"
    return "".join(map(explanation_html, explanations))


def explanation_html(explanation: Explanation) -> str:
    """The card of one explanation; all scores and the provenance are folded."""
    by = html_safe(explainer_words(explanation.explainer))
    first = headline(explanation)
    shown = "" if first is None and has_other_scores(explanation) else score_html(first)
    scores = [score for score in explanation.scores if score.scorer == "simulation"]
    folds = _fold(f"All scores by simulation ({len(scores)})", score_table_html(scores)) if scores else ""
    rows = [[html_safe(name), html_safe(_public(name, value))] for name, value in provenance_rows(explanation)]
    folds += _fold("Where it comes from", html_table(("", ""), rows)) if rows else ""
    return (
        f'<article class="nv-card"><p class="nv-note">{by}</p>{sentence_html(explanation.text)}'
        f"{shown}{other_scores_html(explanation)}{folds}</article>"
    )


def _public(row: str, value: str) -> str:
    if row not in PLACES:
        return value
    name, separator, rest = value.partition(", weights ")
    return public_name(name) + separator + rest


def _fold(title: str, content: str) -> str:
    return f"<details><summary>{html_safe(title)}</summary>{content}</details>"
