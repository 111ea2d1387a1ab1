"""NeuronView: see what GPT-2's neurons respond to, and how far to trust what is said of them.

Importing this package does nothing and needs nothing: neither torch, streamlit nor duckdb is loaded before a
function that needs it is called.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from neuronview.store import open_dataset
    from neuronview.view.notebook import show

__all__ = ["load_ipython_extension", "open_dataset", "show"]


def __getattr__(name: str) -> Any:
    if name == "open_dataset":
        from neuronview.store import open_dataset

        return open_dataset
    if name == "show":
        from neuronview.view.notebook import show

        return show
    raise AttributeError(f"module 'neuronview' has no attribute '{name}'")


def load_ipython_extension(ipython: Any) -> None:
    """What `%load_ext neuronview` calls: records are shown as heat maps where a cell ends with one."""
    from neuronview.view.notebook import register

    register(ipython)
