"""Two explainers, or two simulators, over many neurons: which scores higher where, and by how much on the average.

Pairs are made by neuron, on the same scorer, split and number of excerpts; a neuron that lacks its pair is counted
with the reason and is in no figure. Aggregates by DuckDB: only the points that are drawn leave it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from neuronview.errors import BadInput
from neuronview.scoring import grouped_mean
from neuronview.store.dataset import Dataset
from neuronview.store.figures import Reading, rows_of
from neuronview.store.queries import NeuronFilter
from neuronview.store.tables import HEADLINE_SPLITS

__all__ = ["TIE", "Paired", "binned", "compare_readings", "paired_neurons", "require_comparable"]

TIE = 0.05
"""Scores that differ by no more than this count as equal, unless another threshold is given."""
GROUPS = 100
"""Groups in one unit of the difference that its mean is resampled from."""


@dataclass(frozen=True)
class Paired:
    """How A's scores compare with B's over the neurons that both have."""

    wins: int
    """Neurons on which A is higher by more than the threshold."""
    ties: int
    losses: int
    mean: float
    """Of A minus B; nan without a pair."""
    interval: tuple[float, float]
    """95 %, from neurons drawn again with replacement; nan of fewer than two."""
    splits: tuple[str, ...]
    left_out: Mapping[str, int]
    """Neurons of the filter without a pair, by the reason in words."""

    @property
    def n(self) -> int:
        """Neurons that both have."""
        return self.wins + self.ties + self.losses


def require_comparable(a: Reading, b: Reading) -> None:
    """BadInput where two readings differ in more than one thing, or in nothing, so that no difference can be told."""
    if a.scorer != b.scorer:
        raise BadInput(f"Scores of {a.scorer} and of {b.scorer} are on different scales. Choose one scorer for both.")
    if (a.explainer, a.reader) == (b.explainer, b.reader):
        raise BadInput("Both sides are the same scores. Choose another explainer or simulator on one side.")
    if a.explainer != b.explainer and a.reader != b.reader:
        raise BadInput(
            f"{a.explainer} simulated by {a.reader} and {b.explainer} simulated by {b.reader} differ in two things at "
            "once. Choose one simulator for two explainers, or one explainer for two simulators."
        )


def compare_readings(
    dataset: Dataset, a: Reading, b: Reading, chosen: NeuronFilter, *, tie: float = TIE, seed: int = 0
) -> Paired:
    """Wins, ties and losses of A against B and the mean difference; BadInput where the two cannot be compared.

    The neurons of the filter are those that have any row which it keeps. Two simulators are compared on the same
    explanations; where several explanations of a neuron count on a side, their mean does.
    """
    pairs, values = _pairs(dataset, a, b, chosen)
    query = f"""
        with pairs as ({pairs}) select floor((a - b) * {GROUPS})::int as part, split, count(*) as n,
            sum(a - b) as total, count(*) filter (a - b > $tie) as wins, count(*) filter (b - a > $tie) as losses
        from pairs group by part, split order by all
    """  # noqa: S608 - names are our own, here and below
    table = dataset.query(query, values | {"tie": tie}).to_pandas()
    parts = table.groupby("part")[["n", "total"]].sum()
    counts = parts["n"].to_numpy(dtype=np.int64)
    mean, interval = grouped_mean(counts, parts["total"].to_numpy(dtype=float) / np.maximum(counts, 1), seed=seed)
    wins, losses = int(table["wins"].sum()), int(table["losses"].sum())
    ties = int(counts.sum()) - wins - losses
    splits = tuple(sorted(set(table["split"])))
    return Paired(wins, ties, losses, mean, interval, splits, _left_out(dataset, a, b, chosen))


def paired_neurons(
    dataset: Dataset, a: Reading, b: Reading, chosen: NeuronFilter, *, limit: int, by: str = "place"
) -> pd.DataFrame:
    """Columns layer, neuron, a, b, id_a, id_b of paired neurons.

    In order of the neuron (`place`), or those first whose A (`a`) or B (`b`) is most above the other.
    """
    pairs, values = _pairs(dataset, a, b, chosen)
    order = {"place": "layer, neuron", "a": "a - b desc, layer, neuron", "b": "b - a desc, layer, neuron"}[by]
    query = f"select * exclude (split) from ({pairs}) order by {order} limit $n"  # noqa: S608
    found: pd.DataFrame = dataset.query(query, values | {"n": limit}).to_pandas()
    return found


def binned(
    dataset: Dataset, a: Reading, b: Reading, chosen: NeuronFilter, *, bins: int = 40
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Counts of paired neurons (bins of B, bins of A) in equal bins over [-1, 1], and their edges (bins + 1,)."""
    pairs, values = _pairs(dataset, a, b, chosen)
    place = "least(greatest(floor(({} + 1) / 2 * $bins)::int, 0), $bins - 1)"
    query = f"select {place.format('a')} as x, {place.format('b')} as y, count(*) as n from ({pairs}) group by all"  # noqa: S608
    counts = np.zeros((bins, bins), dtype=np.int64)
    for row in dataset.query(query, values | {"bins": bins}).to_pylist():
        counts[row["y"], row["x"]] = row["n"]
    return counts, np.linspace(-1, 1, bins + 1)


