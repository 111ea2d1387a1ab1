"""What a score says beyond its value: undefined, missing, interval, paired difference."""

import math
from collections.abc import Iterable

import numpy as np
import pytest
from numpy.typing import NDArray

from neuronview import scoring
from neuronview.errors import ScoringError
from neuronview.scoring.coverage import HELD

Pair = tuple[np.ndarray, np.ndarray]


def drawn_pairs(n: int, *, seed: int, noise: float = 1.0) -> list[Pair]:
    generator = np.random.default_rng(seed)
    pairs = []
    for _ in range(n):
        true = generator.gamma(0.3, 2.0, size=64)
        pairs.append((true, true + noise * generator.normal(size=64)))
    return pairs


def test_published_check_values() -> None:
    score = scoring.score_sequences([([0, 1, 2], [0, 1, 1])])
    found = (score.ev_correlation, score.rsquared, score.absolute_dev_explained)
    assert found == pytest.approx((0.8660, 0.8, 0.6667), abs=1e-4)


def test_correlation_equals_numpy_on_concatenated_tokens_not_the_mean() -> None:
    pairs = drawn_pairs(6, seed=1)
    expected = np.corrcoef(np.concatenate([p[0] for p in pairs]), np.concatenate([p[1] for p in pairs]))[0, 1]
    assert scoring.score_sequences(pairs).value == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize(("true", "simulated"), [([1, 2, 3], [4, 4, 4]), ([2, 2, 2], [1, 2, 3]), ([1], [1])])
def test_constant_side_is_undefined_and_says_why(true: list[float], simulated: list[float]) -> None:
    score = scoring.score_sequences([(true, simulated)])
    assert (score.state, math.isnan(score.value)) == ("undefined", True)
    assert score.reason


def test_a_true_zero_is_a_score() -> None:
    score = scoring.score_sequences([([1, -1, 1, -1], [1, 1, -1, -1])])
    assert (score.state, score.value) == ("ok", 0.0)


def test_missing_values_are_left_out_and_counted() -> None:
    score = scoring.score_sequences([([1, 2, 3, 50], [1, 2, 3.5, math.nan])])
    assert score.value == pytest.approx(np.corrcoef([1, 2, 3], [1, 2, 3.5])[0, 1])
    assert (score.n_tokens, score.n_missing) == (3, 1)


def test_large_offset_costs_no_precision() -> None:
    pairs = drawn_pairs(4, seed=2)
    shifted = [(true + 1e6, simulated - 1e6) for true, simulated in pairs]
    wide = scoring.score_sequences(shifted)
    plain = scoring.score_sequences(pairs)
    assert wide.value == pytest.approx(plain.value, abs=1e-5)
    assert wide.interval == pytest.approx(plain.interval, abs=1e-5)


def test_many_simulations_at_once_have_the_correlations_of_each() -> None:
    drawn = np.random.default_rng(4)
    true = drawn.gamma(0.3, 2.0, size=300)
    rows = np.stack([true + drawn.normal(size=300), drawn.random(300) < 0.2, np.full(300, 0.3), -true])
    for simulated in (rows, np.vstack([rows, np.where(np.arange(300) < 9, np.nan, true)])):
        expected = [scoring.ev_correlation_score(true, row) for row in simulated]
        assert list(scoring.ev_correlation_scores(true, simulated)) == pytest.approx(expected, rel=1e-12, nan_ok=True)
    assert np.isnan(scoring.ev_correlation_scores(np.full(300, 2.0), rows)).all()
    assert len(scoring.ev_correlation_scores(true, rows[:0])) == 0


def test_uncalibrated_simulation_has_no_r_squared() -> None:
    score = scoring.score_sequences(drawn_pairs(3, seed=3), calibrated=False)
    assert math.isnan(score.rsquared)
    assert math.isnan(score.absolute_dev_explained)


def test_interval_equals_a_bootstrap_t_whose_errors_are_a_jackknifes() -> None:
    pairs, strata = drawn_pairs(24, seed=4), np.repeat(["top", "random"], 12)
    generator, pivots = np.random.default_rng(9), []
    for _ in range(2000):
        chosen = np.concatenate([generator.integers(0, 12, 12), generator.integers(12, 24, 12)])
        pivots.append((z_of(pairs, chosen) - z_of(pairs, range(24))) / jackknife_error(pairs, chosen))
    below, above = np.quantile(pivots, [0.9875, 0.0125]) * jackknife_error(pairs, np.arange(24))
    expected = np.tanh(z_of(pairs, range(24)) - np.array([below, above]))
    found = scoring.resampled_interval(pairs, strata.tolist(), seed=0, resamples=4000)
    assert found == pytest.approx(expected, abs=0.02)


def z_of(pairs: list[Pair], chosen: Iterable[int]) -> float:
    sides = (np.concatenate([pairs[i][side] for i in chosen]) for side in (0, 1))
    return float(np.arctanh(np.corrcoef(*sides)[0, 1]))


def jackknife_error(pairs: list[Pair], chosen: NDArray[np.int64]) -> float:
    """Leaving out one excerpt of the first or the second half at a time."""
    total, half = 0.0, len(chosen) // 2
    for side in (range(half), range(half, 2 * half)):
        left = np.array([z_of(pairs, np.delete(chosen, i)) for i in side])
        total += (half - 1) / half * ((left - left.mean()) ** 2).sum()
    return math.sqrt(total)


@pytest.mark.parametrize("few", [1, 2])
def test_an_excerpt_or_two_of_a_side_leave_no_interval(few: int) -> None:
    pairs, strata = drawn_pairs(6 + few, seed=5), ["top"] * 6 + ["random"] * few
    score = scoring.score_sequences(pairs, groups=strata)
    assert score.state == "ok"
    assert all(math.isnan(end) for end in score.interval)
    assert score.note == "No interval: fewer than 3 random excerpts do not say how much such excerpts differ."
    assert all(math.isnan(end) for end in scoring.paired_difference(pairs, pairs[::-1], strata)[1])


