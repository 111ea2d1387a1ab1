"""Every fault of a server, played over real HTTP: the error or state that it comes to, and that no secret shows."""

import asyncio
import gzip
import json
import logging
import traceback
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import httpx2
import pytest

from neuronview.errors import EndpointError, EndpointRefused, MissingKey, NotSupported, RequestTooLong, UnparsableAnswer
from neuronview.llm.calls import ChatRequest, DecisionAnswer, DecisionRequest, EchoRequest, Message, Question, Usage
from neuronview.llm.ledger import taking_notes
from neuronview.llm.openai_endpoint import OpenAIEndpoint
from neuronview.llm.retry import RetryPolicy, Waiting
from neuronview.llm.wire_address import Address
from neuronview.llm.wire_transport import Credentials
from tests.support.scripted_server import (
    CHAT,
    COMPLETIONS,
    DECISIONS,
    SYSTEMONE,
    Received,
    Reply,
    ScriptedServer,
    Step,
    chat_reply,
    decisions,
    echo_answer,
    scripted_server,
    status,
    systemone,
)

CANARY = "sk-canary-3f9a1c77d2"
PASSWORD = "hunter-canary-2"
ASK = ChatRequest((Message("user", "What fires?"),))
READ = EchoRequest((Message("user", "on the word"),))
LEVELS = ("none", "weak", "strong")
DECIDE = DecisionRequest("x", tuple(Question(f"t{number}", "score", "?", LEVELS) for number in range(3)))

Call = Callable[[OpenAIEndpoint], Awaitable[Any]]


def chat(endpoint: OpenAIEndpoint) -> Awaitable[Any]:
    return endpoint.chat(ASK)


def echo(endpoint: OpenAIEndpoint) -> Awaitable[Any]:
    return endpoint.echo(READ)


def decide(endpoint: OpenAIEndpoint) -> Awaitable[Any]:
    return endpoint.decide(DECIDE)


def repeats_the_key(request: Received) -> Reply:
    return status(401, message=f"Incorrect API key provided: {request.headers.get('authorization', CANARY)}")


@dataclass(frozen=True)
class Fault:
    """What the server does, and what that must come to."""

    steps: tuple[Step, ...]
    error: type[EndpointError]
    words: str
    """In the message."""
    calls: int = 1
    """How often the server is asked when three tries are allowed."""
    call: Call = chat
    path: str = CHAT
    options: dict[str, Any] = field(default_factory=dict)


