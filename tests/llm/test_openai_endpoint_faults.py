"""Every fault of a server, played over real HTTP: the error that it comes to, and that no secret shows."""

import asyncio
import gzip
import json
import logging
import traceback

import httpx2
import pytest

from neuronview.errors import EndpointError, EndpointRefused, MissingKey, NotSupported, RequestTooLong, UnparsableAnswer
from neuronview.llm.calls import ChatRequest, Usage
from neuronview.llm.ledger import taking_notes
from neuronview.llm.openai_endpoint import OpenAIEndpoint
from neuronview.llm.retry import Waiting
from neuronview.llm.wire_address import Address
from neuronview.llm.wire_transport import Credentials
from tests.support.endpoint_calls import ASK, CANARY, OPENAI, Fault, chat, decide, echo, meet, run_call
from tests.support.scripted_server import (
    CHAT,
    COMPLETIONS,
    DECISIONS,
    Received,
    Reply,
    ScriptedServer,
    chat_reply,
    scripted_server,
    status,
)

PASSWORD = "hunter-canary-2"


def repeats_the_key(request: Received) -> Reply:
    return status(401, message=f"Incorrect API key provided: {request.headers.get('authorization', CANARY)}")


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


def test_missing_log_probabilities_leave_no_tokens(server: ScriptedServer) -> None:
    server.play(CHAT, chat_reply("7"))
    request = ChatRequest(ASK.messages, top_logprobs=5)
    assert run_call(server, lambda endpoint: endpoint.chat(request)).tokens == ()


def test_a_packed_answer_is_read(server: ScriptedServer) -> None:
    packed = gzip.compress(json.dumps(chat_reply("fine").body).encode())
    server.play(CHAT, Reply(packed, headers={"Content-Encoding": "gzip"}))
    assert run_call(server, chat).text == "fine"


def test_a_server_that_is_not_there_is_tried_again_and_then_named() -> None:
    with scripted_server() as gone:
        url = gone.base_url
    with taking_notes() as notes, pytest.raises(EndpointError, match=r"Is the server running\?.*tried 3 times"):
        run_call(gone, chat, url=url)
    assert (notes.known, notes.usage) == (True, Usage())


def test_a_key_of_the_environment_that_was_not_sent_is_hidden_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-held-by-a-proxy-too")
    held = Credentials(Address.parse("http://127.0.0.1:9/v1"), "")
    assert held.scrub("Incorrect key sk-held-by-a-proxy-too given") == "Incorrect key [hidden] given"
    monkeypatch.setenv("OPENAI_API_KEY", "none")
    assert held.scrub("none of these") == "none of these"
