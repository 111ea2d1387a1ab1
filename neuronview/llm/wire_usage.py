"""Token counts as an endpoint reports them, where they can be true; an estimate, marked as one, where they cannot.

Budgets and prices are built on these numbers, so a count that cannot be right is not believed: a negative one, a text,
none at all for a prompt that was not empty, or more tokens than the prompt can have.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from neuronview.llm.calls import Usage

__all__ = ["BYTES_PER_TOKEN", "bytes_of", "read_usage"]

BYTES_PER_TOKEN = 4.0
"""Of English text, for most tokenizers; used only where an endpoint reports nothing that can be true."""
_ROOM = 4_000
"""Tokens that templates, tools and hidden instructions may add to a request."""


def bytes_of(*texts: str) -> int:
    """Length in UTF-8."""
    return sum(len(text.encode()) for text in texts)


def read_usage(raw: object, *, input_bytes: int, output_bytes: int = 0, prompts: int = 1) -> Usage:
    """Usage from an answer's `usage` object in any of the known forms.

    `prompts`: how often the endpoint may have read the input, since some read it once for every question.
    """
    usage = raw if isinstance(raw, Mapping) else {}
    given = _count(usage, "prompt_tokens", "input_tokens")
    generated = _count(usage, "completion_tokens", "output_tokens")
    details = usage.get("prompt_tokens_details") or usage.get("input_tokens_details")
    cached = _count(details, "cached_tokens") if isinstance(details, Mapping) else 0
    most = (input_bytes + _ROOM) * max(1, prompts)
    if given is None or given > most or (given == 0 and input_bytes > 0):
        return Usage(
            math.ceil(input_bytes / BYTES_PER_TOKEN), 0, math.ceil(output_bytes / BYTES_PER_TOKEN), reported=False
        )
    if generated is None:
        return Usage(given, min(cached or 0, given), math.ceil(output_bytes / BYTES_PER_TOKEN), reported=False)
    return Usage(given, min(cached or 0, given), generated)


def _count(usage: Mapping[str, Any], *names: str) -> int | None:
    """The first of the fields that holds a count; None where none does."""
    for name in names:
        value = usage.get(name)
        if isinstance(value, int) and not isinstance(value, bool) and value >= 0:
            return value
    return None
