"""Judges by language model: an explanation and items in, for each the probability that the neuron is active there.

Three ways to ask: typed decisions and a structured answer about many excerpts in one request, or one generated digit
an item. Two items of one excerpt are never in one request, where one would give the other away. A judgement that was
refused, left out or cannot be read is nan. Judges take an endpoint and never make one; `requests` is pure, and
`judge` sends exactly these, but for one that the model finds too long: its two halves follow.
"""

from __future__ import annotations

import math
from collections import Counter as Tally
from dataclasses import dataclass, field
from itertools import chain
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from neuronview.errors import BadInput, EndpointError, EndpointRefused, NotSupported, RequestTooLong, UnparsableAnswer
from neuronview.explain.prompts import Counter, estimate_tokens
from neuronview.explain.prompts.judging import (
    JUDGING_SCHEMA,
    digit_judging_messages,
    judging_input,
    judging_question,
    shown_excerpt,
    structured_judging_messages,
)
from neuronview.explain.scorers.answers import read_decisions, read_digit, read_structured
from neuronview.explain.scorers.items import Item, Items
from neuronview.explain.simulators.base import all_of, whole_text
from neuronview.llm.calls import ChatRequest, DecisionRequest, Endpoint, Request

__all__ = ["JUDGES", "DecisionJudge", "DigitJudge", "Judge", "Judgements", "StructuredJudge"]

PER_ENTRY = 24
"""Tokens to allow for one entry of a structured answer."""
PER_QUESTION = 32
"""Tokens of one question, roughly."""

Batch = tuple[int, ...]
Outcome = tuple[list[float], str] | EndpointError
"""The judgements of a batch and the name of who gave them."""


@dataclass(frozen=True, eq=False)
class Judgements:
    """One probability an item, in order; nan where there is none."""

    values: NDArray[np.float64]
    provider_errors: tuple[EndpointError, ...] = ()
    unparsable: tuple[UnparsableAnswer, ...] = ()
    answered_by: str = field(default="", compare=False)
    """The model's name as returned."""
    lacking: tuple[Request, ...] = ()
    """Requests that were answered, but not usably for every item."""


class Judge(Protocol):
    """Anything that judges items by an explanation."""

    name: str

    @property
    def description(self) -> str:
        """The name with the options that change its judgements, for provenance."""

    @property
    def model(self) -> str:
        """The language model's name as asked for."""

    def requests(self, explanation: str, items: Items) -> tuple[Request, ...]:
        """What `judge` would send."""

    async def judge(self, explanation: str, items: Items) -> Judgements:
        """One judgement an item. EndpointRefused, budgets and cancelling are raised; other errors are kept."""


