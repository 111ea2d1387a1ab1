"""Words or a regular expression as an explanation: compiled, bounded in time, and marked on tokens.

Plain words match whole words without regard to case; a comma separates alternatives; `*` stands for any letters, none
included. An expression is run by the `regex` engine with a time limit, since some take for ever on some texts.
"""

from __future__ import annotations

import re
import time
from collections.abc import Sequence
from itertools import accumulate, pairwise

import numpy as np
import regex
from numpy.typing import NDArray

from neuronview.errors import BadPattern

__all__ = ["MAX_PATTERN", "SECONDS", "Pattern", "expression_in", "without_slashes"]

MAX_PATTERN = 500
SECONDS = 0.25
"""Longest time that a pattern may take on an excerpt, and on all its slow excerpts together."""
SLOW = 0.01
"""From so many seconds of computing on an excerpt counts as slow; an ordinary one takes a thousandth of that."""

_SLASHED = re.compile(r"/((?:[^/\\]|\\.)+)/([ims]*)")
_EXPRESSION_MARKS = re.compile(
    r"""
    \\[A-Za-z.*+?()\[\]{}|^$]      # an escape: \d, \b, \.
    | \[[^\]\s]+\]                 # a choice of characters: [Tt]
    | \(\? | \)[*+?{] | [.\]][*+]  # (?i), (ab)+, .*, [a-z]+
    | \w\?\w                       # colou?r
    | \{\d+(,\d*)?\}               # {4}
    | \S\|\S                       # this|that
    | ^\^\S | [a-z)]\$$            # ^The, ing$
    """,
    re.VERBOSE,
)
"""What is rare among words and common in regular expressions; `cat*`, `C++`, `what?` and `e.g.` are words."""


def without_slashes(text: str) -> str | None:
    """The expression between slashes, as other tools write it (`/cats?/i`); None where there are none."""
    found = _SLASHED.fullmatch(text.strip())
    if found is None:
        return None
    body, flags = found.groups()
    return f"(?{''.join(sorted(set(flags)))}){body}" if flags else body


def expression_in(text: str) -> str | None:
    """The regular expression that a person seems to have typed for words; None where it reads like words."""
    meant = without_slashes(text) or (text.strip() if _EXPRESSION_MARKS.search(text.strip()) else None)
    if meant is None:
        return None
    try:
        Pattern(meant, is_regex=True)
    except BadPattern:
        return None
    return meant


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
        self._left = SECONDS

    def marks(self, tokens: Sequence[str]) -> NDArray[np.bool_]:
        """Which tokens hold a character of a match: (tokens,).

        White space in a match counts only where the whole match is white space; an empty match marks nothing.
        Raises BadPattern when the pattern takes longer than SECONDS.
        """
        text = "".join(tokens)
        hits = np.zeros(len(text), dtype=bool)
        for start, end in self._spans(text):
            blank = text[start:end].isspace()
            hits[[place for place in range(start, end) if blank or not text[place].isspace()]] = True
        edges = [0, *accumulate(map(len, tokens))]
        return np.array([bool(hits[a:b].any()) for a, b in pairwise(edges)], dtype=bool)

    def _spans(self, text: str) -> list[tuple[int, int]]:
        begun = time.thread_time()
        try:
            found = [match.span() for match in self._compiled.finditer(text, timeout=max(self._left, 1e-3))]
        except TimeoutError as error:
            self._left = 0.0
            raise BadPattern(
                f"The expression was stopped after {SECONDS:g} s. Nested repetition such as (a+)+ does that: write it "
                "without."
            ) from error
        taken = time.thread_time() - begun
        if taken > SLOW:
            self._left = max(0.0, self._left - taken)
        return found


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
