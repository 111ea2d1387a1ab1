"""`serve`: open the app in a browser, on this machine only."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from neuronview.errors import NotFound

__all__ = ["register"]

APP = Path(__file__).resolve().parents[2] / "app.py"


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("serve")(serve)


def serve(
    port: Annotated[int, typer.Option(help="Port to listen on.")] = 8501,
    open_browser: Annotated[bool, typer.Option("--open/--no-open", help="Open a browser window.")] = True,
) -> None:
    """Open the app on localhost."""
    if not APP.exists():
        raise NotFound(f"{APP.name} is not beside the package. Run from a checkout of NeuronView.")
    options = {
        "server.port": str(port),
        "server.address": "localhost",
        "server.headless": "false" if open_browser and _has_display() else "true",
        "browser.gatherUsageStats": "false",
    }
    os.chdir(APP.parent)  # .streamlit/config.toml is read from the working folder
    arguments = [part for name, value in options.items() for part in (f"--{name}", value)]
    os.execv(sys.executable, [sys.executable, "-m", "streamlit", "run", str(APP), *arguments])


def _has_display() -> bool:
    return sys.platform in ("darwin", "win32") or bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
