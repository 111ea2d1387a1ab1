"""The search box of every page: a neuron is opened, words and expressions are looked for on Browse."""

from __future__ import annotations

import re

import streamlit as st

from neuronview.errors import NeuronViewError
from neuronview.links import Place
from neuronview.records import NeuronId
from neuronview.store import Dataset
from neuronview.ui import nav
from neuronview.ui.plain import markdown_safe
from neuronview.ui.problems import problem, solved
from neuronview.ui.search_order import search_for

__all__ = ["search_box"]

KEY = "global_search"
_NEURON = re.compile(r"\s*\d+\s*:\s*\d+\s*", re.ASCII)
_HELP = (
    "A neuron as layer:neuron, such as 5:131. Words, which must all occur, ranked by how well they fit; the last may "
    'be unfinished, and "several in quotes" stand side by side. Or a regular expression between slashes, such as '
    "/colou?rs?/."
)


def search_box(page: str, opened: Dataset, name: str) -> None:
    """Draw the box and do what was typed; a neuron that there is not is refused in words."""
    with st.form("nv_search", border=False):
        typed = st.text_input(
            "Search, or go to a neuron", placeholder="words, 5:131 or /regex/", key=KEY, help=markdown_safe(_HELP)
        )
        here = page == "browse"
        if st.form_submit_button("Go", icon=":material/search:", on_click=_search_here if here else None):
            _act(opened, name, typed or "", here=here)


def _act(opened: Dataset, name: str, typed: str, *, here: bool) -> None:
    if _NEURON.fullmatch(typed):
        try:
            identity = opened.require(NeuronId.parse(typed))
        except NeuronViewError as error:
            problem("neuron", str(error))
            return
        solved("neuron")
        nav.go("neuron", nav.neuron_place(name, identity))
    if not here:
        nav.go("browse", Place(dataset=name), view={"q": typed} if typed.strip() else None)


def _search_here() -> None:
    """On Browse, what was typed becomes the page's own search before the page is drawn."""
    typed = str(st.session_state[KEY] or "")
    if not _NEURON.fullmatch(typed):
        search_for(typed)
