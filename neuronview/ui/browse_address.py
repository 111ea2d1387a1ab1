"""The filter of Browse as it stands in an address, to open Browse with it or to carry it to another page.

Names and values are those of Browse's widgets, which are bound to the address.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from urllib.parse import urlencode

from neuronview.errors import BadLink
from neuronview.records import SCORE_STATES, NeuronId, whole_number
from neuronview.store import Dataset, NeuronFilter
from neuronview.store.queries import NOT_SCORED
from neuronview.ui.browse_defaults import EVERY
from neuronview.ui.list_parts import neuron_lists
from neuronview.ui.scores import STATES, explainer_words, reader_words
from neuronview.ui.search_order import PLACES

__all__ = ["NAMES", "address_of", "filter_in", "href_of", "state_name", "wrong_in"]

NAMES = (
    *("q", "browse_regex", "browse_within", "browse_layers", "browse_explainer"),
    *("browse_score", "browse_active", "browse_context", "browse_reader", "browse_state", "browse_list"),
)
NAMED = ("browse_explainer", "browse_reader", "browse_within")
"""Those whose value Browse writes in words; a filter is also read from the names that the data has."""
Address = dict[str, str | list[str]]


def state_name(state: str) -> str:
    """A state of a score as the filter calls it."""
    return "not scored" if state == NOT_SCORED else STATES[state] or "scored"


def address_of(chosen: NeuronFilter) -> Address:
    """Query parameters that Browse, and `filter_in`, read back to the filter."""
    found: Address = {"q": chosen.text} if chosen.text else {}
    if chosen.regex:
        found["browse_regex"] = "true"
    if chosen.within != "explanations":
        found["browse_within"] = PLACES[chosen.within]
    if chosen.layers:
        found["browse_layers"] = [str(layer) for layer in chosen.layers]
    if chosen.explainer is not None:
        found["browse_explainer"] = explainer_words(chosen.explainer)
    if chosen.score is not None:
        found["browse_score"] = [f"{end:g}" for end in chosen.score]
    if chosen.share_positive is not None:
        found["browse_active"] = [f"{100 * end:g}" for end in chosen.share_positive]
    if chosen.bigram_share is not None:
        found["browse_context"] = [f"{100 * end:.0f}" for end in chosen.bigram_share]
    if chosen.listed:
        found["browse_list"] = chosen.listed
    if chosen.reader is not None:
        found["browse_reader"] = reader_words(chosen.reader)
    if chosen.states:
        found["browse_state"] = [state_name(state) for state in chosen.states]
    return found


def href_of(name: str, chosen: NeuronFilter) -> str:
    """Address of Browse with this filter, relative to the app's other pages."""
    return "browse?" + urlencode({"dataset": name} | address_of(chosen), doseq=True)


def filter_in(parameters: Mapping[str, Sequence[str]], dataset: Dataset) -> NeuronFilter:
    """The filter that an address carries, from each parameter's values.

    Raises BadLink that names the parameter which is wrong and what would be right.
    """
    given = {name: [value for value in parameters.get(name, ()) if value] for name in NAMES}
    last = {name: values[-1] if values else "" for name, values in given.items()}
    readers = dataset.readers() if last["browse_reader"] else []
    explainers = dataset.explainers() if last["browse_explainer"] else []
    listed = "" if last["browse_list"] == EVERY else last["browse_list"]
    return NeuronFilter(
        layers=tuple(_layer(value, dataset.manifest.model.n_layers) for value in given["browse_layers"]),
        score=_range("browse_score", given["browse_score"], (-1.0, 1.0)),
        share_positive=_share(_range("browse_active", given["browse_active"], (0.0, 100.0))),
        explainer=_one("browse_explainer", last["browse_explainer"], explainers, explainer_words),
        text=last["q"],
        regex=last["browse_regex"] == "true",
        within=_one("browse_within", last["browse_within"], list(PLACES), PLACES.__getitem__) or "explanations",
        states=tuple(_state(value) for value in given["browse_state"]),
        reader=_one("browse_reader", last["browse_reader"], readers, reader_words),
        bigram_share=_share(_range("browse_context", given["browse_context"], (0.0, 100.0))),
        neurons=_listed(dataset, listed) if listed else None,
        listed=listed,
    )


def wrong_in(parameters: Mapping[str, Sequence[str]], dataset: Dataset) -> list[str]:
    """What of an address Browse cannot follow, a sentence or two for each parameter; a list is none of its business."""
    said = []
    for name in NAMES:
        values = [value for value in parameters.get(name, ()) if value]
        if not values or name == "browse_list":
            continue
        try:
            written = address_of(filter_in({name: values}, dataset)).get(name)
        except BadLink as error:
            said.append(str(error))
            continue
        if name in NAMED and written not in (None, values[-1]):
            said.append(f"{name}={values[-1]} is written {name}={written}.")
    return said


def _listed(dataset: Dataset, name: str) -> tuple[NeuronId, ...]:
    lists = neuron_lists(dataset).lists
    if name not in lists:
        raise BadLink(f"browse_list={name[:60]} is no list of yours for this dataset. There are: {', '.join(lists)}.")
    return lists[name]


def _layer(text: str, n_layers: int) -> int:
    layer = whole_number(text)
    if layer is None or layer >= n_layers:
        raise BadLink(f"browse_layers={text[:40]} is no layer of this dataset: it has layers 0 to {n_layers - 1}.")
    return layer


def _range(name: str, values: Sequence[str], widest: tuple[float, float]) -> tuple[float, float] | None:
    if not values:
        return None
    try:
        low, high = (float(value) for value in values)
    except ValueError:
        low, high = 1.0, 0.0
    if not widest[0] <= low <= high <= widest[1]:
        raise BadLink(
            f"{name}={'&'.join(values)[:40]} is no range: write it twice, from and to, between {widest[0]:g} and "
            f"{widest[1]:g}, such as {name}={widest[0]:g}&{name}={widest[1]:g}."
        )
    return low, high


def _share(per_cent: tuple[float, float] | None) -> tuple[float, float] | None:
    return None if per_cent is None else (per_cent[0] / 100, per_cent[1] / 100)


def _one(name: str, text: str, known: Sequence[str], words: Callable[[str], str]) -> str | None:
    if text in ("", "any"):
        return None
    found = next((entry for entry in known if text in (entry, words(entry))), None)
    if found is None:
        raise BadLink(
            f"{name}={text[:60]} is not in this dataset. There are: {', '.join(map(words, known)) or 'none'}."
        )
    return found


def _state(text: str) -> str:
    names = {state_name(state): state for state in (*SCORE_STATES, NOT_SCORED)}
    if text not in names:
        raise BadLink(f"browse_state={text[:60]} is no state of a score. There are: {', '.join(names)}.")
    return names[text]
