"""Below the text while it is typed: its tokens with their ids, how many there are, and what the model expects next."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from neuronview.errors import NeuronViewError
from neuronview.tokens import display_text
from neuronview.ui import expected
from neuronview.ui.components.typing_watch import typed_in
from neuronview.ui.live import MOST_TOKENS
from neuronview.ui.plain import html_safe, markdown_safe

if TYPE_CHECKING:
    from neuronview.model import SubjectModel
    from neuronview.model.tokenize import Token

__all__ = ["typing_preview"]

MOST_CHARACTERS = 20_000
"""Of a longer text no preview is made: it would be sent after every pause."""
SHOWN, EXPECTED = 40, 5
"""Tokens shown, the last ones; likeliest tokens listed."""


@st.fragment
def typing_preview(model: SubjectModel, widget: str, confirmed: str) -> None:
    """The preview of what stands in the text area of that key; `confirmed` is the text that the page has read."""
    typed = typed_in(widget, confirmed, key="text_watch", most=MOST_CHARACTERS)
    if not typed.text:
        st.caption(_limits(model))
        return
    if typed.length > MOST_CHARACTERS:
        st.caption(
            f"{typed.length:,} characters: too many for a preview of the tokens, which is of {MOST_CHARACTERS:,} at "
            f"most. {_limits(model)}"
        )
        return
    try:
        tokens = model.tokenize(typed.text)
        ids = tuple(token.id for token in tokens)
        probabilities = expected.after(model, ids, len(ids) - 1)
    except NeuronViewError as error:
        st.caption(markdown_safe(str(error)))
        return
    top = expected.likeliest(probabilities, EXPECTED)
    likely = [
        f"<code>{html_safe(expected.quoted(model, token))}</code> {expected.percent(probabilities[token])}"
        for token in top
    ]
    pending = "" if typed.text == confirmed else " <em>Press Ctrl+Enter to see the neurons.</em>"
    st.html(
        f'<div data-nv-preview="{len(ids)}" style="font-size:0.875rem;line-height:1.7;overflow-wrap:anywhere">'
        f"<div><strong>{_count(len(ids))}.</strong> Next: {', '.join(likely)}.{pending}</div>"
        f"<div>{_tokens(tokens)}</div></div>"
    )
    if len(ids) > model.max_tokens:
        st.caption(_limits(model))


def _count(n: int) -> str:
    return "1 token" if n == 1 else f"{n:,} tokens"


def _tokens(tokens: list[Token]) -> str:
    """The last tokens, each above its id."""
    left_out = len(tokens) - SHOWN
    before = f"… {left_out:,} before: " if left_out > 0 else ""
    return before + " ".join(
        f'<span style="display:inline-block;max-width:100%"><code>{html_safe(display_text(token.text))}</code>'
        f'<sub style="opacity:0.75">{token.id}</sub></span>'
        for token in tokens[-SHOWN:]
    )


def _limits(model: SubjectModel) -> str:
    return (
        f"The model reads {model.max_tokens:,} tokens at a time"
        f"{f' after {markdown_safe(model.leading_token)}' if model.leading_token else ''}; a longer text, of up to "
        f"{MOST_TOKENS:,}, is read in windows."
    )
