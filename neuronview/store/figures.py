"""Figures of a whole dataset, by layer: how many explanations score how high, how many neurons well, and their means.

All are of one reading: one explainer, one scorer, one simulator (rules count as one). Aggregates by DuckDB over the
tables that are in memory; no row of a neuron leaves it. Undefined, unread and failed scores are counted apart and are
in no mean.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from neuronview.scoring import grouped_mean
from neuronview.stats import wilson_interval
from neuronview.store.dataset import Dataset
from neuronview.store.queries import NeuronFilter
from neuronview.store.tables import BY_RULE, HEADLINE_SPLITS

__all__ = [
    "CELLS",
    "CHOSEN",
    "WELL",
    "Density",
    "LayerFigures",
    "Mean",
    "Reading",
    "density",
    "layer_figures",
    "readings",
    "rows_of",
    "score_quantile",
    "surprising",
]

CELLS = 20
"""Cells of the density map in one unit of the score: their edges are k / CELLS from -1 to 1."""
WELL = 0.3
"""A neuron counts as explained well above it, as in the study of 2023."""
GROUPS = 100
"""Groups in one unit of the score that means are resampled from."""
CHOSEN = ("tour",)
"""Explainers whose neurons were chosen for show."""
SIMULATION = "simulation"
SUBSETS = ("top_and_random", "random")


@dataclass(frozen=True)
class Reading:
    """Whose explanations, and how they were scored: never more than one of each."""

    explainer: str
    scorer: str
    reader: str
    """`rule` for all rules, or the simulator's name; of other scorers the simulator's or the judge's."""
    splits: tuple[str, ...]
    """Which excerpts the scores are on: mostly one split, the first of the headline splits that each has."""
    n: int
    """Explanations that have a score, whatever its state."""

    @property
    def in_browse(self) -> bool:
        """Whether the browse table lists these scores."""
        return self.scorer == SIMULATION

    @property
    def filter(self) -> NeuronFilter:
        """The rows of the browse table that have this reading."""
        return NeuronFilter(explainer=self.explainer, reader=self.reader)


@dataclass(frozen=True, eq=False)
class Density:
    """How many explanations of each layer have a score in each cell."""

    layers: NDArray[np.int64]  # (layers,) all of the model
    edges: NDArray[np.float64]  # (cells + 1,) from -1 to 1; a cell holds its lower edge, the last one both
    counts: NDArray[np.int64]  # (layers, cells)
    states: tuple[Mapping[str, int], ...]
    """By layer: how many explanations have a score of each state, `ok` among them."""

    @property
    def without(self) -> dict[str, int]:
        """How many scores are no numbers, by state."""
        names = {name for layer in self.states for name in layer if name != "ok"}
        return {name: sum(layer.get(name, 0) for layer in self.states) for name in sorted(names)}


@dataclass(frozen=True)
class Mean:
    """Mean score of neurons, its 95 % interval over neurons, of how many, and how many have no number and why."""

    value: float
    interval: tuple[float, float]
    n: int
    without: Mapping[str, int]


@dataclass(frozen=True)
class LayerFigures:
    """The figures of one layer, or of all (`layer` None)."""

    layer: int | None
    together: Mean
    """On top and random excerpts; of a scorer other than simulation, on all its excerpts."""
    random: Mean
    """On random excerpts alone; n is 0 where there is no such score."""
    n_well: int
    """Neurons whose score together is above WELL."""

    @property
    def share_well(self) -> float:
        """Share of the neurons with a score that are explained well; nan without any."""
        return self.n_well / self.together.n if self.together.n else math.nan

    @property
    def share_interval(self) -> tuple[float, float]:
        """Wilson's 95 % interval of that share."""
        return wilson_interval(self.n_well, self.together.n)


