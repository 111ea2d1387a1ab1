"""One process at a time in a folder, by a lock of the system's own: it leaves no file, and ends with the process."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from neuronview.errors import DatasetError

__all__ = ["alone", "is_at_work"]


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Keep every other process that asks for it out of `folder`, which is there; DatasetError where one is in it."""
    import fcntl  # only where folders can be locked so; reading needs none of it

    handle = os.open(folder, os.O_RDONLY)
    try:
        _lock(handle, folder, fcntl.flock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    finally:
        os.close(handle)  # which gives the lock back, as the end of the process does


def is_at_work(folder: Path) -> bool:
    """Whether a process is in the folder now; not where the folder is gone."""
    try:
        with alone(folder):
            return False
    except FileNotFoundError:
        return False
    except DatasetError:
        return True


def _lock(handle: int, folder: Path, flock: Callable[[int, int], None], how: int) -> None:
    try:
        flock(handle, how)
    except BlockingIOError as error:
        raise DatasetError(
            f"Another process is at work in {folder}: it collects, exports or compacts there. Wait until it has ended."
        ) from error
    except OSError as error:
        raise DatasetError(
            f"{folder} cannot be locked ({error.strerror or error}). Do this on the machine that has its disk."
        ) from error
