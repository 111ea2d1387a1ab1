"""The neurons that the text page draws: in its address, as a list to type into, and from the rows of a ranking."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from neuronview.errors import BadInput, NeuronViewError
from neuronview.links import Place, format_neurons, parse_neurons
from neuronview.records import NeuronId
from neuronview.store import Dataset
from neuronview.ui import nav
from neuronview.ui.problems import problem, say, solved

__all__ = ["ALSO", "MOST_NEURONS", "add", "chosen_neurons", "draw"]

NEURONS = "text_neurons_typed"
"""Key of the widget."""
ALSO = "also"
"""Query parameter with the neurons after the first."""
MOST_NEURONS = 20
_PROBLEM = "text_neurons_problem"
_OFFERED = "text_neurons_offered"
"""Neurons that were drawn because none was chosen."""


def chosen_neurons(dataset: Dataset, place: Place, *, fallback: Callable[[], tuple[NeuronId, str]]) -> list[NeuronId]:
    """The neurons to draw: the address's, changed by typing; `fallback` when it names none. Stops when wrong."""
    why = ""
    try:
        also = parse_neurons(st.query_params[ALSO]) if st.query_params.get(ALSO) else []
        first = [place.neuron_id] if place.neuron_id else []
        chosen = _required(dataset, [*first, *also])
    except NeuronViewError as error:
        say(error, title="This address cannot be shown")
        st.button("Read the text without it", key="text_without", icon=nav.row("text").icon, on_click=_draw_none)
        st.stop()
    if not chosen:
        neuron, why = fallback()
        chosen = [neuron]
        st.session_state.setdefault(_OFFERED, set()).add(str(neuron))
    shown = [str(neuron) for neuron in chosen]
    # Every time: where a run without the widget was cut short, the session still has the value and the browser lost it.
    st.session_state[NEURONS] = shown
    st.multiselect(
        "Neurons to draw",
        shown,
        key=NEURONS,
        accept_new_options=True,
        placeholder="2:17, or several: 0:5, 2:17, 3:1",
        on_change=_typed,
        args=(dataset, shown),
        help=f"Type 2:17, or several such as 0:5, 2:17, 3:1, and press Enter. At most {MOST_NEURONS}.",
    )
    if refused := st.session_state.pop(_PROBLEM, None):
        problem("neuron", refused)
    if why:
        st.caption(why)
    return chosen


def draw(neurons: list[NeuronId]) -> None:
    """Name the neurons to draw in the address; for callbacks.

    A link from a page to itself shows what it names, but leaves the browser's address as it was, which the next run
    then follows. So this page moves by buttons.
    """
    st.query_params.update({"layer": str(neurons[0].layer), "neuron": str(neurons[0].neuron)})
    if neurons[1:]:
        st.query_params[ALSO] = format_neurons(neurons[1:])
    else:
        st.query_params.pop(ALSO, None)


def add(drawn: list[NeuronId], neuron: NeuronId) -> None:
    """Draw one more; for callbacks."""
    if len(drawn) >= MOST_NEURONS:
        st.session_state[_PROBLEM] = _too_many(len(drawn) + 1)
        return
    draw(list(dict.fromkeys([*drawn, neuron])))


def _required(dataset: Dataset, neurons: list[NeuronId]) -> list[NeuronId]:
    found = list(dict.fromkeys(dataset.require(neuron) for neuron in neurons))
    if len(found) > MOST_NEURONS:
        raise BadInput(_too_many(len(found)))
    return found


def _too_many(count: int) -> str:
    return f"{count} neurons are too many to draw: at most {MOST_NEURONS}. Leave some out."


def _draw_none() -> None:
    for name in ("layer", "neuron", ALSO):
        st.query_params.pop(name, None)


def _typed(dataset: Dataset, before: list[str]) -> None:
    now = st.session_state[NEURONS]
    if len(before) == len(now) == 1 and {*before, *now} <= st.session_state.get(_OFFERED, set()):
        # Nobody replaces one by another in one step: a run that was cut short by the next text had offered it.
        return
    typed = ", ".join(now)
    if not typed.strip(" ,"):
        _draw_none()
        return
    try:
        wanted = _required(dataset, parse_neurons(typed))
    except NeuronViewError as error:
        st.session_state[_PROBLEM] = str(error)
        st.session_state[NEURONS] = before
        return
    solved("neuron")
    draw(wanted)
