"""Neurons that are like one by what is stored: overlaps computed again from the neurons themselves."""

from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from neuronview.errors import NotFound
from neuronview.records import NeuronId
from neuronview.store import Dataset, open_dataset
from neuronview.store.alike import alike, random_excerpt_ids
from neuronview.store.schema import NEURONS, records_schema
from neuronview.store.write import commit_parts, write_manifest, write_part
from tests.support import small_dataset

TOKENS = {0: ["a", "b", "c", "d"], 1: ["a", "b", "x"], 2: ["x", "y"], 3: None, 4: ["d", "d"], 5: []}
FEATURES = {
    0: {"digits": 0.6, "commas": -0.3},
    1: {"digits": 0.5},
    2: {"commas": 0.4, "digits": 0.1},
    3: None,
    4: {"names": 0.9},
    5: None,
}
TOP = {0: [1, 2, 3, 4, 5], 1: [1, 9], 2: [3, 4, 5, 6], 3: [7], 4: [8], 5: [2, 3, 10]}


@pytest.fixture(scope="module")
def dataset(tmp_path_factory: pytest.TempPathFactory) -> Dataset:
    """One layer of six neurons with known lists."""
    folder = tmp_path_factory.mktemp("alike")
    rows = []
    for neuron, tokens in TOKENS.items():
        features = FEATURES[neuron]
        rows.append(
            dict.fromkeys(NEURONS.names)
            | {"layer": 0, "neuron": neuron}
            | {"top_tokens": tokens and [{"token": t, "token_id": 0, "mean": 1.0, "count": 9} for t in tokens]}
            | {"features": features and [{"feature": f, "correlation": c} for f, c in features.items()]}
        )
    records = [
        {
            "layer": 0,
            "neuron": neuron,
            "group": group,
            "rank": rank,
            "excerpt_id": excerpt,
            "activations": np.ones(1, dtype=np.float16),
        }
        for neuron, top in TOP.items()
        for group, excerpts in (("top", top), ("first", top[:1]), ("random", [1, 20 + neuron]))
        for rank, excerpt in enumerate(excerpts)
    ]
    parts = [
        write_part(folder, "neurons", pa.Table.from_pylist(rows, schema=NEURONS)),
        write_part(folder, "records", pa.Table.from_pylist(records, schema=records_schema())),
    ]
    commit_parts(folder, parts, label="test")
    manifest = small_dataset.manifest()
    write_manifest(folder, manifest | {"model": manifest["model"] | {"n_layers": 1, "n_neurons": 6}})
    return open_dataset(folder)


def test_each_measure_is_the_overlap_with_this_neuron(dataset: Dataset) -> None:
    found = {entry.neuron.neuron: entry for entry in alike(dataset, NeuronId(0, 0)) or ()}
    norm = np.hypot(0.6, 0.3)
    assert found[1].tokens == pytest.approx(2 / 4)
    assert found[1].excerpts == pytest.approx(1 / 5)
    assert found[1].features == pytest.approx(0.6 / norm)
    assert found[2].tokens == 0
    assert found[2].excerpts == pytest.approx(3 / 5)


def test_a_neuron_whose_features_go_the_other_way_is_not_like_it_by_them(dataset: Dataset) -> None:
    found = {entry.neuron.neuron: entry for entry in alike(dataset, NeuronId(0, 0)) or ()}
    assert found[2].features == pytest.approx((0.6 * 0.1 - 0.3 * 0.4) / (np.hypot(0.6, 0.3) * np.hypot(0.1, 0.4)))
    assert found[2].features < 0
    assert found[2].mean == pytest.approx(0.6 / 3)


def test_features_in_common_with_none_are_a_cosine_of_zero_and_features_that_are_not_stored_are_none(
    dataset: Dataset,
) -> None:
    found = {entry.neuron.neuron: entry for entry in alike(dataset, NeuronId(0, 0)) or ()}
    assert found[4].features == 0
    assert (found[5].tokens, found[5].features, found[5].excerpts) == (None, None, pytest.approx(2 / 5))
    assert found[5].mean == pytest.approx(2 / 5)


def test_a_token_that_is_listed_twice_counts_once(dataset: Dataset) -> None:
    found = {entry.neuron.neuron: entry for entry in alike(dataset, NeuronId(0, 0)) or ()}
    assert found[4].tokens == pytest.approx(1 / 4)


def test_the_most_alike_stand_first_and_the_neuron_itself_nowhere(dataset: Dataset) -> None:
    found = alike(dataset, NeuronId(0, 0)) or []
    means = [entry.mean for entry in found]
    assert means == sorted(means, reverse=True)
    assert [entry.neuron for entry in found] == [NeuronId(0, place) for place in (1, 5, 2, 4)]
    assert [entry.neuron for entry in alike(dataset, NeuronId(0, 0), most=1) or ()] == [NeuronId(0, 1)]


def test_what_is_not_stored_of_the_neuron_is_no_measure(dataset: Dataset) -> None:
    assert alike(dataset, NeuronId(0, 3)) == []
    found = alike(dataset, NeuronId(0, 4)) or []
    assert all(entry.tokens is not None for entry in found)


def test_a_neuron_of_which_nothing_is_stored_cannot_be_compared(tmp_path: Path) -> None:
    write_manifest(tmp_path, small_dataset.manifest())
    commit_parts(tmp_path, [write_part(tmp_path, "excerpts", small_dataset.excerpts())], label="test")
    assert alike(open_dataset(tmp_path), NeuronId(0, 0)) is None


def test_a_neuron_out_of_range_is_refused(dataset: Dataset) -> None:
    with pytest.raises(NotFound):
        alike(dataset, NeuronId(0, 6))


def test_random_excerpts_are_those_of_any_neuron_each_once(dataset: Dataset) -> None:
    assert random_excerpt_ids(dataset) == [1, *range(20, 26)]
