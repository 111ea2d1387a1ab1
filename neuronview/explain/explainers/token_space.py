"""Token space: what the tokens with the highest mean activation have in common, without any text around them."""

from __future__ import annotations

from collections.abc import Sequence

from neuronview.errors import BadInput
from neuronview.explain.explainers.base import Settings, candidate_requests, candidates
from neuronview.explain.prompts import count_messages
from neuronview.explain.prompts.explaining import token_space_messages
from neuronview.llm.calls import ChatRequest, Endpoint
from neuronview.records import Explanation, NeuronId, Provenance

__all__ = ["MOST_TOKENS", "NAME", "explain", "requests"]

NAME = "token-space"
MOST_TOKENS = 50


def requests(tokens: Sequence[str], settings: Settings) -> tuple[ChatRequest, ...]:
    """One a candidate, with the first MOST_TOKENS tokens (highest mean activation first), fewer where they do not fit.

    BadInput when there is none.
    """
    if not tokens:
        raise BadInput("The neuron has no list of tokens by mean activation: take an explainer that reads excerpts.")
    n = min(len(tokens), MOST_TOKENS)
    while n > 1 and count_messages(token_space_messages(tokens[:n]), settings.count) > settings.budget:
        n -= 1
    return candidate_requests(token_space_messages(tokens[:n]), settings)


async def explain(
    tokens: Sequence[str],
    endpoint: Endpoint,
    settings: Settings,
    *,
    neuron: NeuronId | None = None,
    provenance: Provenance | None = None,
) -> list[Explanation]:
    """Candidates, none twice. EndpointError passes through; UnparsableAnswer when no answer holds a sentence."""
    asked = requests(tokens, settings)
    return await candidates(asked, endpoint, explainer=NAME, neuron=neuron, provenance=provenance)