def readings(dataset: Dataset) -> list[Reading]:
    """Every reading of the dataset, those of simulation first, then by how many numbers they have.

    Without those of explainers that explain chosen neurons only (CHOSEN): they say nothing of a layer.
    """
    query = f"""
        select explainer, scorer, reader, list(distinct split order by split) as splits, count(*) as n
        from ({_simulated()} union all {_others()}) where not list_contains($chosen, explainer)
        group by explainer, scorer, reader order by scorer <> '{SIMULATION}', count(score) desc, explainer, reader
    """  # noqa: S608 - names are our own
    rows = dataset.query(query, {"headline": list(HEADLINE_SPLITS), "chosen": list(CHOSEN)})
    return [Reading(r["explainer"], r["scorer"], r["reader"], tuple(r["splits"]), r["n"]) for r in rows.to_pylist()]


def density(dataset: Dataset, reading: Reading) -> Density:
    """Counts of explanations by layer and score; a score beyond -1 or 1 is in the last cell."""
    rows, values = rows_of(reading)
    query = f"""
        select layer, state, case when score is null then null else least(greatest(
            -- A score just below an edge may round up to it when it is multiplied.
            floor(score * $cells)::int - (score < floor(score * $cells) / $cells::double)::int,
            -$cells), $cells - 1) end as cell, count(*) as n
        from ({rows}) group by all
    """  # noqa: S608
    n_layers = dataset.manifest.model.n_layers
    counts = np.zeros((n_layers, 2 * CELLS), dtype=np.int64)
    states: list[dict[str, int]] = [{} for _ in range(n_layers)]
    for row in dataset.query(query, values | {"cells": CELLS}).to_pylist():
        layer, state = row["layer"], row["state"]
        states[layer][state] = states[layer].get(state, 0) + row["n"]
        if row["cell"] is not None:
            counts[layer, row["cell"] + CELLS] += row["n"]
    return Density(np.arange(n_layers), np.arange(-CELLS, CELLS + 1) / CELLS, counts, tuple(states))


def layer_figures(dataset: Dataset, reading: Reading, *, seed: int = 0) -> list[LayerFigures]:
    """Figures of each layer that has scores, and of all layers together last; empty without any.

    A neuron counts once: where the explainer has several explanations of it, with the mean of their scores.
    """
    table = _grouped(dataset, reading)
    if table.empty:
        return []
    layers = [_figures(int(str(layer)), rows, seed=seed) for layer, rows in table.groupby("layer")]
    return [*layers, _figures(None, table, seed=seed)]


def score_quantile(dataset: Dataset, chosen: NeuronFilter, share: float) -> float:
    """The score that this share of the filtered rows' scores lies below; nan where there is none."""
    rows, values = dataset.searcher.kept(chosen)
    query = f"select quantile_cont(score, {float(share)}) as value from {rows}"  # noqa: S608
    found = dataset.query(query, values).to_pylist()[0]["value"]
    return math.nan if found is None else float(found)


def surprising(dataset: Dataset, *, limit: int) -> pd.DataFrame:
    """Columns layer, neuron, lookup: neurons whose dictionary's lower bound is most above their token lookup's score.

    Of several of a kind the best counts. Only those where it is above.
    """
    query = """
        select layer, neuron, max(score) filter (explainer = 'lookup') as lookup,
            arg_max(low, score) filter (explainer = 'dictionary') as bound
        from browse where reader = $by_rule and explainer in ('lookup', 'dictionary') group by layer, neuron
        having bound > lookup order by bound - lookup desc, layer, neuron limit $n
    """
    found: pd.DataFrame = dataset.query(query, {"by_rule": BY_RULE, "n": limit}).to_pandas()
    return found[["layer", "neuron", "lookup"]]


