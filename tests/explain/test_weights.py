"""Weights by strata: shares of the corpus are met exactly, and a sample of firing excerpts tells the corpus's mean."""

import numpy as np
import pytest

from neuronview.explain.fit import fit_candidates, fit_lookup
from neuronview.explain.weights import strata_of, strata_weights
from neuronview.records import NeuronStatistics

QUANTILES = (0.5, 0.9, 0.99, 0.999)


def test_each_stratum_counts_with_its_share_of_the_corpus() -> None:
    strata = [(1.0, 0.5), (2.0, 0.1), (3.0, 0.01)]
    maxima = np.array([0.0, 0.5, 1.0, 1.5, 1.9, 2.0, 3.0, 9.0])
    weights = strata_weights(maxima, strata)
    assert weights.mean() == pytest.approx(1)
    shares = [weights[places].sum() / weights.sum() for places in ([0, 1], [2, 3, 4], [5], [6, 7])]
    assert shares == pytest.approx([0.5, 0.4, 0.09, 0.01])


def test_an_empty_stratum_gives_its_share_to_the_next_below_and_the_lowest_to_the_next_above() -> None:
    strata = [(1.0, 0.5), (2.0, 0.1), (3.0, 0.01)]
    weights = strata_weights(np.array([1.5, 3.5]), strata)
    assert (weights / weights.sum()).tolist() == pytest.approx([0.99, 0.01])
    weights = strata_weights(np.array([0.5, 1.5]), strata)
    assert (weights / weights.sum()).tolist() == pytest.approx([0.5, 0.5])


def test_without_strata_all_count_the_same() -> None:
    assert strata_weights(np.array([3.0, 1.0]), []).tolist() == [1, 1]
    assert len(strata_weights(np.empty(0), [])) == 0


def test_a_sample_of_excerpts_that_fire_tells_the_mean_of_the_corpus() -> None:
    rng = np.random.default_rng(0)
    maxima = rng.gamma(0.5, 1.0, size=100_000)
    boundaries = tuple(np.quantile(maxima, QUANTILES))
    grid = np.array([0.5, 0.1, 0.01, 1e-3, 1e-4])
    statistics = NeuronStatistics(
        quantile_boundaries=boundaries, tail_probabilities=grid, tail_max_values=np.quantile(maxima, 1 - grid)
    )
    top = np.sort(maxima)[-20:]
    sample = np.concatenate([rng.choice(maxima, 800), rng.choice(maxima[maxima > boundaries[1]], 600), top])
    weights = strata_weights(sample, strata_of(statistics, QUANTILES, top_from=float(top[0])))
    plain = sample.mean() / maxima.mean() - 1
    weighted = weights @ sample / weights.sum() / maxima.mean() - 1
    assert plain > 1
    assert abs(weighted) < 0.06


def test_boundaries_that_fall_together_are_one() -> None:
    statistics = NeuronStatistics(quantile_boundaries=(0.0, 0.0, 1.0, float("nan")))
    assert strata_of(statistics, QUANTILES) == [(0.0, pytest.approx(0.5)), (1.0, pytest.approx(0.01))]
    assert strata_of(NeuronStatistics(), QUANTILES, top_from=2.0) == []


def test_a_whole_weight_is_as_many_copies_of_a_token() -> None:
    rng = np.random.default_rng(1)
    n = 400
    marks = rng.random((6, n)) < 0.3
    activations = (marks[0] * 2.0 + marks[1] + rng.normal(size=n)).astype(np.float32)
    copies, ids = rng.integers(1, 5, size=n), rng.integers(0, 9, size=n)
    names, strings = list("abcdef"), {i: str(i) for i in range(9)}
    weighted = fit_candidates(names, marks, activations, weights=copies.astype(float))
    plain = fit_candidates(names, np.repeat(marks, copies, axis=1), np.repeat(activations, copies))
    assert [c.expression for c in weighted] == [c.expression for c in plain]
    for one, other in zip(weighted, plain, strict=True):
        assert (one.correlation, one.on, one.off) == pytest.approx((other.correlation, other.on, other.off))
    rule = fit_lookup(ids, strings, activations, weights=copies / copies.mean())
    copied = fit_lookup(np.repeat(ids, copies), strings, np.repeat(activations, copies))
    assert rule["tokens"] == pytest.approx(copied["tokens"], abs=1e-4)
