"""The folder of work that has a process of its own: how it is asked to stop, and whether it is still there.

Runs (`plan`) and tasks (`tasks`) each have one; a page watches it, so that closing the page stops nothing.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from filelock import AcquireReturnProxy, FileLock, Timeout

from neuronview.errors import BadInput, DatasetError
from neuronview.jobs.processes import is_running

__all__ = ["STALE_SECONDS", "STATE_WORDS", "WatchedFolder", "WorkState", "locked", "writing"]

WorkState = Literal["queued", "running", "done", "failed", "cancelled", "interrupted"]
STATE_WORDS: dict[WorkState, str] = {
    "queued": "waiting to start",
    "running": "running",
    "done": "finished",
    "failed": "failed",
    "cancelled": "stopped",
    "interrupted": "interrupted: its process is gone",
}
"""What people are told."""
STALE_SECONDS = 30.0
"""A working process writes its progress more often than this; of one that does not it is asked whether it is there."""


@contextmanager
def writing(path: Path) -> Iterator[None]:
    """DatasetError, in words, where what the block does to a file or folder of work is refused by the system."""
    try:
        yield
    except Timeout:
        raise
    except OSError as error:
        raise DatasetError(
            f"{path} could not be written ({error.strerror or error}). Free space, or make it a folder that can be "
            "written, and start again; what is finished is kept."
        ) from error


def locked(path: Path, *, wait: float = 0.0) -> AcquireReturnProxy[FileLock]:
    """The lock of a file, held until it is let go of or the block is over: the system's own, so that it ends with us.

    `wait`: seconds at most, for ever where negative; then Timeout. DatasetError where no lock can be written.
    """
    with writing(path):
        return FileLock(path, timeout=wait).acquire()


@dataclass(frozen=True)
class WatchedFolder:
    """What the process and whoever watches it say to each other, besides the plan and the progress."""

    path: Path

    def cancel(self) -> None:
        """Ask the process to stop after what it is doing."""
        with writing(self.path / "cancel"):
            (self.path / "cancel").touch()

    def is_cancelled(self) -> bool:
        """Whether somebody asked it to stop."""
        return (self.path / "cancel").exists()

    def launched(self, pid: int) -> None:
        """Note the process that was started, so that one that dies before its first word is noticed."""
        with writing(self.path / "pid"):
            (self.path / "pid").write_text(str(pid))

    def launched_pid(self) -> int:
        """The process that was started last; 0 when none was, or the file holds no number."""
        try:
            return int((self.path / "pid").read_text())
        except (FileNotFoundError, ValueError):
            return 0

    @contextmanager
    def held(self) -> Iterator[None]:
        """Keep every other process from the same work; BadInput where one is at it."""
        try:
            held = locked(self.path / "lock")
        except Timeout as error:
            raise BadInput(
                f"Another process is at work on {self.path.name}. Wait for it, or stop it first; doing the same work "
                "twice would pay for it twice."
            ) from error
        with held:
            yield

    def is_deserted(self, updated: float, pid: int) -> bool:
        """Whether nothing was heard since `updated` for long, and neither the launched process nor `pid` is there."""
        return time.time() - updated > STALE_SECONDS and not is_running(self.launched_pid() or pid)

    def log_tail(self, *, lines: int = 12) -> str:
        """The last lines that the process wrote, for when it ended without saying why."""
        path = self.path / "log.txt"
        text = path.read_text(errors="replace") if path.exists() else ""
        return "\n".join(text.splitlines()[-lines:])
