"""Start a planned run as a process of its own, which outlives the page that asked for it."""

from __future__ import annotations

import os
import signal
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from neuronview.config import Settings
from neuronview.errors import BadInput
from neuronview.jobs.detach import detach
from neuronview.jobs.endpoints import TYPED
from neuronview.jobs.limits import hold_to_limits
from neuronview.jobs.plan import RunFolder, list_runs

__all__ = ["end_runs", "launch"]

AT_ONCE = getattr(signal, "SIGKILL", signal.SIGTERM)
"""Leaves a process no time to write; not every system has it."""


def launch(folder: RunFolder, settings: Settings, *, key: str | None = None, simulator_key: str | None = None) -> int:
    """Start `python -m neuronview explain --run ID` detached and return its process id; output goes to `log.txt`.

    The process outlives the one that started it. Keys that a person typed reach it through its environment alone;
    None leaves those of this process. BadInput where a visit's limits in public mode leave no room for it.
    """
    try:
        hold_to_limits(folder, settings)
    except BadInput as error:
        folder.report(replace(folder.progress(), state="failed", step="", message=str(error)))
        raise
    environment = {"NEURONVIEW_HOME": str(settings.home), "NEURONVIEW_DATA": str(settings.data)}
    environment["NEURONVIEW_PUBLIC"] = ""  # the run works in the folder that it is given
    typed = {"OPENAI_API_KEY": key, "NEURONVIEW_SIMULATOR_KEY": simulator_key}
    given = {name: value for name, value in typed.items() if value}
    run = folder.path.name
    pid = detach(
        ["explain", "--run", run],
        log=folder.path / "log.txt",
        environment=environment | given | {TYPED: " ".join(given)},
        name=f"run {run}",
    )
    folder.launched(pid)
    return pid


def end_runs(home: Path) -> None:
    """End the runs at work in a folder that is about to go: they would ask on, and write into it again."""
    for run in list_runs(home):
        pid = run.launched_pid()
        if pid and not run.problem() and not run.progress().is_over:
            with suppress(OSError):  # it is over, or its number is another user's by now
                os.kill(pid, AT_ONCE)
