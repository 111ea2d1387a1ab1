"""The simulator by structured answer: a JSON object that holds one rating a token.

For endpoints that give no log-probabilities; best where they hold a model to a JSON schema. A rating is one number,
fractions allowed, so its distribution is that number alone: it says nothing about how sure the model was. Each rating
names position and token; one that names another token than stands there does not count.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

from neuronview.explain.prompts import Example
from neuronview.explain.prompts.simulating import STRUCTURED_SCHEMA, structured_answer, structured_messages
from neuronview.explain.simulators.base import HIGHEST, Distribution, PromptOptions
from neuronview.explain.simulators.lines import Ratings
from neuronview.explain.simulators.written import Written
from neuronview.llm.calls import ChatAnswer, ChatRequest, Endpoint, Message

__all__ = ["Structured", "read_ratings"]


class Structured(Written):
    """One request an excerpt, at temperature 0: with a schema where the endpoint holds a model to one."""

    name = "structured"

    def __init__(
        self, endpoint: Endpoint, *, options: PromptOptions | None = None, n_examples: int = 2, held: bool = True
    ) -> None:
        """`held` False: the prompt alone asks for JSON, which models write well enough to be read, or not."""
        super().__init__(endpoint, options=options, n_examples=n_examples)
        self._held = held

    @property
    def description(self) -> str:
        """The name, and whether a schema came with the prompt."""
        return self.name if self._held else f"{self.name}, not held to a schema"

    def _longest(self, tokens: Sequence[str]) -> str:
        return structured_answer(tokens, [HIGHEST] * len(tokens))

    def _messages(self, explanation: str, tokens: Sequence[str], examples: Sequence[Example]) -> tuple[Message, ...]:
        return structured_messages(explanation, tokens, examples)

    def _request(self, messages: tuple[Message, ...], room: int) -> ChatRequest:
        return ChatRequest(messages, max_tokens=room, schema=STRUCTURED_SCHEMA if self._held else None)

    def _read(self, answer: ChatAnswer, tokens: Sequence[str]) -> list[Distribution]:
        return read_ratings(answer.text, tokens)


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
    try:
        whole = decoder.decode(text)
    except ValueError:
        whole = None
    if isinstance(whole, dict) and list(whole) == ["ratings"] and isinstance(whole["ratings"], list):
        yield from (entry for entry in whole["ratings"] if isinstance(entry, dict))
        return
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
