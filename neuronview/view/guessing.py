"""A guess at what a neuron fires on: as a pattern where it reads like one, which can be scored, or as a sentence."""

from __future__ import annotations

import re
from dataclasses import dataclass

from neuronview.explain.pattern import expression_in
from neuronview.view.own_sentence import words_in_quotes

__all__ = ["Guess", "read_guess"]

_WORDS = re.compile(r"[^\s,]+(?:\s*,\s*[^\s,]+)*,?")


@dataclass(frozen=True)
class Guess:
    """What was typed, and the pattern that it is read as."""

    text: str
    pattern: str = ""
    """Empty for a free sentence, which needs a language model to be read."""
    is_regex: bool = False

    @property
    def words(self) -> str:
        """How it is read."""
        if not self.pattern:
            return "a sentence"
        return f"the expression {self.pattern}" if self.is_regex else f"the words {self.pattern}"


def read_guess(typed: str) -> Guess:
    """An expression, words with commas between them, the words in quotation marks of a sentence, or just a sentence."""
    text = typed.strip()
    if (expression := expression_in(text)) is not None:
        return Guess(text, expression, is_regex=True)
    if quoted := words_in_quotes(text):
        return Guess(text, ", ".join(quoted))
    return Guess(text, text.rstrip(",") if _WORDS.fullmatch(text) else "")
