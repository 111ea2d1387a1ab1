"""The heat maps of the text page: each chosen neuron on the text, and on the pinned one, real above simulated."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import streamlit as st

from neuronview.errors import NotFound
from neuronview.explain.typed import TypedSimulation
from neuronview.records import ActivationRecord, NeuronId, NeuronStatistics, Score
from neuronview.store import Dataset
from neuronview.tokens import visible_quotes
from neuronview.ui import cached, nav, text_simulated, text_token, why_parts
from neuronview.ui.heatmap import Group, Strip, token_heatmaps
from neuronview.ui.heatmap_options import scale_choice
from neuronview.ui.live import How, Known, Reading
from neuronview.ui.plain import html_safe
from neuronview.ui.scores import STATES, headline, marked, number

if TYPE_CHECKING:
    from neuronview.model import SubjectModel

__all__ = ["Side", "heat_maps", "sides"]

STRIPS = "text_strips"
MOST_DRAWN = 20_000
"""Tokens of all strips together, so that a browser stays quick."""


@dataclass(frozen=True, eq=False)
class Side:
    """A text that strips are drawn of; `name` is empty where there is one text only."""

    name: str
    reading: Reading
    how: How


def sides(pinned: Reading | None, reading: Reading, how: How) -> list[Side]:
    """The pinned text, where there is one, before the typed one; read in the same way where it can be."""
    own = Side("" if pinned is None else "B, this text: ", reading, how)
    if pinned is None:
        return [own]
    return [Side("A, pinned: ", pinned, how if how in pinned.ways else pinned.ways[0]), own]


def heat_maps(
    dataset: Dataset, name: str, model: SubjectModel, sides: list[Side], neurons: list[NeuronId], *, known: Known
) -> None:
    """Strips of every neuron on every side; a click or Enter on a token of the last side chooses it."""
    own = sides[-1]
    neurons = _few_enough(neurons, sum(len(side.reading.tokens) for side in sides))
    with st.container(horizontal=True, vertical_alignment="bottom"):
        with st.container(width="content"):
            scale = scale_choice(key="text_scale", maximum=float(known.maxima[neurons[0]]))
        with st.container(width="content"):
            wanted = text_simulated.choice()
    text_token.follow_address(model, own.reading)
    strips = _strips(dataset, model, sides, neurons, wanted, known)
    span = text_token.chosen()
    if span is not None:
        own_strips = range(len(strips) - len(neurons), len(strips))
        for place in own_strips:
            strips[place] = replace(strips[place], chosen=span[0], chosen_last=span[-1])
    if any(math.isnan(strip.maximum) for strip in strips):
        st.caption("The dataset does not store these neurons' maxima: the largest value here has the full colour.")
        scale = {"normalization": "excerpt"} if scale["normalization"] == "neuron" else scale
    difference = any(strip.simulated is not None for strip in strips)
    # Of two texts each neuron's strips stand together; of one, all do.
    step = len(neurons) if len(sides) > 1 else 1
    groups = [Group(strips[place::step]) for place in range(step)]
    token_heatmaps(
        groups, key=STRIPS, dataset=name, breaks=True, difference=difference, on_pick=_picked_on(len(sides)), **scale
    )
    if any("\N{REPLACEMENT CHARACTER}" in token for side in sides for token in side.reading.tokens):
        st.caption("Tokens on one dotted line share a character: the model reads rare characters in several tokens.")
    text_token.chosen_tokens(own.reading, why_parts.ask_why)
    _known_of(dataset, name, neurons)


def _few_enough(neurons: list[NeuronId], n_tokens: int) -> list[NeuronId]:
    fit = max(1, MOST_DRAWN // n_tokens)
    if len(neurons) > fit:
        st.caption(f"In so long a text {fit} of the {len(neurons)} neurons are drawn: the first. Shorten it for more.")
    return neurons[:fit]


def _strips(
    dataset: Dataset, model: SubjectModel, sides: list[Side], neurons: list[NeuronId], wanted: str, known: Known
) -> list[Strip]:
    """All neurons on the first side, then all on the next."""
    read = [
        (neuron, record, side)
        for side in sides
        for neuron, record in zip(
            neurons, cached.typed_records(model, side.reading, tuple(neurons), side.how), strict=True
        )
    ]
    rows = text_simulated.simulated(dataset, [(neuron, record) for neuron, record, _ in read], wanted)
    return [_strip(dataset, *one, row, known) for one, row in zip(read, rows, strict=True)]


def _strip(
    dataset: Dataset,
    neuron: NeuronId,
    record: ActivationRecord,
    side: Side,
    row: TypedSimulation | None,
    known: Known,
) -> Strip:
    heading = f"{neuron} · {side.name}largest value here {number(record.maximum, digits=3)}"
    if row is not None:
        r = "undefined" if math.isnan(row.correlation) else number(row.correlation)
        heading += f" · simulated by {row.explanation.explainer}: r {r}"
    return Strip(
        record,
        neuron,
        float(known.maxima[neuron]),
        simulated=None if row is None else row.expected,
        simulation=None if row is None else row.simulation,
        statistics=_statistics(dataset, neuron),
        heading=heading,
    )


def _picked_on(n_sides: int) -> Callable[[], None]:
    def picked() -> None:
        found = st.session_state[STRIPS].get("picked")
        if not found:
            return
        if int(found[1]) < n_sides - 1:
            st.toast("Tokens are chosen in B. Swap A and B to choose one of the pinned text.")
            return
        text_token.pick(int(found[2]))

    return picked


def _statistics(dataset: Dataset, neuron: NeuronId) -> NeuronStatistics | None:
    """The neuron's distribution over the corpus; None where nothing of it was fetched yet."""
    try:
        return cached.neuron(dataset, neuron).statistics
    except NotFound:
        return None


# --- what is said of them -------------------------------------------------------------------------------------------


def _known_of(dataset: Dataset, name: str, neurons: list[NeuronId]) -> None:
    """For each neuron the way to its page, its best explanation and that one's score."""
    for neuron in neurons:
        explanations = cached.explanations(dataset, neuron)
        best = explanations[0] if explanations else None
        left, right = st.columns([2, 11], vertical_alignment="center")
        with left:
            nav.neuron_link(name, neuron, label=f"Neuron {neuron}")
        with right:
            if best is None:
                st.caption("Not explained yet.")
            else:
                words = f'<span style="overflow-wrap:anywhere">{html_safe(visible_quotes(best.text.strip()))}</span>'
                st.html(f"{words} <small>{_score_html(headline(best))}</small>")


def _score_html(score: Score | None) -> str:
    if score is None:
        return '<span data-nv-score data-state="none">not scored</span>'
    made = f"{score.scorer} by {score.simulator or 'a simulator that is not named'}"
    if score.state != "ok":
        return marked(score, html_safe(f"{STATES[score.state]} ({made})"))
    low, high = score.interval
    interval = "no interval" if math.isnan(low) or math.isnan(high) else f"95 % {number(low)} to {number(high)}"
    n = f"n = {score.n_sequences} excerpts" if score.n_sequences else f"n = {score.n_tokens:,} tokens"
    return marked(score, html_safe(f"score {number(score.value)} ({interval}, {n}; {made})"))
