"""Shares of a logit, against hooks on transformers' own model and the layer norm written out by hand."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from transformers import GPT2LMHeadModel

from neuronview.errors import BadInput, NotFound
from neuronview.model import SubjectModel, load
from neuronview.model import attribution as module
from neuronview.model.attribution import Against, attribute, check
from neuronview.model.editing import EditedModel, scale
from neuronview.records import NeuronId
from tests.model.tiny_gpt2 import SENTENCES, save_tiny_gpt2

torch.set_num_threads(1)
AGAINST: list[Against] = [200, "mean", None]
TARGET = 60
SOME = [NeuronId(0, 3), NeuronId(2, 17), NeuronId(1, 99), NeuronId(0, 64), NeuronId(2, 0)]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tiny model whose norms and biases are not the plain ones that a fresh model has."""
    folder = save_tiny_gpt2(tmp_path_factory.mktemp("tiny"), layers=3)
    network = GPT2LMHeadModel.from_pretrained(folder)
    torch.manual_seed(1)
    with torch.no_grad():
        for name, parameter in network.named_parameters():
            if "ln_" in name or "bias" in name:
                parameter += 0.3 * torch.randn_like(parameter)
    network.save_pretrained(folder)
    return folder


@pytest.fixture(scope="module")
def model(folder: Path) -> SubjectModel:
    return load(folder, device="cpu")


@pytest.fixture(scope="module")
def ids(model: SubjectModel) -> list[int]:
    return [token.id for token in model.tokenize(SENTENCES[2])][:12]


@pytest.fixture(scope="module")
def network(folder: Path) -> GPT2LMHeadModel:
    return GPT2LMHeadModel.from_pretrained(folder).double().eval()


def less(logits: Any, against: Against) -> Any:
    """Logit of the target less what it is compared with."""
    other = 0.0 if against is None else logits.mean() if against == "mean" else logits[against]
    return logits[TARGET] - other


@torch.inference_mode()
def difference(
    network: GPT2LMHeadModel, ids: list[int], against: Against, put: tuple[NeuronId, float, slice] | None = None
) -> float:
    """The difference after the last token, with a neuron put to a value at some places."""

    def change(_module: object, arguments: tuple[torch.Tensor, ...]) -> tuple[torch.Tensor, ...]:
        hidden = arguments[0].clone()
        hidden[0, put[2], put[0].neuron] = put[1]
        return (hidden,)

    handle = put and network.transformer.h[put[0].layer].mlp.c_proj.register_forward_pre_hook(change)
    try:
        return float(less(network(torch.tensor([[0, *ids]])).logits[0, -1], against))
    finally:
        if handle:
            handle.remove()


@torch.inference_mode()
def by_hand(network: GPT2LMHeadModel, ids: list[int], against: Against, neuron: NeuronId) -> float:
    """What a neuron writes, through the norm at the scale of the whole stream, onto the unembedding."""
    seen: dict[str, torch.Tensor] = {}
    block = network.transformer.h[neuron.layer]
    handles = [
        block.mlp.c_proj.register_forward_pre_hook(lambda _m, inputs: seen.update(hidden=inputs[0])),
        network.transformer.ln_f.register_forward_pre_hook(lambda _m, inputs: seen.update(stream=inputs[0])),
    ]
    network(torch.tensor([[0, *ids]]))
    for handle in handles:
        handle.remove()
    stream = seen["stream"][0, -1].numpy()
    written = float(seen["hidden"][0, -1, neuron.neuron]) * block.mlp.c_proj.weight[neuron.neuron].numpy()
    deviation = np.sqrt(((stream - stream.mean()) ** 2).mean() + 1e-5)
    normed = (written - written.mean()) / deviation * network.transformer.ln_f.weight.numpy()
    return float(less(network.lm_head.weight.numpy() @ normed, against))


@pytest.mark.parametrize("against", AGAINST)
def test_a_neurons_share_is_what_it_writes_through_the_norm_onto_the_unembedding(
    model: SubjectModel, network: GPT2LMHeadModel, ids: list[int], against: Against
) -> None:
    found = attribute(model, ids, TARGET, against=against)
    for neuron in SOME:
        expected = by_hand(network, ids, against, neuron)
        assert found.contributions[neuron] == pytest.approx(expected, rel=1e-4, abs=1e-5)
    assert np.abs(found.contributions).max() > 0.1


@pytest.mark.parametrize("against", AGAINST)
@pytest.mark.parametrize("position", [0, 5, None])
def test_all_neurons_and_the_rest_sum_to_the_models_own_difference(
    model: SubjectModel, network: GPT2LMHeadModel, ids: list[int], against: Against, position: int | None
) -> None:
    found = attribute(model, ids, TARGET, against=against, position=position)
    expected = difference(network, ids if position is None else ids[: position + 1], against)
    assert found.difference == pytest.approx(expected, abs=1e-4)
    assert found.contributions.sum() + found.rest == pytest.approx(expected, abs=1e-4)
    assert abs(found.rest) > 0.01


