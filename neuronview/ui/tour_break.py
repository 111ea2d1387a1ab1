"""The tour: a text against an explanation, run through the dataset's model; and the way on to GPT-2.

The model is loaded when a text is asked about, not before.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import streamlit as st

from neuronview.errors import NeuronViewError
from neuronview.explain.typed import TypedSimulation, simulate_typed
from neuronview.links import MAX_TEXT, Place
from neuronview.records import ActivationRecord, Explanation, NeuronRecord
from neuronview.scoring import mistakes
from neuronview.store import Dataset
from neuronview.ui import cached, frame, nav
from neuronview.ui.heatmap import Group, Strip, token_heatmaps
from neuronview.ui.plain import markdown_safe
from neuronview.ui.problems import say
from neuronview.ui.scores import number
from neuronview.view.breaking import failure_words, failures
from neuronview.view.evaluation import neuron_maximum
from neuronview.view.tour import Stop

__all__ = ["break_it", "way_on"]


def break_it(dataset: Dataset, name: str, stop: Stop, record: NeuronRecord, told: Explanation | None) -> None:
    """A text of one's own, real above simulated, and in a sentence where the two part."""
    st.subheader("Break it", anchor=False)
    if told is None or not told.rule:
        st.caption("There is no explanation here that a rule can simulate, so there is none to break.")
        return
    asked = frame.place().text
    key = f"tour_break_{record.id.layer}_{record.id.neuron}"
    if key not in st.session_state:
        st.session_state[key] = asked if asked is not None else stop.breaks
    st.caption(
        "Find a text on which the explanation fails: where it names what leaves the neuron cold, or the neuron fires "
        "on what it does not name. "
        + ("The text is one that we found; change it, or write your own." * bool(stop.breaks))
    )
    with st.form(f"{key}_form", border=False):
        st.text_area("Your text", key=key, max_chars=MAX_TEXT, height=100)
        st.form_submit_button(
            "See where it fails", icon=":material/bolt:", key=f"{key}_go", type="primary", on_click=_ask, args=(key,)
        )
    if asked is not None:
        _result(dataset, name, record, told, asked)


def _ask(key: str) -> None:
    """Put the text into the address, from which it is read."""
    st.query_params["text"] = str(st.session_state[key])


def _result(dataset: Dataset, name: str, record: NeuronRecord, told: Explanation, text: str) -> None:
    try:
        model = cached.model(dataset)
        typed = cached.typed_records(model, cached.reading(dataset, model, text), (record.id,), "windows")[0]
        found = simulate_typed(record, told, typed)
    except NeuronViewError as error:
        say(error)
        return
    maximum = neuron_maximum(record)
    if found.uncalibrated:
        st.caption(markdown_safe(f"The simulated row is as the rule gives it. {found.uncalibrated}"))
    else:
        failed = failures(typed.tokens, typed.activations, found.expected, maximum)
        st.info(markdown_safe(failure_words(failed, maximum)), icon=":material/bolt:" if failed else ":material/check:")
    _strip(name, record, typed, found, maximum)
    nav.link("text", "Which neurons it is most unusual for", place=nav.neuron_place(name, record.id, text=text))


def _strip(name: str, record: NeuronRecord, typed: ActivationRecord, found: TypedSimulation, maximum: float) -> None:
    wrong, missed = mistakes(typed.activations, found.expected, maximum)
    kinds = (("false-positive", wrong), ("miss", missed))
    marks = {int(place): kind for kind, where in kinds for place in np.flatnonzero(where)}
    strip = Strip(
        typed,
        record.id,
        maximum,
        simulated=found.expected,
        simulation=found.simulation,
        statistics=record.statistics,
        heading=f"Your text, recomputed · r {number(found.correlation)}",
        marks={} if found.uncalibrated else marks,
    )
    token_heatmaps(
        [Group([strip])],
        key=f"tour_broken_{record.id.layer}_{record.id.neuron}",
        dataset=name,
        own_scale=bool(found.uncalibrated),
        difference=not found.uncalibrated,
        breaks=True,
    )


def way_on(name: str, stops: Sequence[Stop], number: int, seen: int) -> None:
    """One button to the published neurons of GPT-2; more is said at the end."""
    st.divider()
    if number == len(stops):
        st.subheader("The end of the tour", anchor=False)
        st.text(
            f"{seen} of {len(stops)} stops revealed. These are neurons of a model small enough to ship. The same pages "
            "show the neurons of GPT-2, explained by GPT-4: the files are fetched from the public store when you ask, "
            "or read from a copy where there is no network."
        )
    with st.container(horizontal=True):
        if st.button(
            "See the published neurons of GPT-2",
            icon=nav.row("data").icon,
            key="tour_to_gpt2",
            type="primary" if number == len(stops) else "secondary",
            help="Opens the form that adds the 36,864 neurons of GPT-2 small; it says how much is to be fetched.",
        ):
            st.session_state["data_add_set"] = "gpt2-small"
            nav.go("data", Place(dataset=name))
        if st.button("Browse all neurons of this model", icon=nav.row("browse").icon, key="tour_to_browse"):
            nav.go("browse", Place(dataset=name))
