"""What holds of splits, normalisation, percentiles, calibration and scores whatever the numbers are."""

import math

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from neuronview.errors import ScoringError
from neuronview.scoring import (
    LinearCalibration,
    PercentileCalibration,
    ev_correlation_score,
    normalize_activations,
    score_sequences,
    split_records,
)
from neuronview.stats import exceedance, length_corrected

ACTIVATIONS = st.lists(st.floats(-5, 60, width=32), min_size=1, max_size=40)
PAIRS = st.lists(st.tuples(st.floats(-10, 10, width=32), st.floats(-5, 60, width=32)), min_size=1, max_size=40)


@given(st.integers(4, 60), st.integers(3, 40), st.none() | st.integers(1, 12))
def test_no_record_is_in_two_splits_and_each_split_has_its_share(n_top: int, n_random: int, n: int | None) -> None:
    top, random = [f"t{i}" for i in range(n_top)], [f"r{i}" for i in range(n_random)]
    if n is not None and (n_top < 4 * n or n_random < 3 * n):
        with pytest.raises(ScoringError, match="too few"):
            split_records(top, random, n)
        return
    splits = split_records(top, random, n)
    used = [record for records in splits.values() for record in records]
    assert len(used) == len(set(used))
    wanted_top, wanted_random = (n_top // 4, n_random // 3) if n is None else (n, n)
    for name, records in splits.items():
        assert sum(record[0] == "t" for record in records) == wanted_top
        assert sum(record[0] == "r" for record in records) == (0 if name == "train" else wanted_random)
        # Interleaved: no split has only the strongest excerpts.
        assert [top.index(r) // 4 for r in records if r[0] == "t"] == list(range(wanted_top))


@given(ACTIVATIONS, st.floats(0.5, 60, width=32))
def test_normalised_activations_are_0_to_10_rise_with_the_activation_and_do_not_depend_on_the_unit(
    values: list[float], largest: float
) -> None:
    found = normalize_activations(values, largest)
    assert all(type(rating) is int and 0 <= rating <= 10 for rating in found)
    order = np.argsort(values, kind="stable")
    assert np.all(np.diff(np.asarray(found)[order]) >= 0)
    assert all(rating == 0 for rating, value in zip(found, values, strict=True) if value <= 0)
    assert all(rating == 10 for rating, value in zip(found, values, strict=True) if value >= largest)
    assert normalize_activations([4 * value for value in values], 4 * largest) == found


@given(ACTIVATIONS, st.floats(-5, 0, width=32))
def test_a_neuron_that_never_fires_has_zeros(values: list[float], largest: float) -> None:
    assert normalize_activations(values, largest) == [0] * len(values)


@given(PAIRS, st.floats(0.5, 60, width=32))
def test_a_neuron_that_always_fires_is_scored_by_how_much_it_does(
    pairs: list[tuple[float, float]], least: float
) -> None:
    simulated, true = np.array(pairs, dtype=np.float64).T
    always = true - true.min() + least
    found = score_sequences([(always, simulated)])
    expected = ev_correlation_score(true, simulated)
    assume(math.isnan(expected) or min(np.ptp(true), np.ptp(simulated)) > 1e-3)
    assert found.state == ("undefined" if math.isnan(expected) else "ok")
    assert found.ev_correlation == pytest.approx(expected, abs=1e-6, nan_ok=True)
    assert normalize_activations(list(always), float(always.max()))[int(always.argmax())] == 10


@given(PAIRS, st.floats(-0.5, 0.5), st.floats(-0.5, 0.5))
def test_no_other_line_fits_better_than_the_linear_calibration(
    pairs: list[tuple[float, float]], tilt: float, shift: float
) -> None:
    x, y = np.array(pairs, dtype=np.float64).T
    line = LinearCalibration.fit(x, y)
    other = LinearCalibration(line.slope + tilt, line.intercept + shift)

    def error(fitted: LinearCalibration) -> float:
        return float(np.sum((fitted.apply(x) - y) ** 2))

    assert error(line) <= error(other) * (1 + 1e-9) + 1e-6
    assert np.sum(line.apply(x) - y) == pytest.approx(0, abs=1e-6 * (1 + np.abs(y).sum()))


@given(PAIRS, st.booleans())
def test_percentile_calibration_rises_and_stays_within_what_was_seen(
    pairs: list[tuple[float, float]], share_ties: bool
) -> None:
    x, y = np.array(pairs, dtype=np.float64).T
    found = PercentileCalibration.fit(x, y, share_ties=share_ties)
    grid = found.apply(np.linspace(-20, 20, 81))
    assert np.all(np.diff(grid) >= -1e-9)
    assert grid.min() >= y.min() - 1e-9
    assert grid.max() <= y.max() + 1e-9
    if len(set(x)) == len(x):
        np.testing.assert_allclose(found.apply(np.sort(x)), np.sort(y), atol=1e-9)


@given(PAIRS, st.sampled_from([0.25, 1.0, 8.0]), st.floats(-4, 4))
def test_the_score_is_within_one_and_does_not_depend_on_scale_or_side(
    pairs: list[tuple[float, float]], scale: float, shift: float
) -> None:
    simulated, true = np.array(pairs, dtype=np.float64).T
    found = ev_correlation_score(true, simulated)
    assume(not math.isnan(found))
    assume(min(np.ptp(true), np.ptp(simulated)) > 1e-3)
    assert -1 - 1e-12 <= found <= 1 + 1e-12
    assert ev_correlation_score(true, scale * simulated + shift) == pytest.approx(found, abs=1e-6)
    assert ev_correlation_score(true, -simulated) == pytest.approx(-found, abs=1e-6)
    assert ev_correlation_score(simulated, true) == pytest.approx(found, abs=1e-6)


@given(ACTIVATIONS, st.floats(-5, 60, width=32))
def test_a_constant_simulation_or_neuron_has_no_score_and_no_zero_either(values: list[float], constant: float) -> None:
    same = [constant] * len(values)
    for pair in ((values, same), (same, values)):
        found = score_sequences([pair])
        assert math.isnan(found.ev_correlation)
        assert found.state == "undefined"
        assert found.reason


@settings(max_examples=40)
@given(st.lists(st.tuples(st.floats(0, 9, width=32), st.floats(0.5, 60, width=32)), min_size=2, max_size=20))
def test_excerpts_of_one_token_score_as_one_text_of_them_all(pairs: list[tuple[float, float]]) -> None:
    simulated, true = zip(*pairs, strict=True)
    found = score_sequences([([b], [a]) for a, b in pairs])
    expected = ev_correlation_score(list(true), list(simulated))
    assert found.ev_correlation == pytest.approx(expected, abs=1e-9, nan_ok=True)
    assert (found.n_sequences, found.n_tokens) == (len(pairs), len(pairs))


@given(
    st.lists(st.floats(-2, 50, width=32), min_size=2, max_size=12, unique=True),
    st.lists(st.floats(-5, 70, width=32), min_size=2, max_size=20),
)
def test_a_percentile_is_a_probability_that_falls_as_the_value_rises(tail: list[float], values: list[float]) -> None:
    grid = np.sort(np.array(tail, dtype=np.float64))
    chances = np.geomspace(0.5, 1e-6, len(grid))
    wanted = np.sort(np.array(values, dtype=np.float64))
    found = exceedance(wanted, np.broadcast_to(grid, (len(wanted), len(grid))), chances)
    assert np.all((found >= 0) & (found <= 1))
    assert np.all(np.diff(found) <= 1e-12)
    np.testing.assert_allclose(exceedance(grid, np.broadcast_to(grid, (len(grid), len(grid))), chances), chances)


@given(st.floats(0, 1), st.integers(1, 1024))
def test_the_largest_of_more_tokens_is_above_a_value_more_often(chance: float, n: int) -> None:
    one, more = length_corrected(chance, n), length_corrected(chance, n + 1)
    assert chance * (1 - 1e-9) <= one <= more * (1 + 1e-12) <= 1 + 1e-9
