"""What an activation depends on, against a hook on transformers' own model asked for one changed text at a time."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch
from transformers import GPT2LMHeadModel

from neuronview.errors import BadInput, NotFound
from neuronview.model import SubjectModel, load, window_activations
from neuronview.model import dependence as module
from neuronview.model.dependence import dependence
from neuronview.records import NeuronId
from tests.model.tiny_gpt2 import SENTENCES, save_tiny_gpt2

torch.set_num_threads(1)
NEURON = NeuronId(1, 17)
ByHook = Callable[[list[int]], float]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save_tiny_gpt2(tmp_path_factory.mktemp("tiny"), layers=3)


@pytest.fixture(scope="module")
def model(folder: Path) -> SubjectModel:
    return load(folder, device="cpu")


@pytest.fixture(scope="module")
def ids(model: SubjectModel) -> list[int]:
    return [token.id for token in model.tokenize(SENTENCES[0])][:14]


@pytest.fixture(scope="module")
def by_hook(folder: Path) -> ByHook:
    """The neuron's activation at the last token of a text, read behind a leading one."""
    network = GPT2LMHeadModel.from_pretrained(folder).eval()
    seen: list[float] = []
    activation = network.transformer.h[NEURON.layer].mlp.act
    activation.register_forward_hook(lambda _m, _i, output: seen.append(float(output[0, -1, NEURON.neuron])))

    @torch.inference_mode()
    def read(ids: list[int]) -> float:
        network(torch.tensor([[0, *ids]]))
        return seen[-1]

    return read


@pytest.mark.parametrize("batch", [1, 20, 2048])
def test_each_earlier_token_deleted_gives_what_a_hook_sees_on_the_shorter_text(
    by_hook: ByHook, model: SubjectModel, ids: list[int], monkeypatch: pytest.MonkeyPatch, batch: int
) -> None:
    monkeypatch.setattr(module, "BATCH_TOKENS", batch)
    found = dependence(model, ids, 9, NEURON)
    assert found.activation == pytest.approx(by_hook(ids[:10]), abs=1e-4)
    expected = [by_hook([*ids[:place], *ids[place + 1 : 10]]) for place in range(9)]
    np.testing.assert_allclose(found.activations, expected, atol=1e-4)
    np.testing.assert_allclose(found.changes, np.array(expected) - found.activation, atol=1e-4)
    assert np.abs(found.changes).max() > 0.01
    assert found.swapped_for == (None,) * 9


def test_each_earlier_token_swapped_gives_what_a_hook_sees_on_the_other_text(
    by_hook: ByHook, model: SubjectModel, ids: list[int]
) -> None:
    found = dependence(model, ids, 9, NEURON, way="swap", swap_for=99)
    expected = [by_hook([*ids[:place], 99, *ids[place + 1 : 10]]) for place in range(9)]
    np.testing.assert_allclose(found.activations, expected, atol=1e-4)
    assert found.swapped_for == (99,) * 9


def test_a_token_is_swapped_for_a_neutral_one_that_it_is_not_itself(
    by_hook: ByHook, model: SubjectModel, ids: list[int]
) -> None:
    the, comma = (model.tokenizer.encode(text)[0] for text in (" the", ","))
    text = [*ids[:3], the, *ids[4:8]]
    found = dependence(model, text, 7, NEURON, way="swap")
    assert found.swapped_for == tuple(comma if token == the else the for token in text[:7])
    assert found.activations[3] == pytest.approx(by_hook([*ids[:3], comma, *ids[4:8]]), abs=1e-4)


def test_a_swap_for_the_token_that_stands_there_is_not_tried(model: SubjectModel, ids: list[int]) -> None:
    found = dependence(model, ids, 6, NEURON, way="swap", swap_for=ids[2])
    assert np.isnan(found.activations[2])
    assert found.swapped_for[2] is None
    assert np.isfinite(np.delete(found.activations, np.flatnonzero(np.array(ids[:6]) == ids[2]))).all()


def test_in_windows_only_what_is_read_with_the_token_is_tried(by_hook: ByHook, model: SubjectModel) -> None:
    text = np.random.default_rng(1).integers(1, 300, 21).tolist()
    found = dependence(model, text, 13, NEURON, length=8)
    assert found.start == 6
    assert found.activation == pytest.approx(window_activations(model, text, [NEURON], length=8)[13, 0], abs=1e-5)
    assert np.isnan(found.activations[:6]).all()
    expected = [by_hook([*text[6:place], *text[place + 1 : 14]]) for place in range(6, 13)]
    np.testing.assert_allclose(found.activations[6:], expected, atol=1e-4)
    swapped = dependence(model, text, 13, NEURON, way="swap", swap_for=301, length=8)
    assert swapped.swapped_for == (None,) * 6 + (301,) * 7


def test_only_the_nearest_tokens_are_tried_where_there_are_many(by_hook: ByHook, model: SubjectModel) -> None:
    text = np.random.default_rng(1).integers(1, 300, 12).tolist()
    found = dependence(model, text, 11, NEURON, most=2)
    assert np.isnan(found.activations).tolist() == [True] * 9 + [False] * 2
    assert found.activations[10] == pytest.approx(by_hook([*text[:10], text[11]]), abs=1e-4)
    assert found.start == 0


def test_the_leading_token_is_never_touched_so_the_first_token_depends_on_none(
    by_hook: ByHook, model: SubjectModel, ids: list[int]
) -> None:
    for way in ("delete", "swap"):
        first = dependence(model, ids, 0, NEURON, way=way)  # type: ignore[arg-type]
        assert first.activations.shape == (0,)
        assert first.activation == pytest.approx(by_hook(ids[:1]), abs=1e-4)


def test_later_tokens_do_not_matter(model: SubjectModel, ids: list[int]) -> None:
    long, short = dependence(model, ids, 5, NEURON), dependence(model, ids[:6], 5, NEURON)
    np.testing.assert_allclose(long.activations, short.activations, atol=1e-6)


def test_bad_requests_are_refused_in_words(model: SubjectModel, ids: list[int]) -> None:
    with pytest.raises(BadInput, match="There is no token 14: the text has 14"):
        dependence(model, ids, 14, NEURON)
    with pytest.raises(BadInput, match="There is no token -1"):
        dependence(model, ids, -1, NEURON)
    with pytest.raises(NotFound, match="Layers go from 0 to 2"):
        dependence(model, ids, 3, NeuronId(5, 0))
    with pytest.raises(BadInput, match="delete or swap"):
        dependence(model, ids, 3, NEURON, way="mask")  # type: ignore[arg-type]
    with pytest.raises(BadInput, match="There is no token 100000"):
        dependence(model, ids, 3, NEURON, way="swap", swap_for=100000)
    with pytest.raises(BadInput, match="too many"):
        dependence(model, [1] * (model.max_tokens + 5), model.max_tokens + 1, NEURON)
    with pytest.raises(BadInput, match="at least 1"):
        dependence(model, ids, 3, NEURON, most=0)


def test_every_changed_text_is_heard_of_as_it_is_read(model: SubjectModel, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "BATCH_TOKENS", 60)
    heard: list[int] = []
    long = [token.id for token in model.tokenize(" ".join(SENTENCES))][:25]
    dependence(model, long, 20, NEURON, on_batch=heard.append)
    assert sum(heard) == 20
    assert len(heard) > 2
