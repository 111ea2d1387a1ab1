"""A long command that a page started: a process of its own, watched through a folder of the user's home.

`task.json` says which command it is and never changes; `progress.json` is replaced; a file named `cancel` asks it to
stop. Any command of the command line can be a task: it is told its folder by an environment variable, says there how
far it is, and is gone on with by being started again. Knows no command.
"""

from __future__ import annotations

import os
import time
import uuid
from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, get_args

from neuronview.config import Settings
from neuronview.errors import DatasetError, NotFound
from neuronview.jobs.detach import detach
from neuronview.jobs.limits import require_own_computer
from neuronview.jobs.watched import WatchedFolder, WorkState
from neuronview.store.write import unsealed, write_json

__all__ = ["TASK", "Task", "TaskFolder", "TaskProgress", "list_tasks", "new_task", "start"]

TASK = "NEURONVIEW_TASK"
"""Environment variable that names a command's folder, where it is a task."""


@dataclass(frozen=True)
class Task:
    """What was started."""

    id: str
    kind: str
    """`add`, `collect`, `verify`, ..."""
    dataset: str
    """Name of the dataset that it makes or reads; empty where it is about none."""
    title: str
    """What it does, in words."""
    arguments: tuple[str, ...]
    """Of `python -m neuronview`."""
    created: str = ""


@dataclass(frozen=True)
class TaskProgress:
    """How far it is."""

    state: WorkState = "queued"
    step: str = ""
    done: int = 0
    total: int = 0
    words: str = ""
    """Rate, bytes and the like, for people."""
    seconds_left: float | None = None
    message: str = ""
    """At the end: what it said last."""
    as_given: bool = True
    """Whether it may succeed as it was given; else something that it names has to be mended first."""
    updated: float = 0.0
    pid: int = 0

    @property
    def is_over(self) -> bool:
        """Whether nothing more will happen by itself."""
        return self.state not in ("queued", "running")


@dataclass(frozen=True)
class TaskFolder(WatchedFolder):
    """The folder of one task."""

    def task(self) -> Task:
        """What it does; NotFound when there is none, DatasetError when its file cannot be used."""
        raw = self._read("task.json")
        if raw is None:
            raise NotFound(f"There is no task {self.path.name}. Its folder may have been removed.")
        return Task(**raw | {"arguments": tuple(raw.get("arguments", ()))})

    def progress(self) -> TaskProgress:
        """How far it is; a process that has gone silent and is not there any more counts as interrupted."""
        raw = self._read("progress.json")
        if raw is None:
            return TaskProgress()
        found = TaskProgress(**raw)
        if found.state not in get_args(WorkState):
            raise DatasetError(f"{self.path / 'progress.json'} has the unknown state “{found.state}”. Remove the task.")
        gone = not found.is_over and self.is_deserted(found.updated, found.pid)
        return replace(found, state="interrupted", step="") if gone else found

    def report(self, progress: TaskProgress) -> None:
        """Replace the progress; called by the task's own process."""
        write_json(self.path / "progress.json", asdict(replace(progress, updated=time.time(), pid=os.getpid())))

    def last_words(self) -> str:
        """The last line that the process wrote."""
        lines = self.log_tail().splitlines()
        return next((line.strip() for line in reversed(lines) if line.strip()), "")

    def forget(self) -> None:
        """Remove the folder of a task that is over; what it made stays."""
        for file in self.path.iterdir():
            file.unlink(missing_ok=True)
        self.path.rmdir()

    def _read(self, name: str) -> dict[str, Any] | None:
        form = Task if name == "task.json" else TaskProgress
        try:
            content = unsealed((self.path / name).read_bytes())
        except FileNotFoundError:
            return None
        except (OSError, ValueError) as error:
            raise self._unusable(name, str(error)) from error
        known = {entry.name for entry in fields(form)}
        needed = {entry.name for entry in fields(Task)} - {"created"} if form is Task else set()
        if not needed <= content.keys():
            raise self._unusable(name, "it lacks what a task needs")
        return {key: value for key, value in content.items() if key in known}

    def _unusable(self, name: str, reason: str) -> DatasetError:
        return DatasetError(f"{self.path / name} cannot be used: {reason}. Remove that folder; what it made stays.")


def new_task(home: Path, kind: str, arguments: Sequence[str], *, title: str, dataset: str = "") -> TaskFolder:
    """Create the folder of a task that is not started yet."""
    now = datetime.now(UTC)
    identity = f"{now:%Y%m%d-%H%M%S-%f}-{uuid.uuid4().hex[:6]}"
    folder = TaskFolder(home / "tasks" / identity)
    task = Task(identity, kind, dataset, title, tuple(arguments), now.isoformat(timespec="seconds"))
    write_json(folder.path / "task.json", asdict(task))
    return folder


def start(folder: TaskFolder, settings: Settings) -> int:
    """Start the task's command, or start it again, and return its process id; output goes to `log.txt`.

    BadInput in public mode.
    """
    require_own_computer(settings, "That")
    task = folder.task()
    (folder.path / "cancel").unlink(missing_ok=True)
    environment = {
        "NEURONVIEW_HOME": str(settings.home.absolute()),
        "NEURONVIEW_DATA": str(settings.data.absolute()),
        TASK: str(folder.path.absolute()),
    }
    write_json(folder.path / "progress.json", asdict(TaskProgress(updated=time.time())))
    pid = detach(task.arguments, log=folder.path / "log.txt", environment=environment, name=f"task {task.id}")
    folder.launched(pid)
    return pid


def list_tasks(home: Path) -> list[TaskFolder]:
    """Every task, newest first."""
    return [TaskFolder(path.parent) for path in sorted((home / "tasks").glob("*/task.json"), reverse=True)]
