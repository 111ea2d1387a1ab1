"""The style sheets of what is drawn here."""

from __future__ import annotations

from pathlib import Path

__all__ = ["strip_style"]

_FOLDER = Path(__file__).parent


def strip_style() -> str:
    """The heat map's style sheet; its colours are Streamlit's variables, such as `--st-text-color`."""
    return (_FOLDER / "strip.css").read_text(encoding="utf-8")
