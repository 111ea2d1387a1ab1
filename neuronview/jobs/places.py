"""How many runs compute at once on this computer; the others wait, and say how many go before them.

A place is a lock of the system's own, so that a process that dies gives it back. Runs that ask a language model need
none: they wait for it most of the time, and one that never answers would hold up everybody.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from filelock import FileLock, Timeout

from neuronview.errors import Cancelled
from neuronview.jobs.plan import RunFolder, list_runs
from neuronview.jobs.watched import locked, writing

__all__ = ["AT_ONCE", "BESIDE_VISITS", "a_place"]

BESIDE_VISITS = max(1, (os.cpu_count() or 1) // 2)
"""On a server for many, whose runs are short: their pages need the rest."""
AT_ONCE = max(2, BESIDE_VISITS)
"""Each uses several threads, and the pages need some too; but a short one need not wait for the end of one long one."""
WAITING = "waiting for a place"


@contextmanager
def a_place(
    folder: RunFolder, tell: Callable[[str], None], *, at_once: int = AT_ONCE, pause: float = 1.0
) -> Iterator[None]:
    """Hold one of the places of the run's home within the block, waiting for it, in order, before.

    `tell` is given, while it waits, what it waits for. Raises Cancelled where the run is asked to stop meanwhile,
    DatasetError where no place can be written.
    """
    lock = _free(folder, at_once)
    while lock is None:
        tell(_words(_before(folder)))
        time.sleep(pause)
        if folder.is_cancelled():
            raise Cancelled("Stopped while it waited for a place.")
        lock = None if _before(folder) else _free(folder, at_once)
    try:
        yield
    finally:
        lock.release()


def _free(folder: RunFolder, at_once: int) -> FileLock | None:
    """A place that nobody had, taken; None where there is none."""
    places = folder.home / "places"
    with writing(places):
        places.mkdir(parents=True, exist_ok=True)
    for number in range(at_once):
        try:
            return locked(places / str(number)).lock
        except Timeout:
            continue
    return None


def _before(folder: RunFolder) -> int:
    """Runs that wait and were planned earlier."""
    earlier = [run for run in list_runs(folder.home) if run.path.name < folder.path.name and not run.problem()]
    return sum(run.progress().state == "queued" and run.progress().step.startswith(WAITING) for run in earlier)


def _words(before: int) -> str:
    others = "" if not before else ", 1 other run is before it" if before == 1 else f", {before} others are before it"
    return f"{WAITING}: as many runs are at work as this computer does at once{others}"
