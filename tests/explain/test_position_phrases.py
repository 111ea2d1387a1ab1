"""Ranges of positions that touch are said as one range."""

import numpy as np
import pytest

from neuronview.explain.features import describe, evaluate_expression
from neuronview.explain.features.position import joined_phrase

TOKENS = [f" w{i}" for i in range(64)]


@pytest.mark.parametrize(
    ("names", "sentence", "held"),
    [
        (("tokens_48_on", "tokens_32_47"), "Fires on tokens from the 33rd on.", range(32, 64)),
        (("tokens_0_3", "tokens_4_15"), "Fires on the first 16 tokens of the text.", range(16)),
        (("tokens_16_31", "tokens_4_15"), "Fires on tokens 5 to 32 of the text.", range(4, 32)),
        (("first_token", "tokens_0_3"), "Fires on the first four tokens of the text.", range(4)),
        (("first_token", "second_token"), "Fires on the first 2 tokens of the text.", range(2)),
    ],
)
def test_a_union_of_ranges_that_touch_is_one_range_of_the_same_tokens(
    names: tuple[str, str], sentence: str, held: range
) -> None:
    assert describe({"any": list(names)}) == sentence
    assert list(np.flatnonzero(evaluate_expression({"any": list(names)}, TOKENS))) == list(held)


def test_ranges_with_a_gap_stay_two() -> None:
    assert describe({"any": ["tokens_48_on", "tokens_4_15"]}) == (
        "Fires on tokens from the 49th on or tokens 5 to 16 of the text."
    )


def test_an_intersection_is_not_merged() -> None:
    assert "33 to 48" in describe({"all": ["tokens_48_on", "tokens_32_47"]})


def test_other_features_have_no_common_range() -> None:
    assert joined_phrase("tokens_48_on", "first_sentence") is None


def test_a_phrase_counts_from_one_as_english_does() -> None:
    (first,) = np.flatnonzero(evaluate_expression({"feature": "tokens_48_on"}, TOKENS))[:1]
    assert first + 1 == 49
    assert describe({"feature": "tokens_48_on"}) == "Fires on tokens from the 49th on."
