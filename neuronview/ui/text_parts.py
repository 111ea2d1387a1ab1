"""Parts of the text page: the text and where it comes from, the neurons to draw, and their heat maps."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING

import streamlit as st

from neuronview.demo.passages_written import WrittenPassage
from neuronview.errors import BadInput, NeuronViewError, NotFound
from neuronview.links import MAX_TEXT, Place, format_neurons, parse_neurons
from neuronview.records import NeuronId, NeuronStatistics
from neuronview.store import Dataset
from neuronview.ui import cached, nav, text_token
from neuronview.ui.heatmap import Group, Strip, token_heatmaps
from neuronview.ui.heatmap_options import scale_choice
from neuronview.ui.live import MOST_TOKENS, How, Known, Reading, what_fits
from neuronview.ui.model_parts import model_field
from neuronview.ui.plain import markdown_safe
from neuronview.ui.scores import number

if TYPE_CHECKING:
    from neuronview.model import SubjectModel

__all__ = [
    "chosen_neurons",
    "draw",
    "heat_maps",
    "missing_model",
    "reading_choice",
    "text_input",
    "unusable",
]

TEXT, TITLE, NEURONS = "text_typed", "text_title", "text_neurons_typed"
"""Keys of widgets."""
SEEN = "text_seen_in_address"
ALSO = "also"
"""Query parameter with the neurons after the first."""
READINGS: dict[How, str] = {"at_once": "the whole text at once", "windows": "in windows"}


# --- the text ------------------------------------------------------------------------------------------------------


def text_input(place: Place) -> str:
    """The text to read: typed, one of the written passages, or the address's."""
    passages = cached.passages()
    _follow_address(place, passages)
    st.selectbox(
        "Start from a written passage",
        range(len(passages)),
        index=None,
        format_func=lambda index: f"{passages[index].title} ({passages[index].kind})",
        placeholder="Choose one of ours, or type below",
        key=TITLE,
        on_change=_take_passage,
        args=(passages,),
    )
    text = st.text_area("Text", key=TEXT, height=150, on_change=_typed, help="Press Ctrl+Enter when you are done.")
    if len(text or "") > MAX_TEXT:
        st.caption(f"More than {MAX_TEXT:,} characters do not fit into the address: this page cannot be linked to.")
    return text or ""


def _follow_address(place: Place, passages: list[WrittenPassage]) -> None:
    """Take the address's text when it is new; the first passage when there is none yet."""
    if place.text is not None and place.text != st.session_state.get(SEEN):
        if place.text != st.session_state.get(TEXT):
            _forget_choices(in_address=False)
        st.session_state[TEXT] = place.text
        st.session_state[SEEN] = place.text
    elif TEXT not in st.session_state:
        st.session_state[TEXT] = st.session_state.get(SEEN) or (passages[0].text if passages else "")


def _take_passage(passages: list[WrittenPassage]) -> None:
    index = st.session_state[TITLE]
    if index is not None:
        st.session_state[TEXT] = passages[index].text
        _typed()


def _typed() -> None:
    text = st.session_state[TEXT] or ""
    st.session_state[SEEN] = text
    _forget_choices()
    if len(text) > MAX_TEXT:
        st.query_params.pop("text", None)
    else:
        st.query_params["text"] = text


def _forget_choices(*, in_address: bool = True) -> None:
    """A token and a page of the ranking belong to the text that they were chosen for."""
    text_token.forget(in_address=in_address)
    st.session_state.pop("text_page", None)


# --- neurons -------------------------------------------------------------------------------------------------------


def chosen_neurons(dataset: Dataset, place: Place, *, fallback: Callable[[], tuple[NeuronId, str]]) -> list[NeuronId]:
    """The neurons to draw: the address's, changed by typing; `fallback` when it names none. Stops when wrong."""
    why = ""
    try:
        also = parse_neurons(st.query_params[ALSO]) if st.query_params.get(ALSO) else []
        first = [place.neuron_id] if place.neuron_id else []
        chosen = list(dict.fromkeys(dataset.require(neuron) for neuron in [*first, *also]))
    except NeuronViewError as error:
        st.error(markdown_safe(str(error)), title="This address cannot be shown")
        st.button("Read the text without it", key="text_without", icon=nav.row("text").icon, on_click=_draw_none)
        st.stop()
    if not chosen:
        neuron, why = fallback()
        chosen = [neuron]
    shown = format_neurons(chosen)
    st.session_state.setdefault(NEURONS, shown)
    if st.session_state.get("text_neurons_shown") != shown:
        st.session_state[NEURONS] = st.session_state["text_neurons_shown"] = shown
    st.text_input(
        "Neurons to draw",
        key=NEURONS,
        on_change=_neurons_typed,
        args=(dataset,),
        help="Such as 2:17, or 0:5, 2:17, 3:1.",
    )
    if problem := st.session_state.pop("text_neurons_problem", None):
        st.error(markdown_safe(problem))
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


def _draw_none() -> None:
    for name in ("layer", "neuron", ALSO):
        st.query_params.pop(name, None)


