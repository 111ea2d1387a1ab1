"""`check`: whether the files of a dataset are whole."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from neuronview.cli.output import JsonOption, print_json, print_lines
from neuronview.config import Settings
from neuronview.errors import DatasetError
from neuronview.store import damaged_parts, locate

__all__ = ["register"]


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("check")(check)


def check(
    dataset: Annotated[str, typer.Argument(help="Name or folder of a dataset.")], as_json: JsonOption = False
) -> None:
    """Compare every part of a dataset with its checksum."""
    folder: Path = locate(dataset, settings=Settings.from_env())
    problems = damaged_parts(folder)
    if as_json:
        print_json({"folder": str(folder), "damaged": problems})
    elif not problems:
        print_lines(f"Every part of {folder} is as it was written.")
    if problems:
        raise DatasetError(f"Damaged in {folder}: {', '.join(problems)}. Restore them, or build the dataset again.")
