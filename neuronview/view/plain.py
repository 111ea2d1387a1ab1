"""Text from models, corpora and people as HTML: escaped, whatever it holds."""

from __future__ import annotations

import html
from collections.abc import Sequence

from neuronview.tokens import visible_quotes

__all__ = ["activation_words", "html_safe", "html_table", "sentence_html"]

_CELL = "padding:0.15rem 0.9rem 0.15rem 0;vertical-align:top;"


def html_safe(text: object) -> str:
    """The text for HTML content and attribute values."""
    return html.escape(str(text), quote=True)


def html_table(
    headers: Sequence[str],
    rows: Sequence[Sequence[str]],
    *,
    caption: str = "",
    wrap: bool = True,
    fills: bool = False,
) -> str:
    """A small table whose cells are HTML already; numbers stand in columns. `fills`: as wide as its place."""
    head = "".join(f'<th scope="col" style="{_CELL}text-align:left">{html_safe(name)}</th>' for name in headers)
    body = "".join("<tr>" + "".join(f'<td style="{_CELL}">{cell}</td>' for cell in row) + "</tr>" for row in rows)
    title = (
        f'<caption style="text-align:left;font-weight:600;padding-bottom:0.15rem">{html_safe(caption)}</caption>'
        if caption
        else ""
    )
    spacing = "normal" if wrap else "nowrap"
    width = "width:100%;" if fills else ""
    style = (
        f"{width}border-collapse:collapse;white-space:{spacing};font-size:0.875rem;font-variant-numeric:tabular-nums"
    )
    return (
        # Focusable, so that it can be scrolled by keys where a window is narrow.
        f'<div style="overflow-x:auto" tabindex="0" role="region" aria-label="{html_safe(caption or "Table")}">'
        f'<table style="{style}">{title}'
        f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def activation_words(name: str) -> str:
    """The activation function that a dataset names, or that it names none."""
    return "an activation function that is not said" if name in ("", "unknown") else name


def sentence_html(text: str, *, size: str = "1.125rem") -> str:
    """A sentence from a model, a rule or a person, as text of that size."""
    return f'<p style="font-size:{size};margin:0;overflow-wrap:anywhere">{html_safe(visible_quotes(text.strip()))}</p>'
