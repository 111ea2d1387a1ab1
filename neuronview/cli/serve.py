"""`serve`: open the app in a browser, on this machine only unless it is public."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from neuronview.cli.output import print_notes
from neuronview.config import Settings, named_hosts
from neuronview.errors import BadInput, NotFound
from neuronview.store import locate

__all__ = ["register"]

LOCAL = ("localhost", "127.0.0.1", "::1")
EVERYWHERE = ("0.0.0.0", "::")
APP = Path(__file__).resolve().parents[2] / "app.py"


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("serve")(serve)


def serve(
    port: Annotated[int, typer.Option(min=1, max=65535, help="Port to listen on.")] = 8501,
    dataset: Annotated[str | None, typer.Option(help="Name or folder of the dataset to open first.")] = None,
    address: Annotated[str, typer.Option(help="Where to listen; beyond localhost in public mode alone.")] = LOCAL[0],
    open_browser: Annotated[bool, typer.Option("--open/--no-open", help="Open a browser window.")] = True,
) -> None:
    """Open the app on localhost, for this machine only; with NEURONVIEW_PUBLIC=1 for others, who may only read.

    NEURONVIEW_HOSTS names the server where it has another name, as that of a proxy: it answers to no other then.
    """
    named = named_hosts(os.environ)
    if address not in LOCAL and not Settings.from_env().public:
        raise BadInput(
            f"On {address} others could start runs and add or remove datasets. Set NEURONVIEW_PUBLIC=1 to let them "
            "read alone, or leave out --address."
        )
    if not APP.exists():
        raise NotFound(f"{APP.name} is not beside the package. Run from a checkout of NeuronView.")
    if address not in LOCAL and not named:
        print_notes(
            f"On {address} this server answers whatever name it is opened by. Set NEURONVIEW_HOSTS to its names, with "
            "commas between, and it answers to those alone."
        )
    _keep_places(dataset)
    options = {
        "server.port": str(port),
        "server.address": address,
        "server.headless": "false" if open_browser and _has_display() else "true",
        "server.showEmailPrompt": "false",
        "browser.serverAddress": "localhost" if address in EVERYWHERE else address,
        "browser.gatherUsageStats": "false",
    }
    os.chdir(APP.parent)  # .streamlit/config.toml is read from the working folder
    arguments = [part for name, value in options.items() for part in (f"--{name}", value)]
    os.execv(sys.executable, [sys.executable, "-m", "streamlit", "run", str(APP), *arguments])


def _keep_places(dataset: str | None) -> None:
    """Hand the settings on as they are meant here: a relative path would mean another place in the app's folder."""
    settings = Settings.from_env()
    name = dataset or settings.dataset
    folder = locate(name, settings=settings) if dataset else None
    os.environ["NEURONVIEW_HOME"] = str(settings.home.resolve())
    os.environ["NEURONVIEW_DATA"] = str(settings.data.resolve())
    os.environ["NEURONVIEW_DATASET"] = str(folder.resolve()) if folder and folder.parent != settings.data else name


def _has_display() -> bool:
    return sys.platform in ("darwin", "win32") or bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
