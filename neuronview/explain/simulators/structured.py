"""The simulator by structured answer: a JSON object that holds one rating a token.

For endpoints that can hold a model to a JSON schema and give no log-probabilities. A rating is one number, fractions
allowed, so its distribution is that number alone: it says nothing about how sure the model was. Each rating names
position and token; one that names another token than stands there does not count.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

from neuronview.explain.prompts import within_budget
from neuronview.explain.prompts.simulating import STRUCTURED_SCHEMA, structured_answer, structured_messages
from neuronview.explain.simulators.base import (
    HIGHEST,
    Distribution,
    PromptOptions,
    require_any,
    simulation_of,
    whole_text,
)
from neuronview.explain.simulators.lines import Ratings, answer_room
from neuronview.llm.calls import ChatRequest, Endpoint
from neuronview.records import Simulation

__all__ = ["Structured", "read_ratings"]


class Structured:
    """One request an excerpt, at temperature 0."""

    name = "structured"

    def __init__(self, endpoint: Endpoint, *, options: PromptOptions | None = None, n_examples: int = 2) -> None:
        self._endpoint = endpoint
        self._options = options or PromptOptions()
        self._n_examples = n_examples

    @property
    def description(self) -> str:
        """The name; no option changes its numbers but the prompt, which has its own hash."""
        return self.name

    @property
    def model(self) -> str:
        """The language model's name as asked for."""
        return self._endpoint.model

    def requests(self, explanation: str, tokens: Sequence[str]) -> tuple[ChatRequest, ...]:
        """One chat with a schema, none for an excerpt without tokens."""
        if not tokens:
            return ()
        room = answer_room(structured_answer(tokens, [HIGHEST] * len(tokens)), self._options.count)
        messages = within_budget(
            lambda examples, _: structured_messages(explanation, tokens, examples),
            self._options.examples[: self._n_examples],
            budget=self._options.context_tokens - room,
            count=self._options.count,
        )
        return (ChatRequest(messages, max_tokens=room, schema=STRUCTURED_SCHEMA),)

    async def simulate(self, explanation: str, tokens: Sequence[str]) -> Simulation:
        """One value a token on the scale 0..10; nan where it was left out, out of range or said of another token."""
        found, answered_by = list[Distribution](), ""
        for request in self.requests(explanation, tokens):
            answer = await self._endpoint.chat(request)
            found = read_ratings(whole_text(answer), tokens)
            require_any(found, answer.text)
            answered_by = answer.model
        return simulation_of(tokens, found, answered_by=answered_by)


def read_ratings(text: str, tokens: Sequence[str]) -> list[Distribution]:
    """The rating of each token, as a distribution of one value; empty where there is no valid one.

    Complete ratings of an answer that breaks off are read.
    """
    ratings = Ratings(tokens)
    for entry in _entries(text):
        position, token, value = entry.get("position"), entry.get("token"), entry.get("activation")
        if isinstance(position, int) and isinstance(token, str):
            ratings.add(position - 1, _rating(value), token)
    return ratings.distributions


def _rating(value: object) -> Distribution:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= HIGHEST:
        return {}
    return {float(value): 1.0}


def _entries(text: str) -> Iterator[dict[str, Any]]:
    """JSON objects of the list of ratings, one after another, as far as they are complete."""
    decoder = json.JSONDecoder(strict=False)
    place = text.find("[", text.find('"ratings"') + 1)
    while place >= 0:
        place = text.find("{", place)
        if place < 0:
            return
        try:
            entry, place = decoder.raw_decode(text, place)
        except ValueError:
            return
        if isinstance(entry, dict):
            yield entry
