"""The simulator by typed decisions: one ordered-scale question a token, answered with a probability for each level.

Nothing is generated and nothing has to be parsed. Equal tokens are told apart by their number. A scale has at most ten
levels, mapped evenly to 0..10; a question about a token sees the text after it, unless each is asked with
the excerpt cut off there, which takes one request a token.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Literal

from neuronview.errors import BadInput, UnparsableAnswer
from neuronview.explain.prompts.simulating import decision_input, decision_question
from neuronview.explain.simulators.base import HIGHEST, Distribution, all_of, simulation_of
from neuronview.llm.calls import Decision, DecisionAnswer, DecisionRequest, Endpoint
from neuronview.records import Simulation

__all__ = ["MOST_LEVELS", "Decisions", "Sees"]

Sees = Literal["whole excerpt", "up to the token"]
MOST_LEVELS = 10
SUM_TOLERANCE = 0.02
"""How far probabilities may miss a sum of 1 by rounding."""


class Decisions:
    """Asks about at most `most_questions` tokens a request; 64 is what the smallest known server takes."""

    name = "decisions"

    def __init__(
        self,
        endpoint: Endpoint,
        *,
        levels: int = MOST_LEVELS,
        sees: Sees = "whole excerpt",
        most_questions: int = 64,
    ) -> None:
        if not 2 <= levels <= MOST_LEVELS:
            raise BadInput(f"{levels} levels: a question on a scale has 2 to {MOST_LEVELS}.")
        if most_questions < 1:
            raise BadInput(f"{most_questions} questions a request: at least one is needed.")
        self._endpoint = endpoint
        self._levels = levels
        self._sees: Sees = sees
        self._most = most_questions

    @property
    def description(self) -> str:
        """The name with its levels, their mapping, and what a question sees."""
        return f"{self.name}, {self._levels} levels mapped to 0..10, sees {self._sees}"

    @property
    def model(self) -> str:
        """The language model's name as asked for."""
        return self._endpoint.model

    def requests(self, explanation: str, tokens: Sequence[str]) -> tuple[DecisionRequest, ...]:
        """One request an excerpt, or several where it has too many tokens; one a token where it is cut off there."""
        questions = [decision_question(i, token, levels=self._levels) for i, token in enumerate(tokens)]
        if self._sees == "up to the token":
            return tuple(
                DecisionRequest(decision_input(explanation, tokens[: i + 1], levels=self._levels), (question,))
                for i, question in enumerate(questions)
            )
        shared = decision_input(explanation, tokens, levels=self._levels)
        parts = [tuple(questions[i : i + self._most]) for i in range(0, len(questions), self._most)]
        return tuple(DecisionRequest(shared, part) for part in parts)

    async def simulate(self, explanation: str, tokens: Sequence[str]) -> Simulation:
        """One expected value a token on the scale 0..10; nan where a question was refused, left out or misread."""
        requests = self.requests(explanation, tokens)
        answers = await all_of([self._endpoint.decide(request) for request in requests])
        decisions = [d for request, answer in zip(requests, answers, strict=True) for d in _by_name(request, answer)]
        found = [self._distribution(decision) for decision in decisions]
        if found and not any(found):
            reasons = dict.fromkeys(d.reason or d.state for d in decisions)
            raise UnparsableAnswer(
                f"No question of the excerpt has a valid answer: {'; '.join([*reasons][:3])}. Try again."
            )
        return simulation_of(tokens, found, answered_by=next((a.model for a in answers if a.model), ""))

    def _distribution(self, decision: Decision) -> Distribution:
        shares = decision.probabilities
        total = math.fsum(shares) if all(map(math.isfinite, shares)) else math.nan
        valid = len(shares) == self._levels and min(shares, default=-1) >= 0 and abs(total - 1) <= SUM_TOLERANCE
        if decision.state != "ok" or not valid:
            return {}
        return {HIGHEST * level / (self._levels - 1): share / total for level, share in enumerate(shares)}


def _by_name(request: DecisionRequest, answer: DecisionAnswer) -> list[Decision]:
    """One decision a question, matched by name; two answers to one question are none."""
    named: dict[str, Decision] = {}
    for decision in answer.decisions:
        twice = decision.name in named
        named[decision.name] = Decision(decision.name, "invalid", reason="answered twice") if twice else decision
    return [named.get(q.name, Decision(q.name, "missing", reason="not answered")) for q in request.questions]
