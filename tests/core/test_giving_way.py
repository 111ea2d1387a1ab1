"""What a page started rests while pages are made, and goes on at once where none are."""

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from neuronview import giving_way
from neuronview.formats.openai import workers
from neuronview.giving_way import PAGES, REST, STEP, give_way, page_made, stamped
from neuronview.jobs import detach
from neuronview.jobs.engines import LocalEngine
from neuronview.ui.page_turn import page_turn

with_timers = pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="this system has no timers for processes")
LONG_AGO = (1.0, 1.0)


@with_timers
def test_it_rests_at_a_look_where_a_page_was_made_lately(look: Callable[[], None], rests: list[float]) -> None:
    page_made()
    look()
    assert rests == [REST]


@with_timers
def test_it_goes_on_at_once_where_none_was(look: Callable[[], None], rests: list[float]) -> None:
    os.utime(stamped(), LONG_AGO)
    look()
    assert not rests


@with_timers
def test_it_goes_on_at_once_where_the_app_is_gone(look: Callable[[], None], rests: list[float]) -> None:
    Path(stamped()).unlink()
    page_made()
    look()
    assert not rests


@with_timers
def test_after_a_look_comes_the_next_one_and_none_in_between(
    look: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    left_while_resting: list[float] = []
    monkeypatch.setattr(time, "sleep", lambda _: left_while_resting.append(signal.getitimer(signal.ITIMER_PROF)[0]))
    signal.setitimer(signal.ITIMER_PROF, 0)  # it has come
    page_made()
    look()
    left, interval = signal.getitimer(signal.ITIMER_PROF)
    assert left_while_resting == [0.0]
    assert 0 < left <= STEP + 0.01
    assert interval == 0.0


@with_timers
def test_whoever_computes_is_interrupted_and_goes_on_after_it(tmp_path: Path) -> None:
    file = tmp_path / "pages"
    file.touch()
    code = """
import os, sys, time
from neuronview import giving_way
rests = []
giving_way.LATELY = 1e9
giving_way.time.sleep = rests.append
giving_way.give_way()
while len(rests) < 3 and time.process_time() < 30:
    pass
print(rests)
"""
    said = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env=os.environ | {PAGES: str(file)}
    )
    assert said.stdout.strip() == str([REST] * 3)


@with_timers
@pytest.mark.parametrize("environment", [{}, {PAGES: ""}])
def test_what_a_person_started_gives_way_to_nobody(environment: dict[str, str], set_back: None) -> None:
    before = signal.getsignal(signal.SIGPROF)
    give_way(environment)
    assert signal.getsignal(signal.SIGPROF) is before


@with_timers
def test_a_system_without_such_timers_runs_it_too(set_back: None, monkeypatch: pytest.MonkeyPatch) -> None:
    before = signal.getsignal(signal.SIGPROF)
    with monkeypatch.context() as patch:
        patch.delattr(signal, "setitimer")
        give_way({PAGES: stamped()})
    assert signal.getsignal(signal.SIGPROF) is before


def test_a_page_is_told_as_it_begins_and_as_it_ends(file: Path) -> None:
    os.utime(file, LONG_AGO)
    with page_turn():
        assert time.time() - file.stat().st_mtime < 60
        os.utime(file, LONG_AGO)
    assert time.time() - file.stat().st_mtime < 60


def test_a_started_process_is_told_of_the_file_that_pages_are_stamped_in(
    file: Path, tmp_path: Path, started: list[dict[str, str]]
) -> None:
    detach.detach(["doctor"], log=tmp_path / "log", environment={}, name="a test")
    assert started[0][PAGES] == str(file)


def test_processes_are_started_where_no_file_can_be_made(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, started: list[dict[str, str]]
) -> None:
    def full(**_: Any) -> Any:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(giving_way, "_file", [])
    monkeypatch.setattr(tempfile, "mkstemp", full)
    detach.detach(["doctor"], log=tmp_path / "log", environment={}, name="a test")
    assert started[0][PAGES] == ""
    page_made()


