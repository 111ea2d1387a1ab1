"""What a neuron's page loads, against pandas reading the same rows from the same files: milliseconds."""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import Any

import pandas as pd

from benchmarks import workbench
from benchmarks.report import Row, medians, show
from neuronview.records import NeuronId
from neuronview.store import Dataset, save_explanations
from neuronview.view.evaluation import pattern_explanation


def read_plainly(folder: Path, neuron: NeuronId) -> tuple[Any, Any]:
    """Records of a neuron joined with their excerpts, by pandas."""
    filters = [("layer", "==", neuron.layer), ("neuron", "==", neuron.neuron)]
    records = pd.concat(pd.read_parquet(path, filters=filters) for path in folder.glob("records-*.parquet"))
    wanted = [("excerpt_id", "in", records["excerpt_id"].tolist())]
    excerpts = pd.concat(pd.read_parquet(path, filters=wanted) for path in folder.glob("excerpts-*.parquet"))
    return records.merge(excerpts, on="excerpt_id"), len(records)


def measure() -> list[Row]:
    """A neuron that was not looked at before, each time."""
    folder = workbench.collected().result.folder
    save_explanations(folder, [_explained(folder, NeuronId(0, n)) for n in range(8)], label="benchmark")
    dataset = Dataset(folder)
    ours, plain, said = (itertools.cycle(NeuronId(n % 4, 97 * n % 1024) for n in range(200)) for _ in range(3))
    records, pandas = (
        1000 * s
        for s in medians(lambda: dataset.neuron(next(ours)), lambda: read_plainly(folder, next(plain)), repeats=25)
    )
    (explanations,) = medians(lambda: dataset.explanations(next(said)), repeats=25)
    return [
        Row.within("neuron page: statistics and records", records, baseline=pandas, unit="ms", at_most=100),
        Row.within("neuron page: explanations and scores", 1000 * explanations, unit="ms", at_most=20),
    ]


def _explained(folder: Path, neuron: NeuronId) -> Any:
    return pattern_explanation(Dataset(folder).neuron(neuron), "the, a", is_regex=False)


if __name__ == "__main__":
    show(measure())
