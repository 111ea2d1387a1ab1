"""Requests as no browser sends them: the target as it is, whatever name as the host."""

from __future__ import annotations

import socket
from urllib.parse import urlsplit

__all__ = ["handshake", "raw"]

UPGRADE = (
    "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nOrigin: {}\r\n"
)


def raw(address: str, target: str, *, host: str | None = None) -> tuple[str, str]:
    """Status line and the rest, of the answer to a request whose target is sent as it is."""
    place = urlsplit(address)
    with socket.create_connection((place.hostname, place.port), timeout=20) as connection:
        request = f"GET {target} HTTP/1.1\r\nHost: {host or place.netloc}\r\nConnection: close\r\n\r\n"
        connection.sendall(request.encode("utf-8", "surrogatepass"))
        answer = b""
        while chunk := connection.recv(65_536):
            answer += chunk
    status, _, rest = answer.decode("utf-8", "replace").partition("\r\n")
    return status, rest


def handshake(address: str, *, host: str | None = None, origin: str | None = None) -> int:
    """Status of the answer to a page of `origin`, its own unless it is said, that would connect as pages do: 101, or
    why not."""
    place = urlsplit(address)
    host = host or place.netloc
    with socket.create_connection((place.hostname, place.port), timeout=20) as connection:
        head = f"GET /_stcore/stream HTTP/1.1\r\nHost: {host}\r\nConnection: Upgrade\r\n"
        connection.sendall(f"{head}{UPGRADE.format(origin or f'http://{host}')}\r\n".encode())
        return int(connection.recv(65_536).split()[1])
