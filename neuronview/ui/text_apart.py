"""The neurons that tell the pinned text, A, from the typed one, B: all of them, ranked by how far they are apart."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
import streamlit as st

from neuronview.records import NeuronId
from neuronview.store import Dataset
from neuronview.ui import cached, differences
from neuronview.ui.differences import MEASURES, Apart, Measure, Way
from neuronview.ui.live import Known, Reading
from neuronview.ui.model_turn import in_turn
from neuronview.ui.panels import live_section
from neuronview.ui.tables import neuron_table
from neuronview.ui.text_neurons import MOST_NEURONS, draw
from neuronview.ui.text_ranking import least_known
from neuronview.ui.wrong_values import tell_unknown

if TYPE_CHECKING:
    from neuronview.model import SubjectModel

__all__ = ["neurons_apart"]

SHOWN = 20
DRAWN = 3
WAYS: dict[Way, str] = {"size": "either way", "first": "higher on A", "second": "higher on B"}
UNITS = {
    "largest": "In bits: how many tosses of a coin are as rare as the neuron's largest value among so many tokens of "
    "the corpus, were they independent; one bit more is twice as rare. A value above the corpus has the most that the "
    "corpus can tell.",
    "mean": "In points of 100: the mean over the text's tokens of how much of the corpus lies below the neuron's "
    "value, in the steps that the dataset stores; below the lowest of them a token counts as 0.",
    "value": "In the neuron's own units: neurons that are large anywhere are far apart here too.",
}


def neurons_apart(
    dataset: Dataset, name: str, model: SubjectModel, pinned: Reading, reading: Reading, *, known: Known
) -> None:
    """A section with the ranking, open at first: it is what two texts are compared for."""
    live_section(
        "Neurons that tell A and B apart",
        "text_apart",
        lambda: _panel(dataset, name, model, pinned, reading, known),
        expanded=True,
    )


def _panel(dataset: Dataset, name: str, model: SubjectModel, pinned: Reading, reading: Reading, known: Known) -> None:
    tell_unknown("text_apart_by", MEASURES.values())
    tell_unknown("text_apart_way", WAYS.values())
    with st.container(horizontal=True, vertical_alignment="bottom"):
        measure = _measure(known)
        way: Way = st.segmented_control(
            "Which",
            list(WAYS),
            default="size",
            format_func=WAYS.__getitem__,
            key="text_apart_way",
            bind="query-params",
            required=True,
        )
    first, second = (_on_text(dataset, model, one, known, measure) for one in (pinned, reading))
    found = Apart(first, second)
    neurons = found.ranked(SHOWN, by=way)
    st.caption(f"All {first.size:,} neurons, by the difference of {MEASURES[measure]} on A and on B. {UNITS[measure]}")
    if not neurons:
        st.info("Nothing is known of these neurons' distributions. Order by the largest value instead.")
        return
    _table(dataset, name, found, neurons)
    few = neurons[: min(DRAWN, MOST_NEURONS)]
    if st.button(f"Draw the first {len(few)} on both texts", key="text_apart_draw", on_click=draw, args=(few,)):
        st.rerun()  # of the whole page: the heat maps stand outside this section


def _measure(known: Known) -> Measure:
    if not known.rarity:
        st.caption("This dataset does not store how its neurons are distributed: they are compared by largest value.")
        return "value"
    chosen: Measure = st.segmented_control(
        "Compare each neuron by",
        list(MEASURES),
        default="largest",
        format_func=MEASURES.__getitem__,
        key="text_apart_by",
        bind="query-params",
        required=True,
    )
    return chosen


def _on_text(
    dataset: Dataset, model: SubjectModel, reading: Reading, known: Known, measure: Measure
) -> differences.Floats:
    least = least_known(dataset, len(reading.tokens)) or float(known.probabilities.min())
    asked = (str(dataset.folder), dataset.stamp, model.fingerprint, model.activation_function, model.leading_token)
    return _kept(model, reading, known, asked, reading.text, reading.window, measure, least)


@st.cache_resource(max_entries=16, show_spinner="Comparing all neurons …")
@in_turn
def _kept(
    _model: SubjectModel,
    _reading: Reading,
    _known: Known,
    asked: tuple[str | None, ...],
    text: str,
    window: int,
    measure: Measure,
    least: float,
) -> differences.Floats:
    return differences.on_text(_model, _reading, _known, measure, least=least)


def _table(dataset: Dataset, name: str, found: Apart, neurons: list[NeuronId]) -> None:
    labels = cached.labels(dataset, tuple(neurons))
    rows = pd.DataFrame(
        {
            "layer": [neuron.layer for neuron in neurons],
            "neuron": [neuron.neuron for neuron in neurons],
            "explanation": labels["explanation"].to_list(),
            "apart": [float(found.first[neuron] - found.second[neuron]) for neuron in neurons],
            "on_a": [float(found.first[neuron]) for neuron in neurons],
            "on_b": [float(found.second[neuron]) for neuron in neurons],
        }
    )
    column = st.column_config.NumberColumn
    neuron_table(
        rows,
        dataset=name,
        key="text_apart",
        alt="The neurons whose values differ most between the pinned text and the typed one.",
        columns=("open", "apart", "on_a", "on_b", "explanation"),
        extra={
            "apart": column("A less B", width=84),
            "on_a": column("On A", width=72),
            "on_b": column("On B", width=72),
        },
    )
