"""The neurons that fire most for a typed text, or for one token of it, over all neurons of the model."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import streamlit as st

from neuronview.errors import DatasetError
from neuronview.records import NeuronId
from neuronview.stats import Ranking, length_corrected
from neuronview.store import Dataset
from neuronview.tokens import display_text, visible_quotes
from neuronview.ui import cached, nav, text_token
from neuronview.ui.live import Known, Reading, odds, rank
from neuronview.ui.plain import html_safe
from neuronview.ui.scores import number
from neuronview.ui.tables import SCORE_HELP, score_words
from neuronview.ui.text_neurons import add, draw

if TYPE_CHECKING:
    from neuronview.model import SubjectModel

__all__ = ["by_chance", "known_of", "least_known", "ranking"]

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


def ranking(
    dataset: Dataset, name: str, model: SubjectModel, reading: Reading, drawn: list[NeuronId], *, known: Known
) -> None:
    """The neurons for which the text, a span of it or one token, is most unusual."""
    heading = st.container()
    text_token.token_choice(reading)
    span = text_token.chosen()
    n_tokens = len(reading.tokens) if span is None else len(span)
    what = "for this text" if span is None else "at this token" if n_tokens == 1 else f"in these {n_tokens:,} tokens"
    heading.subheader(f"Neurons that fire most {what}", anchor=False)
    by_value = _by_value(known)
    measured = reading.peaks if span is None else cached.peaks_in(model, reading, span)
    found = rank(measured, known, by_value=by_value)
    least = least_known(dataset, measured.n_tokens)
    about = _what_is_ranked(dataset, found, n_tokens=n_tokens, by_value=by_value)
    st.caption(about if by_value else f"{about} {by_chance(found, least=least)}".rstrip())
    page = st.pagination(-(-min(MOST, len(found.layers)) // ROWS), key="text_page")
    _rows(dataset, name, reading, found, drawn, first=(page - 1) * ROWS, least=least)


def _by_value(known: Known) -> bool:
    if known.rarity:
        return st.toggle("Order by raw value instead of by rarity", key="text_by_value", bind="query-params")
    st.info(
        "This dataset does not store how often its neurons reach a value, so nothing is known of rarity: "
        "neurons are ordered by their raw value.",
        icon=":material/straighten:",
    )
    return True


def _what_is_ranked(dataset: Dataset, found: Ranking, *, n_tokens: int, by_value: bool) -> str:
    one_token = n_tokens == 1
    count = f"All {len(found.layers):,} neurons"
    if by_value:
        which = "their value at this token" if one_token else "their largest value in it"
        return f"{count}, by {which}. Neurons differ in scale: those that are large anywhere come first here too."
    corpus = int(dataset.manifest.corpus.get("n_tokens", 0))
    size = f" ({corpus:,} tokens)" if corpus else ""
    how = (
        "how rarely a token of the corpus reaches this value"
        if one_token
        else "how rarely the largest value of so many tokens would be reached, were they independent"
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


def _rows(
    dataset: Dataset,
    name: str,
    reading: Reading,
    found: Ranking,
    drawn: list[NeuronId],
    *,
    first: int,
    least: float,
) -> None:
    places = range(first, min(first + ROWS, len(found.layers)))
    neurons = tuple(NeuronId(int(found.layers[at]), int(found.neurons[at])) for at in places)
    rows = cached.labels(dataset, neurons).to_dict("records")
    for row, (at, neuron) in enumerate(zip(places, neurons, strict=True)):
        with st.container(border=True, key=f"text_row_{row}"):
            left, middle, right = st.columns([3, 9, 4], vertical_alignment="center")
            with left:
                nav.neuron_link(name, neuron, label=f"Neuron {neuron}")
            with middle:
                st.html(_row_html(found, at, rows[row], reading=reading, least=least))
            with right, st.container(horizontal=True, horizontal_alignment="right"):
                _draw_buttons(drawn, neuron, row)


def _draw_buttons(drawn: list[NeuronId], neuron: NeuronId, row: int) -> None:
    st.button(
        "Draw it",
        key=f"text_draw_{row}",
        icon=nav.row("text").icon,
        help="Show this neuron's values in the heat map above, alone.",
        on_click=draw,
        args=([neuron],),
    )
    st.button(
        "Add",
        key=f"text_add_{row}",
        icon=":material/add:",
        help="Show this neuron's values too.",
        disabled=neuron in drawn,
        on_click=add,
        args=(drawn, neuron),
    )


def least_known(dataset: Dataset, n_tokens: int) -> float:
    """Smallest probability that a corpus of this size can tell for so many tokens; 0 unknown."""
    corpus = int(dataset.manifest.corpus.get("n_tokens", 0))
    return float(length_corrected(1 / corpus, n_tokens)) if corpus else 0.0


def _row_html(found: Ranking, at: int, label: Mapping[str, Any], *, reading: Reading, least: float) -> str:
    above, probability = bool(found.above[at]), float(found.probabilities[at])
    position = int(found.positions[at])
    rarity = odds(probability, above=above, least=least)
    excess = f" by {number(float(found.excess[at]), digits=3)}" if above else ""
    explanation = label["explanation"]
    words = html_safe(visible_quotes(explanation) if isinstance(explanation, str) else "Not explained yet.")
    score = f'<small title="{html_safe(SCORE_HELP)}">{html_safe(score_words(label, named=True))}</small>'
    state = "above" if above else "unknown" if np.isnan(probability) else "within"
    return (
        f'<div data-nv-rank="{at + 1}" data-rarity="{state}" data-position="{position}" '
        f'data-value="{found.values[at]:.8g}" style="overflow-wrap:anywhere">'
        f"<div><strong>{html_safe(rarity)}{excess}</strong> · value {number(float(found.values[at]), digits=3)} "
        f"at <code>{html_safe(display_text(reading.tokens[position]))}</code> (position {position:,}, from 0)</div>"
        f'<div style="opacity:0.85">{words} {score}</div></div>'
    )