class _Batched:
    """What judges share: items in requests, answers back to items."""

    name = ""

    def __init__(
        self, endpoint: Endpoint, *, context_tokens: int = 8192, count: Counter = estimate_tokens, most: int = 20
    ) -> None:
        """`most` items a request; fewer where `context_tokens`, for prompt and answer together, hold no more."""
        if most < 1:
            raise BadInput(f"{most} excerpts a request: at least one is needed.")
        self._endpoint = endpoint
        self._context_tokens = context_tokens
        self._count = count
        self._most = most

    @property
    def description(self) -> str:
        """The name, and how many items are judged together at the most."""
        return f"{self.name}, up to {self._most} excerpts a request"

    @property
    def model(self) -> str:
        """The language model's name as asked for."""
        return self._endpoint.model

    def requests(self, explanation: str, items: Items) -> tuple[Request, ...]:
        """One request for each batch of items. NotSupported when not even one item fits into the context."""
        return tuple(self._request(explanation, items, batch) for batch in self._batches(explanation, items))

    async def judge(self, explanation: str, items: Items) -> Judgements:
        """One judgement an item. EndpointRefused, budgets and cancelling are raised; other errors are kept."""
        batches = self._batches(explanation, items)
        found = await all_of([self._asked(explanation, items, batch) for batch in batches])
        values, errors, models = np.full(len(items.items), math.nan), list[EndpointError](), list[str]()
        lacking = []
        for batch, request, outcome in chain.from_iterable(found):
            if isinstance(outcome, EndpointError):
                errors.append(outcome)
                lacking += [request] if isinstance(outcome, UnparsableAnswer) else []
            else:
                values[list(batch)] = outcome[0]
                models.append(outcome[1])
                lacking += [request] if any(map(math.isnan, outcome[0])) else []
        return Judgements(
            values,
            tuple(error for error in errors if not isinstance(error, UnparsableAnswer)),
            tuple(error for error in errors if isinstance(error, UnparsableAnswer)),
            next(filter(None, models), ""),
            tuple(lacking),
        )

    async def _asked(self, explanation: str, items: Items, batch: Batch) -> list[tuple[Batch, Any, Outcome]]:
        """The outcome of a batch; of its halves, and theirs, where the model does not read so much at once."""
        request = self._request(explanation, items, batch)
        outcome = await self._outcome(request, len(batch))
        if not isinstance(outcome, RequestTooLong) or len(batch) == 1:
            return [(batch, request, outcome)]
        halves = batch[: len(batch) // 2], batch[len(batch) // 2 :]
        return [*chain.from_iterable(await all_of([self._asked(explanation, items, half) for half in halves]))]

    def _request(self, explanation: str, items: Items, batch: Batch) -> Any:
        raise NotImplementedError

    async def _answer(self, request: Any, n: int) -> tuple[list[float], str]:
        raise NotImplementedError

    def _room(self, n: int) -> int:
        """Tokens beside the input for `n` items."""
        raise NotImplementedError

    async def _outcome(self, request: Any, n: int) -> Outcome:
        try:
            return await self._answer(request, n)
        except EndpointRefused:
            raise
        except EndpointError as error:
            return error

    def _batches(self, explanation: str, items: Items) -> list[Batch]:
        """Places of the items that are asked together, in their order; items of one excerpt in different rounds."""
        empty = self._count(judging_input(explanation, [], marked=items.scorer == "fuzzing")) + 2 * PER_QUESTION
        batches: list[list[int]] = []
        size, current, seen = 0, -1, Tally[object]()
        rounds = []
        for item in items.items:
            rounds.append(seen[item.excerpt])
            seen[item.excerpt] += 1
        for place in sorted(range(len(rounds)), key=rounds.__getitem__):
            cost = self._count(f"Excerpt 99: {_shown(items.items[place])}\n")
            is_full = not batches or len(batches[-1]) >= self._most or rounds[place] != current
            if is_full or empty + size + cost + self._room(len(batches[-1]) + 1) > self._context_tokens:
                if empty + cost + self._room(1) > self._context_tokens:
                    raise NotSupported(
                        f"An excerpt makes a prompt of some {empty + cost} tokens; {self._context_tokens} fit into "
                        "the context with the answer. Raise --context-tokens if the model reads more, or take another."
                    )
                batches.append([])
                size, current = 0, rounds[place]
            batches[-1].append(place)
            size += cost
        return [tuple(batch) for batch in batches]


class DecisionJudge(_Batched):
    """By typed decisions: one predicate an excerpt, many in a request."""

    name = "decisions"

    def _request(self, explanation: str, items: Items, batch: Batch) -> DecisionRequest:
        marked = items.scorer == "fuzzing"
        shown = [_shown(items.items[place]) for place in batch]
        questions = tuple(judging_question(number, marked=marked) for number in range(1, len(batch) + 1))
        return DecisionRequest(judging_input(explanation, shown, marked=marked), questions)

    def _room(self, n: int) -> int:
        return n * PER_QUESTION

    async def _answer(self, request: DecisionRequest, n: int) -> tuple[list[float], str]:
        answer = await self._endpoint.decide(request)
        return read_decisions(request, answer), answer.model


class StructuredJudge(_Batched):
    """By a JSON object with a probability for each of many excerpts, at temperature 0."""

    name = "structured"

    def __init__(
        self, endpoint: Endpoint, *, context_tokens: int = 8192, count: Counter = estimate_tokens, held: bool = True
    ) -> None:
        """`held` False: no schema goes with the prompt, which asks for JSON itself."""
        super().__init__(endpoint, context_tokens=context_tokens, count=count)
        self._held = held

    @property
    def description(self) -> str:
        """The same, and whether a schema came with the prompt."""
        return super().description + ("" if self._held else ", not held to a schema")

    def _request(self, explanation: str, items: Items, batch: Batch) -> ChatRequest:
        shown = [_shown(items.items[place]) for place in batch]
        messages = structured_judging_messages(explanation, shown, marked=items.scorer == "fuzzing")
        return ChatRequest(messages, max_tokens=self._room(len(batch)), schema=JUDGING_SCHEMA if self._held else None)

    def _room(self, n: int) -> int:
        return n * PER_ENTRY + 64

    async def _answer(self, request: ChatRequest, n: int) -> tuple[list[float], str]:
        answer = await self._endpoint.chat(request)
        return read_structured(whole_text(answer), n), answer.model


class DigitJudge(_Batched):
    """By one generated digit, and the log-probabilities of both where the endpoint gives them; one item a request."""

    name = "digits"

    def __init__(
        self,
        endpoint: Endpoint,
        *,
        context_tokens: int = 8192,
        count: Counter = estimate_tokens,
        top_logprobs: int = 20,
    ) -> None:
        super().__init__(endpoint, context_tokens=context_tokens, count=count, most=1)
        self._top_logprobs = top_logprobs

    def _request(self, explanation: str, items: Items, batch: Batch) -> ChatRequest:
        shown, marked = _shown(items.items[batch[0]]), items.scorer == "fuzzing"
        messages = digit_judging_messages(explanation, shown, marked=marked)
        return ChatRequest(messages, max_tokens=self._room(1), top_logprobs=self._top_logprobs)

    def _room(self, n: int) -> int:
        return 4

    async def _answer(self, request: ChatRequest, n: int) -> tuple[list[float], str]:
        answer = await self._endpoint.chat(request)
        return [read_digit(answer)], answer.model


JUDGES = {judge.name: judge for judge in (DecisionJudge, StructuredJudge, DigitJudge)}


def _shown(item: Item) -> str:
    return shown_excerpt(item.record.tokens, item.marked)
