"""Effects of replacing a neuron, against hooks on transformers' own GPT-2 and a plainly written divergence."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from transformers import GPT2LMHeadModel

from neuronview.errors import BadInput, NotFound
from neuronview.model import SubjectModel, load
from neuronview.model.ablation import Ablation, divergence
from neuronview.records import NeuronId
from tests.model.tiny_gpt2 import SENTENCES, save_tiny_gpt2

torch.set_num_threads(1)
NEURON = NeuronId(1, 17)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save_tiny_gpt2(tmp_path_factory.mktemp("tiny"), layers=3)


@pytest.fixture(scope="module")
def model(folder: Path) -> SubjectModel:
    return load(folder, device="cpu")


@pytest.fixture(scope="module")
def ids(model: SubjectModel) -> list[int]:
    return [token.id for token in model.tokenize(SENTENCES[2])]


def hooked(folder: Path, ids: list[int], neuron: NeuronId, values: np.ndarray | None) -> np.ndarray:
    """Next-token probabilities (tokens, vocabulary) in double precision, the leading token's place left out."""
    network = GPT2LMHeadModel.from_pretrained(folder).double().eval()

    def replace(_module: object, arguments: tuple[torch.Tensor, ...]) -> tuple[torch.Tensor, ...]:
        hidden = arguments[0].clone()
        for place, value in enumerate(values):
            if not np.isnan(value):
                hidden[0, place + 1, neuron.neuron] = value
        return (hidden,)

    if values is not None:
        network.transformer.h[neuron.layer].mlp.c_proj.register_forward_pre_hook(replace)
    with torch.inference_mode():
        logits = network(torch.tensor([[0, *ids]])).logits[0, 1:]
    return torch.softmax(logits, dim=-1).numpy()


def plain_divergence(p: np.ndarray, q: np.ndarray) -> np.ndarray:
    middle = (p + q) / 2
    return ((p * np.log(p / middle)).sum(-1) + (q * np.log(q / middle)).sum(-1)) / 2


@pytest.mark.parametrize("layer", [0, 1, 2])
def test_divergences_equal_those_of_hooks_on_the_reference_model(
    folder: Path, model: SubjectModel, ids: list[int], layer: int
) -> None:
    neuron = NeuronId(layer, 17)
    drawn = np.random.default_rng(layer).normal(size=(2, len(ids))) * 3
    found = Ablation(model).effects(neuron, ids, drawn)
    true = hooked(folder, ids, neuron, None)
    for row, values in enumerate(drawn):
        expected = plain_divergence(true, hooked(folder, ids, neuron, values))
        assert expected.mean() > 1e-3
        np.testing.assert_allclose(found.divergences[row], expected, rtol=1e-3, atol=1e-7)


def test_a_missing_value_keeps_the_neuron_as_it_is_there_alone(
    folder: Path, model: SubjectModel, ids: list[int]
) -> None:
    values = np.full(len(ids), 4.0)
    values[3:6] = np.nan
    found = Ablation(model).effects(NEURON, ids, values[None])
    expected = plain_divergence(hooked(folder, ids, NEURON, None), hooked(folder, ids, NEURON, values))
    np.testing.assert_allclose(found.divergences[0], expected, rtol=1e-3, atol=1e-7)


def test_the_true_activation_in_its_own_place_changes_nothing_but_noise(model: SubjectModel, ids: list[int]) -> None:
    ablation = Ablation(model)
    first = ablation.effects(NEURON, ids, np.full((1, len(ids)), np.nan))
    assert first.divergences.max() <= 1e-12
    true = first.activations.astype(np.float64)
    again = ablation.effects(NEURON, ids, np.stack([true, np.zeros(len(ids))]))
    assert again.divergences[0].max() < 1e-10
    assert again.divergences[1].mean() > 1e4 * max(again.divergences[0].mean(), again.noise.mean())


def test_noise_is_seen_and_tiny_and_activations_are_those_of_the_model(model: SubjectModel, ids: list[int]) -> None:
    found = Ablation(model).effects(NEURON, ids, np.zeros((1, len(ids))))
    assert found.noise.shape == (len(ids),)
    assert 1e-16 < found.noise.mean() < 1e-9
    np.testing.assert_allclose(found.activations, model.activations(ids, [NEURON])[:, 0])


def test_a_replacement_reaches_no_token_before_it(model: SubjectModel, ids: list[int]) -> None:
    values = np.full(len(ids), np.nan)
    values[5] = 10.0
    found = Ablation(model).effects(NEURON, ids, values[None]).divergences[0]
    assert found[:5].max() < 1e-10
    assert found[5:].mean() > 1e-4


@pytest.mark.parametrize("scale", [1.0, 1e-3, 1e-6])
def test_divergence_keeps_its_digits_for_nearly_equal_distributions(scale: float) -> None:
    generator = np.random.default_rng(0)
    one, change = generator.normal(size=(2, 1000)) * 2
    p, q = (torch.log_softmax(torch.from_numpy(x), -1) for x in (one, one + scale * change))
    # Of nearly equal ones it is an eighth of the variance of the log-ratio.
    exact = plain_divergence(p.exp().numpy(), q.exp().numpy()) if scale == 1 else None
    share, apart = p.exp().numpy(), (q - p).numpy()
    expected = exact if exact is not None else (share * (apart - share @ apart) ** 2).sum() / 8
    assert float(divergence(p, q)) == pytest.approx(expected, rel=1e-9 if scale == 1 else 2e-3)
    assert float(divergence(q, p)) == pytest.approx(float(divergence(p, q)), rel=1e-6)


def test_wrong_lengths_and_unknown_neurons_are_refused(model: SubjectModel, ids: list[int]) -> None:
    ablation = Ablation(model)
    with pytest.raises(BadInput, match=f"{len(ids)} tokens"):
        ablation.effects(NEURON, ids, np.zeros((1, len(ids) - 1)))
    with pytest.raises(NotFound):
        ablation.effects(NeuronId(9, 0), ids, np.zeros((1, len(ids))))
