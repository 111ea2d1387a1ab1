"""The widgets of Browse by their keys, with the values at which they are not in the address."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import streamlit as st

__all__ = ["ANY", "EVERY", "FILTERS", "FULL_CONTEXT", "FULL_SCORE", "FULL_SHARE", "clear", "first_page"]

ANY, EVERY = "any", "all neurons"
FULL_SCORE: tuple[float, float] = (-1.0, 1.0)
FULL_SHARE: tuple[float, float] = (0.0, 100.0)
FULL_CONTEXT: tuple[int, int] = (0, 100)
FILTERS: dict[str, Any] = {
    "q": "",
    "browse_regex": False,
    "browse_layers": [],
    "browse_explainer": ANY,
    "browse_score": FULL_SCORE,
    "browse_active": FULL_SHARE,
    "browse_context": FULL_CONTEXT,
    "browse_state": [],
    "browse_list": EVERY,
}


def first_page() -> None:
    """Go back to the first page of the table, whose rows are others now."""
    st.session_state["browse_page"] = 1


def clear(keys: Iterable[str] = tuple(FILTERS)) -> None:
    """Set these widgets to what keeps everything; the address follows. For callbacks."""
    for key in keys:
        st.session_state[key] = FILTERS[key]
    first_page()
