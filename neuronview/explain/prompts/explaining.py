"""What an explainer is told: excerpts with activations, or tokens, or an explanation that went wrong.

Builds messages only: knows neither endpoints nor how an answer becomes an explanation.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from neuronview.explain.prompts.examples import Example
from neuronview.explain.prompts.listing import (
    is_sparse,
    json_token,
    nonzero_listing,
    normalized_records,
    records_listing,
)
from neuronview.explain.prompts.simulating import one_line
from neuronview.llm.calls import Message
from neuronview.records import ActivationRecord, Floats

__all__ = [
    "WrongExcerpt",
    "counter_example_messages",
    "pairs_messages",
    "revision_messages",
    "summary_messages",
    "token_space_messages",
]

FORM = (
    "Answer with one short sentence that names what it responds to: the kind of token, and what has to stand around "
    "it where that matters. Cover what the strong activations have in common, and nothing that the zeros share. "
    "Do not list examples, do not quote the excerpts, and do not begin with “This neuron”."
)
PAIRS = (
    "You study single neurons of a language model. A neuron is more or less active at each token of a text. You see "
    "excerpts in which a neuron was active: a line for each token, with a tab and the activation, from 0 (none) to "
    "10 (its strongest here). Say what the neuron responds to.\n" + FORM
)
SUMMARY = (
    "You study single neurons of a language model. A neuron is more or less active at each token of a text. You see "
    "excerpts in which a neuron was active, each followed by its active tokens with their activation, from 1 to 10 "
    "(its strongest here); at all other tokens it was 0. Say what the neuron responds to.\n" + FORM
)
TOKEN_SPACE = (
    "You study single neurons of a language model. You see the tokens at which a neuron is most active on average, "
    "the strongest first, as JSON strings. A token can be part of a word; a space at its start begins a word. Say "
    "what these tokens have in common.\n"
    "Answer with one short sentence that names the kind of token. Do not list the tokens, and do not begin with "
    "“This neuron”."
)
REVISION = (
    "You study single neurons of a language model. Somebody said what a neuron responds to, and on some excerpts "
    "that was wrong. You see these excerpts: a line for each token, with its real activation, from 0 (none) to 10 "
    "(its strongest here), and the one predicted from the explanation. Say better what the neuron responds to: keep "
    "what was right, mend what was too wide, too narrow or missed.\n" + FORM
)
COUNTER = (
    "You test explanations of single neurons of a language model. For the explanation that you are given, write "
    "sentences that could show it to be wrong: half of them with what it names, but in unusual form or surroundings; "
    "half without it, but close to it in meaning, sound or spelling. One sentence a line, each of at most 25 words, "
    "no numbers or marks before it, nothing else."
)
MOST_ACTIVE = 14
"""How many active tokens a summary names of an excerpt."""


@dataclass(frozen=True, eq=False)
class WrongExcerpt:
    """An excerpt with its real activations, and what the explanation predicted on the scale 0..10 (None: nothing)."""

    tokens: tuple[str, ...]
    activations: Floats
    predicted: Floats | None = None


def pairs_messages(
    records: Sequence[ActivationRecord], examples: Sequence[Example], *, sparse_repeat: bool = True
) -> tuple[Message, ...]:
    """Excerpts with a value at each token; where few are above zero, these few once more."""
    messages = [Message("system", PAIRS)]
    for number, example in enumerate(examples, 1):
        shown = _with_repeat([record.tokens for record in example.records], example.values, sparse_repeat)
        messages += [Message("user", f"Neuron {number}\n{shown}"), Message("assistant", example.explanation)]
    values = normalized_records([record.activations for record in records])
    shown = _with_repeat([record.tokens for record in records], values, sparse_repeat)
    return (*messages, Message("user", f"Neuron {len(examples) + 1}\n{shown}"))


def summary_messages(records: Sequence[ActivationRecord], examples: Sequence[Example]) -> tuple[Message, ...]:
    """Excerpts as plain text, each with its active tokens: about half the tokens of `pairs_messages`."""
    messages = [Message("system", SUMMARY)]
    for number, example in enumerate(examples, 1):
        shown = _summaries([record.tokens for record in example.records], example.values)
        messages += [Message("user", f"Neuron {number}\n{shown}"), Message("assistant", example.explanation)]
    values = normalized_records([record.activations for record in records])
    shown = _summaries([record.tokens for record in records], values)
    return (*messages, Message("user", f"Neuron {len(examples) + 1}\n{shown}"))


def token_space_messages(tokens: Sequence[str]) -> tuple[Message, ...]:
    """The tokens with the highest mean activation, no text around them."""
    return Message("system", TOKEN_SPACE), Message("user", ", ".join(map(json_token, tokens)))


def revision_messages(
    explanation: str, wrong: Sequence[WrongExcerpt], tried: Sequence[WrongExcerpt] = ()
) -> tuple[Message, ...]:
    """The explanation, the excerpts it predicts worst, and sentences that were tried on the neuron."""
    values = normalized_records([excerpt.activations for excerpt in (*wrong, *tried)])
    parts = [
        f"Explanation so far: {one_line(explanation)}",
        "Excerpts that it predicts badly (token, real, predicted):",
    ]
    parts += map(_compared, wrong, values)
    if tried:
        sentences = records_listing([excerpt.tokens for excerpt in tried], values[len(wrong) :])
        parts += ["Sentences written to test it, with the real activation alone:", sentences]
    return Message("system", REVISION), Message("user", "\n".join(parts))


def counter_example_messages(explanation: str, n: int) -> tuple[Message, ...]:
    """A request for `n` sentences that could show the explanation to be wrong."""
    return Message("system", COUNTER), Message("user", f"Explanation: {one_line(explanation)}\nWrite {n} sentences.")


def _with_repeat(tokens: Sequence[Sequence[str]], values: Sequence[Sequence[int]], repeat: bool) -> str:
    shown = f"Activations:\n{records_listing(tokens, values)}"
    if repeat and is_sparse(values):
        shown += f"\nThe same without the zeros:\n{nonzero_listing(tokens, values)}"
    return shown


def _summaries(tokens: Sequence[Sequence[str]], values: Sequence[Sequence[int]]) -> str:
    return "\n".join(_summary(*record) for record in zip(tokens, values, strict=True))


def _summary(tokens: Sequence[str], values: Sequence[int]) -> str:
    active = [i for i, value in enumerate(values) if value > 0]
    strongest = sorted(sorted(active, key=lambda i: -values[i])[:MOST_ACTIVE])
    named = ", ".join(f"{json_token(tokens[i])} {values[i]}" for i in strongest)
    more = f" and {len(active) - MOST_ACTIVE} weaker" if len(active) > MOST_ACTIVE else ""
    return f"Text: {json_token(''.join(tokens))}\nActive: {(named or 'none') + more}"


def _compared(excerpt: WrongExcerpt, values: Sequence[int]) -> str:
    predicted = ["-"] * len(values) if excerpt.predicted is None else [_whole(value) for value in excerpt.predicted]
    lines = [f"{t}\t{real}\t{said}\n" for t, real, said in zip(excerpt.tokens, values, predicted, strict=True)]
    return "".join(["<start>\n", *lines, "<end>"])


def _whole(value: float) -> str:
    return "-" if value != value else str(round(float(value)))
