"""NeuronView: see what GPT-2's neurons respond to, and how far to trust what is said of them.

Importing this package does nothing and needs nothing: neither torch, streamlit nor duckdb is loaded before a
function that needs it is called.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from neuronview.store import open_dataset

__all__ = ["open_dataset"]


def __getattr__(name: str) -> Any:
    if name == "open_dataset":
        from neuronview.store import open_dataset

        return open_dataset
    raise AttributeError(f"module 'neuronview' has no attribute '{name}'")
