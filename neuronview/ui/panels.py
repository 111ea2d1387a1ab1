"""Sections of a page that are closed at first."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from neuronview.errors import NeuronViewError
from neuronview.ui.problems import say, section

__all__ = ["kept_open", "live_section"]


def kept_open(label: str, key: str, *, icon: str | None = None) -> DeltaGenerator:
    """An expander, closed at first, that stays as its reader left it when the page around it changes.

    Streamlit's own forgets that it was opened where what stands above it comes or goes.
    """
    return st.expander(label, key=key, icon=icon, on_change="rerun")


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
