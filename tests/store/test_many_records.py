"""Records of many neurons in one reading are those of each neuron by itself."""

from pathlib import Path

import numpy as np
import pytest

from neuronview.errors import NotFound
from neuronview.records import NeuronId, NeuronRecord
from neuronview.store import Dataset, many_records

DEMO = Path(__file__).parents[2] / "data" / "demo"


def same(one: NeuronRecord, other: NeuronRecord) -> bool:
    """Whether both have the same records in the same order, in every field."""
    if one.id != other.id or one.groups.keys() != other.groups.keys():
        return False
    pairs = [pair for name in one.groups for pair in zip(one.groups[name], other.groups[name], strict=True)]
    fields = ("tokens", "token_ids", "excerpt_id", "group", "rank", "document_id", "source", "template")
    return all(
        np.array_equal(mine.activations, its.activations)
        and all(getattr(mine, name) == getattr(its, name) for name in fields)
        for mine, its in pairs
    )


def test_records_are_those_of_each_neuron(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(many_records, "AT_ONCE", 3)
    dataset, asked = Dataset(DEMO), [NeuronId(1, neuron) for neuron in (0, 5, 6, 7, 200)]
    found = list(many_records.records_of(dataset, asked))
    assert [record.id for record in found] == asked
    assert all(same(record, dataset.neuron(record.id)) for record in found)
    assert found[0].top
    assert not same(found[0], found[1])


def test_excerpts_that_several_neurons_have_are_held_once() -> None:
    found = many_records.records_of(Dataset(DEMO), [NeuronId(1, neuron) for neuron in range(40)])
    held: dict[int | None, set[int]] = {}
    for neuron in found:
        for records in neuron.groups.values():
            for record in records:
                held.setdefault(record.excerpt_id, set()).add(id(record.tokens))
    assert max(map(len, held.values())) == 1


def test_a_neuron_out_of_range_is_refused() -> None:
    with pytest.raises(NotFound, match="layer"):
        list(many_records.records_of(Dataset(DEMO), [NeuronId(99, 0)]))
