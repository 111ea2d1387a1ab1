"""Activations of `neuronview.model` against a plain forward hook on transformers' own GPT-2."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from transformers import AutoTokenizer, GPT2LMHeadModel

from neuronview.errors import BadInput, ModelError, NotFound
from neuronview.model import SubjectModel, load
from neuronview.records import NeuronId
from tests.model.tiny_gpt2 import END, SENTENCES, save_tiny_gpt2

torch.set_num_threads(1)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save_tiny_gpt2(tmp_path_factory.mktemp("tiny"))


@pytest.fixture(scope="module")
def model(folder: Path) -> SubjectModel:
    return load(folder, device="cpu")


def hooked(folder: Path, ids: list[int], **config: object) -> np.ndarray:
    """(layers, tokens, neurons) from hooks on the activation modules of transformers' model."""
    network = GPT2LMHeadModel.from_pretrained(folder, **config).eval()
    seen: list[torch.Tensor] = []
    for block in network.transformer.h:
        block.mlp.act.register_forward_hook(lambda _m, _i, output: seen.append(output.detach()))
    with torch.inference_mode():
        network(torch.tensor([ids]))
    return torch.stack([layer[0] for layer in seen]).numpy()


@pytest.mark.parametrize("function", ["gelu_new", "gelu", "quick_gelu", "relu"])
def test_activations_equal_a_hook_for_each_activation_function(tmp_path: Path, function: str) -> None:
    folder = save_tiny_gpt2(tmp_path, activation_function=function)
    model = load(folder, device="cpu")
    ids = [token.id for token in model.tokenize(SENTENCES[0])]
    expected = hooked(folder, [model.leading_id, *ids])[:, 1:]
    assert model.activation_function == function
    assert np.abs(expected).max() > 1
    np.testing.assert_allclose(model.all_activations(ids), expected, atol=1e-4)


def test_attention_variants_equal_a_hook(tmp_path: Path) -> None:
    folder = save_tiny_gpt2(tmp_path, layers=3, n_inner=50, scale_attn_by_inverse_layer_idx=True)
    model = load(folder, device="cpu")
    ids = [5, 6, 7, 300, 8, 9]
    assert model.n_neurons == 50
    np.testing.assert_allclose(model.all_activations(ids), hooked(folder, [0, *ids])[:, 1:], atol=1e-4)


def test_chosen_neurons_are_the_columns_of_all(model: SubjectModel) -> None:
    ids = [3, 1, 4, 1, 5, 9]
    neurons = [NeuronId(1, 7), NeuronId(0, 100), NeuronId(1, 0), NeuronId(1, 7)]
    every = model.all_activations(ids)
    chosen = model.activations(ids, neurons)
    assert chosen.shape == (6, 4)
    assert chosen.dtype == np.float32
    np.testing.assert_allclose(chosen, np.stack([every[n.layer, :, n.neuron] for n in neurons], axis=1), atol=1e-5)


def test_excerpts_that_are_read_together_have_the_activations_of_each(model: SubjectModel) -> None:
    excerpts, neurons = [[3, 1, 4, 1], [5, 9, 2, 6], [3, 1, 4, 2]], [NeuronId(1, 7), NeuronId(0, 100)]
    together = model.activations_together(excerpts, neurons)
    assert together.shape == (3, 4, 2)
    for found, ids in zip(together, excerpts, strict=True):
        np.testing.assert_allclose(found, model.activations(ids, neurons), atol=1e-5)


