"""How long a run still takes, at the pace that was seen since the page began to watch it. Knows no run."""

from __future__ import annotations

from collections.abc import MutableMapping
from typing import Any

__all__ = ["time_left"]

_SEEN = "nv_run_pace"
ENOUGH_SECONDS, ENOUGH_SHARE = 3.0, 0.03
"""What must have been seen before a guess is worth anything."""


def time_left(memory: MutableMapping[Any, Any], run: str, *, share: float, now: float) -> str:
    """The time left in words, from the part that is behind (0 to 1) at `now`, in seconds; empty while unknown.

    `memory` keeps when the run was first seen, and how far it was then.
    """
    seen, start, first = memory.get(_SEEN, ("", now, share))
    if seen != run or share < first:
        memory[_SEEN] = (run, now, share)
        return ""
    if now - start < ENOUGH_SECONDS or share - first < ENOUGH_SHARE:
        return ""
    return _in_words((1 - share) * (now - start) / (share - first))


def _in_words(seconds: float) -> str:
    if seconds < 10:
        return "a few seconds left"
    if seconds < 90:
        return f"about {round(seconds, -1):.0f} seconds left"
    return f"about {seconds / 60:.0f} minutes left"
