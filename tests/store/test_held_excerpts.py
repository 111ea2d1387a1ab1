"""Excerpts that are held in memory are those of the files, and are held only where they are few."""

from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from neuronview.store import Dataset, dataset
from neuronview.store.held_excerpts import HeldExcerpts
from tests.support import run_dataset


def test_held_rows_are_those_of_the_ids_and_none_of_others() -> None:
    table = pa.table({"excerpt_id": pa.array([7, 2, 40], pa.int32()), "source": ["g", "b", "z"]})
    held = HeldExcerpts(lambda: table)
    assert [row["source"] for row in held.rows([2, 3, 40, 41])] == ["b", "z"]
    assert held.rows([]) == []


@pytest.mark.parametrize("most", [0, 1_000_000])
def test_only_few_excerpts_of_token_ids_are_held(most: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened = Dataset(run_dataset.build(tmp_path / "data"))
    monkeypatch.setattr(dataset, "MOST_ROWS", most)
    monkeypatch.setitem(vars(opened), "_vocabulary", {0: "a"})
    assert (opened._held is not None) == (most > 0)


def test_no_query_of_the_files_is_built_where_excerpts_are_held(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    holding = Dataset(run_dataset.build(tmp_path / "data"))
    assert holding.excerpts([3])

    def built(*_: object) -> str:
        raise AssertionError("the parts were looked through")

    monkeypatch.setattr(dataset, "source", built)
    assert [row["excerpt_id"] for row in holding.excerpts([7, 2])] == [7, 2]


def test_a_neuron_is_the_same_whether_its_excerpts_are_held_or_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = run_dataset.build(tmp_path / "data")
    holding, reading = Dataset(folder), Dataset(folder)
    monkeypatch.setitem(vars(holding), "_held", HeldExcerpts(lambda: holding._table(holding.stored("excerpts"))))
    monkeypatch.setitem(vars(reading), "_held", None)
    for neuron in holding.neurons_with("records"):
        pairs = zip(
            *([entry for group in one.neuron(neuron).groups.values() for entry in group] for one in (holding, reading)),
            strict=True,
        )
        for mine, plain in pairs:
            assert (mine.tokens, mine.token_ids, mine.document_id) == (plain.tokens, plain.token_ids, plain.document_id)
            assert np.array_equal(mine.activations, plain.activations)
