"""Start a planned run as a process of its own, which outlives the page that asked for it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from neuronview.config import Settings
from neuronview.jobs.plan import RunFolder

__all__ = ["launch"]


def launch(folder: RunFolder, settings: Settings) -> int:
    """Start `python -m neuronview explain --run ID` detached and return its process id; output goes to `log.txt`."""
    environment = os.environ | {"NEURONVIEW_HOME": str(settings.home), "NEURONVIEW_DATA": str(settings.data)}
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
    return process.pid
