"""An endpoint in front of another: passes everything on, so that its kinds say only what they do besides."""

from __future__ import annotations

from neuronview.llm.calls import (
    ChatAnswer,
    ChatRequest,
    DecisionAnswer,
    DecisionRequest,
    EchoAnswer,
    EchoRequest,
    Endpoint,
)

__all__ = ["Wrapper"]


class Wrapper:
    """Answers as `endpoint` does, under its name."""

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
        """Ask the endpoint behind it."""
        return await self.endpoint.chat(request)

    async def echo(self, request: EchoRequest) -> EchoAnswer:
        """Ask the endpoint behind it."""
        return await self.endpoint.echo(request)

    async def decide(self, request: DecisionRequest) -> DecisionAnswer:
        """Ask the endpoint behind it."""
        return await self.endpoint.decide(request)

    async def close(self) -> None:
        """Close the endpoint behind it."""
        await self.endpoint.close()
