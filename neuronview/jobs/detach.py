"""Start a command as a process of its own, which outlives the page that asked for it. Knows no command."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from neuronview.giving_way import PAGES, stamped
from neuronview.jobs.watched import writing

__all__ = ["detach"]

_WAITING = {"OMP_WAIT_POLICY": "PASSIVE"}
"""Threads that wait for one another sleep: by default they turn in a loop, and pages want the processor."""
NICE = 15
"""What a started process gives way by, of 19: it has what pages leave, and all where there are none."""


def detach(arguments: Sequence[str], *, log: Path, environment: Mapping[str, str], name: str) -> int:
    """Start `python -m neuronview` with these arguments and return its process id.

    It outlives the process that started it, writes to the end of `log`, and finds `environment` beside this one's.
    DatasetError where `log` cannot be written.
    """
    with writing(log):
        stream = log.open("ab")
    with stream:
        process = subprocess.Popen(
            [sys.executable, "-m", "neuronview", *arguments],
            cwd=Path(__file__).resolve().parents[2],
            env={**_WAITING, **os.environ, PAGES: stamped(), **environment},
            stdin=subprocess.DEVNULL,
            stdout=stream,
            stderr=stream,
            start_new_session=True,
        )
    _step_back(process.pid)
    # A process that nobody waits for stays in the table when it ends, and would look alive.
    threading.Thread(target=process.wait, name=name, daemon=True).start()
    return process.pid


def _step_back(pid: int) -> None:
    """Let pages go before it where both want the processor, also where the system shares it by session first."""
    with suppress(OSError, AttributeError):  # it is over already, or the system has none of this
        os.setpriority(os.PRIO_PROCESS, pid, NICE)
        Path(f"/proc/{pid}/autogroup").write_text(str(NICE))
