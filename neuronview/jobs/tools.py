"""What a run by language model needs around its simulator: watching it, asking anew, a judge, the dataset's model."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from neuronview.errors import EndpointError, UnparsableAnswer
from neuronview.explain.scorers import Ablator, DecisionJudge, DigitJudge, Items, Judge, Judgements, StructuredJudge
from neuronview.explain.simulators import LanguageSimulator
from neuronview.jobs.asking import Activations
from neuronview.jobs.endpoints import Opened
from neuronview.jobs.plan import RunPlan
from neuronview.llm.calls import Answer, Endpoint, Request
from neuronview.llm.desk import Desk
from neuronview.llm.wrapper import Wrapper
from neuronview.records import ActivationRecord, NeuronId, Simulation

__all__ = ["AskAnew", "JudgeAnew", "Watched", "ablator_of", "activations_of", "judge_of"]

Forget = Callable[[Request], bool]
"""Drops the cached answer of a request; whether there was one from before."""


class Watched:
    """A simulator that counts its excerpts; with `forget`, one that asks once more where an answer was not usable."""

    def __init__(self, simulator: LanguageSimulator, expected: int, *, forget: Forget | None = None) -> None:
        self._simulator, self._expected, self._forget = simulator, expected, forget
        self.name = simulator.name
        self._done = self._answered = self._failed = 0

    @property
    def is_silent(self) -> bool:
        """Whether excerpts were asked about and nothing but errors of the endpoint came."""
        return self._failed > 0 and not self._answered

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
            found = await self._simulated(explanation, tokens)
        except EndpointError as error:
            is_answer = isinstance(error, UnparsableAnswer)
            self._answered, self._failed = self._answered + is_answer, self._failed + (not is_answer)
            raise
        finally:
            self._done += 1
        self._answered += 1
        return found

    async def _simulated(self, explanation: str, tokens: Sequence[str]) -> Simulation:
        try:
            found = await self._simulator.simulate(explanation, tokens)
            if not np.isnan(found.expected).any() or not self._dropped(explanation, tokens):
                return found
        except UnparsableAnswer:
            if not self._dropped(explanation, tokens):
                raise
        return await self._simulator.simulate(explanation, tokens)

    def _dropped(self, explanation: str, tokens: Sequence[str]) -> bool:
        """Whether there was an old answer that is dropped now."""
        return self._forget is not None and any([self._forget(one) for one in self.requests(explanation, tokens)])


class JudgeAnew:
    """A judge that asks once more where an old answer was not usable; usable ones stay."""

    def __init__(self, judge: Judge, forget: Forget) -> None:
        self._judge, self._forget = judge, forget
        self.name = judge.name

    @property
    def description(self) -> str:
        """That of the judge."""
        return self._judge.description

    @property
    def model(self) -> str:
        """That of the judge."""
        return self._judge.model

    def requests(self, explanation: str, items: Items) -> tuple[Request, ...]:
        """Those of the judge."""
        return self._judge.requests(explanation, items)

    async def judge(self, explanation: str, items: Items) -> Judgements:
        """As the judge does, and raises as it does."""
        found = await self._judge.judge(explanation, items)
        if not any([self._forget(request) for request in found.lacking]):
            return found
        return await self._judge.judge(explanation, items)


class AskAnew(Wrapper):
    """A desk whose answers from before are dropped: what was asked for was not in them."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._forget = desk.forget

    async def _ask(self, request: Request) -> Answer:
        self._forget(request)
        return await super()._ask(request)


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
    return StructuredJudge(endpoint, context_tokens=room, count=route.count, held=not able.refuses_schema)


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
