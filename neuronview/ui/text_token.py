"""The chosen tokens of the text page, one or a span: in the address as the places where the first and last begin.

A place in the text, in characters, holds for any way of cutting it: an excerpt's tokens need not be those of its text
typed again.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable
from typing import TYPE_CHECKING

import streamlit as st

from neuronview.records import whole_number
from neuronview.tokens import display_text
from neuronview.ui.live import Reading
from neuronview.ui.plain import markdown_safe
from neuronview.ui.problems import say

if TYPE_CHECKING:
    from neuronview.model import SubjectModel

__all__ = ["chosen", "chosen_tokens", "follow_address", "forget", "pick", "token_choice"]

TOKEN, LAST = "text_token", "text_token_last"
"""Keys of the widgets that hold the positions of the first chosen token and of a span's other end, or None."""
AT, TO = "at", "to"
_EXTEND = "text_token_extend"
_SEEN = "text_at_seen"


def follow_address(model: SubjectModel, reading: Reading) -> None:
    """Choose the tokens that the address names, when they are new, and name the chosen ones in the address."""
    starts = [token.start for token in model.tokenize(reading.text)]
    named = (st.query_params.get(AT), st.query_params.get(TO))
    if named != (None, None) and (reading.text, *named) != st.session_state.get(_SEEN):
        _choose(named, reading.text, starts)
    for key in (TOKEN, LAST):
        if (st.session_state.get(key) or 0) >= len(starts):
            st.session_state[key] = None
    span = chosen()
    now = (None, None) if span is None else (str(starts[span[0]]), str(starts[span[-1]]) if len(span) > 1 else None)
    for key, value, was in zip((AT, TO), now, named, strict=True):
        if value is None:
            st.query_params.pop(key, None)
        elif value != was:
            st.query_params[key] = value
    st.session_state[_SEEN] = (reading.text, *now)


def _choose(named: tuple[str | None, str | None], text: str, starts: list[int]) -> None:
    st.session_state[TOKEN] = st.session_state[LAST] = None
    first, last = (None if value is None else whole_number(value) for value in named)
    for key, value, place in zip((AT, TO), named, (first, last), strict=True):
        if value is not None and (place is None or place >= len(text)):
            say(
                f"{key}={value[:40]} is no place in this text of {len(text):,} characters: "
                "no token is chosen. Click one.",
                title="This token cannot be shown",
            )
            return
    if first is None:
        say(f"The address says {TO}= but not {AT}=: a span needs both. No token is chosen. Click one.")
        return
    # Tokens that share a character begin at one place, or have nothing left of it: a span has all of them.
    st.session_state[TOKEN] = starts.index(starts[bisect_right(starts, first) - 1])
    if last is not None:
        st.session_state[LAST] = bisect_right(starts, last) - 1


def forget(*, in_address: bool = True) -> None:
    """Tokens belong to the text that they were chosen for; an address that names a text may name its tokens too."""
    for key in (TOKEN, LAST):
        st.session_state.pop(key, None)
    if in_address:
        for key in (AT, TO):
            st.query_params.pop(key, None)


def chosen() -> range | None:
    """Positions of the chosen tokens; None for the whole text."""
    first, last = st.session_state.get(TOKEN), st.session_state.get(LAST)
    if first is None:
        return None
    ends = (first, first if last is None else last)
    return range(min(ends), max(ends) + 1)


def chosen_tokens(reading: Reading, why: Callable[[Reading, int], None]) -> None:
    """Say next to the heat map which tokens are chosen: the ranking that follows them may be out of sight.

    `why` asks why the model says the token at a position, in a callback.
    """
    span = chosen()
    if span is None:
        st.caption("Click a token, or press Enter on it, to rank neurons for it alone, or for a span from it.")
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(_in_words(reading, span), width="content")
        st.toggle("The next click ends a span", key=_EXTEND)
        if len(span) == 1 and span[0]:
            st.button(
                "Why this token?", key="text_why_token", icon=":material/help:", on_click=why, args=(reading, span[0])
            )
        st.button("Rank for the whole text", key="text_whole", icon=":material/close:", on_click=_whole_text)


def _in_words(reading: Reading, span: range) -> str:
    first, last = (f"{at:,}, {markdown_safe(f'“{display_text(reading.tokens[at])}”')}," for at in (span[0], span[-1]))
    if len(span) == 1:
        return f"Token {first} is chosen: neurons are ranked for it alone."
    return f"Tokens {first} to {last} are chosen: neurons are ranked for these {len(span):,} alone."


def token_choice(reading: Reading) -> None:
    """The same by fields: the first token, and the last one of a span."""

    def shown(at: int) -> str:
        return f"{at}: {display_text(reading.tokens[at])}"

    left, right = st.columns(2)
    positions = range(len(reading.tokens))
    with left:
        st.selectbox(
            "For the whole text, or from a token",
            positions,
            index=None,
            format_func=shown,
            placeholder="The whole text",
            key=TOKEN,
        )
    with right:
        st.selectbox(
            "To a token",
            positions,
            index=None,
            format_func=shown,
            placeholder="That token alone",
            key=LAST,
            disabled=st.session_state.get(TOKEN) is None,
        )


def _whole_text() -> None:
    st.session_state[TOKEN] = st.session_state[LAST] = None


def pick(position: int) -> None:
    """A click: on the chosen token it lets go of it, on another it chooses that or ends a span there; for callbacks."""
    if st.session_state.get(_EXTEND) and st.session_state.get(TOKEN) is not None:
        st.session_state[LAST] = None if position == st.session_state[TOKEN] else position
        st.session_state[_EXTEND] = False
        return
    alone = st.session_state.get(LAST) is None
    st.session_state[TOKEN] = None if alone and st.session_state.get(TOKEN) == position else position
    st.session_state[LAST] = None
