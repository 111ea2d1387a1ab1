"""What a judge is told: an explanation, and excerpts of which it says whether they fit.

Detection asks about whole excerpts, fuzzing about the marked tokens of each. One text serves all ways of answering;
only the last sentences differ. Builds messages and inputs only.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from neuronview.explain.prompts.listing import json_token
from neuronview.explain.prompts.simulating import one_line
from neuronview.llm.calls import Message, Question

__all__ = [
    "JUDGING_SCHEMA",
    "digit_judging_messages",
    "judging_input",
    "judging_question",
    "shown_excerpt",
    "structured_judging_messages",
]

OPENING, CLOSING = "⟦", "⟧"
TASK = (
    "A neuron of a language model reads a text token by token. Almost everywhere it is hardly active; at a few tokens "
    "it is strongly active. You are told what it responds to.\n"
)
WHOLE = (
    "Some of the excerpts below hold a token at which the neuron is strongly active, the others none. Judge each "
    "excerpt by itself."
)
MARKED = (
    f"In each excerpt below, some tokens are marked with {OPENING}{CLOSING}. In some excerpts these are the tokens at "
    "which the neuron is strongly active, in the others it is not active at any of them. Judge the marked tokens of "
    "each excerpt by themselves, whatever else is in it."
)
ABOUT_WHOLE = "Does excerpt {number} hold a token at which the neuron is strongly active?"
ABOUT_MARKED = "Is the neuron strongly active at the marked tokens of excerpt {number}?"
STRUCTURED = (
    'Answer with one JSON object: {"judgements": [{"excerpt": its number, "probability": from 0 for certainly not to '
    "1 for certainly}]}, one entry for each excerpt, in order. Write nothing else."
)
DIGIT = "Answer with one digit, 1 for yes or 0 for no, and nothing else."
JUDGING_SCHEMA = {
    "type": "object",
    "properties": {
        "judgements": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {"excerpt": {"type": "integer"}, "probability": {"type": "number"}},
                "required": ["excerpt", "probability"],
                "additionalProperties": False,
            },
        }
    },
    "required": ["judgements"],
    "additionalProperties": False,
}
"""Without bounds on numbers and lengths, which not every endpoint takes: they are checked when the answer is read."""


def shown_excerpt(tokens: Sequence[str], marked: Collection[int] = ()) -> str:
    """The text of an excerpt on one line, as a JSON string; runs of marked tokens stand between brackets."""
    pieces = []
    for position, token in enumerate(tokens):
        opens = position in marked and position - 1 not in marked
        closes = position in marked and position + 1 not in marked
        pieces.append(f"{OPENING if opens else ''}{token}{CLOSING if closes else ''}")
    return json_token("".join(pieces))


def judging_input(explanation: str, shown: Sequence[str], *, marked: bool) -> str:
    """What all questions have in common: the task, the explanation, the numbered excerpts (of `shown_excerpt`)."""
    lines = "\n".join(f"Excerpt {number}: {text}" for number, text in enumerate(shown, 1))
    return f"{TASK}{MARKED if marked else WHOLE}\nThe neuron responds to: {one_line(explanation)}\n{lines}"


def judging_question(number: int, *, marked: bool) -> Question:
    """A yes-or-no question about the excerpt of this number (from 1)."""
    return Question(f"e{number}", "predicate", (ABOUT_MARKED if marked else ABOUT_WHOLE).format(number=number))


def structured_judging_messages(explanation: str, shown: Sequence[str], *, marked: bool) -> tuple[Message, ...]:
    """A chat whose answer is a JSON object of JUDGING_SCHEMA, one probability an excerpt."""
    return Message("system", STRUCTURED), Message("user", judging_input(explanation, shown, marked=marked))


def digit_judging_messages(explanation: str, shown: str, *, marked: bool) -> tuple[Message, ...]:
    """A chat about one excerpt, whose answer is 0 or 1."""
    asked = (ABOUT_MARKED if marked else ABOUT_WHOLE).format(number=1)
    return Message("system", DIGIT), Message("user", f"{judging_input(explanation, [shown], marked=marked)}\n{asked}")
