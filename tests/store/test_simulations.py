"""Stored simulations: what comes back is what was written, and what was never answered is nan."""

from pathlib import Path

import numpy as np
import pytest

from neuronview.errors import DatasetError
from neuronview.records import NeuronId
from neuronview.store.simulations import StoredSimulation, read_simulations, simulation_table
from neuronview.store.write import commit_parts, write_part

NEURON = NeuronId(1, 2)


def stored(excerpt: int, expected: list[float], *, simulator: str = "gpt", neuron: NeuronId = NEURON):
    return StoredSimulation("abc", neuron, simulator, excerpt, np.array(expected), "0-10")


def write(folder: Path, simulations: list[StoredSimulation]) -> Path:
    commit_parts(folder, [write_part(folder, "simulations", simulation_table(simulations))], label="test")
    return folder


def test_values_come_back_and_missing_ones_are_nan_not_zero(tmp_path: Path) -> None:
    found = read_simulations([write(tmp_path, [stored(7, [0.0, np.nan, 3.5])])], NEURON)
    np.testing.assert_array_equal(found[0].expected, [0.0, np.nan, 3.5])
    assert (found[0].explanation_id, found[0].simulator, found[0].excerpt_id, found[0].scale) == (
        "abc",
        "gpt",
        7,
        "0-10",
    )


def test_an_excerpt_that_got_no_answer_at_all_is_all_nan(tmp_path: Path) -> None:
    found = read_simulations([write(tmp_path, [stored(7, [np.nan, np.nan])])], NEURON)
    assert np.isnan(found[0].expected).tolist() == [True, True]


def test_only_the_neuron_asked_for_is_read(tmp_path: Path) -> None:
    others = [NeuronId(1, 3), NeuronId(0, 2)]
    write(tmp_path, [stored(7, [1.0]), *(stored(8, [2.0], neuron=other) for other in others)])
    assert [entry.excerpt_id for entry in read_simulations([tmp_path], NEURON)] == [7]


@pytest.mark.parametrize("bulk", [False, True])
def test_every_neuron_is_found_wherever_its_rows_lie_and_none_that_lies_between(tmp_path: Path, bulk: bool) -> None:
    # Groups of 250 rows, some neurons in two of them; odd numbers are nowhere.
    neurons = [NeuronId(layer, 2 * number) for layer in (0, 1) for number in range(150) for _ in range(3)]
    rows = simulation_table([stored(place, [1.0], neuron=neuron) for place, neuron in enumerate(neurons)])
    commit_parts(tmp_path, [write_part(tmp_path, "simulations", rows, bulk=bulk)], label="test")
    for neuron in [
        NeuronId(layer, number) for layer in (0, 1, 2) for number in (0, 1, 82, 83, 166, 167, 168, 298, 299)
    ]:
        expected = [place for place, other in enumerate(neurons) if other == neuron]
        assert [entry.excerpt_id for entry in read_simulations([tmp_path], neuron)] == expected


def test_a_persons_own_stands_before_the_datasets(tmp_path: Path) -> None:
    folders = [
        write(tmp_path / "theirs", [stored(7, [1.0]), stored(8, [1.0])]),
        write(tmp_path / "own", [stored(7, [2.0])]),
    ]
    found = read_simulations([*folders, tmp_path / "not there"], NEURON)
    assert [(entry.excerpt_id, entry.expected[0]) for entry in found] == [(7, 2.0), (8, 1.0)]


def test_a_simulation_of_another_length_is_refused() -> None:
    with pytest.raises(DatasetError, match="2 values for 3 tokens"):
        stored(7, [1.0, 2.0]).of(["a", "b", "c"])


def test_an_unknown_scale_is_refused_with_those_that_are_known(tmp_path: Path) -> None:
    odd = StoredSimulation("abc", NEURON, "gpt", 7, np.array([1.0]), "percent")  # type: ignore[arg-type]
    with pytest.raises(DatasetError, match=r"“percent”; known are 0-10"):
        read_simulations([write(tmp_path, [odd])], NEURON)


def test_distributions_come_back(tmp_path: Path) -> None:
    entry = StoredSimulation("abc", NEURON, "gpt", 7, np.array([4.0]), "0-10", ((3.0, 5.0),), ((0.5, 0.5),))
    found = read_simulations([write(tmp_path, [entry])], NEURON)[0].of(["a"])
    assert (found.values, found.probabilities) == (((3.0, 5.0),), ((0.5, 0.5),))
