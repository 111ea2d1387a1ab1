"""Which ids stored excerpts have in a model's vocabulary."""

from __future__ import annotations

import numpy as np
import pytest

from neuronview.jobs.stored_ids import compare
from neuronview.records import ActivationRecord, NeuronId

VOCABULARY = ["a", " b", "\ufffd", "\ufffd!", "twice", "", "twice", "c"]


def record(*tokens: str, token_ids: tuple[int, ...] | None = None) -> tuple[NeuronId, ActivationRecord]:
    return NeuronId(0, 0), ActivationRecord(tokens, np.zeros(len(tokens)), token_ids)


def test_ids_are_found_by_strings_as_they_stand() -> None:
    found = compare([record("a", " b", "c"), record("a", "b")], VOCABULARY, longest=9)
    assert found.token_ids == ((0, 1, 7),)
    assert (found.n_by_strings, found.n_unknown) == (1, 1)


@pytest.mark.parametrize("token", ["\ufffd", "\ufffd!", "twice", "", "unknown"])
def test_a_string_that_names_no_one_token_makes_the_excerpt_unknown(token: str) -> None:
    found = compare([record("a", token)], VOCABULARY, longest=9)
    assert (len(found.records), found.n_unknown) == (0, 1)


def test_stored_ids_tell_tokens_of_one_string_apart() -> None:
    found = compare([record("twice", "\ufffd", token_ids=(6, 2))], VOCABULARY, longest=9)
    assert found.token_ids == ((6, 2),)
    assert found.n_by_strings == 0


@pytest.mark.parametrize("token_ids", [(1, 0), (0, 99), (0, -7)])
def test_stored_ids_of_other_strings_are_replaced(token_ids: tuple[int, ...]) -> None:
    found = compare([record("a", " b", token_ids=token_ids)], VOCABULARY, longest=9)
    assert found.token_ids == ((0, 1),)


def test_excerpts_that_are_too_long_are_counted_by_themselves() -> None:
    found = compare([record("a", "c"), record("a", "c", "a")], VOCABULARY, longest=2)
    assert (len(found.records), found.n_too_long, found.n_unknown) == (1, 1, 0)
