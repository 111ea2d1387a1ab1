"""Answers that a model writes: what is out of place, out of range or not there is missing, and nothing becomes zero."""

import asyncio
import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from neuronview.errors import EndpointRefused, NotSupported, UnparsableAnswer
from neuronview.explain.prompts import numbered_listing
from neuronview.explain.prompts.simulating import structured_answer
from neuronview.explain.simulators import Digits, PromptOptions, Structured
from neuronview.explain.simulators.digits import read_lines
from neuronview.explain.simulators.structured import read_ratings
from neuronview.llm.calls import ChatAnswer, GeneratedToken
from neuronview.records import Simulation
from tests.support.fake_endpoint import FakeEndpoint

TOKENS = st.lists(
    st.one_of(st.text(max_size=5), st.sampled_from(["\t", "\n", "<end>", '"', "\\", "�", "\u2028"])), max_size=9
)
NONE = math.nan


def lines(text: str, tokens: str, pieces: tuple[GeneratedToken, ...] = ()) -> list[float]:
    return [next(iter(d), NONE) for d in read_lines(ChatAnswer(text, tokens=pieces), tokens)]


def ratings(text: str, tokens: str) -> list[float]:
    return [next(iter(d), NONE) for d in read_ratings(text, tokens)]


@given(TOKENS, st.randoms())
@settings(max_examples=80, deadline=None)
def test_written_lines_are_read_back_whatever_the_tokens_are(tokens: list[str], drawn: Any) -> None:
    values = [drawn.randrange(11) for _ in tokens]
    found = read_lines(ChatAnswer(numbered_listing(tokens, values)), tokens)
    assert [dict(d) for d in found] == [{float(v): 1.0} for v in values]
    found = read_ratings(structured_answer(tokens, values), tokens)
    assert [dict(d) for d in found] == [{float(v): 1.0} for v in values]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('1\t"a"\t3\n2\t"b"\t10', [3, 10]),
        ('```\n1\t"a"\t3\n\n2.  "b" \t 0 \n```', [3, 0]),
        ('1\t"a"\t3', [3, NONE]),
        ('1\t"a"\t3\n2\t"b"\t', [3, NONE]),
        ('1\t"a"\t11\n2\t"b"\t-1', [NONE, NONE]),
        ('1\t"a"\t2.5\n2\t"b"\t4.0', [NONE, 4]),
        ('1\t"a"\thigh\n2\t"b"\tnan', [NONE, NONE]),
        ('1\t"b"\t3\n2\t"a"\t4', [NONE, NONE]),
        ('2\t"b"\t4\n1\t"a"\t3', [3, 4]),
        ('1\t"a"\t3\n1\t"a"\t3\n2\t"b"\t4\n2\t"b"\t5', [3, NONE]),
        ('0\t"a"\t3\n3\t"b"\t4\n2\t" b"\t7', [NONE, 7]),
        ('1\t"a"\t3 (strong)\n2\t"b"\t4', [NONE, 4]),
        ('1 "a" 3\n2  "b"    4', [3, 4]),
    ],
    ids=[
        "plain",
        "fenced",
        "early end",
        "no value",
        "range",
        "fraction",
        "words",
        "wrong token",
        "order",
        "twice",
        "wrong number",
        "comment",
        "blanks for tabs",
    ],
)
def test_lines_count_only_as_asked(text: str, expected: list[float]) -> None:
    np.testing.assert_equal(lines(text, "ab"), expected)


def entry(position: Any, token: Any, value: Any) -> dict[str, Any]:
    return {"position": position, "token": token, "activation": value}


@pytest.mark.parametrize(
    ("entries", "expected"),
    [
        ([entry(1, "a", 3), entry(2, "b", 2.5)], [3, 2.5]),
        ([entry(1, "a", 10.01), entry(2, "b", -0.5)], [NONE, NONE]),
        ([entry(1, "a", "3"), entry(2, "b", True)], [NONE, NONE]),
        ([entry(1, "a", None), entry(2, "b", math.nan)], [NONE, NONE]),
        ([entry(1, "b", 1), entry(2, "a", 2)], [NONE, NONE]),
        ([entry(2, "b", 4)], [NONE, 4]),
        ([entry(2, "b", 4), entry(2, "b", 5), entry(1, " a", 0)], [0, NONE]),
        ([entry("1", "a", 1), {"activation": 3}, 5, entry(2, "b", 0)], [NONE, 0]),
    ],
    ids=["fraction", "range", "kind", "null", "wrong_token", "short", "twice", "shape"],
)
def test_ratings_count_only_as_asked(entries: list[Any], expected: list[float]) -> None:
    np.testing.assert_equal(ratings(json.dumps({"ratings": entries}), "ab"), expected)


