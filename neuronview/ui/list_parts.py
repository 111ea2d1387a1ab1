"""Lists and notes on the pages: the star that bookmarks a neuron, its note, and the lists with their files.

Names and notes are a person's own text, shown as it is and never as Markdown.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import streamlit as st

from neuronview.errors import NeuronViewError
from neuronview.records import NeuronId
from neuronview.store import Dataset
from neuronview.store.lists import BOOKMARKS, MAX_NAME, MAX_NOTE, Lists, NeuronLists
from neuronview.store.opening import OWN
from neuronview.ui import cached
from neuronview.ui.plain import markdown_safe
from neuronview.ui.problems import say
from neuronview.ui.uploads import is_here

__all__ = [
    "STARS",
    "attempt",
    "bookmark",
    "current_list",
    "list_manager",
    "lists_of",
    "neuron_lists",
    "note_words",
    "toggle",
]

STARS = {True: "★", False: "☆"}
_CURRENT = "nv_current_list"


def lists_of(opened: Dataset) -> NeuronLists:
    """The lists and notes that the user keeps for a dataset, to change them."""
    home = cached.settings().home
    return NeuronLists(home / OWN / opened.manifest.fingerprint, opened.manifest)


def neuron_lists(opened: Dataset, *, tell: bool = False) -> Lists:
    """The same to read; where the file is damaged nothing is in them, which `tell` says on the page."""
    own = lists_of(opened)
    try:
        return _read(own, str(cached.settings().home), opened.manifest.fingerprint, own.stamp)
    except NeuronViewError as error:
        if tell:
            say(error, icon=":material/error:")
        return Lists()


@st.cache_data(max_entries=32, show_spinner=False)
def _read(_own: NeuronLists, home: str, fingerprint: str, stamp: int) -> Lists:
    return _own.read()


def current_list(kept: Lists) -> str:
    """The list that the star puts neurons into: the one chosen last in this visit, as long as there is one."""
    name = str(st.session_state.get(_CURRENT, BOOKMARKS))
    return name if name in kept.lists else BOOKMARKS


def attempt(act: Callable[[], Any], done: str = "") -> bool:
    """Change what is kept, in a callback; says what was done, or why it was not."""
    try:
        act()
    except NeuronViewError as error:
        st.toast(markdown_safe(str(error)), icon=":material/error:", duration="long")
        return False
    if done:
        st.toast(markdown_safe(done), icon=":material/check:")
    return True


def toggle(opened: Dataset, neuron: NeuronId, name: str) -> None:
    """Put a neuron into a list, or take it out where it is in it."""
    own = lists_of(opened)
    inside = neuron in neuron_lists(opened).lists.get(name, ())
    if inside:
        attempt(lambda: own.remove(name, [neuron]), f"{neuron} is no longer in “{name}”.")
    else:
        attempt(lambda: own.add(name, [neuron]), f"{neuron} is in “{name}” now.")


def note_words(kept: Lists, neuron: NeuronId) -> str:
    """What a cell of a table says of a neuron: its note in one line."""
    return " ".join(kept.notes.get(neuron, "").split())


def bookmark(opened: Dataset, neuron: NeuronId) -> None:
    """The star of one neuron, and beside it its lists and its note."""
    kept = neuron_lists(opened, tell=True)
    name = current_list(kept)
    inside = neuron in kept.lists[name]
    st.button(
        "Bookmarked" if inside else "Bookmark",
        icon=":material/star:" if inside else ":material/star_border:",
        key="neuron_bookmark",
        type="primary" if inside else "secondary",
        on_click=toggle,
        args=(opened, neuron, name),
        help=markdown_safe(f"{'Take out of' if inside else 'Put into'} the list “{name}”. Kept in your own folder."),
    )
    with st.popover("Lists and note", icon=":material/edit_note:", key="neuron_lists"):
        for place, entry in enumerate(kept.lists):
            st.checkbox(
                markdown_safe(entry),
                value=neuron in kept.lists[entry],
                key=f"neuron_in_{neuron}_{place}_{entry}_{neuron in kept.lists[entry]}",
                on_change=_toggle_and_keep,
                args=(opened, neuron, entry),
            )
        _new_list(opened, neuron)
        key = f"neuron_note_{neuron}"
        st.text_area(
            "Note",
            value=kept.notes.get(neuron, ""),
            key=key,
            max_chars=MAX_NOTE,
            on_change=_note,
            args=(opened, neuron, key),
            placeholder="What you think that it does; kept when you leave the field",
        )


def _toggle_and_keep(opened: Dataset, neuron: NeuronId, name: str) -> None:
    toggle(opened, neuron, name)
    st.session_state[_CURRENT] = name


def _note(opened: Dataset, neuron: NeuronId, key: str) -> None:
    text = str(st.session_state.get(key) or "")
    attempt(lambda: lists_of(opened).note(neuron, text), f"The note for {neuron} is kept.")


def _new_list(opened: Dataset, neuron: NeuronId | None, *, key: str = "list_new") -> None:
    st.text_input(
        "New list",
        key=key,
        max_chars=MAX_NAME,
        placeholder="its name, then Enter",
        on_change=_make,
        args=(opened, neuron, key),
    )


def _make(opened: Dataset, neuron: NeuronId | None, key: str) -> None:
    name = str(st.session_state.get(key) or "").strip()
    if not name:
        return
    if attempt(
        lambda: lists_of(opened).add(name, [] if neuron is None else [neuron]), f"There is a list “{name}” now."
    ):
        st.session_state[_CURRENT] = name
        st.session_state[key] = ""


# --- managing lists on Browse ----------------------------------------------------------------------------------------


def list_manager(opened: Dataset, shown: str) -> None:
    """Which list the stars are for; new lists, names, files; `shown` is the list that Browse is filtered by."""
    kept = neuron_lists(opened)
    names = list(kept.lists)
    here = current_list(kept)
    chosen = st.selectbox(
        "Stars put neurons into",
        names,
        index=names.index(here),
        format_func=lambda name: f"{name} ({len(kept.lists[name]):,})",
        key=f"list_current_{'|'.join(names)}_{here}",
    )
    st.session_state[_CURRENT] = chosen
    _new_list(opened, None, key="list_new_browse")
    _rename_or_delete(opened, str(chosen), shown)
    own = lists_of(opened)  # here: where the file is made later, nothing tells whose visit it is for
    st.download_button(
        "Export all lists and notes",
        data=lambda: own.export(list(own.read().lists)),
        file_name=f"{opened.manifest.name}-lists.json",
        mime="application/json",
        icon=":material/download:",
        on_click="ignore",
        key="list_export",
    )
    st.file_uploader(
        "Import lists (JSON)", type="json", key="list_import", on_change=_import, args=(opened, "list_import")
    )


def _rename_or_delete(opened: Dataset, name: str, shown: str) -> None:
    if name == BOOKMARKS:
        return
    key = f"list_rename_{name}"
    st.text_input("Another name for it", key=key, max_chars=MAX_NAME, on_change=_rename, args=(opened, name, key))
    st.button(
        markdown_safe(f"Delete the list “{name}”"),
        icon=":material/delete:",
        key="list_delete",
        on_click=_delete,
        args=(opened, name, shown),
        help="The neurons stay, and so do their notes.",
    )


def _rename(opened: Dataset, name: str, key: str) -> None:
    new = str(st.session_state.get(key) or "").strip()
    if new and attempt(lambda: lists_of(opened).rename(name, new), f"“{name}” is called “{new}” now."):
        st.session_state[_CURRENT] = new
        if st.session_state.get("browse_list") == name:
            st.session_state["browse_list"] = new


def _delete(opened: Dataset, name: str, shown: str) -> None:
    if attempt(lambda: lists_of(opened).delete(name), f"The list “{name}” is gone.") and shown == name:
        st.session_state["browse_list"] = "all neurons"


def _import(opened: Dataset, key: str) -> None:
    file = st.session_state.get(key)
    if not is_here(file):
        return
    content = file.getvalue()

    def read() -> None:
        found = lists_of(opened).import_document(content)
        st.toast(f"Imported: lists {found.lists:,}, neurons {found.neurons:,}, notes {found.notes:,}.")

    attempt(read)
