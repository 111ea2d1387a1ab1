"""Every writing step of a process is counted, and at a chosen one it is killed, the disk is full or is read-only.

Steps are what reaches files below one folder: opening for writing, writing, flushing, renaming, removing, making
folders (Python's audit events), and what Arrow writes by itself. A full disk and a read-only one stay so until the
process ends; a full one still renames and removes. Permission bits would not stop root, so the error is raised where
the system would.
"""

import errno
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal

import pyarrow.parquet as pq

Way = Literal["count", "kill", "full", "read-only"]
_WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
_CHANGES = {"os.rename", "os.remove", "os.mkdir", "os.rmdir", "os.truncate"}
_ROOM = {"open", "os.mkdir", "write", "fsync", "parquet"}
"""What a full disk refuses."""


class Steps:
    """Counts what reaches `below` but not files in `apart`, and does what is to be done at step `at` (from 1)."""

    def __init__(self, below: Path, way: Way, at: int = 0, apart: Path | None = None) -> None:
        self.below, self.way, self.at = str(below.resolve()), way, at
        self.seen: list[str] = []
        self.off = False
        self.apart = str(apart)

    def install(self) -> None:
        """From now on, for this process alone and until its end."""
        sys.addaudithook(self._heard)
        plain_sync, plain_write = os.fsync, os.write

        def fsync(file: int) -> None:
            self.step("fsync", _name(file))
            plain_sync(file)

        def write(file: int, data: Any) -> int:
            half = data[: len(data) // 2]
            self.step("write", _name(file), before=lambda: plain_write(file, half))
            return plain_write(file, data)

        setattr(os, "fsync", fsync)  # noqa: B010 - mypy knows the real ones
        setattr(os, "write", write)  # noqa: B010
        for name in ("write_bytes", "write_text"):
            setattr(Path, name, self._halved(getattr(Path, name)))
        plain_table, plain_writer = pq.write_table, pq.ParquetWriter.__init__

        def write_table(table: Any, where: Any, **options: Any) -> None:
            def cut() -> None:
                plain_table(table, where, **options)
                os.truncate(where, os.path.getsize(where) // 2)

            if isinstance(where, (str, Path)):
                self.step("parquet", str(where), before=cut)
            plain_table(table, where, **options)

        def opened(writer: Any, where: Any, *given: Any, **options: Any) -> None:
            if isinstance(where, (str, Path)):
                self.step("parquet", str(where))
            plain_writer(writer, where, *given, **options)

        pq.write_table = write_table
        pq.ParquetWriter.__init__ = opened

    def step(self, kind: str, path: str, before: Callable[[], object] = lambda: None) -> None:
        """One step; `before`: what a process that is killed here has done of it."""
        if path.startswith(("pipe:", "socket:", "/proc", "/dev")):
            return
        if self.off or not os.path.abspath(path).startswith(self.below) or path == self.apart:
            return
        self.seen.append(f"{kind} {os.path.relpath(path, self.below)}")
        if self.way == "kill" and len(self.seen) == self.at:
            self.off = True
            before()
            os.kill(os.getpid(), signal.SIGKILL)
        if 0 < self.at <= len(self.seen):
            if self.way == "full" and kind in _ROOM:
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), path)
            if self.way == "read-only":
                raise OSError(errno.EROFS, os.strerror(errno.EROFS), path)

    def _heard(self, event: str, arguments: tuple[Any, ...]) -> None:
        if self.off:
            return
        if event == "open":
            path, _, flags = arguments
            if isinstance(path, (str, bytes, os.PathLike)) and (flags or 0) & _WRITES:
                self.step("open", os.fsdecode(path))
        elif event in _CHANGES:
            self.step(event, _full(arguments))

    def _halved(self, plain: Callable[..., int]) -> Callable[..., int]:
        def write(path: Path, data: Any, *given: Any, **options: Any) -> int:
            half = data[: len(data) // 2]
            self.step("write", str(path), before=lambda: plain(path, half, *given, **options))
            return plain(path, data, *given, **options)

        return write


def _name(file: int) -> str:
    """What an open file is called; nothing for a pipe."""
    try:
        return os.readlink(f"/proc/self/fd/{file}")
    except OSError:
        return "/"


def _full(arguments: tuple[Any, ...]) -> str:
    """The path of an event, also where it is named from an open folder, as when a tree is removed."""
    path = _name(arguments[0]) if isinstance(arguments[0], int) else os.fsdecode(arguments[0])
    last = arguments[-1]
    folder = isinstance(last, int) and last >= 0 and len(arguments) > 1 and not os.path.isabs(path)
    return os.path.join(_name(last), path) if folder else path
