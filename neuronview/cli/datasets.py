"""`datasets`: which datasets are there, and what they hold."""

from __future__ import annotations

from typing import Any

import typer

from neuronview import store
from neuronview.cli.output import JsonOption, print_rows
from neuronview.config import Settings
from neuronview.errors import DatasetError

__all__ = ["register"]

COLUMNS = ("name", "model", "layers", "neurons_per_layer", "excerpts", "explanations", "problem")


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("datasets")(datasets)


def datasets(as_json: JsonOption = False) -> None:
    """List the datasets that can be opened by name."""
    settings = Settings.from_env()
    rows = [_summary(name, settings) for name in store.names(settings)]
    print_rows(rows, COLUMNS, as_json=as_json)


def _summary(name: str, settings: Settings) -> dict[str, Any]:
    try:
        dataset = store.open_dataset(name, settings=settings)
    except DatasetError as error:
        return {"name": name, "problem": str(error)}
    model = dataset.manifest.model
    return {
        "name": name,
        "model": model.path,
        "layers": model.n_layers,
        "neurons_per_layer": model.n_neurons,
        "excerpts": dataset.manifest.corpus.get("n_excerpts"),
        "explanations": dataset.count(),
        "problem": "",
    }
