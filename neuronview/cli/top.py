"""`top`: the neurons for which a text is most unusual, over all neurons of a dataset's model."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from neuronview.cli.explain import subject_model
from neuronview.cli.output import JsonOption, print_json, print_table
from neuronview.cli.search import DatasetOption
from neuronview.records import NeuronId
from neuronview.stats import Ranking, rank_neurons
from neuronview.store import Dataset, open_dataset

__all__ = ["register"]

SHOWN = ("neuron", "state", "probability", "value", "corpus_maximum", "token", "explanation")


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("top")(top)


def top(
    text: Annotated[str, typer.Argument(help="Any text.")],
    dataset: DatasetOption = "demo",
    limit: Annotated[int, typer.Option(min=1, help="How many neurons.")] = 20,
    by_value: Annotated[bool, typer.Option("--by-value", help="Order by the raw value instead of its rarity.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Rank all neurons by how rare their largest value in TEXT is in their own distribution."""
    opened = open_dataset(dataset)
    model = subject_model(opened)
    tokens = model.tokenize(text)
    values, _, probabilities = opened.tails()
    activations = model.all_activations([token.id for token in tokens])
    ranking = rank_neurons(activations, values, probabilities, maxima=opened.maxima(), by_value=by_value)
    rows = _rows(opened, ranking, [token.text for token in tokens], limit)
    if as_json:
        print_json(rows)
    else:
        print_table(rows, list(SHOWN))


def _rows(dataset: Dataset, ranking: Ranking, tokens: list[str], limit: int) -> list[dict[str, Any]]:
    chosen = [NeuronId(int(a), int(b)) for a, b in zip(ranking.layers[:limit], ranking.neurons[:limit], strict=True)]
    labels = dataset.labels(chosen)
    return [
        {
            "neuron": str(neuron),
            "state": "above anything in the corpus" if ranking.above[i] else "",
            "probability": float(ranking.probabilities[i]),
            "value": float(ranking.values[i]),
            "corpus_maximum": float(ranking.values[i] - ranking.excess[i]),
            "token": tokens[int(ranking.positions[i])],
            "explanation": labels["explanation"].iloc[i],
        }
        for i, neuron in enumerate(chosen)
    ]
