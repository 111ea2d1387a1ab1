"""Heat maps of a neuron that are kept between runs: each is the one that would be made anew."""

from pathlib import Path

import orjson
import pytest

from neuronview.records import NeuronId
from neuronview.store import Dataset, open_dataset
from neuronview.ui import neuron_strips
from neuronview.ui.heatmap import Group, Strip, heatmap_payload
from neuronview.view.evaluation import neuron_maximum


@pytest.fixture
def dataset(small_home: Path) -> Dataset:
    assert small_home.is_dir()
    return open_dataset("small")


def test_each_neuron_scale_and_view_has_its_own(dataset: Dataset) -> None:
    texts = []
    for neuron in (NeuronId(1, 2), NeuronId(0, 1)):
        record = dataset.neuron(neuron)
        texts.append(neuron_strips._glance_text(dataset, "small", record))
        for normalization, fixed in (("neuron", 0.0), ("excerpt", 0.0), ("fixed", 1.0), ("fixed", 2.0)):
            texts.append(neuron_strips._all_text(dataset, "small", record, normalization, fixed))
    texts.append(neuron_strips._glance_text(dataset, "other", dataset.neuron((1, 2))))
    assert len(set(texts)) == len(texts)


def test_what_is_kept_says_what_is_made_anew(dataset: Dataset) -> None:
    record = dataset.neuron((1, 2))
    maximum = neuron_maximum(record)
    for _ in range(2):
        told = orjson.loads(neuron_strips._all_text(dataset, "small", record, "excerpt", 0.0))
        strips = [Strip(entry, record.id, maximum) for found in record.groups.values() for entry in found]
        anew = heatmap_payload([Group(strips)], dataset="small", normalization="excerpt")
        drawn = [strip for group in told["groups"] for strip in group["strips"]]
        assert [strip["real"] for strip in drawn] == [strip["real"] for strip in anew["groups"][0]["strips"]]
        assert [strip["scale"] for strip in drawn] == [strip["scale"] for strip in anew["groups"][0]["strips"]]
        assert orjson.loads(neuron_strips._glance_text(dataset, "small", record))["length"] == "snippet"
