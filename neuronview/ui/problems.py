"""The last problem, in one line at the foot of every page, until it is solved or put away.

What goes wrong is said where it was asked for; that message goes with the next run of the page. This line stays.
"""

from __future__ import annotations

import streamlit as st

from neuronview.ui.plain import markdown_safe

__all__ = ["last_problem", "problem", "solved"]

_KEPT = "nv_last_problem"
_LONGEST = 300  # characters in the line; the whole was said in its place


def problem(what: str, said: str, *, shown: bool = True) -> None:
    """Say that something failed, here (unless the page does) and from the next run on in the line.

    `what` names what was tried, such as `fetch`, so that `solved` takes the line away once it succeeds.
    """
    st.session_state[_KEPT] = (what, said)
    if shown:
        st.error(markdown_safe(said))


def solved(what: str) -> None:
    """What was tried has succeeded: the line goes, where it told of that."""
    if st.session_state.get(_KEPT, ("",))[0] == what:
        del st.session_state[_KEPT]


def last_problem() -> None:
    """Draw the line, where there is a problem."""
    if _KEPT not in st.session_state:
        return
    said = str(st.session_state[_KEPT][1])
    short = said if len(said) <= _LONGEST else f"{said[:_LONGEST]} …"
    with st.container(horizontal=True, vertical_alignment="center", key="nv_problem"):
        st.markdown(f":material/error: {markdown_safe(short)}")
        st.button("Put away", key="nv_problem_away", type="tertiary", icon=":material/close:", on_click=_put_away)


def _put_away() -> None:
    st.session_state.pop(_KEPT, None)
