"""Token lookup, the classic baseline: a neuron is what its tokens are, whatever stands around them.

Fitted on mean activations by token over a corpus; simulated by looking the token up. A rule explainer, no language
model.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from neuronview.explain.rules import lookup_key
from neuronview.records import Explanation, NeuronId, Provenance
from neuronview.tokens import quoted

__all__ = ["NAME", "TABLE_SIZE", "Vocabulary", "explain_by_lookup", "lookup_rule", "table_correlation"]

NAME = "lookup"
TABLE_SIZE = 60
NAMED_TOKENS = 8


def lookup_rule(
    strings: Sequence[str] | NDArray[Any], means: NDArray[Any], counts: NDArray[Any], *, mean: float, n_tokens: int
) -> dict[str, Any]:
    """The table of a neuron: the TABLE_SIZE tokens that explain most of its variance, and the mean of all the rest.

    `strings`, `means` and `counts` (tokens,) are the frequent tokens of the corpus; `mean` and `n_tokens` are over
    all its tokens. A token's part in the variance is count * (its mean - mean)^2. Counts times means of table and
    rest add up to the corpus.
    """
    explained = counts * (means - mean) ** 2
    least = np.partition(explained, -TABLE_SIZE)[-TABLE_SIZE] if len(explained) > TABLE_SIZE else 0
    some = np.flatnonzero(explained >= least)  # sorting all takes ten times as long
    kept = some[np.argsort(-explained[some], kind="stable")][:TABLE_SIZE]
    kept = kept[np.argsort(-means[kept], kind="stable")]
    left = n_tokens - counts[kept].sum()
    rest = (mean * n_tokens - (counts[kept] * means[kept]).sum()) / left if left > 0 else mean
    return {"kind": "lookup", "tokens": _by_string(strings, means, counts, kept), "rest": round(float(rest), 6)}


def _by_string(
    strings: Sequence[str] | NDArray[Any], means: NDArray[Any], counts: NDArray[Any], kept: NDArray[np.int64]
) -> dict[str, float]:
    """Means by string; tokens that look the same, such as pieces of characters, share the mean of both."""
    sums: dict[str, tuple[float, float]] = {}
    for i in kept:
        total, count = sums.get(strings[i], (0.0, 0.0))
        sums[strings[i]] = (total + float(counts[i] * means[i]), count + float(counts[i]))
    return {text: round(total / count, 5) for text, (total, count) in sums.items()}


def explain_by_lookup(neuron: NeuronId, rule: dict[str, Any], *, provenance: Provenance | None = None) -> Explanation:
    """A sentence that names the tokens with the highest mean activation, with the rule that simulates it."""
    above = [token for token, value in rule["tokens"].items() if value > rule["rest"]]
    if not above:
        text = "No token has a higher mean activation than the rest."
    else:
        named = list(dict.fromkeys(quoted(token) for token in above))[:NAMED_TOKENS]
        text = f"Tokens with the highest mean activation: {', '.join(named)}."
    return Explanation(text, NAME, neuron, rule, provenance=provenance or Provenance(explainer=NAME))


class Vocabulary:
    """The tokens of a corpus by string and by `lookup_key`, for the values of many tables on all of them."""

    def __init__(self, strings: Sequence[str]) -> None:
        self._n = len(strings)
        self._exact: dict[str, list[int]] = {}
        self._folded: dict[str, list[int]] = {}
        for place, text in enumerate(strings):
            self._exact.setdefault(text, []).append(place)
            self._folded.setdefault(lookup_key(text), []).append(place)

    def values(self, rule: Mapping[str, Any]) -> NDArray[np.float64]:
        """What the rule's simulator gives for each token (tokens,): only those that its table names are looked at."""
        values = np.full(self._n, float(rule["rest"]))
        by_mean = sorted(((float(mean), str(token)) for token, mean in rule["tokens"].items()))
        for mean, token in by_mean:  # the highest last, which stands for all of one key
            values[self._folded.get(lookup_key(token), [])] = mean
        for mean, token in by_mean:
            values[self._exact.get(token, [])] = mean
        return values


def table_correlation(
    values: NDArray[Any],
    counts: NDArray[np.int64],
    means: NDArray[Any],
    *,
    total: float,
    squares: float,
) -> float:
    """Correlation of an activation with a function of the token, over a corpus; nan when either does not vary.

    `values` (tokens,) is the function, `counts` and `means` (tokens,) how often each token occurs and the mean
    activation there, `total` and `squares` the activation's sums over the corpus. A token without a mean (nan) is
    taken at the mean of all such tokens together; with none, the correlation is exact.
    """
    n = int(counts.sum())
    known = np.isfinite(means)
    sums = np.where(known, counts * np.where(known, means, 0.0), 0.0).astype(np.float64)
    unknown = counts[~known]
    if unknown.sum() > 0:
        sums[~known] = (total - sums.sum()) * unknown / unknown.sum()
    centre = _total(counts * values) / n
    spread = _total(counts * (values - centre) ** 2)
    variance = squares - total**2 / n
    # Rounding leaves a constant activation a little variance.
    if spread <= 0 or variance <= 1e-10 * squares:
        return math.nan
    covariance = _total((values - centre) * (sums - counts * (total / n)))
    return float(np.clip(covariance / math.sqrt(spread * variance), -1.0, 1.0))


def _total(values: NDArray[np.float64]) -> float:
    """Their sum; a product of matrices would wait for BLAS's threads, which take longer than the sum."""
    return float(values.sum())
