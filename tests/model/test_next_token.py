"""Expectations along a text, against transformers' own model asked for one token after the other."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from transformers import GPT2LMHeadModel

from neuronview.errors import BadInput, ModelError
from neuronview.model import SubjectModel, load
from neuronview.model import next_token as module
from neuronview.model.next_token import log_probabilities, next_probabilities, one_token, preview, require_token
from neuronview.model.windows import cut_windows
from tests.model.tiny_gpt2 import SENTENCES, save_tiny_gpt2

torch.set_num_threads(1)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save_tiny_gpt2(tmp_path_factory.mktemp("tiny"))


@pytest.fixture(scope="module")
def model(folder: Path) -> SubjectModel:
    return load(folder, device="cpu")


@pytest.fixture(scope="module")
def network(folder: Path) -> GPT2LMHeadModel:
    return GPT2LMHeadModel.from_pretrained(folder).double().eval()


@torch.inference_mode()
def after(network: GPT2LMHeadModel, ids: list[int]) -> np.ndarray:
    """Probabilities (vocabulary,) of the next token."""
    return torch.softmax(network(torch.tensor([ids])).logits[0, -1], dim=-1).numpy()


def test_every_token_has_its_probability_and_its_successors(
    model: SubjectModel, network: GPT2LMHeadModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "BATCH_ROWS", 4)
    ids = [token.id for token in model.tokenize(SENTENCES[0])][:11]
    found = preview(model, ids, top=3)
    for place, token in enumerate(ids):
        assert found.probabilities[place] == pytest.approx(after(network, [0, *ids[:place]])[token], rel=1e-4)
        expected = after(network, [0, *ids[: place + 1]])
        order = np.argsort(-expected)[:3]
        assert found.next_ids[place].tolist() == order.tolist()
        np.testing.assert_allclose(found.next_probabilities[place], expected[order], rtol=1e-4)


def test_every_token_of_the_vocabulary_has_its_probability_after_a_text(
    model: SubjectModel, network: GPT2LMHeadModel
) -> None:
    ids = [token.id for token in model.tokenize(SENTENCES[0])][:11]
    np.testing.assert_allclose(next_probabilities(model, ids), after(network, [0, *ids]), rtol=1e-4)


def test_the_first_token_of_a_text_without_a_leading_one_has_no_probability(
    folder: Path, network: GPT2LMHeadModel
) -> None:
    found = preview(load(folder, device="cpu", leading=None), [5, 6, 7], top=1)
    assert np.isnan(found.probabilities[0])
    assert found.probabilities[2] == pytest.approx(after(network, [5, 6])[7], rel=1e-4)
    assert found.next_probabilities[2, 0] == pytest.approx(after(network, [5, 6, 7]).max(), rel=1e-4)


def test_a_text_longer_than_a_window_is_read_in_windows(model: SubjectModel, network: GPT2LMHeadModel) -> None:
    ids = np.random.default_rng(0).integers(1, 300, 21).tolist()
    found = preview(model, ids, top=1, length=8)
    for window in cut_windows(len(ids), 8):
        for place in range(window.first, window.stop):
            before = [0, *ids[window.start : place]]
            assert found.probabilities[place] == pytest.approx(after(network, before)[ids[place]], rel=1e-4)
            expected = after(network, [*before, ids[place]]).max()
            assert found.next_probabilities[place, 0] == pytest.approx(expected, rel=1e-4)


def test_a_text_longer_than_the_context_is_read_all_the_same(model: SubjectModel) -> None:
    ids = np.random.default_rng(0).integers(1, 300, model.max_tokens + 7).tolist()
    found = preview(model, ids, top=1)
    assert np.isfinite(found.probabilities).all()
    assert found.next_ids.shape == (len(ids), 1)


def test_a_typed_token_is_found_with_its_space_and_several_are_refused(model: SubjectModel) -> None:
    assert one_token(model, " the").text == " the"
    with pytest.raises(BadInput, match="tokens for this model: “"):
        one_token(model, " the cat")
    with pytest.raises(BadInput, match="no text"):
        one_token(model, "")


def test_what_cannot_be_asked_is_refused_in_words(model: SubjectModel) -> None:
    with pytest.raises(BadInput, match="Give at least one"):
        preview(model, [])
    with pytest.raises(BadInput, match="at least 1"):
        preview(model, [1], top=0)
    with pytest.raises(BadInput, match=f"between 0 and {model.vocabulary_size - 1}"):
        require_token(model, model.vocabulary_size)
    with pytest.raises(ModelError, match="range of its number format"):
        log_probabilities(torch.tensor([1.0, torch.inf]))
