"""Where the API stands on the server of the app; loaded when it is first asked: the pages start without it.

Streamlit refuses paths that look like traversal before they come here, in plain text; those under `/api` are put into
the API's own shape.
"""

from __future__ import annotations

import re

from starlette.datastructures import Headers
from starlette.routing import BaseRoute, Mount
from starlette.types import ASGIApp, Message, Receive, Scope, Send

__all__ = ["OneShape", "routes"]


def routes() -> list[BaseRoute]:
    """One mount at `/api`: `serving.application`."""
    mounted = Mount("/api", app=_Later())
    # Its own expression stops at a line break, and the page's server would answer in its own way.
    mounted.path_regex = re.compile(mounted.path_regex.pattern, re.DOTALL)
    return [mounted]


class _Later:
    """The application, made for the first request."""

    def __init__(self) -> None:
        self._app: ASGIApp | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self._app is None:
            from neuronview.api.serving import application

            self._app = application()
        await self._app(scope, receive, send)


class OneShape:
    """Middleware around Streamlit's own: what that refuses under `/api` is answered as the API answers."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve as the app does, but for a 400 that is not JSON."""
        if scope["type"] != "http" or not scope["path"].startswith("/api/"):
            return await self._app(scope, receive, send)
        refused = False

        async def shaped(message: Message) -> None:
            nonlocal refused
            if message["type"] == "http.response.start":
                kind = Headers(raw=message.get("headers", [])).get("content-type", "")
                refused = message["status"] == 400 and not kind.startswith("application/json")
                if refused:
                    from neuronview.api.serving import nothing_here

                    await nothing_here()(scope, receive, send)
            if not refused:
                await send(message)

        return await self._app(scope, receive, shaped)
