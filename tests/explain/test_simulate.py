"""Echoed prompts are read as the published code reads them; what is not there is missing, never zero."""

import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from neuronview.errors import UnparsableAnswer
from neuronview.explain.simulate import parse_echo_response

VECTORS = Path(__file__).parents[1] / "fixtures" / "reference" / "echo_responses.json"


@pytest.mark.parametrize("case", json.loads(VECTORS.read_text()))
def test_simulations_equal_the_published_ones(case: dict[str, Any]) -> None:
    found = parse_echo_response(case["response"], case["tokens"])
    np.testing.assert_allclose(found.expected, case["expected_activations"], atol=1e-6)
    expected = zip(case["distribution_values"], case["distribution_probabilities"], strict=True)
    for values, probabilities, (v, p) in zip(found.values, found.probabilities, expected, strict=True):
        assert dict(zip(values, probabilities, strict=True)) == pytest.approx(dict(zip(v, p, strict=True)), abs=1e-6)


def response(lines: list[list[str]], rating: dict[str, float]) -> dict[str, Any]:
    tokens = ["<", "start", ">", "\n", *[piece for line in lines for piece in line], "<", "end", ">"]
    top = [rating if token == "unknown" else {} for token in tokens]
    return {"choices": [{"logprobs": {"tokens": tokens, "top_logprobs": top}}]}


def line(*pieces: str) -> list[str]:
    return [*pieces, "\t", "unknown", "\n"]


def test_tabs_split_tokens_and_partial_bytes_are_found() -> None:
    answer = response([line("\t"), line("un", "known"), line("bytes:\\xc3", "bytes:\\xa9"), line("a")], {"7": -0.1})
    found = parse_echo_response(answer, ["\t", "unknown", "é", "a"])
    assert found.expected.tolist() == [7.0] * 4


def test_a_token_without_a_rating_is_missing() -> None:
    answer = response([line("a"), line("b")], {"7": -0.1})
    answer["choices"][0]["logprobs"]["top_logprobs"][6] = {" 7": -0.1}
    found = parse_echo_response(answer, ["a", "b"])
    assert math.isnan(found.expected[0])
    assert found.expected[1] == 7.0


def test_an_answer_that_ends_early_leaves_the_rest_missing() -> None:
    found = parse_echo_response(response([line("a")], {"3": -0.1}), ["a", "b", "c"])
    assert found.expected[0] == 3.0
    assert np.isnan(found.expected[1:]).all()


@pytest.mark.parametrize(
    "answer",
    [{}, {"choices": []}, {"choices": [{"logprobs": None}]}, response([line("x")], {"1": -1.0})],
    ids=["empty", "no choice", "no log-probabilities", "another text"],
)
def test_an_answer_that_is_none_is_refused(answer: dict[str, Any]) -> None:
    with pytest.raises(UnparsableAnswer):
        parse_echo_response(answer, ["a", "b"])
