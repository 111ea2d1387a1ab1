"""Ratings that a model wrote, each with the number and token of its line: what counts, and for which token.

Models leave lines out, repeat them, shift them and end early. A rating counts for the position it names if it also
names the token that stands there; two different ones for one position contradict each other and neither counts.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from neuronview.explain.prompts import Counter
from neuronview.explain.simulators.base import Distribution

__all__ = ["Ratings", "answer_room", "same_token"]

SPARE = 1.25
"""Answers get so much more room than the shortest right one needs, since tokens are counted roughly."""


class Ratings:
    """One distribution a token, filled rating by rating."""

    def __init__(self, tokens: Sequence[str]) -> None:
        self._tokens = tokens
        self._found: dict[int, Distribution] = {}

    def add(self, position: int, rating: Distribution, token: str) -> None:
        """Note the rating of a position (from 0), empty where it was not valid; another token's does not count."""
        if not 0 <= position < len(self._tokens) or not same_token(token, self._tokens[position]):
            return
        known = self._found.setdefault(position, rating)
        if known is not rating and _likeliest(known) != _likeliest(rating):
            self._found[position] = {}

    @property
    def distributions(self) -> list[Distribution]:
        """In the order of the tokens; empty where nothing valid was said."""
        return [self._found.get(position, {}) for position in range(len(self._tokens))]


def same_token(said: str, token: str) -> bool:
    """Whether a model meant this token: models often drop the space before or after one."""
    return said == token or (bool(token.strip()) and said.strip() == token.strip())


def answer_room(answer: str, count: Counter) -> int:
    """Tokens to allow for an answer as long as this one."""
    return math.ceil(count(answer) * SPARE) + 32


def _likeliest(rating: Distribution) -> float | None:
    return max(rating, key=lambda value: rating[value]) if rating else None
