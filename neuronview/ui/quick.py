"""Keeps runs of the pages short: what was imported once is not searched for garbage after each of them.

Streamlit collects garbage after every run, before the browser has the last of the page: some 80 ms here, nearly all of
it for the objects of imported packages, which never become garbage.
"""

from __future__ import annotations

import atexit
import gc
import sys

__all__ = ["spare_imported"]

_spared = 0
"""Modules that were there when objects were set aside last."""


def spare_imported() -> None:
    """Set aside all objects there are, where modules have come since this was done last (such as torch)."""
    global _spared
    if len(sys.modules) == _spared:
        return
    if not _spared:
        atexit.register(gc.unfreeze)
    _spared = len(sys.modules)
    gc.collect()
    gc.freeze()
