"""Correlation of one neuron with all others: against numpy on every value that the model gives."""

import math
import weakref
from collections.abc import Iterator

import numpy as np
import pytest
import torch

from neuronview.errors import BadInput, NotFound
from neuronview.model import SubjectModel, load
from neuronview.model import correlation as module
from neuronview.model.correlation import correlations
from neuronview.records import NeuronId
from tests.model.tiny_gpt2 import save_tiny_gpt2

torch.set_num_threads(1)
NEURON = NeuronId(1, 5)
DRAWN = np.random.default_rng(3)
TEXTS = [DRAWN.integers(1, 200, size).tolist() for size in (9, 14, 3, 20, 11)]


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> SubjectModel:
    return load(save_tiny_gpt2(tmp_path_factory.mktemp("tiny")), device="cpu")


def by_numpy(model: SubjectModel, texts: list[list[int]]) -> np.ndarray:
    """(layers, neurons) from all activations at once."""
    values = np.concatenate([model.all_activations(text) for text in texts], axis=1).astype(np.float64)
    own = values[NEURON.layer, :, NEURON.neuron]
    flat = values.transpose(0, 2, 1).reshape(-1, values.shape[1])
    found = np.corrcoef(np.vstack([own, flat]))[0, 1:]
    return found.reshape(values.shape[0], values.shape[2])


def test_every_correlation_is_that_of_the_values_whatever_the_batches(
    model: SubjectModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = by_numpy(model, TEXTS)
    for tokens in (1, 30, 1024):
        monkeypatch.setattr(module, "BATCH_TOKENS", tokens)
        found = correlations(model, NEURON, TEXTS)
        assert np.allclose(found.values, expected, atol=1e-5)
        assert found.n_tokens == sum(map(len, TEXTS))
        assert found.n_texts == 5


def test_halves_are_of_every_other_text(model: SubjectModel) -> None:
    found = correlations(model, NEURON, TEXTS)
    for side in (0, 1):
        assert np.allclose(found.halves[side], by_numpy(model, TEXTS[side::2]), atol=1e-5)


def test_a_neuron_goes_with_itself(model: SubjectModel) -> None:
    assert correlations(model, NEURON, TEXTS).values[NEURON] == pytest.approx(1, abs=1e-9)


def test_what_does_not_vary_has_no_correlation(model: SubjectModel) -> None:
    found = correlations(model, NEURON, [[7]])
    assert np.isnan(found.values).all()
    assert math.isnan(found.halves[1][NEURON])


def test_no_more_than_one_layer_is_kept_whatever_the_depth_and_the_number_of_texts(
    model: SubjectModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept: list[int] = []
    storages: list[weakref.ref] = []

    def deep(ids: torch.Tensor, *, n_layers: int | None = None) -> Iterator[torch.Tensor]:
        for layer in range(n_layers or 8):
            values = np.random.default_rng(layer).random((*ids.shape, model.n_neurons), dtype=np.float32)
            storages.append(weakref.ref(values))
            tensor = torch.from_numpy(values)
            del values
            yield tensor
            del tensor
            kept.append(sum(storage() is not None for storage in storages))

    monkeypatch.setattr(model, "batch_activations", deep)
    monkeypatch.setattr(model, "n_layers", 8)
    monkeypatch.setattr(module, "BATCH_TOKENS", 1)
    correlations(model, NeuronId(7, 5), TEXTS)
    assert len(kept) == 2 * 8 * len(TEXTS)
    assert max(kept) == 1


def test_each_text_is_told_twice(model: SubjectModel) -> None:
    told: list[int] = []
    correlations(model, NEURON, TEXTS, on_batch=told.append)
    assert sum(told) == 2 * len(TEXTS)


def test_what_cannot_be_read_is_refused(model: SubjectModel) -> None:
    with pytest.raises(BadInput):
        correlations(model, NEURON, [])
    with pytest.raises(BadInput):
        correlations(model, NEURON, [[10**6]])
    with pytest.raises(NotFound):
        correlations(model, NeuronId(9, 0), TEXTS)
