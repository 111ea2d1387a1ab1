"""The tour: where one is, how far one has come, and the excerpts of a stop without a word on what they share.

The stop, the stops that were revealed and the text against an explanation are in the address; the session keeps the
second for when one comes back.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from typing import Literal

import streamlit as st

from neuronview.errors import BadInput, BadLink, DatasetError
from neuronview.links import Place, parse_layers
from neuronview.records import ActivationRecord, NeuronRecord, whole_number
from neuronview.store import Dataset
from neuronview.ui import cached, frame, nav
from neuronview.ui.heatmap import Group, Strip, token_heatmaps
from neuronview.ui.plain import markdown_safe
from neuronview.ui.problems import say
from neuronview.view.evaluation import neuron_maximum
from neuronview.view.neuron import telling
from neuronview.view.tour import Stop, load_tour

__all__ = [
    "as_ranges",
    "excerpts",
    "go_to",
    "look",
    "progress",
    "reveal",
    "revealed",
    "steps",
    "stop_number",
    "stops_here",
]

SHOWN = 4
_SEEN = "nv_tour_seen"
STOP, SEEN = "stop", "seen"
"""Names in the address."""


def stops_here(dataset: Dataset, name: str) -> tuple[Stop, ...]:
    """The stops of this dataset's tour; stops the run, with ways out, when there is none."""
    try:
        found = load_tour(dataset.folder, fingerprint=dataset.manifest.model.fingerprint)
    except (DatasetError, BadInput) as error:
        say(error)
        st.stop()
    kept = tuple(stop for stop in found if dataset.manifest.model.require(*stop.neuron) is None)
    if kept:
        return kept
    st.info(
        markdown_safe(
            f"Nobody has written a tour of the neurons of “{dataset.manifest.name}”. There is one of the embedded "
            "model; here, the Overview says which neurons to look at first."
        )
    )
    with st.container(horizontal=True):
        default = cached.settings().dataset
        if name != default and st.button("Take the tour of the embedded model", key="tour_elsewhere", type="primary"):
            nav.go("tour", Place(dataset=default))
        nav.link("overview", "Overview of this dataset", place=Place(dataset=name))
    st.stop()


def stop_number(stops: Collection[Stop]) -> int:
    """Which stop the address names, from 1; stops the run, in words, when there is no such stop."""
    asked = st.query_params.get(STOP, "1")
    number = whole_number(asked)
    if number is None or not 1 <= number <= len(stops):
        frame.refuse(
            BadLink(f"stop={asked[:40]} is no stop of this tour: it has stops 1 to {len(stops)}, such as stop=3.")
        )
    return number


def revealed(name: str, stops: Collection[Stop]) -> set[int]:
    """Stops whose answer was revealed: as the address says, else in this visit; the address then says so too."""
    kept: dict[str, list[int]] = st.session_state.setdefault(_SEEN, {})
    asked = st.query_params.get(SEEN)
    if asked is not None:
        try:
            numbers = set(parse_layers(asked)) if asked else set()
        except BadInput:
            numbers = {0}
        if numbers and not numbers <= set(range(1, len(stops) + 1)):
            frame.refuse(
                BadLink(
                    f"seen={asked[:40]} does not name stops of this tour: write numbers from 1 to {len(stops)}, "
                    "as 1-3,7."
                )
            )
        kept[name] = sorted(numbers)
    elif kept.get(name):
        st.query_params[SEEN] = as_ranges(kept[name])
    return set(kept.get(name, []))


def reveal(name: str, number: int) -> None:
    """Count a stop as revealed. For callbacks."""
    kept: dict[str, list[int]] = st.session_state.setdefault(_SEEN, {})
    kept[name] = sorted({*kept.get(name, []), number})
    st.query_params[SEEN] = as_ranges(kept[name])


def go_to(number: int) -> None:
    """Name a stop in the address. For callbacks."""
    st.query_params.pop("text", None)
    st.query_params[STOP] = str(number)


def as_ranges(numbers: Iterable[int]) -> str:
    """Numbers as an address writes them: 1-3,7."""
    runs: list[list[int]] = []
    for number in sorted(numbers):
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return ",".join(str(run[0]) if len(run) == 1 else f"{run[0]}-{run[-1]}" for run in runs)


def progress(stops: Collection[Stop], number: int, seen: Collection[int]) -> None:
    """How many stops have been revealed, and which one this is."""
    st.progress(len(seen) / len(stops), text=f"Stop {number} of {len(stops)}: {len(seen)} of {len(stops)} revealed")


def steps(stops: Collection[Stop], number: int, *, where: str) -> None:
    """Buttons to the stop before and the next one."""
    first, last = number == 1, number == len(stops)
    back, forth = ":material/arrow_back:", ":material/arrow_forward:"
    main: Literal["primary", "secondary"] = "primary" if where == "below" and not last else "secondary"
    with st.container(horizontal=True):
        key = f"tour_previous_{where}"
        st.button("Previous", icon=back, key=key, disabled=first, on_click=go_to, args=(number - 1,))
        key = f"tour_next_{where}"
        st.button("Next", icon=forth, key=key, disabled=last, on_click=go_to, args=(number + 1,), type=main)


def look(name: str, record: NeuronRecord) -> None:
    """A few of the neuron's best excerpts, each of another text, with nothing said of them."""
    st.subheader("Look", anchor=False)
    st.caption(
        f"Neuron {record.id}: some of the excerpts on which it is strongest, the stronger a token's colour the higher "
        "its activation. What do the most strongly coloured tokens have in common?"
    )
    shown_first = replace(record, top=record.first or record.top)
    excerpts(name, record, [entry for _, entry in telling(shown_first, SHOWN)], key="look")


def excerpts(name: str, record: NeuronRecord, found: Sequence[ActivationRecord], *, key: str) -> None:
    """Excerpts as strips, what is around their maxima, under numbers alone."""
    maximum = neuron_maximum(record)
    strips = [
        Strip(entry, record.id, maximum, statistics=record.statistics, heading=f"Excerpt {place}")
        for place, entry in enumerate(found, start=1)
    ]
    identity = f"{record.id.layer}_{record.id.neuron}"
    token_heatmaps([Group(strips)], key=f"tour_{key}_{identity}", dataset=name, length="snippet")
