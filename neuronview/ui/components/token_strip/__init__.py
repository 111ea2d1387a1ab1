"""The token heat map as a Streamlit component: registers it; `neuronview.ui.heatmap` builds what it shows."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

__all__ = ["mount"]

_FOLDER = Path(__file__).parent

mount = st.components.v2.component(
    "neuronview_token_strip",
    html='<div class="nv-root"></div>',
    css=(_FOLDER / "strip.css").read_text(encoding="utf-8"),
    js=(_FOLDER / "strip.js").read_text(encoding="utf-8"),
)
