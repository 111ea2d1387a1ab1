"""The time that a run still takes, from the pace seen."""

import pytest

from neuronview.ui.run_pace import time_left


@pytest.mark.parametrize(
    ("share", "now", "words"),
    [
        (0.5, 160.0, "about 60 seconds left"),
        (0.25, 400.0, "about 15 minutes left"),
        (0.99, 200.0, "a few seconds left"),
        (0.01, 200.0, ""),
        (0.5, 101.0, ""),
    ],
)
def test_what_is_left_follows_from_what_was_done_since_it_is_watched(share: float, now: float, words: str) -> None:
    memory: dict = {}
    assert time_left(memory, "a", share=0.0, now=100.0) == ""
    assert time_left(memory, "a", share=share, now=now) == words


def test_another_run_or_one_gone_on_with_is_watched_anew() -> None:
    memory: dict = {}
    time_left(memory, "a", share=0.5, now=0.0)
    assert time_left(memory, "b", share=0.9, now=100.0) == ""
    assert time_left(memory, "b", share=0.2, now=200.0) == ""
    assert time_left(memory, "b", share=0.6, now=300.0) == "about 2 minutes left"
