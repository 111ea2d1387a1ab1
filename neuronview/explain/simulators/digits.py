"""The simulator by generated numbers: the model repeats the excerpt's numbered lines with an activation on each.

One request an excerpt, not one a token: the prompt, the larger part of the price, is then paid once instead of 64
times. The price of that is that a number is generated after those before it. Where the endpoint gives
log-probabilities of generated tokens, the distribution over numbers is read where each number begins; else it is
the written number alone.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import accumulate

from neuronview.explain.prompts import Example, numbered_listing
from neuronview.explain.prompts.simulating import digits_messages
from neuronview.explain.simulators.base import HIGHEST, Distribution, PromptOptions
from neuronview.explain.simulators.lines import Ratings
from neuronview.explain.simulators.written import Written
from neuronview.llm.calls import ChatAnswer, ChatRequest, Endpoint, GeneratedToken, Message

__all__ = ["Digits", "read_lines"]

_LINE = re.compile(r'\s*(\d{1,6})[.:)]?\s+("(?:[^"\\]|\\.)*")\s+(\S+)\s*')
"""Some models write blanks where they read tabs; the token's quotes tell the fields apart."""
_WHOLE = re.compile(r"\d{1,2}(\.0+)?")
_NUMBERS = {str(number): number for number in range(HIGHEST + 1)}


class Digits(Written):
    """One request an excerpt, at temperature 0, with `top_logprobs` alternatives of each generated token (0: none)."""

    name = "digits"

    def __init__(
        self,
        endpoint: Endpoint,
        *,
        options: PromptOptions | None = None,
        n_examples: int = 2,
        top_logprobs: int = 20,
    ) -> None:
        super().__init__(endpoint, options=options, n_examples=n_examples)
        self._top_logprobs = top_logprobs

    @property
    def description(self) -> str:
        """The name, and whether values are expected over alternatives or only the written number."""
        return self.name if self._top_logprobs else f"{self.name}, written numbers only"

    def _longest(self, tokens: Sequence[str]) -> str:
        return numbered_listing(tokens, [HIGHEST] * len(tokens))

    def _messages(self, explanation: str, tokens: Sequence[str], examples: Sequence[Example]) -> tuple[Message, ...]:
        return digits_messages(explanation, tokens, examples)

    def _request(self, messages: tuple[Message, ...], room: int) -> ChatRequest:
        return ChatRequest(messages, max_tokens=room, top_logprobs=self._top_logprobs)

    def _read(self, answer: ChatAnswer, tokens: Sequence[str]) -> list[Distribution]:
        return read_lines(answer, tokens)


def read_lines(answer: ChatAnswer, tokens: Sequence[str]) -> list[Distribution]:
    """The distribution of each token's number; empty where no valid line names the token at its position.

    Whole numbers 0 to 10 count, nothing else.
    """
    joined = "".join(token.text for token in answer.tokens)
    text = joined if joined.strip() == answer.text.strip() else answer.text
    ratings, ends = Ratings(tokens), _LineEnds(text, answer.tokens)
    for index, line in enumerate(text.split("\n")):
        match = _LINE.fullmatch(line)
        if match is None:
            continue
        number, quoted, written = match.groups()
        ratings.add(int(number) - 1, _rating(written, ends.tokens_of(index, written)), _unquoted(quoted))
    return ratings.distributions


class _LineEnds:
    """Where the last field of each line begins among the generated tokens."""

    def __init__(self, text: str, tokens: Sequence[GeneratedToken]) -> None:
        self._lines = "".join(token.text for token in tokens).split("\n")
        # A piece of a character may read differently by itself; lines and their ends do not.
        self._tokens = tuple(tokens) if len(self._lines) == text.count("\n") + 1 else ()
        self._starts = [0, *accumulate(len(token.text) for token in self._tokens)][:-1]
        self._line_starts = [0, *accumulate(len(line) + 1 for line in self._lines)]

    def tokens_of(self, line: int, written: str) -> tuple[str, tuple[GeneratedToken, ...]]:
        """What its first token holds before the number, and the generated tokens from there; none if not found."""
        if not self._tokens or not self._lines[line].rstrip().endswith(written):
            return "", ()
        place = self._line_starts[line] + len(self._lines[line].rstrip()) - len(written)
        index = max(i for i, start in enumerate(self._starts) if start <= place)
        return self._tokens[index].text[: place - self._starts[index]], self._tokens[index : index + 2]


def _rating(written: str, generated: tuple[str, tuple[GeneratedToken, ...]]) -> Distribution:
    """The distribution at a written number; that number alone without log-probabilities; empty if it is not valid."""
    if not _WHOLE.fullmatch(written) or not float(written) <= HIGHEST:
        return {}
    before, tokens = generated
    weights = dict(_weights(tokens[0].top_logprobs, before)) if tokens else {}
    if len(tokens) > 1 and tokens[0].text.removeprefix(before) == "1":
        _divide_ten(weights, tokens[1].top_logprobs)
    total = sum(weights.values())
    return {value: weight / total for value, weight in weights.items()} if total > 0 else {float(written): 1.0}


def _weights(top_logprobs: Mapping[str, float], before: str) -> Iterator[tuple[float, float]]:
    """Probability by number, of alternatives that hold the same before it and at most white space after it."""
    sums: dict[float, float] = {}
    for text, logprob in top_logprobs.items():
        number = _NUMBERS.get(text.removeprefix(before).rstrip()) if text.startswith(before) else None
        if number is not None:
            sums[float(number)] = sums.get(float(number), 0.0) + math.exp(logprob)
    return iter(sums.items())


def _divide_ten(weights: dict[float, float], following: Mapping[str, float]) -> None:
    """Give 10 its part of the weight of 1, where a tokenizer writes it as 1 and 0."""
    zero = min(1.0, sum(math.exp(logprob) for text, logprob in following.items() if text.rstrip() == "0"))
    if zero > 0:
        one = weights.pop(1.0, 0.0)
        weights[10.0] = weights.get(10.0, 0.0) + one * zero
        weights[1.0] = one * (1 - zero)


def _unquoted(text: str) -> str:
    try:
        return str(json.loads(text, strict=False))
    except ValueError:
        return text[1:-1]
