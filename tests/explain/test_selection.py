"""Backward elimination against a plain recomputation of the mean best score."""

import numpy as np
import pytest

from neuronview.explain.selection import NONE, eliminate

N_FEATURES = 12


def drawn(seed: int, *, n_neurons: int = 40, n_options: int = 8) -> tuple[np.ndarray, np.ndarray]:
    generator = np.random.default_rng(seed)
    features = np.array(
        [[generator.choice(N_FEATURES, 2, replace=False) for _ in range(n_options)] for _ in range(n_neurons)]
    )
    features[generator.random(features.shape[:2]) < 0.5, 1] = NONE
    scores = np.sort(generator.normal(0.2, 0.2, size=features.shape[:2]), axis=1)[:, ::-1]
    scores = scores + generator.normal(0, 0.15, size=scores.shape)
    scores[generator.random(scores.shape) < 0.1] = np.nan
    return features, scores


def plain_mean(features: np.ndarray, scores: np.ndarray, kept: set[int]) -> float:
    """Mean over neurons of the first option whose features are all kept."""
    values = []
    for options, row in zip(features.tolist(), scores.tolist(), strict=True):
        usable = [score for names, score in zip(options, row, strict=True) if set(names) - {NONE} <= kept]
        values.append(usable[0] if usable and usable[0] == usable[0] else 0.0)
    return sum(values) / len(values)


@pytest.mark.parametrize("seed", range(5))
def test_every_kept_feature_raises_the_mean_and_contributions_are_what_it_falls_without(seed: int) -> None:
    features, scores = drawn(seed)
    found = eliminate(features, scores, n_features=N_FEATURES)
    kept = set(found.kept)
    assert set(found.dropped) | kept == set(range(N_FEATURES))
    assert found.before == pytest.approx(plain_mean(features, scores, set(range(N_FEATURES))))
    assert found.after == pytest.approx(plain_mean(features, scores, kept))
    assert found.after >= found.before
    for feature in kept:
        fall = found.after - plain_mean(features, scores, kept - {feature})
        assert found.contributions[feature] == pytest.approx(fall)
        assert fall > 0


def test_of_two_features_that_say_the_same_one_is_dropped() -> None:
    features = np.array([[[0, NONE], [1, NONE]], [[1, NONE], [0, NONE]]])
    found = eliminate(features, np.full((2, 2), 0.5), n_features=2)
    assert found.after == 0.5
    assert len(found.kept) == 1


def test_a_feature_that_only_misleads_is_dropped() -> None:
    features = np.array([[[0, NONE], [1, NONE]]])
    found = eliminate(features, np.array([[-0.2, 0.4]]), n_features=3)
    assert (found.kept, set(found.dropped), found.after) == ((1,), {0, 2}, 0.4)
