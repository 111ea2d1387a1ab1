"""A run's explanations beside those that were there: only scores that measure the same, on the same excerpts.

Two scores stand beside each other when scorer, reader, split and subset are the same; anything else would compare
measurements of different things.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd
import streamlit as st

from neuronview.records import Explanation, NeuronId, Score
from neuronview.store.tables import reader_of
from neuronview.tokens import visible_quotes
from neuronview.ui import nav
from neuronview.ui.scores import number
from neuronview.view.scores import headline

__all__ = ["Beside", "beside", "pairs"]

SHOWN = 200


@dataclass(frozen=True)
class Beside:
    """An explanation of the run and the best of those that were there, each with its score."""

    neuron: NeuronId
    mine: Explanation
    score: Score
    other: Explanation
    other_score: Score


def pairs(found: Sequence[Explanation], stored: Mapping[NeuronId, Sequence[Explanation]]) -> list[Beside]:
    """One entry for each explanation of the run that has a score and a neuron with another that is scored alike.

    `stored`: all explanations of a neuron, the run's among them. Of several others the one with the highest score
    counts.
    """
    listed = []
    mine = {entry.id for entry in found}
    for entry in found:
        score = headline(entry)
        if entry.neuron is None or score is None or score.state != "ok":
            continue
        others = [other for other in stored.get(entry.neuron, ()) if other.id not in mine]
        alike = [(other, same) for other in others if (same := _alike(score, other)) is not None]
        if alike:
            best, its = max(alike, key=lambda pair: pair[1].value)
            listed.append(Beside(entry.neuron, entry, score, best, its))
    return listed


def _alike(score: Score, other: Explanation) -> Score | None:
    """The score of another explanation that measures the same as `score`, if it has one."""
    measured = (score.scorer, reader_of(score.simulator), score.split, score.subset)
    return next(
        (
            one
            for one in other.scores
            if one.state == "ok" and (one.scorer, reader_of(one.simulator), one.split, one.subset) == measured
        ),
        None,
    )


def beside(found: Sequence[Explanation], stored: Mapping[NeuronId, Sequence[Explanation]], *, dataset: str) -> None:
    """The pairs as a table; nothing where there was nothing that compares."""
    listed = pairs(found, stored)
    if not listed:
        return
    st.markdown("###### Beside what was there")
    higher = sum(entry.score.value > entry.other_score.value for entry in listed)
    st.caption(
        "The best other explanation of each neuron, scored by the same means on the same excerpts. This run's score "
        f"is the higher one for {higher} of {len(listed)}; whether a difference is more than chance, Compare says."
    )
    shown = listed[:SHOWN]

    def compare() -> None:
        entry = shown[int(st.session_state["explain_beside_compare"]["row"])]
        place = nav.neuron_place(dataset, entry.neuron)
        nav.go("compare", place, view={"explanation": entry.mine.id, "against": entry.other.id})

    text, cell = st.column_config.TextColumn, st.column_config.ButtonColumn
    st.container(key="explain_beside").dataframe(
        pd.DataFrame([_row(entry) for entry in shown]),
        key="explain_beside_table",
        alt="This run's explanations beside the best that were there",
        hide_index=True,
        row_height=66,
        column_config={
            "neuron": text("Neuron", width=62),
            "mine": text("This run", width=196),
            "score": text("Score", width=112, help="With its 95 % interval."),
            "other": text("Was there", width=196),
            "explainer": text("By", width=74),
            "other_score": text("Its score", width=112, help="With its 95 % interval."),
            "difference": text("Apart", width=56, help="This run's score less the other."),
            "compare": cell("", type="tertiary", width=76, on_click=compare, key="explain_beside_compare"),
        },
    )
    if len(listed) > SHOWN:
        st.caption(f"The first {SHOWN} of {len(listed):,}.")


def _row(entry: Beside) -> dict[str, str]:
    return {
        "neuron": str(entry.neuron),
        "mine": visible_quotes(entry.mine.text.strip()),
        "score": _with_interval(entry.score),
        "other": visible_quotes(entry.other.text.strip()),
        "explainer": entry.other.explainer,
        "other_score": _with_interval(entry.other_score),
        "difference": _signed(entry.score.value - entry.other_score.value),
        "compare": "Compare",
    }


def _signed(difference: float) -> str:
    return number(difference) if number(difference).startswith("−") else f"+{number(difference)}"


def _with_interval(score: Score) -> str:
    low, high = score.interval
    return number(score.value) + ("" if math.isnan(low) else f" [{number(low)}, {number(high)}]")
