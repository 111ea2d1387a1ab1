"""A small disk of a trial's own, in memory: full where the system says so, also for what libraries write."""

import os
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.process import BaseProcess
from pathlib import Path

LARGE = 1 << 30
PAGE = 4096


@contextmanager
def mounted(folder: Path) -> Iterator[None]:
    """A folder that is a disk; OSError where this user or system may mount none."""
    folder.mkdir(parents=True, exist_ok=True)
    _done("mount", "-t", "tmpfs", "-o", f"size={LARGE}", "none", str(folder))
    try:
        yield
    finally:
        _done("umount", "--lazy", str(folder))


@contextmanager
def shrunk(folder: Path, room: int) -> Iterator[None]:
    """For a while it has no more than so many bytes left, in whole pages."""
    _resize(folder, _used(folder) + room // PAGE * PAGE)
    try:
        yield
    finally:
        _resize(folder, LARGE)


def peak(folder: Path, process: BaseProcess) -> int:
    """Bytes that a process took at most, looked at every millisecond until it ends."""
    before = most = _used(folder)
    while process.is_alive():
        most = max(most, _used(folder))
        time.sleep(0.001)
    return most - before


def _used(folder: Path) -> int:
    disk = os.statvfs(folder)
    return (disk.f_blocks - disk.f_bfree) * disk.f_frsize


def _resize(folder: Path, size: int) -> None:
    _done("mount", "-o", f"remount,size={max(size, PAGE)}", str(folder))


def _done(*command: str) -> None:
    try:
        subprocess.run(command, check=True, capture_output=True, text=True)
    except subprocess.CalledProcessError as error:
        raise OSError(error.stderr.strip()) from error
