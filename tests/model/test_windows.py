"""A text read in windows: every value against transformers' own model run on that window alone."""

import math
from pathlib import Path

import numpy as np
import pytest
import torch

from neuronview.errors import BadInput
from neuronview.model import SubjectModel, load, peaks, tokens_above, window_activations
from neuronview.model import windows as module
from neuronview.model.windows import cut_windows
from neuronview.records import NeuronId
from tests.model.test_subject import hooked
from tests.model.tiny_gpt2 import save_tiny_gpt2

LENGTH = 8
torch.set_num_threads(1)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save_tiny_gpt2(tmp_path_factory.mktemp("tiny"))


@pytest.fixture(scope="module")
def model(folder: Path) -> SubjectModel:
    return load(folder, device="cpu")


@pytest.fixture(scope="module")
def long_text(model: SubjectModel) -> list[int]:
    """More tokens than the model reads at once."""
    size = model.max_tokens + 30
    return np.random.default_rng(5).integers(1, model.vocabulary_size, size).tolist()


@pytest.fixture(scope="module")
def by_hand(folder: Path, model: SubjectModel, long_text: list[int]) -> np.ndarray:
    """(layers, tokens, neurons), in windows of which two share a quarter, a token counted in the first that has it."""
    parts, done, start = [], 0, 0
    while done < len(long_text):
        start = min(start, len(long_text) - LENGTH)
        values = hooked(folder, [model.leading_id, *long_text[start : start + LENGTH]])[:, 1:]
        parts.append(values[:, done - start :])
        done, start = start + LENGTH, start + LENGTH - LENGTH // 4
    return np.concatenate(parts, axis=1)


@pytest.mark.parametrize("n_tokens", [1, 7, 8, 9, 12, 13, 100])
@pytest.mark.parametrize("length", [1, 2, 7, 8])
def test_each_token_counts_once_and_has_a_quarter_of_a_window_before_it(n_tokens: int, length: int) -> None:
    windows = cut_windows(n_tokens, length)
    counted = [at for window in windows for at in range(window.first, window.stop)]
    assert counted == list(range(n_tokens))
    assert all(window.stop - window.start == min(length, n_tokens) for window in windows)
    assert all(window.first - window.start >= min(length - 1, max(1, length // 4)) for window in windows[1:])
    assert len(windows) == 1 + math.ceil(max(0, n_tokens - length) / max(1, length - max(1, length // 4)))


@pytest.mark.parametrize("n_tokens", [16, 48])
def test_the_first_of_equal_values_is_the_highest_token(n_tokens: int) -> None:
    rows = torch.from_numpy(np.random.default_rng(n_tokens).integers(0, 4, (n_tokens, 200)).astype(np.float32))
    values, places = module._highest(rows)
    np.testing.assert_array_equal(values, rows.numpy().max(axis=0))
    np.testing.assert_array_equal(places, rows.numpy().argmax(axis=0))


def test_chosen_neurons_have_the_values_of_their_windows(
    model: SubjectModel, long_text: list[int], by_hand: np.ndarray
) -> None:
    neurons = [NeuronId(1, 7), NeuronId(0, 100), NeuronId(1, 0)]
    found = window_activations(model, long_text, neurons, length=LENGTH)
    expected = np.stack([by_hand[n.layer, :, n.neuron] for n in neurons], axis=1)
    np.testing.assert_allclose(found, expected, atol=1e-4)


@pytest.mark.parametrize("batch_tokens", [1, 24, 4096])
def test_peaks_are_the_largest_values_and_where_they_are(
    model: SubjectModel,
    long_text: list[int],
    by_hand: np.ndarray,
    batch_tokens: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "BATCH_TOKENS", batch_tokens)
    found = peaks(model, long_text, length=LENGTH)
    np.testing.assert_allclose(found.values, by_hand.max(axis=1), atol=1e-4)
    at_peak = np.take_along_axis(by_hand, found.positions[:, None], axis=1)[:, 0]
    np.testing.assert_allclose(at_peak, by_hand.max(axis=1), atol=1e-4)
    assert found.n_tokens == len(long_text)


@pytest.mark.parametrize("position", [0, LENGTH - 1, LENGTH, 41, -1])
def test_one_token_has_the_values_of_the_window_it_counts_in(
    model: SubjectModel, long_text: list[int], by_hand: np.ndarray, position: int
) -> None:
    position %= len(long_text)
    found = peaks(model, long_text, length=LENGTH, span=range(position, position + 1))
    np.testing.assert_allclose(found.values, by_hand[:, position], atol=1e-4)
    assert found.n_tokens == 1


@pytest.mark.parametrize("span", [range(3), range(LENGTH - 2, LENGTH + 9), range(5, 100), range(90, 91)])
def test_peaks_of_a_span_are_those_of_its_tokens_alone(
    model: SubjectModel, long_text: list[int], by_hand: np.ndarray, span: range
) -> None:
    found = peaks(model, long_text, length=LENGTH, span=span)
    inside = by_hand[:, span.start : span.stop]
    np.testing.assert_allclose(found.values, inside.max(axis=1), atol=1e-4)
    at_peak = np.take_along_axis(by_hand, found.positions[:, None], axis=1)[:, 0]
    np.testing.assert_allclose(at_peak, inside.max(axis=1), atol=1e-4)
    assert found.n_tokens == len(span)


@pytest.mark.parametrize("span", [range(4, 4), range(-1, 3), range(10_000), range(0, 10, 2)])
def test_a_span_that_the_text_does_not_have_is_refused(model: SubjectModel, long_text: list[int], span: range) -> None:
    with pytest.raises(BadInput, match="no part of this text"):
        peaks(model, long_text, length=LENGTH, span=span)


@pytest.mark.filterwarnings("error:torch.searchsorted")
def test_tokens_above_a_bound_are_counted_for_each_neuron(
    model: SubjectModel, long_text: list[int], by_hand: np.ndarray
) -> None:
    bounds = np.quantile(by_hand, [0.203, 0.497, 0.991], axis=1).transpose(1, 2, 0)
    ordered = np.sort(by_hand, axis=1).transpose(0, 2, 1)
    above = (bounds[..., None, :] < ordered[..., None]).sum(axis=2)
    # Where another rounding tips no token over its bound.
    apart = np.abs(ordered[..., None] - bounds[..., None, :]).min(axis=2) > 1e-5
    bounds[0, 3, 2] = np.nan
    found = tokens_above(model, long_text, bounds, length=LENGTH)
    assert found[0, 3, 2] == 0
    apart[0, 3, 2] = False
    assert apart.mean() > 0.9
    assert np.array_equal(found[apart], above[apart])


def test_a_text_of_one_window_is_read_as_it_stands(model: SubjectModel, long_text: list[int]) -> None:
    ids = long_text[:20]
    every = model.all_activations(ids)
    assert np.array_equal(peaks(model, ids, length=20).values, every.max(axis=1))
    found = window_activations(model, ids, [NeuronId(0, 3)], length=64)
    np.testing.assert_allclose(found[:, 0], every[0, :, 3], atol=1e-6)


def test_windows_that_cannot_be_read_are_refused(model: SubjectModel, long_text: list[int]) -> None:
    with pytest.raises(BadInput, match="Give at least 1"):
        peaks(model, long_text, length=0)
    with pytest.raises(BadInput, match="too many"):
        peaks(model, long_text, length=model.n_context + 1)
    with pytest.raises(BadInput, match="no tokens"):
        peaks(model, [], length=LENGTH)
    with pytest.raises(BadInput, match="lie between"):
        peaks(model, [1, model.vocabulary_size], length=LENGTH)
