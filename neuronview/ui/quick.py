"""Keeps runs of the pages short: what they need is imported before the first of them, and is no garbage after each.

While a browser loads Streamlit's own files, the server has nothing to do: then the packages behind the pages come in.

Streamlit collects garbage after every run, before the browser has the last of the page: some 80 ms here, nearly all of
it for the objects of imported packages, which never become garbage.
"""

from __future__ import annotations

import atexit
import gc
import sys
import threading
from importlib import import_module

__all__ = ["NEEDED", "import_ahead", "spare_imported"]

NEEDED = (
    "neuronview.store",
    "neuronview.view.evaluation",
    "neuronview.jobs.neuron_files",
    "neuronview.jobs.launch",
    "plotly.graph_objects",
    "pandas.io.formats.style",
)
"""What a neuron's page imports and takes longest, in the order in which it does; nothing that draws, and no torch."""

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


def import_ahead() -> None:
    """Begin to import what the pages need, beside the server, which answers meanwhile."""
    threading.Thread(target=_import, name="neuronview-import", daemon=True).start()


def _import() -> None:
    for name in NEEDED:
        import_module(name)
