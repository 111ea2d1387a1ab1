"""Parts of the text page: the text and where it comes from, its tokens, and the neurons that fire most for it."""

from __future__ import annotations

import streamlit as st

from neuronview.demo.passages_written import WrittenPassage
from neuronview.errors import BadInput, NeuronViewError
from neuronview.links import MAX_TEXT, Place, format_neurons, parse_neurons
from neuronview.records import NeuronId
from neuronview.stats import Ranking, length_corrected
from neuronview.store import Dataset
from neuronview.tokens import display_text
from neuronview.ui import cached, nav
from neuronview.ui.heatmap import Group, Strip, token_heatmaps
from neuronview.ui.live import Reading, beginning, odds, rank, record_of
from neuronview.ui.neuron_parts import normalization_choice
from neuronview.ui.plain import html_safe, html_table, markdown_safe
from neuronview.ui.scores import number

__all__ = ["chosen_neurons", "heat_maps", "missing_model", "ranking", "text_input", "token_table", "unusable"]

TEXT, TITLE, NEURONS, TOKEN = "text_typed", "text_title", "text_neurons_typed", "text_token"
SEEN = "text_seen_in_address"
ALSO = "also"
"""Query parameter with the neurons after the first."""
ROWS, MOST = 10, 50


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
    st.session_state.pop(TOKEN, None)
    st.session_state.pop("text_page", None)
    if len(text) > MAX_TEXT:
        st.query_params.pop("text", None)
    else:
        st.query_params["text"] = text


# --- neurons -------------------------------------------------------------------------------------------------------


def chosen_neurons(dataset: Dataset, place: Place, *, fallback: NeuronId) -> list[NeuronId]:
    """The neurons to draw: the address's, changed by typing; `fallback` when it names none. Stops when wrong."""
    try:
        also = parse_neurons(st.query_params[ALSO]) if st.query_params.get(ALSO) else []
        first = [place.neuron_id] if place.neuron_id else []
        chosen = list(dict.fromkeys(dataset.require(neuron) for neuron in [*first, *also])) or [fallback]
    except NeuronViewError as error:
        st.error(markdown_safe(str(error)), title="This address cannot be shown")
        nav.link("text", "Read the text without it", place=Place(place.dataset, text=place.text))
        st.stop()
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
    return chosen


def _neurons_typed(dataset: Dataset) -> None:
    try:
        wanted = [dataset.require(neuron) for neuron in parse_neurons(st.session_state[NEURONS] or "")]
    except NeuronViewError as error:
        st.session_state["text_neurons_problem"] = str(error)
        return
    st.query_params.update({"layer": str(wanted[0].layer), "neuron": str(wanted[0].neuron)})
    if wanted[1:]:
        st.query_params[ALSO] = format_neurons(wanted[1:])
    else:
        st.query_params.pop(ALSO, None)


# --- tokens and heat maps --------------------------------------------------------------------------------------------


def heat_maps(dataset: Dataset, name: str, reading: Reading, neurons: list[NeuronId]) -> None:
    """One strip for each neuron over the whole text; a click or Enter on a token chooses it."""
    leading = f" {reading.leading} stands before the text and is not shown." if reading.leading else ""
    st.caption(f"{len(reading.tokens)} tokens, recomputed now.{leading} Click a token to rank neurons for it alone.")
    normalization = normalization_choice(key="text_scale")
    maxima, labels = cached.maxima(dataset), cached.labels(dataset, tuple(neurons))
    strips = []
    for at, neuron in enumerate(neurons):
        record = record_of(reading, neuron)
        text = labels["explanation"].iloc[at]
        heading = f"{neuron} · maximum {number(record.maximum, digits=3)}" + (
            f" · {text}" if isinstance(text, str) else ""
        )
        maximum = float(maxima[neuron])
        strips.append(Strip(record, neuron, maximum, heading=heading, chosen=st.session_state.get(TOKEN)))
    token_heatmaps(
        [Group(strips)], key="text_strips", dataset=name, normalization=normalization, breaks=True, on_pick=_picked
    )
    with st.container(horizontal=True):
        for neuron in neurons:
            nav.neuron_link(name, neuron, label=f"Neuron {neuron}")


def _picked() -> None:
    picked = st.session_state["text_strips"].get("picked")
    if picked:
        position = int(picked[2])
        st.session_state[TOKEN] = None if st.session_state.get(TOKEN) == position else position


def token_table(reading: Reading) -> None:
    """Tokens with their ids, for those who want to read them as a list."""
    with st.expander(f"Tokens and ids ({len(reading.tokens)})", key="text_tokens", on_change="rerun") as panel:
        if panel.open:
            rows = [
                [str(position), f"<code>{html_safe(display_text(token))}</code>", str(token_id)]
                for position, (token, token_id) in enumerate(zip(reading.tokens, reading.token_ids, strict=True))
            ]
            st.html(html_table(("Position", "Token", "Id"), rows))


# --- all neurons -----------------------------------------------------------------------------------------------------


