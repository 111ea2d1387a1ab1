"""What every simulator by language model is, and what they share: distributions to simulations, calls side by side.

A simulator takes an endpoint and never makes one. `requests` is pure, so that a dry run can count tokens; `simulate`
sends exactly these. A token without a valid answer is missing: nan, with an empty distribution.
"""

from __future__ import annotations

import asyncio
import math
from collections.abc import Coroutine, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeVar

import numpy as np

from neuronview.errors import UnparsableAnswer
from neuronview.explain.prompts import Counter, Example, estimate_tokens, example_neurons, prompt_hash
from neuronview.llm.calls import ChatAnswer, Request
from neuronview.records import Simulation

__all__ = [
    "HIGHEST",
    "Distribution",
    "LanguageSimulator",
    "PromptOptions",
    "all_of",
    "require_any",
    "simulation_of",
    "template_hash",
    "whole_text",
]

Result = TypeVar("Result")
Distribution = Mapping[float, float]
"""Probability by value on the scale 0..10; empty where there is no valid answer."""
HIGHEST = 10


class LanguageSimulator(Protocol):
    """A simulator that reads an explanation instead of evaluating a rule."""

    name: str

    @property
    def description(self) -> str:
        """The name with the options that change its numbers, for provenance."""

    @property
    def model(self) -> str:
        """The language model's name as asked for."""

    def requests(self, explanation: str, tokens: Sequence[str]) -> tuple[Request, ...]:
        """What `simulate` would send."""

    async def simulate(self, explanation: str, tokens: Sequence[str]) -> Simulation:
        """One expected value a token on the scale 0..10; nan where there is no valid answer.

        EndpointError passes through; UnparsableAnswer when nothing in an answer can be read.
        """


@dataclass(frozen=True)
class PromptOptions:
    """How long a prompt may be, and what it shows beside the excerpt."""

    context_tokens: int = 8192
    """Prompt and answer together, in the model's tokens."""
    count: Counter = estimate_tokens
    examples: tuple[Example, ...] = field(default_factory=example_neurons)


def simulation_of(tokens: Sequence[str], distributions: Sequence[Distribution], *, answered_by: str = "") -> Simulation:
    """A simulation of one distribution a token, by the model of that name."""
    expected = [sum(v * p for v, p in found.items()) if found else math.nan for found in distributions]
    return Simulation(
        tokens=tuple(tokens),
        expected=np.array(expected, dtype=np.float64),
        values=tuple(tuple(map(float, found)) for found in distributions),
        probabilities=tuple(tuple(found.values()) for found in distributions),
        scale="0-10",
        answered_by=answered_by,
    )


def require_any(distributions: Sequence[Distribution], answer: str) -> None:
    """Raise UnparsableAnswer, quoting how the answer begins, when there is a token but none with a valid answer."""
    if distributions and not any(distributions):
        raise UnparsableAnswer(
            "No token of the excerpt has a valid activation in the answer, which begins "
            f"“{' '.join(answer.split())[:80]}”. Try again, or take another simulator or model."
        )


def whole_text(answer: ChatAnswer) -> str:
    """The text of an answer; UnparsableAnswer when there is none, or the endpoint withheld it."""
    if answer.finish == "content_filter":
        raise UnparsableAnswer("The endpoint's content filter withheld the answer. Another model may give it.")
    if answer.text.strip():
        return answer.text
    if answer.finish == "length":
        raise UnparsableAnswer("The model used up the room for its answer before it began. Allow more tokens.")
    raise UnparsableAnswer(f"The answer is empty (it ended with “{answer.finish or 'no reason given'}”). Try again.")


def template_hash(simulator: LanguageSimulator) -> str:
    """Hash of what the simulator asks, whatever the explanation and excerpt: of its requests for a fixed one."""
    return prompt_hash(simulator.requests("explanation", (" token",))[0])


async def all_of(calls: Sequence[Coroutine[Any, Any, Result]]) -> list[Result]:
    """Results of calls made side by side, in order. The first error stops the others and is raised as it is."""
    tasks = [asyncio.ensure_future(call) for call in calls]
    try:
        return list(await asyncio.gather(*tasks))
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