def _neurons_typed(dataset: Dataset) -> None:
    try:
        wanted = [dataset.require(neuron) for neuron in parse_neurons(st.session_state[NEURONS] or "")]
    except NeuronViewError as error:
        st.session_state["text_neurons_problem"] = str(error)
        return
    draw(wanted)


# --- heat maps -------------------------------------------------------------------------------------------------------


def reading_choice(model: SubjectModel, reading: Reading) -> How:
    """How the heat maps read the text: at once where it fits, on request in windows. Says what that means."""
    ways = reading.ways
    how = ways[0]
    if len(ways) > 1:
        how = st.segmented_control(
            "Read for the heat map",
            ways,
            default=how,
            format_func=READINGS.__getitem__,
            key="text_reading",
            bind="query-params",
            required=True,
        )
    if how == "windows" and len(ways) == 1:
        st.warning(
            f"The text has {len(reading.tokens):,} tokens; this model reads {reading.context:,} at a time. "
            "So all of it is read in windows.",
            icon=":material/straighten:",
        )
        _cut_button(what_fits(model, reading.text, reading.context))
    st.caption(_how_read(reading, how))
    return how


def _how_read(reading: Reading, how: How) -> str:
    """How the values were read, for the heat map and for the ranking below it."""
    count = f"{len(reading.tokens):,} tokens" if len(reading.tokens) != 1 else "1 token"
    after = f", after {reading.leading}" if reading.leading else ""
    if reading.ways == ("at_once",):
        return f"{count}, recomputed now: read at once{after}, as the excerpts of the corpus were."
    windows = f"windows of {reading.window} tokens, like the excerpts of the corpus (each{after}, overlapping by half)"
    if how == "windows":
        return f"{count}, recomputed now in {windows}. The ranking below uses these values."
    return (
        f"{count}, recomputed now, each read with all the text before it{after}. The ranking below reads {windows}, "
        "so its values can differ."
    )


def heat_maps(
    dataset: Dataset,
    name: str,
    model: SubjectModel,
    reading: Reading,
    neurons: list[NeuronId],
    *,
    how: How,
    known: Known,
) -> None:
    """One strip for each neuron over the whole text; a click or Enter on a token chooses it."""
    scale = scale_choice(key="text_scale", maximum=float(known.maxima[neurons[0]]))
    labels = cached.labels(dataset, tuple(neurons))
    text_token.follow_address(model, reading)
    chosen = st.session_state.get(text_token.TOKEN)
    strips = []
    for at, record in enumerate(cached.typed_records(model, reading, tuple(neurons), how)):
        neuron, text = neurons[at], labels["explanation"].iloc[at]
        heading = f"{neuron} · largest value here {number(record.maximum, digits=3)}" + (
            f" · {text}" if isinstance(text, str) else ""
        )
        maximum = float(known.maxima[neuron])
        statistics = _statistics(dataset, neuron)
        strips.append(Strip(record, neuron, maximum, statistics=statistics, heading=heading, chosen=chosen))
    if any(math.isnan(strip.maximum) for strip in strips):
        st.caption("The dataset does not store these neurons' maxima: the largest value here has the full colour.")
        scale = {"normalization": "excerpt"} if scale["normalization"] == "neuron" else scale
    token_heatmaps([Group(strips)], key="text_strips", dataset=name, breaks=True, on_pick=text_token.picked, **scale)
    if any("\N{REPLACEMENT CHARACTER}" in token for token in reading.tokens):
        st.caption("Tokens on one dotted line share a character: the model reads rare characters in several tokens.")
    with st.container(horizontal=True, vertical_alignment="center"):
        for neuron in neurons:
            nav.neuron_link(name, neuron, label=f"Neuron {neuron}")
    text_token.chosen_token(reading, chosen)


def _statistics(dataset: Dataset, neuron: NeuronId) -> NeuronStatistics | None:
    """The neuron's distribution over the corpus; None where nothing of it was fetched yet."""
    try:
        return cached.neuron(dataset, neuron).statistics
    except NotFound:
        return None


# --- what cannot be read --------------------------------------------------------------------------------------------


def missing_model(dataset: Dataset, error: NeuronViewError) -> None:
    """Say that the model is not here, ask where it is, and say what still works."""
    st.error(markdown_safe(str(error)), title="The model cannot be used")
    model_field(dataset, key="text_model")
    st.caption(f"Or in a terminal: `python -m neuronview datasets model {dataset.folder.name} FOLDER`")
    st.caption("Everything that was stored still works: browse the neurons and their excerpts.")
    nav.link("browse", "Browse", icon=nav.row("browse").icon)


def unusable(error: BadInput, model: SubjectModel, text: str) -> None:
    """Say what is wrong with the text; where it is too long, offer the part of it that is read here."""
    st.warning(markdown_safe(str(error)), icon=":material/edit_note:")
    try:
        fitting = what_fits(model, text, MOST_TOKENS)
    except BadInput:
        return
    if fitting.strip() and fitting != text:
        _cut_button(fitting)


def _cut_button(fitting: str) -> None:
    st.button("Keep what fits", key="text_cut", icon=":material/content_cut:", on_click=_keep, args=(fitting,))


def _keep(fitting: str) -> None:
    st.session_state[TEXT] = fitting
    _typed()
