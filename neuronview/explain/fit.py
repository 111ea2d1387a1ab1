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
    sums = len(wide), float(wide.sum()), float(wide @ wide)
    best = np.argsort(-_ranking(holds, products, sums), kind="stable")[:BEST_FEATURES]
    first, second = np.triu_indices(len(best), k=1)
    chosen = weights[best]
    together, both = (chosen @ chosen.T)[first, second], ((chosen * values) @ chosen.T)[first, second]
    i, j = best[first], best[second]
    # A pair of which one feature holds wherever the other does says no more than one of the two.
    new = together < np.minimum(holds[i], holds[j])
    counts = np.concatenate([holds[best], together[new], (holds[i] + holds[j] - together)[new]])
    totals = np.concatenate([products[best], both[new], (products[i] + products[j] - both)[new]])
    pairs = [[names[a], names[b]] for a, b in zip(i[new], j[new], strict=True)]
    expressions: list[dict[str, Any]] = [{"feature": names[k]} for k in best]
    expressions += [{join: pair} for join in ("all", "any") for pair in pairs]
    ranking = _ranking(counts, totals, sums)
    order = [k for k in np.argsort(-ranking, kind="stable")[:most] if ranking[k] > 0]
    return [_candidate(expressions[k], float(counts[k]), float(totals[k]), sums) for k in order]


def _candidate(
    expression: Mapping[str, Any], count: float, product: float, sums: tuple[int, float, float]
) -> Candidate:
    n, total, squares = sums
    correlation, on, off = indicator_statistics(n, count, total, squares, product)
    return Candidate(expression, correlation, correlation, on, off)


def _ranking(counts: Floats, products: Floats, sums: tuple[int, float, float]) -> NDArray[np.float64]:
    """Correlations as `indicator_statistics` has them, but -2 where undefined."""
    n, total, squares = sums
    share, variance = counts.astype(np.float64) / n, squares / n - (total / n) ** 2
    with np.errstate(divide="ignore", invalid="ignore"):
        found = (products / n - share * total / n) / np.sqrt(share * (1 - share) * variance)
    return np.where((share > 0) & (share < 1) & (variance > 0), found, -2.0)
