"""Another start page in the place of Streamlit's, whatever page's address a browser asks for."""

from __future__ import annotations

import hashlib
from pathlib import Path

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

__all__ = ["StartPage"]


class StartPage:
    """Middleware that answers with `ours` where the app answers with the file `page`; nothing else changes."""

    def __init__(self, app: ASGIApp, page: Path, ours: bytes) -> None:
        self._app, self._plain, self._ours = app, page.read_bytes(), ours
        self._tag = f'"{hashlib.sha256(self._ours).hexdigest()[:32]}"'

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve as the app does, but for the start page."""
        if scope["type"] != "http" or scope["method"] != "GET":
            await self._app(scope, receive, send)
            return
        held: list[Message] = []
        body = bytearray()

        async def replaced(message: Message) -> None:
            if message["type"] == "http.response.start" and self._may_be_the_page(message):
                held.append(message)
                return
            if not held:
                await send(message)
                return
            body.extend(message.get("body", b""))
            if message.get("more_body"):
                return
            start, answer = held.pop(), bytes(body)
            if answer == self._plain:
                answer = self._ours
                found = MutableHeaders(scope=start)
                found["Content-Length"] = str(len(self._ours))
                found["ETag"] = self._tag
                del found["Last-Modified"]
            await send(start)
            await send({"type": "http.response.body", "body": answer})

        await self._app(_as_it_is(scope), receive, replaced)

    def _may_be_the_page(self, message: Message) -> bool:
        headers = MutableHeaders(scope=message)
        return (
            message["status"] == 200
            and headers.get("content-type", "").startswith("text/html")
            and headers.get("content-length") == str(len(self._plain))
        )


def _as_it_is(scope: Scope) -> Scope:
    """The same request; of a document, for an answer that is not compressed."""
    headers = scope["headers"]
    if not any(name == b"accept" and b"text/html" in value for name, value in headers):
        return scope
    return {**scope, "headers": [pair for pair in headers if pair[0] != b"accept-encoding"]}
