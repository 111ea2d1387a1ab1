"""The API as an application: reading requests, writing JSON, errors in one shape.

Work is done in threads, so that no answer holds up the pages. Nothing here says that other sites' pages may read
answers: browsers then keep them to themselves.
"""

from __future__ import annotations

import logging
import math
from collections.abc import Callable, Coroutine
from functools import cache, partial
from typing import Any

import orjson
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import HTTPConnection, Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from neuronview.api.endpoints import ENDPOINTS, Endpoint
from neuronview.api.errors import ApiError, body
from neuronview.api.library import Library
from neuronview.api.openapi import document
from neuronview.api.pace import Pace
from neuronview.api.parameters import read
from neuronview.api.turns import Turns
from neuronview.config import PublicMode, Settings

__all__ = ["application", "nothing_here", "refusal"]

log = logging.getLogger(__name__)

MOST_WAITING = 8
MOST_BYTES = 200_000
"""Of a posted body."""
THIS_COMPUTER = "127.0.0.1"
Serve = Callable[[Request], Coroutine[Any, Any, Response]]


def application() -> ASGIApp:
    """All endpoints, with a library and a queue of their own; unknown paths are JSON errors too."""
    library, turns, pace = Library(), Turns(MOST_WAITING), Pace()
    found = [Route("/v1/openapi.json", _openapi)]
    for endpoint in ENDPOINTS:
        serve = _serve(endpoint, library, turns)
        methods = ["GET", "POST"] if endpoint.reads_model else ["GET"]
        paths = ["/v1", "/v1/"] if endpoint.path == "/" else [f"/v1{endpoint.path}"]
        found += [Route(path, serve, methods=methods) for path in paths]
    handlers: dict[Any, Any] = {ApiError: _refuse, HTTPException: _refuse_route, Exception: _fail}
    app = Starlette(routes=found, exception_handlers=handlers, middleware=[Middleware(_Paced, pace=pace)])
    app.router.redirect_slashes = False
    return app


class _Paced:
    """Refuses, in public mode, an address that asks more often than is set."""

    def __init__(self, app: ASGIApp, pace: Pace) -> None:
        self._app, self._pace = app, pace

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        public = Settings.from_env().public
        wait = self._pace.wait(_asker(HTTPConnection(scope), public), public.requests) if public else 0.0
        if public and wait > 0:
            said = f"This address has asked {public.requests:,} times in a minute; no more is answered just now."
            headers = {"Retry-After": str(math.ceil(wait))}
            refused = _json(body(ApiError("too_many", said)), status=429, headers=headers)
            return await refused(scope, receive, send)
        return await self._app(scope, receive, send)


def _asker(connection: HTTPConnection, public: PublicMode) -> str:
    """Address of the socket's other end, or what a proxy that the owner names says of it.

    Where none is named, the server (uvicorn) believes the header of whoever asks from this computer, and of nobody
    else: an address that stands in the header is then not the socket's.
    """
    host = connection.client.host if connection.client else ""
    claimed = ",".join(connection.headers.getlist("x-forwarded-for"))
    return host if public.names_proxies or host not in claimed else THIS_COMPUTER


def _serve(endpoint: Endpoint, library: Library, turns: Turns) -> Serve:
    async def serve(request: Request) -> Response:
        posted = await _posted(request) if request.method == "POST" else list(request.query_params.multi_items())
        if request.method == "POST" and request.query_params:
            raise ApiError("unknown_parameter", "A posted text has its parameters in the body, none in the address.")
        values = read(endpoint.parameters, [*request.path_params.items(), *posted])
        work = partial(endpoint.handler, library, values)
        return _json(await (turns.run(work) if endpoint.reads_model else run_in_threadpool(work)))

    return serve


async def _posted(request: Request) -> list[tuple[str, str]]:
    """Text and neurons of a body, as they would stand in an address."""
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
        raise ApiError("wrong_type", "What was posted does not say that it is JSON.")
    content = b""
    async for chunk in request.stream():
        content += chunk
        if len(content) > MOST_BYTES:
            raise ApiError("too_large", f"What was posted has more than {MOST_BYTES:,} bytes.")
    try:
        found = orjson.loads(content)
    except orjson.JSONDecodeError as error:
        raise ApiError("not_json", f"What was posted is not JSON: {error}.") from error
    neurons = found.get("neurons") if isinstance(found, dict) else None
    if not isinstance(found, dict) or not isinstance(found.get("text"), str) or not isinstance(neurons, list):
        raise ApiError("not_json", "What was posted has no text and no list of neurons.")
    if not all(isinstance(entry, str) for entry in neurons):
        raise ApiError("not_usable", "A neuron is not written as a text, such as 2:17.")
    return [(str(name), value) for name, value in (found | {"neurons": ",".join(neurons)}).items()]


async def _openapi(request: Request) -> Response:
    return _json(_document())


@cache
def _document() -> dict[str, Any]:
    return document()


def _json(content: dict[str, Any], *, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    known = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
    return Response(orjson.dumps(content), status, known | (headers or {}), media_type="application/json")


# --- errors ----------------------------------------------------------------------------------------------------------


async def _refuse(request: Request, error: ApiError) -> Response:
    headers = {"Retry-After": "5"} if error.code == "busy" else None
    return _json(body(error), status=error.status, headers=headers)


async def _refuse_route(request: Request, error: HTTPException) -> Response:
    if error.status_code == 405:
        found = ApiError("read_only", f"{request.method} is not served here.")
        return _json(body(found), status=405, headers=dict(error.headers or {}))
    return nothing_here()


def nothing_here() -> Response:
    """That a path leads nowhere."""
    return refusal(ApiError("not_found", "There is nothing at this path."))


def refusal(error: ApiError, headers: dict[str, str] | None = None) -> Response:
    """What is wrong, as an answer."""
    return _json(body(error), status=error.status, headers=headers)


async def _fail(request: Request, error: Exception) -> Response:
    log.error("%s failed", request.url.path, exc_info=error)
    return _json(body(ApiError("internal", "The server could not answer this.")), status=500)
