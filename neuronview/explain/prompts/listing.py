"""Excerpts written out for a language model, with values on the scale 0..10 beside their tokens.

Two forms. The published one has a line `token<TAB>value` for each token between `<start>` and `<end>`, the token
exactly as it is (a newline token makes a line break): models read it well, and it can be found again in an echo by
position. The numbered one has lines `number<TAB>token`, the token as a JSON string and the number from 1: for answers
that a model writes, where a broken line must not shift what follows. Knows no messages.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from functools import lru_cache

import numpy as np

from neuronview.records import Floats
from neuronview.scoring import normalize_activations

__all__ = [
    "SPARSE_SHARE",
    "UNKNOWN",
    "excerpt_listing",
    "is_sparse",
    "json_token",
    "nonzero_listing",
    "normalized_records",
    "numbered_listing",
    "records_listing",
]

UNKNOWN = "unknown"
SPARSE_SHARE = 0.2
"""Below this share of non-zero values, the records are listed again without their zeros."""


def normalized_records(activations: Sequence[Floats]) -> list[list[int]]:
    """Values 0..10 of records that are shown together: 10 is the largest activation among them."""
    largest = max((float(np.max(values)) for values in activations if len(values)), default=0.0)
    return [normalize_activations(values, max(largest, 0.0)) for values in activations]


def is_sparse(values: Sequence[Sequence[int]]) -> bool:
    """Whether fewer than 20 % of all values are above zero; exactly 20 % is not sparse."""
    flat = [value for record in values for value in record]
    return bool(flat) and sum(value > 0 for value in flat) < SPARSE_SHARE * len(flat)


def excerpt_listing(tokens: Sequence[str], values: Sequence[int] | None = None, *, reveal: int = 0) -> str:
    """One excerpt between `<start>` and `<end>`; `unknown` before position `reveal`, or everywhere without values."""
    shown = [UNKNOWN] * len(tokens) if values is None else [*map(str, values)]
    shown[:reveal] = [UNKNOWN] * len(shown[:reveal])
    return _block(zip(tokens, shown, strict=True))


def records_listing(tokens: Sequence[Sequence[str]], values: Sequence[Sequence[int]]) -> str:
    """Excerpts with all their values, one after another."""
    return "\n".join(excerpt_listing(*record) for record in zip(tokens, values, strict=True))


def nonzero_listing(tokens: Sequence[Sequence[str]], values: Sequence[Sequence[int]]) -> str:
    """The same without the lines whose value is zero."""
    pairs = [zip(*record, strict=True) for record in zip(tokens, values, strict=True)]
    return "\n".join(_block((token, str(value)) for token, value in record if value > 0) for record in pairs)


def numbered_listing(tokens: Sequence[str], values: Sequence[int] | None = None) -> str:
    """Lines `number<TAB>token`, from 1, the token as a JSON string; with values, a further tab and the value."""
    lines = [f"{number}\t{json_token(token)}" for number, token in enumerate(tokens, 1)]
    if values is not None:
        lines = [f"{line}\t{value}" for line, value in zip(lines, values, strict=True)]
    return "\n".join(lines)


@lru_cache(maxsize=1 << 16)
def json_token(token: str) -> str:
    """The token as a JSON string: on one line, whatever is in it."""
    return json.dumps(token, ensure_ascii=False)


def _block(lines: Iterable[tuple[str, str]]) -> str:
    return "".join(["<start>\n", *(f"{token}\t{value}\n" for token, value in lines), "<end>"])
