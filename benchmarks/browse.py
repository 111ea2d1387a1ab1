"""Pages of the table of 307,200 neurons, against pandas with the whole table in memory: milliseconds.

Both filter by layer and score, sort, count what was kept and hand over the first 50 rows with every column; they take
turns. The page that is asked for is another one each time, so that nothing kept answers for either.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any

from benchmarks import workbench
from benchmarks.drawn import LAYERS, WIDTH, build
from benchmarks.report import Row, medians, show
from neuronview.store import Dataset, NeuronFilter

REPEATS = 21
RANGES = ((0.2, 0.8), (0.1, 0.6), (0.3, 0.9), (0.0, 0.5))


def measure() -> list[Row]:
    """Filtered pages of three layers and of all, a later one, and opening the dataset."""
    folder = workbench.folder() / "browsed"
    build(folder)
    dataset = Dataset(folder)
    table = dataset.neurons(limit=LAYERS * WIDTH)
    few, all_of_them = [(3 + n, 10 + n, 30 + n) for n in range(4)], [()]
    rows = [
        _compared("three layers", dataset, table, few, offset=0),
        _compared("all layers", dataset, table, all_of_them, offset=0),
        _compared("all layers, a later page", dataset, table, all_of_them, offset=100_000),
    ]
    (opened,) = medians(lambda: Dataset(folder).close(), repeats=3)
    return [*itertools.chain(*rows), Row.within("browse: open the dataset", opened, unit="s", at_most=5)]


def _compared(what: str, dataset: Dataset, table: Any, layers: list[Any], *, offset: int) -> list[Row]:
    filters = [NeuronFilter(layers=some, score=limits) for some in layers for limits in RANGES]

    def ours(chosen: NeuronFilter) -> tuple[int, Any]:
        return dataset.count(chosen), dataset.neurons(chosen, offset=offset)

    def pandas(chosen: NeuronFilter) -> tuple[int, Any]:
        mask = table["score"].ge(chosen.score[0]) & table["score"].lt(chosen.score[1])  # type: ignore[index]
        if chosen.layers:
            mask &= table["layer"].isin(chosen.layers)
        kept = table[mask].sort_values(["low", "layer", "neuron"], ascending=[False, True, True])
        return len(kept), kept.iloc[offset : offset + 50].reset_index(drop=True)

    for chosen in filters:
        _same(ours(chosen), pandas(chosen))
    mine, theirs = itertools.cycle(filters), itertools.cycle(filters)
    found, plain = (
        1000 * s for s in medians(lambda: _next(ours, mine), lambda: _next(pandas, theirs), repeats=REPEATS)
    )
    name = f"browse: a page of {LAYERS * WIDTH:,} rows, {what}"
    return [
        Row.times(f"{name}, against pandas", found, plain, unit="ms", at_most=1),
        Row.within(name, found, unit="ms", at_most=30),
    ]


def _next(way: Any, filters: Iterator[NeuronFilter]) -> Any:
    return way(next(filters))


def _same(ours: tuple[int, Any], pandas: tuple[int, Any]) -> None:
    same = ours[0] == pandas[0] and all(
        list(ours[1][name]) == list(pandas[1][name]) for name in ("layer", "neuron", "explanation")
    )
    if not same:
        raise AssertionError("the two ways find different pages")


if __name__ == "__main__":
    show(measure())
