"""Language model servers on this machine, found by asking the ports that they use.

Only loopback addresses are asked, without proxy, key or redirect, all at once and for a moment; so nothing leaves this
machine and no page waits for it.
"""

from __future__ import annotations

import asyncio
import json
import ssl
from collections.abc import Iterable
from dataclasses import dataclass

import httpx2

__all__ = ["PORTS", "LocalServer", "discover"]

PORTS: dict[int, str] = {
    11434: "Ollama",
    8080: "llama.cpp",
    8000: "vLLM or transformers serve",
    1234: "LM Studio",
}
"""Where servers listen unless told otherwise."""
_HOSTS = ("127.0.0.1", "[::1]")
_OWNERS = {"vllm": "vLLM", "llamacpp": "llama.cpp", "library": "Ollama", "sglang": "SGLang"}
_MOST_BYTES = 2**20
_MOST_MODELS = 500


@dataclass(frozen=True)
class LocalServer:
    """A server that lists models in OpenAI's form."""

    base_url: str
    kind: str
    """What it is, as far as its port or its models tell."""
    models: tuple[str, ...]
    """Names as it lists them; may be empty."""
    needs_key: bool = False
    """Whether it says nothing without a key, not even what models it has."""


async def discover(ports: Iterable[int] = tuple(PORTS), *, timeout: float = 0.6) -> list[LocalServer]:
    """The servers found, in the order of the ports; each port once, though it may answer by IPv4 and IPv6.

    timeout: seconds for everything together.
    """
    ports = list(ports)
    limits = httpx2.Timeout(timeout)
    # No request is encrypted here; reading the machine's certificates would take longer than all of them.
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    async with httpx2.AsyncClient(timeout=limits, trust_env=False, follow_redirects=False, verify=context) as client:
        places = [(port, host) for port in ports for host in _HOSTS]
        answers = await asyncio.gather(*(_ask(client, host, port, timeout) for port, host in places))
    found: dict[int, LocalServer] = {}
    for (port, _), server in zip(places, answers, strict=True):
        if server is not None:
            found.setdefault(port, server)
    return list(found.values())


async def _ask(client: httpx2.AsyncClient, host: str, port: int, timeout: float) -> LocalServer | None:
    """The server at one address; None where nothing answers, or something that is no model server."""
    base_url = f"http://{host}:{port}/v1"
    try:
        async with asyncio.timeout(timeout), client.stream("GET", f"{base_url}/models") as answer:
            if answer.status_code == 401 and "json" in answer.headers.get("content-type", ""):
                return LocalServer(base_url, PORTS.get(port, "a server"), (), needs_key=True)
            if answer.status_code != 200:
                return None
            body = b""
            async for chunk in answer.aiter_bytes():
                body += chunk
                if len(body) > _MOST_BYTES:
                    return None
        listed = json.loads(body)
    except (httpx2.HTTPError, OSError, ValueError):
        return None
    return _read(listed, base_url, port)


def _read(listed: object, base_url: str, port: int) -> LocalServer | None:
    """The server from its list of models."""
    data = listed.get("data") if isinstance(listed, dict) else None
    if not isinstance(data, list):
        return None
    entries = [entry for entry in data[:_MOST_MODELS] if isinstance(entry, dict) and isinstance(entry.get("id"), str)]
    owners = {str(entry.get("owned_by", "")).lower() for entry in entries}
    kind = next((name for owner, name in _OWNERS.items() if owner in owners), PORTS.get(port, "a server"))
    return LocalServer(base_url, kind, tuple(entry["id"] for entry in entries))
