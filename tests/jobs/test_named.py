"""Neurons of a run are named one by one, by part of a layer, by layer, or all."""

import pytest

from neuronview.errors import BadInput
from neuronview.jobs.named import named_neurons
from neuronview.store import Dataset
from tests.support import run_dataset as made


@pytest.fixture(scope="module")
def dataset(tmp_path_factory: pytest.TempPathFactory) -> Dataset:
    return Dataset(made.build(tmp_path_factory.mktemp("named")))


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("1:2, 0:1, 1:2", ["1:2", "0:1"]),
        ("1:*", ["1:0", "1:1", "1:2"]),
        ("0:1-2;1:0", ["0:1", "0:2", "1:0"]),
        ("all", ["0:0", "0:1", "0:2", "1:0", "1:1", "1:2"]),
    ],
)
def test_neurons_are_read_in_their_order_and_repeats_count_once(dataset: Dataset, text: str, named: list[str]) -> None:
    assert [str(neuron) for neuron in named_neurons(text, dataset)] == named


@pytest.mark.parametrize("text", ["2:*", "0:1-3", "0:2-1", "", "x", "0:*-"])
def test_what_is_no_neuron_of_the_dataset_is_refused(dataset: Dataset, text: str) -> None:
    with pytest.raises(BadInput):
        named_neurons(text, dataset)
