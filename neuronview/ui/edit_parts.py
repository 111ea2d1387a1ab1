"""Edit the model: neurons scaled or fixed, and what the model then says next about one's own text."""

from __future__ import annotations

import math
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

if TYPE_CHECKING:
    from neuronview.model import SubjectModel
    from neuronview.model.editing import Comparison, Edit

__all__ = ["edit_the_model"]

CONTINUED = 30
"""Tokens of a continuation: a few sentences, and seconds on a small computer."""
SCALE, FIX = "times a factor", "fixed at a value"


def edit_the_model(dataset: Dataset, model: SubjectModel, reading: Reading, drawn: list[NeuronId]) -> None:
    """A section that is worked out when it is opened; the neurons drawn above where none is named."""
    live_section(
        "Edit the model: scale or fix neurons, and see what it says then",
        "text_edit",
        lambda: _panel(dataset, model, reading, drawn),
    )


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
        _continuations(model, edits, ids)


def _edits(dataset: Dataset, drawn: list[NeuronId]) -> tuple[Edit, ...]:
    """What the fields say; raises BadInput or NotFound when that is no edit."""
    left, middle, right = st.columns([5, 4, 3], vertical_alignment="bottom")
    named = left.text_input(
        "Neurons to edit",
        key="edit_neurons",
        placeholder=f"{format_neurons(drawn)} (drawn above)",
        help="Such as 2:17, or 0:5, 2:17, 3:1. Empty: those that are drawn above.",
        bind="query-params",
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
        f"probabilities move by a Jensen-Shannon divergence of {number(comparison.divergence, digits=4)} nats "
        "(0: not at all; 0.693: to wholly other tokens)."
    )


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
                y=[html_safe(label) for label in names],
                name=name,
                orientation="h",
                marker={"color": hue, "pattern": {"shape": shape}},
                hovertemplate="%{y} " + name + ": %{x:.2f} %<extra></extra>",
            )
        )
    figure.update_layout(
        barmode="group",
        margin={"l": 10, "r": 10, "t": 10, "b": 10},
        legend={"orientation": "h", "y": 1.08},
    )
    figure.update_xaxes(title="probability of the next token, %", rangemode="tozero")
    figure.update_yaxes(autorange="reversed", type="category")
    first = comparison.tokens[0]
    show(
        figure,
        key="edit_bars",
        alt=f"Probabilities of {len(names)} next tokens before and after; {quoted(model, first.token_id)} goes from "
        f"{percent(first.before)} to {percent(first.after)}.",
        height=90 + 30 * len(names),
    )


def _continuations(model: SubjectModel, edits: tuple[Edit, ...], ids: tuple[int, ...]) -> None:
    st.caption("The likeliest token each time, so nothing is left to chance. What differs is marked.")
    before = expected.continued(model, (), ids, CONTINUED)
    after = expected.continued(model, edits, ids, CONTINUED)
    pairs = zip(before.token_ids, after.token_ids, strict=False)
    same = next((place for place, (one, other) in enumerate(pairs) if one != other), None)
    if same is None:
        same = min(len(before.token_ids), len(after.token_ids))
    ends = {"length": "", "context": " (no room for more)", "end": " (the model ends the text)"}
    for name, found in {"Before": before, "After": after}.items():
        shared = model.tokenizer.decode(found.token_ids[:same])
        other = model.tokenizer.decode(found.token_ids[same:])
        marked = f'<mark data-nv-differs style="{MARK}">{html_safe(other)}</mark>' if other else ""
        st.html(
            f'<div data-nv-continuation="{name.lower()}" style="white-space:pre-wrap;overflow-wrap:anywhere">'
            f"<strong>{name}{ends[found.finish]}</strong><br>…{html_safe(shared)}{marked}</div>"
        )


MARK = "background:transparent;color:inherit;text-decoration:underline;text-decoration-thickness:2px"
"""By a line, not by colour alone; legible in both themes."""
