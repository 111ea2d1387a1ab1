"""`import neuronpedia` and `import parquet`: a dataset of another tool's files, or of our own export."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from neuronview.cli.importing import size_words
from neuronview.cli.interrupt import stop_on_interrupt
from neuronview.cli.output import JsonOption, print_json, print_lines, progress_shown

if TYPE_CHECKING:
    from neuronview.formats.building import ImportReport

__all__ = ["register"]

Source = Annotated[Path, typer.Argument(help="A folder of such files, or one file.", exists=True)]
Out = Annotated[Path, typer.Option(help="Folder of the new dataset.")]
Name = Annotated[str | None, typer.Option(help="Name of the dataset; the folder's by default.")]
Exact = Annotated[bool, typer.Option("--exact", help="Activations in 32 bits instead of 16.")]


def register(app: typer.Typer) -> None:
    """Add the commands to the group `import`."""
    app.command("neuronpedia")(import_from_neuronpedia)
    app.command("parquet")(import_from_parquet)


def import_from_neuronpedia(
    source: Source, out: Out, name: Name = None, exact: Exact = False, as_json: JsonOption = False
) -> None:
    """Import Neuronpedia's version 1 files: features, activations and explanations as gzipped JSON lines.

    SOURCE is a folder that has them somewhere below it, or one file. One source a layer; whole or not at all.
    """
    from neuronview.formats.neuronpedia.importing import import_neuronpedia

    _run(import_neuronpedia, source, out, "B", as_json=as_json, name=name, exact=exact)


def import_from_parquet(source: Source, out: Out, name: Name = None, as_json: JsonOption = False) -> None:
    """Import the tables that `export parquet` wrote; everything comes back but the model itself."""
    from neuronview.formats.parquet import import_parquet

    _run(import_parquet, source, out, "row", as_json=as_json, name=name)


def _run(
    work: Callable[..., ImportReport], source: Path, out: Path, unit: str, *, as_json: bool, **options: Any
) -> None:
    with progress_shown("import", unit=unit) as update, stop_on_interrupt() as should_stop:
        report = work(source, out, progress=update, should_stop=should_stop, **options)
    if as_json:
        print_json(asdict(report))
        return
    print_lines(
        f"{report.folder}: imported from {report.format}, {size_words(report.bytes)}, {report.seconds:.1f} s",
        *[f"  {kind}: {count:,}" for kind, count in report.rows.items()],
        *report.notes,
    )
