"""The chosen token of the text page: in the address as the place where it begins in the text, in characters.

A place in the text holds for any way of cutting it: an excerpt's tokens need not be those of its text typed again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from neuronview.tokens import display_text
from neuronview.ui.live import Reading
from neuronview.ui.plain import markdown_safe

if TYPE_CHECKING:
    from neuronview.model import SubjectModel

__all__ = ["TOKEN", "chosen_token", "follow_address", "forget", "picked"]

TOKEN = "text_token"
"""Key of the widget that holds the position of the chosen token, or None."""
AT = "at"
_SEEN = "text_at_seen"


def follow_address(model: SubjectModel, reading: Reading) -> None:
    """Choose the token that the address names, when it is new, and name the chosen one in the address."""
    starts = [token.start for token in model.tokenize(reading.text)]
    named = st.query_params.get(AT)
    if named is not None and (reading.text, named) != st.session_state.get(_SEEN):
        _choose(named, reading.text, starts)
    if (st.session_state.get(TOKEN) or 0) >= len(starts):
        st.session_state[TOKEN] = None
    position = st.session_state.get(TOKEN)
    now = None if position is None else str(starts[position])
    if now is None:
        st.query_params.pop(AT, None)
    elif now != named:
        st.query_params[AT] = now
    st.session_state[_SEEN] = (reading.text, now)


def _choose(named: str, text: str, starts: list[int]) -> None:
    if not (named.isascii() and named.isdecimal()) or int(named[:9]) >= len(text):
        st.error(
            f"at={markdown_safe(named[:40])} is no place in this text of {len(text):,} characters: "
            "no token is chosen. Click one.",
            title="This token cannot be shown",
        )
        st.session_state[TOKEN] = None
        return
    place = int(named)
    # Tokens that share a character begin at one place, or have nothing left of it: the first is meant.
    start = max(start for start in starts if start <= place)
    st.session_state[TOKEN] = starts.index(start)


def forget(*, in_address: bool = True) -> None:
    """A token belongs to the text that it was chosen for; an address that names a text may name its token too."""
    st.session_state.pop(TOKEN, None)
    if in_address:
        st.query_params.pop(AT, None)


def chosen_token(reading: Reading, position: int | None) -> None:
    """Say next to the heat map which token is chosen: the ranking that follows it may be out of sight."""
    if position is None:
        st.caption("Click a token, or press Enter on it, to rank neurons for it alone.")
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        token = markdown_safe(f"“{display_text(reading.tokens[position])}”")
        st.markdown(f"Token {position:,}, {token}, is chosen: neurons are ranked for it alone.", width="content")
        st.button("Rank for the whole text", key="text_whole", icon=":material/close:", on_click=_whole_text)


def _whole_text() -> None:
    st.session_state[TOKEN] = None


def picked() -> None:
    """A click on the chosen token lets go of it; one on another token chooses that; for the heat map's callback."""
    found = st.session_state["text_strips"].get("picked")
    if found:
        position = int(found[2])
        st.session_state[TOKEN] = None if st.session_state.get(TOKEN) == position else position
