"""A command that a page started as a task: it says in the task's folder how far it is, and stops when asked there."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path

from neuronview.errors import Cancelled
from neuronview.jobs.tasks import TASK, TaskFolder, TaskProgress

__all__ = ["as_task", "asked_to_stop", "report", "require_going_on"]

EVERY = 0.5
"""Seconds between two reports."""
INTERRUPTED, MISUSED = 130, 2
_last = [0.0]


def as_task(main: Callable[[], object]) -> None:
    """Run the command; where it is a task, note its end and what it said last."""
    folder = _folder()
    if folder is None:
        main()
        return
    folder.report(TaskProgress("running", step="starting"))
    code: object = 1
    try:
        main()
        code = 0
    except SystemExit as ended:
        code = ended.code or 0
        raise
    finally:
        sys.stdout.flush()
        state = folder.progress()
        ends = {0: "done", INTERRUPTED: "cancelled"}
        folder.report(
            TaskProgress(
                ends.get(code, "failed") if isinstance(code, int) else "failed",  # type: ignore[arg-type]
                done=state.done,
                total=state.total,
                message=folder.last_words(),
                as_given=code != MISUSED,
            )
        )


def report(
    step: str, done: int = 0, total: int = 0, *, words: str = "", seconds_left: float | None = None, now: bool = False
) -> None:
    """Say how far the command is, a few times a second at most unless `now`. Nothing where it is no task."""
    folder, moment = _folder(), time.monotonic()
    if folder is None or (moment - _last[0] < EVERY and not now):
        return
    _last[0] = moment
    folder.report(TaskProgress("running", step, int(done), int(total or 0), words, seconds_left))


def asked_to_stop() -> bool:
    """Whether the page asked the task to stop."""
    folder = _folder()
    return folder is not None and folder.is_cancelled()


def require_going_on() -> None:
    """Raise Cancelled where the page asked the task to stop: for work that asks nobody."""
    if asked_to_stop():
        raise Cancelled("Stopped. Start it again to go on.")


@lru_cache(maxsize=1)
def _folder() -> TaskFolder | None:
    path = os.environ.get(TASK)
    return TaskFolder(Path(path)) if path and (Path(path) / "task.json").is_file() else None
