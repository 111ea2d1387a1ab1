"""Start a planned run as a process of its own, which outlives the page that asked for it."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from pathlib import Path

from neuronview.config import Settings
from neuronview.jobs.endpoints import TYPED
from neuronview.jobs.plan import RunFolder

__all__ = ["launch"]


def launch(folder: RunFolder, settings: Settings, *, key: str | None = None, simulator_key: str | None = None) -> int:
    """Start `python -m neuronview explain --run ID` detached and return its process id; output goes to `log.txt`.

    The process outlives the one that started it. Keys that a person typed reach it through its environment alone;
    None leaves those of this process.
    """
    environment = os.environ | {"NEURONVIEW_HOME": str(settings.home), "NEURONVIEW_DATA": str(settings.data)}
    typed = {"OPENAI_API_KEY": key, "NEURONVIEW_SIMULATOR_KEY": simulator_key}
    given = {name: value for name, value in typed.items() if value}
    environment |= given | {TYPED: " ".join(given)}
    with (folder.path / "log.txt").open("ab") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "neuronview", "explain", "--run", folder.path.name],
            cwd=Path(__file__).resolve().parents[2],
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    folder.launched(process.pid)
    # A process that nobody waits for stays in the table when it ends, and would look alive.
    threading.Thread(target=process.wait, name=f"run {folder.path.name}", daemon=True).start()
    return process.pid
