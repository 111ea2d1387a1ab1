"""Streamlit's own scripts, styles and fonts, read where they are asked for.

A file is otherwise read in pieces, each in a thread that then waits for the interpreter. A browser asks for ninety of
them first of all, just when the server imports what pages need: that took half a second of every start. They lie on
the disk and are small: reading a piece takes some hundredths of a millisecond.
"""

from __future__ import annotations

import os
import re
import stat
from pathlib import Path

from starlette.responses import FileResponse
from starlette.types import ASGIApp, Receive, Scope, Send

__all__ = ["Scripts"]

PIECE = 1 << 16
"""Bytes that are read and sent at once: who is slow to take them is waited for between two."""
_PATH = re.compile(r"/static/(?:js|css|media)/\w[\w.-]*(?<!\.html)", re.ASCII)
_CONDITIONS = {b"range", b"if-none-match", b"if-modified-since", b"if-range"}
_KEPT = {"Cache-Control": "public, immutable, max-age=31536000"}
"""What Streamlit says of files that have a digest of their content in their names."""


class Scripts:
    """Middleware that answers as the app does which serves `folder` at `/`; what is no whole file it leaves to it."""

    def __init__(self, app: ASGIApp, folder: Path) -> None:
        self._app, self._folder = app, str(folder)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve."""
        answer = self._found(scope)
        if answer is None:
            await self._app(scope, receive, send)
            return
        with open(answer.path, "rb") as file:
            await send({"type": "http.response.start", "status": 200, "headers": answer.raw_headers})
            while piece := file.read(PIECE):
                await send({"type": "http.response.body", "body": piece, "more_body": True})
        await send({"type": "http.response.body", "body": b""})

    def _found(self, scope: Scope) -> FileResponse | None:
        """The file to answer with, and its headers."""
        if scope["type"] != "http" or scope["method"] != "GET" or not _PATH.fullmatch(scope["path"]):
            return None
        if any(name in _CONDITIONS for name, _ in scope["headers"]):
            return None
        path = self._folder + scope["path"]
        try:
            about = os.stat(path)
        except OSError:
            return None  # the app says what there is instead
        return FileResponse(path, headers=_KEPT, stat_result=about) if stat.S_ISREG(about.st_mode) else None
