"""Heat maps of a neuron's stored records, kept between runs: all of them, and the few that tell most at a glance."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import streamlit as st

from neuronview.records import NeuronRecord
from neuronview.store import Dataset
from neuronview.ui import glyphs
from neuronview.ui.heatmap import Group, Normalization, Strip, heatmap_text, token_heatmaps
from neuronview.view.evaluation import neuron_maximum
from neuronview.view.neuron import record_groups, record_heading, telling

__all__ = ["all_records", "glance", "read_ahead"]

AT_A_GLANCE = 3


def all_records(
    dataset: Dataset, name: str, record: NeuronRecord, *, normalization: Normalization = "neuron", fixed: float = 0.0
) -> None:
    """All stored records, group by group."""
    text = _all_text(dataset, name, record, normalization, fixed)
    token_heatmaps(lambda: record_groups(dataset, record), key="neuron_excerpts", dataset=name, text=text)


def glance(dataset: Dataset, name: str, record: NeuronRecord) -> None:
    """The records that tell most, cut around their maxima; a word where there are none."""
    if not (record.top or record.first):
        st.caption("No excerpts are stored for this neuron.")
        return
    text = _glance_text(dataset, name, record)
    token_heatmaps(lambda: _telling(record), key="neuron_glance_strips", dataset=name, text=text)


def read_ahead(dataset: Dataset, name: str, record: NeuronRecord) -> None:
    """Make and keep what both show at first."""
    _glance_text(dataset, name, record)
    _all_text(dataset, name, record, "neuron", 0.0)


def _all_text(dataset: Dataset, name: str, record: NeuronRecord, normalization: Normalization, fixed: float) -> str:
    return _text(
        lambda: record_groups(dataset, record), dataset, name, record, normalization=normalization, fixed=fixed
    )


def _glance_text(dataset: Dataset, name: str, record: NeuronRecord) -> str:
    return _text(lambda: _telling(record), dataset, name, record, length="snippet")


def _text(
    groups: Callable[[], Sequence[Group]], dataset: Dataset, name: str, record: NeuronRecord, **options: object
) -> str:
    cut = glyphs.cut_bytes_of(dataset)
    where = (str(dataset.folder), dataset.stamp_about(record.id), name, *record.id, len(cut))
    return _kept_text(groups, cut, name, (*where, *sorted(options.items())), options)


@st.cache_resource(max_entries=128, show_spinner=False)
def _kept_text(
    _groups: Callable[[], Sequence[Group]],
    _cut: object,
    _name: str,
    key: tuple[object, ...],
    _options: dict[str, object],
) -> str:
    return heatmap_text(_groups(), dataset=_name, cut=_cut, **_options)


def _telling(record: NeuronRecord) -> list[Group]:
    maximum = neuron_maximum(record)
    shown = telling(record, AT_A_GLANCE)
    strips = [
        Strip(entry, record.id, maximum, statistics=record.statistics, heading=record_heading(entry, rank))
        for rank, entry in shown
    ]
    # The numbers are the ranks under Excerpts, so that one that is left out leaves a gap.
    skipped = [rank for rank, _ in shown] != list(range(len(shown)))
    note = "The numbers are ranks: near-duplicates of an excerpt shown here are skipped." if skipped else ""
    return [Group(strips, title="Where it fires most", note=note)]
