"""So many runs compute at once; the others wait in order, say how many are before them, and can be stopped."""

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import NoReturn

import pytest

from neuronview.errors import Cancelled
from neuronview.jobs import detach as detaching
from neuronview.jobs import execute as executing
from neuronview.jobs import limits, places
from neuronview.jobs.execute import execute
from neuronview.jobs.places import a_place
from neuronview.jobs.plan import Progress, RunFolder, RunPlan, new_run
from neuronview.store import Dataset
from neuronview.store.write import write_json

PATIENCE = 20.0


class Run(threading.Thread):
    """A run that computes until it is told to end."""

    def __init__(self, home: Path, *, of_a_visit: bool = False, at_once: int = 2, pause: float = 0.01) -> None:
        super().__init__(daemon=True)
        self.of_a_visit, self.at_once, self.pause = of_a_visit, at_once, pause
        self.folder: RunFolder = new_run(home, RunPlan("", "demo", ("0:1",), "lookup"))
        self.told: list[str] = []
        self.waits, self.computes, self.may_end = threading.Event(), threading.Event(), threading.Event()
        self.stopped = False

    def _tell(self, step: str) -> None:
        self.folder.report(replace(self.folder.progress(), state="queued", step=step))
        self.told.append(step)
        self.waits.set()

    def run(self) -> None:
        try:
            with a_place(self.folder, self._tell, of_a_visit=self.of_a_visit, at_once=self.at_once, pause=self.pause):
                self.folder.report(replace(self.folder.progress(), state="running", step=""))
                self.computes.set()
                self.may_end.wait(PATIENCE)
        except Cancelled:
            self.stopped = True

    def end(self) -> None:
        self.may_end.set()
        self.join(PATIENCE)
        assert not self.is_alive()


@pytest.fixture
def runs(tmp_path: Path) -> list[Run]:
    """Four runs, started one after the other: two compute, two wait."""
    found = [Run(tmp_path) for _ in range(4)]
    for run in found[:2]:
        run.start()
        assert run.computes.wait(PATIENCE)
    for run in found[2:]:
        run.start()
        assert run.waits.wait(PATIENCE)
    return found


def test_more_than_so_many_wait_and_say_how_many_are_before_them(runs: list[Run]) -> None:
    assert not runs[2].computes.is_set()
    assert not runs[3].computes.is_set()
    assert "before it" not in runs[2].told[0]
    assert runs[3].told[0].endswith("1 other run is before it")
    assert runs[3].folder.progress().state == "queued"
    for run in runs:
        run.end()


def test_visits_share_the_places_of_their_server(tmp_path: Path) -> None:
    runs = [Run(tmp_path / f"visit-{number}", of_a_visit=True) for number in range(4)]
    for run in runs[:2]:
        run.start()
        assert run.computes.wait(PATIENCE)
    for run in runs[2:]:
        run.start()
        assert run.waits.wait(PATIENCE)
    assert runs[3].told[0].endswith("1 other run is before it")
    runs[0].end()
    assert runs[2].computes.wait(PATIENCE)
    assert not runs[3].computes.is_set()
    for run in runs[1:]:
        run.end()