def test_ratings_of_an_answer_that_breaks_off_are_read_as_far_as_they_are_whole() -> None:
    whole = structured_answer("abc", [1, 2, 3])
    np.testing.assert_equal(ratings(whole[:-8], "abc"), [1, 2, NONE])
    np.testing.assert_equal(ratings("Here it is: " + whole + " I hope", "abc"), [1, 2, 3])


def pieces(*parts: str | tuple[str, dict[str, float]]) -> tuple[GeneratedToken, ...]:
    return tuple(
        GeneratedToken(part[0], {k: math.log(v) for k, v in part[1].items()})
        if isinstance(part, tuple)
        else GeneratedToken(part)
        for part in parts
    )


def answered(*parts: str | tuple[str, dict[str, float]]) -> ChatAnswer:
    tokens = pieces(*parts)
    return ChatAnswer("".join(token.text for token in tokens), tokens=tokens)


def test_the_distribution_is_that_of_the_alternatives_where_the_number_begins() -> None:
    answer = answered(
        '1\t"', 'a"\t', ("7", {"7": 0.6, "3": 0.2, " 5": 0.1, "x": 0.1}), "\n2\t", '"b"\t', ("0", {"0": 1.0})
    )
    assert [dict(d) for d in read_lines(answer, "ab")] == [pytest.approx({7.0: 0.75, 3.0: 0.25}), {0.0: 1.0}]


def test_a_number_that_is_generated_together_with_its_tab_or_line_end_is_read_too() -> None:
    answer = answered('1\t"a"', ("\t7\n", {"\t7\n": 0.5, "\t3": 0.25, "7": 0.25}), '2\t"b"\t', ("4", {"4": 1.0}))
    assert [dict(d) for d in read_lines(answer, "ab")] == [pytest.approx({7.0: 2 / 3, 3.0: 1 / 3}), {4.0: 1.0}]


def test_ten_in_two_pieces_takes_its_part_of_one() -> None:
    answer = answered('1\t"a"\t', ("1", {"1": 0.8, "0": 0.2}), ("0", {"0": 0.75, "\n": 0.25}))
    assert dict(read_lines(answer, "a")[0]) == pytest.approx({0.0: 0.2, 10.0: 0.6, 1.0: 0.2})


def test_one_in_a_tokenizer_with_ten_stays_one() -> None:
    answer = answered('1\t"a"\t', ("1", {"1": 0.5, "10": 0.5}), ("\n", {"\n": 1.0}), '2\t"b"\t', ("2", {"2": 1.0}))
    assert dict(read_lines(answer, "ab")[0]) == pytest.approx({1.0: 0.5, 10.0: 0.5})


def test_pieces_that_read_differently_by_themselves_do_not_shift_the_values() -> None:
    tokens = pieces('1\t"', "\\xc3", "\\xa9", '"\t', ("7", {"7": 1.0}), "\n", '2\t"b"\t', ("4", {"4": 0.5, "6": 0.5}))
    answer = ChatAnswer('1\t"é"\t7\n2\t"b"\t4', tokens=tokens)
    assert [dict(d) for d in read_lines(answer, "éb")] == [{7.0: 1.0}, pytest.approx({4.0: 0.5, 6.0: 0.5})]


def test_an_out_of_range_number_is_missing_whatever_its_alternatives() -> None:
    answer = answered('1\t"a"\t', ("12", {"12": 0.5, "2": 0.5}), '\n2\t"b"\t', ("1", {"1": 1.0}))
    assert [dict(d) for d in read_lines(answer, "ab")] == [{}, {1.0: 1.0}]