def test_interval_repeats_with_its_seed_and_says_when_excerpts_are_few() -> None:
    pairs, strata = drawn_pairs(10, seed=5), ["top"] * 5 + ["random"] * 5
    first, again = (scoring.score_sequences(pairs, groups=strata, seed=7) for _ in range(2))
    assert first.interval == again.interval
    assert "of 100 such intervals held the true value in trials with 5 top + 5 random excerpts" in first.note


def note(top: int, random: int, **options: str) -> str:
    return scoring.interval_note(["top"] * top + ["random"] * random, **options)


@pytest.mark.parametrize(
    ("of", "sizes", "cited"),
    [
        ("score", (5, 5), "with 5 top + 5 random excerpts"),
        ("score", (6, 14), "with 5 top + 10 random excerpts"),
        ("score", (9, 18), "with 7 top + 15 random excerpts"),
        ("score", (9, 0), "with 5 top excerpts"),
        ("score", (0, 14), "with 10 random excerpts"),
        ("score", (0, 49), "with 20 random excerpts"),
        ("difference", (12, 14), "with 10 top + 10 random excerpts"),
        ("difference", (19, 60), "with 10 top + 15 random excerpts"),
        ("difference", (49, 60), "with 20 top + 20 random excerpts"),
    ],
)
def test_the_note_cites_the_largest_size_tried_that_is_not_larger_on_either_side(
    of: str, sizes: tuple[int, int], cited: str
) -> None:
    assert cited in note(*sizes, of=of)


def test_enough_excerpts_need_no_warning() -> None:
    assert note(90, 60) == note(90, 60, of="difference") == ""


@pytest.mark.parametrize("of", ["score", "difference"])
def test_the_note_gives_the_figure_of_the_size_that_it_cites(of: str) -> None:
    for (top, random), (held, least, most) in HELD[of].items():
        said = note(top, random, of=of)
        assert (said == "") == (held >= 93)
        assert not said or (f"About {held} of 100" in said and f"({least} to {most} by" in said)
        assert "nearest" not in said


def test_another_size_than_the_one_tried_is_named_beside_it() -> None:
    assert note(9, 18).endswith("nearest size tried below these 9 top + 18 random.")


def test_fewer_excerpts_than_were_tried_are_said_to_be_so() -> None:
    assert note(2, 9).startswith("So few excerpts (2 top + 9 random) were not tried.")
    assert "with 5 top excerpts" in note(1, 0)


def test_other_groups_than_top_and_random_were_not_tried() -> None:
    said = scoring.interval_note(["top of first"] * 20 + ["top of second"] * 20 + ["random"] * 20)
    assert "was not tried" in said
    assert not any(character.isdigit() for character in said)


def test_a_score_without_an_interval_says_why_and_cites_no_trials() -> None:
    alike = [drawn_pairs(1, seed=3)[0]] * 8
    note = scoring.score_sequences(alike, groups=["top"] * 4 + ["random"] * 4).note
    assert note == "No interval: the excerpts do not differ enough, or too few of them have a correlation."


def test_one_sequence_has_no_interval() -> None:
    assert all(math.isnan(end) for end in scoring.score_sequences(drawn_pairs(1, seed=6)).interval)


def test_paired_difference_is_narrower_than_two_intervals() -> None:
    good, strata = drawn_pairs(20, seed=7), ["top"] * 10 + ["random"] * 10
    worse = [(true, simulated + 0.3 * np.sin(simulated)) for true, simulated in good]
    value, (low, high) = scoring.paired_difference(good, worse, strata)
    alone = scoring.resampled_interval(good, strata)
    assert low <= value <= high
    assert high - low < alone[1] - alone[0]
    assert scoring.paired_difference(good, good, strata)[1] == (0.0, 0.0)


def test_lengths_that_differ_are_refused() -> None:
    with pytest.raises(ScoringError, match="3 real but 2 simulated"):
        scoring.score_sequences([([1, 2, 3], [1, 2])])


def test_nan_activations_are_refused_not_scored() -> None:
    with pytest.raises(ScoringError, match="nan"):
        scoring.ev_correlation_score([1.0, math.nan], [1.0, 2.0])
    with pytest.raises(ScoringError, match="nan"):
        scoring.normalize_activations([math.nan], 1.0)


def test_percentile_calibration_that_shares_ties_equals_the_published_one_without_any() -> None:
    generator = np.random.default_rng(3)
    simulated, true, values = generator.normal(size=50), generator.normal(size=50), generator.normal(size=20)
    published = scoring.PercentileCalibration.fit(simulated, true).apply(values)
    shared = scoring.PercentileCalibration.fit(simulated, true, share_ties=True).apply(values)
    assert shared.tolist() == published.tolist()


def test_linear_calibration_of_a_constant_gives_the_mean() -> None:
    assert scoring.LinearCalibration.fit([2, 2], [1, 3]).apply([2.0]) == pytest.approx([2.0])


@pytest.mark.parametrize("strata", [["top"] * 3, ["top"] * 4, ["top", "random"] * 3])
def test_an_interval_from_few_excerpts_does_not_hang_on_the_last_digits(strata: list[str]) -> None:
    drawn = np.random.default_rng(8)
    for seed in range(20):
        pairs = drawn_pairs(len(strata), seed=seed)
        nearly = [(true, simulated * (1 + 1e-15 * drawn.normal(size=64))) for true, simulated in pairs]
        expected = scoring.resampled_interval(pairs, strata)
        assert scoring.resampled_interval(nearly, strata) == pytest.approx(expected, abs=1e-6)
