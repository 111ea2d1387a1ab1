"""What the endpoint asks for and what it makes of answers; faults are in test_openai_endpoint_faults.py."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

import pytest

from neuronview.errors import BadInput, EndpointError, MissingKey, NotSupported, RequestTooLong
from neuronview.llm.calls import ChatRequest, DecisionRequest, EchoRequest, Message, Question, plain_text
from neuronview.llm.openai_endpoint import OpenAIEndpoint
from neuronview.llm.retry import RetryPolicy
from neuronview.llm.wire_address import Address
from tests.support.scripted_server import (
    CHAT,
    COMPLETIONS,
    DECISIONS,
    SYSTEMONE,
    Received,
    Reply,
    ScriptedServer,
    chat_reply,
    decisions,
    echo_answer,
    rising,
    status,
    systemone,
)

T = TypeVar("T")
ASK = ChatRequest((Message("system", "Be brief."), Message("user", "What fires?")))
READ = EchoRequest((Message("user", "a neuron fires"), Message("assistant", "on the word unknown 0")), top_logprobs=15)
SCORE = Question("t0", "score", "How strongly?", ("none", "weak", "strong"))
YES = Question("t1", "predicate", "Does it fire?")
PICK = Question("t2", "choice", "Which?", ("red", "green"))


def ask(server: ScriptedServer, call: Callable[[OpenAIEndpoint], Awaitable[T]], **options: Any) -> T:
    """Make one call with an endpoint that does not try twice."""

    async def run() -> T:
        endpoint = OpenAIEndpoint("m", base_url=server.base_url, policy=RetryPolicy(attempts=1), **options)
        try:
            return await call(endpoint)
        finally:
            await endpoint.close()

    return asyncio.run(run())


def test_a_chat_sends_what_was_asked_and_nothing_else(server: ScriptedServer) -> None:
    schema = {"type": "object", "properties": {"a": {"type": "integer"}}}
    request = ChatRequest(ASK.messages, max_tokens=9, temperature=0.5, top_logprobs=4, schema=schema, seed=3, sample=7)
    ask(server, lambda endpoint: endpoint.chat(request))
    assert server.requests[0].body == {
        "model": "m",
        "messages": [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "What fires?"}],
        "max_tokens": 9,
        "temperature": 0.5,
        "seed": 3,
        "logprobs": True,
        "top_logprobs": 4,
        "response_format": {"type": "json_schema", "json_schema": {"name": "answer", "strict": True, "schema": schema}},
    }


def test_a_chat_gives_text_tokens_usage_and_the_model_as_returned(server: ScriptedServer) -> None:
    usage = {"prompt_tokens": 20, "completion_tokens": 2, "prompt_tokens_details": {"cached_tokens": 16}}
    server.play(CHAT, chat_reply("7", usage=usage, tokens=[("7", {"7": -0.1, "8": -3.0})], finish="length"))
    answer = ask(server, lambda endpoint: endpoint.chat(ASK))
    assert (answer.text, answer.model, answer.finish) == ("7", "scripted-2026-11-01", "length")
    assert answer.tokens[0].text == "7"
    assert answer.tokens[0].top_logprobs == {"7": -0.1, "8": -3.0}
    found = answer.usage
    assert (found.input_tokens, found.cached_tokens, found.output_tokens, found.reported) == (20, 16, 2, True)


@pytest.mark.parametrize(
    "message",
    [
        "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.",
        "Unexpected fields in the request: {'max_tokens'}",
    ],
)
def test_a_refused_name_of_the_token_limit_is_replaced_once_and_remembered(
    server: ScriptedServer, message: str
) -> None:
    server.play(CHAT, status(400, message=message, param="max_tokens"), chat_reply("fine"))

    async def twice(endpoint: OpenAIEndpoint) -> list[str]:
        return [(await endpoint.chat(ASK)).text, (await endpoint.chat(ASK)).text]

    assert ask(server, twice) == ["fine", "fine"]
    limits = [[name for name in request.body if name.startswith("max")] for request in server.requests]
    assert limits == [["max_tokens"], ["max_completion_tokens"], ["max_completion_tokens"]]


def test_a_token_limit_that_is_only_too_large_is_not_renamed(server: ScriptedServer) -> None:
    words = "This model's maximum context length is 4096 tokens, you requested 5000 (256 in max_tokens)."
    server.play(CHAT, status(400, message=words))
    with pytest.raises(RequestTooLong, match="too long for 'm'"):
        ask(server, lambda endpoint: endpoint.chat(ASK))
    assert len(server.requests) == 1


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("This model's maximum context length is 4096 tokens. However, your messages are 5000.", "4096"),
        ("request (9000 tokens) exceeds the available context size (4096 tokens), try increasing it", "4096"),
        ("prompt is too long: 208310 tokens > 200,000 maximum", "200,000"),
        ("the prompt is too long", ""),
    ],
)
def test_a_prompt_that_is_too_long_names_the_option_and_the_limit_where_the_server_says_it(
    server: ScriptedServer, words: str, told: str
) -> None:
    server.play(CHAT, status(400, message=words))
    with pytest.raises(RequestTooLong) as caught:
        ask(server, lambda endpoint: endpoint.chat(ASK))
    assert "Lower --context-tokens" in str(caught.value)
    assert ("which reads" in str(caught.value)) == bool(told)
    assert not told or f"which reads {told} tokens at once" in str(caught.value)


@pytest.mark.parametrize(("words", "hinted"), [("Internal Server Error", True), ("Out of memory", False)])
def test_a_server_that_fails_without_a_word_may_have_met_too_long_a_prompt(
    server: ScriptedServer, words: str, hinted: bool
) -> None:
    server.play(CHAT, *[status(500, message=words)] * 9)
    with pytest.raises(EndpointError) as caught:
        ask(server, lambda endpoint: endpoint.chat(ASK))
    assert ("--context-tokens" in str(caught.value)) == hinted


def test_a_refused_temperature_is_left_out_and_said_so(server: ScriptedServer) -> None:
    words = "Unsupported value: 'temperature' does not support 0 with this model. Only the default (1) is supported."
    server.play(CHAT, status(400, message=words, param="temperature"), chat_reply("fine"))

    async def call(endpoint: OpenAIEndpoint) -> tuple[str, ...]:
        await endpoint.chat(ASK)
        return endpoint.adjustments

    assert ask(server, call) == ("temperature is left out: the model refused it",)
    assert "temperature" not in server.requests[1].body


def test_refused_log_probabilities_are_not_left_out_silently(server: ScriptedServer) -> None:
    server.play(CHAT, status(400, message="logprobs are not supported with this model"))
    with pytest.raises(NotSupported, match="another simulator"):
        ask(server, lambda endpoint: endpoint.chat(ChatRequest(ASK.messages, top_logprobs=5)))


def test_an_echo_asks_for_the_prompt_without_generating(server: ScriptedServer) -> None:
    answer = ask(server, lambda endpoint: endpoint.echo(READ))
    body = server.requests[0].body
    assert (body["max_tokens"], body["echo"], body["logprobs"], body["prompt"]) == (0, True, 15, plain_text(READ))
    logprobs = answer.response["choices"][0]["logprobs"]
    assert "".join(logprobs["tokens"]) == plain_text(READ)
    assert logprobs["top_logprobs"][0] is None
    assert set(logprobs["top_logprobs"][1]) == {"0", "1"}


@pytest.mark.parametrize("reported", [1, None, 40])
def test_where_no_tokens_is_refused_one_is_generated_and_cut_off(server: ScriptedServer, reported: int | None) -> None:
    def with_one_more(request: Received) -> Reply:
        if request.body["max_tokens"] == 0:
            return status(400, message="max_tokens must be at least 1, got 0.")
        body = echo_answer(request).body
        body["choices"][0]["logprobs"]["tokens"].append(" generated")
        body["choices"][0]["logprobs"]["top_logprobs"].append({" generated": -0.1})
        body["usage"]["completion_tokens"] = reported
        return Reply(body)

    server.play(COMPLETIONS, with_one_more)

    async def twice(endpoint: OpenAIEndpoint) -> Any:
        return [await endpoint.echo(READ), await endpoint.echo(READ), endpoint.echo_form]

    first, second, form = ask(server, twice)
    assert "".join(first.response["choices"][0]["logprobs"]["tokens"]) == plain_text(READ)
    assert len(first.response["choices"][0]["logprobs"]["top_logprobs"]) == len(plain_text(READ).split(" "))
    assert first == second
    assert form == "echo_one"
    assert [request.body["max_tokens"] for request in server.requests] == [0, 1, 1]


def test_vllm_prompt_logprobs_are_turned_into_the_legacy_form(server: ScriptedServer) -> None:
    def vllm(request: Received) -> Reply:
        if request.body.get("echo"):
            return status(400, message="echo is not supported")
        assert request.body["prompt_logprobs"] == 15
        entries = [
            None,
            {
                "11": {"logprob": -2.0, "rank": 3, "decoded_token": " cat"},
                "12": {"logprob": -0.5, "decoded_token": "0"},
            },
            {"13": {"logprob": -0.1, "rank": 1, "decoded_token": " sat"}},
        ]
        usage = {"prompt_tokens": 3, "completion_tokens": 1}
        return Reply({"model": "m", "choices": [{"text": "x", "prompt_logprobs": entries}], "usage": usage})

    server.play(COMPLETIONS, vllm)
    request = EchoRequest((Message("user", "The cat sat"),))
    answer = ask(server, lambda endpoint: endpoint.echo(request))
    assert answer.response["choices"][0]["logprobs"] == {
        "tokens": ["The", " cat", " sat"],
        "top_logprobs": [None, {"0": -0.5, " cat": -2.0}, {" sat": -0.1}],
    }


@pytest.mark.parametrize("logprobs", [None, {"tokens": ["hello", "!"], "top_logprobs": [{"a": -1.0}, {"b": -1.0}]}])
def test_a_server_that_ignores_echo_is_found_out(server: ScriptedServer, logprobs: Any) -> None:
    choice = {"text": "hello!", "logprobs": logprobs}
    server.play(COMPLETIONS, Reply({"model": "m", "choices": [choice], "usage": {}}))
    with pytest.raises(NotSupported, match="without log-probabilities of the prompt"):
        ask(server, lambda endpoint: endpoint.echo(READ))


def test_decisions_in_openais_format_have_a_probability_for_every_level(server: ScriptedServer) -> None:
    request = DecisionRequest("the text", (SCORE, YES, PICK))
    answer = ask(server, lambda endpoint: endpoint.decide(request), decisions="openai")
    assert server.requests[0].path == DECISIONS
    assert server.requests[0].body == {
        "model": "m",
        "input": "the text",
        "questions": [
            {
                "type": "score",
                "name": "t0",
                "instructions": "How strongly?",
                "levels": [{"label": "none"}, {"label": "weak"}, {"label": "strong"}],
            },
            {"type": "predicate", "name": "t1", "instructions": "Does it fire?"},
            {
                "type": "choice",
                "name": "t2",
                "instructions": "Which?",
                "choices": [{"value": "red"}, {"value": "green"}],
            },
        ],
    }
    assert [decision.state for decision in answer.decisions] == ["ok"] * 3
    assert answer.decisions[0].probabilities == pytest.approx((1 / 6, 2 / 6, 3 / 6))
    assert answer.decisions[1].probabilities == pytest.approx((0.75, 0.25))
    assert answer.decisions[2].probabilities == pytest.approx((1 / 3, 2 / 3))
    assert (answer.model, answer.usage.input_tokens, answer.usage.cached_tokens) == ("scripted-2026-11-01", 40, 8)


def test_decisions_in_system_ones_format_come_out_the_same(server: ScriptedServer) -> None:
    request = DecisionRequest("the text", (SCORE, YES, PICK))
    answer = ask(server, lambda endpoint: endpoint.decide(request), decisions="systemone")
    assert server.requests[0].path == SYSTEMONE
    assert server.requests[0].body["questions"] == {
        "t0": {"type": "score", "criteria": ["none", "weak", "strong"], "instructions": "How strongly?"},
        "t1": {"type": "noul", "instructions": "Does it fire?"},
        "t2": {"type": "choice", "criteria": {"red": None, "green": None}, "instructions": "Which?"},
    }
    assert [decision.probabilities for decision in answer.decisions] == [
        pytest.approx((1 / 6, 2 / 6, 3 / 6)),
        pytest.approx((0.75, 0.25)),
        pytest.approx((1 / 3, 2 / 3)),
    ]


@pytest.mark.parametrize(("wire", "path", "most"), [("openai", DECISIONS, 200), ("systemone", SYSTEMONE, 64)])
def test_many_questions_are_split_and_come_back_in_order(
    server: ScriptedServer, wire: Any, path: str, most: int
) -> None:
    questions = tuple(Question(f"t{number}", "score", "?", ("a", "b")) for number in range(2 * most + 1))
    answer = ask(server, lambda endpoint: endpoint.decide(DecisionRequest("x", questions)), decisions=wire)
    sizes = [len(request.body["questions"]) for request in server.asked(path)]
    assert sum(sizes) == len(questions)
    assert (len(sizes), max(sizes) <= most) == (3, True)
    assert [decision.name for decision in answer.decisions] == [question.name for question in questions]
    assert answer.usage.input_tokens == 3 * 40


def test_levels_in_another_order_are_put_right(server: ScriptedServer) -> None:
    def turned(answers: list[dict[str, Any]]) -> list[dict[str, Any]]:
        answers[0]["probabilities"].reverse()
        return answers

    server.play(DECISIONS, decisions(turned))
    answer = ask(server, lambda e: e.decide(DecisionRequest("x", (SCORE,))), decisions="openai")
    assert answer.decisions[0].probabilities == pytest.approx(rising(3))


@pytest.mark.parametrize("sums_to", [0.985, 1.0, 1.015])
def test_rounding_is_made_good(server: ScriptedServer, sums_to: float) -> None:
    def rounded(answers: dict[str, Any]) -> dict[str, Any]:
        answers["t0"]["probabilities"] = {"0": 0.25, "1": 0.25, "2": sums_to - 0.5}
        return answers

    server.play(SYSTEMONE, systemone(rounded))
    answer = ask(server, lambda e: e.decide(DecisionRequest("x", (SCORE,))), decisions="systemone")
    assert answer.decisions[0].probabilities == pytest.approx((0.25 / sums_to, 0.25 / sums_to, 1 - 0.5 / sums_to))


def test_decisions_of_an_endpoint_that_knows_no_format_are_not_supported(server: ScriptedServer) -> None:
    with pytest.raises(NotSupported, match="Probe it"):
        ask(server, lambda endpoint: endpoint.decide(DecisionRequest("x", (SCORE,))))
    assert server.requests == []


def test_two_questions_of_one_name_are_refused_before_anything_is_sent(server: ScriptedServer) -> None:
    with pytest.raises(BadInput, match="same name"):
        ask(server, lambda e: e.decide(DecisionRequest("x", (SCORE, SCORE))), decisions="openai")
    assert server.requests == []


def test_an_endpoint_can_be_used_from_one_event_loop_after_another(server: ScriptedServer) -> None:
    endpoint = OpenAIEndpoint("m", base_url=server.base_url)

    async def once() -> str:
        try:
            return (await endpoint.chat(ASK)).text
        finally:
            await endpoint.close()

    assert asyncio.run(once()) == asyncio.run(once())


@pytest.mark.parametrize(
    ("given", "shown", "local"),
    [
        (None, "https://api.openai.com/v1", False),
        ("http://localhost:8000", "http://localhost:8000/v1", True),
        ("http://me:pass@127.0.0.1:1234/v1/?key=abc#x", "http://127.0.0.1:1234/v1", True),
        ("http://[::1]:8080/v1", "http://[::1]:8080/v1", True),
        ("https://res.openai.azure.com", "https://res.openai.azure.com/openai/v1", False),
        ("https://localhost.example.org/api", "https://localhost.example.org/api", False),
    ],
)
def test_an_address_is_shown_without_what_is_secret(given: str | None, shown: str, local: bool) -> None:
    address = Address.parse(given)
    assert (address.shown, address.is_local) == (shown, local)
    assert "pass" not in repr(address)
    assert "abc" not in repr(address)


@pytest.mark.parametrize("given", ["localhost:8765", "ftp://x/v1", "http:///v1", "http://a:b@host:port/v1"])
def test_what_is_no_address_is_refused_without_repeating_it(given: str) -> None:
    with pytest.raises(BadInput, match="no address") as caught:
        Address.parse(given)
    assert given not in str(caught.value)


def test_a_server_elsewhere_needs_a_key_and_one_on_this_machine_does_not() -> None:
    with pytest.raises(MissingKey, match="OPENAI_API_KEY"):
        OpenAIEndpoint("m")
    assert OpenAIEndpoint("m", base_url="http://localhost:8000").identity == "http://localhost:8000/v1 m"
    assert OpenAIEndpoint("m", base_url="http://10.0.0.5:8000/v1", api_key="").is_local is False


@pytest.mark.parametrize("local", [{}, {"NEURONVIEW_LOCAL_KEY": "key-of-this-machine"}])
def test_a_server_on_this_machine_gets_the_key_that_is_meant_for_it_and_no_other(
    server: ScriptedServer, local: dict[str, str]
) -> None:
    environment = {"OPENAI_API_KEY": "sk-of-the-environment", "OPENAI_BASE_URL": server.base_url} | local

    async def run() -> None:
        endpoint = OpenAIEndpoint.from_environment("m", environment=environment)
        await endpoint.chat(ASK)
        await endpoint.close()

    asyncio.run(run())
    assert "sk-of-the-environment" not in str(server.requests[0].headers)
    assert ("key-of-this-machine" in str(server.requests[0].headers)) == bool(local)
    away = OpenAIEndpoint.from_environment("m", environment={"OPENAI_API_KEY": "sk-x"} | local)
    assert away._credentials._key == "sk-x"
    assert away.base_url == "https://api.openai.com/v1"
