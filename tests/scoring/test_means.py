"""Means of grouped values against plain resampling of the values themselves."""

import math

import numpy as np
import pytest

from neuronview.scoring import grouped_mean
from neuronview.scoring.means import MANY


def grouped(values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    places = np.floor(values * 100).astype(int)
    names = np.unique(places)
    return np.array([(places == k).sum() for k in names]), np.array([values[places == k].mean() for k in names])


@pytest.mark.parametrize("n", [12, MANY - 1, MANY + 1])
def test_few_values_and_many_have_the_interval_of_a_plain_bootstrap(n: int) -> None:
    values = np.random.default_rng(2).beta(2, 5, n)
    mean, interval = grouped_mean(*grouped(values))
    generator = np.random.default_rng(9)
    low, high = np.quantile([generator.choice(values, n).mean() for _ in range(2000)], [0.025, 0.975])
    assert mean == pytest.approx(values.mean())
    assert interval == pytest.approx((low, high), abs=0.1 * (high - low))


def test_one_value_has_no_interval_and_none_has_no_mean() -> None:
    mean, interval = grouped_mean(np.array([1]), np.array([0.4]))
    assert (mean, math.isnan(interval[0])) == (0.4, True)
    assert math.isnan(grouped_mean(np.array([], dtype=np.int64), np.array([]))[0])
