"""`search`: find explanations and top tokens by words, ranked, or explanations by a regular expression."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from neuronview.cli.output import JsonOption, print_notes, print_rows
from neuronview.errors import BadInput
from neuronview.records import NeuronId
from neuronview.store import Dataset, NeuronFilter, open_dataset
from neuronview.store.searching import WITHIN

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["DatasetOption", "register"]

DatasetOption = Annotated[
    str, typer.Option("--dataset", envvar="NEURONVIEW_DATASET", help="Name or folder of a dataset.")
]
SHOWN = ["neuron", "explainer", "reader", "score", "low", "high", "n_sequences", "explanation"]
FIELDS = ["layer", *SHOWN, "relevance"]
TOKENS = 8
SORTS = {"fit": "relevance", "score": "low"}


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("search")(search)


def search(
    text: Annotated[
        str,
        typer.Argument(
            metavar="TEXT",
            help="Words that all must occur, those in quotes side by side; an expression as /…/ or with --regex.",
        ),
    ],
    dataset: DatasetOption = "demo",
    regex: Annotated[bool, typer.Option("--regex", help="Read TEXT as a regular expression.")] = False,
    within: Annotated[
        str, typer.Option("--in", help=f"Where words are looked for: {', '.join(WITHIN)}.")
    ] = "explanations",
    sort: Annotated[
        str, typer.Option(help="`fit`, how well the words fit, or `score`, the lower end of its interval.")
    ] = "fit",
    explainer: Annotated[str | None, typer.Option(help="Only this explainer's.")] = None,
    reader: Annotated[
        str | None,
        typer.Option(help="Scores by this simulator, or by `rule`; by default whose there are most."),
    ] = None,
    limit: Annotated[int, typer.Option(min=1, help="How many rows at the most.")] = 20,
    as_json: JsonOption = False,
) -> None:
    """Find explanations by words, those that fit best first, or by an expression, best lower bound of the score first.

    Scores are by one simulator, since others measure otherwise.
    """
    if sort not in SORTS:
        raise BadInput(f"A search cannot be sorted by “{sort}”. Choose one of: {', '.join(SORTS)}.")
    opened = open_dataset(dataset)
    readers = opened.readers()
    if reader is not None and reader not in readers:
        raise BadInput(
            f"No score of this dataset is by “{reader}”. There are scores by: {', '.join(readers) or 'none'}."
        )
    chosen = NeuronFilter(
        text=text, regex=regex, within=within, explainer=explainer, reader=reader or next(iter(readers), None)
    )
    if reader is None and len(readers) > 1:
        print_notes(f"Scores by {readers[0]}; also there, by --reader: {', '.join(readers[1:])}.")
    rows = opened.neurons(chosen, sort=SORTS[sort], limit=limit)
    if opened.searcher.problem:
        print_notes(opened.searcher.problem)
    fields, shown = (FIELDS, SHOWN) if within == "explanations" else ([*FIELDS, "top_tokens"], [*SHOWN, "top_tokens"])
    print_rows(_with_tokens(opened, rows)[fields].to_dict("records"), shown, as_json=as_json)


def _with_tokens(opened: Dataset, rows: pd.DataFrame) -> pd.DataFrame:
    """The same rows with the first top tokens of their neurons, and a relevance where nothing was ranked."""
    neurons = [NeuronId(int(a), int(b)) for a, b in zip(rows["layer"], rows["neuron"], strict=True)]
    tokens = opened.searcher.top_tokens(list(dict.fromkeys(neurons)))
    listed = [" ".join(token.strip() for token in tokens.get(neuron, [])[:TOKENS]) for neuron in neurons]
    return rows.assign(top_tokens=listed, relevance=rows.get("relevance"))
