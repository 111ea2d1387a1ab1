"""The line that stands for an excerpt in a table."""

import numpy as np
import pytest

from neuronview.records import ActivationRecord
from neuronview.view.snippet import snippet


def record(tokens: list[str], values: list[float]) -> ActivationRecord:
    return ActivationRecord(tuple(tokens), np.array(values, dtype=np.float32))


def test_the_strongest_token_is_marked_and_its_space_stays_outside() -> None:
    assert snippet(record(["The", " cat", " sat"], [0.1, 0.9, 0.2])) == "The »cat« sat"


def test_what_is_left_out_before_and_after_is_told() -> None:
    tokens = [f" w{k}" for k in range(20)]
    values = [float(k == 10) for k in range(20)]
    assert snippet(record(tokens, values), before=2, after=1) == "… w8 w9 »w10« w11 …"
    assert snippet(record(tokens[:4], [0, 0, 0, 1])) == "w0 w1 w2 »w3«"


@pytest.mark.parametrize(
    ("token", "shown"), [("\n", "a»↵«b"), (" ", "a» «b"), ("\u202e", "a»U+202E«b"), ("<b>", "a»<b>«b")]
)
def test_tokens_that_are_no_words_are_marked_too(token: str, shown: str) -> None:
    assert snippet(record(["a", token, "b"], [0, 1, 0])) == shown


def test_missing_values_are_never_the_strongest_and_none_at_all_give_nothing() -> None:
    assert snippet(record(["a", " b"], [np.nan, -0.1])) == "a »b«"
    assert snippet(record(["a"], [np.nan])) == ""
    assert snippet(record([], [])) == ""
