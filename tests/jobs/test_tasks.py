"""Long commands that a page starts: watched through a folder, stopped, gone on with."""

import json
import os
import time
from pathlib import Path

import pytest

from neuronview.cli import watched
from neuronview.config import Settings
from neuronview.errors import Cancelled, DatasetError
from neuronview.jobs import tasks
from neuronview.jobs.tasks import TASK, TaskFolder, TaskProgress, list_tasks, new_task, start


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> TaskFolder:
    """A task of this process."""
    made = new_task(tmp_path, "verify", ["doctor", "--json"], title="Verify", dataset="small")
    monkeypatch.setenv(TASK, str(made.path))
    watched._folder.cache_clear()
    yield made
    watched._folder.cache_clear()


def end_with(code: object) -> None:
    raise SystemExit(code)


def test_a_task_is_read_back_as_it_was_made_and_the_newest_is_first(tmp_path: Path) -> None:
    made = [new_task(tmp_path, "add", ["datasets", "add"], title=str(n), dataset="x") for n in range(3)]
    assert [entry.path for entry in list_tasks(tmp_path)] == [entry.path for entry in reversed(made)]
    assert made[0].task().arguments == ("datasets", "add")
    assert made[0].progress().state == "queued"


@pytest.mark.parametrize(("code", "state"), [(0, "done"), (None, "done"), (1, "failed"), (2, "failed")])
def test_a_command_s_end_is_noted_with_what_it_said_last(folder: TaskFolder, code: int | None, state: str) -> None:
    (folder.path / "log.txt").write_text("first\nThe network is away.\n\n")
    with pytest.raises(SystemExit):
        watched.as_task(lambda: end_with(code))
    assert (folder.progress().state, folder.progress().message) == (state, "The network is away.")
    assert folder.progress().as_given is (code != 2)


def test_a_crash_is_a_failure(folder: TaskFolder) -> None:
    with pytest.raises(ZeroDivisionError):
        watched.as_task(lambda: 1 / 0)
    assert folder.progress().state == "failed"


def test_a_command_says_how_far_it_is_and_stops_when_asked(folder: TaskFolder) -> None:
    watched.report("records", 3, 7, words="1 MB/s", now=True)
    assert (folder.progress().step, folder.progress().done, folder.progress().total) == ("records", 3, 7)
    assert not watched.asked_to_stop()
    watched.require_going_on()
    folder.cancel()
    assert watched.asked_to_stop()
    with pytest.raises(Cancelled):
        watched.require_going_on()


def test_without_a_task_nothing_is_reported_or_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(TASK, raising=False)
    watched._folder.cache_clear()
    watched.report("records", 1, 2, now=True)
    watched.require_going_on()
    assert not watched.asked_to_stop()


def test_a_process_that_is_gone_makes_the_task_interrupted(folder: TaskFolder) -> None:
    folder.report(TaskProgress("running", "records"))
    assert folder.progress().state == "running"
    raw = json.loads((folder.path / "progress.json").read_text())
    for pid, state in ((2**22 + 7, "interrupted"), (os.getpid(), "running")):
        (folder.path / "progress.json").write_text(json.dumps(raw | {"checksum": None, "updated": 0.0, "pid": pid}))
        assert folder.progress().state == state


def test_a_damaged_file_is_named(folder: TaskFolder) -> None:
    (folder.path / "task.json").write_text("{")
    with pytest.raises(DatasetError, match=r"task\.json"):
        folder.task()


def test_a_task_runs_as_a_process_of_its_own_and_can_be_started_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = Settings(home=tmp_path / "home", data=tmp_path / "data")
    made = new_task(settings.home, "list", ["datasets"], title="List")
    made.cancel()
    for _ in range(2):
        start(made, settings)
        assert not made.is_cancelled()
        until = time.monotonic() + 120
        while not made.progress().is_over and time.monotonic() < until:
            time.sleep(0.05)
        assert (made.progress().state, made.progress().message) == ("done", "Nothing found.")
    made.forget()
    assert tasks.list_tasks(settings.home) == []
