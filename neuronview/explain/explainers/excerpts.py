"""What explainers that read excerpts share: as many records and examples as fit, one request a candidate."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from neuronview.explain.explainers.base import Settings, candidate_requests, candidates
from neuronview.explain.prompts import Example, within_budget
from neuronview.llm.calls import ChatRequest, Endpoint, Message
from neuronview.records import ActivationRecord, Explanation, NeuronId, Provenance

__all__ = ["ExcerptExplainer"]


@dataclass(frozen=True)
class ExcerptExplainer:
    """An explainer that differs from the others by what it writes of its excerpts."""

    name: str
    messages: Callable[[Sequence[ActivationRecord], Sequence[Example], Settings], tuple[Message, ...]]
    """The prompt of these records and worked examples."""

    def requests(self, records: Sequence[ActivationRecord], settings: Settings) -> tuple[ChatRequest, ...]:
        """One a candidate. As many examples and records (of the train split, best first) as fit into the context."""
        messages = within_budget(
            lambda examples, n: self.messages(records[:n], examples, settings),
            settings.examples,
            n_records=len(records),
            budget=settings.budget,
            count=settings.count,
        )
        return candidate_requests(messages, settings)

    async def explain(
        self,
        records: Sequence[ActivationRecord],
        endpoint: Endpoint,
        settings: Settings,
        *,
        neuron: NeuronId | None = None,
        provenance: Provenance | None = None,
    ) -> list[Explanation]:
        """Candidates, none twice. EndpointError passes through; UnparsableAnswer when no answer holds a sentence."""
        asked = self.requests(records, settings)
        return await candidates(asked, endpoint, explainer=self.name, neuron=neuron, provenance=provenance)
