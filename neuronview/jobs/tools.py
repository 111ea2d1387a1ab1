"""What a run by language model needs around its simulator: watching it, asking anew, a judge, the dataset's model."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from neuronview.errors import UnparsableAnswer
from neuronview.explain.scorers import Ablator, DecisionJudge, DigitJudge, Judge, StructuredJudge
from neuronview.explain.simulators import LanguageSimulator
from neuronview.jobs.asking import Activations
from neuronview.jobs.endpoints import Opened
from neuronview.jobs.plan import RunPlan
from neuronview.llm.calls import (
    ChatAnswer,
    ChatRequest,
    Endpoint,
    Request,
)
from neuronview.llm.desk import Desk
from neuronview.llm.wrapper import Wrapper
from neuronview.records import ActivationRecord, NeuronId, Simulation

__all__ = ["AskAnew", "Watched", "ablator_of", "activations_of", "judge_of"]


class Watched:
    """A simulator that counts its excerpts; with `forget`, one that asks once more where an answer was not usable."""

    def __init__(
        self, simulator: LanguageSimulator, expected: int, *, forget: Callable[[Request], None] | None = None
    ) -> None:
        self._simulator, self._expected, self._forget = simulator, expected, forget
        self.name = simulator.name
        self._done = 0

    @property
    def share(self) -> float:
        """Part of the neuron that is behind; never the whole of it."""
        return min(0.99, self._done / max(1, self._expected))

    @property
    def description(self) -> str:
        """That of the simulator."""
        return self._simulator.description

    @property
    def model(self) -> str:
        """That of the simulator."""
        return self._simulator.model

    def requests(self, explanation: str, tokens: Sequence[str]) -> tuple[Request, ...]:
        """Those of the simulator."""
        return self._simulator.requests(explanation, tokens)

    async def simulate(self, explanation: str, tokens: Sequence[str]) -> Simulation:
        """As the simulator does, and raises as it does."""
        try:
            return await self._simulated(explanation, tokens)
        finally:
            self._done += 1

    async def _simulated(self, explanation: str, tokens: Sequence[str]) -> Simulation:
        try:
            found = await self._simulator.simulate(explanation, tokens)
            if self._forget is None or not np.isnan(found.expected).any():
                return found
        except UnparsableAnswer:
            if self._forget is None:
                raise
        for request in self.requests(explanation, tokens):
            self._forget(request)
        return await self._simulator.simulate(explanation, tokens)


class AskAnew(Wrapper):
    """A desk whose cached answers to chats are dropped, each once: none of them held what was asked for."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._forget = desk.forget

    async def chat(self, request: ChatRequest) -> ChatAnswer:
        """Ask, whatever was answered before."""
        self._forget(request)
        return await super().chat(request)


def judge_of(plan: RunPlan, opened: Opened, endpoint: Endpoint) -> Judge | None:
    """Who judges excerpts for detection and fuzzing: typed decisions where the model answers them, else what it can."""
    if not {"detection", "fuzzing"} & set(plan.scorers):
        return None
    route = opened.simulator
    able, room = route.capabilities, route.context_tokens
    if able.decisions:
        return DecisionJudge(endpoint, context_tokens=room, count=route.count)
    if able.generated_logprobs:
        logprobs = able.generated_logprobs
        return DigitJudge(endpoint, context_tokens=room, count=route.count, top_logprobs=logprobs)
    return StructuredJudge(endpoint, context_tokens=room, count=route.count)


def activations_of(model: Any) -> Activations:
    """A neuron's real activations on a text, by the dataset's model."""

    def activations(neuron: NeuronId, text: str) -> ActivationRecord:
        tokens = model.tokenize(text)
        ids = [token.id for token in tokens]
        return ActivationRecord(
            tuple(token.text for token in tokens), model.activations(ids, [neuron])[:, 0], tuple(ids)
        )

    return activations


def ablator_of(model: Any) -> Ablator:
    """The dataset's model as one whose neurons are replaced."""
    from neuronview.model.ablation import Ablation

    return Ablation(model)
