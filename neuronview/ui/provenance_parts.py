"""Where an explanation and its scores come from: who explained, who simulated or judged, with which prompts."""

from __future__ import annotations

import streamlit as st

from neuronview.records import Explanation
from neuronview.ui.plain import html_safe, html_table
from neuronview.view.provenance import provenance_rows

__all__ = ["provenance_popover", "provenance_rows"]


def provenance_popover(explanation: Explanation, *, key: str) -> None:
    """A button that opens everything known of how an explanation and its scores were made."""
    rows = provenance_rows(explanation)
    if not rows:
        return
    with st.popover("Where it comes from", icon=":material/info:", key=key):
        cells = [[html_safe(name), f"<span data-nv-made>{html_safe(value)}</span>"] for name, value in rows]
        st.html(html_table(("", ""), cells))
