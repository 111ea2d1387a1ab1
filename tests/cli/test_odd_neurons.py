"""Neurons that never fire, that always do, and that are no numbers, from the model to their scores."""

import json
import math
from collections.abc import Iterator
from pathlib import Path

import pytest
import torch
from transformers import GPT2LMHeadModel

from neuronview import open_dataset
from neuronview.cli.main import run
from neuronview.demo.passages_written import written
from neuronview.records import NeuronId
from neuronview.store import Dataset
from tests.model.tiny_gpt2 import save_tiny_gpt2

SILENT, CONSTANT, ALWAYS = NeuronId(0, 0), NeuronId(0, 1), NeuronId(0, 2)


def changed_model(folder: Path, layer: int, weights: dict[int, tuple[float, float]]) -> Path:
    """A tiny model in one layer of which neurons have the weights times the first number, and the second as bias."""
    save_tiny_gpt2(folder, width=4)
    network = GPT2LMHeadModel.from_pretrained(folder)
    into = network.transformer.h[layer].mlp.c_fc
    with torch.no_grad():
        for neuron, (times, bias) in weights.items():
            into.weight[:, neuron] *= times
            into.bias[neuron] = bias
    network.save_pretrained(folder)
    return folder


def collected(model: Path, folder: Path) -> int:
    rows = [{"id": passage.id, "text": passage.text} for passage in written()[:12]]
    (folder / "texts.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    asked = ["--model", str(model), "--corpus", str(folder / "texts.jsonl"), "--seed", "3"]
    return run(["collect", *asked, "--out", str(folder / "odd"), "--json"])


@pytest.fixture(scope="module")
def dataset(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Dataset]:
    folder = tmp_path_factory.mktemp("odd")
    weights = {SILENT.neuron: (0.0, -50.0), CONSTANT.neuron: (0.0, 3.0), ALWAYS.neuron: (1.0, 60.0)}
    assert collected(changed_model(folder / "model", 0, weights), folder) == 0
    opened = open_dataset(folder / "odd")
    yield opened
    opened.close()


def values_of(dataset: Dataset, neuron: NeuronId) -> set[float]:
    """Every different activation in its records."""
    record = dataset.neuron(neuron)
    records = [each for group in record.groups.values() for each in group]
    assert records
    return {float(value) for each in records for value in each.activations}


@pytest.mark.parametrize(("neuron", "value"), [(SILENT, 0.0), (CONSTANT, 2.9964)])
def test_a_neuron_of_one_value_has_it_in_every_record_and_no_score(
    dataset: Dataset, neuron: NeuronId, value: float
) -> None:
    assert list(values_of(dataset, neuron)) == [pytest.approx(value, abs=1e-3)]  # stored in 16 bits
    scores = [score for found in dataset.explanations(neuron) for score in found.scores]
    assert {score.state for score in scores} <= {"undefined"}
    assert [(s.value, s.reason) for s in scores if not math.isnan(s.value) or not s.reason] == []


def test_a_neuron_that_always_fires_is_scored_by_how_much(dataset: Dataset) -> None:
    values = values_of(dataset, ALWAYS)
    assert min(values) > 1 < max(values) - min(values)
    scores = [score for found in dataset.explanations(ALWAYS) for score in found.scores]
    assert "ok" in {score.state for score in scores}


@pytest.mark.parametrize("layer", [0, 1])
def test_activations_that_are_no_numbers_end_a_collection_with_their_layer(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], layer: int
) -> None:
    model = changed_model(tmp_path / "model", layer, {3: (3e38, 3.3e38)})
    assert collected(model, tmp_path) == 1
    assert f"Layer {layer} gave activations that are not finite numbers" in capsys.readouterr().err
    assert not (tmp_path / "odd").exists()
