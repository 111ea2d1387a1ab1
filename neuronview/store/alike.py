"""Neurons that are like one, as far as stored data tell: by top tokens, by dictionary features, by top excerpts.

An overlap of short lists, no correlation of activations: neurons may share none of these and still fire together.
Aggregates by DuckDB over three columns; no activation is read.
"""

from __future__ import annotations

from dataclasses import dataclass

from neuronview.records import NeuronId
from neuronview.store.dataset import Dataset

__all__ = ["Alike", "alike", "random_excerpt_ids"]

BEST_GROUPS = "('top', 'first')"

_LIKE = """
    with mine as (select unnest($names::varchar[]) as feature, unnest($values::double[]) as correlation),
    theirs as (select layer, neuron, unnest(features, recursive := true) from neurons),
    by_tokens as (
        select layer, neuron, len(list_intersect(list_transform(top_tokens, lambda t: t.token), $tokens::varchar[]))
            / nullif(len($tokens::varchar[]), 0) as tokens
        from neurons where len(top_tokens) > 0
    ),
    by_features as (
        select layer, neuron, coalesce(sum(theirs.correlation * mine.correlation), 0) / nullif(sqrt(
            sum(theirs.correlation ** 2) * any_value((select sum(correlation ** 2) from mine))
        ), 0) as features
        from theirs left join mine using (feature) group by layer, neuron
    ),
    by_excerpts as (
        select layer, neuron, count(distinct excerpt_id) filter (list_contains($excerpts::bigint[], excerpt_id))
            / nullif(len($excerpts::bigint[]), 0) as excerpts
        from ({records}) where "group" in {groups} group by layer, neuron
    )
    select layer, neuron, tokens, features, excerpts,
        list_avg([greatest(part, 0) for part in [tokens, features, excerpts] if part is not null]) as mean
    from by_tokens full join by_features using (layer, neuron) full join by_excerpts using (layer, neuron)
    where mean > 0 and (layer, neuron) <> ($layer, $neuron) order by mean desc, layer, neuron limit $most
"""


@dataclass(frozen=True)
class Alike:
    """Another neuron, and how much it has in common with the one that was asked for.

    None is what cannot be told, since it is not stored of one of the two.
    """

    neuron: NeuronId
    tokens: float | None
    """The part of its top tokens that are the other's too."""
    features: float | None
    """Cosine of both neurons' correlations with the dictionary's features, of those that are stored."""
    excerpts: float | None
    """The part of its top excerpts that are the other's too."""
    mean: float
    """Of what can be told, a negative cosine counted as nothing: what the list is in order of."""


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
    values = {"tokens": tokens, "names": list(features), "values": list(features.values()), "excerpts": excerpts}
    query = _LIKE.format(records=dataset.stored("records"), groups=BEST_GROUPS)
    rows = dataset.query(query, values | identity._asdict() | {"most": most}).to_pylist()
    return [Alike(NeuronId(row.pop("layer"), row.pop("neuron")), **row) for row in rows]


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
