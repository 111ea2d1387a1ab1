"""A section of a page that is closed at first, kept in the address, and worked out by itself when it is opened."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from neuronview.errors import NeuronViewError
from neuronview.ui.problems import say, section

__all__ = ["live_section"]


@st.fragment
def live_section(label: str, key: str, draw: Callable[[], None], *, expanded: bool = False) -> None:
    """An expander whose content is drawn by `draw`, in a fragment: its widgets leave the rest of the page alone.

    `draw` is not called while it is closed; what it refuses is said in its place.
    """
    with st.expander(label, key=key, bind="query-params", expanded=expanded) as panel:
        if not panel.open:
            return
        with section(key):
            try:
                draw()
            except NeuronViewError as error:
                say(error)
