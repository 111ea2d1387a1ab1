"""A GPT-2 over a corpus: statistics and records of every MLP neuron, as a dataset."""

from __future__ import annotations

from neuronview.collect.build import CollectResult, Sizes, collect
from neuronview.collect.corpus import Document
from neuronview.collect.expressions import Expression
from neuronview.collect.features import FeatureFunction, FeatureStatistics, correlations
from neuronview.collect.files import read_documents
from neuronview.collect.passes import Progress

__all__ = [
    "CollectResult",
    "Document",
    "Expression",
    "FeatureFunction",
    "FeatureStatistics",
    "Progress",
    "Sizes",
    "collect",
    "correlations",
    "read_documents",
]
