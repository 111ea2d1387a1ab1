"""Calls of an endpoint over real HTTP, with a key that must show nowhere, and faults that a scripted server plays."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

import pytest

from neuronview.errors import EndpointError
from neuronview.llm.calls import ChatRequest, DecisionRequest, EchoRequest, Message, Question
from neuronview.llm.openai_endpoint import OpenAIEndpoint
from neuronview.llm.retry import RetryPolicy, Waiting
from tests.support.scripted_server import CHAT, ScriptedServer, Step

CANARY = "sk-canary-3f9a1c77d2"
ASK = ChatRequest((Message("user", "What fires?"),))
READ = EchoRequest((Message("user", "on the word"),))
LEVELS = ("none", "weak", "strong")
DECIDE = DecisionRequest("x", tuple(Question(f"t{number}", "score", "?", LEVELS) for number in range(3)))
OPENAI = {"decisions": "openai"}

Call = Callable[[OpenAIEndpoint], Awaitable[Any]]


def chat(endpoint: OpenAIEndpoint) -> Awaitable[Any]:
    return endpoint.chat(ASK)


def echo(endpoint: OpenAIEndpoint) -> Awaitable[Any]:
    return endpoint.echo(READ)


def decide(endpoint: OpenAIEndpoint) -> Awaitable[Any]:
    return endpoint.decide(DECIDE)


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
