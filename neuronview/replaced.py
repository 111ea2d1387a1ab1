"""A file is replaced in one step, and what writers that were killed left beside it goes.

New content is written under a name of its own, `NAME.xxxxxxxx.tmp`, flushed to the disk and renamed. The writer holds a
lock of the system's on that file, which ends with the process: whoever writes the same file next and gets the lock of
another one's unfinished file knows that nobody writes it any more. Knows no content.
"""

from __future__ import annotations

import contextlib
import os
import re
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

__all__ = ["remove_left", "replace_by", "replace_whole"]


def replace_whole(path: Path, content: bytes) -> None:
    """Write a file, or replace it, in one step; its folder is made where it is not there.

    Readers see the old content or the new. Raises OSError when that is impossible; what was there is unchanged then.
    """
    replace_by(path, lambda stream: stream.write(content))


def replace_by(path: Path, write: Callable[[BinaryIO], object]) -> None:
    """The same of content that need not be in memory: `write` is given the new file to write into."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary, handle = _begun(path)
    try:
        with temporary.open("wb") as stream:
            write(stream)
        os.fsync(handle)
        os.replace(temporary, path)
    except OSError:
        with contextlib.suppress(OSError):  # where not even that is possible, no reader looks at it
            temporary.unlink()
        raise
    finally:
        os.close(handle)
    remove_left(path)


def _begun(path: Path) -> tuple[Path, int]:
    """An empty file beside `path` that is locked as long as its handle is open."""
    while True:
        temporary = path.with_name(f"{path.name}.{uuid.uuid4().hex[:8]}.tmp")
        handle = os.open(temporary, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o666)
        _lock(handle, wait=True)
        if os.fstat(handle).st_nlink:
            return temporary, handle
        os.close(handle)  # taken for a dead writer's in the moment before it was locked


def remove_left(path: Path) -> None:
    """Remove unfinished files of `path` whose writers have ended, as the next write of it would."""
    unfinished = re.compile(re.escape(path.name) + r"\.[0-9a-f]{8}\.tmp")
    with contextlib.suppress(OSError):  # renamed meanwhile, or a folder that cannot be changed
        for name in os.listdir(path.parent):
            if name.endswith(".tmp") and unfinished.fullmatch(name):
                _remove_unless_written(path.with_name(name))


def _remove_unless_written(left: Path) -> None:
    handle = os.open(left, os.O_RDWR)
    try:
        if _lock(handle, wait=False):
            left.unlink()
    finally:
        os.close(handle)


def _lock(handle: int, *, wait: bool) -> bool:
    """Whether the lock was got; where files cannot be locked, nobody gets one, and nothing is removed."""
    try:
        import fcntl

        fcntl.flock(handle, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
    except (ImportError, OSError):
        return False
    return True
