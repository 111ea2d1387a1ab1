"""Whether a process is still there; on Windows by a made-up kernel, where asking by signal would end it."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from neuronview.jobs import detach, processes
from neuronview.jobs.processes import is_running


def test_a_process_is_running_until_it_has_ended() -> None:
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as process:
        assert is_running(process.pid)
        assert process.poll() is None
        process.communicate(b"\n", timeout=60)
    assert not is_running(process.pid)


@pytest.mark.parametrize("number", [0, -1, 2**40, 2**80])
def test_what_is_no_process_id_is_not_running(number: int) -> None:
    assert not is_running(number)


def test_the_process_of_another_user_has_taken_over_a_number(monkeypatch: pytest.MonkeyPatch) -> None:
    def forbid(pid: int, number: int) -> None:
        raise PermissionError

    monkeypatch.setattr(os, "kill", forbid)
    assert not is_running(1)


def test_a_system_without_priorities_starts_processes_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(os, "setpriority")
    detach._step_back(os.getpid())


@pytest.mark.parametrize("told", [{}, {"OMP_WAIT_POLICY": "ACTIVE"}])
def test_threads_of_a_started_process_sleep_while_they_wait_if_nothing_else_is_said(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, told: dict[str, str]
) -> None:
    monkeypatch.delenv("OMP_WAIT_POLICY", raising=False)
    monkeypatch.setattr(detach, "_step_back", lambda pid: None)
    seen: list[dict[str, str]] = []

    class Started:
        pid = 1

        def __init__(self, arguments: list[str], *, env: dict[str, str], **_: Any) -> None:
            seen.append(env)

        def wait(self) -> None:
            pass

    monkeypatch.setattr(subprocess, "Popen", Started)
    detach.detach(["doctor"], log=tmp_path / "log", environment=told | {"OTHER": "1"}, name="a test")
    assert (seen[0]["OMP_WAIT_POLICY"], seen[0]["OTHER"]) == (told.get("OMP_WAIT_POLICY", "PASSIVE"), "1")


class Kernel:
    """What Windows says of a process: its handle (0: there is none), and what waiting for it comes to."""

    def __init__(self, handle: int, waited: int) -> None:
        self.handle, self.waited = handle, waited
        self.asked: list[int] = []
        self.closed: list[int] = []

    def OpenProcess(self, right: Any, inherited: bool, pid: Any) -> int:  # noqa: N802
        self.asked.append(pid.value)
        return self.handle

    def WaitForSingleObject(self, handle: Any, milliseconds: Any) -> int:  # noqa: N802
        assert (handle.value, milliseconds.value) == (self.handle, 0)
        return self.waited

    def CloseHandle(self, handle: Any) -> None:  # noqa: N802
        self.closed.append(handle.value)


@pytest.mark.parametrize(("handle", "waited", "running"), [(68, 0x102, True), (68, 0, False), (0, 0x102, False)])
def test_on_windows_the_kernel_is_asked_and_nothing_is_signalled(
    monkeypatch: pytest.MonkeyPatch, handle: int, waited: int, running: bool
) -> None:
    kernel, signalled = Kernel(handle, waited), []
    monkeypatch.setattr(processes, "_ON_WINDOWS", True)
    monkeypatch.setattr(processes, "_kernel", lambda: kernel)
    monkeypatch.setattr(os, "kill", lambda *given: signalled.append(given))
    assert is_running(4711) == running
    assert kernel.asked == [4711]
    assert kernel.closed == [handle] * bool(handle)
    assert signalled == []
