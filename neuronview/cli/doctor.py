"""`doctor`: what is installed, which device, which servers answer, what is missing."""

from __future__ import annotations

import importlib.metadata
import importlib.util
import os
import platform
from dataclasses import asdict
from typing import Any

import typer

from neuronview import store
from neuronview.cli.endpoints import servers
from neuronview.cli.folders import writable
from neuronview.cli.output import JsonOption, print_json, print_lines
from neuronview.config import SETTINGS, Settings

__all__ = ["register"]

PACKAGES = ("streamlit", "torch", "transformers", "plotly", "openai", "duckdb", "pyarrow", "numpy")


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("doctor")(doctor)


def doctor(as_json: JsonOption = False) -> None:
    """Say what is installed and what is missing."""
    from neuronview.jobs.reaching import reach_hub, reach_published

    settings = Settings.from_env()
    published, hub = reach_published(), reach_hub()
    report: dict[str, Any] = {
        "python": platform.python_version(),
        "packages": {name: _version(name) for name in PACKAGES},
        "device": _device(),
        "home": {"path": str(settings.home), "writable": writable(settings.home)},
        "datasets": store.names(settings),
        "servers": servers(),
        "network": {"published": asdict(published), "hub": asdict(hub)},
        # Never the values: one of them may be a key.
        "environment": {setting.name: setting.name in os.environ for setting in SETTINGS},
    }
    if as_json:
        print_json(report)
        return
    print_lines(f"Python {report['python']}, models run on: {report['device']}")
    print_lines(
        *[
            f"  {name:14} {version or 'MISSING: pip install -r requirements.txt'}"
            for name, version in report["packages"].items()
        ]
    )
    print_lines(f"Datasets by name: {', '.join(report['datasets']) or 'none'}")
    found = [f"{one['base_url']} ({one['kind']}; {len(one['models'])} models)" for one in report["servers"]]
    print_lines(f"Language model servers on this machine: {', '.join(found) or 'none answers'}")
    print_lines(published.words, hub.words)
    print_lines(f"Your runs are kept in {settings.home}" + ("" if report["home"]["writable"] else " (NOT WRITABLE)"))
    print_lines(*[f"  {name}: {'set' if given else 'not set'}" for name, given in report["environment"].items()])


def _version(name: str) -> str | None:
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return None


def _device() -> str:
    if importlib.util.find_spec("torch") is None:
        return "nothing: torch is missing"
    from neuronview.model import best_device

    return best_device()