def test_early_exit_reads_no_layer_behind_the_last_one_needed(
    model: SubjectModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[int] = []
    original = SubjectModel._up

    def counted(self: SubjectModel, block: object, layer: int, *arguments: torch.Tensor, **named: Any) -> object:
        seen.append(layer)
        return original(self, block, layer, *arguments, **named)

    monkeypatch.setattr(SubjectModel, "_up", counted)
    model.activations([1, 2, 3], [NeuronId(0, 5)])
    assert seen == [0]


def test_without_a_leading_token_position_zero_is_the_text_itself(folder: Path) -> None:
    bare = load(folder, device="cpu", leading=None)
    ids = [10, 11, 12]
    assert bare.leading_id is None
    np.testing.assert_allclose(bare.all_activations(ids), hooked(folder, ids), atol=1e-4)


def test_padding_at_the_end_of_a_row_changes_nothing(model: SubjectModel) -> None:
    short, long = [20, 21, 22], [30, 31, 32, 33, 34]
    batch = torch.tensor([[*short, 0, 0], long])
    for layer, values in enumerate(model.batch_activations(batch)):
        np.testing.assert_allclose(values[0, :3], model.all_activations(short)[layer], atol=1e-5)
        np.testing.assert_allclose(values[1], model.all_activations(long)[layer], atol=1e-5)


def test_a_caller_may_change_a_layer_without_changing_the_next(model: SubjectModel) -> None:
    ids = torch.tensor([[20, 21, 22]])
    kept = []
    for values in model.batch_activations(ids):
        kept.append(values.clone())
        values.zero_()
    np.testing.assert_allclose(torch.cat(kept), model.all_activations([20, 21, 22]), atol=1e-5)


def test_another_activation_function_can_be_asked_for(folder: Path) -> None:
    exact = load(folder, device="cpu", activation="gelu")
    expected = hooked(folder, [0, 40, 41], activation_function="gelu")[:, 1:]
    assert exact.activation_function == "gelu"
    np.testing.assert_allclose(exact.all_activations([40, 41]), expected, atol=1e-4)


def test_bfloat16_is_near_float32(folder: Path, model: SubjectModel) -> None:
    half = load(folder, device="cpu", dtype="bfloat16")
    exact, rough = model.all_activations([7, 8, 9]), half.all_activations([7, 8, 9])
    assert half.dtype == "bfloat16"
    assert half.fingerprint == model.fingerprint
    assert np.corrcoef(exact.ravel(), rough.ravel())[0, 1] > 0.99


@pytest.mark.parametrize(
    "text",
    [
        "plain words",
        " a space, then\n\n\tlines ",
        "café naïve",
        "🦜🦜 and 漢字 and ❤️",
        END + " typed",
        "<b>$x$</b>",
        "a\u200bb\r\n",
    ],
)
def test_tokens_tile_the_text_and_decode_as_transformers_does(folder: Path, model: SubjectModel, text: str) -> None:
    tokens = model.tokenize(text)
    assert "".join(text[token.start : token.end] for token in tokens) == text
    assert all(a.end == b.start for a, b in pairwise(tokens))
    theirs = AutoTokenizer.from_pretrained(folder)
    assert [t.text for t in tokens] == [theirs.decode([t.id], clean_up_tokenization_spaces=False) for t in tokens]
    assert model.leading_id not in [token.id for token in tokens]


def test_a_split_character_shows_as_the_replacement_character(model: SubjectModel) -> None:
    tokens = model.tokenize("x🦜")
    assert len(tokens) == 5
    assert {token.text for token in tokens[1:]} == {"\ufffd"}
    assert [(token.start, token.end) for token in tokens] == [(0, 1), (1, 2), (2, 2), (2, 2), (2, 2)]


def test_vocabulary_has_a_string_for_each_id(model: SubjectModel) -> None:
    strings = model.vocabulary()
    assert len(strings) == model.vocabulary_size
    assert strings[model.leading_id or 0] == END
    assert all(strings[token.id] == token.text for token in model.tokenize(SENTENCES[3]))


def test_fingerprint_follows_the_weights(folder: Path, model: SubjectModel, tmp_path: Path) -> None:
    other = load(save_tiny_gpt2(tmp_path / "other", seed=1), device="cpu")
    same = load(save_tiny_gpt2(tmp_path / "same"), device="cpu")
    assert other.fingerprint != model.fingerprint == same.fingerprint


def test_wrong_input_is_refused_in_words(model: SubjectModel) -> None:
    with pytest.raises(BadInput, match="no text"):
        model.tokenize("")
    with pytest.raises(BadInput, match="lone surrogate"):
        model.tokenize("a\ud800")
    with pytest.raises(BadInput, match="at least one"):
        model.activations([], [NeuronId(0, 0)])
    with pytest.raises(BadInput, match="one length"):
        model.activations_together([[1, 2], [3]], [NeuronId(0, 0)])
    with pytest.raises(BadInput, match="95 at a time"):
        model.all_activations([1] * 96)
    with pytest.raises(BadInput, match="between 0 and"):
        model.all_activations([model.vocabulary_size])
    with pytest.raises(NotFound, match="neurons from 0 to 127"):
        model.activations([1], [NeuronId(0, 128)])
    assert model.all_activations([1] * 95).shape[1] == 95


def test_wrong_options_are_refused_in_words(folder: Path) -> None:
    with pytest.raises(BadInput, match="float32"):
        load(folder, dtype="int4")
    with pytest.raises(BadInput, match="activation function"):
        load(folder, device="cpu", activation="nonsense")
    with pytest.raises(BadInput, match="leading=None"):
        load(folder, device="cpu", leading="<s>")
    with pytest.raises(BadInput, match="device"):
        load(folder, device="abacus")


def test_a_model_that_is_not_there_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ModelError, match="no folder"):
        load(tmp_path / "nothing")
    with pytest.raises(ModelError, match=r"no config\.json"):
        load(tmp_path)


def test_another_architecture_is_refused(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text('{"model_type": "gpt_neox", "hidden_size": 8}')
    with pytest.raises(ModelError, match="gpt_neox"):
        load(tmp_path)


def test_damaged_weights_are_refused(tmp_path: Path) -> None:
    folder = save_tiny_gpt2(tmp_path)
    whole = (folder / "model.safetensors").read_bytes()
    (folder / "model.safetensors").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(ModelError, match="cannot be read"):
        load(folder)
    (folder / "model.safetensors").unlink()
    with pytest.raises(ModelError, match="cannot be read"):
        load(folder)


def test_weights_that_are_not_numbers_are_refused(tmp_path: Path) -> None:
    folder = save_tiny_gpt2(tmp_path)
    network = GPT2LMHeadModel.from_pretrained(folder)
    with torch.no_grad():
        network.transformer.h[1].mlp.c_fc.weight[0, 0] = float("nan")
    network.save_pretrained(folder)
    with pytest.raises(ModelError, match=r"h\.1\.mlp\.c_fc\.weight"):
        load(folder)
