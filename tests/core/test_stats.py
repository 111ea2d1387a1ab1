"""Tail probabilities against counting, and intervals against known values."""

from typing import Any

import numpy as np
import pytest

from neuronview import stats
from neuronview.store.schema import TAIL_PROBABILITIES

PROBABILITIES = np.array(TAIL_PROBABILITIES)


@pytest.fixture(scope="module")
def sample() -> np.ndarray:
    return np.sort(np.random.default_rng(0).gamma(0.5, 1.0, size=1_000_000))


@pytest.fixture(scope="module")
def tail(sample: np.ndarray) -> np.ndarray:
    return np.quantile(sample, 1 - PROBABILITIES)


@pytest.mark.parametrize("share", [0.5, 0.2, 0.033, 0.0071, 0.0012, 0.0001])
def test_exceedance_is_within_ten_percent_of_counting(sample: np.ndarray, tail: np.ndarray, share: float) -> None:
    value = np.quantile(sample, 1 - share)
    assert float(stats.exceedance(value, tail, PROBABILITIES)) == pytest.approx((sample > value).mean(), rel=0.1)


def test_a_value_above_all_is_zero_and_below_all_is_one(sample: np.ndarray, tail: np.ndarray) -> None:
    tails = np.stack([tail, tail])
    assert stats.exceedance([sample[-1] + 1, -5.0], tails, PROBABILITIES, maxima=sample[-1]).tolist() == [0.0, 1.0]


def test_what_a_small_corpus_cannot_resolve_has_its_smallest_probability(tail: np.ndarray) -> None:
    cut = np.where(PROBABILITIES < 1e-4, np.nan, tail)
    last = float(np.nanmax(cut))
    found = stats.exceedance([last + 0.1, last + 5], np.stack([cut, cut]), PROBABILITIES, maxima=last + 1)
    assert found == pytest.approx([1e-4, 0.0])
    assert stats.exceedance(1.0, cut, PROBABILITIES) == pytest.approx(float(stats.exceedance(1.0, tail, PROBABILITIES)))


def test_unknown_stays_unknown(tail: np.ndarray) -> None:
    assert np.isnan(stats.exceedance(np.nan, tail, PROBABILITIES))
    assert np.isnan(stats.exceedance(1.0, np.full_like(tail, np.nan), PROBABILITIES))


def test_exceedance_falls_as_the_value_rises(tail: np.ndarray) -> None:
    values = np.linspace(0, 8, 200)
    found = stats.exceedance(values, np.tile(tail, (200, 1)), PROBABILITIES)
    assert (np.diff(found) <= 0).all()


def test_length_correction_equals_the_formula_and_keeps_tiny_probabilities() -> None:
    assert stats.length_corrected(0.01, 64) == pytest.approx(1 - 0.99**64)
    assert stats.length_corrected(1e-12, 100) == pytest.approx(1e-10)
    assert stats.length_corrected([0.0, 1.0], 5).tolist() == [0.0, 1.0]


def test_wilson_interval_of_twenty_in_twentyfive() -> None:
    assert stats.wilson_interval(20, 25) == pytest.approx((0.609, 0.911), abs=1e-3)
    assert all(np.isnan(stats.wilson_interval(0, 0)))


def ranked(activations: np.ndarray, tails: np.ndarray, **options: Any) -> stats.Ranking:
    """The ranking of a text with these activations (layers, tokens, neurons)."""
    found = activations.max(axis=1), activations.argmax(axis=1), activations.shape[1]
    return stats.rank_peaks(*found, tails, PROBABILITIES, **options)


def test_ranking_equals_a_plain_loop(tail: np.ndarray) -> None:
    generator = np.random.default_rng(3)
    activations = generator.gamma(0.5, 1.0, size=(2, 7, 4))
    activations[1, 3, 2] = 3 * tail[-1]
    tails = np.tile(tail, (2, 4, 1)) * generator.uniform(0.5, 2.0, size=(2, 4, 1))
    ranking = ranked(activations, tails, maxima=tails[..., -1])
    expected = []
    for layer in range(2):
        for neuron in range(4):
            position = int(np.argmax(activations[layer, :, neuron]))
            value = activations[layer, position, neuron]
            single = float(
                stats.exceedance(value, tails[layer, neuron], PROBABILITIES, maxima=tails[layer, neuron, -1])
            )
            above = value > tails[layer, neuron, -1]
            rarity = 0.0 if above else 1 - (1 - single) ** 7
            size = -(value / tails[layer, neuron, -1] - 1) if above else -value
            expected.append((rarity, size, layer, neuron, position, value))
    expected.sort()
    found = list(zip(ranking.layers, ranking.neurons, ranking.positions, ranking.values, strict=True))
    assert found == [(layer, neuron, position, value) for _, _, layer, neuron, position, value in expected]
    np.testing.assert_allclose(ranking.probabilities, [row[0] for row in expected], rtol=1e-9)
    assert ranking.above.sum() == sum(row[0] == 0 for row in expected) >= 1


def test_ranking_by_value_is_by_value(tail: np.ndarray) -> None:
    activations = np.random.default_rng(4).normal(size=(1, 5, 6))
    tails = np.tile(tail, (1, 6, 1))
    ranking = ranked(activations, tails, maxima=tails[..., -1], by_value=True)
    assert (np.diff(ranking.values) <= 0).all()


def test_an_activation_that_another_processor_rounds_otherwise_is_not_above_the_corpus(tail: np.ndarray) -> None:
    tails, maxima = np.tile(tail, (1, 3, 1)), np.full((1, 3), tail[-1])
    activations = tail[-1] * np.array([1, 1 + 1e-6, 1.01]).reshape(1, 1, 3)
    found = ranked(activations, tails, maxima=maxima)
    assert found.neurons[found.above].tolist() == [2]
    assert (found.probabilities[~found.above] > 0).all()


def test_a_mean_percentile_is_the_mean_share_of_the_corpus_below_each_token() -> None:
    probabilities = np.array([0.5, 0.1, 0.01])
    tails = np.array([[1.0, 2.0, 3.0], [np.nan] * 3])
    tokens = np.array([0.5, 1.5, 2.5, 2.7, 9.0])
    above = np.array([[(tokens > tail).sum() for tail in tails[0]], [0, 0, 0]])
    found = stats.mean_percentile(above, 5, tails, probabilities)
    assert found[0] == pytest.approx(np.mean([0.0, 0.5, 0.9, 0.9, 0.99]))
    assert np.isnan(found[1])


def test_differences_are_ranked_by_size_or_by_who_is_larger_and_the_unknown_comes_last() -> None:
    first = np.array([[1.0, 5.0], [np.nan, 2.0]])
    second = np.array([[4.0, 3.0], [1.0, 2.0]])
    assert stats.rank_differences(first, second).tolist() == [0, 1, 3, 2]
    assert stats.rank_differences(first, second, by="first").tolist() == [1, 3, 0, 2]
    assert stats.rank_differences(first, second, by="second").tolist() == [0, 3, 1, 2]
