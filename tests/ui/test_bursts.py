"""Messages of a page are gathered: none is lost, late or out of order."""

import asyncio
import functools
import gc
import inspect
import subprocess
import sys
import threading
import time
import weakref
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import pytest
from streamlit.runtime.app_session import AppSession
from streamlit.runtime.scriptrunner import ScriptRunnerEvent

from neuronview.ui import bursts

ROOT = Path(__file__).parents[2]
MESSAGE, STOPPED = ScriptRunnerEvent.ENQUEUE_FORWARD_MSG, ScriptRunnerEvent.SCRIPT_STOPPED_WITH_SUCCESS


def in_loop(test: Callable[..., Coroutine[Any, Any, None]]) -> Callable[..., None]:
    """Run in a loop of its own."""

    @functools.wraps(test)
    def run(*args: Any, **named: Any) -> None:
        asyncio.run(test(*args, **named))

    return run


class Session:
    """What a page tells, in the order in which it is done, and how often the loop was woken."""

    def __init__(self, fails_at: object = None) -> None:
        self._event_loop = asyncio.get_running_loop()
        self.done: list[object] = []
        self.woken = 0
        self._fails_at = fails_at

    def _call_soon_on_event_loop(self, callback: Callable[[], None]) -> None:
        self.woken += 1
        self._event_loop.call_soon_threadsafe(callback)

    def _handle_scriptrunner_event_on_event_loop(
        self, sender: Any, event: ScriptRunnerEvent, message: Any = ""
    ) -> None:
        assert self._event_loop is asyncio.get_running_loop()
        if message == self._fails_at:
            raise ValueError(message)
        self.done.append(message or event)


def tell(session: Session, *messages: object) -> None:
    """In a thread of its own, as a page does."""

    def page() -> None:
        for message in messages:
            if message is STOPPED:
                bursts._told(session, "page", event=STOPPED)  # type: ignore[arg-type]
            else:
                bursts._told(session, "page", MESSAGE, message)  # type: ignore[arg-type]

    thread = threading.Thread(target=page)
    thread.start()
    thread.join()


async def until(true: Callable[[], bool]) -> None:
    limit = time.monotonic() + 60
    while not true():
        assert time.monotonic() < limit
        await asyncio.sleep(0.001)


@in_loop
async def test_all_come_in_order_before_the_end() -> None:
    session = Session()
    tell(session, *range(1, 81), STOPPED)
    await until(lambda: STOPPED in session.done)
    assert session.done == [*range(1, 81), STOPPED]


@in_loop
async def test_the_loop_is_woken_once_for_a_burst_and_once_for_its_end() -> None:
    session = Session()
    tell(session, *range(1, 81), STOPPED)
    assert session.woken == 2


@in_loop
async def test_messages_of_a_page_that_goes_on_come_by_themselves_and_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bursts, "SPAN", 0.005)
    session = Session()
    for message in (1, 2, 3):
        tell(session, message)
        await until(lambda message=message: message in session.done)
    assert session.done == [1, 2, 3]


@in_loop
async def test_nothing_is_sent_before_the_burst_has_lasted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bursts, "SPAN", 3600.0)
    session = Session()
    tell(session, 1, 2)
    await asyncio.sleep(0.02)
    assert session.done == []
    tell(session, 3, STOPPED)
    await until(lambda: STOPPED in session.done)
    assert session.done == [1, 2, 3, STOPPED]


@in_loop
async def test_one_that_fails_loses_no_other() -> None:
    session = Session(fails_at=2)
    failures: list[object] = []
    session._event_loop.set_exception_handler(lambda loop, context: failures.append(context["exception"]))
    tell(session, 1, 2, 3, STOPPED)
    await until(lambda: STOPPED in session.done)
    assert session.done == [1, 3, STOPPED]
    assert [str(failure) for failure in failures] == ["2"]


@in_loop
async def test_sessions_do_not_mix() -> None:
    one, other = Session(), Session()
    tell(one, 1, 2)
    tell(other, 3, STOPPED)
    tell(one, STOPPED)
    await until(lambda: STOPPED in one.done and STOPPED in other.done)
    assert (one.done, other.done) == ([1, 2, STOPPED], [3, STOPPED])


@in_loop
async def test_two_threads_of_a_page_lose_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bursts, "SPAN", 0.0)
    session = Session()
    pages = [threading.Thread(target=tell, args=(session, *range(at, at + 500))) for at in (1, 1001, 2001)]
    for page in pages:
        page.start()
    await until(lambda: len(session.done) == 1500)
    for at in (1, 1001, 2001):
        assert [message for message in session.done if at <= message < at + 500] == list(range(at, at + 500))


def test_streamlits_session_is_told_as_before() -> None:
    assert list(inspect.signature(bursts._one_by_one).parameters)[:4] == ["self", "sender", "event", "forward_msg"]
    named = list(inspect.signature(bursts._one_by_one).parameters)
    assert named == list(inspect.signature(AppSession._handle_scriptrunner_event_on_event_loop).parameters)
    assert hasattr(AppSession, "_call_soon_on_event_loop")


@in_loop
async def test_a_session_that_is_over_is_let_go() -> None:
    session = Session()
    gone, done = weakref.ref(session), session.done
    tell(session, 1, STOPPED)
    await until(lambda: len(done) == 2)
    del session
    gc.collect()
    assert gone() is None


def test_the_app_gathers() -> None:
    code = """
import app
from streamlit.runtime.app_session import AppSession
from neuronview.ui import bursts
print(AppSession._on_scriptrunner_event is bursts._told)
"""
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert said.stdout.split() == ["True"]
