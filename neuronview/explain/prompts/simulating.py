"""What a simulator is told: an explanation, the scale, example neurons, and the excerpt whose activations it is to say.

Builds messages and inputs only: knows neither endpoints nor how answers are read.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache

from neuronview.explain.prompts.examples import Example
from neuronview.explain.prompts.listing import excerpt_listing, json_token, numbered_listing
from neuronview.llm.calls import Message, Question

__all__ = [
    "STRUCTURED_SCHEMA",
    "all_at_once_messages",
    "decision_input",
    "decision_question",
    "digits_messages",
    "one_line",
    "structured_answer",
    "structured_messages",
]

TASK = (
    "A neuron of a language model reads a text token by token and is more or less active at each of them. "
    "You are told what the neuron responds to, and predict its activation at each token of an excerpt.\n"
    "The scale is whole numbers from 0 to {highest}: 0 is no activation, {highest} the strongest that this neuron "
    "has. At most tokens of most texts it is 0. "
)
ALL_AT_ONCE = (
    "Each line holds a token, a tab and the activation. Where the activation was not recorded, the line says "
    '"unknown" in its place; from some line on the numbers are there.'
)
DIGITS = (
    "The excerpt comes as numbered lines, each with one token as a JSON string. Answer with the same lines, in the "
    "same order, each followed by a tab and the activation at that token. Write nothing else."
)
STRUCTURED = (
    "The excerpt comes as numbered lines, each with one token as a JSON string. Answer with one JSON object: "
    '{"ratings": [{"position": number of the line, "token": its token, "activation": from 0 to 10}]}, one entry for '
    "each line, in order. Write nothing else."
)
STRUCTURED_SCHEMA = {
    "type": "object",
    "properties": {
        "ratings": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    "position": {"type": "integer"},
                    "token": {"type": "string"},
                    "activation": {"type": "number"},
                },
                "required": ["position", "token", "activation"],
                "additionalProperties": False,
            },
        }
    },
    "required": ["ratings"],
    "additionalProperties": False,
}
"""Without bounds on numbers and lengths, which not every endpoint takes: they are checked when the answer is read."""


def all_at_once_messages(
    explanation: str, tokens: Sequence[str], examples: Sequence[Example], *, highest: int = 10
) -> tuple[Message, ...]:
    """The published form: examples whose values begin somewhere, then the excerpt with `unknown` throughout.

    The last turn is the one to be read. `highest` below 10 lowers the values of the examples to that top.
    """
    messages = [Message("system", TASK.format(highest=highest) + ALL_AT_ONCE)]
    for number, example in enumerate(examples, 1):
        listings = [
            excerpt_listing(record.tokens, [min(value, highest) for value in values], reveal=record.reveal)
            for record, values in zip(example.records, example.values, strict=True)
        ]
        messages += _pair(_neuron(number, example.explanation) + "\nActivations:", "\n".join(listings))
    return (
        *messages,
        *_pair(_neuron(len(examples) + 1, explanation) + "\nActivations:", excerpt_listing(tokens)),
    )


def digits_messages(explanation: str, tokens: Sequence[str], examples: Sequence[Example]) -> tuple[Message, ...]:
    """A chat whose answer repeats the numbered lines of the excerpt, each with its activation."""
    messages = [Message("system", TASK.format(highest=10) + DIGITS)]
    for number, example in enumerate(examples, 1):
        messages += _numbered_turns(number, example, numbered_listing)
    return (*messages, Message("user", _with_lines(_neuron(len(examples) + 1, explanation), tokens)))


def structured_messages(explanation: str, tokens: Sequence[str], examples: Sequence[Example]) -> tuple[Message, ...]:
    """A chat whose answer is a JSON object of STRUCTURED_SCHEMA, one rating a token."""
    messages = [Message("system", TASK.format(highest=10) + STRUCTURED)]
    for number, example in enumerate(examples, 1):
        messages += _numbered_turns(number, example, structured_answer)
    return (*messages, Message("user", _with_lines(_neuron(len(examples) + 1, explanation), tokens)))


def structured_answer(tokens: Sequence[str], values: Sequence[float]) -> str:
    """The answer that STRUCTURED asks for."""
    entries = [
        f'{{"position": {number}, "token": {json_token(token)}, "activation": {value:g}}}'
        for number, (token, value) in enumerate(zip(tokens, values, strict=True), 1)
    ]
    return '{"ratings": [' + ", ".join(entries) + "]}"


def decision_input(explanation: str, tokens: Sequence[str], *, levels: int) -> str:
    """What all questions about an excerpt have in common: the task, the scale (once), the numbered tokens."""
    return (
        "A neuron of a language model reads a text token by token. "
        f"It responds to: {one_line(explanation)}\n"
        "Each question names one token of the excerpt below by its number. Answer how active the neuron is at that "
        f"token: 0 is no activation, {levels - 1} the strongest that this neuron has. At most tokens it is 0.\n"
        f"Excerpt:\n{numbered_listing(tokens)}"
    )


def decision_question(position: int, token: str, *, levels: int) -> Question:
    """One ordered-scale question; `position` from 0. Equal tokens differ by their number."""
    return Question(
        name=f"t{position + 1}",
        kind="score",
        instructions=f"Activation at token {position + 1}, {json_token(token)}?",
        levels=tuple(map(str, range(levels))),
    )


def one_line(explanation: str) -> str:
    """The explanation without line breaks and outer white space, so that it cannot pass for part of the form."""
    return " ".join(explanation.split())


def _neuron(number: int, explanation: str) -> str:
    return f"Neuron {number}\nIt responds to: {one_line(explanation)}"


@lru_cache(maxsize=256)
def _numbered_turns(
    number: int, example: Example, answer: Callable[[Sequence[str], Sequence[int]], str]
) -> tuple[Message, ...]:
    """The excerpts of an example neuron, each with its answer: the same in every prompt, so they are written once."""
    head = _neuron(number, example.explanation)
    return tuple(
        turn
        for record, values in zip(example.records, example.values, strict=True)
        for turn in _pair(_with_lines(head, record.tokens), answer(record.tokens, values))
    )


def _with_lines(head: str, tokens: Sequence[str]) -> str:
    return f"{head}\nExcerpt:\n{numbered_listing(tokens)}"


def _pair(question: str, answer: str) -> tuple[Message, Message]:
    return Message("user", question), Message("assistant", answer)
