"""Saved views of Browse: a name for filter, columns and order, opened with one click."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import streamlit as st

from neuronview.errors import NeuronViewError
from neuronview.store import Dataset
from neuronview.store.lists import MAX_NAME
from neuronview.store.opening import OWN
from neuronview.store.views import SavedViews, View
from neuronview.ui import cached
from neuronview.ui.browse_defaults import FILTERS, first_page
from neuronview.ui.browse_parts import COLUMNS_SHOWN, VIEWS
from neuronview.ui.list_parts import attempt
from neuronview.ui.plain import markdown_safe
from neuronview.ui.problems import say
from neuronview.ui.uploads import is_here

__all__ = ["present_view", "saved_views", "view_state"]

PRESENT: dict[str, Any] = FILTERS | {
    "browse_reader": None,
    "browse_within": "explanations",
    "browse_sort": "low",
    "browse_rising": False,
    "browse_columns": list(COLUMNS_SHOWN),
    "browse_view": VIEWS[0],
}
"""Everything that a view keeps, with what it is where a view says nothing of it."""


def saved_views(dataset: Dataset) -> None:
    """Open, save, rename, delete, export and import views."""
    own = SavedViews(cached.settings().home / OWN / dataset.manifest.fingerprint)
    try:
        views = own.read()
    except NeuronViewError as error:
        say(error)
        return
    if not views:
        st.caption("None yet. A view keeps what is filtered, the columns and the order under a name.")
    for place, (name, view) in enumerate(views.items()):
        with st.container(horizontal=True, vertical_alignment="center", gap="xsmall"):
            st.button(
                markdown_safe(name),
                icon=":material/bookmark:",
                key=f"view_open_{place}",
                on_click=_open,
                args=(view,),
                type="tertiary",
            )
            st.button(
                markdown_safe(f"Delete “{name}”"),
                icon=":material/delete:",
                key=f"view_delete_{place}",
                on_click=_act,
                args=(lambda name=name: own.delete(name), f"The view “{name}” is gone."),
                type="tertiary",
            )
    st.text_input(
        "Save what is shown as",
        key="view_name",
        max_chars=MAX_NAME,
        placeholder="a name, then Enter",
        on_change=_save,
        args=(own,),
        help="A view of that name is replaced.",
    )
    if views:
        _rename(own, list(views))
        st.download_button(
            "Export all views",
            data=own.export,
            file_name=f"{dataset.manifest.name}-views.json",
            mime="application/json",
            icon=":material/download:",
            on_click="ignore",
            key="view_export",
        )
    st.file_uploader("Import views (JSON)", type="json", key="view_import", on_change=_import, args=(own,))


def present_view() -> View:
    """What is shown now, as a view: every widget that is not at its default."""
    found = {}
    for key, default in PRESENT.items():
        value = st.session_state.get(key, default)
        if value is None or _plain(value) == _plain(default):
            continue
        found[key] = _plain(value)
    return found


def view_state(view: View) -> dict[str, Any]:
    """The values of the widgets that show a view; what it does not say, or says wrongly, is at its default."""
    state = {}
    for key, default in PRESENT.items():
        given = view.get(key)
        if given is None:
            if default is not None:
                state[key] = default
            continue
        try:
            state[key] = _read(given, default)
        except (ValueError, IndexError, OverflowError):
            state[key] = default
    return state


def _plain(value: Any) -> tuple[str, ...]:
    if isinstance(value, (list, tuple)):
        return tuple(str(entry) for entry in value)
    return (str(value),)


def _read(given: tuple[str, ...], default: Any) -> Any:
    if isinstance(default, bool):
        return given[0] == "True"
    if isinstance(default, tuple):
        low, high = (type(default[0])(float(entry)) for entry in given)
        if not default[0] <= low <= high <= default[1]:  # nan neither
            raise ValueError(f"{given} is no range within {default}")
        return low, high
    if isinstance(default, list):
        return [int(entry) if entry.isdecimal() else entry for entry in given]
    return given[0]


def _open(view: View) -> None:
    """Show a view: set every widget, and with it the address. For callbacks."""
    for key, value in view_state(view).items():
        st.session_state[key] = value
    first_page()


def _save(own: SavedViews) -> None:
    name = str(st.session_state.get("view_name") or "").strip()
    if name and attempt(lambda: own.save(name, present_view()), f"The view “{name}” is saved."):
        st.session_state["view_name"] = ""


def _rename(own: SavedViews, names: list[str]) -> None:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        old = st.selectbox("Rename", names, key=f"view_rename_{'|'.join(names)}")
        key = f"view_new_name_{old}"
        st.text_input("New name", key=key, max_chars=MAX_NAME, on_change=_renamed, args=(own, str(old), key))


def _renamed(own: SavedViews, old: str, key: str) -> None:
    new = str(st.session_state.get(key) or "").strip()
    if new:
        attempt(lambda: own.rename(old, new), f"“{old}” is called “{new}” now.")


def _act(act: Callable[[], Any], done: str) -> None:
    attempt(act, done)


def _import(own: SavedViews) -> None:
    file = st.session_state.get("view_import")
    if not is_here(file):
        return
    content = file.getvalue()

    def read() -> None:
        added = own.import_document(content)
        st.toast(markdown_safe(f"Imported {len(added)} views: {', '.join(added)}." if added else "Nothing new in it."))

    attempt(read)
