"""Compare over many neurons: two explainers, or two simulators, by their stored scores, over the filter of Browse.

Both sides, the threshold of a tie and the filter are in the address. A point opens its neuron's comparison.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import pandas as pd
import streamlit as st

from neuronview.errors import BadInput, NeuronViewError
from neuronview.links import Place
from neuronview.records import NeuronId
from neuronview.store import Dataset, NeuronFilter
from neuronview.store.figures import Reading
from neuronview.store.paired import TIE, Paired, compare_readings, require_comparable
from neuronview.ui import cached, nav
from neuronview.ui.browse_address import NAMES, address_of, filter_in
from neuronview.ui.browse_filter import last_filter
from neuronview.ui.compare_scatter import paired_rows, points
from neuronview.ui.explain_parts import describe_filter
from neuronview.ui.overview_density import reading_label
from neuronview.ui.plain import html_safe, markdown_safe
from neuronview.ui.problems import say
from neuronview.ui.scores import SPLITS, number
from neuronview.ui.tables import neuron_table
from neuronview.ui.wrong_values import tell_number
from neuronview.view.paired import Judged, judge, judged_words, verdict

__all__ = ["many_mode"]

TIES = (0.0, 0.3)
"""From which to which difference two scores may be called a tie."""

LISTED = 5
MOST_JUDGED = 60
"""Neurons whose paired intervals are computed on the page: some tenths of a second each."""


def many_mode(dataset: Dataset, name: str) -> None:
    """Choose two sides; see who wins where, by how much on the average, and on which neurons they differ most."""
    known = cached.readings(dataset)
    if len(known) < 2:
        st.info(
            f"This dataset has {len(known) or 'no'} kind of scores, by explainer, scorer and simulator; comparing "
            "needs two. Have the same neurons explained by another explainer on the page Explain."
        )
        nav.link("explain", "Explain neurons", icon=nav.row("explain").icon)
        return
    chosen = _filter(dataset, name)
    if chosen is None:
        return
    a, b = _sides(known)
    tell_number("compare_tie", *TIES)
    tie = st.slider(
        "A tie: scores that differ by no more than",
        *(*TIES, TIE, 0.01),
        key="compare_tie",
        bind="query-params",
        help="A threshold, since the stored scores of a neuron say nothing of their paired difference. The comparison "
        "of two explanations of one neuron has that difference with its interval.",
    )
    try:
        require_comparable(a, b)
        found = _compared(dataset, str(dataset.folder), dataset.stamp, a, b, chosen, float(tie))
    except BadInput as error:
        st.info(markdown_safe(str(error)))
        return
    labels = _labels(a, b)
    _result(found, labels, float(tie))
    if found.n:
        _by_interval(dataset, (a, b), chosen, labels, n=found.n)
        points(dataset, name, (a, b), chosen, labels, n=found.n)
        _widest(dataset, name, (a, b), chosen, labels)


def _filter(dataset: Dataset, name: str) -> NeuronFilter | None:
    """The filter that the address carries, in words, with ways to change it; None when it is wrong, which is said."""
    try:
        chosen = filter_in({key: st.query_params.get_all(key) for key in NAMES}, dataset)
    except NeuronViewError as error:
        say(error)
        return None
    st.text("Every neuron." if chosen == NeuronFilter() else f"Neurons: {describe_filter(chosen)}.")
    kept, last = address_of(chosen), last_filter(dataset)
    with st.container(horizontal=True):
        nav.link("browse", "Choose neurons in Browse", place=Place(dataset=name), view=kept)
        # Buttons: a link from a page to itself leaves the browser's address as it was.
        if last is not None and last not in (chosen, NeuronFilter()):
            said = f"Use the filter of Browse: {describe_filter(last)}"
            st.button(markdown_safe(said), icon=":material/filter_alt:", on_click=_carry, args=(last,))
        if kept:
            st.button("All neurons", icon=":material/filter_alt_off:", on_click=_carry, args=(NeuronFilter(),))
    return chosen


def _carry(chosen: NeuronFilter) -> None:
    """Have the address carry this filter."""
    for name in NAMES:
        st.query_params.pop(name, None)
    st.query_params.update(address_of(chosen))


def _sides(known: Sequence[Reading]) -> tuple[Reading, Reading]:
    labels = {reading_label(reading): reading for reading in known}
    first, second = _default(known)
    for key in ("compare_a", "compare_b"):
        asked = st.query_params.get(key)
        if asked is not None and asked not in labels:
            st.warning(markdown_safe(f"The address asks for scores by “{asked[:80]}”, which are not here."))
    columns, names = st.columns(2), list(labels)
    found = []
    for column, title, reading in zip(columns, "AB", (first, second), strict=True):
        chosen = column.selectbox(
            title,
            names,
            index=names.index(reading_label(reading)),
            key=f"compare_{title.lower()}",
            bind="query-params",
            help="Explainer, scorer and simulator.",
        )
        found.append(labels.get(str(chosen), reading))
    return found[0], found[1]


def _default(known: Sequence[Reading]) -> tuple[Reading, Reading]:
    """The first two that can be compared, else the first two."""
    for place, a in enumerate(known):
        for b in known[place + 1 :]:
            try:
                require_comparable(a, b)
            except BadInput:
                continue
            return a, b
    return known[0], known[1]


def _labels(a: Reading, b: Reading) -> tuple[str, str]:
    """What tells the two sides apart."""
    return (a.explainer, b.explainer) if a.explainer != b.explainer else (a.reader, b.reader)


def _result(found: Paired, labels: tuple[str, str], tie: float) -> None:
    value = "" if math.isnan(found.mean) else f"{found.mean:.6f}"
    said = verdict(found, *labels)
    st.html(
        f'<div data-nv-paired data-n="{found.n}" data-wins="{found.wins}" data-ties="{found.ties}" '
        f'data-losses="{found.losses}" data-value="{value}" style="font-size:1.2rem">{html_safe(said)}</div>'
    )
    if found.n:
        with st.container(horizontal=True):
            for title, count in (
                (f"A ({labels[0]}) higher", found.wins),
                ("Tie", found.ties),
                (f"B ({labels[1]}) higher", found.losses),
            ):
                st.metric(
                    markdown_safe(title), f"{count:,}", f"{count / found.n:.0%}", delta_color="off", delta_arrow="off"
                )
    on = "; ".join(SPLITS.get(split, split) for split in found.splits)
    lines = [
        f"A tie here is a difference of at most {number(tie)}, since no paired interval of a neuron is stored. The "
        "interval of the mean is of neurons drawn again with replacement, each with both its scores."
    ]
    lines += [f"Scores on {on}."] if on else []
    left_out = sum(found.left_out.values())
    if left_out:
        reasons = "; ".join(f"{reason}: {n:,}" for reason, n in found.left_out.items())
        lines.append(f"{left_out:,} neurons are not in it. {reasons}.")
    st.caption(markdown_safe(" ".join(lines)))


def _by_interval(
    dataset: Dataset, sides: tuple[Reading, Reading], chosen: NeuronFilter, labels: tuple[str, str], *, n: int
) -> None:
    """The neurons by their own paired intervals, on request where they are few enough to compute."""
    if n > MOST_JUDGED or not sides[0].in_browse:
        st.caption(
            f"With at most {MOST_JUDGED} neurons in the filter, each can be judged by its own paired interval; with "
            "more, by the command compare with its option paired."
        )
        return
    if st.toggle("Judge each neuron by its own paired interval", key="compare_paired", bind="query-params"):
        judged = _judged(dataset, str(dataset.folder), dataset.stamp, *sides, chosen)
        st.text(judged_words(judged, *labels))


def _widest(
    dataset: Dataset, name: str, sides: tuple[Reading, Reading], chosen: NeuronFilter, labels: tuple[str, str]
) -> None:
    """The neurons on which either side is furthest ahead, as tables."""
    for by, title in (("a", f"A ({labels[0]}) furthest ahead"), ("b", f"B ({labels[1]}) furthest ahead")):
        rows = paired_rows(dataset, str(dataset.folder), dataset.stamp, *sides, chosen, LISTED, by)
        ahead = rows[(rows["a"] > rows["b"]) if by == "a" else (rows["b"] > rows["a"])]
        if ahead.empty:
            continue
        st.subheader(markdown_safe(title), anchor=False)
        shown = ahead.rename(columns={"a": "score_a", "b": "score_b"})
        shown["explanation_a"], shown["explanation_b"] = (_texts(dataset, ahead, f"id_{side}") for side in "ab")
        # Two simulators of one explanation: it is said once.
        said = ("explanation_a", "explanation_b") if sides[0].explainer != sides[1].explainer else ("explanation_a",)
        neuron_table(
            shown,
            dataset=name,
            key=f"compare_ahead_{by}",
            alt=title,
            columns=("open", "score_a", "score_b", *said),
            extra={
                "score_a": st.column_config.NumberColumn("A", width=52, help=f"Score of {labels[0]}."),
                "score_b": st.column_config.NumberColumn("B", width=52, help=f"Score of {labels[1]}."),
                "explanation_a": st.column_config.TextColumn(
                    f"A: {sides[0].explainer}" if len(said) > 1 else "Explanation", width=280
                ),
                "explanation_b": st.column_config.TextColumn(f"B: {sides[1].explainer}", width=280),
            },
        )


def _texts(dataset: Dataset, rows: pd.DataFrame, name: str) -> list[str]:
    """The sentences of explanations, one a row, by the column of their ids."""
    neurons = [NeuronId(int(x), int(y)) for x, y in rows[["layer", "neuron"]].to_numpy()]
    found = {entry.id: entry.text.strip() for neuron in neurons for entry in cached.explanations(dataset, neuron)}
    return [found.get(key, "") for key in rows[name]]


@st.cache_data(max_entries=32, show_spinner="Comparing …")
def _compared(
    _dataset: Dataset, folder: str, stamp: str, a: Reading, b: Reading, chosen: NeuronFilter, tie: float
) -> Paired:
    return compare_readings(_dataset, a, b, chosen, tie=tie)


@st.cache_data(max_entries=16, show_spinner="Simulating and resampling, neuron by neuron …")
def _judged(_dataset: Dataset, folder: str, stamp: str, a: Reading, b: Reading, chosen: NeuronFilter) -> Judged:
    rows = paired_rows(_dataset, folder, stamp, a, b, chosen, MOST_JUDGED, "place")
    neurons = [NeuronId(int(x), int(y)) for x, y in rows[["layer", "neuron"]].to_numpy()]
    return judge(_dataset, neurons, (a, b))
