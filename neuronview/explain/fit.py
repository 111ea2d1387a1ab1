"""Fit the rule explainers to activations at hand: token means, and expressions of features that follow a neuron.

For a few neurons and a sample of text in memory; `collect` does the same for all neurons in a stream. Knows arrays
and names only.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from neuronview.explain.dictionary import Candidate, indicator_statistics
from neuronview.explain.lookup import lookup_rule

__all__ = ["BEST_FEATURES", "CANDIDATES", "fit_all", "fit_candidates", "fit_lookup"]

BEST_FEATURES = 24
"""Of how many of a neuron's best features all pairs are tried."""
CANDIDATES = 12
MIN_COUNT = 5

Floats = NDArray[np.floating[Any]]


def fit_lookup(token_ids: NDArray[np.int64], strings: Mapping[int, str], activations: Floats) -> dict[str, Any]:
    """Lookup rule of one neuron from its activations (tokens,) on the tokens with these ids (tokens,)."""
    ids, inverse, counts = np.unique(token_ids, return_inverse=True, return_counts=True)
    sums = np.bincount(inverse, weights=activations.astype(np.float64))
    frequent = counts >= MIN_COUNT
    return lookup_rule(
        [strings[int(token)] for token in ids[frequent]],
        (sums / counts)[frequent],
        counts[frequent],
        mean=float(activations.mean()),
        n_tokens=len(activations),
    )


def fit_candidates(
    names: Sequence[str], marks: NDArray[np.bool_], activations: Floats, *, most: int = CANDIDATES
) -> list[Candidate]:
    """The expressions that correlate best with one neuron, best first, at most `most`.

    `marks` (features, tokens) says where each named feature holds; `activations` (tokens,). Single features, and
    unions and intersections of two of the BEST_FEATURES. Only positive correlations: an explanation says where a neuron
    fires. Empty when there is none, as for a neuron that never changes.
    """
    (found,) = fit_all(names, marks.astype(np.float64), activations[:, None], most=most)
    return found


def fit_all(
    names: Sequence[str], weights: Floats, activations: Floats, *, most: int = CANDIDATES
) -> Iterator[list[Candidate]]:
    """The same for each neuron of `activations` (tokens, neurons); `weights` (features, tokens) are 0 and 1.

    Sums are of the precision of `weights`.
    """
    holds, products = weights.sum(axis=1), weights @ activations.astype(weights.dtype)
    for neuron, column in enumerate(products.T):
        yield _candidates(names, weights, activations[:, neuron].astype(weights.dtype), holds, column, most)


def _candidates(
    names: Sequence[str], weights: Floats, values: Floats, holds: Floats, products: Floats, most: int
) -> list[Candidate]:
    wide = values.astype(np.float64)
    n, total, squares = len(values), float(wide.sum()), float(wide @ wide)

    def candidate(expression: Mapping[str, Any], count: Any, product: Any) -> Candidate:
        correlation, on, off = indicator_statistics(n, float(count), total, squares, float(product))
        return Candidate(expression, correlation, correlation, on, off)

    single = [candidate({"feature": name}, holds[i], products[i]) for i, name in enumerate(names)]
    order = sorted(range(len(single)), key=lambda i: -np.nan_to_num(single[i].correlation, nan=-2.0))
    best = order[:BEST_FEATURES]
    found = [single[i] for i in best]
    chosen = weights[best]
    both = (chosen * values) @ chosen.T
    together = chosen @ chosen.T
    for a in range(len(best)):
        for b in range(a + 1, len(best)):
            i, j, pair = best[a], best[b], [names[best[a]], names[best[b]]]
            count, product = together[a, b], both[a, b]
            if 0 < count < min(holds[i], holds[j]):
                found.append(candidate({"all": pair}, count, product))
            if count < min(holds[i], holds[j]):
                found.append(candidate({"any": pair}, holds[i] + holds[j] - count, products[i] + products[j] - product))
    positive = [entry for entry in found if entry.correlation > 0]
    return sorted(positive, key=lambda entry: -entry.correlation)[:most]
