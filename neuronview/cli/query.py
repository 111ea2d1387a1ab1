"""`query`: SQL over a dataset, read-only."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from neuronview.cli.output import JsonOption, print_notes, print_rows
from neuronview.cli.search import DatasetOption
from neuronview.config import Settings
from neuronview.store import locate
from neuronview.store.opening import overlay_of
from neuronview.store.visiting import MOST_ROWS, MOST_SECONDS
from neuronview.store.visiting_apart import VisitorApart

__all__ = ["register"]


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("query")(query)


def query(
    sql: Annotated[str, typer.Argument(metavar="SQL", help="One SELECT; - reads it from the input.")],
    dataset: DatasetOption = "demo",
    limit: Annotated[int, typer.Option(min=1, max=MOST_ROWS, help="How many rows at the most.")] = 100,
    seconds: Annotated[float, typer.Option(min=0.1, max=MOST_SECONDS, help="When it is stopped.")] = 10.0,
    as_json: JsonOption = False,
) -> None:
    """Ask the dataset in SQL, as the app's Query page does; the page documents the tables."""
    settings = Settings.from_env()
    folder = locate(dataset, settings=settings)
    with VisitorApart(folder, overlay_of(folder, settings=settings)) as visitor:
        found = visitor.ask(sys.stdin.read() if sql == "-" else sql, rows=limit, seconds=seconds)
    print_rows(found.table.to_pylist(), found.table.column_names, as_json=as_json)
    if found.is_cut:
        print_notes(f"There are more rows than {limit:,}: --limit gives up to {MOST_ROWS:,}.")
