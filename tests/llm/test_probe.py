"""What a probe concludes from what a server does, what is kept of it, and which simulator follows."""

import asyncio
import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from neuronview.errors import EndpointError, EndpointRefused, NotSupported
from neuronview.llm.calls import (
    ChatAnswer,
    ChatRequest,
    DecisionAnswer,
    DecisionRequest,
    EchoAnswer,
    EchoRequest,
    Usage,
)
from neuronview.llm.openai_endpoint import OpenAIEndpoint
from neuronview.llm.probe import Capabilities, CapabilityStore, _check, choose_simulator, probe
from neuronview.llm.retry import RetryPolicy, Waiting
from tests.support.fake_endpoint import FakeEndpoint
from tests.support.scripted_server import (
    CHAT,
    COMPLETIONS,
    DECISIONS,
    MODELS,
    SYSTEMONE,
    Received,
    Reply,
    ScriptedServer,
    chat_answer,
    chat_reply,
    decisions,
    echo_answer,
    status,
)

ABSENT = status(404, message="Not Found")


def probed(server: ScriptedServer, **options: Any) -> Capabilities:
    """Probe a server, between whose retries no time passes."""

    async def no_wait(seconds: float) -> None:
        return None

    async def run() -> Capabilities:
        endpoint = OpenAIEndpoint(
            "m", base_url=server.base_url, waiting=Waiting(sleep=no_wait), policy=RetryPolicy(attempts=1), **options
        )
        try:
            return await probe(endpoint, clock=lambda: datetime(2026, 11, 21, tzinfo=UTC))
        finally:
            await endpoint.close()

    return asyncio.run(run())


def test_a_server_that_can_do_everything_is_known_for_it(server: ScriptedServer) -> None:
    found = probed(server)
    assert found.why_not == {}
    assert (found.chat, found.decisions, found.most_questions) == (True, "openai", 200)
    assert (found.prompt_logprobs, found.generated_logprobs, found.json_schema) == ("echo", 10, True)
    assert found.tokens_per_byte == pytest.approx(0.25, rel=0.01)
    assert (found.identity, found.probed_at) == (f"{server.base_url} m", "2026-11-21T00:00:00+00:00")
    assert len(server.requests) <= 8


def test_a_server_that_only_chats_is_said_to_lack_the_rest_and_why(server: ScriptedServer) -> None:
    for path in (DECISIONS, SYSTEMONE, COMPLETIONS):
        server.play(path, ABSENT)
    server.play(CHAT, chat_reply("hello there"))
    found = probed(server)
    assert (found.chat, found.decisions, found.prompt_logprobs) == (True, None, None)
    assert (found.generated_logprobs, found.json_schema) == (0, False)
    assert set(found.why_not) == {"decisions", "prompt_logprobs", "generated_logprobs", "json_schema"}
    assert "does not offer typed decisions" in found.why_not["decisions"]
    assert "answers without them" in found.why_not["generated_logprobs"]
    assert "does not keep to it" in found.why_not["json_schema"]
    assert not found.refuses_schema


def test_the_second_format_of_decisions_is_found_where_the_first_is_not(server: ScriptedServer) -> None:
    server.play(DECISIONS, ABSENT)
    found = probed(server)
    assert (found.decisions, found.most_questions) == ("systemone", 64)


def test_decisions_that_do_not_hold_together_are_no_ability(server: ScriptedServer) -> None:
    server.play(DECISIONS, decisions(lambda answers: answers[:1]))
    server.play(SYSTEMONE, ABSENT)
    found = probed(server)
    assert found.decisions is None
    assert "left out" in found.why_not["decisions"]


def test_fewer_log_probabilities_are_asked_for_where_many_are_refused(server: ScriptedServer) -> None:
    def at_most_five(request: Received) -> Reply:
        if request.body.get("top_logprobs", 0) > 5:
            return status(400, message="top_logprobs must be at most 5")
        return chat_answer(request)

    server.play(CHAT, at_most_five)
    found = probed(server)
    assert (found.generated_logprobs, found.unsettled) == (5, ())


def test_vllms_way_to_a_prompts_log_probabilities_is_told_apart(server: ScriptedServer) -> None:
    def vllm(request: Received) -> Reply:
        if "prompt_logprobs" not in request.body:
            return status(400, message="echo is not supported")
        tokens = echo_answer(request).body["choices"][0]["logprobs"]["tokens"]
        entries = [None, *({"5": {"logprob": -1.0, "decoded_token": token}} for token in tokens[1:])]
        return Reply({"choices": [{"prompt_logprobs": entries}]})

    server.play(COMPLETIONS, vllm)
    assert probed(server).prompt_logprobs == "prompt_logprobs"


