"""What is said of one neuron: headings of its excerpts and their groups, moments, features."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from neuronview.errors import NotFound
from neuronview.explain.features import feature
from neuronview.explain.near_duplicates import Traits, Used
from neuronview.records import ActivationRecord, NeuronRecord, NeuronStatistics
from neuronview.store import Dataset
from neuronview.view.evaluation import neuron_maximum, tail_text
from neuronview.view.heatmap import Group, Strip
from neuronview.view.scores import number

__all__ = ["feature_words", "group_title", "moments", "range_of", "record_groups", "record_heading", "telling"]

FIRST_SHOWN = 5
"""Excerpts of a group, until all of them are asked for."""
QUANTILE_TITLES = {
    "quantile_0": "Excerpts whose maximum lies in the lower half",
    "quantile_1": "Excerpts whose maximum lies between the median and the 90th percentile",
    "quantile_2": "Excerpts whose maximum lies between the 90th and the 99th percentile",
    "quantile_3": "Excerpts whose maximum lies between the 99th and the 99.9th percentile",
    # Published data alone.
    "quantile_4": "Excerpts whose maximum lies above the 99.9th percentile",
}


def group_title(dataset: Dataset, record: NeuronRecord, group: str) -> str:
    """A group's name in words, with the range of its quantile where it is one."""
    source = dataset.manifest.first_source
    part = "written passages" if source == "written" else f"part “{source or 'shown first'}”"
    if group == "first":
        return f"Best excerpts of the {part}"
    if group == "random":
        return f"Random excerpts of the {part}" if source else "Random excerpts of the whole corpus"
    if group in QUANTILE_TITLES:
        bounds = tail_text(record, group)
        return QUANTILE_TITLES[group] + (f" ({bounds})" if bounds else "")
    return "Top excerpts of the whole corpus" if group == "top" else f"Excerpts of group {group}"


def record_heading(record: ActivationRecord, rank: int) -> str:
    """Place in the group, maximum and document of an excerpt."""
    source = f", {record.source}" if record.source else ""
    document = f" · {record.document_id}{source}" if record.document_id else ""
    return f"{rank + 1} · maximum {number(record.maximum, digits=3)}{document}"


def telling(record: NeuronRecord, n: int) -> list[tuple[int, ActivationRecord]]:
    """Up to `n` of the top records with their ranks: those first that are of other documents than those before."""
    ranked = list(enumerate(record.top or record.first))
    kept: list[tuple[int, ActivationRecord]] = []
    for entry in ranked:
        if len(kept) < n and not Used([Traits.of(known) for _, known in kept]).holds(Traits.of(entry[1])):
            kept.append(entry)
    rest = [entry for entry in ranked if entry not in kept]
    return sorted(kept + rest[: n - len(kept)], key=lambda entry: entry[0])


def record_groups(dataset: Dataset, record: NeuronRecord) -> list[Group]:
    """The stored records as heat maps' groups, group by group."""
    maximum = neuron_maximum(record)
    return [
        Group(
            [
                Strip(entry, record.id, maximum, statistics=record.statistics, heading=record_heading(entry, rank))
                for rank, entry in enumerate(found)
            ],
            title=group_title(dataset, record, group),
            note=range_of(found),
            shown=FIRST_SHOWN,
        )
        for group, found in record.groups.items()
    ]


def range_of(records: Sequence[ActivationRecord]) -> str:
    """How many excerpts a group has, and from which to which maximum."""
    peaks = [record.maximum for record in records]
    count = f"{len(records)} excerpts" if len(records) > 1 else "1 excerpt"
    return f"{count}, maximum {number(min(peaks), digits=3)} to {number(max(peaks), digits=3)}"


def moments(statistics: NeuronStatistics, missing: str) -> list[tuple[str, str]]:
    """Names and values of what is known of a neuron over the corpus; `missing` says why a bound is not."""
    variance = statistics.variance
    deviation = None if variance is None else float(np.sqrt(variance))
    share = statistics.share_positive
    values = {
        "mean": (statistics.mean, "n/a"),
        "standard deviation": (deviation, "n/a"),
        "skewness": (statistics.skewness, "n/a"),
        "kurtosis": (statistics.kurtosis, "n/a"),
        "smallest": (statistics.minimum, missing),
        "largest": (statistics.maximum, "n/a"),
    }
    rows = [(name, words if value is None else number(value, digits=3)) for name, (value, words) in values.items()]
    counted = [] if statistics.count is None else [("tokens", f"{statistics.count:,}")]
    excerpts_ = [] if statistics.n_excerpts is None else [("excerpts", f"{statistics.n_excerpts:,}")]
    return [*counted, *excerpts_, ("share of tokens above zero", missing if share is None else f"{share:.2%}"), *rows]


def feature_words(name: str) -> str:
    """A feature in English; its name where this version knows it no more."""
    try:
        return feature(name).phrase
    except NotFound:
        return name
