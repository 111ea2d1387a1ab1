"""`top`: the neurons for which a text is most unusual, over all neurons of a dataset's model."""

from __future__ import annotations

from typing import Annotated, Any

import numpy as np
import typer

from neuronview.cli.output import JsonOption, print_rows
from neuronview.cli.search import DatasetOption
from neuronview.cli.subject import subject_model
from neuronview.errors import DatasetError
from neuronview.records import NeuronId
from neuronview.stats import Ranking, rank_peaks
from neuronview.store import Dataset, open_dataset

__all__ = ["register"]

EXCERPT_TOKENS = 64
"""Length of a window where a dataset does not say how long its excerpts are: published ones have 64 tokens."""
SHOWN = ("neuron", "state", "probability", "value", "corpus_maximum", "token", "explanation")


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("top")(top)


def top(
    text: Annotated[str, typer.Argument(metavar="TEXT", help="Any text.")],
    dataset: DatasetOption = "demo",
    limit: Annotated[int, typer.Option(min=1, help="How many neurons.")] = 20,
    by_value: Annotated[bool, typer.Option("--by-value", help="Order by the raw value instead of its rarity.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Rank all neurons by how rare a text makes them fire.

    A text of any length is read in windows like the excerpts of the corpus, as the page Text does.
    By their raw value neurons can be ranked whatever the dataset stores; what it does not know stays empty.
    """
    from neuronview.model import peaks

    opened = open_dataset(dataset)
    stored = _stored_or_unknown(opened) if by_value else (*_known_tails(opened), opened.maxima())
    model = subject_model(opened)
    tokens = model.tokenize(text)
    window = min(int(opened.manifest.raw.get("excerpt_tokens") or EXCERPT_TOKENS), model.max_tokens)
    found = peaks(model, [token.id for token in tokens], length=window)
    values, probabilities, maxima = stored
    ranking = rank_peaks(
        found.values, found.positions, found.n_tokens, values, probabilities, maxima=maxima, by_value=by_value
    )
    rows = _rows(opened, ranking, [token.text for token in tokens], limit)
    print_rows(rows, SHOWN, as_json=as_json)


def _known_tails(dataset: Dataset) -> tuple[np.ndarray, np.ndarray]:
    """Tail values (layers, neurons, grid) and probabilities (grid,) as far as the corpus is large enough for them."""
    values, _, probabilities = dataset.tails()
    known = int(np.cumprod(~np.isnan(values).all(axis=(0, 1))).sum())
    return values[..., :known], probabilities[:known]


def _stored_or_unknown(dataset: Dataset) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Tails and maxima, nan where they are not stored for every neuron, as in published data."""
    shape = (dataset.manifest.model.n_layers, dataset.manifest.model.n_neurons)
    try:
        tails = _known_tails(dataset)
    except DatasetError:
        tails = np.full((*shape, 1), np.nan), np.ones(1)
    try:
        maxima = dataset.maxima()
    except DatasetError:
        maxima = np.full(shape, np.nan)
    return *tails, maxima


def _rows(dataset: Dataset, ranking: Ranking, tokens: list[str], limit: int) -> list[dict[str, Any]]:
    chosen = [NeuronId(int(a), int(b)) for a, b in zip(ranking.layers[:limit], ranking.neurons[:limit], strict=True)]
    labels = dataset.labels(chosen)
    return [
        {
            "layer": neuron.layer,
            "neuron": neuron.neuron,
            "state": "above anything in the corpus" if ranking.above[i] else "",
            "probability": float(ranking.probabilities[i]),
            "value": float(ranking.values[i]),
            "corpus_maximum": float(ranking.values[i] - ranking.excess[i]),
            "token": tokens[int(ranking.positions[i])],
            "explanation": labels["explanation"].iloc[i],
        }
        for i, neuron in enumerate(chosen)
    ]
