"""What every page has at its top right: copy its link, list its keys; and the keys themselves.

The script is several files that stand in one scope, one after the other: a component has one script, and there is no
build step. Only the last one exports.
"""

from __future__ import annotations

from pathlib import Path

import streamlit as st

__all__ = ["HTML", "mount", "script", "style"]

_FOLDER = Path(__file__).parent
_SCRIPTS = ("keys.js", "link.js", "history.js", "main.js")

HTML = (_FOLDER / "tools.html").read_text(encoding="utf-8")


def script() -> str:
    """The component's script, a JavaScript module."""
    return "\n".join((_FOLDER / name).read_text(encoding="utf-8") for name in _SCRIPTS)


def style() -> str:
    """The component's style sheet."""
    return (_FOLDER / "tools.css").read_text(encoding="utf-8")


mount = st.components.v2.component("neuronview_page_tools", html=HTML, css=style(), js=script())
