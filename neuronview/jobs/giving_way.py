"""A run that a page started gives way to pages: while the app makes one after another, it rests most of the time.

A low priority alone does not do that where two processors are the two halves of one core, as on most rented machines:
whoever computes on one half slows down the other. The app stamps a file with each page, and a run looks at the stamp
between two of its steps. By turns with runs that did not rest, 50 visitors for a minute each, a page came within 1,088,
808 and 527 ms in place of 1,568, 1,157 and 844 for 95 of 100.
"""

from __future__ import annotations

import atexit
import os
import tempfile
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path

__all__ = ["PAGES", "GivesWay", "page_made", "stamped"]

PAGES = "NEURONVIEW_PAGES_STAMPED"
"""In the environment of a started process: the file that is stamped with each page."""
LATELY = 0.5
"""Seconds after a page for which the app counts as busy: with one person who reads, it seldom is."""
SHARE = 1 / 3
"""Of the time that a run works at least, however many pages are made."""
LONGEST = 1.0
"""Seconds of a rest at most: who stops a run should not wait for the end of a long one."""
SLICE = 0.05  # seconds between two looks

_lock = threading.Lock()
_file: list[Path] = []
"""Nothing until a process is started."""


def stamped() -> str:
    """The file that this process stamps with each page from now on, and takes along; empty where none can be made."""
    with _lock:
        if not _file:
            try:
                handle, name = tempfile.mkstemp(prefix="neuronview-pages-")
            except OSError:  # a full disk: what is started does not rest
                return ""
            os.close(handle)
            _file.append(Path(name))
            atexit.register(_file[0].unlink, missing_ok=True)
        return str(_file[0])


def page_made() -> None:
    """Tell the processes that were started that there is a page to be made."""
    for file in _file:
        with suppress(OSError):  # somebody tidied up: runs do not rest then
            os.utime(file)


class GivesWay:
    """To be called between two steps of work; knows how long the last ones took."""

    def __init__(
        self,
        is_busy: Callable[[], bool],
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        """`is_busy`: whether a page was made lately."""
        self._is_busy, self._clock, self._sleep = is_busy, clock, sleep
        self._since = clock()

    @classmethod
    def of_this_process(cls, environment: Mapping[str, str] = os.environ) -> GivesWay:
        """To the app that started this process; to nobody where a person did."""
        name = environment.get(PAGES, "")
        return cls((lambda: _was_stamped_lately(Path(name))) if name else lambda: False)

    def __call__(self) -> None:
        """Rest, while pages are made, for so long that the work since the last rest was no more than its share."""
        now = self._clock()
        until = now + min(LONGEST, (now - self._since) * (1 / SHARE - 1))
        while (now := self._clock()) < until and self._is_busy():
            self._sleep(min(SLICE, until - now))
        self._since = self._clock()


def _was_stamped_lately(file: Path) -> bool:
    try:
        return abs(time.time() - file.stat().st_mtime) < LATELY
    except OSError:  # the app is gone, and its file with it
        return False
