"""`search`: find explanations by words or by a regular expression."""

from __future__ import annotations

from typing import Annotated

import typer

from neuronview.cli.output import JsonOption, print_rows
from neuronview.store import NeuronFilter, open_dataset

__all__ = ["DatasetOption", "register"]

DatasetOption = Annotated[
    str, typer.Option("--dataset", envvar="NEURONVIEW_DATASET", help="Name or folder of a dataset.")
]
SHOWN = ["neuron", "explainer", "score", "low", "high", "n_sequences", "explanation"]
FIELDS = ["layer", *SHOWN]


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("search")(search)


def search(
    text: Annotated[
        str, typer.Argument(metavar="TEXT", help="Words that all must occur, or an expression with --regex.")
    ],
    dataset: DatasetOption = "demo",
    regex: Annotated[bool, typer.Option("--regex", help="Read TEXT as a regular expression.")] = False,
    explainer: Annotated[str | None, typer.Option(help="Only this explainer's.")] = None,
    limit: Annotated[int, typer.Option(min=1, help="How many rows at the most.")] = 20,
    as_json: JsonOption = False,
) -> None:
    """Find explanations, best lower bound of the score first."""
    chosen = NeuronFilter(text=text, regex=regex, explainer=explainer)
    rows = open_dataset(dataset).neurons(chosen, limit=limit)[FIELDS].to_dict("records")
    print_rows(rows, SHOWN, as_json=as_json)
