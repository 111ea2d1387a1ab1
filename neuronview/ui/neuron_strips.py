"""Heat maps of a neuron's stored records, kept between runs: all of them, and the few that tell most at a glance."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

import streamlit as st

from neuronview.records import NeuronId, NeuronRecord
from neuronview.store import Dataset
from neuronview.ui import glyphs
from neuronview.ui.heatmap import Group, Normalization, Strip, heatmap_text, token_heatmaps
from neuronview.ui.newest import Newest
from neuronview.view.evaluation import neuron_maximum
from neuronview.view.neuron import record_groups, record_heading, telling

__all__ = ["DEFAULT", "all_records", "glance", "has_telling", "read_ahead", "there"]

AT_A_GLANCE = 3
DEFAULT: dict[str, object] = {"normalization": "neuron", "fixed": 0.0}
"""Options with which all records are shown at first, and read ahead."""
_ALL, _FEW = "all", "glance"
"""Parts of a page, as `neighbours` knows them."""
_GLANCE: dict[str, object] = {"length": "snippet"}
_kept: Newest[tuple[object, ...], str] = Newest(128)


def all_records(
    dataset: Dataset, name: str, record: NeuronRecord, *, normalization: Normalization = "neuron", fixed: float = 0.0
) -> None:
    """All stored records, group by group."""
    text = _all_text(dataset, name, record, normalization, fixed)
    groups, part = lambda: record_groups(dataset, record), (_ALL, record.id)
    token_heatmaps(groups, key="neuron_excerpts", dataset=name, text=text, part=part)


def glance(dataset: Dataset, name: str, record: NeuronRecord) -> None:
    """The records that tell most, cut around their maxima; a word where there are none."""
    if not has_telling(record):
        st.caption("No excerpts are stored for this neuron.")
        return
    text = _glance_text(dataset, name, record)
    groups, part = lambda: _telling(record), (_FEW, record.id)
    token_heatmaps(groups, key="neuron_glance_strips", dataset=name, text=text, part=part)


def has_telling(record: NeuronRecord) -> bool:
    """Whether there are excerpts to show at a glance."""
    return bool(record.top or record.first)


def read_ahead(dataset: Dataset, name: str, record: NeuronRecord) -> None:
    """Make and keep what both show at first, where there is something."""
    if not has_telling(record):
        return
    _glance_text(dataset, name, record)
    _text(lambda: record_groups(dataset, record), dataset, name, record, DEFAULT)


def there(dataset: Dataset, name: str, neurons: Iterable[NeuronId]) -> dict[str, dict[str, str]]:
    """What both show at first of those neurons that were read, by neuron and then by the part that is told of it."""
    found = {}
    for neuron in neurons:
        maps = {
            part: _kept.get(_key(dataset, name, neuron, options))
            for part, options in ((_ALL, DEFAULT), (_FEW, _GLANCE))
        }
        if all(maps.values()):
            found[str(neuron)] = {part: text for part, text in maps.items() if text}
    return found


def _all_text(dataset: Dataset, name: str, record: NeuronRecord, normalization: Normalization, fixed: float) -> str:
    options = {"normalization": normalization, "fixed": fixed}
    return _text(lambda: record_groups(dataset, record), dataset, name, record, options)


def _glance_text(dataset: Dataset, name: str, record: NeuronRecord) -> str:
    return _text(lambda: _telling(record), dataset, name, record, _GLANCE)


def _text(
    groups: Callable[[], Sequence[Group]],
    dataset: Dataset,
    name: str,
    record: NeuronRecord,
    options: Mapping[str, object],
) -> str:
    key = _key(dataset, name, record.id, options)
    found = _kept.get(key)
    if found is None:
        found = heatmap_text(groups(), dataset=name, cut=glyphs.cut_bytes_of(dataset), **options)
        _kept.keep(key, found)
    return found


def _key(dataset: Dataset, name: str, neuron: NeuronId, options: Mapping[str, object]) -> tuple[object, ...]:
    cut = glyphs.cut_bytes_of(dataset)
    where = (str(dataset.folder), dataset.stamp_about(neuron), name, *neuron, len(cut))
    return (*where, *sorted(options.items()))


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
