"""The pinned text of the text page, A, that the typed one, B, is compared with; kept in the address where it fits."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from neuronview.links import MAX_TEXT, Place, fits_in_address
from neuronview.ui.problems import say

__all__ = ["PINNED", "pin_controls", "pinned_text"]

PINNED = "pinned"
"""Query parameter, and the first part of a key of the session's memory."""
_TEXT, _IN_ADDRESS = "text_pinned", "text_pinned_in_address"


def pinned_text(place: Place, text: str) -> str | None:
    """The pinned text, or None. An address that names a text says whether there is one, where it could."""
    named = st.query_params.get(PINNED)
    if named is not None and len(named) > MAX_TEXT:
        say(
            f"The address holds a pinned text of {len(named):,} characters; at most {MAX_TEXT:,} fit. "
            "Type it and pin it again."
        )
        st.query_params.pop(PINNED)
        named = None
    if named:
        st.session_state[_TEXT] = named
    elif st.session_state.get(_IN_ADDRESS) and place.text is not None:
        st.session_state[_TEXT] = None  # an address from before it was pinned
    kept = st.session_state.get(_TEXT)
    _to_address(kept, text)
    return kept


def pin_controls(text: str, pinned: str | None, use: Callable[[str], None]) -> None:
    """Buttons to pin the text, to swap the two and to let go; `use` makes a text the typed one, in a callback."""
    if pinned is None:
        st.button(
            "Pin this text to compare another with it",
            key="text_pin",
            icon=":material/keep:",
            on_click=_keep,
            args=(text, text),
            disabled=not text.strip(),
        )
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown("A, the pinned text, is compared with B, the text above.", width="content")
        st.button(
            "Swap A and B", key="text_swap", icon=":material/swap_horiz:", on_click=_swap, args=(text, pinned, use)
        )
        st.button("Pin B instead", key="text_repin", icon=":material/keep:", on_click=_keep, args=(text, text))
        st.button("Unpin", key="text_unpin", icon=":material/keep_off:", on_click=_keep, args=(None, text))
    if not fits_in_address(text, pinned):
        st.caption("The two texts are too long for an address: a link to this page would lack the pinned one.")


def _keep(pinned: str | None, text: str) -> None:
    st.session_state[_TEXT] = pinned
    _to_address(pinned, text)


def _swap(text: str, pinned: str, use: Callable[[str], None]) -> None:
    use(pinned)
    _keep(text, pinned)


def _to_address(pinned: str | None, text: str) -> None:
    """Name the pinned text in the address; not the one that does not fit beside the typed one."""
    fits = bool(pinned) and fits_in_address(text, pinned or "")
    st.session_state[_IN_ADDRESS] = fits
    if fits:
        if st.query_params.get(PINNED) != pinned:
            st.query_params[PINNED] = pinned or ""
    else:
        st.query_params.pop(PINNED, None)
