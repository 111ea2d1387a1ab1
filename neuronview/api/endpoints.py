"""The paths of the API, a line each: what the routes serve and the OpenAPI document tells."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from neuronview.api import handlers
from neuronview.api.filters import FILTERS
from neuronview.api.library import Library
from neuronview.api.parameters import Parameter
from neuronview.store.queries import COLUMNS
from neuronview.store.searching import WITHIN

__all__ = ["ENDPOINTS", "Endpoint"]

_DATASET = Parameter("dataset", "text", "Name of a dataset.", required=True, place="path")
_LAYER = Parameter("layer", "integer", "From zero.", required=True, place="path")
_NEURON = Parameter("neuron", "integer", "Within the layer, from zero.", required=True, place="path")
_OFFSET = Parameter("offset", "integer", "How many to pass over.", default=0)
_TEXT = Parameter("text", "text", "The text that the model reads.", required=True, longest=40_000)
_NEURONS = Parameter("neurons", "neurons", f"Which neurons, at most {handlers.MOST_NEURONS}.", required=True)


def _limit(default: int, most: int) -> Parameter:
    return Parameter("limit", "integer", "How many at most.", default=default, least=1, most=most)


@dataclass(frozen=True)
class Endpoint:
    """One path below `/api/v1`. `answer` is the name of the schema; `reads_model`: one request at a time."""

    path: str
    name: str
    summary: str
    answer: str
    handler: Callable[[Library, Any], dict[str, Any]]
    parameters: tuple[Parameter, ...] = ()
    reads_model: bool = False


ENDPOINTS = (
    Endpoint("/", "index", "Where to start.", "Index", handlers.index),
    Endpoint("/datasets", "listDatasets", "The datasets on this computer.", "Datasets", handlers.datasets),
    Endpoint(
        "/datasets/{dataset}",
        "getDataset",
        "One dataset, and what can be asked.",
        "Dataset",
        handlers.dataset,
        (_DATASET,),
    ),
    Endpoint(
        "/datasets/{dataset}/neurons",
        "listNeurons",
        "Rows of the page Browse, filtered and sorted: an explanation of a neuron each, by one reader.",
        "Rows",
        handlers.neurons,
        (
            _DATASET,
            *FILTERS,
            Parameter("sort", "text", "The column to sort by.", default="low", choices=tuple(COLUMNS)),
            Parameter("order", "text", "Which end comes first.", default="desc", choices=("asc", "desc")),
            _limit(50, 500),
            _OFFSET,
        ),
    ),
    Endpoint(
        "/datasets/{dataset}/search",
        "search",
        "Explanations that hold all words, best first, or match a regular expression.",
        "Rows",
        handlers.search,
        (
            _DATASET,
            Parameter("q", "text", "The words, or the expression.", required=True),
            Parameter("regex", "flag", "Whether `q` is a regular expression.", default=False),
            Parameter("within", "text", "Where words are looked for.", default="explanations", choices=tuple(WITHIN)),
            _limit(20, 500),
            _OFFSET,
        ),
    ),
    Endpoint(
        "/datasets/{dataset}/neurons/{layer}/{neuron}",
        "getNeuron",
        "One neuron: statistics, and explanations with scores.",
        "Neuron",
        handlers.neuron,
        (_DATASET, _LAYER, _NEURON),
    ),
    Endpoint(
        "/datasets/{dataset}/neurons/{layer}/{neuron}/records",
        "listRecords",
        "Stored excerpts of one neuron with its activations.",
        "Records",
        handlers.records,
        (
            _DATASET,
            _LAYER,
            _NEURON,
            Parameter("group", "text", "Only this group, such as top or random."),
            _limit(20, 100),
            _OFFSET,
        ),
    ),
    Endpoint(
        "/datasets/{dataset}/activations",
        "readText",
        "Activations of chosen neurons on a text, by the model; one request is served at a time.",
        "Activations",
        handlers.activations,
        (_DATASET, _TEXT, _NEURONS),
        reads_model=True,
    ),
)
