"""The list of models that a public server's visitors may ask."""

import pytest
from streamlit.testing.v1 import AppTest

from neuronview.jobs.choices import Chosen
from neuronview.ui import endpoint_parts

TWICE = [Chosen("small", "https://a.example/v1"), Chosen("small", "https://b.example/v1"), Chosen("large", "")]


def listed() -> None:
    import streamlit as st

    from neuronview.ui import endpoint_parts as parts
    from tests.ui import test_listed_models

    st.session_state["chosen"] = parts._listed("explainer", test_listed_models.TWICE)


def test_models_of_one_name_at_two_addresses_are_offered_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(endpoint_parts, "key_field", lambda *_: None)
    at = AppTest.from_function(listed).run()
    assert not at.exception
    offered = at.selectbox[0].options
    assert len(set(offered)) == 3
    assert "large" in offered
    for place, model in enumerate(TWICE):
        at.selectbox[0].select_index(place).run()
        assert at.session_state["chosen"] == model
