"""All-at-once: whatever the tokens and however the endpoint cuts the text, each token gets its own distribution."""

import asyncio
import math

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from neuronview.errors import BudgetReached, Cancelled, EndpointError, EndpointRefused, NotSupported, UnparsableAnswer
from neuronview.explain.prompts import count_messages, example_neurons
from neuronview.explain.prompts.simulating import all_at_once_messages
from neuronview.explain.simulate import parse_echo_response, writes_ten_apart
from neuronview.explain.simulators import AllAtOnce, PromptOptions
from neuronview.explain.simulators.all_at_once import SCALE_REQUEST
from neuronview.llm.calls import EchoRequest, plain_text
from tests.support.fake_endpoint import FakeEndpoint, echo_of, logprobs

ODD = [
    "\t",
    "\n",
    "\n\n",
    "<end>",
    "<start>",
    "<start>\n",
    "unknown",
    "\tunknown\n",
    "�",
    "é",
    "🙂",
    "10",
    "",
    " 7",
    "\t10\n",
]
TOKENS = st.lists(st.one_of(st.sampled_from(ODD), st.text(max_size=4)), min_size=1, max_size=12)


def offsets_of(text: str, tokens: list[str]) -> list[int]:
    """Byte offsets of the values of the last listing, found by writing it again."""
    block = "".join(f"{token}\tunknown\n" for token in tokens)
    at = len(text[: text.rindex(block + "<end>")].encode())
    places = []
    for token in tokens:
        places.append(at + len(token.encode()) + 1)
        at = places[-1] + len("unknown\n")
    return places


@given(TOKENS, st.lists(st.integers(0, 3000), max_size=40))
@example(["<start>\n", "b"], [])
@example(["\t", "\tunknown\n", "<end>"], [])
@settings(max_examples=50, deadline=None)
def test_any_tokens_are_found_again_in_any_cut_of_the_echo(tokens: list[str], cuts: list[int]) -> None:
    simulator = AllAtOnce(FakeEndpoint(None), options=PromptOptions(examples=example_neurons()[:1]))
    (request,) = simulator.requests("x", tokens)
    text = plain_text(request)
    places = offsets_of(text, tokens)
    ratings = {place: logprobs({i % 11: 1.0}) for i, place in enumerate(places)}
    start = len(text.encode()) - 200
    found = parse_echo_response(
        echo_of(text, ratings, [start + cut for cut in cuts if start + cut > 0]).response, tokens
    )
    assert found.expected.tolist() == [i % 11 for i in range(len(tokens))]
    assert found.tokens == tuple(tokens)


def ask(tokens: list[str], endpoint: FakeEndpoint, **options: int) -> list[float]:
    return asyncio.run(AllAtOnce(endpoint, **options).simulate("x", tokens)).expected.tolist()  # type: ignore[arg-type]


def echoing(tokens: list[str], *ratings: dict[str, float], ten: tuple[int, ...] = (0, 2)) -> FakeEndpoint:
    """Echoes with these ratings; `ten` says where the tokenizer cuts a 10."""

    def reply(request: EchoRequest) -> object:
        if request == SCALE_REQUEST:
            text = request.messages[-1].content  # a chat model in this process reads the last turn alone
            return echo_of(text, {}, [text.index("10") + cut for cut in ten])
        text = plain_text(request)
        return echo_of(text, dict(zip(offsets_of(text, tokens), ratings, strict=False)))

    return FakeEndpoint(reply)


def test_a_merged_newline_does_not_cost_the_value() -> None:
    """Published code gives 0 there."""
    answer = {
        "tokens": ["<start>", "\n", "a", "\t", "unknown", "\n ", "b", "\t", "unknown", "\n<", "end>"],
        "top_logprobs": [None, {}, {}, {}, {"4": -0.1}, {}, {}, {}, {"6": -0.1}, {}, {}],
    }
    assert parse_echo_response({"choices": [{"logprobs": answer}]}, ["a", " b"]).expected.tolist() == [4.0, 6.0]


def test_unknown_in_several_pieces_is_read_where_it_begins() -> None:
    answer = {
        "tokens": ["<start>\n", "a", "\t", "un", "known", "\n", "<end>"],
        "top_logprobs": [None, {}, {}, {"4": -0.1}, {"9": -0.1}, {}, {}],
    }
    assert parse_echo_response({"choices": [{"logprobs": answer}]}, ["a"]).expected.tolist() == [4.0]


def test_a_line_that_came_back_otherwise_is_missing_and_those_after_it_are_not() -> None:
    tokens = ["a", "<|endoftext|>", "c"]
    text = "<start>\na\tunknown\n\tunknown\nc\tunknown\n<end>"
    places = [match for match in range(len(text)) if text.startswith("unknown", match)]
    found = parse_echo_response(echo_of(text, {p: {"5": 0.0} for p in places}).response, tokens).expected
    assert found[[0, 2]].tolist() == [5.0, 5.0]
    assert math.isnan(found[1])


