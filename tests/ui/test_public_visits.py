"""A public server serves so many visits at once; one more is told, and comes in when another has gone."""

import gc

import pytest
from streamlit.testing.v1 import AppTest

from neuronview.ui import visit


def _page() -> None:
    import streamlit as st

    from neuronview.ui import visit

    visit.require_room()
    st.write("inside")


@pytest.fixture(autouse=True)
def two_visits(monkeypatch: pytest.MonkeyPatch) -> None:
    gc.collect()
    monkeypatch.setenv("NEURONVIEW_PUBLIC", "1")
    monkeypatch.setenv("NEURONVIEW_PUBLIC_VISITS", str(len(visit._visits) + 2))


def test_one_visit_too_many_is_told_in_words_and_the_others_go_on() -> None:
    visits = [AppTest.from_function(_page).run() for _ in range(2)]
    late = AppTest.from_function(_page).run()
    assert not late.exception
    assert not late.markdown
    assert "Reload this page in a few minutes" in late.warning[0].value
    assert [again.run().markdown[0].value for again in visits] == ["inside"] * 2


def test_who_was_turned_away_comes_in_when_another_has_gone() -> None:
    first, second = (AppTest.from_function(_page).run() for _ in range(2))
    late = AppTest.from_function(_page).run()
    assert late.warning
    del first
    gc.collect()
    assert late.run().markdown[0].value == "inside"
    assert second.run().markdown


def test_on_ones_own_computer_there_is_no_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NEURONVIEW_PUBLIC", "0")
    monkeypatch.setenv("NEURONVIEW_PUBLIC_VISITS", "0")
    assert AppTest.from_function(_page).run().markdown[0].value == "inside"
