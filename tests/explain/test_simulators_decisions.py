"""Typed decisions: a level is a place on 0..10, a question is one token, and no answer is no value."""

import asyncio
import math
from typing import Any

import numpy as np
import pytest

from neuronview.errors import BadInput, EndpointError, UnparsableAnswer
from neuronview.explain.simulators import AllAtOnce, Decisions, Digits, Structured, label_bias, template_hash
from neuronview.explain.simulators.bias import CONTENT_FREE
from neuronview.llm.calls import Decision, DecisionAnswer, DecisionRequest, Request
from tests.support.fake_endpoint import FakeEndpoint, Judge


def level(name: str, index: int, n: int = 10) -> Decision:
    return Decision(name, "ok", tuple(float(i == index) for i in range(n)))


def by_number(request: Request) -> DecisionAnswer:
    """Each question gets the level of its number, from 0."""
    assert isinstance(request, DecisionRequest)
    return DecisionAnswer(tuple(level(q.name, int(q.name[1:]) - 1, len(q.levels)) for q in request.questions))


def simulate(endpoint: FakeEndpoint, n: int, **options: Any) -> Any:
    return asyncio.run(Decisions(endpoint, **options).simulate("x", (" the",) * n))


@pytest.mark.parametrize("levels", [2, 5, 10])
def test_levels_are_mapped_evenly_to_zero_to_ten(levels: int) -> None:
    found = simulate(FakeEndpoint(by_number), levels, levels=levels)
    np.testing.assert_allclose(found.expected, np.linspace(0, 10, levels))
    assert f"{levels} levels mapped to 0..10" in Decisions(FakeEndpoint(None), levels=levels).description


@pytest.mark.parametrize("levels", [1, 11])
def test_other_numbers_of_levels_are_refused(levels: int) -> None:
    with pytest.raises(BadInput):
        Decisions(FakeEndpoint(None), levels=levels)


def test_an_expected_value_is_the_mean_of_its_distribution() -> None:
    reply = DecisionAnswer((Decision("t1", "ok", (0.5, 0.3, 0.2)),))
    found = simulate(FakeEndpoint(reply), 1, levels=3)
    assert found.values == ((0.0, 5.0, 10.0),)
    assert found.expected[0] == pytest.approx(0.3 * 5 + 0.2 * 10)


@pytest.mark.parametrize(
    "bad",
    [
        Decision("t2", "refused", reason="policy"),
        Decision("t2", "missing"),
        Decision("t2", "invalid", (1.0,) + (0.0,) * 9),
        Decision("t2", "ok", (0.5, 0.5)),
        Decision("t2", "ok", (0.5,) + (0.0,) * 9),
        Decision("t2", "ok", (1.5, -0.5) + (0.0,) * 8),
        Decision("t2", "ok", (math.nan,) + (0.0,) * 9),
        Decision("other", "ok", (1.0,) + (0.0,) * 9),
    ],
    ids=["refused", "left out", "invalid", "short", "no sum of 1", "negative", "nan", "another name"],
)
def test_a_question_without_a_valid_answer_is_missing_among_answered_ones(bad: Decision) -> None:
    found = simulate(FakeEndpoint(DecisionAnswer((level("t1", 9), bad, level("t3", 0)))), 3)
    np.testing.assert_equal(found.expected, [10.0, math.nan, 0.0])
    assert found.values[1] == found.probabilities[1] == ()


def test_answers_in_another_order_go_to_their_questions() -> None:
    found = simulate(FakeEndpoint(DecisionAnswer((level("t2", 9), level("t1", 0)))), 2)
    assert found.expected.tolist() == [0.0, 10.0]


def test_two_answers_to_one_question_are_none() -> None:
    found = simulate(FakeEndpoint(DecisionAnswer((level("t1", 9), level("t1", 0), level("t2", 9)))), 2)
    np.testing.assert_equal(found.expected, [math.nan, 10.0])


def test_nothing_but_refusals_is_unparsable_and_says_what_was_said() -> None:
    refusals = DecisionAnswer(tuple(Decision(f"t{i}", "refused", reason="not that text") for i in (1, 2)))
    with pytest.raises(UnparsableAnswer, match="not that text"):
        simulate(FakeEndpoint(refusals), 2)


def test_one_request_asks_about_a_whole_excerpt_and_longer_ones_are_divided() -> None:
    assert len(Decisions(FakeEndpoint(None)).requests("x", (" a",) * 64)) == 1
    divided = Decisions(FakeEndpoint(None), most_questions=4).requests("x", (" a",) * 10)
    assert [len(request.questions) for request in divided] == [4, 4, 2]
    assert len({request.input for request in divided}) == 1
    found = simulate(FakeEndpoint(by_number), 10, most_questions=4)
    np.testing.assert_allclose(found.expected, np.linspace(0, 10, 10))


def test_up_to_the_token_hides_what_follows() -> None:
    tokens = ("one", "two", "three")
    requests = Decisions(FakeEndpoint(None), sees="up to the token").requests("x", tokens)
    for i, request in enumerate(requests):
        assert [token in request.input for token in tokens] == [j <= i for j in range(3)]
        assert [question.name for question in request.questions] == [f"t{i + 1}"]
    found = simulate(FakeEndpoint(by_number), 10, sees="up to the token")
    np.testing.assert_allclose(found.expected, np.linspace(0, 10, 10))


def test_an_error_on_one_request_is_raised_as_it_is() -> None:
    error = EndpointError("gone")
    failing = FakeEndpoint(lambda r: error if r.questions[0].name == "t3" else by_number(r))
    with pytest.raises(EndpointError) as caught:
        simulate(failing, 5, most_questions=1)
    assert caught.value is error


@pytest.mark.parametrize("kind", [AllAtOnce, Decisions, Digits, Structured])
def test_a_simulator_sends_what_its_dry_run_says_and_is_named(kind: Any) -> None:
    tokens = (" a", "\n", " a")
    endpoint = FakeEndpoint(Judge({}))
    simulator = kind(endpoint, highest=10) if kind is AllAtOnce else kind(endpoint)
    asyncio.run(simulator.simulate("x", tokens))
    assert endpoint.history == list(simulator.requests("x", tokens))
    assert simulator.name in simulator.description
    assert template_hash(simulator) == template_hash(kind(endpoint))


def test_the_prompts_of_different_simulators_and_levels_have_different_hashes() -> None:
    made = [
        *(kind(FakeEndpoint(None)) for kind in (AllAtOnce, Digits, Structured, Decisions)),
        Decisions(FakeEndpoint(None), levels=5),
    ]
    assert len({template_hash(simulator) for simulator in made}) == len(made)


def test_label_bias_is_the_mean_distribution_for_an_empty_explanation() -> None:
    def reply(request: Request) -> DecisionAnswer:
        assert isinstance(request, DecisionRequest)
        assert f"responds to: {CONTENT_FREE}\n" in request.input
        return DecisionAnswer((level("t1", 0, 2), Decision("t2", "ok", (0.5, 0.5)), Decision("t3", "refused")))

    bias = asyncio.run(label_bias(Decisions(FakeEndpoint(reply), levels=2), ("a", "b", "c")))
    assert dict(zip(bias.values, bias.probabilities, strict=True)) == {0.0: 0.75, 10.0: 0.25}
    assert (bias.expected, bias.spread, bias.n_tokens, bias.n_missing) == (2.5, 2.5, 2, 1)
