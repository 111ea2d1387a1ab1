"""What stands in a text area while it is typed in: Streamlit tells of it only once the typing is confirmed.

A component that draws nothing: it listens to another widget and reports its text after a pause. The widget itself is
not touched, so focus, cursor and undo stay as they are, and what was typed is confirmed as ever.
"""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import streamlit as st

__all__ = ["Typed", "typed_in"]

PAUSE_MS = 350
"""Longer than between two letters of most people's typing."""

_SCRIPT = Path(__file__).with_name("watch.js").read_text(encoding="utf-8")
_mount = st.components.v2.component("neuronview_typing_watch", html="<span hidden></span>", js=_SCRIPT)


class Typed(NamedTuple):
    """The text of a widget as it stands there; its beginning only where it is longer than was asked for."""

    text: str
    length: int


def typed_in(widget: str, confirmed: str, *, key: str, most: int) -> Typed:
    """The text that stands in the text area of that key; at most so many characters of it are sent.

    `confirmed` is what the server knows: it stands there as long as nothing else is typed. Reruns the fragment that it
    is called in.
    """
    turn = f"{len(confirmed)} {hash(confirmed)}"  # what is typed is forgotten when another text is put there
    data = {"widget": f"st-key-{widget}", "turn": turn, "pause": PAUSE_MS, "most": most}
    found = _mount(key=key, data=data, height=1, on_typed_change=_nothing).get("typed")
    if not found or found.get("turn") != turn:
        return Typed(confirmed[:most], len(confirmed))
    return Typed(str(found["text"])[:most], int(found["length"]))


def _nothing() -> None:
    """A state that only the component sets still needs a function to call."""
