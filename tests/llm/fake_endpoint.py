"""An endpoint that answers at once, counts what it is asked, and fails on demand."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from neuronview.llm.calls import (
    ChatAnswer,
    ChatRequest,
    Decision,
    DecisionAnswer,
    DecisionRequest,
    EchoAnswer,
    EchoRequest,
    Message,
    Request,
    Usage,
)


def asked(text: str, **options: object) -> ChatRequest:
    """A chat of one turn."""
    return ChatRequest((Message("user", text),), **options)  # type: ignore[arg-type]


class FakeEndpoint:
    """`gate`: answers wait for it while it is set. `fail`: an error for a request, or None."""

    def __init__(
        self,
        model: str = "gpt-4o-mini",
        *,
        identity: str = "https://api.example/v1 gpt-4o-mini",
        usage: Usage | None = None,
        fail: Callable[[Request], Exception | None] = lambda _: None,
    ) -> None:
        self.model, self.identity, self.fail = model, identity, fail
        self.usage = usage or Usage(10, 0, 5)
        self.history: list[Request] = []
        self.most_at_once = self.at_once = 0
        self.gate: asyncio.Event | None = None
        self.closed = False

    async def chat(self, request: ChatRequest) -> ChatAnswer:
        number = await self._asked(request)
        return ChatAnswer(f"answer {number} to {request.messages[-1].content}", "m-2", self.usage)

    async def echo(self, request: EchoRequest) -> EchoAnswer:
        await self._asked(request)
        return EchoAnswer({"choices": []}, "m-2", self.usage)

    async def decide(self, request: DecisionRequest) -> DecisionAnswer:
        await self._asked(request)
        decisions = tuple(Decision(question.name, "ok", (0.5, 0.5)) for question in request.questions)
        return DecisionAnswer(decisions, "m-2", self.usage)

    async def close(self) -> None:
        self.closed = True

    async def _asked(self, request: Request) -> int:
        """Count and wait; which request it is, counted from 1."""
        self.history.append(request)
        number = len(self.history)
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        try:
            await (self.gate.wait() if self.gate else asyncio.sleep(0))
            error = self.fail(request)
            if error is not None:
                raise error
        finally:
            self.at_once -= 1
        return number
