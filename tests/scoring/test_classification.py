"""Area under the ROC curve and balanced accuracy, against counting every pair and drawing every resample anew."""

import math

import numpy as np
import pytest

from neuronview.errors import ScoringError
from neuronview.scoring.classification import (
    _resampled_weights,
    area_under_curve,
    classify,
)


def pairs_won(values: np.ndarray, truth: np.ndarray) -> float:
    """Every pair of a positive and a negative item, one after another."""
    won = [1.0 if p > n else 0.5 if p == n else 0.0 for p in values[truth] for n in values[~truth]]
    return sum(won) / len(won) if won else math.nan


def drawn(seed: int, n: int = 40, steps: int = 6) -> tuple[np.ndarray, np.ndarray]:
    """Judgements with many ties, a little higher for positive items."""
    generator = np.random.default_rng(seed)
    truth = generator.random(n) < 0.4
    return np.round(generator.random(n) * steps + truth) / steps, truth


@pytest.mark.parametrize("seed", range(8))
def test_area_is_the_share_of_pairs_won_ties_counted_half(seed: int) -> None:
    values, truth = drawn(seed)
    assert len(np.unique(values)) < 10
    assert area_under_curve(values, truth) == pytest.approx(pairs_won(values, truth), abs=1e-12)


def test_area_of_known_orders() -> None:
    truth = [True, True, False, False]
    assert area_under_curve([4, 3, 2, 1], truth) == 1.0
    assert area_under_curve([1, 2, 3, 4], truth) == 0.0
    assert area_under_curve([7, 7, 7, 7], truth) == 0.5
    assert area_under_curve([3, 1, 2, 0], truth) == 0.75


@pytest.mark.parametrize("threshold", [0.2, 0.5, 1.0])
def test_balanced_accuracy_is_the_mean_of_both_shares(threshold: float) -> None:
    values, truth = drawn(3)
    hit = sum(v > threshold for v in values[truth]) / truth.sum()
    spared = sum(not v > threshold for v in values[~truth]) / (~truth).sum()
    assert classify(values, truth, threshold=threshold).accuracy == pytest.approx((hit + spared) / 2)


def test_a_missing_judgement_is_left_out_and_counted() -> None:
    values, truth = drawn(1)
    holed = values.copy()
    holed[[0, 5, 11]] = np.nan
    keep = ~np.isnan(holed)
    found = classify(holed, truth)
    assert found.n_missing == 3
    assert found.n_positive + found.n_negative == len(values) - 3
    assert found.area == pytest.approx(pairs_won(values[keep], truth[keep]))
    assert found.area_interval == classify(values[keep], truth[keep]).area_interval


@pytest.mark.parametrize("truth", [[True, True], [False, False]])
def test_an_empty_class_makes_both_measures_undefined(truth: list[bool]) -> None:
    found = classify([0.1, 0.9], truth)
    numbers = (found.area, *found.area_interval, found.accuracy, *found.accuracy_interval)
    assert all(map(math.isnan, numbers))


def test_a_class_whose_judgements_are_all_missing_is_empty() -> None:
    found = classify([0.3, 0.8, math.nan, math.nan], [True, True, False, False])
    assert math.isnan(found.area)
    assert (found.n_positive, found.n_negative, found.n_missing) == (2, 0, 2)


def test_no_items_at_all_are_undefined() -> None:
    assert math.isnan(classify([], []).area)


def slow_interval(values: np.ndarray, truth: np.ndarray, excerpts: list[int], seed: int) -> tuple[float, float]:
    """Excerpts drawn one by one, their items put together, every pair counted."""
    generator = np.random.default_rng(seed)
    kinds: dict[frozenset[bool], list[int]] = {}
    for excerpt in dict.fromkeys(excerpts):
        items = [i for i, e in enumerate(excerpts) if e == excerpt]
        kinds.setdefault(frozenset(bool(truth[i]) for i in items), []).append(excerpt)
    found = []
    for _ in range(1500):
        chosen = [e for members in kinds.values() for e in generator.choice(members, len(members))]
        items = [i for e in chosen for i, other in enumerate(excerpts) if other == e]
        found.append(pairs_won(values[items], truth[items]))
    return tuple(np.quantile(found, [0.025, 0.975]))  # type: ignore[return-value]


@pytest.mark.parametrize("together", [False, True])
def test_interval_is_that_of_excerpts_drawn_again_with_all_their_items(together: bool) -> None:
    generator = np.random.default_rng(5)
    truth = np.tile([True, False], 7)
    # Items of one excerpt are judged alike, so that drawing them apart would give another interval.
    common = np.repeat(generator.normal(size=7), 2)
    values = common * 2 + generator.normal(size=14) * 0.3 + truth
    excerpts = np.repeat(np.arange(7), 2).tolist() if together else list(range(14))
    found = classify(values, truth, excerpts=excerpts, resamples=6000).area_interval
    assert found == pytest.approx(slow_interval(values, truth, excerpts, 1), abs=0.035)


def test_items_of_one_excerpt_are_never_drawn_apart() -> None:
    values = np.repeat(np.arange(12.0), 2) + np.tile([0.5, 0.0], 12)
    truth = np.tile([True, False], 12)
    apart = classify(values, truth).area_interval
    together = classify(values, truth, excerpts=np.repeat(np.arange(12), 2).tolist()).area_interval
    assert together[1] - together[0] < (apart[1] - apart[0]) / 2


def test_both_classes_keep_their_size_in_every_resample() -> None:
    truth = np.array([True] * 3 + [False] * 30)
    weights = _resampled_weights(np.arange(33), truth, seed=0, resamples=200)
    assert set(weights[:, truth].sum(axis=1)) == {3.0}
    assert set(weights[:, ~truth].sum(axis=1)) == {30.0}


def test_a_class_of_one_excerpt_has_a_value_and_no_interval() -> None:
    found = classify([0.9, 0.1, 0.2], [True, False, False])
    assert found.area == 1.0
    assert all(map(math.isnan, found.area_interval))


def test_excerpts_of_which_none_can_be_drawn_for_another_leave_no_interval() -> None:
    # Three excerpts, two of each class, and each alone in what it holds.
    found = classify([0.9, 0.2, 0.8, 0.3], [True, False, True, False], excerpts=["both", "both", "one", "other"])
    assert found.area == 1.0
    assert all(map(math.isnan, (*found.area_interval, *found.accuracy_interval)))


def test_same_seed_same_interval_and_another_seed_another() -> None:
    values, truth = drawn(2)
    assert classify(values, truth, seed=4) == classify(values, truth, seed=4)
    assert classify(values, truth, seed=4).area_interval != classify(values, truth, seed=5).area_interval


def test_95_percent_intervals_hold_the_true_area_in_about_95_percent_of_trials() -> None:
    generator = np.random.default_rng(0)
    true = 0.7602  # of two normal distributions one standard deviation apart: Phi(1 / sqrt 2)
    truth = np.repeat([True, False], 40)
    held = 0
    for _ in range(150):
        low, high = classify(generator.normal(size=80) + truth, truth, resamples=300).area_interval
        held += low <= true <= high
    assert 133 <= held <= 149


def test_lengths_that_differ_are_refused() -> None:
    with pytest.raises(ScoringError, match="2 judgements but 3 items"):
        area_under_curve([1, 2], [True, False, True])
    with pytest.raises(ScoringError, match="excerpts"):
        classify([1, 2], [True, False], excerpts=[1])
