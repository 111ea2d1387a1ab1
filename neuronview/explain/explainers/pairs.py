"""Token-activation pairs, the published explainer: a value 0..10 beside each token of the neuron's best excerpts."""

from __future__ import annotations

from collections.abc import Sequence

from neuronview.explain.explainers.base import Settings, candidate_requests, candidates
from neuronview.explain.prompts import within_budget
from neuronview.explain.prompts.explaining import pairs_messages
from neuronview.llm.calls import ChatRequest, Endpoint
from neuronview.records import ActivationRecord, Explanation, NeuronId, Provenance

__all__ = ["NAME", "explain", "requests"]

NAME = "pairs"


def requests(records: Sequence[ActivationRecord], settings: Settings) -> tuple[ChatRequest, ...]:
    """One a candidate. As many examples and records (of the train split, best first) as fit into the context."""
    messages = within_budget(
        lambda examples, n: pairs_messages(records[:n], examples, sparse_repeat=settings.sparse_repeat),
        settings.examples,
        n_records=len(records),
        budget=settings.budget,
        count=settings.count,
    )
    return candidate_requests(messages, settings)


async def explain(
    records: Sequence[ActivationRecord],
    endpoint: Endpoint,
    settings: Settings,
    *,
    neuron: NeuronId | None = None,
    provenance: Provenance | None = None,
) -> list[Explanation]:
    """Candidates, none twice. EndpointError passes through; UnparsableAnswer when no answer holds a sentence."""
    asked = requests(records, settings)
    return await candidates(asked, endpoint, explainer=NAME, neuron=neuron, provenance=provenance)
