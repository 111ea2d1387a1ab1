"""`check`: whether the files of a dataset are whole."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from neuronview.cli.output import JsonOption, print_json, print_lines
from neuronview.config import Settings
from neuronview.errors import DatasetError
from neuronview.store import Dataset, damaged_parts, locate

__all__ = ["register"]


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("check")(check)


def check(
    dataset: Annotated[str, typer.Argument(help="Name or folder of a dataset.")], as_json: JsonOption = False
) -> None:
    """Compare every part of a dataset with its checksum."""
    folder = locate(dataset, settings=Settings.from_env())
    problems = _problems(folder)
    if as_json:
        print_json({"folder": str(folder), "ok": not problems, "problems": problems})
    elif not problems:
        print_lines(f"Every part of {folder} is as it was written.")
    if problems:
        raise DatasetError(" ".join(problems))


def _problems(folder: Path) -> list[str]:
    """What is wrong, a sentence each; the dataset is opened only when its files are whole."""
    try:
        problems = [
            f"{name} is damaged: restore it from a copy, or build the dataset again." for name in damaged_parts(folder)
        ]
        if not problems:
            Dataset(folder).close()
    except DatasetError as error:
        problems = [str(error)]
    return problems
