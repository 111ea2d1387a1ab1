"""Tools of every page: copy its link, list its keys, and what its keys do.

The browser counts the steps and sends the neuron it arrives at, so that keys pressed faster than pages are drawn lead
where they should.
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from typing import Any

import streamlit as st

from neuronview.links import Place
from neuronview.records import NeuronId
from neuronview.store import Dataset, NeuronFilter
from neuronview.ui import cached, nav, state
from neuronview.ui.components.page_tools import mount

__all__ = ["STEPPED", "keys_of", "page_tools"]

STEPPED = ("neuron", "text", "compare")
"""Pages whose address names the neuron that the arrow keys step from."""
_KEY = "nv_tools"


def page_tools(page: str, dataset: Dataset, name: str) -> None:
    """Draw the tools of a page and do what a key asked for."""
    model = dataset.manifest.model
    with st.container(key=_KEY):
        found = mount(
            key="nv_page_tools",
            data={
                "steps": page in STEPPED,
                "layers": model.n_layers,
                "neurons": model.n_neurons,
                "place": Place(dataset=name).parameters(),
                "keys": keys_of(page),
                "wide": state.is_wide(),
            },
            on_pressed_change=_step,
            on_window_change=_note_window,
        )
    if (pressed := found.get("pressed")) and pressed.get("random"):
        _go(page, name, _other_neuron(dataset, state.last_neuron(name)))


def keys_of(page: str) -> list[tuple[list[str], str]]:
    """The keys of a page and what each does, in the order of the list that `?` opens."""
    rows = [(["/"], "go to the search box"), (["r"], "a random neuron"), (["?"], "this list")]
    if page in STEPPED:
        return [(["←", "→"], "previous, next neuron"), (["↓", "↑"], "the same neuron one layer lower, higher"), *rows]
    if page == "browse":
        return [(["←", "→"], "previous, next page of the table"), *rows]
    return rows


def _step() -> None:
    """Name the neuron that the keys lead to in the address, before the page is drawn."""
    pressed: Mapping[str, Any] = st.session_state["nv_page_tools"].get("pressed") or {}
    if "neuron" in pressed:
        st.query_params.update({"layer": str(pressed["layer"]), "neuron": str(pressed["neuron"])})


def _note_window() -> None:
    """The browser says how much room there is, once a visit and only where it is not what was thought."""
    told: Mapping[str, Any] = st.session_state["nv_page_tools"].get("window") or {}
    state.remember_wide(bool(told.get("wide")))


def _other_neuron(dataset: Dataset, shown: NeuronId | None) -> NeuronId:
    """A neuron drawn from those that the dataset describes, hardly ever the one that was shown last."""
    drawn = (_any_neuron(dataset) for _ in range(5))
    return next((neuron for neuron in drawn if neuron != shown), shown or NeuronId(0, 0))


def _any_neuron(dataset: Dataset) -> NeuronId:
    """A neuron of the table of Browse; of the whole model where that is empty."""
    total = dataset.count(NeuronFilter())
    model = dataset.manifest.model
    if not total:
        return NeuronId(random.randrange(model.n_layers), random.randrange(model.n_neurons))
    row = cached.page_of_neurons(dataset, NeuronFilter(), sort="layer", limit=1, offset=random.randrange(total))
    return NeuronId(int(row["layer"][0]), int(row["neuron"][0]))


def _go(page: str, name: str, neuron: NeuronId) -> None:
    """Show a neuron: here, where the page is about one, else on its own page."""
    if page not in STEPPED:
        nav.go("neuron", nav.neuron_place(name, neuron))
    st.query_params.update(nav.neuron_place(name, neuron).parameters())
