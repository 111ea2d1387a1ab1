"""What was collected, as the tables of a dataset. Knows Arrow and the columns, not how they were computed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from neuronview.collect.corpus import Corpus
from neuronview.collect.records import Group
from neuronview.collect.statistics import LayerStatistics
from neuronview.collect.tails import N_POSITIVE_BINS, display_histogram, exceeded_values
from neuronview.records import QUANTILES
from neuronview.store.schema import NEURONS, SCHEMAS, TAIL_PROBABILITIES, records_schema

__all__ = ["TopLists", "excerpts_table", "layer_table", "quantile_boundaries", "records_tables", "vocabulary_table"]

Float32 = NDArray[np.float32]
Int64 = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class TopLists:
    """Top tokens and features of one layer's neurons, as the lists that a row holds."""

    tokens: list[list[dict[str, Any]]]
    features: list[list[dict[str, Any]]]


def quantile_boundaries(layer: LayerStatistics) -> Float32:
    """Boundaries (neurons, 4) of the excerpt maximum at QUANTILES; nan where there are too few excerpts."""
    exceeded = [1 - q for q in QUANTILES]
    return exceeded_values(layer.maxima.counts(), layer.largest_maxima.values, exceeded, minimum=layer.minimum)


def layer_table(layer: LayerStatistics, number: int, boundaries: Float32, lists: TopLists, *, bins: int) -> pa.Table:
    """Rows for a part of kind `neurons`: all neurons of one layer."""
    summary = layer.moments.summary()
    counts, maxima = layer.values.counts(), layer.maxima.counts()
    highest = layer.largest.values[:, 0]
    n = len(highest)
    columns = {
        "layer": np.full(n, number),
        "neuron": np.arange(n),
        "count": np.full(n, summary.count),
        "n_excerpts": np.full(n, int(maxima[0].sum())),
        "mean": summary.mean,
        "variance": summary.variance,
        "skewness": _or_null(summary.skewness),
        "kurtosis": _or_null(summary.kurtosis),
        "minimum": layer.minimum,
        "maximum": highest,
        "share_positive": counts[:, -N_POSITIVE_BINS:].sum(1) / summary.count,
        "histogram": _lists(display_histogram(counts, layer.minimum, highest, bins=bins)),
        "quantile_boundaries": _lists(boundaries),
        "tail_values": _lists(exceeded_values(counts, layer.largest.values, TAIL_PROBABILITIES, minimum=layer.minimum)),
        "tail_max_values": _lists(
            exceeded_values(maxima, layer.largest_maxima.values, TAIL_PROBABILITIES, minimum=layer.minimum)
        ),
        "top_tokens": pa.array(lists.tokens, type=NEURONS.field("top_tokens").type),
        "features": pa.array(lists.features, type=NEURONS.field("features").type),
    }
    return pa.table(columns)


def records_tables(
    groups: Sequence[Group], corpus: Corpus, *, layers: Sequence[int], bits: int, step: float = 0.0
) -> Iterator[pa.Table]:
    """Rows for parts of kind `records`, one a layer, by neuron, group and rank.

    A layer at a time, because activations are most of a dataset and writing copies them more than once. With a `step`,
    activations are rounded to multiples of it, which 16 bits keep exactly below 1: files are smaller and no value is
    off by more than half a step or what 16 bits cost anyway.
    """
    n_neurons = len(groups[0].picks) // len(layers)
    for place, number in enumerate(layers):
        yield _records_of_layer(groups, corpus, range(place * n_neurons, (place + 1) * n_neurons), number, bits, step)


def _records_of_layer(
    groups: Sequence[Group], corpus: Corpus, neurons_of_all: range, number: int, bits: int, step: float
) -> pa.Table:
    found = [group.rows(neurons_of_all.start, neurons_of_all.stop) for group in groups]
    sizes = [len(rows[0]) for rows in found]
    names = np.repeat(np.array([group.name for group in groups]), sizes)
    neurons, ranks, excerpts = (np.concatenate(column) for column in list(zip(*found, strict=True))[:3])
    order = np.lexsort((ranks, names, neurons))
    places = np.empty_like(order)
    places[order] = np.arange(len(order))
    values = np.empty((len(order), found[0][3].shape[1]), dtype=found[0][3].dtype)
    for some in np.split(places, np.cumsum(sizes)[:-1]):
        values[some] = found.pop(0)[3]  # gone when it is copied
    lengths = corpus.lengths[excerpts[order]]
    kept = values[np.arange(values.shape[1]) < lengths[:, None]]
    del values
    if step:
        kept = (np.round(kept.astype(np.float32) / step) * step).astype(kept.dtype)
    return pa.table(
        {
            "layer": np.full(len(order), number),
            "neuron": neurons[order] - neurons_of_all.start,
            "group": pa.array(names[order].tolist(), type=pa.string()),
            "rank": ranks[order],
            "excerpt_id": excerpts[order],
            "activations": pa.ListArray.from_arrays(
                pa.array(np.r_[0, np.cumsum(lengths)], type=pa.int32()),
                pa.array(kept, type=records_schema(bits).field("activations").type.value_type),
            ),
        }
    )


def excerpts_table(corpus: Corpus, excerpts: Int64) -> pa.Table:
    """Rows for a part of kind `excerpts`; strings come from the vocabulary."""
    documents = corpus.documents[excerpts].tolist()
    rows = {
        "excerpt_id": excerpts,
        "document_id": [corpus.document_names[d] for d in documents],
        "source": [corpus.document_sources[d] for d in documents],
        "template": [corpus.document_templates[d] for d in documents],
        "token_ids": [corpus.token_ids(excerpt) for excerpt in excerpts.tolist()],
        "tokens": [[] for _ in documents],
        "held_out": (corpus.parts[excerpts] == 1).tolist(),
    }
    schema = SCHEMAS["excerpts"]
    return pa.table({name: pa.array(rows[name], type=schema.field(name).type) for name in schema.names})


def vocabulary_table(vocabulary: Sequence[str], counts: Int64) -> pa.Table:
    """Rows for a part of kind `vocabulary`: every token with how often the corpus has it."""
    return pa.table({"token_id": np.arange(len(vocabulary)), "token": list(vocabulary), "count": counts})


def _lists(rows: NDArray[Any]) -> pa.ListArray:
    offsets = np.arange(len(rows) + 1, dtype=np.int32) * rows.shape[1]
    return pa.ListArray.from_arrays(pa.array(offsets), pa.array(np.ascontiguousarray(rows).ravel()))


def _or_null(values: NDArray[np.float64]) -> pa.Array:
    return pa.array(values, mask=~np.isfinite(values))
