"""Edit the model: neurons scaled or fixed, and what the model then says next about one's own text."""

from __future__ import annotations

import html
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import plotly.graph_objects as go
import streamlit as st

from neuronview.errors import BadInput
from neuronview.links import format_neurons, parse_neurons
from neuronview.records import NeuronId
from neuronview.store import Dataset
from neuronview.ui import expected
from neuronview.ui.charts import colours, show
from neuronview.ui.expected import percent, quoted
from neuronview.ui.live import Reading
from neuronview.ui.panels import live_section
from neuronview.ui.plain import html_safe, html_table, markdown_safe
from neuronview.ui.scores import number
from neuronview.ui.wrong_values import tell_number, tell_unknown

if TYPE_CHECKING:
    from neuronview.model import SubjectModel
    from neuronview.model.editing import Comparison, Edit

__all__ = ["edit_the_model", "edit_these"]

CONTINUED = 30
"""Tokens of a continuation: a few sentences, and seconds on a small computer."""
LIKELIEST, DRAWN = "the likeliest", "drawn"
OPENED = "text_edit"
"""Key of the section: whether it is open."""
TEMPERATURES, MOST_SEED = (0.1, 2.0), 999_999
NEURONS, _TYPED, _SHOWN = "edit_neurons", "edit_neurons_typed", "edit_neurons_shown"
"""Query parameter with the neurons to edit; key of the field; what it showed of the address."""
SCALE, FIX = "times a factor", "fixed at a value"


def edit_the_model(dataset: Dataset, model: SubjectModel, reading: Reading, drawn: list[NeuronId]) -> None:
    """A section that is worked out when it is opened; the neurons drawn above where none is named."""
    live_section(
        "Edit the model: scale or fix neurons, and see what it says then",
        OPENED,
        lambda: _panel(dataset, model, reading, drawn),
    )


def edit_these(neurons: list[NeuronId]) -> None:
    """Open the section with these neurons in it; for callbacks of other sections, which then run the page again."""
    st.query_params[NEURONS] = format_neurons(neurons)
    st.session_state[OPENED] = True


def _panel(dataset: Dataset, model: SubjectModel, reading: Reading, drawn: list[NeuronId]) -> None:
    edits = _edits(dataset, drawn)
    ids = _what_is_read(model, reading)
    comparison = expected.compared(model, edits, ids)
    st.markdown(_in_words(edits, comparison))
    left, right = st.columns([5, 6])
    with left:
        _table(model, comparison)
    with right:
        _bars(model, comparison)
    if st.toggle(
        f"Continue the text by {CONTINUED} tokens, before and after", key="edit_continue", bind="query-params"
    ):
        _continuations(model, edits, ids, _luck())


def _edits(dataset: Dataset, drawn: list[NeuronId]) -> tuple[Edit, ...]:
    """What the fields say; raises BadInput or NotFound when that is no edit."""
    # Not bound to the address: a bound field that another section fills is not written there.
    kept = st.query_params.get(NEURONS, "")
    if st.session_state.get(_SHOWN) != kept:
        st.session_state[_TYPED] = st.session_state[_SHOWN] = kept
    tell_unknown("edit_way", (SCALE, FIX))
    left, middle, right = st.columns([5, 4, 3], vertical_alignment="bottom")
    named = left.text_input(
        "Neurons to edit",
        key=_TYPED,
        max_chars=2000,
        on_change=_typed,
        placeholder=f"{format_neurons(drawn)} (drawn above)",
        help="Such as 2:17, or 0:5, 2:17, 3:1. Empty: those that are drawn above.",
    )
    way = middle.segmented_control(
        "Their activation", [SCALE, FIX], default=SCALE, key="edit_way", bind="query-params", required=True
    )
    amount = right.text_input(
        "Factor" if way == SCALE else "Value",
        value="0",
        key="edit_amount",
        help="0 switches off; a factor of 1 leaves as is, −1 turns round.",
        bind="query-params",
    )
    neurons = [dataset.require(neuron) for neuron in parse_neurons(named)] if named and named.strip() else drawn
    from neuronview.model.editing import fix, scale

    return (scale if way == SCALE else fix)(neurons, _amount(amount or ""))


def _typed() -> None:
    typed = (st.session_state[_TYPED] or "").strip()
    st.session_state[_SHOWN] = typed
    if typed:
        st.query_params[NEURONS] = typed
    else:
        st.query_params.pop(NEURONS, None)


def _amount(text: str) -> float:
    try:
        amount = float(text.strip().replace("−", "-"))
    except ValueError:
        amount = math.nan
    if not math.isfinite(amount):
        raise BadInput(f"“{text[:40]}” is no number to edit by. Write one such as 0, 2.5 or -1.")
    return amount


def _what_is_read(model: SubjectModel, reading: Reading) -> tuple[int, ...]:
    """The end of the text that leaves room for a continuation; says so where that is not all of it."""
    room = max(1, model.max_tokens - CONTINUED)
    if len(reading.token_ids) > room:
        st.caption(
            f"Read from the last {room:,} of {len(reading.token_ids):,} tokens: the model reads "
            f"{model.max_tokens:,} at a time, with those that it adds."
        )
    return reading.token_ids[-room:]


