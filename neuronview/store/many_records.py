"""Records of very many neurons of one layer, read by columns: a neuron at a time, most of the time goes into asking.

The same records as `Dataset.neuron` gives (tested), without statistics. Excerpts that several have are held once.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
import pyarrow as pa

from neuronview.records import ActivationRecord, NeuronId, NeuronRecord
from neuronview.store.convert import quantile_groups
from neuronview.store.dataset import Dataset

__all__ = ["records_of"]

AT_ONCE = 256
"""Neurons a reading: their rows take some 10 MB."""
_Excerpts = dict[int, dict[str, Any]]


def records_of(dataset: Dataset, neurons: Sequence[NeuronId]) -> Iterator[NeuronRecord]:
    """Records of these neurons of one layer, in their order; one that the dataset has no data of has none.

    Raises NotFound for a neuron out of range, DatasetError where an excerpt is missing.
    """
    excerpts: _Excerpts = {}
    for start in range(0, len(neurons), AT_ONCE):
        asked = [dataset.require(neuron) for neuron in neurons[start : start + AT_ONCE]]
        found = _by_neuron(dataset, asked, excerpts)
        for neuron in asked:
            groups = found.get(neuron.neuron, {})
            quantiles = [groups.get(name, []) for name in quantile_groups(groups)]
            top, random, first = (groups.get(name, []) for name in ("top", "random", "first"))
            yield NeuronRecord(neuron, top, random, quantiles, first)


def _by_neuron(
    dataset: Dataset, neurons: Sequence[NeuronId], excerpts: _Excerpts
) -> dict[int, dict[str, list[ActivationRecord]]]:
    """Records by neuron and group, in order of rank; what was read of excerpts is added to `excerpts`."""
    order = [("neuron", "ascending"), ("group", "ascending"), ("rank", "ascending")]
    table = dataset.rows("records", neurons).sort_by(order).combine_chunks()
    identities = table.column("excerpt_id").to_pylist()
    if new := sorted(set(identities) - set(excerpts)):
        for row in dataset.excerpts(new):
            excerpts[row["excerpt_id"]] = row | {"tokens": tuple(row["tokens"]), "token_ids": _ids(row["token_ids"])}
    places = (table.column(name).to_pylist() for name in ("neuron", "group", "rank"))
    found: dict[int, dict[str, list[ActivationRecord]]] = {}
    for neuron, group, rank, identity, values in zip(*places, identities, _activations(table), strict=True):
        record = _record(excerpts[identity], values, group, rank)
        found.setdefault(neuron, {}).setdefault(group, []).append(record)
    return found


def _ids(stored: Sequence[int] | None) -> tuple[int, ...] | None:
    return None if stored is None else tuple(map(int, stored))


def _activations(table: pa.Table) -> Iterator[np.ndarray]:
    """The activations of each row."""
    column = table.column("activations").combine_chunks()
    column = column.chunk(0) if isinstance(column, pa.ChunkedArray) else column
    values = np.asarray(column.values, dtype=np.float32)
    ends = np.asarray(column.offsets)
    return (values[low:high] for low, high in pairwise(ends))


def _record(excerpt: dict[str, Any], activations: np.ndarray, group: str, rank: int) -> ActivationRecord:
    length, ids = len(activations), excerpt["token_ids"]
    return ActivationRecord(
        tokens=excerpt["tokens"][:length],
        activations=activations,
        token_ids=None if ids is None else ids[:length],
        excerpt_id=excerpt["excerpt_id"],
        group=group,
        rank=rank,
        document_id=excerpt["document_id"],
        source=excerpt["source"],
        template=excerpt["template"],
    )
