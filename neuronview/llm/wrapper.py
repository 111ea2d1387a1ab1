"""An endpoint in front of another: passes everything on, so that its kinds say only what they do besides."""

from __future__ import annotations

from typing import cast

from neuronview.llm.calls import (
    Answer,
    ChatAnswer,
    ChatRequest,
    DecisionAnswer,
    DecisionRequest,
    EchoAnswer,
    EchoRequest,
    Endpoint,
    Request,
)

__all__ = ["Wrapper", "ask"]


async def ask(endpoint: Endpoint, request: Request) -> Answer:
    """Send a request of any kind. Raises as the endpoint does."""
    if isinstance(request, ChatRequest):
        return await endpoint.chat(request)
    if isinstance(request, EchoRequest):
        return await endpoint.echo(request)
    return await endpoint.decide(request)


class Wrapper:
    """Answers as `endpoint` does, under its name. What a kind does besides goes into `_ask`, for all requests alike."""

    def __init__(self, endpoint: Endpoint) -> None:
        self.endpoint = endpoint

    @property
    def identity(self) -> str:
        """That of the endpoint behind it."""
        return self.endpoint.identity

    @property
    def model(self) -> str:
        """That of the endpoint behind it."""
        return self.endpoint.model

    async def chat(self, request: ChatRequest) -> ChatAnswer:
        """Generate the next turn."""
        return cast(ChatAnswer, await self._ask(request))

    async def echo(self, request: EchoRequest) -> EchoAnswer:
        """Read the last turn."""
        return cast(EchoAnswer, await self._ask(request))

    async def decide(self, request: DecisionRequest) -> DecisionAnswer:
        """Answer the questions."""
        return cast(DecisionAnswer, await self._ask(request))

    async def close(self) -> None:
        """Close the endpoint behind it."""
        await self.endpoint.close()

    async def _ask(self, request: Request) -> Answer:
        return await ask(self.endpoint, request)
