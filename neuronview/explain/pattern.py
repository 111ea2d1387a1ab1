"""Words or a regular expression as an explanation: compiled, bounded in time, and marked on tokens.

Plain words match whole words without regard to case; a comma separates alternatives; `*` at an end stands for any
letters. An expression is run by the `regex` engine with a time limit, since some take for ever on some texts.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate, pairwise

import numpy as np
import regex
from numpy.typing import NDArray

from neuronview.errors import BadPattern

__all__ = ["MAX_PATTERN", "SECONDS", "Pattern"]

MAX_PATTERN = 500
SECONDS = 0.5
"""Longest time that an expression may take on one excerpt."""


class Pattern:
    """A compiled pattern that marks the tokens it matches."""

    def __init__(self, text: str, *, is_regex: bool = False) -> None:
        """Compile; BadPattern says what is wrong with an empty, too long or unreadable pattern."""
        if not text.strip():
            raise BadPattern("The pattern is empty. Type words such as “paris, london”, or a regular expression.")
        if len(text) > MAX_PATTERN:
            raise BadPattern(f"The pattern has {len(text)} characters; at most {MAX_PATTERN} are run. Shorten it.")
        self.text = text
        self.is_regex = is_regex
        expression = text if is_regex else _expression_of(text)
        try:
            self._compiled = regex.compile(expression, 0 if is_regex else regex.IGNORECASE)
        except regex.error as error:
            raise BadPattern(f"That is not a regular expression: {error}. Mend it, or search plain words.") from error

    def marks(self, tokens: Sequence[str]) -> NDArray[np.bool_]:
        """Which tokens hold a character of a match, white space apart: (tokens,).

        An empty match marks nothing. Raises BadPattern when the expression takes longer than SECONDS.
        """
        text = "".join(tokens)
        covered = np.zeros(len(text) + 1, dtype=bool)
        try:
            for match in self._compiled.finditer(text, timeout=SECONDS):
                covered[match.start() : match.end()] = True
        except TimeoutError as error:
            raise BadPattern(
                f"The expression was stopped after {SECONDS:g} s on one excerpt. Nested repetition such as (a+)+ "
                "does that: write it without."
            ) from error
        ink = np.array([not character.isspace() for character in text] + [False], dtype=bool)
        if not (covered & ink).any():
            ink = np.ones_like(ink)  # a pattern for white space itself
        edges = [0, *accumulate(map(len, tokens))]
        hits = covered & ink
        return np.array([bool(hits[a:b].any()) for a, b in pairwise(edges)], dtype=bool)


def _expression_of(words: str) -> str:
    alternatives = [_word(entry.strip()) for entry in words.split(",") if entry.strip()]
    if not alternatives:
        raise BadPattern("The pattern holds only commas. Type words such as “paris, london”.")
    return "|".join(alternatives)


def _word(entry: str) -> str:
    body = r"\w*".join(regex.escape(piece, literal_spaces=True) for piece in entry.split("*"))
    before = r"(?<!\w)" if entry[0].isalnum() else ""
    after = r"(?!\w)" if entry[-1].isalnum() else ""
    return before + body.replace(" ", r"\s+") + after
