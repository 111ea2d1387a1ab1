"""A bin of the map of shares, once it is chosen, keeps every share that was counted in it."""

import math
from itertools import pairwise

import pytest

from neuronview.ui.browse_charts import DECADE, LOWEST, share_range


@pytest.mark.parametrize("place", range(LOWEST * DECADE, 0))
def test_the_range_of_a_bin_holds_the_bin_and_less_than_a_step_more(place: int) -> None:
    low, high = share_range(place / DECADE, (place + 1) / DECADE)
    first, last = (100 * 10 ** (end / DECADE) for end in (place, place + 1))
    assert first - 0.001 - 1e-12 < low <= first + 1e-12
    assert last - 1e-12 <= high < last + 0.001
    assert (round(low, 3), round(high, 3)) == (low, high)


def test_bins_that_begin_at_a_power_of_ten_begin_there_exactly() -> None:
    powers = [(power, 100 * 10.0**power) for power in range(LOWEST + 1, 1)]
    for (power, low), (following, high) in pairwise(powers):
        assert share_range(power, following) == (pytest.approx(low, abs=0), pytest.approx(high, abs=0)), math.log10(low)