def ranking(dataset: Dataset, name: str, reading: Reading, text: str) -> None:
    """The neurons for which the text, or one token of it, is most unusual."""
    st.subheader("Neurons that fire most for this text", anchor=False)
    position = _token_choice(reading)
    by_value = st.toggle("Order by raw value instead of by rarity", key="text_by_value", bind="query-params")
    try:
        tails, _, probabilities = cached.tails(dataset)
    except NeuronViewError as error:
        st.error(markdown_safe(str(error)))
        return
    length = int(dataset.manifest.raw.get("excerpt_tokens") or len(reading.tokens))
    measured = beginning(reading, length) if position is None else reading
    found = rank(measured, tails, probabilities, maxima=cached.maxima(dataset), position=position, by_value=by_value)
    st.caption(_what_is_ranked(dataset, found, position))
    _beyond_the_corpus(length, len(reading.tokens), position)
    page = st.pagination(-(-min(MOST, len(found.layers)) // ROWS), key="text_page")
    least = _least(dataset, measured, position)
    _rows(dataset, name, measured, found, first=(page - 1) * ROWS, text=text, least=least)


def _token_choice(reading: Reading) -> int | None:
    """The chosen token's position, or None for the whole text."""
    if (st.session_state.get(TOKEN) or 0) >= len(reading.tokens):
        st.session_state[TOKEN] = None
    return st.selectbox(
        "For the whole text, or for one token",
        range(len(reading.tokens)),
        index=None,
        format_func=lambda at: f"{at}: {display_text(reading.tokens[at])}",
        placeholder="The whole text",
        key=TOKEN,
    )


def _what_is_ranked(dataset: Dataset, found: Ranking, position: int | None) -> str:
    corpus = int(dataset.manifest.corpus.get("n_tokens", 0))
    size = f" ({corpus:,} tokens)" if corpus else ""
    how = (
        "how rarely the largest value of so long a text would be reached, were tokens independent"
        if position is None
        else "how rarely a token of the corpus reaches this value"
    )
    return (
        f"All {len(found.layers):,} neurons, each measured in its own distribution over the corpus{size}: {how}. "
        f"Above anything in the corpus, and therefore first: {int(found.above.sum()):,}."
    )


def _beyond_the_corpus(length: int, n_tokens: int, position: int | None) -> None:
    """Say it where the corpus has nothing to measure a place in the text by: there, what counts places is extreme."""
    if position is None and n_tokens > length:
        st.caption(
            f"Ranked by the first {length} of {n_tokens} tokens: the corpus was read {length} tokens at a time, so it "
            "tells nothing of places further on. Choose a token there to rank neurons for it alone."
        )
    elif position is not None and position >= length:
        st.warning(
            f"This token stands beyond the {length} tokens at a time in which the corpus was read. Neurons that go by "
            "the place in the text may be extreme here for that reason alone.",
            icon=":material/straighten:",
        )


def _rows(
    dataset: Dataset, name: str, reading: Reading, found: Ranking, *, first: int, text: str, least: float
) -> None:
    places = range(first, min(first + ROWS, len(found.layers)))
    neurons = tuple(NeuronId(int(found.layers[at]), int(found.neurons[at])) for at in places)
    labels = cached.labels(dataset, neurons)
    for row, (at, neuron) in enumerate(zip(places, neurons, strict=True)):
        with st.container(border=True, horizontal=True, vertical_alignment="center", key=f"text_row_{row}"):
            nav.neuron_link(name, neuron, label=f"Neuron {neuron}")
            token = reading.tokens[int(found.positions[at])]
            st.html(_row_html(found, at, labels["explanation"].iloc[row], token=token, least=least))
            kept = text if len(text) <= MAX_TEXT else None
            nav.link("text", "Draw it", place=nav.neuron_place(name, neuron, text=kept), icon=nav.row("text").icon)


def _least(dataset: Dataset, reading: Reading, position: int | None) -> float:
    """Smallest probability that a corpus of this size can tell, for one token or for the whole text; 0 unknown."""
    corpus = int(dataset.manifest.corpus.get("n_tokens", 0))
    if not corpus:
        return 0.0
    return float(length_corrected(1 / corpus, 1 if position is not None else len(reading.tokens)))


def _row_html(found: Ranking, at: int, explanation: object, *, token: str, least: float) -> str:
    above = bool(found.above[at])
    rarity = odds(float(found.probabilities[at]), above=above, least=least)
    excess = f" by {number(float(found.excess[at]), digits=3)}" if above else ""
    words = html_safe(explanation if isinstance(explanation, str) else "Not explained yet.")
    state = "above" if above else "within"
    return (
        f'<div data-nv-rank="{at + 1}" data-rarity="{state}" data-value="{found.values[at]:.8g}">'
        f"<div><strong>{html_safe(rarity)}{excess}</strong> · value {number(float(found.values[at]), digits=3)} "
        f"at <code>{html_safe(display_text(token))}</code></div>"
        f'<div style="opacity:0.85;overflow-wrap:anywhere">{words}</div></div>'
    )


def missing_model(error: NeuronViewError) -> None:
    """Say that the model is not here, and what still works."""
    st.error(markdown_safe(str(error)), title="The model cannot be used")
    st.caption("Everything that was stored still works: browse the neurons and their excerpts.")
    nav.link("browse", "Browse", icon=nav.row("browse").icon)


def unusable(error: BadInput, *, fitting: str) -> None:
    """Say what is wrong with the text, and offer the part of it that fits."""
    st.warning(markdown_safe(str(error)), icon=":material/edit_note:")
    if fitting.strip():
        st.button("Keep what fits", key="text_cut", icon=":material/content_cut:", on_click=_keep, args=(fitting,))


def _keep(fitting: str) -> None:
    st.session_state[TEXT] = fitting
    _typed()
