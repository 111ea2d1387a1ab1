"""The token heat map as a Streamlit component: registers it; `neuronview.view.heatmap` builds what it shows.

The script is several files that stand in one scope, one after the other: a component has one script, and there is no
build step. Only the last one exports.
"""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from neuronview.view.styles import strip_style

__all__ = ["HTML", "mount", "script", "style"]

_FOLDER = Path(__file__).parent
_SCRIPTS = ("colour.js", "words.js", "legend.js", "strip.js", "tip.js", "hands.js", "main.js")

HTML = '<div class="nv-root"></div>'


def script() -> str:
    """The component's script, a JavaScript module."""
    return "\n".join((_FOLDER / name).read_text(encoding="utf-8") for name in _SCRIPTS)


def style() -> str:
    """The component's style sheet."""
    return strip_style()


mount = st.components.v2.component("neuronview_token_strip", html=HTML, css=style(), js=script())
