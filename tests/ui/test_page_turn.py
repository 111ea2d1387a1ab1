"""Pages take turns: few at once, in order, and nobody waits for long."""

import threading
import time
from collections.abc import Callable

import pytest

from neuronview.ui import page_turn
from neuronview.ui.page_turn import PageTurns

FOREVER = 60.0


def begin(work: Callable[[], object]) -> threading.Thread:
    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    return thread


def until(true: Callable[[], bool]) -> None:
    """Wait for what has to come."""
    limit = time.monotonic() + FOREVER
    while not true():
        assert time.monotonic() < limit
        time.sleep(0.001)


def test_no_more_than_so_many_at_once_and_all_come_to_their_turn() -> None:
    turns, inside, most, done = PageTurns(2, patience=FOREVER, longest=FOREVER), [0], [0], []
    lock = threading.Lock()

    def page(number: int) -> None:
        turns.take()
        with lock:
            inside[0] += 1
            most[0] = max(most[0], inside[0])
        time.sleep(0.002)
        with lock:
            inside[0] -= 1
        turns.give_back()
        done.append(number)

    for thread in [begin(lambda number=number: page(number)) for number in range(20)]:
        thread.join(FOREVER)
    assert sorted(done) == list(range(20))
    assert most[0] == 2


def test_who_came_first_goes_first() -> None:
    turns, order = PageTurns(1, patience=FOREVER, longest=FOREVER), []

    def page(number: int) -> None:
        turns.take()
        order.append(number)
        turns.give_back()

    turns.take()
    threads = []
    for number in range(5):
        threads.append(begin(lambda number=number: page(number)))
        until(lambda number=number: len(turns._waiting) == number + 1)
    assert order == []
    turns.give_back()
    for thread in threads:
        thread.join(FOREVER)
    assert order == list(range(5))


def test_who_comes_as_a_turn_is_given_back_does_not_pass_who_waits() -> None:
    turns, order = PageTurns(1, patience=FOREVER, longest=FOREVER), []

    def page() -> None:
        turns.take()
        order.append("waited")
        turns.give_back()

    turns.take()
    thread = begin(page)
    until(lambda: len(turns._waiting) == 1)
    turns.give_back()
    turns.take()
    order.append("came later")
    turns.give_back()
    thread.join(FOREVER)
    assert order == ["waited", "came later"]


def test_a_page_that_takes_long_holds_up_nobody() -> None:
    turns = PageTurns(1, patience=FOREVER, longest=0.05)
    turns.take()
    begin(turns.take).join(FOREVER)
    assert not turns._waiting


def test_who_has_waited_long_enough_goes_ahead() -> None:
    turns = PageTurns(1, patience=0.05, longest=FOREVER)
    turns.take()
    begin(turns.take).join(FOREVER)
    assert not turns._waiting


def test_a_turn_is_given_back_once() -> None:
    turns = PageTurns(1, patience=FOREVER, longest=FOREVER)
    turns.give_back()
    turns.take()
    turns.give_back()
    turns.give_back()
    assert not turns._until


def test_a_page_that_fails_or_steps_aside_lets_the_next_one_go(monkeypatch: pytest.MonkeyPatch) -> None:
    turns = PageTurns(1, patience=FOREVER, longest=FOREVER)
    monkeypatch.setattr(page_turn, "_TURNS", turns)

    def broken() -> None:
        with page_turn.page_turn():
            assert len(turns._until) == 1
            raise ValueError("broken")

    with pytest.raises(ValueError, match="broken"):
        broken()
    assert not turns._until
    with page_turn.page_turn():
        page_turn.step_aside()
        assert not turns._until
    assert not turns._until
