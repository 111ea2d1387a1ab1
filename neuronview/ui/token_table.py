"""The tokens of a typed text as a list: ids, and what the model expected there."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from neuronview.tokens import display_text
from neuronview.ui import expected
from neuronview.ui.live import Reading
from neuronview.ui.panels import live_section
from neuronview.ui.plain import html_safe, html_table

if TYPE_CHECKING:
    from neuronview.model import SubjectModel

__all__ = ["token_table"]

ROWS = 200
"""On one page of the list: a text may have thousands."""


def token_table(model: SubjectModel, reading: Reading) -> None:
    """Tokens with their ids, how likely the model thought each, and what it thought likeliest; as a list."""
    label = f"Tokens, ids and probabilities ({len(reading.tokens):,})"
    live_section(label, "text_tokens", lambda: _pages(model, reading))


def _pages(model: SubjectModel, reading: Reading) -> None:
    preview = expected.previewed(model, reading.token_ids)
    first = 0
    if len(reading.tokens) > ROWS:
        page = st.pagination(-(-len(reading.tokens) // ROWS), key="text_tokens_page")
        first = (page - 1) * ROWS
    rows = [
        [
            str(position),
            f"<code>{html_safe(display_text(reading.tokens[position]))}</code>",
            str(reading.token_ids[position]),
            expected.percent(float(preview.probabilities[position])),
            f"<code>{html_safe(expected.quoted(model, int(preview.next_ids[position, 0])))}</code> "
            + expected.percent(float(preview.next_probabilities[position, 0])),
        ]
        for position in range(first, min(first + ROWS, len(reading.tokens)))
    ]
    st.html(html_table(("Position (from 0)", "Token", "Id", "Its probability", "Likeliest after it"), rows))
    st.caption(_reading_words(model, reading))


def _reading_words(model: SubjectModel, reading: Reading) -> str:
    """How far back the model looked for these probabilities."""
    if len(reading.tokens) <= model.max_tokens:
        return "Each probability is given all the text before the token."
    return (
        f"The model reads {model.max_tokens:,} tokens at a time: past the first of them each probability is given "
        "a quarter of that before it, or more, in windows that overlap."
    )
