"""`check`: whether the files of a dataset are whole."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from neuronview.cli.output import JsonOption, print_json, print_lines
from neuronview.config import Settings
from neuronview.errors import DatasetError
from neuronview.store import Checked, Dataset, check_folder, locate
from neuronview.store.opening import overlay_of

__all__ = ["register"]


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("check")(check)


def check(
    dataset: Annotated[str, typer.Argument(help="Name or folder of a dataset.")], as_json: JsonOption = False
) -> None:
    """Compare every file of a dataset, and of what you made for it, with its checksum."""
    settings = Settings.from_env()
    folder = locate(dataset, settings=settings)
    found = [(folder, check_folder(folder))]
    problems = list(found[0][1].problems)
    if not problems:
        own = overlay_of(folder, settings=settings)
        found += [(own, check_folder(own))] if own.is_dir() else []
        problems = [problem for _, checked in found for problem in checked.problems] or _opened(folder)
    if as_json:
        print_json({"folder": str(folder), "ok": not problems, "problems": problems, "checked": _counts(found)})
    elif not problems:
        print_lines(*(line for place, checked in found for line in _words(place, checked)))
    if problems:
        raise DatasetError(" ".join(problems))


def _opened(folder: Path) -> list[str]:
    """What only opening tells; the files are whole."""
    try:
        Dataset(folder).close()
    except DatasetError as error:
        return [str(error)]
    return []


def _counts(found: list[tuple[Path, Checked]]) -> list[dict[str, Any]]:
    return [
        {"folder": str(place), "parts": entry.parts, "bytes": entry.bytes, "without_checksum": list(entry.unsealed)}
        for place, entry in found
    ]


def _words(place: Path, checked: Checked) -> list[str]:
    lines = [f"Every part of {place} is as it was written ({checked.parts} files, {checked.bytes / 1e6:.1f} MB)."]
    if checked.unsealed:
        lines.append(
            f"Of {', '.join(checked.unsealed)} that cannot be told: written before such files had a checksum. "
            "`compact` writes dataset.json with one."
        )
    return lines
