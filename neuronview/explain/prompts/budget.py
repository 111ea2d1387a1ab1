"""How much of a prompt fits into a model's context: examples are shortened first, then dropped, then records.

Token counting is injected, since every model counts for itself; `estimate_tokens` stands in where nobody can.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Sequence

from neuronview.errors import NotSupported
from neuronview.explain.prompts.examples import Example
from neuronview.llm.calls import Message

__all__ = ["Counter", "count_messages", "estimate_tokens", "within_budget"]

Counter = Callable[[str], int]
"""Number of a model's tokens in a text."""

PER_MESSAGE = 4
"""Tokens that a chat format adds to each turn."""
_PIECES = re.compile(r" ?[^\W\d_]+| ?\d{1,3}| ?[^\w\s]+|\s|_+")
_ASCII_LETTERS, _OTHER_LETTERS = 9, 2


def estimate_tokens(text: str) -> int:
    """About how many tokens a byte-pair tokenizer makes of a text: words, numbers, marks, each white-space character.

    Long words, long runs of marks and letters beyond ASCII count for more.
    """
    return sum(_cost(piece) for piece in _PIECES.findall(text))


def count_messages(messages: Sequence[Message], count: Counter = estimate_tokens) -> int:
    """Tokens of a conversation, with what a chat format adds."""
    return sum(count(message.content) + PER_MESSAGE for message in messages)


def within_budget(
    build: Callable[[tuple[Example, ...], int], tuple[Message, ...]],
    examples: Sequence[Example],
    *,
    n_records: int = 1,
    least_records: int = 1,
    least_examples: int = 0,
    budget: int,
    count: Counter = estimate_tokens,
) -> tuple[Message, ...]:
    """The fullest prompt that fits: `build(examples, n_records)` with as much as `budget` tokens allow.

    Second records of the examples go first, one example after another; then whole examples, the last first, down to
    `least_examples`; then records of the neuron itself. Raises NotSupported when even the least is too long.
    """
    size = 0
    for chosen, records in _ever_less(tuple(examples), n_records, least_records, least_examples):
        messages = build(chosen, records)
        size = count_messages(messages, count)
        if size <= budget:
            return messages
    raise NotSupported(
        f"The shortest prompt has about {size} tokens, but {budget} fit into the context. "
        "Raise --context-tokens if the model reads more, or take one with a longer context."
    )


def _ever_less(
    examples: tuple[Example, ...], n_records: int, least_records: int, least_examples: int
) -> Iterator[tuple[tuple[Example, ...], int]]:
    yield examples, n_records
    for index, example in enumerate(examples):
        if len(example.records) > 1:
            examples = (*examples[:index], example.first(1), *examples[index + 1 :])
            yield examples, n_records
    while len(examples) > least_examples:
        examples = examples[:-1]
        yield examples, n_records
    for fewer in range(n_records - 1, least_records - 1, -1):
        yield examples, fewer


def _cost(piece: str) -> int:
    body = piece.strip(" ") or piece
    if body.isascii():
        return max(1, math.ceil(len(body) / (_ASCII_LETTERS if body.isalnum() else 4)))
    return max(1, math.ceil(len(body) / _OTHER_LETTERS))