def _pairs(dataset: Dataset, a: Reading, b: Reading, chosen: NeuronFilter) -> tuple[str, dict[str, Any]]:
    """Query for the paired neurons, a row each: layer, neuron, split, a, b, id_a, id_b; and the values bound in it."""
    require_comparable(a, b)
    sides, values = _sides(dataset, a, b, chosen)
    same = "and x.explanation_id = y.explanation_id" if a.explainer == b.explainer else ""
    # Of several explanations on both sides each meets each, so that the means are those of either side.
    query = f"""
        {sides}, matched as (
            select x.layer, x.neuron, x.split, avg(x.score) as a, avg(y.score) as b,
                any_value(x.explanation_id) as id_a, any_value(y.explanation_id) as id_b,
                coalesce(list_position($headline, x.split), 99) * 1000000 - x.n as place
            from side_a x join side_b y on x.layer = y.layer and x.neuron = y.neuron and x.split = y.split
                and x.n = y.n {same}
            where x.score is not null and y.score is not null
            group by x.layer, x.neuron, x.split, x.n
        )
        select layer, neuron, unnest(arg_min(struct_pack(split := split, a := a, b := b, id_a := id_a, id_b := id_b),
            place)) from matched group by layer, neuron
    """  # noqa: S608
    return query, values


def _sides(dataset: Dataset, a: Reading, b: Reading, chosen: NeuronFilter) -> tuple[str, dict[str, Any]]:
    """The tables kept (neurons of the filter), side_a and side_b, as the head of a query."""
    rows, values = dataset.searcher.kept(chosen)
    (rows_a, of_a), (rows_b, of_b) = rows_of(a, "_a"), rows_of(b, "_b")
    among = "" if chosen == NeuronFilter() else "semi join kept using (layer, neuron)"
    head = f"""
        with kept as (select distinct layer, neuron from {rows}),
        side_a as (select *, coalesce(n_sequences, 0) as n from ({rows_a}) {among}),
        side_b as (select *, coalesce(n_sequences, 0) as n from ({rows_b}) {among})
    """  # noqa: S608
    return head, values | of_a | of_b | {"headline": list(HEADLINE_SPLITS)}


def _left_out(dataset: Dataset, a: Reading, b: Reading, chosen: NeuronFilter) -> dict[str, int]:
    sides, values = _sides(dataset, a, b, chosen)
    pairs, _ = _pairs(dataset, a, b, chosen)
    states = [
        f"select layer, neuron, if(count(score) > 0, 'ok', min(state)) as state from side_{side} group by layer, neuron"  # noqa: S608
        for side in ("a", "b")
    ]
    query = f"""
        {sides}, pairs as ({pairs})
        select coalesce(x.state, 'none') as a, coalesce(y.state, 'none') as b, count(*) as n
        from kept anti join pairs using (layer, neuron)
        left join ({states[0]}) x using (layer, neuron) left join ({states[1]}) y using (layer, neuron)
        group by all order by n desc
    """  # noqa: S608
    found: dict[str, int] = {}
    for row in dataset.query(query, values).to_pylist():
        reason = _reason(row["a"], row["b"])
        found[reason] = found.get(reason, 0) + row["n"]
    return found


def _reason(a: str, b: str) -> str:
    if a == b == "none":
        return "neither has a score"
    if "none" in (a, b):
        return f"only {'B' if a == 'none' else 'A'} has a score"
    if a == b == "ok":
        return "the two are scored on other excerpts"
    return " and ".join(f"{side} is {state.replace('_', ' ')}" for side, state in (("A", a), ("B", b)) if state != "ok")
