"""Who reads a sentence: a language model is offered where there is one to ask."""

from types import SimpleNamespace

import pytest
from streamlit.testing.v1 import AppTest

from neuronview.ui import explain_parts


def _asked() -> None:
    import streamlit as st

    from neuronview.ui import explain_parts

    st.session_state["by_model"] = explain_parts._read_by_model("lookup")


@pytest.mark.parametrize(
    ("public", "offered"),
    [(None, True), (SimpleNamespace(models=(("m", "http://a/v1"),)), True), (SimpleNamespace(models=()), False)],
)
def test_a_public_server_that_lists_no_model_offers_none(
    monkeypatch: pytest.MonkeyPatch, public: object, offered: bool
) -> None:
    monkeypatch.setattr(explain_parts, "cached", SimpleNamespace(settings=lambda: SimpleNamespace(public=public)))
    at = AppTest.from_function(_asked).run()
    assert not at.exception
    assert bool(at.button_group) is offered
    assert at.session_state["by_model"] is False
