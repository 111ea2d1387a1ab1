"""`search`: find explanations by words or by a regular expression."""

from __future__ import annotations

from typing import Annotated

import typer

from neuronview.cli.output import JsonOption, print_rows
from neuronview.errors import BadInput
from neuronview.store import NeuronFilter, open_dataset

__all__ = ["DatasetOption", "register"]

DatasetOption = Annotated[
    str, typer.Option("--dataset", envvar="NEURONVIEW_DATASET", help="Name or folder of a dataset.")
]
SHOWN = ["neuron", "explainer", "reader", "score", "low", "high", "n_sequences", "explanation"]
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
    reader: Annotated[
        str | None,
        typer.Option(help="Scores by this simulator, or by `rule`; by default whose there are most."),
    ] = None,
    limit: Annotated[int, typer.Option(min=1, help="How many rows at the most.")] = 20,
    as_json: JsonOption = False,
) -> None:
    """Find explanations, best lower bound of the score first: by one simulator, since others measure otherwise."""
    opened = open_dataset(dataset)
    readers = opened.readers()
    if reader is not None and reader not in readers:
        raise BadInput(
            f"No score of this dataset is by “{reader}”. There are scores by: {', '.join(readers) or 'none'}."
        )
    chosen = NeuronFilter(text=text, regex=regex, explainer=explainer, reader=reader or next(iter(readers), None))
    if reader is None and len(readers) > 1:
        typer.echo(f"Scores by {readers[0]}; also there, by --reader: {', '.join(readers[1:])}.", err=True)
    rows = opened.neurons(chosen, limit=limit)[FIELDS].to_dict("records")
    print_rows(rows, SHOWN, as_json=as_json)
