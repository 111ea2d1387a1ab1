"""A stand-in for a language model: it knows what an explanation marks, and answers with noise.

An endpoint like any other: it reads explanation and excerpt out of the prompt, and answers in the form that was asked
for. What it thinks of an excerpt depends on its seed, the explanation and the excerpt alone, not on who asked before.
"""

from __future__ import annotations

import json
import math
import re
import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from neuronview.llm.calls import (
    ChatAnswer,
    ChatRequest,
    Decision,
    DecisionAnswer,
    DecisionRequest,
    EchoAnswer,
    EchoRequest,
    GeneratedToken,
    plain_text,
)

__all__ = ["JUDGES", "Judge", "Temper"]

Floats = NDArray[np.float64]
Truth = Callable[[Sequence[str]], NDArray[np.bool_]]
HIGHEST, STRONG = 10, 8.0
LINE_END = "\tunknown\n"


@dataclass(frozen=True)
class Temper:
    """How a judge errs."""

    misses: float
    """Share of the marked tokens that it does not see."""
    alarms: float
    """Share of the other tokens that it holds to be marked."""
    misread: float
    """Share of the excerpts that it judges by another explanation, where it may take one for another."""
    level: float
    """Standard deviation of the level that it gives to what it sees, around 8 of 10."""
    tastes: float
    """Standard deviation of what it adds to a token whenever it meets it."""
    bias: float
    """What it adds to every level."""
    missing: float
    """Share of the tokens that it gives no valid answer for."""


JUDGES: Mapping[str, Temper] = {
    "careful": Temper(0.05, 0.002, 0.02, 1.0, 0.2, 0.3, 0.005),
    "fair": Temper(0.2, 0.01, 0.1, 2.0, 0.5, 0.7, 0.02),
    "poor": Temper(0.4, 0.03, 0.25, 3.0, 1.0, 1.0, 0.05),
}


class Judge:
    """Knows `truths` by explanation; `mistaken` names, by explanation, the one that it may take it for."""

    identity = "planted judge"
    model = "planted judge"

    def __init__(
        self,
        truths: Mapping[str, Truth],
        temper: Temper,
        *,
        seed: int = 0,
        mistaken: Mapping[str, str] | None = None,
    ) -> None:
        self._truths, self._temper, self._seed = truths, temper, seed
        self._mistaken = mistaken or {}

    def values(self, explanation: str, tokens: Sequence[str]) -> Floats:
        """What it thinks of each token, 0..10; nan where it will not say. KeyError for an unknown explanation."""
        temper = self._temper
        text = "\x1f".join((str(self._seed), explanation, *tokens))
        rng = np.random.default_rng([self._seed, zlib.crc32(text.encode("utf-8", "surrogatepass"))])
        other = self._mistaken.get(explanation, explanation)
        marked = self._truths[other if rng.random() < temper.misread else explanation](tokens)
        n = len(tokens)
        seen = np.where(marked, rng.random(n) >= temper.misses, rng.random(n) < temper.alarms)
        levels = np.where(seen, rng.normal(STRONG, temper.level, n), rng.exponential(0.2, n))
        levels += temper.bias + temper.tastes * np.array([_taste(token, self._seed) for token in tokens])
        return np.where(rng.random(n) < temper.missing, np.nan, np.clip(levels, 0, HIGHEST))

    async def echo(self, request: EchoRequest) -> EchoAnswer:
        """The text in pieces, with a distribution over numbers at each `unknown` of the last turn."""
        text = plain_text(request)
        head, start, block = text.rpartition("<start>\n")
        if "responds to: " not in text:
            return _echo([text], [None])
        lines = block.split(LINE_END)[:-1]
        values = self.values(_explanation(text), lines)
        pieces = [head + start]
        top: list[Mapping[str, float] | None] = [None]
        for line, value in zip(lines, values, strict=True):
            pieces += [line + "\t", "unknown", "\n"]
            top += [{}, {" the": -0.1} if math.isnan(value) else _logprobs(value), {}]
        return _echo([*pieces, "<end>"], [*top, {}])

    async def decide(self, request: DecisionRequest) -> DecisionAnswer:
        """A distribution over the levels for each question."""
        values = self.values(_explanation(request.input), _numbered(request.input))
        return DecisionAnswer(
            tuple(
                _decision(question.name, values[int(question.name[1:]) - 1], len(question.levels))
                for question in request.questions
            ),
            model=self.model,
        )

    async def chat(self, request: ChatRequest) -> ChatAnswer:
        """Lines with numbers, or the object of the schema; tokens that it will not judge are left out."""
        asked = request.messages[-1].content
        tokens = _numbered(asked)
        said = [
            (number, token, value)
            for number, (token, value) in enumerate(
                zip(tokens, self.values(_explanation(asked), tokens), strict=True), 1
            )
            if not math.isnan(value)
        ]
        if request.schema is not None:
            ratings = [{"position": n, "token": token, "activation": round(value)} for n, token, value in said]
            return ChatAnswer(json.dumps({"ratings": ratings}, ensure_ascii=False), model=self.model, finish="stop")
        pieces = []
        for number, token, value in said:
            head = f"{number}\t{json.dumps(token, ensure_ascii=False)}\t"
            top = _logprobs(value) if request.top_logprobs else {}
            pieces += [GeneratedToken(head), GeneratedToken(str(round(value)), top), GeneratedToken("\n")]
        return ChatAnswer("".join(p.text for p in pieces), model=self.model, tokens=tuple(pieces), finish="stop")

    async def close(self) -> None:
        """Nothing to let go of."""


def _explanation(prompt: str) -> str:
    return str(re.findall(r"responds to: (.*)", prompt)[-1])


def _numbered(text: str) -> tuple[str, ...]:
    listing = text.rpartition("Excerpt:\n")[2]
    return tuple(json.loads(line.split("\t")[1]) for line in listing.split("\n") if "\t" in line)


def _taste(token: str, seed: int) -> float:
    """Between -1.7 and 1.7, with standard deviation 1."""
    return (zlib.crc32(f"{seed} {token}".encode("utf-8", "surrogatepass")) / 2**32 - 0.5) * math.sqrt(12)


def _shares(place: float, highest: int) -> dict[int, float]:
    """A distribution over 0..highest whose mean is `place`: on the two whole numbers around it."""
    low = min(highest - 1, math.floor(place))
    return {low: 1 - (place - low), low + 1: place - low}


def _logprobs(value: float) -> dict[str, float]:
    return {str(number): math.log(share) for number, share in _shares(value, HIGHEST).items() if share > 0}


def _decision(name: str, value: float, levels: int) -> Decision:
    if math.isnan(value):
        return Decision(name, "refused", reason="will not say")
    shares = _shares(value / HIGHEST * (levels - 1), levels - 1)
    return Decision(name, "ok", tuple(shares.get(level, 0.0) for level in range(levels)))


def _echo(pieces: Sequence[str], top: Sequence[Mapping[str, float] | None]) -> EchoAnswer:
    return EchoAnswer({"choices": [{"logprobs": {"tokens": list(pieces), "top_logprobs": list(top)}}]})
