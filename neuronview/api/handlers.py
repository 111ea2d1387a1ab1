"""What each path answers: plain functions from a library and read parameters to plain JSON."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import chain
from typing import TYPE_CHECKING, Any, TypeVar

from neuronview.api import answers
from neuronview.api.errors import ApiError, of_library
from neuronview.api.filters import chosen
from neuronview.api.library import Library
from neuronview.errors import NeuronViewError
from neuronview.records import NeuronId
from neuronview.store import Dataset, NeuronFilter
from neuronview.view.places import without_places

if TYPE_CHECKING:
    from neuronview.model import SubjectModel

__all__ = ["activations", "dataset", "datasets", "index", "neuron", "neurons", "records", "search"]

Values = Mapping[str, Any]
Answer = dict[str, Any]
T = TypeVar("T")
VERSION = "1"
MOST_NEURONS = 64


def index(library: Library, values: Values) -> Answer:
    """Where to start."""
    base = "/api/v1"
    return {"name": "NeuronView", "version": VERSION, "openapi": f"{base}/openapi.json", "datasets": f"{base}/datasets"}


def datasets(library: Library, values: Values) -> Answer:
    """All datasets."""
    return {"datasets": [answers.manifest(name, found) for name, found in library.manifests().items()]}


def dataset(library: Library, values: Values) -> Answer:
    """One dataset."""
    opened = library.dataset(values["dataset"])
    return _asked(opened, lambda: answers.described(opened, values["dataset"]))


def neurons(library: Library, values: Values) -> Answer:
    """A page of the browse table."""
    return _page(library, values, chosen(values), sort=values["sort"], descending=values["order"] == "desc")


def search(library: Library, values: Values) -> Answer:
    """A page of what a search finds, best first."""
    wanted = NeuronFilter(text=values["q"], regex=values["regex"], within=values["within"])
    sort = "low" if values["regex"] else "relevance"
    return _page(library, values, wanted, sort=sort, descending=True)


def neuron(library: Library, values: Values) -> Answer:
    """One neuron but for its records."""
    opened, identity = library.dataset(values["dataset"]), NeuronId(values["layer"], values["neuron"])
    record = _asked(opened, lambda: opened.neuron(identity))
    return answers.neuron_name(values["dataset"], identity) | {
        "dataset": values["dataset"],
        "statistics": answers.statistics(record.statistics),
        "explanations": [answers.explanation(entry) for entry in _asked(opened, lambda: opened.explanations(identity))],
        "records": {name: len(found) for name, found in record.groups.items()},
    }


def records(library: Library, values: Values) -> Answer:
    """A page of one neuron's records, of one group or of all in their order."""
    opened, identity = library.dataset(values["dataset"]), NeuronId(values["layer"], values["neuron"])
    groups = _asked(opened, lambda: opened.neuron(identity)).groups
    group = values["group"]
    if group is not None and group not in groups:
        known = ", ".join(groups) or "none"
        raise ApiError("not_usable", f"Neuron {identity} has no records of group “{group[:60]}”. It has: {known}.")
    found = groups[group] if group is not None else list(chain.from_iterable(groups.values()))
    limit, offset = values["limit"], values["offset"]
    page = [answers.record(entry) for entry in found[offset : offset + limit]]
    return {"total": len(found), "offset": offset, "limit": limit, "records": page}


def activations(library: Library, values: Values) -> Answer:
    """Chosen neurons on a text, by the model. Loads it where need be: to be run by one thread at a time."""
    opened, wanted = library.dataset(values["dataset"]), values["neurons"]
    if len(wanted) > MOST_NEURONS:
        raise ApiError("not_usable", f"{len(wanted)} neurons are asked for; at most {MOST_NEURONS} at once.")
    for identity in wanted:
        _asked(opened, lambda identity=identity: opened.require(identity))  # type: ignore[misc]
    model = library.model(opened)
    tokens = _asked(opened, lambda: model.tokenize(values["text"]))
    _require_short(model, len(tokens))
    from neuronview.model.fair import turn

    with turn():
        found = _asked(opened, lambda: model.activations([token.id for token in tokens], wanted))
    return {
        "dataset": values["dataset"],
        "values": "recomputed",
        "activation_function": model.activation_function,
        "leading_token": model.leading_token,
        "tokens": [{"token_id": token.id, "text": token.text} for token in tokens],
        "neurons": [
            answers.neuron_name(values["dataset"], identity) | {"activations": answers.numbers(found[:, column])}
            for column, identity in enumerate(wanted)
        ],
    }


def _require_short(model: SubjectModel, n_tokens: int) -> None:
    if n_tokens > model.max_tokens:
        raise ApiError(
            "not_usable",
            f"The text has {n_tokens:,} tokens; the model reads at most {model.max_tokens:,} at once.",
            "Send it in parts.",
        )


def _page(library: Library, values: Values, wanted: NeuronFilter, *, sort: str, descending: bool) -> Answer:
    opened, name = library.dataset(values["dataset"]), values["dataset"]
    limit, offset = values["limit"], values["offset"]
    total = _asked(opened, lambda: opened.count(wanted))
    found = _asked(opened, lambda: opened.neurons(wanted, sort=sort, descending=descending, limit=limit, offset=offset))
    rows = [answers.row(name, entry) for entry in found.to_dict("records")]
    return {"total": total, "offset": offset, "limit": limit, "rows": rows}


def _asked(opened: Dataset, ask: Callable[[], T]) -> T:
    """What the library answers; its errors as ours, without this computer's folders."""
    try:
        return ask()
    except NeuronViewError as error:
        raise of_library(error, without_places(opened, str(error))) from error
