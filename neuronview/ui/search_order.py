"""Which order Browse shows first: a search by words by how well each fits, all else by the score's lower bound."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import streamlit as st

from neuronview.store import NeuronFilter
from neuronview.store.searching import expression_of

__all__ = ["BEST", "PLACES", "orders", "ranked", "search_for"]

_SORT = "browse_sort"
_BEFORE = "nv_browse_order"
PLACES: Mapping[str, str] = {"explanations": "explanations", "tokens": "top tokens", "either": "either"}
"""Where words are looked for, as Browse and its address call it."""
FITTING, BEST = "relevance", "low"


def ranked(chosen: NeuronFilter) -> bool:
    """Whether rows are ranked by how well they fit: those of a search by words are."""
    return bool(chosen.text.strip()) and expression_of(chosen) is None


def orders(chosen: NeuronFilter, columns: Sequence[str]) -> list[str]:
    """The orders to choose from, the one that holds until somebody chooses first; before the choice is drawn.

    Where the search has become another kind, the order follows, unless it was chosen.
    """
    first = [FITTING, BEST] if ranked(chosen) else [BEST]
    offered = [*first, *(name for name in columns if name not in (FITTING, BEST))]
    sort, before = st.session_state.get(_SORT), st.session_state.get(_BEFORE)
    st.session_state[_BEFORE] = first[0]
    followed = sort == before != first[0] and _SORT not in st.query_params
    if sort is not None and (followed or sort not in offered):
        st.session_state[_SORT] = first[0]
    return offered


def search_for(text: str) -> None:
    """In a callback: look for this on Browse, in place of what its own box says."""
    st.session_state["q"] = text
    st.session_state["browse_regex"] = False
    st.session_state["browse_page"] = 1
