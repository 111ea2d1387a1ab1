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
ROUNDING = 1e-9
"""Part of all weights by which sums of weights may differ although they are of the same tokens."""

Floats = NDArray[np.floating[Any]]


def fit_lookup(
    token_ids: NDArray[np.int64],
    strings: Mapping[int, str],
    activations: Floats,
    *,
    weights: Floats | None = None,
    least: int = MIN_COUNT,
) -> dict[str, Any]:
    """Lookup rule of one neuron from its activations (tokens,) on the tokens with these ids (tokens,).

    `weights` (tokens,), all above zero: how much each token counts; all the same by default. A token must occur
    `least` times, whatever its weights.
    """
    wide = activations.astype(np.float64)
    ids, inverse, occurring = np.unique(token_ids, return_inverse=True, return_counts=True)
    each = np.ones(len(wide)) if weights is None else weights
    counts, sums = np.bincount(inverse, weights=each), np.bincount(inverse, weights=each * wide)
    frequent = occurring >= least
    return lookup_rule(
        [strings[int(token)] for token in ids[frequent]],
        (sums / counts)[frequent],
        counts[frequent],
        mean=float(each @ wide / each.sum()),
        n_tokens=each.sum(),
    )


def fit_candidates(
    names: Sequence[str],
    marks: NDArray[np.bool_],
    activations: Floats,
    *,
    weights: Floats | None = None,
    most: int = CANDIDATES,
) -> list[Candidate]:
    """The expressions that correlate best with one neuron, best first, at most `most`.

    `marks` (features, tokens) says where each named feature holds; `activations` (tokens,); `weights` (tokens,) how
    much each token counts, all the same by default. Single features, and unions and intersections of two of the
    BEST_FEATURES. Only positive correlations: an explanation says where a neuron fires. Empty when there is none, as
    for a neuron that never changes.
    """
    held, values = marks.astype(np.float64), activations.astype(np.float64)
    each = np.ones(len(values)) if weights is None else weights.astype(np.float64)
    return _candidates(names, held, values, each, (held @ each, held @ (each * values)), most)


def fit_all(
    names: Sequence[str], weights: Floats, activations: Floats, *, most: int = CANDIDATES
) -> Iterator[list[Candidate]]:
    """The same for each neuron of `activations` (tokens, neurons); `weights` (features, tokens) are 0 and 1.

    Sums are of the precision of `weights`.
    """
    holds, products = weights.sum(axis=1), weights @ activations.astype(weights.dtype)
    each = np.ones(len(activations), dtype=weights.dtype)
    for neuron, column in enumerate(products.T):
        values = activations[:, neuron].astype(weights.dtype)
        yield _candidates(names, weights, values, each, (holds, column), most)


def _candidates(
    names: Sequence[str], held: Floats, values: Floats, each: Floats, single: tuple[Floats, Floats], most: int
) -> list[Candidate]:
    """`held` (features, tokens), `values` and weights `each` (tokens,); `single` sums of each feature, of products."""
    wide, counted = values.astype(np.float64), each.astype(np.float64)
    sums = float(counted.sum()), float(counted @ wide), float(counted @ wide**2)
    holds, products = single
    best = np.argsort(-_ranking(holds, products, sums), kind="stable")[:BEST_FEATURES]
    first, second = np.triu_indices(len(best), k=1)
    chosen = held[best]
    weighted = chosen * each
    together, both = (weighted @ chosen.T)[first, second], ((weighted * values) @ chosen.T)[first, second]
    i, j = best[first], best[second]
    # A pair of which one feature holds wherever the other does says no more than one of the two.
    new = together < np.minimum(holds[i], holds[j]) - ROUNDING * sums[0]
    counts = np.concatenate([holds[best], together[new], (holds[i] + holds[j] - together)[new]])
    totals = np.concatenate([products[best], both[new], (products[i] + products[j] - both)[new]])
    pairs = [[names[a], names[b]] for a, b in zip(i[new], j[new], strict=True)]
    expressions: list[dict[str, Any]] = [{"feature": names[k]} for k in best]
    expressions += [{join: pair} for join in ("all", "any") for pair in pairs]
    ranking = _ranking(counts, totals, sums)
    order = [k for k in np.argsort(-ranking, kind="stable")[:most] if ranking[k] > 0]
    return [_candidate(expressions[k], float(counts[k]), float(totals[k]), sums) for k in order]


def _candidate(
    expression: Mapping[str, Any], count: float, product: float, sums: tuple[float, float, float]
) -> Candidate:
    n, total, squares = sums
    correlation, on, off = indicator_statistics(n, count, total, squares, product)
    return Candidate(expression, correlation, correlation, on, off)


def _ranking(counts: Floats, products: Floats, sums: tuple[float, float, float]) -> NDArray[np.float64]:
    """Correlations as `indicator_statistics` has them, but -2 where undefined."""
    n, total, squares = sums
    share, variance = counts.astype(np.float64) / n, squares / n - (total / n) ** 2
    with np.errstate(divide="ignore", invalid="ignore"):
        found = (products / n - share * total / n) / np.sqrt(share * (1 - share) * variance)
    return np.where((share > 0) & (share < 1) & (variance > 0), found, -2.0)
