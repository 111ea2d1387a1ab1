"""The short variant: excerpts as plain text, each with its active tokens; about half the tokens of `pairs`."""

from __future__ import annotations

from neuronview.explain.explainers.excerpts import ExcerptExplainer
from neuronview.explain.prompts.explaining import summary_messages

__all__ = ["NAME", "explain", "requests"]

NAME = "summary"
_EXPLAINER = ExcerptExplainer(NAME, lambda records, examples, _: summary_messages(records, examples))
requests = _EXPLAINER.requests
explain = _EXPLAINER.explain
