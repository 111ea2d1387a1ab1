"""Whether a dataset's parts are the bytes that were committed: sizes at opening, checksums before a part is first read.

Knows no JSON and no SQL. A part is read once for its checksum, and again only when its file has changed.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from neuronview.errors import DatasetError
from neuronview.store.write import Part, sha256_of

__all__ = ["State", "damage_of", "read_part", "require_whole", "right_size", "state_of", "unreadable"]

READERS = 4
"""Threads that compute checksums: they wait for the disk, and leave Python's lock while they count."""
State = tuple[str, int, int, int, int, str]
"""What tells a file from what it was before: path, inode, size, times, and the checksum that it should have."""
_whole: set[State] = set()
"""Files that were found to be whole, in the state that they were in."""


def right_size(folder: Path, part: Part) -> str | None:
    """What is wrong with a part's file as far as its size tells, or None."""
    try:
        size = (folder / part.file).stat().st_size
    except FileNotFoundError:
        return f"{part.file}, which is not there"
    except OSError as error:
        return f"{part.file}, which cannot be read ({error.strerror or error})"
    return None if size == part.bytes else f"{part.file}, which has {size:,} bytes where {part.bytes:,} were written"


def damage_of(folder: Path, part: Part) -> str | None:
    """What is wrong with a part's file, which is read through for it, or None."""
    return right_size(folder, part) or _changed(folder, part)


def require_whole(parts: Iterable[tuple[Path, Part]]) -> None:
    """Raise DatasetError that names a part, of those in these folders, whose bytes are not those that were committed.

    Parts that were found whole before are not read again while their files stay as they are.
    """
    unread = [(folder, part) for folder, part in parts if state_of(folder / part.file, part) not in _whole]
    if len(unread) < 2:
        found = [_told(folder, part) for folder, part in unread]
    else:
        with ThreadPoolExecutor(READERS) as pool:
            found = list(pool.map(lambda entry: _told(*entry), unread))
    problems = [problem for problem in found if problem]
    if problems:
        raise DatasetError(" ".join(problems))


def read_part(folder: Path, part: Part, **how: Any) -> pa.Table:
    """Rows of a part, as pyarrow reads them; DatasetError names one that is damaged or cannot be read."""
    require_whole([(folder, part)])
    try:
        return pq.read_table(folder / part.file, **how)
    except (OSError, pa.ArrowException) as error:
        raise unreadable(folder, part, error) from error


def unreadable(folder: Path, part: Part, error: Exception) -> DatasetError:
    """The error for a part that could not be read, with what to do."""
    return DatasetError(
        f"{folder / part.file} cannot be read ({error}). Restore it from a copy, or build the dataset again."
    )


def state_of(path: Path, part: Part) -> State | None:
    """The state that a part's file is in, or None where there is none."""
    try:
        found = os.stat(path)
    except OSError:
        return None
    return str(path), found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns, part.sha256


def _told(folder: Path, part: Part) -> str | None:
    path = folder / part.file
    state = state_of(path, part)  # before it is read: a file that changes meanwhile is read again
    problem = _changed(folder, part)
    if problem:
        return f"{folder} holds {problem}. Restore it from a copy, or build the dataset again."
    if state:
        _whole.add(state)
    return None


def _changed(folder: Path, part: Part) -> str | None:
    try:
        same = not part.sha256 or sha256_of(folder / part.file) == part.sha256
    except OSError as error:
        return f"{part.file}, which cannot be read ({error.strerror or error})"
    return None if same else f"{part.file}, which is damaged: its bytes are not those that were written"
