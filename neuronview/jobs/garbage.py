"""While a run is carried out, Python looks for garbage less often.

A call to a language model makes thousands of small objects, nearly all of which go by themselves. Python looks at all
objects every few hundred calls, which takes a tenth of a second for those of imported packages alone, and nothing is
sent meanwhile. So what is there before is set aside, and young ones are looked at far less often.
"""

from __future__ import annotations

import gc
import threading
from collections.abc import Iterator
from contextlib import contextmanager

__all__ = ["seldom_collected"]

SELDOM = (20_000, 20, 50)
"""Young objects after which they are looked at, and how often that is until older ones are, and all."""
_lock = threading.Lock()
_within: list[tuple[tuple[int, int, int], bool]] = []
"""How it was before the first of those who are within now, an entry for each: thresholds, whether all was looked at."""


@contextmanager
def seldom_collected() -> Iterator[None]:
    """Within this, of the whole process; within another one, or beside it, nothing more changes."""
    with _lock:
        if not _within:
            before = gc.get_threshold(), gc.get_freeze_count() == 0
            gc.collect()
            gc.freeze()
            gc.set_threshold(*SELDOM)
        _within.append(_within[0] if _within else before)
    try:
        yield
    finally:
        with _lock:
            thresholds, all_looked_at = _within.pop()
            if not _within:
                gc.set_threshold(*thresholds)
                if all_looked_at:
                    gc.unfreeze()
