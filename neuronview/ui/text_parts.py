"""Parts of the text page: the text and where it comes from, how it is read, and what cannot be."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from neuronview.demo.passages_written import WrittenPassage
from neuronview.errors import BadInput, NeuronViewError
from neuronview.links import MAX_TEXT, Place, fits_in_address
from neuronview.store import Dataset
from neuronview.ui import cached, nav, text_token
from neuronview.ui.live import MOST_TOKENS, How, Reading, what_fits
from neuronview.ui.model_parts import model_field
from neuronview.ui.plain import markdown_safe
from neuronview.ui.problems import say
from neuronview.ui.wrong_values import tell_unknown

if TYPE_CHECKING:
    from neuronview.model import SubjectModel

__all__ = ["TEXT", "missing_model", "pinned_reading", "reading_choice", "text_input", "unusable", "use"]

TEXT, TITLE = "text_typed", "text_title"
"""Keys of widgets."""
SEEN = "text_seen_in_address"
_OFFERED = "text_offered"
"""The text that the page offered where the address named none."""
READINGS: dict[How, str] = {"at_once": "the whole text at once", "windows": "in windows"}


# --- the text ------------------------------------------------------------------------------------------------------


def text_input(place: Place) -> str:
    """The text to read: typed, one of the written passages, or the address's."""
    passages = cached.passages()
    _follow_address(place, passages)
    st.selectbox(
        "Start from a written passage",
        range(len(passages)),
        index=None,
        format_func=lambda index: f"{passages[index].title} ({passages[index].kind})",
        placeholder="Choose one of ours, or type below",
        key=TITLE,
        on_change=_take_passage,
        args=(passages,),
    )
    text = st.text_area("Text", key=TEXT, height=150, on_change=_typed, help="Press Ctrl+Enter when you are done.")
    if not fits_in_address(text or ""):
        st.caption(
            f"This text does not fit into an address, which holds at most {MAX_TEXT:,} characters, fewer where they "
            "are not Latin: a link to this page would lack it."
        )
    return text or ""


def _follow_address(place: Place, passages: list[WrittenPassage]) -> None:
    """Take the address's text when it is new; the first passage when there is none yet."""
    if _comes_late(place.text):
        st.query_params["text"] = st.session_state[SEEN]
        return
    if place.text is not None and place.text != st.session_state.get(SEEN):
        if place.text != st.session_state.get(TEXT):
            _forget_choices(in_address=False)
        st.session_state[TEXT] = place.text
        st.session_state[SEEN] = place.text
    elif TEXT not in st.session_state:
        text = st.session_state.get(SEEN) or (passages[0].text if passages else "")
        st.session_state[TEXT] = text
        if place.text is None and fits_in_address(text):
            st.session_state[_OFFERED] = text
            st.query_params["text"] = text  # so that a link shows it, and the way back from the next text leads here


def _comes_late(text: str | None) -> bool:
    """Whether the address is only what the page began with, sent by a browser that did not know better yet.

    Somebody had typed another text by then. On the way back through the history the one it began with is meant.
    """
    typed = str(st.session_state.get(SEEN) or "")
    began = text is None or text == st.session_state.get(_OFFERED)
    return (
        bool(typed)
        and TEXT in st.session_state
        and began
        and text != typed
        and fits_in_address(typed)
        and not _by_history()
    )


def _by_history() -> bool:
    context = get_script_run_ctx()
    return context is not None and context.is_history_navigation


def _take_passage(passages: list[WrittenPassage]) -> None:
    index = st.session_state[TITLE]
    if index is not None:
        st.session_state[TEXT] = passages[index].text
        _typed()


def _typed() -> None:
    text = st.session_state[TEXT] or ""
    st.session_state[SEEN] = text
    _forget_choices()
    if fits_in_address(text):
        st.query_params["text"] = text
    else:
        st.query_params.pop("text", None)


def _forget_choices(*, in_address: bool = True) -> None:
    """A token and a page of the ranking belong to the text that they were chosen for."""
    text_token.forget(in_address=in_address)
    st.session_state.pop("text_page", None)


# --- how it is read --------------------------------------------------------------------------------------------------


def reading_choice(model: SubjectModel, reading: Reading) -> How:
    """How the heat maps read the text: at once where it fits, on request in windows. Says what that means."""
    ways = reading.ways
    how = ways[0]
    tell_unknown("text_reading", [READINGS[way] for way in ways])
    if len(ways) > 1:
        how = st.segmented_control(
            "Read for the heat map",
            ways,
            default=how,
            format_func=READINGS.__getitem__,
            key="text_reading",
            bind="query-params",
            required=True,
        )
    if how == "windows" and len(ways) == 1:
        st.warning(
            f"The text has {len(reading.tokens):,} tokens; this model reads {reading.context:,} at a time. "
            "So all of it is read in windows.",
            icon=":material/straighten:",
        )
        _cut_button(what_fits(model, reading.text, reading.context))
    st.caption(_how_read(reading, how))
    return how


def _how_read(reading: Reading, how: How) -> str:
    """How the values were read, for the heat map and for the ranking below it."""
    count = f"{len(reading.tokens):,} tokens" if len(reading.tokens) != 1 else "1 token"
    after = f", after {reading.leading}" if reading.leading else ""
    if reading.ways == ("at_once",):
        return f"{count}, recomputed now: read at once{after}, as the excerpts of the corpus were."
    windows = (
        f"windows of {reading.window} tokens, like the excerpts of the corpus (each{after}, overlapping by a quarter)"
    )
    if how == "windows":
        return f"{count}, recomputed now in {windows}. The ranking below uses these values."
    return (
        f"{count}, recomputed now, each read with all the text before it{after}. The ranking below reads {windows}, "
        "so its values can differ."
    )


def pinned_reading(dataset: Dataset, model: SubjectModel, pinned: str | None) -> Reading | None:
    """The pinned text as the model reads it; None where there is none, or it cannot be read, which is said."""
    if pinned is None:
        return None
    try:
        return cached.reading(dataset, model, pinned)
    except BadInput as error:
        st.warning(f"The pinned text cannot be read. {markdown_safe(str(error))}", icon=":material/keep:")
        return None


# --- what cannot be read --------------------------------------------------------------------------------------------


def missing_model(dataset: Dataset, error: NeuronViewError) -> None:
    """Say that the model is not here, ask where it is, and say what still works."""
    say(error, title="The model cannot be used")
    model_field(dataset, key="text_model")
    st.caption(f"Or in a terminal: `python -m neuronview datasets model {dataset.folder.name} FOLDER`")
    st.caption("Everything that was stored still works: browse the neurons and their excerpts.")
    nav.link("browse", "Browse", icon=nav.row("browse").icon)


def unusable(error: BadInput, model: SubjectModel, text: str) -> None:
    """Say what is wrong with the text; where it is too long, offer the part of it that is read here."""
    st.warning(markdown_safe(str(error)), icon=":material/edit_note:")
    try:
        fitting = what_fits(model, text, MOST_TOKENS)
    except BadInput:
        return
    if fitting.strip() and fitting != text:
        _cut_button(fitting)


def _cut_button(fitting: str) -> None:
    st.button("Keep what fits", key="text_cut", icon=":material/content_cut:", on_click=use, args=(fitting,))


def use(text: str) -> None:
    """Make it the typed text; for callbacks."""
    st.session_state[TEXT] = text
    _typed()