OPENAI = {"decisions": "openai"}
QUOTA = "You exceeded your current quota, please check your plan and billing details."
FAULTS = {
    "rate limit that stays": Fault((status(429),), EndpointError, "too many requests", 3),
    "burst of 500 that stays": Fault((status(500), status(502), status(503)), EndpointError, "inside the server", 3),
    "time-out of the server": Fault((status(408),), EndpointError, "gave up waiting", 3),
    "conflict": Fault((status(409),), EndpointError, "conflict", 3),
    "silence": Fault((Reply(delay=30),), EndpointError, "within 0.2 s", 3, options={"timeout": 0.2}),
    "slow trickle": Fault(
        (Reply(b" " * 4000, trickle=0.02),), EndpointError, "within 0.2 s", 3, options={"timeout": 0.2}
    ),
    "answer broken off": Fault((Reply(b'{"choices": [', length=500),), EndpointError, "broke off", 3),
    "half a JSON": Fault((Reply(b'{"choices": [{"mess'),), EndpointError, "no complete JSON"),
    "a page instead of JSON": Fault((Reply(b"<html>Welcome</html>"),), EndpointError, "no complete JSON"),
    "a list instead of an object": Fault((Reply([1, 2]),), EndpointError, "no object"),
    "no choices": Fault((Reply({"model": "m"}),), UnparsableAnswer, "no message"),
    "choices of another kind": Fault((Reply({"choices": ["text"]}),), UnparsableAnswer, "no message"),
    "error with status 200": Fault(
        (Reply({"error": {"message": "upstream is overloaded", "code": 503}}),), EndpointError, "overloaded", 3
    ),
    "absurdly long answer": Fault(
        (Reply(b"x" * 65536, repeat=100_000),), EndpointError, "longer than", options={"most_bytes": 2**20}
    ),
    "absurdly long error": Fault(
        (Reply(b"x" * 65536, 400, repeat=100_000),), EndpointError, "longer than", options={"most_bytes": 2**20}
    ),
    "answer that unpacks to no end": Fault(
        (Reply(gzip.compress(b"x" * 2**24), headers={"Content-Encoding": "gzip"}),),
        EndpointError,
        "longer than",
        options={"most_bytes": 2**20},
    ),
    "wrong key": Fault((repeats_the_key,), EndpointRefused, "refused the API key"),
    "no credit": Fault((status(402, message="Insufficient credits"),), EndpointRefused, "no credit"),
    "no quota as 429": Fault((status(429, message=QUOTA, code="insufficient_quota"),), EndpointRefused, "no credit"),
    "no quota as 429 without a code": Fault((status(429, message=QUOTA),), EndpointRefused, "no credit"),
    "quota of a minute": Fault((status(429, message=f"{QUOTA} Retry in 3 s."),), EndpointError, "too many", 3),
    "not allowed": Fault((status(403),), EndpointRefused, "does not allow"),
    "no such model": Fault((status(404, message="The model `m` does not exist."),), EndpointRefused, "no model 'm'"),
    "no such model as 400": Fault((status(400, message="m is not a valid model ID"),), EndpointRefused, "no model 'm'"),
    "no such address": Fault((status(404, message="Not Found"),), EndpointRefused, "most often ending in /v1"),
    "moved": Fault(
        (Reply(status=307, headers={"Location": "http://elsewhere.test/v1?k=1"}),), EndpointRefused, "redir"
    ),
    "not understood": Fault((status(400, message="messages[0].name is bad"),), EndpointError, "did not accept"),
    "too long": Fault((status(400, message="maximum context length is 4 tokens"),), RequestTooLong, "fewer excerpts"),
    "no echo": Fault((status(404, message="Not Found"),), NotSupported, "log-prob", 3, echo, COMPLETIONS),
    "chat model in completions": Fault(
        (status(404, message="This is a chat model and not supported in the v1/completions endpoint"),),
        NotSupported,
        "does not offer log-probabilities",
        3,
        echo,
        COMPLETIONS,
    ),
    "no decisions": Fault(
        (status(404, message="Not Found"),), NotSupported, "does not offer typed", 1, decide, DECISIONS, OPENAI
    ),
    "no list of decisions": Fault(
        (Reply({"answers": "x"}),), UnparsableAnswer, "no list", 1, decide, DECISIONS, OPENAI
    ),
}


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    with scripted_server() as running:
        yield running


def run_call(server: ScriptedServer, call: Call, *, key: str | None = CANARY, url: str = "", **options: Any) -> Any:
    """Make one call with at most three tries, between which no time passes."""

    async def no_wait(seconds: float) -> None:
        return None

    async def run() -> Any:
        patience = {"policy": RetryPolicy(attempts=3), "waiting": Waiting(sleep=no_wait)}
        endpoint = OpenAIEndpoint("m", base_url=url or server.base_url, api_key=key, **(patience | options))
        try:
            return await call(endpoint)
        finally:
            await endpoint.close()

    return asyncio.run(run())


def meet(server: ScriptedServer, fault: Fault, **options: Any) -> EndpointError:
    """The error that the fault comes to."""
    server.play(fault.path, *fault.steps)
    with pytest.raises(EndpointError) as caught:
        run_call(server, fault.call, **(fault.options | options))
    return caught.value