def test_a_model_that_only_decides_is_known_for_that(server: ScriptedServer) -> None:
    server.play(CHAT, status(400, message="this is a decision model, chat is not supported"))
    server.play(COMPLETIONS, ABSENT)
    found = probed(server)
    assert (found.chat, found.decisions) == (False, "openai")
    assert found.why_not["json_schema"] == "It does not answer chats."
    assert choose_simulator(found).name == "decisions"


@pytest.mark.parametrize(("number", "expected"), [(401, EndpointRefused), (402, EndpointRefused), (500, EndpointError)])
def test_an_endpoint_that_refuses_everything_is_an_error_and_no_list_of_gaps(
    server: ScriptedServer, number: int, expected: type[EndpointError]
) -> None:
    for path in (CHAT, DECISIONS, SYSTEMONE, COMPLETIONS):
        server.play(path, status(number))
    with pytest.raises(expected):
        probed(server)
    assert server.asked(COMPLETIONS) == []


@pytest.mark.parametrize("number", [429, 500, 401, 402])
@pytest.mark.parametrize(
    ("paths", "ability"), [((DECISIONS, SYSTEMONE), "decisions"), ((COMPLETIONS,), "prompt_logprobs")]
)
def test_a_fault_that_may_pass_leaves_an_ability_open(
    server: ScriptedServer, number: int, paths: tuple[str, ...], ability: str
) -> None:
    for path in paths:
        server.play(path, status(number))
    found = probed(server)
    assert (found.unsettled, getattr(found, ability)) == ((ability,), None)
    assert found.why_not[ability].startswith("It could not be found out this time")
    assert f"({number})" in found.why_not[ability]


def test_what_is_plainly_refused_or_left_out_is_settled(server: ScriptedServer) -> None:
    server.play(DECISIONS, ABSENT)
    server.play(SYSTEMONE, Reply({"hello": "world"}))
    server.play(COMPLETIONS, status(422, message="bad value"))
    found = probed(server)
    assert set(found.why_not) == {"decisions", "prompt_logprobs"}
    assert found.unsettled == ()


def test_which_format_of_decisions_it_has_stays_open_after_a_fault_in_the_first(server: ScriptedServer) -> None:
    server.play(DECISIONS, status(429))
    found = probed(server)
    assert (found.decisions, found.unsettled) == ("systemone", ("decisions",))


@pytest.mark.parametrize(
    ("later", "able", "open_still"),
    [
        ((echo_answer,), "echo", ()),
        ((status(429),), None, ("prompt_logprobs",)),
        ((status(500),), None, ()),
        ((status(400, message="max_tokens must be at least 1"),), None, ()),
    ],
)
def test_an_error_inside_the_server_is_no_refusal_of_an_echo_before_it_was_asked_again(
    server: ScriptedServer, later: tuple[Any, ...], able: str | None, open_still: tuple[str, ...]
) -> None:
    first = iter((status(500), *later, *later * 9))

    def only_without_generating(request: Received) -> Reply:
        if request.body["max_tokens"] != 0:
            return status(400, message="echo is not supported")
        step = next(first)
        return step if isinstance(step, Reply) else step(request)

    server.play(COMPLETIONS, only_without_generating)
    found = probed(server)
    assert (found.prompt_logprobs, found.unsettled) == (able, open_still)


def test_how_many_log_probabilities_it_gives_stays_open_after_a_fault(server: ScriptedServer) -> None:
    def busy_at_first(request: Received) -> Reply:
        return status(503) if request.body.get("top_logprobs", 0) > 5 else chat_answer(request)

    server.play(CHAT, busy_at_first)
    found = probed(server)
    assert (found.generated_logprobs, found.unsettled) == (5, ("generated_logprobs",))


@pytest.mark.parametrize(
    ("listed", "props", "expected"),
    [
        ({"id": "m", "max_model_len": 4096}, None, 4096),
        ({"id": "the/only/one", "context_length": 2048}, None, 2048),
        ({"id": "m", "owned_by": "llamacpp"}, {"default_generation_settings": {"n_ctx": 512}}, 512),
        ({"id": "m", "owned_by": "llamacpp"}, None, None),
        ({"id": "m", "max_model_len": "many"}, None, None),
        ({"id": "m"}, {"default_generation_settings": {"n_ctx": 512}}, None),
    ],
)
def test_how_much_a_model_reads_is_known_where_its_server_says_so(
    server: ScriptedServer, listed: dict[str, Any], props: dict[str, Any] | None, expected: int | None
) -> None:
    server.play(MODELS, Reply({"object": "list", "data": [listed]}))
    if props is not None:
        server.play("/props", Reply(props))
    assert probed(server).context_tokens == expected


