"""Token lookup, the classic baseline: a neuron is what its tokens are, whatever stands around them.

Fitted on mean activations by token over a corpus; simulated by looking the token up. A rule explainer, no language
model.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from neuronview.records import Explanation, NeuronId, Provenance
from neuronview.tokens import quoted

__all__ = ["NAME", "TABLE_SIZE", "explain_by_lookup", "lookup_rule"]

NAME = "lookup"
TABLE_SIZE = 100
NAMED_TOKENS = 8


def lookup_rule(
    strings: Sequence[str], means: NDArray[Any], counts: NDArray[Any], *, mean: float, n_tokens: int
) -> dict[str, Any]:
    """The table of a neuron: the TABLE_SIZE tokens that explain most of its variance, and the mean of all the rest.

    `strings`, `means` and `counts` (tokens,) are the frequent tokens of the corpus; `mean` and `n_tokens` are over
    all its tokens. A token's part in the variance is count * (its mean - mean)^2.
    """
    explained = counts * (means - mean) ** 2
    kept = np.argsort(-explained, kind="stable")[:TABLE_SIZE]
    kept = kept[np.argsort(-means[kept], kind="stable")]
    left = n_tokens - counts[kept].sum()
    rest = (mean * n_tokens - (counts[kept] * means[kept]).sum()) / left if left > 0 else mean
    table = {strings[i]: round(float(means[i]), 5) for i in kept}
    return {"kind": "lookup", "tokens": table, "rest": round(float(rest), 6)}


def explain_by_lookup(neuron: NeuronId, rule: dict[str, Any], *, provenance: Provenance | None = None) -> Explanation:
    """A sentence that names the tokens with the highest mean activation, with the rule that simulates it."""
    above = [token for token, value in rule["tokens"].items() if value > rule["rest"]]
    if not above:
        text = "No token has a higher mean activation than the rest."
    else:
        named = list(dict.fromkeys(quoted(token) for token in above))[:NAMED_TOKENS]
        text = f"Tokens with the highest mean activation: {', '.join(named)}."
    return Explanation(text, NAME, neuron, rule, provenance=provenance or Provenance(explainer=NAME))
