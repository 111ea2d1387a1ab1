"""Where the API stands on the server of the app; loaded when it is first asked: the pages start without it."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from starlette.routing import BaseRoute, Mount
from starlette.types import ASGIApp, Receive, Scope, Send

__all__ = ["routes"]


def routes(allowed_hosts: Callable[[], Sequence[str]] = tuple) -> list[BaseRoute]:
    """One mount at `/api`: `serving.application`, to which `allowed_hosts` goes."""
    mounted = Mount("/api", app=_Later(allowed_hosts))
    # Its own expression stops at a line break, and the page's server would answer in its own way.
    mounted.path_regex = re.compile(mounted.path_regex.pattern, re.DOTALL)
    return [mounted]


class _Later:
    """The application, made for the first request."""

    def __init__(self, allowed_hosts: Callable[[], Sequence[str]]) -> None:
        self._allowed_hosts = allowed_hosts
        self._app: ASGIApp | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self._app is None:
            from neuronview.api.serving import application

            self._app = application(self._allowed_hosts)
        await self._app(scope, receive, send)
