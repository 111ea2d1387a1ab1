"""`shares`: how much of each neuron the token, the bigram and the position explain, added to a collected dataset."""

from __future__ import annotations

from typing import Annotated

import typer

from neuronview.cli.collect import show_progress
from neuronview.cli.interrupt import stop_on_interrupt
from neuronview.cli.output import JsonOption, print_json, print_lines
from neuronview.cli.subject import subject_model
from neuronview.store import open_dataset

__all__ = ["register"]


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("shares")(shares)


def shares(
    dataset: Annotated[str, typer.Argument(help="Name or folder of a dataset that was collected.")],
    into_dataset: Annotated[
        bool, typer.Option("--into-dataset", help="Write into the dataset's own folder, for everyone who has it.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Compute what part of each neuron's variance the token, the bigram and the position explain.

    New collections hold these shares; this adds them to one of before, from its own excerpts and model. They are kept
    in your own folder for the dataset, unless they go into the dataset itself.
    """
    from neuronview.collect.stored import add_shares

    opened = open_dataset(dataset)
    folder = opened.folder if into_dataset or opened.overlay is None else opened.overlay
    model = subject_model(opened)
    with stop_on_interrupt() as should_stop, show_progress() as progress:
        n_tokens = add_shares(opened, model, folder, progress=progress, should_stop=should_stop)
    facts = {"folder": str(folder), "tokens": n_tokens}
    if as_json:
        print_json(facts)
    else:
        print_lines(*[f"{name}: {value}" for name, value in facts.items()])
