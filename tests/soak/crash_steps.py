"""Every writing step of a process is counted, and at a chosen one it is killed, the disk is full or is read-only.

Steps are what reaches files below one folder: opening for writing, each write that leaves a buffer, room set aside,
flushing, renaming, removing, making folders, and Parquet files, which Arrow writes by itself: opened, rows, end. A full
disk and a read-only one stay so until the process ends; a full one still renames and removes. Permission bits would not
stop root, so the error is raised where the system would.

A *place* is what the steps of one line of our code to one kind of file have in common: the operation, the file's name
without numbers and drawn letters, and the lines of neuronview that led there.
"""

import builtins
import errno
import io
import os
import re
import signal
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Any, Literal

import pyarrow.parquet as pq

import neuronview

Way = Literal["count", "kill", "full", "read-only"]
At = int | tuple[str, int]
"""A step by its number, from 1, or by its place and its number there."""
_WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
_CHANGES = {"os.rename", "os.remove", "os.mkdir", "os.rmdir", "os.truncate", "os.link", "os.symlink", "os.chmod"}
ROOM = {"open", "os.mkdir", "write", "room", "fsync", "parquet", "parquet-rows", "parquet-end"}
"""What a full disk refuses."""
_DRAWN = re.compile(r"((?<=[-.])|(?<=\btmp))[a-z0-9_]{8}(?=[/.]|$)|[0-9a-f]{6,}|[0-9]+")
_OURS = os.path.dirname(neuronview.__file__) + os.sep


class Steps:
    """Counts what reaches `below` but not files in `apart`, and does what is to be done at one (0: at none)."""

    def __init__(self, below: Path, apart: Path | None = None) -> None:
        self.below, self.apart = str(below.resolve()), str(apart)
        self.begin("count")
        self.off = True

    def begin(self, way: Way, at: At = 0) -> None:
        """Count from now on, anew, until `off` is set."""
        self.way, self.at = way, at
        self.seen: list[str] = []
        self.places: list[str] = []
        self._of_place = Counter[str]()
        self.come = False
        self.off = False

    def install(self) -> None:
        """For this process alone and until its end."""
        sys.addaudithook(self._heard)
        plain_sync, plain_write, plain_room = os.fsync, os.write, os.posix_fallocate

        def fsync(file: int) -> None:
            self.step("fsync", _name(file))
            plain_sync(file)

        def write(file: int, data: Any) -> int:
            half = data[: len(data) // 2]
            self.step("write", _name(file), before=lambda: plain_write(file, half))
            return plain_write(file, data)

        def room(file: int, first: int, length: int) -> None:
            self.step("room", _name(file))
            plain_room(file, first, length)

        setattr(os, "posix_fallocate", room)  # noqa: B010
        setattr(os, "fsync", fsync)  # noqa: B010 - mypy knows the real ones
        setattr(os, "write", write)  # noqa: B010
        opened = self._opening(io.open)
        for module in (builtins, io, sys.modules["_io"]):
            vars(module)["open"] = opened
        self._watch_parquet()

    def _opening(self, plain: Callable[..., Any]) -> Callable[..., Any]:
        """`open`, whose files written to below the folder tell of each write that leaves their buffer."""

        def opened(
            file: Any,
            mode: str = "r",
            buffering: int = -1,
            encoding: str | None = None,
            errors: str | None = None,
            newline: str | None = None,
            closefd: bool = True,
            opener: Any = None,
        ) -> Any:
            name = _name(file) if isinstance(file, int) else os.fsdecode(file)
            if not set(mode) & set("wax+") or not self._counts(name):
                return plain(file, mode, buffering, encoding, errors, newline, closefd, opener)
            raw = _Raw(file, mode.replace("b", "").replace("t", ""), closefd, opener)
            raw.told = lambda before: self.step("write", name, before)
            if buffering == 0:
                return raw
            buffer = io.BufferedRandom(raw) if "+" in mode else io.BufferedWriter(raw)
            return buffer if "b" in mode else io.TextIOWrapper(buffer, encoding, errors, newline, buffering == 1)

        return opened

    def _watch_parquet(self) -> None:
        plain_open, plain_rows, plain_close = pq.ParquetWriter.__init__, pq.ParquetWriter.write_table, _CLOSE
        names: dict[int, str] = {}

        def opened(writer: Any, where: Any, *given: Any, **options: Any) -> None:
            if isinstance(where, (str, Path)):
                self.step("parquet", str(where))
                names[id(writer)] = str(where)
            plain_open(writer, where, *given, **options)

        def rows(writer: Any, *given: Any, **options: Any) -> None:
            if name := names.get(id(writer)):
                self.step("parquet-rows", name, before=lambda: plain_rows(writer, *given, **options))
            plain_rows(writer, *given, **options)

        def close(writer: Any) -> None:
            name = names.pop(id(writer), "")

            def cut() -> None:
                plain_close(writer)
                os.truncate(name, os.path.getsize(name) // 2)

            if name:
                self.step("parquet-end", name, before=cut)
            plain_close(writer)

        pq.ParquetWriter.__init__, pq.ParquetWriter.write_table, pq.ParquetWriter.close = opened, rows, close

    def _counts(self, path: str) -> bool:
        if self.off or path.startswith(("pipe:", "socket:", "/proc", "/dev")) or path == self.apart:
            return False
        return os.path.abspath(path).startswith(self.below)

    def step(self, kind: str, path: str, before: Callable[[], object] = lambda: None) -> None:
        """One step; `before`: what a process that is killed here has done of it."""
        if not self._counts(path):
            return
        name = os.path.relpath(path, self.below)
        place = f"{kind} {_DRAWN.sub('#', name)} in {_lines()}"
        self.seen.append(f"{kind} {name}")
        self.places.append(place)
        self._of_place[place] += 1
        if self.at in (len(self.seen), (place, self._of_place[place])):
            self.come = True
            if self.way == "kill":
                self.off = True
                before()
                os.kill(os.getpid(), signal.SIGKILL)
        if self.come and self.way == "full" and kind in ROOM:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), path)
        if self.come and self.way == "read-only":
            raise OSError(errno.EROFS, os.strerror(errno.EROFS), path)

    def _heard(self, event: str, arguments: tuple[Any, ...]) -> None:
        if self.off:
            return
        if event == "open":
            path, _, flags = arguments
            if isinstance(path, (str, bytes, os.PathLike)) and (flags or 0) & _WRITES:
                self.step("open", os.fsdecode(path))
        elif event in _CHANGES:
            path = _full(arguments)
            # The system says first that a folder is there, or that a file is not.
            if os.path.lexists(path) != (event == "os.mkdir"):
                self.step(event, path)


_CLOSE = pq.ParquetWriter.close


class _Raw(io.FileIO):
    """A file that tells of its writes, with what to do to have half of one done."""

    told: Callable[[Callable[[], object]], None]

    def write(self, data: Any) -> int:
        half = bytes(data)[: len(data) // 2]
        self.told(lambda: super(_Raw, self).write(half))
        return super().write(data)


def _lines() -> str:
    """The lines of neuronview that are being done, innermost first."""
    found: list[str] = []
    frame: FrameType | None = sys._getframe(2)
    while frame is not None:
        if (path := frame.f_code.co_filename).startswith(_OURS):
            found.append(f"{path.removeprefix(_OURS)}:{frame.f_lineno}")
        frame = frame.f_back
    return " < ".join(found)


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
