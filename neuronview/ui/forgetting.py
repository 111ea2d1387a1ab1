"""What Streamlit keeps of what is gone is forgotten, or a server grows with every page that is opened.

A widget whose label, options or key changes is another one to Streamlit. The values of those that a page did not show
are given up after its run; what was said about them (options, functions that are called, and with these all they hold:
the records of a neuron, a text as the model read it) stays until the visit ends. And every value that was ever kept
between runs leaves a lock behind.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from streamlit.runtime.caching.cache_data_api import _data_caches
from streamlit.runtime.caching.cache_resource_api import _resource_caches
from streamlit.runtime.scriptrunner import get_script_run_ctx
from streamlit.runtime.state.common import WidgetMetadata
from streamlit.runtime.state.session_state import SessionState

__all__ = ["forget_gone_widgets", "forget_locks", "said_before"]


def said_before() -> Mapping[str, WidgetMetadata[Any]]:
    """What is said of widgets where a run of a page begins."""
    state = _state()
    return {} if state is None else dict(state._new_widget_state.widget_metadata)


def forget_gone_widgets(before: Mapping[str, WidgetMetadata[Any]]) -> None:
    """At the end of a whole run of a page: forget what was said `before` and not again in this run.

    Not where a run was cut short: widgets that it did not come to are still on the screen, and can be used.
    """
    state = _state()
    if state is None:
        return
    said = state._new_widget_state.widget_metadata
    for widget, about in before.items():
        if said.get(widget) is about and about.bind is None and about.persist_state is None:
            del said[widget]
    ids, keys = state._key_id_mapper._key_id_mapping, state._key_id_mapper._id_key_mapping
    for widget, key in list(keys.items()):
        if widget not in said and ids.get(key) != widget:
            del keys[widget]


def _state() -> SessionState | None:
    context = get_script_run_ctx()
    return None if context is None else context.session_state._state


def forget_locks() -> None:
    """Of values that nobody computes just now: two who ask for one at the same moment, at worst, both compute it."""
    of_functions: list[dict[str, Any]] = [
        *_data_caches._function_caches.values(),
        *_resource_caches._function_caches.values(),
    ]
    for caches in of_functions:
        for cache in list(caches.values()):
            with cache._value_locks_lock:
                for value in [value for value, lock in cache._value_locks.items() if not lock.locked()]:
                    del cache._value_locks[value]