def test_a_run_of_a_visit_computes_in_a_place_of_all_visits(
    tmp_path: Path, dataset: Dataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(places, "BESIDE_VISITS", 1)
    folder = new_run(tmp_path / "visit-a", RunPlan("", dataset.manifest.name, ("0:1",), "lookup"))
    folder.set_caps(max_cost=None, max_tokens=None, max_seconds=60.0)
    taken = new_run(tmp_path / "visit-b", RunPlan("", "demo", ("0:1",), "lookup"))
    told: list[str] = []

    def tell(progress: Progress) -> None:
        told.append(progress.step)
        folder.cancel()

    with a_place(taken, told.append, of_a_visit=True), pytest.raises(Cancelled):
        execute(folder, dataset, load_model=lambda: pytest.fail("It computes."), report=tell)
    assert told[0].startswith("waiting for a place")


def test_who_comes_as_a_place_becomes_free_does_not_go_before_who_waits(tmp_path: Path) -> None:
    first, waits = (Run(tmp_path, at_once=1, pause=0.5) for _ in range(2))
    first.start()
    assert first.computes.wait(PATIENCE)
    waits.start()
    assert waits.waits.wait(PATIENCE)
    late = Run(tmp_path, at_once=1)
    first.end()
    late.start()
    assert late.waits.wait(PATIENCE)
    assert waits.computes.wait(PATIENCE)
    assert not late.computes.is_set()
    waits.end()
    late.end()


def test_a_visits_seconds_count_from_when_its_run_has_its_place(
    tmp_path: Path, dataset: Dataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = new_run(tmp_path / "visit-a", RunPlan("", dataset.manifest.name, ("0:1",), "lookup"))
    folder.set_caps(max_cost=None, max_tokens=None, max_seconds=60.0)
    write_json(folder.path / limits.TIMES, {"before": 0.0, "tokens": 0, "calls": 0})
    happened: list[str] = []

    @contextmanager
    def a_place(*_arguments: object, **_options: object) -> Iterator[None]:
        assert "launched" not in (folder.read(limits.TIMES) or {})
        happened.append("place")
        yield

    @contextmanager
    def ended_in_time(_folder: RunFolder) -> Iterator[None]:
        assert (folder.read(limits.TIMES) or {})["launched"] > 0
        happened.append("clock")
        yield

    def load_model() -> NoReturn:
        happened.append("model")
        raise Cancelled("enough")

    monkeypatch.setattr(executing, "a_place", a_place)
    monkeypatch.setattr(executing, "ended_in_time", ended_in_time)
    with pytest.raises(Cancelled):
        execute(folder, dataset, load_model=load_model, report=lambda progress: None)
    assert happened == ["place", "clock", "model"]


def test_who_came_first_goes_on_first(runs: list[Run]) -> None:
    runs[0].end()
    assert runs[2].computes.wait(PATIENCE)
    assert not runs[3].computes.is_set()
    runs[1].end()
    assert runs[3].computes.wait(PATIENCE)
    runs[2].end()
    runs[3].end()


def test_a_run_that_waits_can_be_stopped_and_the_next_moves_up(runs: list[Run]) -> None:
    runs[2].folder.cancel()
    runs[2].join(PATIENCE)
    assert runs[2].stopped
    runs[2].folder.report(replace(runs[2].folder.progress(), state="cancelled"))
    runs[0].end()
    assert runs[3].computes.wait(PATIENCE)
    runs[1].end()
    runs[3].end()


def test_the_place_of_a_process_that_was_killed_is_free(tmp_path: Path) -> None:
    script = (
        "import sys, time\nfrom pathlib import Path\nfrom filelock import FileLock\n"
        "lock = FileLock(Path(sys.argv[1]) / 'places' / '0')\nlock.acquire()\nprint('held', flush=True)\ntime.sleep(60)"
    )
    (tmp_path / "places").mkdir()
    process = subprocess.Popen([sys.executable, "-c", script, str(tmp_path)], stdout=subprocess.PIPE)
    assert process.stdout is not None
    assert process.stdout.readline() == b"held\n"
    folder = new_run(tmp_path, RunPlan("", "demo", ("0:1",), "lookup"))
    waited: list[str] = []

    def kill(step: str) -> None:
        waited.append(step)
        process.kill()
        process.wait()

    with a_place(folder, kill, at_once=1, pause=0.01):
        assert len(waited) == 1


@pytest.mark.skipif(not hasattr(os, "getpriority"), reason="a system without priorities")
def test_what_a_page_starts_gives_way_to_the_pages(tmp_path: Path) -> None:
    own = os.getpriority(os.PRIO_PROCESS, 0)
    pid = detaching.detach(["--help"], log=tmp_path / "log.txt", environment={}, name="help")
    assert os.getpriority(os.PRIO_PROCESS, pid) == min(19, max(own, detaching.NICE))