def simulate(kind: Any, answer: Any, tokens: tuple[str, ...] = ("a", "b")) -> Simulation:
    return asyncio.run(kind(FakeEndpoint(answer)).simulate("x", tokens))


@pytest.mark.parametrize("kind", [Digits, Structured])
@pytest.mark.parametrize(
    "answer",
    [
        ChatAnswer(""),
        ChatAnswer(" \n"),
        ChatAnswer("I cannot rate this text."),
        ChatAnswer('1\t"x"\t3\n2\t"y"\t4'),
        ChatAnswer('{"ratings": ['),
        ChatAnswer('{"ratings": "none"}'),
        ChatAnswer('1\t"a"\t1', finish="content_filter"),
    ],
    ids=["empty", "blank", "refused", "another text", "half", "wrong form", "withheld"],
)
def test_an_answer_without_anything_valid_is_unparsable(kind: Any, answer: ChatAnswer) -> None:
    with pytest.raises(UnparsableAnswer):
        simulate(kind, answer)


@pytest.mark.parametrize("kind", [Digits, Structured])
def test_a_missing_token_is_nan_with_an_empty_distribution(kind: Any) -> None:
    text = '1\t"a"\t0' if kind is Digits else structured_answer("a", [0])
    found = simulate(kind, ChatAnswer(text))
    assert found.scale == "0-10"
    assert found.expected[0] == 0.0
    assert math.isnan(found.expected[1])
    assert found.values == ((0.0,), ())
    assert found.probabilities == ((1.0,), ())


@pytest.mark.parametrize("kind", [Digits, Structured])
def test_endpoint_errors_pass_through(kind: Any) -> None:
    error = EndpointRefused("no credit")
    with pytest.raises(EndpointRefused) as caught:
        simulate(kind, error)
    assert caught.value is error


@pytest.mark.parametrize("kind", [Digits, Structured])
def test_one_request_an_excerpt_with_room_for_the_whole_answer(kind: Any) -> None:
    tokens = tuple(" word" for _ in range(64))
    (request,) = kind(FakeEndpoint(None)).requests("x", tokens)
    written = numbered_listing(tokens, [10] * 64) if kind is Digits else structured_answer(tokens, [10] * 64)
    assert request.max_tokens > 64 * 8
    assert request.temperature == 0.0
    assert (request.schema is not None) == (kind is Structured)
    assert len(written) < 8 * request.max_tokens
    assert kind(FakeEndpoint(None)).requests("x", ()) == ()


@pytest.mark.parametrize("kind", [Digits, Structured])
def test_a_context_too_small_for_the_excerpt_is_said_before_any_call(kind: Any) -> None:
    endpoint = FakeEndpoint(None)
    with pytest.raises(NotSupported):
        asyncio.run(kind(endpoint, options=PromptOptions(context_tokens=300)).simulate("x", (" word",) * 64))
    assert endpoint.history == []


VECTORS = Path(__file__).parents[1] / "fixtures" / "reference" / "top_logprobs.json"


@pytest.mark.parametrize("case", json.loads(VECTORS.read_text()))
def test_a_generated_number_has_the_published_distribution(case: dict[str, Any]) -> None:
    expected = {float(value): p for value, p in case["distribution"].items()}
    written = next((token for token in case["top_logprobs"] if token in map(str, range(11))), "0")
    token = GeneratedToken(written, case["top_logprobs"])
    answer = ChatAnswer(f'1\t"a"\t{written}', tokens=(GeneratedToken('1\t"a"\t'), token))
    assert dict(read_lines(answer, "a")[0]) == pytest.approx(expected or {0.0: 1.0}, abs=1e-6)


def test_an_endpoint_that_knows_no_schema_is_asked_for_json_by_the_prompt_alone() -> None:
    endpoint = FakeEndpoint(ChatAnswer("Here: " + structured_answer(["a", "b"], [3, 0]), finish="stop"))
    found = asyncio.run(Structured(endpoint, held=False).simulate("letters", ["a", "b"]))
    assert found.expected.tolist() == [3, 0]
    assert endpoint.history[0].schema is None
    assert Structured(endpoint).requests("letters", ["a"])[0].schema is not None
    assert Structured(endpoint).description != Structured(endpoint, held=False).description
