"""Streamlit's own scripts, styles and fonts, each answered in one go.

A file is otherwise read in pieces, each in a thread that then waits for the interpreter. A browser asks for ninety of
them first of all, just when the server imports what pages need: that took half a second of every start. They are small
and lie on the disk, so that to read a whole one takes a fraction of a millisecond.
"""

from __future__ import annotations

import os
import re
import stat
from pathlib import Path

from starlette.responses import FileResponse
from starlette.types import ASGIApp, Receive, Scope, Send

__all__ = ["Scripts"]

LARGEST = 1 << 20
"""Bytes; a larger file goes out in pieces, so that slow visitors do not keep many of them in memory."""
_PATH = re.compile(r"/static/(?:js|css|media)/\w[\w.-]*")
_CONDITIONS = {b"range", b"if-none-match", b"if-modified-since", b"if-range"}
_KEPT = {"Cache-Control": "public, immutable, max-age=31536000"}
"""What Streamlit says of files that have a digest of their content in their names."""


class Scripts:
    """Middleware that answers as the app does which serves `folder`; what is not a whole small file it leaves to it."""

    def __init__(self, app: ASGIApp, folder: Path) -> None:
        self._app, self._folder = app, str(folder)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve."""
        found = self._found(scope)
        if found is None:
            await self._app(scope, receive, send)
            return
        answer, body = found
        await send({"type": "http.response.start", "status": 200, "headers": answer.raw_headers})
        await send({"type": "http.response.body", "body": body})

    def _found(self, scope: Scope) -> tuple[FileResponse, bytes] | None:
        """What to answer, and the file's bytes."""
        if scope["type"] != "http" or scope["method"] != "GET" or not _PATH.fullmatch(scope["path"]):
            return None
        if any(name in _CONDITIONS for name, _ in scope["headers"]):
            return None
        path = self._folder + scope["path"]
        try:
            about = os.stat(path)
            if not stat.S_ISREG(about.st_mode) or about.st_size > LARGEST:
                return None
            with open(path, "rb") as file:
                body = file.read()
        except OSError:
            return None  # the app says what there is instead
        return (FileResponse(path, headers=_KEPT, stat_result=about), body) if len(body) == about.st_size else None