def test_a_list_of_models_that_does_not_come_leaves_the_rest_of_a_probe_as_it_is(server: ScriptedServer) -> None:
    server.play(MODELS, status(500))
    found = probed(server)
    assert (found.chat, found.context_tokens, found.unsettled) == (True, None, ())


def test_an_endpoint_in_this_process_is_probed_through_the_same_three_calls() -> None:
    class Local:
        identity, model = "local tiny", "tiny"

        async def chat(self, request: ChatRequest) -> ChatAnswer:
            return ChatAnswer("hi", usage=Usage(50, 0, 1))

        async def echo(self, request: EchoRequest) -> EchoAnswer:
            return EchoAnswer({})

        async def decide(self, request: DecisionRequest) -> DecisionAnswer:
            raise NotSupported("Its labels are not single tokens.")

        async def close(self) -> None:
            raise AssertionError("a probe does not close what it was given")

    found = asyncio.run(probe(Local()))
    assert (found.prompt_logprobs, found.decisions, found.chat) == ("local", None, True)
    assert found.why_not["decisions"] == "Its labels are not single tokens."


FULL = Capabilities(
    "id", "m", True, "openai", 200, "echo", 20, True, 0.3, {"x": "y"}, (), "2026-11-21T00:00:00+00:00", "openai 0", 4096
)


def test_the_simulator_is_the_best_that_the_endpoint_can_do() -> None:
    names = []
    capabilities = FULL
    for lost in ({}, {"prompt_logprobs": None}, {"decisions": None}, {"generated_logprobs": 0}, {"json_schema": False}):
        capabilities = replace(capabilities, **lost)
        names.append(choose_simulator(capabilities).name)
    assert names == ["all-at-once", "decisions", "digits", "structured", "structured"]
    with pytest.raises(NotSupported, match="No simulator can work with id"):
        choose_simulator(replace(capabilities, chat=False))


def test_the_choice_says_why_a_better_one_was_not_possible() -> None:
    lacking = replace(FULL, prompt_logprobs=None, why_not={"prompt_logprobs": "It ignores echo."})
    assert "It ignores echo." in choose_simulator(lacking).why


def test_what_was_found_is_read_back_the_same(tmp_path: Path, server: ScriptedServer) -> None:
    store = CapabilityStore(tmp_path / "capabilities")
    found = probed(server)
    assert store.get(found.identity) is None
    store.put(found)
    assert CapabilityStore(store.folder).get(found.identity) == found
    assert store.get("another") is None
    assert [path.suffix for path in store.folder.iterdir()] == [".json"]
    store.forget(found.identity)
    assert store.get(found.identity) is None


@pytest.mark.parametrize("damage", ["half", "a digit", "another client", "another format", "a field less", "another's"])
def test_what_does_not_hold_any_more_is_asked_again(tmp_path: Path, server: ScriptedServer, damage: str) -> None:
    store = CapabilityStore(tmp_path)
    found = probed(server)
    store.put(found)
    (path,) = tmp_path.iterdir()
    stored = json.loads(path.read_text())
    changes = {
        "a digit": {"most_questions": 7},
        "another client": {"library": "openai 1"},
        "another format": {"format": 0},
        "another's": {"identity": "?"},
    }
    stored |= changes.get(damage, {})
    if damage == "a field less":
        del stored["json_schema"]
    if damage != "a digit":
        stored |= {"check": _check({name: value for name, value in stored.items() if name != "check"})}
    path.write_text(json.dumps(stored)[: 20 if damage == "half" else None])
    assert store.get(found.identity) is None


def test_an_endpoint_that_refuses_a_schema_is_said_to_and_one_that_only_fails_is_not() -> None:
    def found(error: EndpointError) -> Capabilities:
        def reply(request: Any) -> Any:
            if not isinstance(request, ChatRequest):
                return NotSupported("Chats only.")
            return error if request.schema is not None else ChatAnswer("Hello.", finish="stop")

        return asyncio.run(probe(FakeEndpoint(reply)))

    assert found(NotSupported("No schema here.")).refuses_schema
    assert not found(EndpointError("The line broke.")).refuses_schema
