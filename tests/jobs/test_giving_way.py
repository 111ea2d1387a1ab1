"""A run that a page started rests while pages are made, never for long, and goes on at once where none are."""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from neuronview.jobs import detach, giving_way
from neuronview.jobs.giving_way import LONGEST, PAGES, SHARE, GivesWay, page_made, stamped
from neuronview.ui.page_turn import page_turn

LONG_AGO = (1.0, 1.0)


class Clock:
    """Passes while one sleeps or works."""

    def __init__(self, busy_until: float) -> None:
        self.now, self.slept, self.busy_until = 0.0, 0.0, busy_until

    def sleep(self, seconds: float) -> None:
        self.slept += seconds
        self.now += seconds

    def gives_way(self) -> GivesWay:
        return GivesWay(lambda: self.now < self.busy_until, clock=lambda: self.now, sleep=self.sleep)


def test_while_pages_come_work_has_its_share_of_the_time() -> None:
    clock = Clock(busy_until=1e9)
    give_way = clock.gives_way()
    for _ in range(100):
        clock.now += 0.2
        give_way()
    assert 100 * 0.2 / clock.now == pytest.approx(SHARE)


def test_where_no_page_is_made_it_does_not_rest() -> None:
    clock = Clock(busy_until=0.0)
    give_way = clock.gives_way()
    clock.now += 5.0
    give_way()
    assert clock.slept == 0.0


def test_a_rest_ends_with_the_pages() -> None:
    clock = Clock(busy_until=1.2)
    give_way = clock.gives_way()
    clock.now += 1.0
    give_way()
    assert 0.2 <= clock.slept <= 0.2 + giving_way.SLICE


def test_a_rest_after_long_work_is_not_long() -> None:
    clock = Clock(busy_until=1e9)
    give_way = clock.gives_way()
    clock.now += 60.0
    give_way()
    assert clock.slept == pytest.approx(LONGEST)


def test_a_page_is_told_as_it_begins_and_as_it_ends() -> None:
    file = Path(stamped())
    os.utime(file, LONG_AGO)
    with page_turn():
        assert time.time() - file.stat().st_mtime < 60
        os.utime(file, LONG_AGO)
    assert time.time() - file.stat().st_mtime < 60


def test_who_was_started_by_an_app_sees_its_pages(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, started: list[dict[str, str]]
) -> None:
    detach.detach(["doctor"], log=tmp_path / "log", environment={}, name="a test")
    seen: list[float] = []
    monkeypatch.setattr(giving_way, "LATELY", 60.0)
    give_way = GivesWay.of_this_process(started[0])
    give_way._sleep = seen.append
    page_made()
    _work(give_way, 0.01)
    assert seen
    seen.clear()
    os.utime(started[0][PAGES], LONG_AGO)
    _work(give_way, 0.01)
    assert not seen


def test_nobody_is_given_way_to_where_a_person_started_it_or_the_app_is_gone(tmp_path: Path) -> None:
    for environment in ({}, {PAGES: ""}, {PAGES: str(tmp_path / "gone")}):
        assert not GivesWay.of_this_process(environment)._is_busy()


def test_a_file_that_cannot_be_made_or_has_gone_stops_nothing(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, started: list[dict[str, str]]
) -> None:
    def full(**_: Any) -> Any:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(giving_way, "_file", [])
    with monkeypatch.context() as patch:
        patch.setattr(tempfile, "mkstemp", full)
        detach.detach(["doctor"], log=tmp_path / "log", environment={}, name="a test")
    assert not GivesWay.of_this_process(started[0])._is_busy()
    page_made()
    Path(stamped()).unlink()
    page_made()


def test_the_file_goes_with_the_process() -> None:
    code = "from neuronview.jobs.giving_way import stamped; print(stamped())"
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert said.stdout.strip()
    assert not Path(said.stdout.strip()).exists()


def _work(give_way: Callable[[], None], seconds: float) -> None:
    time.sleep(seconds)
    give_way()


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
