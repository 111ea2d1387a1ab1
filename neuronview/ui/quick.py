"""Keeps runs of the pages short: what they need is there before the first of them, and is no garbage after each.

While a browser loads Streamlit's own files, the server has little to do: then the packages behind the pages come in,
and the dataset of the settings is opened.

A collection of garbage takes some 80 ms here, nearly all of it for the objects of imported packages, which never become
garbage and are set aside. With them go what visits have open at that moment, which is no garbage yet: from time to time
everything is looked at. And what pages give back to the allocator goes back to the machine, or a server that runs for
long looks ever larger.

Where many pages are made, a dozen threads wait for the interpreter, and each asks for it again and again: a fourth as
often as Python has it, which takes the server a twentieth less.
"""

from __future__ import annotations

import atexit
import ctypes
import gc
import os
import sys
import threading
import time
from contextlib import suppress
from importlib import import_module

from neuronview.ui.forgetting import forget_locks

__all__ = ["NEEDED", "give_back", "make_ready", "spare_imported"]

NEEDED = (
    "neuronview.ui.alike_parts",
    "neuronview.ui.answer_parts",
    "neuronview.ui.dependence_parts",
    "neuronview.ui.fetch_parts",
    "neuronview.ui.meaning_parts",
    "neuronview.ui.neuron_parts",
    "neuronview.ui.simulated_parts",
    "neuronview.ui.ahead",
)
"""With what these import, all of a neuron's page; no torch."""

SWITCH = 0.02
"""Seconds after which a thread that waits for the interpreter asks the one that has it to let go; Python's: 0.005."""
M_ARENA_MAX, POOLS = -8, 2
M_MMAP_THRESHOLD, LARGE = -3, 1 << 16
GIVE_BACK_EVERY = 20.0
"""Seconds."""
_given_back = time.monotonic()
LOOK_AGAIN_EVERY = 600.0
"""Seconds; it takes as long as a page."""
_spared = 0
"""Modules that were there when objects were set aside last."""
_looked_at: float | None = None
"""When all of them were looked at last, by the monotonic clock."""


def spare_imported() -> None:
    """Set aside all objects there are, where modules have come since (such as torch), or it is long ago."""
    global _spared, _looked_at
    now = time.monotonic()
    if _looked_at is None:
        _looked_at = now
        sys.setswitchinterval(SWITCH)
        atexit.register(gc.unfreeze)
    is_long_ago = now - _looked_at >= LOOK_AGAIN_EVERY
    if len(sys.modules) == _spared and not is_long_ago:
        return
    _spared = len(sys.modules)
    if is_long_ago:
        _looked_at = now
        gc.unfreeze()
    gc.collect()
    gc.freeze()


def give_back() -> None:
    """Return what is free to the machine, beside the pages, where that was not done in the last seconds."""
    global _given_back
    now = time.monotonic()
    if now - _given_back >= GIVE_BACK_EVERY:
        _given_back = now
        threading.Thread(target=_trim, name="neuronview-trim", daemon=True).start()


def _trim() -> None:
    forget_locks()
    with suppress(OSError, AttributeError):  # of glibc; others have no such call
        ctypes.CDLL(None).malloc_trim(0)


def make_ready(*then: str) -> None:
    """Begin to import what pages need, open the first dataset, and import `then`; the server answers meanwhile."""
    threading.Thread(target=_make_ready, args=then, name="neuronview-ready", daemon=True).start()


def _make_ready(*then: str) -> None:
    _import(*NEEDED)
    try:
        sys.modules["neuronview.ui.cached"].open_ahead()
    finally:
        _import(*then)


def _import(*names: str) -> None:
    for name in names:
        import_module(name)


# Before Arrow is there: its own allocator keeps what threads had in use that are gone, and each run of a page is one.
os.environ.setdefault("ARROW_DEFAULT_MEMORY_POOL", "system")
# Before there are threads: each would have a pool of its own, in which lies what pages of the others could use.
with suppress(OSError, AttributeError):
    ctypes.CDLL(None).mallopt(M_ARENA_MAX, POOLS)
    ctypes.CDLL(None).mallopt(M_MMAP_THRESHOLD, LARGE)
