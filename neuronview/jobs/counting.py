"""Tokens that a model will read and write for a request, before it is asked.

By the model's own tokenizer where it is in this process, else at the rate that its real calls had, else from the
words: how many tokens a byte has differs by half between a list of tokens, prose and JSON, but four tokenizers of
hosted models were within a tenth of the words' estimate on most prompts once the probe's prompt had set the scale.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from neuronview.explain.prompts import count_messages, estimate_tokens
from neuronview.jobs.endpoints import Route
from neuronview.jobs.measured import Rate, bytes_read, measure_of
from neuronview.llm.cache import kind_of
from neuronview.llm.calls import ChatRequest, DecisionRequest, Message, Request
from neuronview.llm.probe import TYPICAL

__all__ = ["Tokens"]

EXACT_DECISIONS = 16
"""Requests of typed decisions that a local tokenizer counts; a request is a prompt for every token, so the others
are taken at the same rate."""
PER_QUESTION, PER_LEVEL = 4, 2
"""Tokens of a typed question's form, and of a level with what sets it apart."""
_words = lru_cache(maxsize=1 << 12)(estimate_tokens)


class Tokens:
    """Tokens of requests as one model reads them, and of answers as it writes them."""

    def __init__(self, route: Route, rates: Mapping[str, Rate]) -> None:
        self._route, self._rates = route, rates
        self._decided = {False: Rate(), True: Rate()}
        ratio = route.capabilities.tokens_per_byte
        typical = count_messages([Message("user", TYPICAL)])
        self._scale = 1.0 if ratio is None else ratio * len(TYPICAL.encode()) / typical

    def __call__(self, request: Request, *, judges: bool = False) -> float:
        """Input tokens. `judges`: whether a judge asks."""
        route = self._route
        if route.runner is not None and hasattr(route.runner, "count_read"):
            return self._exact(route.runner, request, judges=judges)
        measured = self._rates.get(measure_of(kind_of(request), judges=judges), Rate()).tokens_per_byte
        if measured is not None:
            return bytes_read(request, often=route.reads_input_often) * measured
        if isinstance(request, DecisionRequest):
            asked = [
                _words(q.name) + _words(q.instructions) + PER_QUESTION + PER_LEVEL * len(q.levels)
                for q in request.questions
            ]
            read = len(asked) if route.reads_input_often else 1
            return self._scale * (_words(request.input) * read + sum(asked))
        schema = _words(str(request.schema)) if isinstance(request, ChatRequest) and request.schema else 0
        return self._scale * (count_messages(request.messages, _words) + schema)

    def written(self, text: str, *, judges: bool = False) -> float:
        """Output tokens of a chat's answer of this text."""
        if self._route.runner is not None:
            return float(self._route.count(text) + 1)
        rate = self._rates.get(measure_of("chat", judges=judges), Rate()).written_per_byte
        return self._scale * (_words(text) + 1) if rate is None else rate * len(text.encode())

    def _exact(self, runner: Any, request: Request, *, judges: bool) -> float:
        if isinstance(request, DecisionRequest):
            size, decided = bytes_read(request, often=True), self._decided[judges]
            if decided.calls >= EXACT_DECISIONS:
                return size * (decided.tokens_per_byte or 0.0)
            tokens = int(runner.count_decided(request.input, request.questions))
            self._decided[judges] += Rate(1, size, tokens)
            return float(tokens)
        turns = [(message.role, message.content) for message in request.messages]
        if isinstance(request, ChatRequest):
            return float(runner.count_generated_from(turns))
        return float(runner.count_read(turns))
