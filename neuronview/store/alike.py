"""Neurons that are like one, as far as stored data tell: by top tokens, by dictionary features, by top excerpts.

An overlap of short lists, no correlation of activations: neurons may share none of these and still fire together.
Aggregates by DuckDB over three columns; no activation is read.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from neuronview.records import NeuronId
from neuronview.store.dataset import Dataset

__all__ = ["Alike", "alike", "random_excerpt_ids"]

BEST_GROUPS = "('top', 'first')"


@dataclass(frozen=True)
class Alike:
    """Another neuron, and how much it has in common with the one that was asked for. None: not stored of that one."""

    neuron: NeuronId
    tokens: float | None
    """The part of its top tokens that are the other's too."""
    features: float | None
    """Cosine of both neurons' correlations with the dictionary's features, of those that are stored."""
    excerpts: float | None
    """The part of its top excerpts that are the other's too."""

    @property
    def mean(self) -> float:
        """Mean of what is known, a negative cosine counted as nothing: what the list is in order of."""
        known = [max(0.0, part) for part in (self.tokens, self.features, self.excerpts) if part is not None]
        return sum(known) / len(known) if known else 0.0


def alike(dataset: Dataset, neuron: NeuronId, *, most: int = 10) -> list[Alike] | None:
    """The neurons that have most in common with this one, most alike first; those with nothing are left out.

    None where the dataset stores nothing of this neuron by which it could be told. Raises NotFound when it is out of
    range.
    """
    identity = dataset.require(neuron)
    tokens, features = _of_statistics(dataset, identity)
    excerpts = _top_excerpts(dataset, identity)
    if not tokens and not features and not excerpts:
        return None
    by_tokens = _shared_tokens(dataset, tokens) if tokens else {}
    by_features = _like_features(dataset, features) if features else {}
    by_excerpts = _shared_excerpts(dataset, excerpts) if excerpts else {}
    found = [
        Alike(
            other,
            by_tokens.get(other, 0.0) if tokens else None,
            by_features.get(other, 0.0) if features else None,
            by_excerpts.get(other, 0.0) if excerpts else None,
        )
        for other in {*by_tokens, *by_features, *by_excerpts} - {identity}
    ]
    ranked = sorted((entry for entry in found if entry.mean > 0), key=lambda entry: (-entry.mean, entry.neuron))
    return ranked[:most]


def random_excerpt_ids(dataset: Dataset) -> list[int]:
    """Ids of the stored excerpts that were drawn at random, of any neuron: a fair sample of the text they are from."""
    records = dataset.stored("records")
    query = f"""select distinct excerpt_id from ({records}) where "group" = 'random' order by all"""  # noqa: S608
    return [row["excerpt_id"] for row in dataset.query(query).to_pylist()]


# --- of the neuron that is asked for ---------------------------------------------------------------------------------


def _of_statistics(dataset: Dataset, neuron: NeuronId) -> tuple[list[str], dict[str, float]]:
    query = "select top_tokens, features from neurons where layer = $layer and neuron = $neuron"
    rows = dataset.query(query, neuron._asdict()).to_pylist()
    if not rows:
        return [], {}
    tokens = list(dict.fromkeys(entry["token"] for entry in rows[0]["top_tokens"] or ()))
    return tokens, {entry["feature"]: entry["correlation"] for entry in rows[0]["features"] or ()}


def _top_excerpts(dataset: Dataset, neuron: NeuronId) -> list[int]:
    query = f"""
        select distinct excerpt_id from ({dataset.stored("records")})
        where layer = $layer and neuron = $neuron and "group" in {BEST_GROUPS}
    """  # noqa: S608
    return [row["excerpt_id"] for row in dataset.query(query, neuron._asdict()).to_pylist()]


# --- of all others ---------------------------------------------------------------------------------------------------


def _shared_tokens(dataset: Dataset, tokens: list[str]) -> dict[NeuronId, float]:
    query = """
        select layer, neuron, len(list_intersect(list_transform(top_tokens, lambda t: t.token), $tokens)) / $n as part
        from neurons where part > 0
    """
    return _parts(dataset, query, {"tokens": tokens, "n": len(tokens)})


def _like_features(dataset: Dataset, features: dict[str, float]) -> dict[NeuronId, float]:
    query = """
        with mine as (select unnest($names) as feature, unnest($values) as correlation),
        theirs as (select layer, neuron, unnest(features, recursive := true) from neurons)
        select layer, neuron, sum(theirs.correlation * mine.correlation)
            / sqrt(sum(theirs.correlation ** 2) * any_value((select sum(correlation ** 2) from mine))) as part
        from theirs left join mine using (feature)
        group by layer, neuron having part > 0
    """
    return _parts(dataset, query, {"names": list(features), "values": list(features.values())})


def _shared_excerpts(dataset: Dataset, excerpts: list[int]) -> dict[NeuronId, float]:
    query = f"""
        select layer, neuron, count(distinct excerpt_id) / $n as part from ({dataset.stored("records")})
        where "group" in {BEST_GROUPS} and list_contains($excerpts, excerpt_id) group by layer, neuron
    """  # noqa: S608
    return _parts(dataset, query, {"excerpts": excerpts, "n": len(excerpts)})


def _parts(dataset: Dataset, query: str, values: dict[str, Any]) -> dict[NeuronId, float]:
    rows = dataset.query(query, values).to_pylist()
    return {NeuronId(row["layer"], row["neuron"]): float(row["part"]) for row in rows}