def _in_words(edits: tuple[Edit, ...], comparison: Comparison) -> str:
    neurons = format_neurons([edit.neuron for edit in edits]).replace(",", ", ")
    amount = f"{edits[0].amount:g}".replace("-", "−")
    what = f"times {amount}" if edits[0].way == "scale" else f"fixed at {amount}"
    return markdown_safe(
        f"{'Neuron' if len(edits) == 1 else 'Neurons'} {neurons} {what} at every token. The next token's "
        f"probabilities move by a Jensen-Shannon divergence of {_nats(comparison.divergence)} nats "
        "(0: not at all; 0.693: to wholly other tokens)."
    )


def _nats(divergence: float) -> str:
    """Never a zero that is none."""
    return "less than 0.0001" if 0 < divergence < 1e-4 else number(divergence, digits=4)


def _table(model: SubjectModel, comparison: Comparison) -> None:
    rows = [
        [
            f"<code>{html_safe(quoted(model, token.token_id))}</code>",
            percent(token.before),
            percent(token.after),
            f"{token.rank_before:,} → {token.rank_after:,}",
        ]
        for token in comparison.tokens
    ]
    st.html(html_table(("Next token", "Before", "After", "Rank"), rows, wrap=False))


def _bars(model: SubjectModel, comparison: Comparison) -> None:
    # One label for each place: two tokens may look alike, and a chart would draw them as one.
    names = [quoted(model, token.token_id) + "\u200b" * place for place, token in enumerate(comparison.tokens)]
    hues = colours()
    figure = go.Figure()
    series = {
        "before": ([token.before for token in comparison.tokens], hues["first"], ""),
        "after": ([token.after for token in comparison.tokens], hues["second"], "/"),
    }
    for name, (values, hue, shape) in series.items():
        figure.add_trace(
            go.Bar(
                x=[100 * value for value in values],
                y=[html.escape(label, quote=False) for label in names],  # Plotly reads a little HTML
                name=name,
                orientation="h",
                marker={"color": hue, "pattern": {"shape": shape}},
                hovertemplate="%{y} " + name + ": %{x:.2f} %<extra></extra>",
            )
        )
    figure.update_layout(
        barmode="group",
        margin={"l": 10, "r": 10, "t": 36, "b": 10},
        legend={"orientation": "h", "y": 1.0, "yanchor": "bottom"},
    )
    figure.update_xaxes(title="probability of the next token, %", rangemode="tozero")
    figure.update_yaxes(autorange="reversed", type="category")
    first = comparison.tokens[0]
    show(
        figure,
        key="edit_bars",
        alt=f"Probabilities of {len(names)} next tokens before and after; {quoted(model, first.token_id)} goes from "
        f"{percent(first.before)} to {percent(first.after)}.",
        height=116 + 30 * len(names),
    )


@dataclass(frozen=True)
class _Luck:
    """How the next token is taken: the likeliest at temperature 0, else drawn with a seed."""

    temperature: float = 0.0
    seed: int = 0


def _luck() -> _Luck:
    tell_unknown("edit_draw", (LIKELIEST, DRAWN))
    tell_number("edit_temperature", *TEMPERATURES)
    tell_number("edit_seed", 0, MOST_SEED, whole=True)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        way = st.segmented_control(
            "Each token is", [LIKELIEST, DRAWN], default=LIKELIEST, key="edit_draw", bind="query-params", required=True
        )
        if way == LIKELIEST:
            return _Luck()
        temperature = st.number_input(
            "Temperature", *TEMPERATURES, 0.8, 0.1, key="edit_temperature", bind="query-params", width=130
        )
        seed = st.number_input("Seed", 0, MOST_SEED, 0, 1, key="edit_seed", bind="query-params", width=130)
    return _Luck(float(temperature), int(seed))


def _continuations(model: SubjectModel, edits: tuple[Edit, ...], ids: tuple[int, ...], luck: _Luck) -> None:
    how = (
        f"Drawn at temperature {luck.temperature:g} with seed {luck.seed}: both have the same luck at each place, so "
        "they part only where the edit parts them."
        if luck.temperature
        else "The likeliest token each time, so nothing is left to chance."
    )
    st.caption(f"{how} What differs is underlined.")
    before, after = (
        expected.continued(model, some, ids, CONTINUED, temperature=luck.temperature, seed=luck.seed)
        for some in ((), edits)
    )
    pairs = zip(before.token_ids, after.token_ids, strict=False)
    same = next((place for place, (one, other) in enumerate(pairs) if one != other), None)
    if same is None:
        same = min(len(before.token_ids), len(after.token_ids))
    if before.token_ids == after.token_ids:
        st.caption("The edit changes none of these tokens.")
    ends = {"length": "", "context": " (no room for more)", "end": " (the model ends the text)"}
    for name, found in {"Before": before, "After": after}.items():
        shared = model.tokenizer.decode(found.token_ids[:same])
        other = model.tokenizer.decode(found.token_ids[same:])
        marked = f'<mark data-nv-differs style="{MARK}">{html_safe(other)}</mark>' if other else ""
        st.html(
            f'<div data-nv-continuation="{name.lower()}" style="{CONTINUATION}">'
            f"<strong>{name}{ends[found.finish]}</strong><br>…{html_safe(shared)}{marked}</div>"
        )


CONTINUATION = "white-space:pre-wrap;overflow-wrap:anywhere;unicode-bidi:isolate"
MARK = "background:transparent;color:inherit;text-decoration:underline;text-decoration-thickness:2px"
"""By a line, not by colour alone; legible in both themes."""
