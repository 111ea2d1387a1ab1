"""The feature dictionary as an explainer: the feature, or union or intersection of two, that follows a neuron best.

Candidates come ranked by their correlation with the activation over the corpus without the evaluation documents;
the calibration split decides between them; the sentence is written from the features' phrases. A rule explainer,
no language model.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from neuronview.explain.evaluation import EvaluationSet
from neuronview.explain.features import describe
from neuronview.records import Explanation, NeuronId, Provenance
from neuronview.scoring import ev_correlation_scores

__all__ = ["MARGIN", "NAME", "Candidate", "best_of", "choose", "explain_by_dictionary", "indicator_statistics"]

NAME = "dictionary"
MARGIN = 0.02
"""How much better an expression of two features must be than the best single one to be worth its longer sentence."""

Marks = Callable[[Mapping[str, Any], Sequence[str]], NDArray[np.bool_]]


@dataclass(frozen=True)
class Candidate:
    """An expression with what the corpus says of it."""

    expression: Mapping[str, Any]
    correlation: float
    """With the activation, over the corpus without the evaluation documents."""
    whole_correlation: float
    """The same over the whole corpus."""
    on: float
    """Mean activation where it holds."""
    off: float
    """Mean activation where it does not."""


def indicator_statistics(
    n: float, holds: float, total: float, squares: float, product: float
) -> tuple[float, float, float]:
    """Correlation of a 0/1 indicator with an activation, and the mean activation where it holds and where not.

    From sums over `n` tokens: of the indicator, the activation, its square, and their product. nan when undefined.
    """
    variance = squares / n - (total / n) ** 2
    share = holds / n
    if not 0 < share < 1 or variance <= 0:
        return math.nan, math.nan, math.nan
    covariance = product / n - share * total / n
    correlation = covariance / math.sqrt(share * (1 - share) * variance)
    return correlation, product / holds, (total - product) / (n - holds)


def choose(candidates: Sequence[Candidate], calibration: EvaluationSet, *, marks: Marks) -> Candidate:
    """The candidate with the highest correlation on the calibration split; simpler ones win within MARGIN.

    Falls back to the first candidate (the best over the corpus) when none varies on the split.
    """
    held = [
        np.concatenate([marks(candidate.expression, record.tokens) for record in calibration.records])
        for candidate in candidates
    ]
    return best_of(candidates, calibration, np.stack(held))


def best_of(candidates: Sequence[Candidate], calibration: EvaluationSet, held: NDArray[np.bool_]) -> Candidate:
    """The same when it is known on which tokens of the split each candidate holds: (candidates, tokens)."""
    true = np.concatenate([record.activations for record in calibration.records])
    values = ev_correlation_scores(true, held).tolist()
    best, best_value = candidates[0], -math.inf
    for candidate, value in sorted(zip(candidates, values, strict=True), key=lambda pair: _size(pair[0])):
        margin = MARGIN if _size(candidate) > _size(best) else 0.0
        if not math.isnan(value) and value > best_value + margin:
            best, best_value = candidate, value
    return best


def explain_by_dictionary(
    neuron: NeuronId, candidate: Candidate, *, provenance: Provenance | None = None
) -> Explanation:
    """The sentence of an expression, with the rule that simulates it."""
    rule = {
        "kind": "dictionary",
        "expression": dict(candidate.expression),
        "on": round(candidate.on, 6),
        "off": round(candidate.off, 6),
    }
    text = describe(candidate.expression)
    return Explanation(text, NAME, neuron, rule, provenance=provenance or Provenance(explainer=NAME))


def _size(candidate: Candidate) -> int:
    (value,) = candidate.expression.values()
    return 1 if isinstance(value, str) else len(value)
