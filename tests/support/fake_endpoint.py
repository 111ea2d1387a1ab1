"""Endpoints that answer in this process: from a script, and as a judge that knows the truth."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from typing import Any

import numpy as np

from neuronview.llm.calls import (
    ChatAnswer,
    ChatRequest,
    Decision,
    DecisionAnswer,
    DecisionRequest,
    EchoAnswer,
    EchoRequest,
    GeneratedToken,
    Request,
    plain_text,
)

Reply = Any


class FakeEndpoint:
    """Gives what `reply` says to each request, or raises it; `history` holds the requests."""

    identity = "fake"
    model = "fake-model"

    def __init__(self, reply: Callable[[Request], Reply] | Reply) -> None:
        self._reply = reply if callable(reply) else lambda _: reply
        self.history: list[Request] = []

    async def _answer(self, request: Request) -> Reply:
        self.history.append(request)
        answer = self._reply(request)
        if isinstance(answer, BaseException):
            raise answer
        return answer

    async def chat(self, request: ChatRequest) -> ChatAnswer:
        return await self._answer(request)

    async def echo(self, request: EchoRequest) -> EchoAnswer:
        return await self._answer(request)

    async def decide(self, request: DecisionRequest) -> DecisionAnswer:
        return await self._answer(request)

    async def close(self) -> None:
        return None


def chat_script(*texts: str) -> FakeEndpoint:
    """Answers chats with these texts, one after another."""
    left = list(texts)
    return FakeEndpoint(lambda _: ChatAnswer(left.pop(0), model="fake-model-1", finish="stop"))


def spread(value: float) -> dict[int, float]:
    """A distribution over 0..10 whose mean is `value`: on the two whole numbers around it."""
    low = min(9, math.floor(value))
    return {low: 1 - (value - low), low + 1: value - low}


def logprobs(distribution: Mapping[int, float]) -> dict[str, float]:
    """The same as a mapping from text to log-probability."""
    return {str(value): math.log(p) for value, p in distribution.items() if p > 0}


def echo_of(text: str, offsets: Mapping[int, Mapping[str, float]], cuts: Sequence[int] = ()) -> EchoAnswer:
    """The echoed text cut into pieces (bytes), with log-probabilities for the pieces that begin at these offsets."""
    body = text.encode()
    edges = sorted({0, len(body), *cuts, *offsets})
    edges = [edge for edge in edges if edge <= len(body)]
    pieces = [_written(body[a:b]) for a, b in pairwise(edges)]
    top = [None if edge == 0 else dict(offsets.get(edge, {})) for edge in edges[:-1]]
    return EchoAnswer({"choices": [{"logprobs": {"tokens": pieces, "top_logprobs": top}}]})


def _written(piece: bytes) -> str:
    try:
        return piece.decode()
    except UnicodeDecodeError:
        return "bytes:" + "".join(f"\\x{byte:02x}" for byte in piece)


class Judge:
    """A reply for FakeEndpoint: the normalised activation of the excerpt it is asked about, with noise.

    `truth` is by explanation, then by tokens, on the scale 0..10. Any other explanation gets noise around 3.
    """

    def __init__(self, truth: Mapping[str, Mapping[tuple[str, ...], Sequence[float]]], *, noise: float = 1.0) -> None:
        self._truth = truth
        self._noise = noise
        self._drawn = np.random.default_rng(0)

    def __call__(self, request: Request) -> Reply:
        if isinstance(request, EchoRequest):
            asked = "responds to: " in plain_text(request)
            return self._echo(request) if asked else echo_of(plain_text(request), {})
        if isinstance(request, DecisionRequest):
            return self._decide(request)
        return self._chat(request)

    def values(self, prompt: str, tokens: tuple[str, ...]) -> list[float]:
        """What the judge thinks, from the last explanation in the prompt."""
        explanation = re.findall(r"responds to: (.*)", prompt)[-1]
        truth = self._truth.get(explanation, {}).get(tokens)
        centre = np.full(len(tokens), 3.0) if truth is None else np.asarray(truth, dtype=float)
        return np.clip(centre + self._noise * self._drawn.normal(size=len(tokens)), 0, 10).tolist()

    def _echo(self, request: EchoRequest) -> EchoAnswer:
        text = plain_text(request)
        start = len(text[: text.rindex("<start>\n")].encode()) + len("<start>\n")
        block = text.encode()[start:]
        places = [start + match.start() + 1 for match in re.finditer(b"\tunknown\n", block)]
        tokens = tuple(part.decode() for part in block.split(b"\tunknown\n")[:-1])
        values = self.values(text, tokens)
        return echo_of(text, {p: logprobs(spread(v)) for p, v in zip(places, values, strict=True)})

    def _decide(self, request: DecisionRequest) -> DecisionAnswer:
        values = self.values(request.input, _numbered(request.input.split("Excerpt:\n")[-1]))
        return DecisionAnswer(
            tuple(
                Decision(question.name, "ok", _on_levels(values[int(question.name[1:]) - 1], len(question.levels)))
                for question in request.questions
            )
        )

    def _chat(self, request: ChatRequest) -> ChatAnswer:
        asked = request.messages[-1].content
        tokens = _numbered(asked.split("Excerpt:\n")[-1])
        values = self.values(asked, tokens)
        if request.schema is not None:
            return ChatAnswer(
                json.dumps(
                    {
                        "ratings": [
                            {"position": i, "token": t, "activation": v}
                            for i, (t, v) in enumerate(zip(tokens, values, strict=True), 1)
                        ]
                    }
                )
            )
        pieces = []
        for i, (token, value) in enumerate(zip(tokens, values, strict=True), 1):
            written = round(value)
            pieces += [
                GeneratedToken(f"{i}\t{json.dumps(token)}\t"),
                GeneratedToken(str(written), logprobs(spread(value))),
                GeneratedToken("\n"),
            ]
        return ChatAnswer("".join(piece.text for piece in pieces), tokens=tuple(pieces))


def _numbered(text: str) -> tuple[str, ...]:
    return tuple(json.loads(line.split("\t")[1]) for line in text.split("\n") if "\t" in line)


def _on_levels(value: float, n: int) -> tuple[float, ...]:
    place = value / 10 * (n - 1)
    low = min(n - 2, math.floor(place))
    shares = [0.0] * n
    shares[low], shares[low + 1] = 1 - (place - low), place - low
    return tuple(shares)
