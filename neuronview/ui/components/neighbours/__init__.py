"""What the pages of neighbours show first, in the browser before they are asked for.

A component that draws nothing: on a key or a click it changes the name of the neuron and has the heat maps
(`token_strip`) drawn at once; what comes from the server then replaces all of it.
"""

from __future__ import annotations

from pathlib import Path

import streamlit as st

__all__ = ["HTML", "mount", "script"]

HTML = "<span hidden></span>"


def script() -> str:
    """The component's script, a JavaScript module."""
    return Path(__file__).with_name("neighbours.js").read_text(encoding="utf-8")


mount = st.components.v2.component("neuronview_neighbours", html=HTML, js=script())
