"""How many files come in at once to a public server, and for how long.

Each is on the disk until it is whole, and then in memory at once: without a bound, many that end together take all of
either. What is held of them afterwards is bounded elsewhere (`ui/uploads.py`).
"""

from __future__ import annotations

import asyncio
import os

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from neuronview.api.errors import ApiError
from neuronview.config import is_public

__all__ = ["Uploads"]

PATH = "/_stcore/upload_file/"
MOST = 8
LONGEST = 60.0
"""Seconds from the first byte to the last."""


class _TooSlowError(Exception):
    """A file did not come in its time."""


class Uploads:
    """Middleware that takes `most` files at once in public mode, each within `longest` seconds; refuses others."""

    def __init__(self, app: ASGIApp, most: int = MOST, longest: float = LONGEST) -> None:
        self._app, self._most, self._longest = app, most, longest
        self._coming = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve as the app does, but for a file too many."""
        gives_a_file = scope["type"] == "http" and scope["method"] == "PUT" and PATH in scope["path"]
        if not gives_a_file or not is_public(os.environ):
            return await self._app(scope, receive, send)
        if self._coming >= self._most:
            said = f"{self._most} files are being given to this server, and it takes no more at once."
            return await _refuse(said, scope, receive, send)
        until = asyncio.get_running_loop().time() + self._longest

        async def in_time() -> Message:
            try:
                async with asyncio.timeout_at(until):
                    return await receive()
            except TimeoutError:
                raise _TooSlowError from None

        self._coming += 1
        try:
            await self._app(scope, in_time, send)
        except _TooSlowError:
            await _refuse(f"The file had not come after {self._longest:.0f} seconds.", scope, receive, send)
        finally:
            self._coming -= 1


async def _refuse(said: str, scope: Scope, receive: Receive, send: Send) -> None:
    from neuronview.api.serving import refusal

    await refusal(ApiError("busy", said), {"Retry-After": "5", "Connection": "close"})(scope, receive, send)
