"""A public server takes few files at once, and none for ever."""

import asyncio

import pytest
from starlette.types import Message, Receive, Scope, Send

from neuronview import api

SCOPE = {"type": "http", "method": "PUT", "path": "/_stcore/upload_file/session/file", "headers": []}


class App:
    """Reads a body to its end, and then answers."""

    def __init__(self) -> None:
        self.most = self.now = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.now += 1
        self.most = max(self.most, self.now)
        try:
            while (await receive()).get("more_body"):
                pass
        finally:
            self.now -= 1
        await send({"type": "http.response.start", "status": 204, "headers": []})
        await send({"type": "http.response.body", "body": b""})


async def _ask(served: api.Uploads, end: asyncio.Event, *, method: str = "PUT") -> int:
    """The status of the answer to a body that ends with the event."""
    told: list[Message] = []

    async def receive() -> Message:
        await end.wait()
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        told.append(message)

    await served({**SCOPE, "method": method}, receive, send)
    return int(told[0]["status"])


async def _many(served: api.Uploads, number: int, *, method: str = "PUT") -> list[int]:
    end = asyncio.Event()
    asked = [asyncio.create_task(_ask(served, end, method=method)) for _ in range(number)]
    await asyncio.sleep(0.05)
    end.set()
    return await asyncio.gather(*asked)


def test_more_than_some_at_once_are_refused_and_come_later(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NEURONVIEW_PUBLIC", "1")
    app = App()
    served = api.Uploads(app, most=3)
    assert sorted(asyncio.run(_many(served, 5))) == [204, 204, 204, 503, 503]
    assert app.most == 3
    assert asyncio.run(_many(served, 3)) == [204] * 3


def test_one_that_does_not_end_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NEURONVIEW_PUBLIC", "1")
    app = App()
    served = api.Uploads(app, most=1, longest=0.05)
    assert asyncio.run(_ask(served, asyncio.Event())) == 503
    assert app.now == 0
    assert asyncio.run(_many(served, 1, method="DELETE")) == [204]


@pytest.mark.parametrize(("public", "method"), [("0", "PUT"), ("1", "DELETE")])
def test_nothing_else_is_held_up(monkeypatch: pytest.MonkeyPatch, public: str, method: str) -> None:
    monkeypatch.setenv("NEURONVIEW_PUBLIC", public)
    served = api.Uploads(App(), most=1)
    assert asyncio.run(_many(served, 4, method=method)) == [204] * 4
