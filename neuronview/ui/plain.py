"""Text from models, corpora and people, made safe to show where Streamlit reads Markdown or HTML."""

from __future__ import annotations

import html
import re

__all__ = ["html_safe", "markdown_safe"]

_SPECIAL = re.compile(r"([\\`*_{}\[\]()#+\-.!|<>~$:&^=@/])")


def markdown_safe(text: str) -> str:
    """The text with every character that Markdown, LaTeX or Streamlit's directives give a meaning to, escaped."""
    return _SPECIAL.sub(r"\\\1", " ".join(text.split()))


def html_safe(text: object) -> str:
    """The text for HTML content and attribute values."""
    return html.escape(str(text), quote=True)
