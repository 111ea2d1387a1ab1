"""How many runs compute at once on this computer; the others wait, and say how many go before them.

A place is a lock of the system's own, so that a process that dies gives it back. Visitors of a public server, each of
whom has a home, share the places of that server. Runs that ask a language model need none: they wait for it most of the
time, and one that never answers would hold up everybody.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from neuronview.errors import Cancelled, NeuronViewError
from neuronview.jobs.plan import RunFolder, list_runs, list_visits_runs
from neuronview.jobs.watched import locked, writing

__all__ = ["a_place"]

BESIDE_VISITS = max(1, (os.cpu_count() or 1) // 2)
"""On a server for many, whose runs are short: their pages need the rest."""
AT_ONCE = max(2, BESIDE_VISITS)
"""Each uses several threads, and the pages need some too; but a short one need not wait for the end of one long one."""
WAITING = "waiting for a place"


@contextmanager
def a_place(
    folder: RunFolder,
    tell: Callable[[str], None],
    *,
    of_a_visit: bool = False,
    at_once: int | None = None,
    pause: float = 1.0,
) -> Iterator[None]:
    """Hold one of the places of the run's home within the block, waiting for it, in order, before.

    The home of a visit has none of its own: those of all visits are beside it. `tell` is given, while it waits, what it
    waits for. Raises Cancelled where the run is asked to stop meanwhile, DatasetError where no place can be written.
    """
    many = at_once or (BESIDE_VISITS if of_a_visit else AT_ONCE)
    home = folder.home.parent if of_a_visit else folder.home

    def others() -> int:
        return _before(folder, list_visits_runs(home) if of_a_visit else list_runs(home))

    lock = None if others() else _free(home, many)
    while lock is None:
        tell(_words(others()))
        time.sleep(pause)
        if folder.is_cancelled():
            raise Cancelled("Stopped while it waited for a place.")
        lock = None if others() else _free(home, many)
    try:
        yield
    finally:
        lock.release()


def _free(home: Path, at_once: int) -> FileLock | None:
    """A place that nobody had, taken; None where there is none."""
    places = home / "places"
    with writing(places):
        places.mkdir(parents=True, exist_ok=True)
    for number in range(at_once):
        try:
            return locked(places / str(number)).lock
        except Timeout:
            continue
    return None


def _before(folder: RunFolder, runs: Sequence[RunFolder]) -> int:
    """Runs that wait and were planned earlier; one that cannot be read, or goes just now, does not wait."""
    return sum(_waits(run) for run in runs if run.path.name < folder.path.name)


def _waits(run: RunFolder) -> bool:
    try:
        progress = run.progress()
    except NeuronViewError:
        return False
    return progress.state == "queued" and progress.step.startswith(WAITING)


def _words(before: int) -> str:
    others = "" if not before else ", 1 other run is before it" if before == 1 else f", {before} others are before it"
    return f"{WAITING}: as many runs are at work as this computer does at once{others}"
