"""What a run stores of simulations is read again with the dataset, the newest of two, also after parts were joined."""

from pathlib import Path

import numpy as np
import pytest

from neuronview.records import Explanation, NeuronId
from neuronview.store import Dataset, save_explanations
from neuronview.store.compact import compact
from neuronview.store.simulations import StoredSimulation
from tests.support import run_dataset

NEURON = NeuronId(0, 1)


def stored(value: float, created: str, *, excerpt: int = 3) -> StoredSimulation:
    return StoredSimulation("abc", NEURON, "digits", excerpt, np.array([value, np.nan]), "0-10", created=created)


def save(folder: Path, *simulations: StoredSimulation) -> None:
    save_explanations(folder, [Explanation("Cats.", "pairs", NEURON, id="abc")], label="run", simulations=simulations)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return run_dataset.build(tmp_path / "runs")


def test_a_simulation_of_the_user_is_read_with_the_dataset(folder: Path, tmp_path: Path) -> None:
    save(tmp_path / "mine", stored(2.5, "2026-01-01"))
    (found,) = Dataset(folder, overlay=tmp_path / "mine").simulations(NEURON)
    np.testing.assert_array_equal(found.expected, [2.5, np.nan])
    assert (found.excerpt_id, found.explanation_id, found.scale) == (3, "abc", "0-10")


@pytest.mark.parametrize("joined", [False, True])
@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 2, 0)])
def test_of_the_same_simulation_stored_again_the_newest_counts(
    folder: Path, tmp_path: Path, joined: bool, order: tuple[int, ...]
) -> None:
    for i in order:
        save(tmp_path / "mine", stored(float(i), f"2026-01-0{i + 1}"), stored(9.0, "2026-01-01", excerpt=4))
    if joined:
        compact(tmp_path / "mine", join=True)
    found = Dataset(folder, overlay=tmp_path / "mine").simulations(NEURON)
    assert [(entry.excerpt_id, entry.expected[0]) for entry in found] == [(3, 2.0), (4, 9.0)]
