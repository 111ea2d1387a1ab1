"""A public server serves so many visits at once; one more is told, and comes in when another has gone."""

import asyncio
import gc
import os
import subprocess
import sys
import weakref
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
from streamlit.testing.v1 import AppTest

from neuronview.jobs.launch import end_runs
from neuronview.jobs.plan import Progress, RunFolder, RunPlan, new_run
from neuronview.ui import visit
from tests.support.pages import open_page


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


def test_a_visit_ends_with_its_session_though_no_garbage_is_collected(process: subprocess.Popen[bytes]) -> None:
    over, open_still = visit._Visit("over"), visit._Visit("open")
    folder, other = _run_of(process, over.folder, "running"), new_run(open_still.folder, RunPlan("", "d", (), "lookup"))
    visit._visits |= {over, open_still}
    visit.end_all_but({"open"}, [over, open_still])
    assert process.wait(60) != 0
    assert not folder.path.exists()
    assert other.path.exists()
    assert over not in visit._visits
    assert open_still in visit._visits


def test_one_visit_that_cannot_be_ended_holds_up_no_other_and_is_in_the_log(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    visits = [visit._Visit("a"), visit._Visit("b")]
    folders = [new_run(entry.folder, RunPlan("", "d", (), "lookup")).path for entry in visits]

    def full(home: Path) -> None:
        if home == visits[0].folder:
            raise OSError("No space left on device")

    monkeypatch.setattr("neuronview.jobs.limits.note_gone", full)
    visit.end_all_but(set(), visits)
    assert [folder.exists() for folder in folders] == [False, False]
    assert "could not be ended whole" in caplog.text


def test_what_was_written_as_a_visit_ended_is_removed_at_the_next_look(monkeypatch: pytest.MonkeyPatch) -> None:
    over = visit._Visit("a")
    over.folder.mkdir(parents=True)
    with monkeypatch.context() as patch:
        patch.setattr("shutil.rmtree", lambda folder, ignore_errors: None)
        visit.end_all_but(set(), [over])
    assert over.folder.exists()
    visit.end_all_but(set(), [])
    assert not over.folder.exists()


def test_who_comes_while_sessions_are_looked_at_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    """The session is there before its visit, and the visits are looked at before the sessions."""
    late = visit._Visit("late")
    late.folder.mkdir(parents=True)
    looks: list[str] = []

    class Sessions:
        def list_sessions(self) -> list[object]:
            visit._visits.add(late)
            looks.append("sessions")
            return []

    async def tick(seconds: float) -> None:
        looks.append("tick")
        if looks.count("tick") > 1:
            raise asyncio.CancelledError

    monkeypatch.setattr("streamlit.runtime.exists", lambda: True)
    monkeypatch.setattr("streamlit.runtime.get_instance", lambda: SimpleNamespace(_session_mgr=Sessions()))
    monkeypatch.setattr(visit, "_visits", weakref.WeakSet())
    monkeypatch.setattr(asyncio, "sleep", tick)
    with pytest.raises(asyncio.CancelledError):
        asyncio.run(visit.look_after())
    assert looks == ["tick", "sessions", "tick"]
    assert late.folder.exists()


def test_on_ones_own_computer_there_is_no_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NEURONVIEW_PUBLIC", "0")
    monkeypatch.setenv("NEURONVIEW_PUBLIC_VISITS", "0")
    assert AppTest.from_function(_page).run().markdown[0].value == "inside"


def test_what_a_server_left_that_is_gone_is_removed_and_that_of_another_at_work_stays(
    process: subprocess.Popen[bytes], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    monkeypatch.setattr("atexit.register", lambda function: None)
    left = [tmp_path / f"{visit._PREFIX}{pid}-x" for pid in (process.pid, _gone())]
    for folder in left:
        (folder / "visit-1").mkdir(parents=True)
    own = visit._place.__wrapped__()
    assert set(tmp_path.iterdir()) == {left[0], own}


def test_what_visits_keep_lies_where_no_other_user_of_the_computer_comes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    monkeypatch.setattr("atexit.register", lambda function: None)
    before = os.umask(0)
    try:
        own = visit._place.__wrapped__()
    finally:
        os.umask(before)
    assert own.stat().st_mode & 0o777 == 0o700
    monkeypatch.setattr(visit, "_place", lambda: own)
    assert own in visit._Visit().folder.parents


def _gone() -> int:
    """The id of a process that has ended."""
    with subprocess.Popen([sys.executable, "-c", ""]) as ended:
        ended.wait()
    return ended.pid


@pytest.fixture
def process() -> Iterator[subprocess.Popen[bytes]]:
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as process:
        yield process
        process.kill()


def test_the_page_explain_says_what_all_visits_have_left_nothing_of(
    runs_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NEURONVIEW_PUBLIC_MODELS", "small@https://host.example/v1")
    assert not any("for all visits together" in entry.value for entry in open_page("explain").caption)
    monkeypatch.setenv("NEURONVIEW_PUBLIC_ALL_CALLS", "0")
    at = open_page("explain")
    assert not at.exception
    said = [entry.value for entry in at.caption if "for all visits together" in entry.value]
    assert len(said) == 1
    assert "limit of 0 calls of language models in 24 hours" in said[0]


def _run_of(process: subprocess.Popen[bytes], home: Path, state: str) -> RunFolder:
    folder = new_run(home, RunPlan("", "demo", ("0:1",), "lookup"))
    folder.launched(process.pid)
    folder.report(Progress(state))  # type: ignore[arg-type]
    return folder


def test_a_run_at_work_ends_with_its_visit_and_its_folder_is_gone(process: subprocess.Popen[bytes]) -> None:
    gone = visit._Visit()
    folder = _run_of(process, gone.folder, "running")
    del gone
    gc.collect()
    assert process.wait(60) != 0
    assert not folder.path.exists()


def test_the_process_of_a_run_that_is_over_may_be_anothers_by_now(
    process: subprocess.Popen[bytes], tmp_path: Path
) -> None:
    _run_of(process, tmp_path, "done")
    end_runs(tmp_path)
    process.communicate(b"\n", timeout=60)
    assert process.returncode == 0


def test_the_process_of_a_run_whose_number_is_another_users_by_now_is_passed_over(
    process: subprocess.Popen[bytes], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _run_of(process, tmp_path, "running")
    asked = []

    def forbid(pid: int, number: int) -> None:
        asked.append(pid)
        raise PermissionError

    monkeypatch.setattr("os.kill", forbid)
    end_runs(tmp_path)
    monkeypatch.undo()
    assert asked == [process.pid]
