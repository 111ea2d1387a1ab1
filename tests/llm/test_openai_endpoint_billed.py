"""What calls are billed that fail, are tried again or come in parts, over real HTTP."""

from typing import Any

import pytest

from neuronview.errors import EndpointError, NotSupported
from neuronview.llm.calls import DecisionRequest, Question, Usage
from neuronview.llm.ledger import taking_notes
from neuronview.llm.retry import RetryPolicy
from tests.support.endpoint_calls import OPENAI, Call, Fault, chat, decide, echo, meet, run_call
from tests.support.scripted_server import (
    CHAT,
    COMPLETIONS,
    DECISIONS,
    SYSTEMONE,
    Reply,
    ScriptedServer,
    Step,
    chat_reply,
    decisions,
    echo_answer,
    status,
    systemone,
)


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
