"""What Streamlit keeps of what is gone is forgotten; what is on the screen goes on to work."""

from pathlib import Path
from typing import Any

import streamlit as st
from streamlit.runtime.caching.cache_resource_api import _resource_caches
from streamlit.testing.v1 import AppTest

from neuronview.ui.forgetting import forget_locks
from tests.support.pages import open_page


def _state(app: AppTest) -> Any:
    return app.session_state._state._state


def test_of_widgets_that_a_page_no_longer_shows_nothing_is_kept() -> None:
    def script() -> None:
        import streamlit as st

        from neuronview.ui.forgetting import forget_gone_widgets, said_before

        said = said_before()
        page = st.session_state["page"] = st.session_state.get("page", 0) + 1
        st.button(f"Open {page}", key=f"open_{page}", args=(page,), on_click=print)
        st.text_input(f"Search {page}", key="search")
        st.toggle("Always there")
        forget_gone_widgets(said)

    app = AppTest.from_function(script).run()
    for _ in range(5):
        app.run()
    state = _state(app)
    assert len(state._new_widget_state.widget_metadata) == 3
    assert len(state._key_id_mapper._id_key_mapping) <= 3 + 6  # keys that are gone keep their last widget
    assert not app.exception


def test_what_is_on_the_screen_goes_on_to_work() -> None:
    def script() -> None:
        import streamlit as st

        from neuronview.ui.forgetting import forget_gone_widgets, said_before

        said = said_before()

        def called() -> None:
            st.session_state["times"] = st.session_state.get("times", 0) + 1

        page = st.session_state["page"] = st.session_state.get("page", 0) + 1
        st.button(f"Next {page}", key="next", on_click=called)
        st.text_input("Name", key="name", on_change=called)
        st.write(f"{page} {st.session_state['name']} {st.session_state.get('times', 0)}")
        forget_gone_widgets(said)

    app = AppTest.from_function(script).run()
    for number in range(3):
        app.button("next").click().run()
        app.text_input("name").set_value(f"name {number}").run()
    assert app.markdown[0].value == "7 name 2 6"
    assert not app.exception


def test_a_run_that_was_cut_short_takes_nothing_from_what_it_did_not_come_to() -> None:
    def script() -> None:
        import streamlit as st

        from neuronview.ui.forgetting import forget_gone_widgets, said_before

        said = said_before()

        def called() -> None:
            st.session_state["called"] = True

        if st.button("Stop there", key="stop"):
            st.stop()
        st.button("Later", key="later", on_click=called)
        forget_gone_widgets(said)

    app = AppTest.from_function(script).run()
    app.button("stop").click().run()
    ids = [widget for widget in _state(app)._new_widget_state.widget_metadata if widget.endswith("-later")]
    assert len(ids) == 1


def test_a_visit_does_not_grow_with_the_neurons_that_it_opens(small_home: Path) -> None:
    app = open_page("neuron", dataset="small", layer="0", neuron="0")
    first = len(_state(app)._new_widget_state.widget_metadata)
    for neuron in ("1", "2", "0", "1", "2"):
        app.query_params["neuron"] = neuron
        app.run()
        assert not app.exception
    known = _state(app)._new_widget_state.widget_metadata
    assert len(known) <= first + 1
    assert [about.callbacks for widget, about in known.items() if widget.endswith("__events") and about.callbacks]


def test_locks_of_values_that_nobody_computes_are_forgotten() -> None:
    @st.cache_resource(max_entries=2)
    def value(number: int) -> int:
        return number

    for number in range(5):
        value(number)
    cache = next(
        cache
        for caches in _resource_caches._function_caches.values()
        for cache in caches.values()
        if "locks_of_values" in cache.display_name
    )
    assert len(cache._value_locks) == 5
    held = next(iter(cache._value_locks.values()))
    with held:
        forget_locks()
        assert list(cache._value_locks.values()) == [held]
    assert value(4) == 4
