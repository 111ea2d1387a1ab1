"""An endpoint that asks nobody: it counts what a run would ask, and answers so that the run would go on.

Answers that are cached already are given as they are, and count as free. Of each request only the first counts, as
at a desk. What it says otherwise means nothing; its length is that of a proper answer.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import cast

from neuronview.llm.cache import Cache, kind_of, request_key
from neuronview.llm.calls import (
    Answer,
    ChatAnswer,
    ChatRequest,
    Decision,
    DecisionAnswer,
    DecisionRequest,
    EchoAnswer,
    EchoRequest,
    Request,
    plain_text,
)

__all__ = ["Asked", "DryEndpoint", "Tally"]

EXPLANATION = "Words and phrases that have to do with one certain topic, as in case {} of many"
JUDGED = re.compile(r"^Excerpt \d+: ", re.MULTILINE)
START, UNKNOWN = "<start>\n", "\tunknown\n"


@dataclass(frozen=True)
class Asked:
    """One request that would be sent, or would be if it were not cached."""

    step: str
    identity: str
    kind: str
    cached: bool
    input_tokens: float = 0.0
    output_tokens: float = 0.0


@dataclass
class Tally:
    """What was asked so far."""

    asked: list[Asked] = field(default_factory=list)
    seen: set[str] = field(default_factory=set)


class DryEndpoint:
    """Stands in for one model in one step of a run."""

    def __init__(
        self,
        identity: str,
        model: str,
        step: str,
        tally: Tally,
        *,
        tokens: Callable[[Request], float],
        written: Callable[[str], float],
        cache: Cache | None = None,
    ) -> None:
        """`tokens` of a request as the model reads it, those `written` for an answer's text."""
        self.identity, self.model = identity, model
        self._step, self._tally, self._tokens, self._written_for, self._cache = step, tally, tokens, written, cache

    async def chat(self, request: ChatRequest) -> ChatAnswer:
        """A sentence, or the lines or the object that a simulator asks for."""
        return cast(ChatAnswer, self._answered(request))

    async def echo(self, request: EchoRequest) -> EchoAnswer:
        """The last turn, with a distribution at each `unknown`."""
        return cast(EchoAnswer, self._answered(request))

    async def decide(self, request: DecisionRequest) -> DecisionAnswer:
        """Every answer as likely as any other."""
        return cast(DecisionAnswer, self._answered(request))

    async def close(self) -> None:
        """Nothing is open."""

    def _answered(self, request: Request) -> Answer:
        key = request_key(self.identity, request)
        found = None if self._cache is None else self._cache.get(key)
        answer = found or self._made_up(request)
        if key not in self._tally.seen:
            self._tally.seen.add(key)
            kind = kind_of(request)
            if found is not None:
                self._tally.asked.append(Asked(self._step, self.identity, kind, cached=True))
            else:
                tokens, written = self._tokens(request), self._written(request, answer)
                self._tally.asked.append(Asked(self._step, self.identity, kind, False, tokens, written))
        return answer

    def _written(self, request: Request, answer: Answer) -> float:
        if not isinstance(answer, ChatAnswer) or not isinstance(request, ChatRequest):
            return 0.0
        return min(self._written_for(answer.text), float(request.max_tokens))

    def _made_up(self, request: Request) -> Answer:
        if isinstance(request, DecisionRequest):
            return DecisionAnswer(
                tuple(_even(question.name, len(question.levels) or 2) for question in request.questions)
            )
        if isinstance(request, EchoRequest):
            return _echo(request)
        return ChatAnswer(self._said(request), self.model, finish="stop")

    def _said(self, request: ChatRequest) -> str:
        asked = request.messages[-1].content
        if request.schema is not None and "judgements" in str(request.schema):
            judged = len(JUDGED.findall(asked))
            entries = [f'{{"excerpt": {number}, "probability": 0.5}}' for number in range(1, judged + 1)]
            return f'{{"judgements": [{", ".join(entries)}]}}'
        lines = [line.split("\t") for line in asked.rpartition("Excerpt:\n")[2].split("\n") if "\t" in line]
        if self._step == "explain" or not lines:
            # Another sentence for every neuron and candidate, or they would be asked about once for all of them.
            return EXPLANATION.format(100 + int(request_key(self.identity, request)[:8], 16) % 900) + "."
        if request.schema is None:
            return "\n".join(f"{line[0]}\t{line[1]}\t{place % 3}" for place, line in enumerate(lines))
        ratings = [
            f'{{"position": {line[0]}, "token": {line[1]}, "activation": {place % 3}}}'
            for place, line in enumerate(lines)
        ]
        return '{"ratings": [' + ", ".join(ratings) + "]}"


def _even(name: str, levels: int) -> Decision:
    return Decision(name, "ok", (1 / levels,) * levels)


def _echo(request: EchoRequest) -> EchoAnswer:
    """The text of the last turn, cut where each `unknown` begins."""
    text = request.messages[-1].content or plain_text(request)
    body = text[text.rindex(START) :] if START in text else text
    pieces = [text[: len(text) - len(body)]]
    even: dict[str, float] = {str(value): math.log(1 / 11) for value in range(11)}
    found: list[dict[str, float] | None] = [None]
    for part in body.split(UNKNOWN[1:]):
        pieces += [part, UNKNOWN[1:]]
        found += [None, even]
    del pieces[-1], found[-1]
    kept = [(piece, each) for piece, each in zip(pieces, found, strict=True) if piece]
    logprobs = {"tokens": [piece for piece, _ in kept], "top_logprobs": [each for _, each in kept]}
    return EchoAnswer({"choices": [{"logprobs": logprobs}]})
