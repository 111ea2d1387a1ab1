"""While a run is carried out, Python looks for garbage less often.

A call to a language model makes thousands of small objects, nearly all of which go by themselves. Python looks at all
objects every few hundred calls, which takes a tenth of a second for those of imported packages alone, and nothing is
sent meanwhile. So what is there before is set aside, and what is young is looked at a thirtieth as often.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

__all__ = ["seldom_collected"]

SELDOM = (20_000, 20, 50)
"""Young objects after which they are looked at, and how often that is until older ones are, and all."""


@contextmanager
def seldom_collected() -> Iterator[None]:
    """Within this; of one thread at a time."""
    before = gc.get_threshold()
    gc.collect()
    gc.freeze()
    gc.set_threshold(*SELDOM)
    try:
        yield
    finally:
        gc.set_threshold(*before)
        gc.unfreeze()
