"""The excerpts that hurt a score most, real against simulated, with the tokens marked on which the simulation errs."""

from __future__ import annotations

import streamlit as st

from neuronview.records import NeuronRecord
from neuronview.ui.heatmap import Group, Strip, token_heatmaps
from neuronview.ui.scores import number
from neuronview.view.evaluation import SimulatedSet, neuron_maximum
from neuronview.view.hurting import Hurt, hurting, marks_of, marks_words, whole_score
from neuronview.view.neuron import record_heading

__all__ = ["most_harmful"]

SHOWN = 5


def most_harmful(name: str, record: NeuronRecord, found: SimulatedSet, *, key: str) -> None:
    """Excerpts without which the score of this set were higher; nothing where there is no score."""
    n, whole = len(found.simulations), whole_score(found)
    hurts, maximum = hurting(found, most=SHOWN), neuron_maximum(record)
    st.markdown("#### Excerpts that hurt the score most")
    if not hurts:
        st.caption("There is none: the score is undefined, or leaving out any one excerpt would not raise it.")
        return
    st.caption(
        f"With all {n} excerpts the score is {number(whole, digits=3)}. Beside each stands the score of the other "
        f"{n - 1}. {marks_words(found, maximum)}"
    )
    strips = [_strip(record, found, hurt, rank, maximum) for rank, hurt in enumerate(hurts)]
    token_heatmaps(
        [Group(strips)],
        key=f"{key}_hurting",
        dataset=name,
        simulated_scale=found.scale,
        difference=found.scale == "calibrated",
    )


def _strip(record: NeuronRecord, found: SimulatedSet, hurt: Hurt, rank: int, maximum: float) -> Strip:
    entry, side = found.chosen.records[hurt.place], found.chosen.sides[hurt.place]
    effect = f"without it {number(hurt.without, digits=3)} (+{number(hurt.gain, digits=3)})"
    return Strip(
        entry,
        record.id,
        maximum,
        simulated=found.expected[hurt.place],
        simulation=found.simulations[hurt.place],
        statistics=record.statistics,
        heading=f"{record_heading(entry, rank)} · {side} · {effect}",
        marks=marks_of(found, hurt.place, maximum),
    )
