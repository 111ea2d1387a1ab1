"""Where a simulation errs: by sequence, and by token."""

import math

import numpy as np
import pytest

from neuronview.scoring import leave_one_out, mistakes

DRAWN = np.random.default_rng(5)
PAIRS = [(DRAWN.normal(size=n), DRAWN.normal(size=n)) for n in (4, 9, 6)]


def test_the_score_without_a_sequence_is_that_of_all_others_together() -> None:
    found = leave_one_out(PAIRS)
    for place in range(3):
        others = [pair for k, pair in enumerate(PAIRS) if k != place]
        real, simulated = (np.concatenate([pair[side] for pair in others]) for side in (0, 1))
        assert found[place] == pytest.approx(np.corrcoef(real, simulated)[0, 1], abs=1e-12)


def test_without_the_only_sequence_there_is_no_score() -> None:
    assert math.isnan(leave_one_out(PAIRS[:1])[0])


def test_without_the_only_sequence_that_varies_there_is_no_score() -> None:
    flat = (np.array([1.0, 2.0, 3.0]), np.array([0.1, 0.1, 0.1]))
    found = leave_one_out([flat, (np.array([0.0, 5.0]), np.array([0.1, 4.0])), flat])
    assert math.isnan(found[1])
    assert not math.isnan(found[0])


def test_tokens_without_a_simulated_value_are_left_out_of_the_score() -> None:
    real, simulated = PAIRS[0]
    holed = (np.append(real, 99.0), np.append(simulated, np.nan))
    assert leave_one_out([holed, PAIRS[1], PAIRS[2]]) == pytest.approx(leave_one_out(PAIRS))


def test_a_false_positive_is_simulated_high_and_low_in_truth_and_a_miss_the_other_way_round() -> None:
    real = [0.0, 4.0, 4.0, 1.2, 0.0, 3.0]
    simulated = [3.0, 0.0, 3.9, 2.9, np.nan, np.nan]
    wrong, missed = mistakes(real, simulated, 8.0)
    assert wrong.tolist() == [True, False, False, False, False, False]
    assert missed.tolist() == [False, True, False, False, False, False]


@pytest.mark.parametrize(("low", "high", "marked"), [(1.0, 2.0, True), (1.01, 2.0, False), (1.0, 1.99, False)])
def test_high_is_a_quarter_and_low_an_eighth_of_the_neurons_maximum(low: float, high: float, marked: bool) -> None:
    assert mistakes([low], [high], 8.0)[0].tolist() == [marked]
    assert mistakes([high], [low], 8.0)[1].tolist() == [marked]


def test_a_neuron_that_never_rises_above_zero_has_no_mistakes() -> None:
    assert not any(found.any() for found in mistakes([-1.0, 0.0], [0.0, -1.0], 0.0))
