"""The feature dictionary: named predicates over tokens in context, pure functions of the text.

They hold for any English text and any tokenizer, because they see the tokens as pieces of the text and nothing else.
`evaluate` gives all features of an excerpt at once; `describe` says in English what an expression of them means.
They know nothing of neurons.
"""

from neuronview.explain.features.base import Feature
from neuronview.explain.features.expressions import describe, evaluate_expression
from neuronview.explain.features.lexicon import overlap
from neuronview.explain.features.registry import (
    dropped_names,
    evaluate,
    evaluate_known,
    evaluate_one,
    feature,
    features,
    known_features,
    selection_report,
)

__all__ = [
    "Feature",
    "describe",
    "dropped_names",
    "evaluate",
    "evaluate_expression",
    "evaluate_known",
    "evaluate_one",
    "feature",
    "features",
    "known_features",
    "overlap",
    "selection_report",
]
