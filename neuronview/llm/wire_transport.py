"""The last step before the network: adds the credentials, and stops reading an answer that has no end.

The key lives here alone. The client library above works with a stand-in, so that neither its exceptions, its logs nor
its repr can hold the key; a request gets it when it is already on its way to the address that it belongs to. Redirects
are not followed, so it goes nowhere else.
"""

from __future__ import annotations

import base64
import os
import ssl
import zlib
from collections.abc import AsyncIterator, Mapping
from typing import Any
from urllib.request import getproxies, proxy_bypass

import httpx2

from neuronview.errors import EndpointError
from neuronview.llm.wire_address import Address

__all__ = ["MOST_BYTES", "NO_KEY", "Credentials", "GuardedTransport", "network_transport"]

MOST_BYTES = 64 * 2**20
"""Longest answer that is read, in bytes after decompression: an echo of a full context is a few megabytes."""
KEY_VARIABLES = ("OPENAI_API_KEY", "NEURONVIEW_SIMULATOR_KEY", "NEURONVIEW_LOCAL_KEY")
SHORTEST_KEY = 8
"""Shorter ones are placeholders, and would be found in ordinary words."""
CONNECTIONS = httpx2.Limits(max_connections=None, max_keepalive_connections=None)
"""As many as there are calls at once: how many those may be is for those who ask."""
NO_KEY = "no-key"
"""What the client library is given for a key."""


class Credentials:
    """What a request needs in order to be let in. Its repr, and anything else that might be printed, hides it."""

    __slots__ = ("_address", "_key")

    def __init__(self, address: Address, key: str) -> None:
        self._address, self._key = address, key

    def __repr__(self) -> str:
        return f"Credentials({'a key' if self._key else 'no key'} for {self._address.shown})"

    @property
    def given(self) -> bool:
        """Whether there is anything to be let in with."""
        return bool(self._key or self._address.password)

    def admit(self, url: httpx2.URL, headers: httpx2.Headers) -> tuple[httpx2.URL, httpx2.Headers]:
        """URL and headers as they go on the wire."""
        headers = headers.copy()
        if not self._address.is_openai:
            for name in ("openai-organization", "openai-project"):
                headers.pop(name, None)
        if self._address.user or self._address.password:
            pair = f"{self._address.user}:{self._address.password}".encode()
            headers["authorization"] = f"Basic {base64.b64encode(pair).decode()}"
        elif self._key:
            headers["authorization"] = f"Bearer {self._key}"
        if self._address.is_azure and self._key:
            headers.pop("authorization", None)
            headers["api-key"] = self._key
        for name, value in self._address.query:
            url = url.copy_add_param(name, value)
        return url, headers

    def scrub(self, text: str) -> str:
        """The text with every secret in it replaced: servers like to repeat the key that they refuse.

        Keys of the environment count too, also where they are not sent: a proxy may hold and repeat the same one.
        """
        for secret in self._secrets():
            text = text.replace(secret, "[hidden]")
        return text

    def scrub_all(self, answer: Mapping[str, Any]) -> Mapping[str, Any]:
        """An answer with every secret in its texts replaced: answers are kept, and a server may repeat a key."""
        secrets = [secret for secret in self._secrets() if len(secret) >= SHORTEST_KEY]

        def clean(value: Any) -> Any:
            if isinstance(value, str):
                for secret in secrets if len(value) >= SHORTEST_KEY else ():
                    value = value.replace(secret, "[hidden]")
                return value
            if isinstance(value, list):
                return [clean(entry) for entry in value]
            if isinstance(value, dict):
                return {clean(name): clean(entry) for name, entry in value.items()}
            return value

        return clean(answer) if secrets else answer

    def _secrets(self) -> list[str]:
        """The longest first."""
        held = (value for name in KEY_VARIABLES if len(value := os.environ.get(name, "").strip()) >= SHORTEST_KEY)
        return sorted(filter(None, (self._key, *self._address.secrets(), *held)), key=len, reverse=True)


class GuardedTransport(httpx2.AsyncBaseTransport):
    """Wraps the transport that reaches the network."""

    def __init__(
        self, inner: httpx2.AsyncBaseTransport, credentials: Credentials, *, most_bytes: int = MOST_BYTES
    ) -> None:
        self._inner, self._credentials, self._most_bytes = inner, credentials, most_bytes

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        """Send a copy of the request that has the credentials; the answer's body stops at the limit."""
        url, headers = self._credentials.admit(request.url, request.headers)
        headers["accept-encoding"] = "gzip"
        sent = httpx2.Request(
            request.method, url, headers=headers, stream=request.stream, extensions=request.extensions
        )
        answer = await self._inner.handle_async_request(sent)
        encoding = answer.headers.pop("content-encoding", "identity").strip().lower()
        if encoding not in ("identity", "gzip", "x-gzip"):
            await answer.aclose()
            raise EndpointError(f"The server packed its answer as {encoding[:20]!r}, which was not asked for.")
        assert isinstance(answer.stream, httpx2.AsyncByteStream)
        packed = encoding != "identity"
        if packed:
            answer.headers.pop("content-length", None)
        return httpx2.Response(
            answer.status_code,
            headers=answer.headers,
            stream=_BoundedStream(answer.stream, self._most_bytes, packed=packed),
            extensions=answer.extensions,
        )

    async def aclose(self) -> None:
        """Close the connections."""
        await self._inner.aclose()


class _BoundedStream(httpx2.AsyncByteStream):
    """A body, unpacked, that raises instead of growing beyond a number of bytes."""

    def __init__(self, inner: httpx2.AsyncByteStream, most: int, *, packed: bool) -> None:
        self._inner, self._most = inner, most
        self._unpacker = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16) if packed else None

    async def __aiter__(self) -> AsyncIterator[bytes]:
        left = self._most
        async for chunk in self._inner:
            plain = self._unpack(chunk, left + 1)
            left -= len(plain)
            if left < 0:
                raise EndpointError(
                    f"The answer is longer than {self._most / 2**20:.3g} MiB, which no answer to this request can be. "
                    "It was not read to its end; check that the address is that of a language model."
                )
            yield plain

    def _unpack(self, chunk: bytes, most: int) -> bytes:
        """At most `most` bytes of the chunk, unpacked."""
        if self._unpacker is None:
            return chunk
        try:
            return self._unpacker.decompress(chunk, most)
        except zlib.error as error:
            raise EndpointError("The server packed its answer in a way that cannot be unpacked.") from error

    async def aclose(self) -> None:
        await self._inner.aclose()


def network_transport(address: Address) -> httpx2.AsyncBaseTransport:
    """Reaches the network, by way of the proxy of this machine's settings unless the address is this machine."""
    scheme = address.shown.partition(":")[0]
    proxies = {} if address.is_local or proxy_bypass(address.host) else getproxies()
    proxy = proxies.get(scheme) or proxies.get("all")
    if scheme == "http" and proxy is None:
        # Reading the machine's certificates takes a third of a second; this context trusts none and is never used.
        return httpx2.AsyncHTTPTransport(verify=ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT), limits=CONNECTIONS)
    return httpx2.AsyncHTTPTransport(proxy=proxy, limits=CONNECTIONS)