def rows_of(reading: Reading, suffix: str = "") -> tuple[str, dict[str, Any]]:
    """Query for a reading's rows, and the values bound in it, whose names end in `suffix`.

    Columns layer, neuron, explanation_id, explainer, scorer, simulator, reader, split, state, score, n_sequences.
    """
    rows = _simulated() if reading.in_browse else _others()
    names = {"explainer": reading.explainer, "reader": reading.reader, "scorer": reading.scorer}
    bound = " and ".join(f"{name} = ${name}{suffix}" for name in names)
    values: dict[str, Any] = {f"{name}{suffix}": value for name, value in names.items()}
    if not reading.in_browse:
        values["headline"] = list(HEADLINE_SPLITS)
    return f"select * from ({rows}) where {bound}", values  # noqa: S608


_BOUND = "explainer = $explainer and reader = $reader and scorer = $scorer"
_STATE = "if(count(score) > 0, 'ok', min(state))"
"""Of a neuron whose explanations have scores of several states."""
_COLUMNS = "layer, neuron, explanation_id, explainer, scorer, simulator, reader, split, state, score, n_sequences"


def _simulated() -> str:
    return f"select {_COLUMNS} from browse where reader is not null"  # noqa: S608


def _others() -> str:
    """Scores of other scorers, of each explanation the first headline split that it has."""
    return f"""
        select {_COLUMNS} from (
            select s.*, s.value as score, e.explainer, s.simulator as reader
            from scores s join explanations e using (explanation_id, layer, neuron)
            where s.scorer <> '{SIMULATION}' and s.subset = 'all' and s.split <> 'corpus'
            qualify row_number() over (partition by s.explanation_id, s.layer, s.neuron, s.scorer, s.simulator
                order by coalesce(list_position($headline, s.split), 99)) = 1
        )
    """  # noqa: S608


def _grouped(dataset: Dataset, reading: Reading) -> pd.DataFrame:
    """Neurons counted by layer, subset, state and score's group: columns n, total (their sum), well."""
    rows, values = rows_of(reading)
    together = f"""
        select layer, neuron, '{SUBSETS[0]}' as subset, avg(score) as value, {_STATE} as state
        from ({rows}) group by layer, neuron
    """  # noqa: S608
    random = f"""
        select layer, neuron, '{SUBSETS[1]}' as subset, avg(score) as value, {_STATE} as state from (
            select layer, neuron, random_score as score, 'ok' as state
            from browse where reader is not null and {_BOUND} and random_score is not null
            union all
            -- Those without a number are few: why is looked up for them alone.
            select layer, neuron, null, s.state from scores s join (
                select * from browse where reader is not null and {_BOUND} and random_score is null
            ) using (explanation_id, layer, neuron, scorer, simulator, split) where s.subset = '{SUBSETS[1]}'
        ) group by layer, neuron
    """  # noqa: S608
    query = f"""
        select layer, subset, state, floor(value * {GROUPS})::int as part, count(*) as n, sum(value) as total,
            count(*) filter (value > {WELL}) as well
        from ({together}{f" union all {random}" if reading.in_browse else ""})
        group by layer, subset, state, part order by all
    """  # noqa: S608
    table: pd.DataFrame = dataset.query(query, values).to_pandas()
    return table


def _figures(layer: int | None, rows: pd.DataFrame, *, seed: int) -> LayerFigures:
    together, random = (_mean(rows[rows["subset"] == subset], seed=seed) for subset in SUBSETS)
    return LayerFigures(layer, together, random, int(rows.loc[rows["subset"] == SUBSETS[0], "well"].sum()))


def _mean(rows: pd.DataFrame, *, seed: int) -> Mean:
    defined = rows[rows["state"] == "ok"]
    parts = defined.groupby("part")[["n", "total"]].sum()
    counts = parts["n"].to_numpy(dtype=np.int64)
    means = parts["total"].to_numpy(dtype=np.float64) / np.maximum(counts, 1)
    value, interval = grouped_mean(counts, means, seed=seed)
    without = rows[rows["state"] != "ok"].groupby("state")["n"].sum()
    return Mean(value, interval, int(counts.sum()), {str(name): int(n) for name, n in without.items()})