@pytest.mark.parametrize("name", FAULTS)
def test_every_fault_comes_to_its_error_in_words_after_the_right_number_of_calls(
    server: ScriptedServer, name: str
) -> None:
    fault = FAULTS[name]
    error = meet(server, fault)
    assert type(error) is fault.error
    assert fault.words in str(error)
    assert len(server.requests) == fault.calls


@pytest.mark.parametrize("name", FAULTS)
def test_no_fault_shows_the_key(server: ScriptedServer, name: str, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    url = server.base_url.replace("http://", f"http://me:{PASSWORD}@") + f"?token={CANARY}"
    for options in ({}, {"url": url}):
        error = meet(server, FAULTS[name], **options)
        everything = traceback.TracebackException.from_exception(error, capture_locals=False)
        shown = [str(error), repr(error), *everything.format(chain=True), caplog.text]
        assert CANARY in str(server.requests[-1])
        assert not [text for text in shown if CANARY in text or PASSWORD in text]


def test_neither_endpoint_nor_client_nor_their_state_shows_the_key(server: ScriptedServer) -> None:
    async def call(endpoint: OpenAIEndpoint) -> str:
        await endpoint.chat(ASK)
        states = (
            endpoint,
            endpoint.identity,
            endpoint.__dict__,
            endpoint._client.__dict__,
            endpoint.with_decisions(None),
        )
        return " ".join(map(repr, states))

    shown = run_call(server, call)
    assert server.requests[0].headers["authorization"] == f"Bearer {CANARY}"
    assert CANARY not in shown


@pytest.mark.parametrize(
    ("base_url", "expected"),
    [
        ("https://api.openai.com/v1", {"authorization": f"Bearer {CANARY}", "openai-organization": "org"}),
        ("https://openrouter.test/v1", {"authorization": f"Bearer {CANARY}"}),
        ("https://res.openai.azure.com/openai/deployments/d?api-version=1", {"api-key": CANARY}),
        ("https://me:word@host.test/v1", {"authorization": "Basic bWU6d29yZA=="}),
    ],
)
def test_each_provider_gets_the_key_in_its_own_header(base_url: str, expected: dict[str, str]) -> None:
    address = Address.parse(base_url)
    before = httpx2.Headers({"authorization": "Bearer no-key", "openai-organization": "org"})
    url, headers = Credentials(address, CANARY).admit(httpx2.URL(f"{address.shown}/chat/completions"), before)
    assert dict(headers) == expected
    assert str(url).startswith(f"{address.shown}/chat/completions")
    assert url.query == (b"api-version=1" if address.is_azure else b"")


def test_a_redirect_is_not_followed_with_the_key(server: ScriptedServer) -> None:
    with scripted_server() as elsewhere:
        location = {"Location": f"{elsewhere.base_url}/chat/completions"}
        meet(server, Fault((Reply(status=307, headers=location),), EndpointRefused, "redirects"))
        assert elsewhere.requests == []


def test_a_missing_key_is_told_from_a_wrong_one(server: ScriptedServer) -> None:
    error = meet(server, FAULTS["wrong key"], key=None)
    assert type(error) is MissingKey


def test_a_burst_that_ends_is_got_over(server: ScriptedServer) -> None:
    server.play(CHAT, status(500), status(429, {"Retry-After": "1"}), chat_reply("fine"))
    reasons: list[str] = []
    answer = run_call(server, chat, on_retry=lambda reason, wait: reasons.append(reason))
    assert answer.text == "fine"
    assert reasons == ["an error inside the server (500)", "too many requests (429)"]


@pytest.mark.parametrize("header", [{"Retry-After": "7"}, {"Retry-After-Ms": "7000", "Retry-After": "9"}])
def test_retry_after_is_waited_for(server: ScriptedServer, header: dict[str, str]) -> None:
    server.play(CHAT, status(429, header), chat_reply("fine"))
    waits: list[float] = []

    async def sleep(seconds: float) -> None:
        waits.append(seconds)

    run_call(server, chat, waiting=Waiting(sleep=sleep, random=lambda: 0.25))
    assert waits == [7.25]


def test_cancelling_ends_a_wait_at_once(server: ScriptedServer) -> None:
    server.play(CHAT, status(429, {"Retry-After": "80"}))

    async def run() -> None:
        waiting = asyncio.Event()
        endpoint = OpenAIEndpoint("m", base_url=server.base_url, on_retry=lambda reason, wait: waiting.set())
        task = asyncio.create_task(endpoint.chat(ASK))
        await waiting.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asyncio.wait_for(task, timeout=40)
        await endpoint.close()

    asyncio.run(run())
    assert len(server.requests) == 1


@pytest.mark.parametrize("content", ["", None])
def test_empty_content_is_an_empty_answer_whose_tokens_count(server: ScriptedServer, content: str | None) -> None:
    server.play(CHAT, chat_reply(content, finish="content_filter"))
    answer = run_call(server, chat)
    assert (answer.text, answer.finish, answer.usage.input_tokens) == ("", "content_filter", 12)


@pytest.mark.parametrize(
    "usage",
    [
        {},
        {"prompt_tokens": -4, "completion_tokens": 1},
        {"prompt_tokens": "12", "completion_tokens": 1},
        {"prompt_tokens": 0, "completion_tokens": 1},
        {"prompt_tokens": 10**9, "completion_tokens": 1},
        {"prompt_tokens": True, "completion_tokens": 1},
        "none",
    ],
)
def test_token_counts_that_cannot_be_true_are_estimated_and_marked(server: ScriptedServer, usage: Any) -> None:
    server.play(CHAT, chat_reply("12345678", usage=usage))
    found = run_call(server, chat).usage
    assert (found.input_tokens, found.output_tokens, found.reported) == (3, 2, False)


def test_missing_log_probabilities_leave_no_tokens(server: ScriptedServer) -> None:
    server.play(CHAT, chat_reply("7"))
    request = ChatRequest(ASK.messages, top_logprobs=5)
    assert run_call(server, lambda endpoint: endpoint.chat(request)).tokens == ()


def states(answer: DecisionAnswer) -> list[str]:
    assert [decision.name for decision in answer.decisions] == ["t0", "t1", "t2"]
    for decision in answer.decisions:
        assert (decision.state == "ok") == bool(decision.probabilities)
        assert (decision.state == "ok") != bool(decision.reason)
    return [decision.state for decision in answer.decisions]


def with_levels(shares: list[Any]) -> Callable[[Any], Any]:
    """Put these probabilities into the middle answer, in either format."""

    def change(answers: Any) -> Any:
        if isinstance(answers, dict):
            answers["t1"]["probabilities"] = {str(number): share for number, share in enumerate(shares)}
        else:
            labels = [*LEVELS, "more"]
            answers[1]["probabilities"] = [
                {"value": number, "label": labels[number], "probability": share} for number, share in enumerate(shares)
            ]
        return answers

    return change


def reply_in(wire: str, change: Callable[[Any], Any]) -> tuple[str, Step]:
    return (DECISIONS, decisions(change)) if wire == "openai" else (SYSTEMONE, systemone(change))


BROKEN = {
    "sum to 0.7": [0.2, 0.2, 0.3],
    "sum to 1.3": [0.5, 0.5, 0.3],
    "too few": [0.4, 0.6],
    "too many": [0.2, 0.2, 0.3, 0.3],
    "negative": [-0.5, 0.5, 1.0],
    "text": ["0.2", "0.3", "0.5"],
    "nothing": [None, 0.5, 0.5],
    "true": [True, 0.0, 0.0],
    "not a number": [float("nan"), 0.5, 0.5],
}


@pytest.mark.parametrize("wire", ["openai", "systemone"])
@pytest.mark.parametrize("name", BROKEN)
def test_an_answer_that_does_not_hold_together_is_invalid_and_its_neighbours_are_kept(
    server: ScriptedServer, wire: str, name: str
) -> None:
    server.play(*reply_in(wire, with_levels(BROKEN[name])))
    assert states(run_call(server, decide, decisions=wire)) == ["ok", "invalid", "ok"]


def test_a_refused_question_is_refused_and_its_neighbours_are_kept(server: ScriptedServer) -> None:
    def refuse(answers: list[Any]) -> list[Any]:
        return [answers[0], {"type": "refusal", "name": "t1"}, answers[2]]

    server.play(DECISIONS, decisions(refuse))
    assert states(run_call(server, decide, decisions="openai")) == ["ok", "refused", "ok"]


@pytest.mark.parametrize("wire", ["openai", "systemone"])
def test_a_left_out_answer_is_missing(server: ScriptedServer, wire: str) -> None:
    def leave_out(answers: Any) -> Any:
        del answers["t1" if isinstance(answers, dict) else 1]
        return answers

    server.play(*reply_in(wire, leave_out))
    assert states(run_call(server, decide, decisions=wire)) == ["ok", "missing", "ok"]


def test_answers_in_another_order_are_matched_by_name(server: ScriptedServer) -> None:
    def turn(answers: list[Any]) -> list[Any]:
        with_levels([1.0, 0.0, 0.0])(answers)
        return [answers[2], answers[0], answers[1]]

    server.play(DECISIONS, decisions(turn))
    answer = run_call(server, decide, decisions="openai")
    assert states(answer) == ["ok", "ok", "ok"]
    assert [decision.probabilities == (1.0, 0.0, 0.0) for decision in answer.decisions] == [False, True, False]


@pytest.mark.parametrize(("count", "expected"), [(3, "ok"), (2, "invalid")])
def test_answers_without_names_are_taken_in_order_only_if_none_is_lacking(
    server: ScriptedServer, count: int, expected: str
) -> None:
    def unnamed(answers: list[Any]) -> list[Any]:
        return [answer | {"name": None} for answer in answers[:count]]

    server.play(DECISIONS, decisions(unnamed))
    assert states(run_call(server, decide, decisions="openai")) == [expected] * 3


def test_two_answers_to_one_question_are_invalid(server: ScriptedServer) -> None:
    server.play(DECISIONS, decisions(lambda answers: [*answers, answers[1]]))
    assert states(run_call(server, decide, decisions="openai")) == ["ok", "invalid", "ok"]


def test_levels_with_labels_of_the_servers_own_are_read_by_number(server: ScriptedServer) -> None:
    def renamed(answers: list[Any]) -> list[Any]:
        for number, entry in enumerate(answers[1]["probabilities"]):
            entry |= {"label": f"L{number}", "probability": [0.5, 0.3, 0.2][number]}
        answers[1]["probabilities"].reverse()
        return answers

    server.play(DECISIONS, decisions(renamed))
    answer = run_call(server, decide, decisions="openai")
    assert answer.decisions[1].probabilities == pytest.approx((0.5, 0.3, 0.2))


@pytest.mark.parametrize("wire", ["openai", "systemone"])
def test_an_answer_of_another_kind_is_invalid(server: ScriptedServer, wire: str) -> None:
    def other(answers: Any) -> Any:
        answers["t1" if isinstance(answers, dict) else 1] = {"type": "predicate", "name": "t1", "probability": 0.5}
        return answers

    server.play(*reply_in(wire, other))
    assert states(run_call(server, decide, decisions=wire)) == ["ok", "invalid", "ok"]


def test_a_packed_answer_is_read(server: ScriptedServer) -> None:
    packed = gzip.compress(json.dumps(chat_reply("fine").body).encode())
    server.play(CHAT, Reply(packed, headers={"Content-Encoding": "gzip"}))
    assert run_call(server, chat).text == "fine"


def test_a_server_that_is_not_there_is_tried_again_and_then_named() -> None:
    with scripted_server() as gone:
        url = gone.base_url
    with taking_notes() as notes, pytest.raises(EndpointError, match=r"Is the server running\?.*tried 3 times"):
        run_call(gone, chat, url=url)
    assert (notes.known, notes.usage) == (True, NOTHING)


NOTHING, UNKNOWN = Usage(), None


@pytest.mark.parametrize(
    ("steps", "tries", "billed"),
    [
        ((status(429),), 3, NOTHING),
        ((status(401),), 1, NOTHING),
        ((status(500),), 3, UNKNOWN),
        ((status(408),), 3, UNKNOWN),
        ((status(429), status(500), status(429)), 3, UNKNOWN),
        ((status(429), Reply(b"{")), 2, UNKNOWN),
        ((Reply({"usage": {"prompt_tokens": 9, "completion_tokens": 2}}),), 1, Usage(9, 0, 2)),
    ],
)
def test_what_a_failed_call_was_billed_is_noted_where_it_is_known(
    server: ScriptedServer, steps: tuple[Step, ...], tries: int, billed: Usage | None
) -> None:
    with taking_notes() as notes:
        meet(server, Fault(steps, EndpointError, ""))
    assert notes.attempts == tries
    assert (notes.usage if notes.known else UNKNOWN) == billed


@pytest.mark.parametrize(("last", "known"), [(status(402), True), (Reply(b"{"), False)])
def test_parts_that_were_answered_before_a_failure_are_billed(server: ScriptedServer, last: Reply, known: bool) -> None:
    server.play(SYSTEMONE, systemone(), last)
    request = DecisionRequest("x", tuple(Question(f"t{number}", "predicate", "?") for number in range(100)))
    with taking_notes() as notes, pytest.raises(EndpointError):
        run_call(server, lambda endpoint: endpoint.decide(request), decisions="systemone")
    assert (notes.attempts, notes.known, notes.usage) == (2, known, Usage(40, 0, 0))


@pytest.mark.parametrize(
    ("call", "path", "answer", "options"),
    [
        (chat, CHAT, chat_reply("fine"), {}),
        (echo, COMPLETIONS, echo_answer, {}),
        (decide, SYSTEMONE, systemone(), {"decisions": "systemone"}),
        (decide, DECISIONS, decisions(), OPENAI),
    ],
)
def test_of_an_answer_after_other_tries_it_is_noted_which_of_them_nobody_knows_the_cost_of(
    server: ScriptedServer, call: Call, path: str, answer: Step, options: dict[str, Any]
) -> None:
    server.play(path, status(503), status(429), status(408), answer)
    with taking_notes() as notes:
        found = run_call(server, call, policy=RetryPolicy(attempts=4, first_wait=0.0), **options)
    assert (notes.attempts, notes.unknown, notes.usage) == (4, 2, found.usage)
    assert found.usage.input_tokens > 0


def test_ways_to_an_echo_that_lead_nowhere_are_billed(server: ScriptedServer) -> None:
    ignored = {"choices": [{"text": "x", "logprobs": None}], "usage": {"prompt_tokens": 3, "completion_tokens": 1}}
    server.play(COMPLETIONS, status(400, message="max_tokens must be at least 1"), Reply(ignored))
    with taking_notes() as notes, pytest.raises(NotSupported):
        run_call(server, echo)
    assert (notes.attempts, notes.known, notes.usage) == (3, True, Usage(6, 0, 2))


def test_a_key_of_the_environment_that_was_not_sent_is_hidden_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-held-by-a-proxy-too")
    held = Credentials(Address.parse("http://127.0.0.1:9/v1"), "")
    assert held.scrub("Incorrect key sk-held-by-a-proxy-too given") == "Incorrect key [hidden] given"
    monkeypatch.setenv("OPENAI_API_KEY", "none")
    assert held.scrub("none of these") == "none of these"
