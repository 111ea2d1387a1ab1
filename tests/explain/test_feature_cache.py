"""The cache of feature marks answers as the features themselves do."""

import random
from pathlib import Path

import numpy as np
import pytest

from neuronview.errors import NotFound
from neuronview.explain.feature_cache import FeatureCache
from neuronview.explain.features import evaluate_expression, features

TEXT = (Path(__file__).parent / "mixed_text.txt").read_text()


def excerpts(n: int) -> list[list[str]]:
    pieces = [TEXT[i : i + 4] for i in range(0, len(TEXT), 4)]
    return [pieces[k * 61 : k * 61 + 61] for k in range(n)]


def test_cached_marks_equal_evaluated_ones() -> None:
    drawn, cache = random.Random(5), FeatureCache()
    names = [feature.name for feature in features()]
    for _ in range(60):
        tokens = drawn.choice(excerpts(4))
        pair = drawn.sample(names, 2)
        for expression in ({"feature": pair[0]}, {"any": pair}, {"all": pair}):
            np.testing.assert_array_equal(cache.marks(expression, tokens), evaluate_expression(expression, tokens))
    assert len(cache) == 4


def test_an_excerpt_of_any_length_has_a_mark_for_each_token() -> None:
    cache = FeatureCache()
    for length in (0, 1, 7, 8, 9):
        assert cache.marks({"feature": "digits"}, ["1"] * length).tolist() == [True] * length


def test_an_unknown_feature_is_refused() -> None:
    with pytest.raises(NotFound, match="no feature"):
        FeatureCache().marks({"feature": "telepathy"}, ["a"])
