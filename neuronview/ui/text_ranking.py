"""The neurons that fire most for a typed text, or for one token of it, over all neurons of the model."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import streamlit as st

from neuronview.errors import DatasetError
from neuronview.records import NeuronId
from neuronview.stats import Ranking, length_corrected
from neuronview.store import Dataset
from neuronview.tokens import display_text
from neuronview.ui import cached, nav
from neuronview.ui.live import Known, Reading, odds, rank
from neuronview.ui.plain import html_safe
from neuronview.ui.scores import number
from neuronview.ui.text_parts import draw
from neuronview.ui.text_token import TOKEN

if TYPE_CHECKING:
    from neuronview.model import SubjectModel

__all__ = ["by_chance", "known_of", "ranking"]

ROWS, MOST = 10, 50


def known_of(dataset: Dataset) -> Known:
    """Tails and maxima of all neurons, nan where the dataset does not store them for every neuron."""
    shape = (dataset.manifest.model.n_layers, dataset.manifest.model.n_neurons)
    try:
        tails, _, probabilities = cached.tails(dataset)
    except DatasetError:
        tails, probabilities = np.full((*shape, 1), np.nan), np.ones(1)
    try:
        maxima = cached.maxima(dataset)
    except DatasetError:
        maxima = np.full(shape, np.nan)
    return Known(tails, probabilities, maxima)


def ranking(dataset: Dataset, name: str, model: SubjectModel, reading: Reading, *, known: Known) -> None:
    """The neurons for which the text, or one token of it, is most unusual."""
    heading = st.container()
    position = _token_choice(reading)
    heading.subheader(
        f"Neurons that fire most {'for this text' if position is None else 'at this token'}", anchor=False
    )
    by_value = _by_value(known)
    measured = reading.peaks if position is None else cached.peaks_at(model, reading, position)
    found = rank(measured, known, by_value=by_value)
    least = _least(dataset, measured.n_tokens)
    about = _what_is_ranked(dataset, found, one_token=position is not None, by_value=by_value)
    st.caption(about if by_value else f"{about} {by_chance(found, least=least)}".rstrip())
    page = st.pagination(-(-min(MOST, len(found.layers)) // ROWS), key="text_page")
    _rows(dataset, name, reading, found, first=(page - 1) * ROWS, least=least)


def _token_choice(reading: Reading) -> int | None:
    """The chosen token's position, or None for the whole text."""
    return st.selectbox(
        "For the whole text, or for one token",
        range(len(reading.tokens)),
        index=None,
        format_func=lambda at: f"{at}: {display_text(reading.tokens[at])}",
        placeholder="The whole text",
        key=TOKEN,
    )


def _by_value(known: Known) -> bool:
    if known.rarity:
        return st.toggle("Order by raw value instead of by rarity", key="text_by_value", bind="query-params")
    st.info(
        "This dataset does not store how often its neurons reach a value, so nothing is known of rarity: "
        "neurons are ordered by their raw value.",
        icon=":material/straighten:",
    )
    return True


def _what_is_ranked(dataset: Dataset, found: Ranking, *, one_token: bool, by_value: bool) -> str:
    count = f"All {len(found.layers):,} neurons"
    if by_value:
        which = "their value at this token" if one_token else "their largest value in the text"
        return f"{count}, by {which}. Neurons differ in scale: those that are large anywhere come first here too."
    corpus = int(dataset.manifest.corpus.get("n_tokens", 0))
    size = f" ({corpus:,} tokens)" if corpus else ""
    how = (
        "how rarely a token of the corpus reaches this value"
        if one_token
        else "how rarely the largest value of so long a text would be reached, were tokens independent"
    )
    return (
        f"{count}, each measured in its own distribution over the corpus{size}: {how}. "
        f"Above anything in the corpus, and therefore first: {int(found.above.sum()):,}."
    )


def by_chance(found: Ranking, *, least: float) -> str:
    """How many neurons of a ranking by rarity chance alone would make as rare as its first ones; "" where not known.

    Among thousands of neurons some are always rare: N times the probability is how many to expect. `least` is the
    probability of exceeding the corpus, 0 unknown.
    """
    known = found.above | ~np.isnan(found.probabilities)
    total, above = int(known.sum()), int(found.above.sum())
    parts = [f"{_expected(total * least)} would be above the corpus"] if above and least else []
    if above < total:
        probability = float(found.probabilities[known & ~found.above].min())
        which = "first of the others" if above else "first"
        expected = _expected(total * probability)
        parts.append(f"{expected} would be at least as rare as the {which} ({odds(probability)})")
    return f"By chance alone, of {total:,} neurons {' and '.join(parts)}." if parts else ""


def _expected(count: float) -> str:
    """An expected number of neurons; two digits are all that it is good for."""
    return f"about {float(f'{count:.2g}'):,.0f}" if count >= 0.95 else "fewer than one"


def _rows(dataset: Dataset, name: str, reading: Reading, found: Ranking, *, first: int, least: float) -> None:
    places = range(first, min(first + ROWS, len(found.layers)))
    neurons = tuple(NeuronId(int(found.layers[at]), int(found.neurons[at])) for at in places)
    labels = cached.labels(dataset, neurons)
    for row, (at, neuron) in enumerate(zip(places, neurons, strict=True)):
        with st.container(border=True, key=f"text_row_{row}"):
            left, middle, right = st.columns([3, 10, 2], vertical_alignment="center")
            with left:
                nav.neuron_link(name, neuron, label=f"Neuron {neuron}")
            with middle:
                st.html(_row_html(found, at, labels["explanation"].iloc[row], reading=reading, least=least))
            with right:
                st.button(
                    "Draw it",
                    key=f"text_draw_{row}",
                    icon=nav.row("text").icon,
                    help="Show this neuron's values in the heat map above.",
                    on_click=draw,
                    args=([neuron],),
                )


def _least(dataset: Dataset, n_tokens: int) -> float:
    """Smallest probability that a corpus of this size can tell for so many tokens; 0 unknown."""
    corpus = int(dataset.manifest.corpus.get("n_tokens", 0))
    return float(length_corrected(1 / corpus, n_tokens)) if corpus else 0.0


def _row_html(found: Ranking, at: int, explanation: object, *, reading: Reading, least: float) -> str:
    above, probability = bool(found.above[at]), float(found.probabilities[at])
    position = int(found.positions[at])
    rarity = odds(probability, above=above, least=least)
    excess = f" by {number(float(found.excess[at]), digits=3)}" if above else ""
    words = html_safe(explanation if isinstance(explanation, str) else "Not explained yet.")
    state = "above" if above else "unknown" if np.isnan(probability) else "within"
    return (
        f'<div data-nv-rank="{at + 1}" data-rarity="{state}" data-position="{position}" '
        f'data-value="{found.values[at]:.8g}">'
        f"<div><strong>{html_safe(rarity)}{excess}</strong> · value {number(float(found.values[at]), digits=3)} "
        f"at <code>{html_safe(display_text(reading.tokens[position]))}</code> (token {position:,})</div>"
        f'<div style="opacity:0.85;overflow-wrap:anywhere">{words}</div></div>'
    )
