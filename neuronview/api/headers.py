"""Headers of every answer, pages and files alike: what a browser may load and run here, and who may show it.

Streamlit needs inline styles, and scripts, workers and images that its own scripts make; of inline scripts only the
one of its start page runs, named by its hash. Nothing comes from elsewhere, and nothing is sent there.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Mapping
from pathlib import Path

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

__all__ = ["Headers", "headers"]

POLICY = (
    "default-src 'self'",
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data: blob:",
    "font-src 'self' data:",
    "connect-src 'self'",
    "worker-src 'self' blob:",
    "object-src 'none'",
    "base-uri 'self'",
    "form-action 'self'",
    "frame-src 'self'",
    "frame-ancestors 'self'",
)
OTHERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "SAMEORIGIN",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}


def headers(page: Path) -> Mapping[str, str]:
    """The headers for an app whose start page is the file `page`, of which the inline scripts may run."""
    inline = re.findall(rb"<script>(.*?)</script>", page.read_bytes(), re.DOTALL)
    hashes = [f"'sha256-{base64.b64encode(hashlib.sha256(script).digest()).decode()}'" for script in inline]
    scripts = " ".join(["script-src 'self' blob:", *hashes])
    return {"Content-Security-Policy": "; ".join([*POLICY, scripts]), **OTHERS}


class Headers:
    """Middleware that sets them; what an answer says itself stays."""

    def __init__(self, app: ASGIApp, page: Path) -> None:
        self._app, self._headers = app, headers(page)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve as the app does, with the headers."""

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                found = MutableHeaders(scope=message)
                for name, value in self._headers.items():
                    found.setdefault(name, value)
            await send(message)

        await self._app(scope, receive, with_headers if scope["type"] == "http" else send)
