"""Token-activation pairs, the published explainer: a value 0..10 beside each token of the neuron's best excerpts."""

from __future__ import annotations

from neuronview.explain.explainers.excerpts import ExcerptExplainer
from neuronview.explain.prompts.explaining import pairs_messages

__all__ = ["NAME", "explain", "requests"]

NAME = "pairs"
_EXPLAINER = ExcerptExplainer(
    NAME,
    lambda records, examples, settings: pairs_messages(records, examples, sparse_repeat=settings.sparse_repeat),
)
requests = _EXPLAINER.requests
explain = _EXPLAINER.explain
