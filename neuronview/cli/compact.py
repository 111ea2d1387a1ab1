"""`compact`: fold a dataset's commits, and those of the user's own folder for it, into one list of parts."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

from neuronview.cli.output import JsonOption, counted, print_json, print_lines
from neuronview.config import Settings
from neuronview.errors import DatasetError
from neuronview.store import Compaction, compact, locate
from neuronview.store.manifest import read_manifest

__all__ = ["register"]


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("compact")(compact_dataset)


def compact_dataset(
    dataset: Annotated[str, typer.Argument(help="Name or folder of a dataset.")],
    join: Annotated[bool, typer.Option("--join", help="Also rewrite many small files of a table as few.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Fold the commits of a dataset, and of your own results for it, into one list of files. No row changes.

    Of a dataset given by its name, which others may share, `--join` rewrites only your own results; give its folder
    to rewrite the dataset itself. Files that were joined are removed at once where nobody has the dataset open, else,
    with what writers left that ended early, by a later call, a day on.
    """
    settings = Settings.from_env()
    folder = locate(dataset, settings=settings)
    own = settings.home / "datasets" / read_manifest(folder).fingerprint
    done, problems = list[Compaction](), list[str]()
    for place, rewrite in ((folder, join and Path(dataset).is_dir()), (own, join)):
        try:
            done.append(compact(place, join=rewrite))
        except DatasetError as error:
            problems.append(str(error))
    if as_json:
        print_json({"folders": [_document(entry) for entry in done], "problems": problems})
    elif done:
        print_lines(*[line for entry in done if Path(entry.folder).is_dir() for line in _lines(entry)])
    if problems:
        raise DatasetError(" ".join(problems))


def _document(entry: Compaction) -> dict[str, Any]:
    return asdict(entry)


def _lines(entry: Compaction) -> list[str]:
    lines = [f"{entry.folder}: {counted(entry.commits, 'commit')} folded, {counted(entry.parts, 'file')} of rows now"]
    if entry.joined:
        lines.append(f"  {counted(entry.joined, 'small file')} joined into fewer")
    if entry.waiting:
        lines.append(
            f"  {counted(entry.waiting, 'file')} kept for whoever has the dataset open: compact again in a day"
        )
    if entry.removed:
        lines.append(f"  {counted(entry.removed, 'file')} removed that were joined")
    if entry.leftovers:
        lines.append(f"  {counted(entry.leftovers, 'leftover')} of writers that ended early removed")
    return lines
