"""What a score says beyond its value: undefined, missing, interval, paired difference."""

import math

import numpy as np
import pytest

from neuronview import scoring
from neuronview.errors import ScoringError
from neuronview.scoring.coverage import HELD


def drawn_pairs(n: int, *, seed: int, noise: float = 1.0) -> list[tuple[np.ndarray, np.ndarray]]:
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


def test_uncalibrated_simulation_has_no_r_squared() -> None:
    score = scoring.score_sequences(drawn_pairs(3, seed=3), calibrated=False)
    assert math.isnan(score.rsquared)
    assert math.isnan(score.absolute_dev_explained)


def test_interval_equals_a_plain_bootstrap() -> None:
    pairs, strata = drawn_pairs(12, seed=4), ["top"] * 6 + ["random"] * 6
    generator = np.random.default_rng(9)
    drawn = []
    for _ in range(4000):
        chosen = np.concatenate([generator.integers(0, 6, 6), generator.integers(6, 12, 6)])
        true = np.concatenate([pairs[i][0] for i in chosen])
        drawn.append(np.corrcoef(true, np.concatenate([pairs[i][1] for i in chosen]))[0, 1])
    found = scoring.resampled_interval(pairs, strata, seed=0, resamples=4000)
    assert found == pytest.approx(np.quantile(drawn, [0.025, 0.975]), abs=0.01)


def test_interval_repeats_with_its_seed_and_says_when_excerpts_are_few() -> None:
    pairs, strata = drawn_pairs(10, seed=5), ["top"] * 5 + ["random"] * 5
    first, again = (scoring.score_sequences(pairs, groups=strata, seed=7) for _ in range(2))
    assert first.interval == again.interval
    assert "of 100 such intervals held the true value in trials with 5 top + 5 random excerpts" in first.note


def note(top: int, random: int, **options: str) -> str:
    return scoring.interval_note(["top"] * top + ["random"] * random, **options)


@pytest.mark.parametrize(
    ("sizes", "cited"),
    [
        ((5, 5), "with 5 top + 5 random excerpts"),
        ((12, 8), "with 10 top + 5 random excerpts"),
        ((10, 15), "with 10 top + 15 random excerpts"),
        ((20, 19), "with 20 top + 10 random excerpts"),
        ((20, 20), "with 20 top + 20 random excerpts"),
        ((9, 0), "with 5 top excerpts"),
        ((20, 0), "with 20 top excerpts"),
        ((0, 14), "with 10 random excerpts"),
        ((90, 60), "with 50 top + 50 random excerpts"),
    ],
)
def test_the_note_cites_the_largest_size_tried_that_is_not_larger_on_either_side(
    sizes: tuple[int, int], cited: str
) -> None:
    assert cited in note(*sizes)


@pytest.mark.parametrize("of", ["score", "difference"])
def test_the_note_gives_the_figure_of_the_size_that_it_cites(of: str) -> None:
    for (top, random), (held, least, most) in HELD[of].items():
        said = note(top, random, of=of)
        assert (said == "") == (held >= 92)
        assert not said or (f"About {held} of 100" in said and f"({least} to {most} by" in said)
        assert "nearest" not in said


def test_another_size_than_the_one_tried_is_named_beside_it() -> None:
    assert note(9, 14).endswith("nearest size tried below these 9 top + 14 random.")


def test_fewer_excerpts_than_were_tried_are_said_to_be_so() -> None:
    assert note(3, 9).startswith("So few excerpts (3 top + 9 random) were not tried.")
    assert "with 5 top excerpts" in note(1, 0)


def test_other_groups_than_top_and_random_were_not_tried() -> None:
    said = scoring.interval_note(["top of first"] * 20 + ["top of second"] * 20 + ["random"] * 20)
    assert "was not tried" in said
    assert not any(character.isdigit() for character in said)


def test_a_score_without_an_interval_has_no_note_on_it() -> None:
    assert scoring.score_sequences(drawn_pairs(1, seed=3), groups=["top"]).note == ""


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


def test_linear_calibration_of_a_constant_gives_the_mean() -> None:
    assert scoring.LinearCalibration.fit([2, 2], [1, 3]).apply([2.0]) == pytest.approx([2.0])
