"""What a page started gives way to pages: while the app makes one after another, it rests most of the time.

A low priority alone does not do that where two processors are the two halves of one core, as on most rented machines:
whoever computes on one half slows down the other. The app stamps a file with each page; what it started is interrupted
after each tenth of a second of the processor's time, looks at the stamp, and rests. What its main thread does rests;
other threads, such as those that count while a model reads a corpus, go on.
"""

from __future__ import annotations

import atexit
import os
import signal
import tempfile
import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

__all__ = ["PAGES", "give_way", "page_made", "stamped"]

PAGES = "NEURONVIEW_PAGES_STAMPED"
"""In the environment of a started process: the file that is stamped with each page."""
LATELY = 0.5
"""Seconds after a page for which the app counts as busy: with one person who reads, it seldom is."""
STEP, REST = 0.1, 0.3
"""Seconds of the processor's time between two looks, and of a rest: a quarter of a core, whatever is asked for."""

_lock = threading.Lock()
_file: list[Path] = []
"""Nothing until a process is started."""


def stamped() -> str:
    """The file that this process stamps with each page from now on, and takes along; empty where none can be made."""
    with _lock:
        if not _file or not _file[0].exists():  # or somebody tidied up
            try:
                handle, name = tempfile.mkstemp(prefix="neuronview-pages-")
            except OSError:  # a full disk: what is started does not rest
                return ""
            os.close(handle)
            _file[:] = [Path(name)]
            atexit.register(_file[0].unlink, missing_ok=True)
        return str(_file[0])


def page_made() -> None:
    """Tell the processes that were started that a page is being made."""
    for file in _file:
        with suppress(OSError):  # it is gone: they do not rest then
            os.utime(file)


def give_way(environment: Mapping[str, str] = os.environ) -> None:
    """Have this process rest, from now on, while the app that started it makes pages.

    Nothing where a person started it, or the system (Windows) has no such timer. Only from the main thread. What sends
    requests and waits for answers uses little of the processor, and is seldom interrupted. A process of its own has to
    call this itself.
    """
    name = environment.get(PAGES, "")
    if not name or not hasattr(signal, "setitimer"):
        return
    file = Path(name)

    def look(number: int, frame: object) -> None:
        if _was_stamped_lately(file):
            time.sleep(REST)
        signal.setitimer(signal.ITIMER_PROF, STEP)  # once each: none comes while it rests

    signal.signal(signal.SIGPROF, look)
    atexit.register(signal.signal, signal.SIGPROF, signal.SIG_IGN)  # Python's end sets it back to what kills a process
    signal.siginterrupt(signal.SIGPROF, False)  # what libraries wait for goes on
    signal.setitimer(signal.ITIMER_PROF, STEP)


def _was_stamped_lately(file: Path) -> bool:
    try:
        return abs(time.time() - file.stat().st_mtime) < LATELY
    except OSError:  # the app is gone, and its file with it
        return False
