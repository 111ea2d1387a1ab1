"""Edited models against hooks on transformers' own GPT-2, whose activations are changed before `c_proj`."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch
from transformers import AutoTokenizer, GPT2LMHeadModel

from neuronview.errors import BadInput, ModelError, NotFound
from neuronview.model import SubjectModel, load
from neuronview.model.editing import Edit, EditedModel, compare_next, continuation, fix, scale
from neuronview.records import NeuronId
from tests.model.tiny_gpt2 import SENTENCES, save_tiny_gpt2

torch.set_num_threads(1)
NEURONS = [NeuronId(0, 3), NeuronId(0, 40), NeuronId(2, 17)]
Rule = Callable[[torch.Tensor], torch.Tensor]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save_tiny_gpt2(tmp_path_factory.mktemp("tiny"), layers=3)


@pytest.fixture(scope="module")
def model(folder: Path) -> SubjectModel:
    return load(folder, device="cpu")


@pytest.fixture(scope="module")
def ids(model: SubjectModel) -> list[int]:
    return [token.id for token in model.tokenize(SENTENCES[2])][:14]


def hooked(folder: Path, rules: dict[NeuronId, Rule]) -> GPT2LMHeadModel:
    """A network whose neurons follow rules at every place but the first."""
    network = GPT2LMHeadModel.from_pretrained(folder).double().eval()

    def hook(layer: int) -> Callable[..., tuple[torch.Tensor, ...]]:
        def change(_module: object, arguments: tuple[torch.Tensor, ...]) -> tuple[torch.Tensor, ...]:
            hidden = arguments[0].clone()
            for neuron, rule in rules.items():
                if neuron.layer == layer:
                    hidden[:, 1:, neuron.neuron] = rule(hidden[:, 1:, neuron.neuron])
            return (hidden,)

        return change

    for layer, block in enumerate(network.transformer.h):
        block.mlp.c_proj.register_forward_pre_hook(hook(layer))
    return network


@torch.inference_mode()
def after(network: GPT2LMHeadModel, ids: list[int]) -> np.ndarray:
    return torch.softmax(network(torch.tensor([[0, *ids]])).logits[0, -1], dim=-1).numpy()


def test_scaled_and_fixed_neurons_give_the_probabilities_of_hooks(
    folder: Path, model: SubjectModel, ids: list[int]
) -> None:
    edited = EditedModel(model, [*scale(NEURONS[:2], -3.0), *fix(NEURONS[2:], 7.5)])
    rules: dict[NeuronId, Rule] = {neuron: lambda x: -3.0 * x for neuron in NEURONS[:2]}
    rules[NEURONS[2]] = lambda x: torch.full_like(x, 7.5)
    expected = {"before": after(hooked(folder, {}), ids), "after": after(hooked(folder, rules), ids)}
    assert np.abs(expected["before"] - expected["after"]).max() > 0.01
    found = compare_next(model, edited, ids, top=4, chosen=[7, 300])
    for change in found.tokens:
        for side, rank in (("before", change.rank_before), ("after", change.rank_after)):
            assert getattr(change, side) == pytest.approx(expected[side][change.token_id], rel=1e-4)
            assert rank == (expected[side] > expected[side][change.token_id]).sum() + 1
    listed = [change.token_id for change in found.tokens]
    assert listed[:4] == np.argsort(-expected["before"])[:4].tolist()
    assert set(listed) == {*listed[:4], *np.argsort(-expected["after"])[:4].tolist(), 7, 300}
    one, other = expected.values()
    middle = (one + other) / 2
    plain = ((one * np.log(one / middle)).sum() + (other * np.log(other / middle)).sum()) / 2
    assert found.divergence == pytest.approx(plain, rel=1e-3)


def test_neurons_behind_an_edited_one_show_what_it_did_and_the_leading_place_is_left(
    folder: Path, model: SubjectModel, ids: list[int]
) -> None:
    edited = EditedModel(model, fix(NEURONS[:1], 9.0))
    network = hooked(folder, {NEURONS[0]: lambda x: torch.full_like(x, 9.0)})
    seen: list[torch.Tensor] = []
    for block in network.transformer.h[1:]:
        block.mlp.act.register_forward_hook(lambda _m, _i, output: seen.append(output.detach()))
    after(network, ids)
    found = edited.all_activations(ids)
    assert (found[0, :, 3] == 9).all()
    np.testing.assert_allclose(found[1:], torch.stack(seen)[:, 0, 1:].numpy(), atol=1e-4)


def test_the_model_itself_is_as_before_also_after_an_edit_that_failed(model: SubjectModel, ids: list[int]) -> None:
    def state() -> str:
        tensors = [tensor.numpy().tobytes() for _, tensor in sorted(model.network.state_dict().items())]
        return hashlib.sha256(b"".join(tensors)).hexdigest()

    before, values = state(), model.all_activations(ids)
    edited = EditedModel(model, fix(NEURONS, 1e38))
    with pytest.raises(ModelError, match="smaller factors or values"):
        compare_next(model, edited, ids)
    compare_next(model, EditedModel(model, scale(NEURONS, 0.0)), ids)
    assert state() == before
    assert (model.all_activations(ids) == values).all()
    assert not any(module._forward_hooks or module._forward_pre_hooks for module in model.network.modules())
    assert edited.network is model.network


def test_edits_of_an_edited_model_come_on_top(model: SubjectModel, ids: list[int]) -> None:
    twice = EditedModel(EditedModel(model, fix(NEURONS[:1], 4.0)), scale(NEURONS[:1], 0.5))
    once = EditedModel(model, fix(NEURONS[:1], 2.0))
    np.testing.assert_allclose(twice.all_activations(ids), once.all_activations(ids), atol=1e-6)
    assert len({model.fingerprint, twice.fingerprint, once.fingerprint}) == 3


def test_another_activation_function_keeps_the_edits(model: SubjectModel, ids: list[int]) -> None:
    other = EditedModel(model, fix(NEURONS[:1], 4.0)).variant(activation="relu", leading=False)
    assert other.leading_id is None
    assert (other.all_activations(ids)[0, :, 3] == 4).all()
    assert other.all_activations(ids)[1].min() == 0


@pytest.mark.parametrize("edits", [(), fix(NEURONS, 5.0)])
def test_the_likeliest_continuation_is_that_of_reading_the_whole_text_again_each_time(
    folder: Path, model: SubjectModel, ids: list[int], edits: tuple[Edit, ...]
) -> None:
    network = hooked(folder, {edit.neuron: lambda x: torch.full_like(x, 5.0) for edit in edits})
    expected: list[int] = []
    chances = []
    for _ in range(8):
        probabilities = after(network, [*ids, *expected])
        expected.append(int(probabilities.argmax()))
        chances.append(probabilities.max())
    found = continuation(EditedModel(model, edits), ids, n_tokens=8)
    assert list(found.token_ids) == expected
    assert found.probabilities == pytest.approx(chances, rel=1e-4)
    assert found.text == AutoTokenizer.from_pretrained(folder).decode(expected)
    assert found.finish == "length"


def test_a_seed_gives_the_same_tokens_again_and_an_edit_without_effect_changes_none(
    model: SubjectModel, ids: list[int]
) -> None:
    first = continuation(model, ids, n_tokens=12, temperature=1.0, seed=3)
    assert continuation(model, ids, n_tokens=12, temperature=1.0, seed=3) == first
    assert continuation(model, ids, n_tokens=12, temperature=1.0, seed=4) != first
    assert continuation(EditedModel(model, scale(NEURONS, 1.0)), ids, n_tokens=12, temperature=1.0, seed=3) == first
    assert continuation(model, ids, n_tokens=12, temperature=1e-9, seed=3) == continuation(model, ids, n_tokens=12)


def test_tokens_are_drawn_as_often_as_they_are_likely(folder: Path, model: SubjectModel, ids: list[int]) -> None:
    chances = after(hooked(folder, {}), ids)
    token = int(np.argsort(-chances)[1])
    tempered = chances**0.5 / (chances**0.5).sum()
    drawn = [continuation(model, ids, n_tokens=1, temperature=2.0, seed=seed).token_ids for seed in range(400)]
    share = drawn.count((token,)) / 400
    assert abs(share - tempered[token]) < 4 * np.sqrt(tempered[token] / 400)


def test_a_continuation_stops_where_the_context_ends_and_where_the_model_ends_the_text(
    model: SubjectModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = np.random.default_rng(0).integers(1, 300, model.max_tokens - 2).tolist()
    found = continuation(model, ids, n_tokens=9)
    assert (len(found.token_ids), found.finish) == (2, "context")
    likeliest = continuation(model, [5], n_tokens=3).token_ids
    monkeypatch.setattr(model.network.config, "eos_token_id", likeliest[1])
    ended = continuation(model, [5], n_tokens=3)
    stop = likeliest.index(likeliest[1])
    assert (ended.token_ids, ended.finish) == (likeliest[:stop], "end")


def test_parts_of_a_character_are_joined_in_the_text(model: SubjectModel) -> None:
    pieces = model.tokenizer.encode("é…")
    assert len(pieces) > 2
    assert model.tokenizer.decode(pieces) == "é…"
    assert model.tokenizer.decode(pieces[:1]) == "\ufffd"


@pytest.mark.parametrize(
    ("edits", "error", "words"),
    [
        (scale([NeuronId(3, 0)], 0.0), NotFound, "Layers go from 0 to 2"),
        (scale([NeuronId(0, 128)], 0.0), NotFound, "neurons from 0 to 127"),
        (scale(NEURONS, float("nan")), BadInput, "nan is no factor for neuron 0:3"),
        (fix(NEURONS, float("inf")), BadInput, "inf is no value"),
        (scale([NEURONS[0], NEURONS[0]], 0.0), BadInput, "named twice"),
        ([Edit(NEURONS[0], "remove", 0.0)], BadInput, "Use scale"),  # type: ignore[arg-type]
    ],
)
def test_bad_edits_are_refused_in_words(
    model: SubjectModel, edits: list[Edit], error: type[Exception], words: str
) -> None:
    with pytest.raises(error, match=words):
        EditedModel(model, edits)


def test_bad_requests_are_refused_in_words(model: SubjectModel) -> None:
    with pytest.raises(BadInput, match="Token ids of this model"):
        compare_next(model, model, [1], chosen=[100000])
    with pytest.raises(BadInput, match="too many"):
        continuation(model, [1] * (model.max_tokens + 1))
    with pytest.raises(BadInput, match="Ask for at least 1"):
        continuation(model, [1], n_tokens=0)
    with pytest.raises(BadInput, match="no temperature"):
        continuation(model, [1], temperature=-1.0)
