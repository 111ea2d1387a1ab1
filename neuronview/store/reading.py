"""Who has a dataset folder open, by a shared lock of the system's own: it leaves no file, and ends with the process.

A compaction asks before it removes files that it has just joined into others. The lock is on the folder of commits,
which stays; a folder without one has no commits, and files that no commit ever listed are not removed so.
"""

from __future__ import annotations

import os
import weakref
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from neuronview.store.write import COMMITS

__all__ = ["Hold", "nobody_reads"]


class Hold:
    """Says that these folders are being read, until it is released or forgotten."""

    def __init__(self, folders: Sequence[Path]) -> None:
        """To be made before their listings are read: what these name then stays."""
        self._handles = [handle for folder in folders if (handle := _shared(folder / COMMITS)) is not None]
        self.release = weakref.finalize(self, _close, self._handles)
        """Call it as soon as nothing more is read."""


@contextmanager
def nobody_reads(folder: Path) -> Iterator[bool]:
    """Whether no process reads `folder`, this one included; if so, whoever begins to waits until this ends."""
    try:
        import fcntl

        handle = os.open(folder / COMMITS, os.O_RDONLY)
    except (ImportError, OSError):  # nobody could have said that they read it
        yield False
        return
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            yield False
        else:
            yield True
    finally:
        os.close(handle)


def _shared(folder: Path) -> int | None:
    """A handle of the folder with a shared lock on it; None where there is none, or it cannot be locked."""
    try:
        import fcntl

        handle = os.open(folder, os.O_RDONLY)
    except (ImportError, OSError):
        return None
    try:
        fcntl.flock(handle, fcntl.LOCK_SH)
    except OSError:
        os.close(handle)
        return None
    return handle


def _close(handles: list[int]) -> None:
    while handles:
        with suppress(OSError):
            os.close(handles.pop())
