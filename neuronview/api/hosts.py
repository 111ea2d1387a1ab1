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
from neuronview.config import LOCAL_HOSTS, is_address, is_public, named_hosts

__all__ = ["Hosts"]

_HOST = re.compile(r"(?:\[(?P<six>[0-9a-f:.]+)\]|(?P<name>[\w.-]+))(?::\d{0,5})?", re.ASCII | re.IGNORECASE)
_HERE = "Open it as localhost."
_THERE = "Open it by its address in numbers."
_NAME = "If that name is the server's, start it with NEURONVIEW_HOSTS set to it (docs/guarantees.md, Public mode)."
_LISTED = "Streamlit's setting server.allowedHosts lists its names; NEURONVIEW_HOSTS does not count where that is set."


class Hosts:
    """Middleware that refuses who asks by another name than the server's.

    These are what `listed` gives, `*.example.com` for all names below one; where it gives none, `NEURONVIEW_HOSTS` and
    localhost; where that is not set either, a public server is asked by any name, another by localhost and by what
    `own` gives. Unless `listed` says otherwise, who comes over the network may also ask by an address in numbers, as
    health checks do: no name of another site can be made to stand there.
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
        if self._may(name, scope):
            return await self._app(scope, receive, send)
        if scope["type"] == "websocket":
            await receive()  # that somebody wants to connect; no browser shows what one answers to that
            return await send({"type": "websocket.close", "code": 1008, "reason": "wrong host"})
        said = f"“{name}” is no name of this server." if name else "No host is named that could be this server."
        refused = _answer(scope, ApiError("wrong_host", said, self._help(scope)))
        return await refused(scope, receive, send)

    def _may(self, name: str, scope: Scope) -> bool:
        if listed := self._listed():  # Streamlit itself lets pages connect by these alone
            return _among(name, listed)
        named = named_hosts(os.environ)
        if not named and is_public(os.environ):
            return True
        known = (*LOCAL_HOSTS, *(named or filter(None, self._own())))
        return _among(name, known) or (_is_far(scope) and is_address(name))

    def _help(self, scope: Scope) -> str:
        return _LISTED if self._listed() else f"{_THERE if _is_far(scope) else _HERE} {_NAME}"


def _name(given: Sequence[str]) -> str:
    """The host's name in small letters, without port; empty where there is none, more than one, or no such."""
    found = _HOST.fullmatch(given[0].strip()) if len(given) == 1 else None
    return _plain(found["six"] or found["name"]) if found else ""


def _plain(host: str) -> str:
    """One form for one host: small letters, no brackets, no dot at the end, an address in its shortest form."""
    host = host.strip().strip("[]").lower().removesuffix(".")
    return str(ip_address(host)) if is_address(host) else host


def _among(name: str, known: Sequence[str]) -> bool:
    if not name:
        return False
    patterns = map(_plain, known)
    return any(name.endswith(host[1:]) if host.startswith("*.") else host in ("*", name) for host in patterns)


def _is_far(scope: Scope) -> bool:
    """Whether a connection came to an address that other computers reach."""
    reached = (scope.get("server") or ("",))[0] or ""
    return is_address(reached) and not ip_address(reached).is_loopback


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
