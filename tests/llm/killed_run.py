"""A run that is killed: asks 120 requests and acts on each answer, noting both in a file that outlives it."""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path

from neuronview.llm.cache import Cache
from neuronview.llm.calls import ChatAnswer, ChatRequest
from neuronview.llm.desk import Desk
from neuronview.llm.ledger import Ledger
from tests.llm.fake_endpoint import FakeEndpoint, asked

REQUESTS = 120
CONCURRENCY = 4


def main(home: Path) -> None:
    """Notes are `asked TEXT` when a call reaches the endpoint and `acted TEXT` when somebody has its answer."""
    notes = os.open(home / "notes", os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)

    class Noting(FakeEndpoint):
        async def chat(self, request: ChatRequest) -> ChatAnswer:
            os.write(notes, f"asked {request.messages[0].content}\n".encode())
            await asyncio.sleep(0.002)
            return await super().chat(request)

    async def run() -> None:
        desk = Desk(Noting(), cache=Cache.in_home(home), ledger=Ledger(home), concurrency=CONCURRENCY)

        async def one(text: str) -> None:
            await desk.chat(asked(text))
            os.write(notes, f"acted {text}\n".encode())

        await asyncio.gather(*(one(f"{i}") for i in range(REQUESTS)))

    asyncio.run(run())


if __name__ == "__main__":
    main(Path(sys.argv[1]))
