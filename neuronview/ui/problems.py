"""The last problem, in one line at the foot of every page, until it is solved or put away.

What goes wrong is said where it was asked for, once: the line comes when that message has gone. A problem of an act
(`problem`) stays until the act succeeds; what a page cannot show (`say`) stays when somebody leaves that page, and is
solved when the page is drawn without it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import streamlit as st

from neuronview.ui.plain import markdown_safe

__all__ = ["begin_run", "last_problem", "note", "problem", "say", "section", "solved", "stands_here"]

_KEPT = "nv_last_problem"
_LONGEST = 300  # characters in the line; the whole was said in its place
_PAGE, _SECTION = "nv_problem_page", "nv_problem_section"
_NOW, _BEFORE = "nv_problems_now", "nv_problems_before"
"""What this run of the page has said in its place, and what the one before it had."""
_AWAY = "nv_problems_away"
"""What pages cannot show and somebody has put away: it is said in its place alone from then on."""


@dataclass(frozen=True)
class _Kept:
    said: str
    what: str = ""
    page: str = ""
    """The page that could not show it; none for an act."""
    section: str = ""


def begin_run(page: str) -> None:
    """A page begins to be drawn: what it said before is remembered, what it says now counts."""
    st.session_state[_BEFORE] = st.session_state.get(_NOW, frozenset())
    st.session_state[_NOW] = frozenset()
    st.session_state[_PAGE] = page


def problem(what: str, said: str, *, shown: bool = True) -> None:
    """Say that something failed, here (unless the page does) and from the next run on in the line.

    `what` names what was tried, such as `fetch`, so that `solved` takes the line away once it succeeds.
    """
    st.session_state[_KEPT] = _Kept(said, what=what)
    stands_here(said)
    if shown:
        st.error(markdown_safe(said))


def say(said: object, *, title: str | None = None, icon: str | None = None) -> None:
    """Say in its place what the page cannot show or what was typed wrong, such as a NeuronViewError."""
    note(str(said))
    st.error(markdown_safe(str(said)), title=title, icon=icon)


def note(said: str) -> None:
    """The same for what the caller says itself: it is remembered for the line."""
    seen = said in st.session_state.get(_BEFORE, ()) or said in st.session_state.get(_AWAY, ())
    if not seen:
        st.session_state[_KEPT] = _Kept(
            said, page=st.session_state.get(_PAGE, ""), section=st.session_state.get(_SECTION, "")
        )
    stands_here(said)


def solved(what: str) -> None:
    """What was tried has succeeded: the line goes, where it told of that."""
    kept = st.session_state.get(_KEPT)
    if kept is not None and kept.what == what:
        del st.session_state[_KEPT]


@contextmanager
def section(key: str) -> Iterator[None]:
    """Around a part of a page that is drawn by itself: what it said before is solved where it does not say it again."""
    kept: _Kept | None = st.session_state.get(_KEPT)
    if kept is not None and (kept.page, kept.section) == (st.session_state.get(_PAGE), key):
        del st.session_state[_KEPT]
        for name in (_NOW, _BEFORE):
            st.session_state[name] = st.session_state.get(name, frozenset()) - {kept.said}
    st.session_state[_SECTION] = key
    try:
        yield
    finally:
        st.session_state[_SECTION] = ""


def last_problem() -> None:
    """Draw the line at the end of a run, where there is a problem that the page does not say by itself."""
    kept: _Kept | None = st.session_state.get(_KEPT)
    if kept is None or kept.said in st.session_state.get(_NOW, ()):
        return
    if kept.page and kept.page == st.session_state.get(_PAGE):
        del st.session_state[_KEPT]
        return
    short = kept.said if len(kept.said) <= _LONGEST else f"{kept.said[:_LONGEST]} …"
    with st.container(horizontal=True, vertical_alignment="center", key="nv_problem"):
        st.markdown(f":material/error: {markdown_safe(short)}")
        st.button("Put away", key="nv_problem_away", type="tertiary", icon=":material/close:", on_click=_put_away)


def stands_here(said: str) -> None:
    """The page says this problem in its place, in its own words: the line need not."""
    st.session_state[_NOW] = st.session_state.get(_NOW, frozenset()) | {said}


def _put_away() -> None:
    kept: _Kept | None = st.session_state.pop(_KEPT, None)
    if kept is not None and kept.page:
        st.session_state[_AWAY] = st.session_state.get(_AWAY, frozenset()) | {kept.said}
