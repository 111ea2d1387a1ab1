"""Which aspects of `holding.ASPECTS` a dataset's chosen neurons have, so that only what is lost of them is named.

Asked of slices as they are written. What an import from the same layout would find again (the published explainer and
what it says of itself) does not count as there.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from neuronview.formats.slices import Slice
from neuronview.store import Dataset

__all__ = ["Present"]

_STATISTICS = {
    "moments": ("mean", "variance", "skewness", "kurtosis"),
    "boundaries": ("quantile_boundaries",),
    "range": ("minimum", "share_positive", "histogram"),
    "counts": ("count", "n_excerpts"),
    "tails": ("tail_values", "tail_max_values"),
    "top tokens": ("top_tokens", "features"),
}
_OF_DOCUMENTS = ("document_id", "source", "template")


class Present:
    """Gathers aspects slice by slice; each is looked for until it is found."""

    def __init__(self, dataset: Dataset) -> None:
        """What the manifest tells is known at once."""
        raw: Mapping[str, Any] = dataset.manifest.raw
        corpus = dataset.manifest.corpus
        self._explainer = (raw.get("origin") or {}).get("explainer")
        self.aspects = set[str]()
        if raw.get("seed") is not None or any(value for name, value in corpus.items() if name != "hash"):
            self.aspects.add("provenance")
        if (dataset.folder / dataset.manifest.model.path).is_dir():
            self.aspects.add("model")

    def add(self, found: Slice) -> None:
        """Look in these neurons' rows."""
        tables = found.tables
        for kind, aspect in (("simulations", "simulations"), ("related", "related"), ("explanations", "text")):
            self._note(aspect, lambda kind=kind: tables[kind].num_rows > 0)  # type: ignore[misc]
        for aspect, names in _STATISTICS.items():
            self._note(aspect, lambda names=names: _any_value(tables["neurons"], names))  # type: ignore[misc]
        self._note("maximum", lambda: _beyond_records(tables["neurons"], tables["records"]))
        records = tables["records"]
        for aspect in ("activations", "groups"):
            self._note(aspect, lambda: records.num_rows > 0)
        self._note("first", lambda: bool(pc.any(pc.equal(records.column("group"), "first")).as_py()))
        rows = [found.excerpts[number] for number in found.excerpt_ids]
        self._note("token ids", lambda: any(row.get("token_ids") is not None for row in rows))
        self._note("documents", lambda: any(row.get(name) is not None for row in rows for name in _OF_DOCUMENTS))
        self._explanations(tables["explanations"], tables["scores"])

    def _explanations(self, explanations: pa.Table, scores: pa.Table) -> None:
        def by_others() -> bool:
            return bool(set(explanations.column("explainer").unique().to_pylist()) - {self._explainer})

        self._note("explainer", by_others)
        self._note("explanation provenance", lambda: by_others() and _any_value(explanations, ("provenance",)))
        self._note("rule", lambda: _any_value(explanations, ("rule", "parent")))
        scored = scores.column("explanation_id")
        known = pc.is_in(explanations.column("explanation_id"), scored.combine_chunks())
        self._note("unscored", lambda: pc.all(known).as_py() is False)
        self._note("score", lambda: scores.num_rows > 0)
        self._note("other scores", lambda: scores.num_rows > len(scored.unique()))
        self._note("interval", lambda: _any_value(scores, ("low", "high", "note", "baselines")))

    def _note(self, aspect: str, there: Callable[[], bool]) -> None:
        if aspect not in self.aspects and there():
            self.aspects.add(aspect)


def _any_value(table: pa.Table, names: tuple[str, ...]) -> bool:
    """Whether a column has a value that says something: not null, and no empty text or list."""
    return any(name in table.column_names and _says_something(table.column(name)) for name in names)


def _says_something(column: pa.ChunkedArray) -> bool:
    kept = column.drop_null()
    if pa.types.is_list(kept.type):
        return bool(pc.any(pc.greater(pc.list_value_length(kept), 0)).as_py())
    if pa.types.is_string(kept.type):
        return bool(set(kept.unique().to_pylist()) - {"", "[]", "{}"})
    return len(kept) > 0


def _beyond_records(neurons: pa.Table, records: pa.Table) -> bool:
    """Whether a stored maximum is larger than all of the neuron's records."""
    stored = dict(zip(neurons.column("neuron").to_pylist(), neurons.column("maximum").to_pylist(), strict=True))
    owners = pc.take(records.column("neuron"), pc.list_parent_indices(records.column("activations")))
    values = pc.list_flatten(records.column("activations")).cast(pa.float32())
    most = pa.table({"neuron": owners, "value": values}).group_by("neuron").aggregate([("value", "max")])
    found = dict(zip(most.column("neuron").to_pylist(), most.column("value_max").to_pylist(), strict=True))
    # Records may be stored in 16 bits, to about a thousandth.
    return any(
        value is not None and value - found.get(neuron, float("-inf")) > abs(value) / 1000
        for neuron, value in stored.items()
    )
