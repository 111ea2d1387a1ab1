"""By which names the server is asked: its own alone, so that no other site's page can be made to lead here.

A page of another site may have its name point to this computer once it is loaded; the browser then takes the server
for that site, and lets the page read and do whatever this app can. What such a page cannot do is to ask by a name of
ours. So everything is held to the name it is asked by: pages, files, the API, and the connection of pages.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Sequence
from ipaddress import ip_address

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from neuronview.api.errors import ApiError
from neuronview.config import LOCAL_HOSTS, is_public, named_hosts

__all__ = ["Hosts"]

_HOST = re.compile(r"(?:\[(?P<six>[0-9a-f:.]+)\]|(?P<name>[\w.-]+))(?::\d{0,5})?", re.ASCII | re.IGNORECASE)
_OPEN = "Open it as localhost. If that name is the server's, start it with NEURONVIEW_HOSTS set to it, see settings.md."
_LISTED = "NEURONVIEW_HOSTS, or Streamlit's setting server.allowedHosts, lists its names on the server."


class Hosts:
    """Middleware that refuses who asks by another name than the server's.

    These are `NEURONVIEW_HOSTS` with localhost, and what `listed` gives, `*.example.com` for all names below one. Where
    neither names any, a public server is asked by any name; another by localhost, by what `own` gives, and by an
    address in numbers where it is asked over the network, since no name can be made to lead to that.
    """

    def __init__(
        self, app: ASGIApp, listed: Callable[[], Sequence[str]] = tuple, own: Callable[[], Sequence[str]] = tuple
    ) -> None:
        self._app, self._listed, self._own = app, listed, own

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve as the app does, whoever asks by a name of the server."""
        if scope["type"] not in ("http", "websocket"):
            return await self._app(scope, receive, send)
        name = _name(Headers(scope=scope).getlist("host"))
        named = named_hosts(os.environ)
        known = (*LOCAL_HOSTS, *named, *self._listed()) if named else self._listed()
        if _among(name, known) if known else is_public(os.environ) or self._is_ours(name, scope):
            return await self._app(scope, receive, send)
        if scope["type"] == "websocket":
            await receive()  # that somebody wants to connect; no browser shows what one answers to that
            return await send({"type": "websocket.close", "code": 1008, "reason": "wrong host"})
        said = f"“{name}” is no name of this server." if name else "No host is named that could be this server."
        refused = _answer(scope, ApiError("wrong_host", said, _LISTED if known else _OPEN))
        return await refused(scope, receive, send)

    def _is_ours(self, name: str, scope: Scope) -> bool:
        own = {host.strip("[]").lower() for host in self._own() if host}
        reached = (scope.get("server") or ("",))[0]
        return _among(name, LOCAL_HOSTS) or (bool(name) and name in own) or (_is_far(reached) and _is_address(name))


def _name(given: Sequence[str]) -> str:
    """The host's name in small letters, without port; empty where there is none, more than one, or no such."""
    found = _HOST.fullmatch(given[0].strip()) if len(given) == 1 else None
    return (found["six"] or found["name"]).lower().removesuffix(".") if found else ""


def _among(name: str, known: Sequence[str]) -> bool:
    if not name:
        return False
    patterns = [host.strip().strip("[]").lower().removesuffix(".") for host in known]
    return any(name.endswith(host[1:]) if host.startswith("*.") else host in ("*", name) for host in patterns)


def _is_address(name: str) -> bool:
    try:
        ip_address(name)
    except ValueError:
        return False
    return True


def _is_far(reached: str) -> bool:
    """Whether a connection came to an address that other computers reach."""
    return _is_address(reached) and not ip_address(reached).is_loopback


def _answer(scope: Scope, error: ApiError) -> Response:
    """In the API's shape for who asks the API, in plain words for who opens a page."""
    if scope["path"].startswith("/api/"):
        from neuronview.api.serving import refusal

        return refusal(error)
    return PlainTextResponse(
        f"{error.message} {error.hint}\n",
        error.status,
        {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"},
    )