def test_a_token_without_a_number_among_the_likeliest_is_missing_and_not_zero() -> None:
    tokens = ["a", "b", "c", "d"]
    expected = ask(tokens, echoing(tokens, {"3": -0.1}, {"unknown": -0.1, " 4": -3.0, "11": -4.0, "2.5": -5.0}, {}))
    assert expected[0] == 3.0
    assert np.isnan(expected[1:]).all()


def test_no_number_anywhere_is_an_unparsable_answer() -> None:
    with pytest.raises(UnparsableAnswer):
        ask(["a"], echoing(["a"], {"unknown": -0.1}))


def test_ten_in_two_tokens_makes_the_scale_end_at_nine_and_stretches_it() -> None:
    tokens = ["a", "b"]
    split = echoing(tokens, {"9": 0.0}, {"0": math.log(0.5), "3": math.log(0.5)}, ten=(0, 1, 2))
    simulator = AllAtOnce(split)
    assert asyncio.run(simulator.simulate("x", tokens)).expected.tolist() == pytest.approx([10.0, 10 / 6])
    assert simulator.description == "all-at-once, 0..9 stretched to 0..10"
    assert "10" not in plain_text(split.history[-1])  # type: ignore[arg-type]
    whole = AllAtOnce(echoing(tokens, {"9": 0.0}, {"10": 0.0}))
    assert asyncio.run(whole.simulate("x", tokens)).expected.tolist() == [9.0, 10.0]
    assert whole.description == "all-at-once"


def test_the_scale_is_asked_about_once_however_many_excerpts_wait() -> None:
    endpoint = echoing(["a"], {"9": 0.0})
    simulator = AllAtOnce(endpoint)

    async def together() -> None:
        await asyncio.gather(*(simulator.simulate("x", ["a"]) for _ in range(5)))

    asyncio.run(together())
    asyncio.run(together())
    assert endpoint.history.count(SCALE_REQUEST) == 1
    assert len(endpoint.history) == 11
    asyncio.run(AllAtOnce(endpoint, highest=10).simulate("x", ["a"]))
    assert endpoint.history.count(SCALE_REQUEST) == 1


def test_an_endpoint_without_log_probabilities_of_prompts_is_asked_once_and_says_so_for_every_excerpt() -> None:
    endpoint = FakeEndpoint(NotSupported("no echo here"))
    simulator = AllAtOnce(endpoint)

    async def together() -> list[object]:
        return await asyncio.gather(*(simulator.simulate("x", ["a"]) for _ in range(5)), return_exceptions=True)

    found = [*asyncio.run(together()), *asyncio.run(together())]
    assert [(type(one), str(one)) for one in found] == [(NotSupported, "no echo here")] * 10
    assert endpoint.history == [SCALE_REQUEST]


def test_an_endpoint_that_failed_once_is_asked_again() -> None:
    endpoint = FakeEndpoint(EndpointError("500"))
    simulator = AllAtOnce(endpoint)
    for _ in range(2):
        with pytest.raises(EndpointError, match="500"):
            asyncio.run(simulator.simulate("x", ["a"]))
    assert endpoint.history == [SCALE_REQUEST] * 2


def test_ten_in_one_token_is_seen() -> None:
    text = "<start>\na\t10\n<end>"
    at = text.index("10")
    assert not writes_ten_apart(echo_of(text, {}, [at, at + 2]).response)
    assert writes_ten_apart(echo_of(text, {}, [at, at + 1, at + 2]).response)
    assert not writes_ten_apart(echo_of("<start>\na\t1\n<end>", {}).response)


def test_one_echo_asks_for_fifteen_alternatives_and_nothing_for_no_tokens() -> None:
    simulator = AllAtOnce(FakeEndpoint(None))
    (request,) = simulator.requests("x", ("a",))
    assert request.top_logprobs == 15
    assert simulator.requests("x", ()) == ()
    assert len(asyncio.run(simulator.simulate("x", ())).expected) == 0


@pytest.mark.parametrize(
    "error", [Cancelled("stop"), EndpointError("500"), EndpointRefused("401"), BudgetReached("cap")]
)
def test_errors_pass_through_as_they_are(error: Exception) -> None:
    with pytest.raises(type(error)) as caught:
        ask(["a"], FakeEndpoint(error))
    assert caught.value is error


def test_no_excerpt_is_asked_about_without_an_example_that_shows_numbers() -> None:
    tokens = (" word",) * 8
    least = count_messages(all_at_once_messages("x", tokens, [example_neurons()[0].first(1)]))
    for context, fits in ((least, True), (least - 1, False)):
        simulator = AllAtOnce(FakeEndpoint(None), options=PromptOptions(context_tokens=context))
        if fits:
            assert len(simulator.requests("x", tokens)[0].messages) == 5
        else:
            with pytest.raises(NotSupported):
                simulator.requests("x", tokens)


def test_the_examples_and_the_prefix_stay_the_same_from_excerpt_to_excerpt() -> None:
    simulator = AllAtOnce(FakeEndpoint(None))
    first, second = (simulator.requests("x", tokens)[0].messages for tokens in [("a",), ("b", "c")])
    assert first[:-1] == second[:-1]
