"""Dropping a feature is a line of data: nothing new uses it, and what was written with it still works."""

from collections.abc import Iterator

import numpy as np
import pytest

from neuronview.errors import NotFound
from neuronview.explain.feature_cache import FeatureCache
from neuronview.explain.features import (
    describe,
    dropped_names,
    evaluate,
    evaluate_expression,
    evaluate_known,
    feature,
    features,
    known_features,
    registry,
)

TOKENS = ["In", " May", " 1999", ",", " 12", " cats", "\n", "ran", "."]
DROPPED = ("month", "digits")


@pytest.fixture
def dropping(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(registry, "dropped_names", lambda: DROPPED)
    registry._kept.cache_clear()
    yield
    registry._kept.cache_clear()


def test_names_in_the_file_are_known_and_listed_once() -> None:
    names = dropped_names()
    assert set(names) <= {item.name for item in known_features()}
    assert len(set(names)) == len(names)
    assert [item.name for item in features()] == [i.name for i in known_features() if i.name not in names]


def test_rows_follow_the_features_in_use() -> None:
    rows = dict(zip((item.name for item in known_features()), evaluate_known(TOKENS), strict=True))
    for item, row in zip(features(), evaluate(TOKENS), strict=True):
        assert np.array_equal(row, rows[item.name])


@pytest.mark.usefixtures("dropping")
def test_dropped_features_are_no_longer_evaluated_but_others_are_as_before() -> None:
    before = dict(zip((item.name for item in known_features()), evaluate_known(TOKENS), strict=True))
    after = dict(zip((item.name for item in features()), evaluate(TOKENS), strict=True))
    assert set(before) - set(after) == set(DROPPED)
    assert all(np.array_equal(after[name], before[name]) for name in after)


@pytest.mark.usefixtures("dropping")
def test_explanations_written_with_a_dropped_feature_are_still_read_and_simulated() -> None:
    expression = {"any": list(DROPPED)}
    expected = [False, True, True, False, True, False, False, False, False]
    assert evaluate_expression(expression, TOKENS).tolist() == expected
    assert FeatureCache().marks(expression, TOKENS).tolist() == expected
    assert feature("digits").phrase in describe(expression)


def test_a_name_in_the_file_that_is_no_feature_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry, "dropped_names", lambda: ("telepathy",))
    registry._kept.cache_clear()
    with pytest.raises(NotFound, match="telepathy"):
        features()
    registry._kept.cache_clear()