def test_without_a_leading_token_the_parts_sum_too(folder: Path, network: GPT2LMHeadModel, ids: list[int]) -> None:
    found = attribute(load(folder, device="cpu", leading=None), [0, *ids], TARGET, against=200)
    assert found.contributions.sum() + found.rest == pytest.approx(difference(network, ids, 200), abs=1e-4)


def test_parts_of_an_edited_model_sum_to_its_own_difference(model: SubjectModel, ids: list[int]) -> None:
    plain = attribute(model, ids, TARGET, against=200)
    neuron = plain.ranked(1)[0][0]
    found = attribute(EditedModel(model, scale([neuron], 0.0)), ids, TARGET, against=200)
    assert found.contributions[neuron] == 0
    assert found.contributions.sum() + found.rest == pytest.approx(found.difference, abs=1e-4)


def test_in_windows_only_what_is_read_with_the_token_counts(model: SubjectModel, network: GPT2LMHeadModel) -> None:
    text = np.random.default_rng(1).integers(1, 300, 21).tolist()
    found = attribute(model, text, TARGET, against=200, position=13, length=8)
    assert list(found.token_ids) == text[6:14]
    assert found.difference == pytest.approx(difference(network, text[6:14], 200), abs=1e-4)


@pytest.mark.parametrize("everywhere", [False, True])
@pytest.mark.parametrize("batch", [1, 1024])
def test_a_checked_neuron_has_both_numbers_and_the_measured_one_is_that_of_a_hook(
    model: SubjectModel,
    network: GPT2LMHeadModel,
    ids: list[int],
    monkeypatch: pytest.MonkeyPatch,
    everywhere: bool,
    batch: int,
) -> None:
    monkeypatch.setattr(module, "BATCH_TOKENS", batch)
    found = attribute(model, ids, TARGET, against=200)
    values = [0.0, 1.5, -2.0, 4.0, 0.3]
    checked = check(model, found, SOME, values, everywhere=everywhere)
    places = slice(1, None) if everywhere else slice(-1, None)
    true = difference(network, ids, 200)
    for one, neuron, value in zip(checked, SOME, values, strict=True):
        assert (one.neuron, one.replacement) == (neuron, value)
        expected = true - difference(network, ids, 200, (neuron, value, places))
        assert one.measured == pytest.approx(expected, abs=2e-4)
        direct = found.contributions[neuron] * (1 - value / one.activation)
        assert one.direct == pytest.approx(direct, rel=1e-4)
    assert max(abs(one.measured) for one in checked) > 0.1


def test_check_of_a_text_of_one_token(model: SubjectModel, network: GPT2LMHeadModel) -> None:
    found = attribute(model, [77], TARGET, against=200)
    one = check(model, found, SOME[:1], 3.0)[0]
    expected = difference(network, [77], 200) - difference(network, [77], 200, (SOME[0], 3.0, slice(-1, None)))
    assert one.measured == pytest.approx(expected, abs=1e-4)


def test_the_ranking_holds_all_neurons_in_the_order_that_is_asked_for(model: SubjectModel, ids: list[int]) -> None:
    found = attribute(model, ids, TARGET, against=200)
    size, forward, backward = (found.ranked(10_000, by=by) for by in ("size", "for", "against"))
    assert len({neuron for neuron, _ in size}) == found.contributions.size
    assert all(value == found.contributions[neuron] for neuron, value in size)
    assert [abs(v) for _, v in size] == sorted((abs(v) for _, v in size), reverse=True)
    assert forward[0][1] == found.contributions.max()
    assert backward[0][1] == found.contributions.min()
    assert found.ranked(3) == size[:3]


def test_bad_requests_are_refused_in_words(model: SubjectModel, ids: list[int]) -> None:
    with pytest.raises(BadInput, match="There is no token 100000"):
        attribute(model, ids, 100000)
    with pytest.raises(BadInput, match="Choose two tokens"):
        attribute(model, ids, 5, against=5)
    with pytest.raises(BadInput, match="Use the id of a token"):
        attribute(model, ids, 5, against="median")  # type: ignore[arg-type]
    with pytest.raises(BadInput, match="There is no token 12: the text has 12"):
        attribute(model, ids, 5, position=12)
    with pytest.raises(BadInput, match="Give at least one"):
        attribute(model, [], 5)
    found = attribute(model, ids, 5)
    with pytest.raises(NotFound, match="Layers go from 0 to 2"):
        check(model, found, [NeuronId(7, 0)])
    with pytest.raises(BadInput, match="each of the 2 neurons"):
        check(model, found, SOME[:2], [0.0])
    with pytest.raises(BadInput, match="finite"):
        check(model, found, SOME[:1], float("nan"))
