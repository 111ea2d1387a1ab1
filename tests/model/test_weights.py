"""Connection weights against plain loops over the parameters of transformers' own model."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch
from transformers import GPT2LMHeadModel

from neuronview.errors import NotFound
from neuronview.model import SubjectModel, load
from neuronview.model import weights as module
from neuronview.model.weights import Ends, neuron_weights
from neuronview.records import NeuronId
from tests.model.tiny_gpt2 import save_tiny_gpt2

torch.set_num_threads(1)
NEURON = NeuronId(2, 17)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tiny model whose layer norms have gains that matter."""
    folder = save_tiny_gpt2(tmp_path_factory.mktemp("tiny"), layers=4, width=16)
    network = GPT2LMHeadModel.from_pretrained(folder)
    torch.manual_seed(1)
    with torch.no_grad():
        for name, parameter in network.named_parameters():
            if "ln_" in name:
                parameter += torch.randn_like(parameter)
    network.save_pretrained(folder)
    return folder


@pytest.fixture
def model(folder: Path) -> SubjectModel:
    return load(folder, device="cpu")


@pytest.fixture(scope="module")
def stored(folder: Path) -> dict[str, np.ndarray]:
    network = GPT2LMHeadModel.from_pretrained(folder)
    return {name: tensor.numpy().astype(np.float64) for name, tensor in network.state_dict().items()}


def connection(stored: dict[str, np.ndarray], one: NeuronId, other: NeuronId) -> float:
    """The product along the stream, entry by entry, from an earlier neuron to a later one."""
    writes = stored[f"transformer.h.{one.layer}.mlp.c_proj.weight"][one.neuron]
    gain = stored[f"transformer.h.{other.layer}.ln_2.weight"]
    reads = stored[f"transformer.h.{other.layer}.mlp.c_fc.weight"][:, other.neuron]
    return sum(w * g * r for w, g, r in zip(writes, gain, reads, strict=True))


def assert_ends(found: Ends, keys: list, weight: Callable[[object], float]) -> None:
    by_hand = {key: weight(key) for key in keys}
    order = sorted(keys, key=by_hand.__getitem__)
    for end, expected in ((found.highest, order[::-1][:10]), (found.lowest, order[:10])):
        assert [key for key, _ in end] == expected
        assert [value for _, value in end] == pytest.approx([by_hand[key] for key in expected], abs=1e-4)


def test_neurons_before_and_behind_are_those_with_the_largest_products(
    model: SubjectModel, stored: dict[str, np.ndarray]
) -> None:
    found = neuron_weights(model, NEURON)
    earlier = [NeuronId(layer, n) for layer in (0, 1) for n in range(64)]
    later = [NeuronId(3, n) for n in range(64)]
    assert_ends(found.upstream, earlier, lambda one: connection(stored, one, NEURON))
    assert_ends(found.downstream, later, lambda other: connection(stored, NEURON, other))


def test_tokens_read_and_written_are_those_with_the_largest_products(
    model: SubjectModel, stored: dict[str, np.ndarray]
) -> None:
    found = neuron_weights(model, NEURON)
    embedding = stored["transformer.wte.weight"]
    reads = stored["transformer.h.2.mlp.c_fc.weight"][:, 17]
    writes = stored["transformer.h.2.mlp.c_proj.weight"][17]
    tokens = list(range(len(embedding)))
    gains = stored["transformer.h.2.ln_2.weight"], stored["transformer.ln_f.weight"]
    assert_ends(found.input_tokens, tokens, lambda t: sum(embedding[t] * gains[0] * reads))
    assert_ends(found.output_tokens, tokens, lambda t: sum(embedding[t] * gains[1] * writes))


def test_the_first_layer_has_nothing_before_it_and_the_last_nothing_behind(model: SubjectModel) -> None:
    assert neuron_weights(model, NeuronId(0, 1)).upstream == Ends((), ())
    assert neuron_weights(model, NeuronId(3, 1)).downstream == Ends((), ())
    assert len(neuron_weights(model, NeuronId(0, 1)).downstream.highest) == 10


def test_a_neuron_is_computed_once_and_the_oldest_gives_way(
    model: SubjectModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    computed: list[NeuronId] = []
    original = module._compute

    def counted(model: SubjectModel, neuron: NeuronId) -> module.NeuronWeights:
        computed.append(neuron)
        return original(model, neuron)

    monkeypatch.setattr(module, "_compute", counted)
    monkeypatch.setattr(module, "KEPT_NEURONS", 2)
    one, two, three = (NeuronId(1, n) for n in range(3))
    for neuron in (one, two, one, three, one, two):
        assert neuron_weights(model, neuron).neuron == neuron
    assert computed == [one, two, three, two]


def test_what_is_kept_goes_with_its_model(folder: Path) -> None:
    other = load(folder, device="cpu")
    neuron_weights(other, NEURON)
    network = weakref.ref(other.network)
    assert network() in module._kept
    del other
    gc.collect()
    assert network() is None


def test_a_neuron_that_is_not_there_is_refused_in_words(model: SubjectModel) -> None:
    with pytest.raises(NotFound, match="Layers go from 0 to 3"):
        neuron_weights(model, NeuronId(4, 0))
