"""Turns with a shared model: fair, interruptible, and held by one at a time. A clock of the test's own, no model."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest

from neuronview.model.fair import FairTurns

PATIENCE = 10.0


class Work:
    """Threads that compute in steps; the clock moves only with a step, so that nothing depends on the machine."""

    def __init__(self) -> None:
        self.now = 0.0
        self.turns = FairTurns(lambda: self.now)
        self.log: list[str] = []
        self.at_once = 0
        self.most_at_once = 0
        self.threads: list[threading.Thread] = []
        self.beginning = threading.Lock()

    def start(
        self, name: str, steps: int, *, cost: float = 1.0, before: Callable[[int], None] = lambda _: None
    ) -> None:
        """Begin to compute so many steps as `name`; `before` is called with each step's number."""

        def run() -> None:
            with self.turns.turn(name):
                for number in range(steps):
                    self.turns.step()
                    self.at_once += 1
                    self.most_at_once = max(self.most_at_once, self.at_once)
                    before(number)
                    self.now += cost
                    self.log.append(name)
                    self.at_once -= 1

        with self.beginning:
            self.threads.append(threading.Thread(target=run, daemon=True))
            self.threads[-1].start()

    def wait_for(self, waiting: int) -> None:
        """Until so many wait for their turn."""
        ready = threading.Event()
        for _ in range(int(PATIENCE / 0.005)):
            if len(self.turns._waiting) >= waiting:
                return
            ready.wait(0.005)
        raise AssertionError(f"{len(self.turns._waiting)} wait, not {waiting}")

    def join(self) -> None:
        for thread in self.threads:  # more may come meanwhile
            with self.beginning:
                pass
            thread.join(PATIENCE)
            assert not thread.is_alive(), f"stuck after {self.log}"


def test_a_short_call_waits_for_one_step_of_a_long_one_and_not_for_its_end() -> None:
    work = Work()

    def while_it_computes(number: int) -> None:
        if number == 3:
            work.start("short", 2, cost=0.1)
            work.wait_for(1)

    work.start("long", 100, before=while_it_computes)
    work.threads[0].join(PATIENCE)
    work.join()
    assert work.log == ["long"] * 4 + ["short"] * 2 + ["long"] * 96


def test_two_long_calls_share_evenly() -> None:
    work = Work()

    def while_it_computes(number: int) -> None:
        if number == 0:
            work.start("second", 50)
            work.wait_for(1)

    work.start("first", 50, before=while_it_computes)
    work.threads[0].join(PATIENCE)
    work.join()
    together = work.log[:100]
    for stop in range(2, len(together) - 2):
        assert abs(together[:stop].count("first") - together[:stop].count("second")) <= 2, together


def test_a_long_call_goes_on_however_many_short_ones_come() -> None:
    work, steps, left = Work(), 20, iter(range(80))

    def another(_: int) -> None:  # a short one comes while each short one computes
        number = next(left, None)
        if number is not None:
            work.start(f"short {number}", 1, before=another)
            work.wait_for(1 if work.log.count("long") == steps else 2)

    def while_it_computes(number: int) -> None:
        if number == 0:
            work.start("short", 1, before=another)
            work.wait_for(1)

    work.start("long", steps, before=while_it_computes)
    work.threads[0].join(PATIENCE)
    work.join()
    last = max(at for at, name in enumerate(work.log) if name == "long")
    assert work.log.count("long") == steps
    assert last < 60, "the long call was passed by those that came after it"


def test_who_asks_again_and_again_gets_no_more_than_one_who_asks_once() -> None:
    work = Work()
    rounds = 10

    def greedy() -> None:
        for _ in range(rounds):
            with work.turns.turn("greedy"):
                for _ in range(4):
                    work.turns.step()
                    work.now += 1
                    work.log.append("greedy")

    def while_it_computes(number: int) -> None:
        if number == 0:
            work.threads.append(threading.Thread(target=greedy, daemon=True))
            work.threads[-1].start()
            work.wait_for(1)
        elif len(work.log) < 60:
            work.wait_for(1)  # the greedy one is back

    work.start("once", 20, before=while_it_computes)
    work.threads[0].join(PATIENCE)
    work.join()
    assert work.log[:24].count("once") >= 10


def test_only_one_computes_at_a_time() -> None:
    work = Work()
    for number in range(20):
        work.start(f"visitor {number}", 20)
    work.join()
    assert work.most_at_once == 1
    assert len(work.log) == 400


def test_a_call_within_a_call_has_the_turn_already() -> None:
    turns = FairTurns()
    with turns.turn("outer"):
        with turns.turn("inner"):
            turns.step()
        assert turns._holder is not None
    assert turns._holder is None


def test_a_visitor_who_went_away_leaves_the_queue_and_lets_the_others_on() -> None:
    work, gone = Work(), threading.Event()
    ended = threading.Event()

    def check() -> None:
        if gone.is_set():
            raise KeyboardInterrupt

    def leave_while_waiting() -> None:
        with pytest.raises(KeyboardInterrupt), work.turns.turn("gone", check=check):
            work.log.append("gone")
        ended.set()

    def while_it_computes(number: int) -> None:
        if number == 0:
            work.threads.append(threading.Thread(target=leave_while_waiting, daemon=True))
            work.threads[-1].start()
            work.wait_for(1)
            gone.set()
            assert ended.wait(PATIENCE)

    work.start("first", 3, before=while_it_computes)
    work.threads[0].join(PATIENCE)
    work.start("after", 1)
    work.join()
    assert work.log == ["first"] * 3 + ["after"]


def test_a_call_that_fails_gives_its_turn_back() -> None:
    turns = FairTurns()
    with pytest.raises(ZeroDivisionError), turns.turn("fails"):
        _ = 1 / 0
    with turns.turn("next"):
        turns.step()
    assert turns._holder is None


def test_what_is_remembered_of_those_who_asked_does_not_grow() -> None:
    work = Work()
    for number in range(1_000):
        with work.turns.turn(f"visitor {number}"):
            work.now += 0.1
    assert len(work.turns._had) <= 1


def test_a_step_outside_a_turn_is_nothing() -> None:
    FairTurns().step()


def test_who_has_the_turn_keeps_it_for_a_least_time_and_no_longer() -> None:
    work = Work()
    work.turns = FairTurns(lambda: work.now, least=3.0)

    def while_it_computes(number: int) -> None:
        if number == 0:
            work.start("short", 2, cost=0.1)
            work.wait_for(1)

    work.start("long", 10, before=while_it_computes)
    work.threads[0].join(PATIENCE)
    work.join()
    assert work.log == ["long"] * 3 + ["short"] * 2 + ["long"] * 7