@with_timers
def test_workers_of_a_started_process_give_way_too(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(PAGES, str(file))
    assert list(LocalEngine(1).map(_gives_way, [None])) == [True]


def test_workers_of_an_import_do_as_well(monkeypatch: pytest.MonkeyPatch) -> None:
    class Begun(Exception):
        pass

    def begun() -> None:
        raise Begun

    before = signal.getsignal(signal.SIGINT)
    monkeypatch.setattr(workers, "give_way", begun)
    try:
        with pytest.raises(Begun):
            workers.start_worker(None, None)  # type: ignore[arg-type]  # it does not come to that
    finally:
        signal.signal(signal.SIGINT, before)


@with_timers
def test_a_command_that_an_app_started_gives_way(tmp_path: Path) -> None:
    code = """
import runpy, signal, sys
sys.argv = ["neuronview", "--help"]
try:
    runpy.run_module("neuronview", run_name="__main__")
except SystemExit:
    pass
print(callable(signal.getsignal(signal.SIGPROF)))
"""
    for place, wanted in ((tmp_path / "pages", "True"), ("", "False")):
        environment = os.environ | {PAGES: str(place)}
        said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=environment, check=True)
        assert said.stdout.splitlines()[-1] == wanted


@with_timers
def test_it_is_not_killed_by_a_look_that_comes_as_it_ends(file: Path) -> None:
    code = """
import atexit, os, signal
atexit.register(os.kill, os.getpid(), signal.SIGPROF)  # what was registered last comes first, so this comes late
from neuronview.giving_way import give_way
give_way()

class Late:
    def __del__(self):
        os.kill(os.getpid(), signal.SIGPROF)

late = Late()
"""
    environment = os.environ | {PAGES: str(file)}
    assert subprocess.run([sys.executable, "-c", code], env=environment, check=False).returncode == 0


def test_a_file_that_somebody_tidied_up_is_made_anew_for_what_is_started_next(file: Path) -> None:
    file.unlink()
    anew = Path(stamped())
    os.utime(anew, LONG_AGO)
    page_made()
    assert time.time() - anew.stat().st_mtime < 60
    anew.unlink()


def test_the_file_goes_with_the_process() -> None:
    code = "from neuronview.giving_way import stamped; print(stamped())"
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert said.stdout.strip()
    assert not Path(said.stdout.strip()).exists()


def _gives_way(_: object) -> bool:
    return callable(signal.getsignal(signal.SIGPROF))


@pytest.fixture
def file(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """What this process stamps, within a test."""
    monkeypatch.setattr(giving_way, "_file", [])
    made = Path(stamped())
    yield made
    made.unlink(missing_ok=True)


@pytest.fixture
def rests(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Seconds of rests, none of which is taken."""
    taken: list[float] = []
    monkeypatch.setattr(time, "sleep", taken.append)
    return taken


@pytest.fixture
def set_back() -> Iterator[None]:
    before = signal.getsignal(signal.SIGPROF)
    yield
    signal.setitimer(signal.ITIMER_PROF, 0)
    signal.signal(signal.SIGPROF, before)


@pytest.fixture
def look(file: Path, set_back: None) -> Callable[[], None]:
    """What this process does, within a test, when it is interrupted."""
    give_way({PAGES: str(file)})
    interrupted: Any = signal.getsignal(signal.SIGPROF)
    return lambda: interrupted(signal.SIGPROF, None)


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, str]]:
    """Environments of processes, none of which is really started."""
    environments: list[dict[str, str]] = []

    class Started:
        pid = 1

        def __init__(self, arguments: list[str], *, env: dict[str, str], **_: Any) -> None:
            environments.append(env)

        def wait(self) -> None:
            pass

    monkeypatch.setattr(subprocess, "Popen", Started)
    monkeypatch.setattr(detach, "_step_back", lambda pid: None)
    return environments
