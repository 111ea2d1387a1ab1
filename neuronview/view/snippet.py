"""An excerpt in one line of text around its strongest token, which is marked: what fits into a cell of a table."""

from __future__ import annotations

import numpy as np

from neuronview.records import ActivationRecord
from neuronview.tokens import display_text

__all__ = ["MARKS", "snippet"]

MARKS = ("»", "«")
BEFORE, AFTER = 8, 3
"""Tokens that are shown before and after the strongest one."""


def snippet(record: ActivationRecord, *, before: int = BEFORE, after: int = AFTER) -> str:
    """Such as `… The cat »sat« on the mat`; empty where the excerpt has no value.

    Spaces stand as they are, outside the marks; line breaks and control characters as the heat map shows them.
    """
    values = np.asarray(record.activations, dtype=np.float64)
    if not len(values) or np.isnan(values).all():
        return ""
    place = int(np.nanargmax(values))
    first, end = max(0, place - before), min(len(record.tokens), place + after + 1)
    pieces = [_readable(token) for token in record.tokens[first:end]]
    strongest = pieces[place - first]
    body = strongest.strip(" ") or strongest
    lead, _, trail = strongest.partition(body)
    pieces[place - first] = f"{lead}{MARKS[0]}{body}{MARKS[1]}{trail}"
    text = "".join(pieces).strip(" ")
    return ("… " if first else "") + text + (" …" if end < len(record.tokens) else "")


def _readable(token: str) -> str:
    """As `display_text`, with the spaces around a word as spaces."""
    body = token.strip(" ")
    lead, _, trail = token.partition(body) if body else (token, "", "")
    return lead + (display_text(body) if body else "") + trail
