"""What a neuron's page loads of a dataset of 307,200 neurons, against pandas reading the same rows of the same files.

Each time another neuron that was not looked at before, of the layers that have records (20 top and 20 random ones).
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from benchmarks import workbench
from benchmarks.drawn import EACH, LAYERS, RECORDED, WIDTH, build
from benchmarks.report import Row, medians, show
from neuronview.records import NeuronId
from neuronview.store import Dataset

REPEATS = 41


def read_plainly(folder: Path, neuron: NeuronId) -> tuple[Any, ...]:
    """Statistics, explanations with scores, and records joined with their excerpts, by pandas."""
    filters = [("layer", "==", neuron.layer), ("neuron", "==", neuron.neuron)]

    def rows(kind: str, wanted: Any) -> Any:
        return pd.concat(pd.read_parquet(path, filters=wanted) for path in folder.glob(f"{kind}-*.parquet"))

    records = rows("records", filters)
    excerpts = rows("excerpts", [("excerpt_id", "in", records["excerpt_id"].tolist())])
    explained = rows("explanations", filters).merge(rows("scores", filters), on="explanation_id")
    return rows("neurons", filters), explained, records.merge(excerpts, on="excerpt_id")


def measure(repeats: int = REPEATS) -> list[Row]:
    """All of it together, then statistics and records, then explanations and scores."""
    folder = workbench.folder() / "looked-at"
    build(folder, recorded=RECORDED)
    dataset = Dataset(folder)
    drawn = np.random.default_rng(1).permutation(RECORDED * WIDTH).tolist()

    def next_one() -> NeuronId:
        return NeuronId(*divmod(drawn.pop(), WIDTH))

    def page() -> Any:
        neuron = next_one()
        return dataset.neuron(neuron), dataset.explanations(neuron)

    record, explanations = page()
    if (len(record.top), len(record.random), len(explanations)) != (EACH, EACH, 1):
        raise AssertionError("not all that is stored of the neuron was read")
    whole, records, said = (
        1000 * s
        for s in medians(
            page, lambda: dataset.neuron(next_one()), lambda: dataset.explanations(next_one()), repeats=repeats
        )
    )
    (plain,) = medians(lambda: read_plainly(folder, next_one()), repeats=3)
    name = f"neuron page of {LAYERS * WIDTH:,} neurons"
    return [
        Row.within(f"{name}: all of it", whole, baseline=1000 * plain, unit="ms", at_most=20),
        Row(f"{name}: statistics and {2 * EACH} records", records, "ms"),
        Row(f"{name}: explanations and scores", said, "ms"),
    ]


if __name__ == "__main__":
    show(measure())
