"""Where an endpoint is, split into what may be shown and what may not.

A base URL can carry a user, a password and a query with a key in it. Only the rest of it is ever shown, stored or
compared; the secret parts are handed to the transport alone. Makes no request.
"""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, unquote, urlsplit

from neuronview.errors import BadInput

__all__ = ["LOCAL_KEY", "OPENAI_URL", "Address"]

LOCAL_KEY = "NEURONVIEW_LOCAL_KEY"
"""The variable whose key is meant for servers on this machine, and for no other."""
OPENAI_URL = "https://api.openai.com/v1"
_AZURE_HOSTS = (".openai.azure.com", ".services.ai.azure.com", ".cognitiveservices.azure.com")


@dataclass(frozen=True)
class Address:
    """A base URL. `shown` has no user, password, query or fragment; the secret parts are not in its repr."""

    shown: str
    host: str
    user: str = field(default="", repr=False)
    password: str = field(default="", repr=False)
    query: tuple[tuple[str, str], ...] = field(default=(), repr=False)

    @classmethod
    def parse(cls, base_url: str | None) -> Address:
        """Read a base URL; None is OpenAI's own. A path is put in where there is none, as most servers want it.

        Raises BadInput for anything but an http or https address; the message does not repeat it, since it may hold
        a password.
        """
        try:
            parts = urlsplit((base_url or OPENAI_URL).strip())
            host, port = (parts.hostname or "").lower(), parts.port
        except ValueError as error:
            raise BadInput(_WRONG_ADDRESS) from error
        if parts.scheme not in ("http", "https") or not host:
            raise BadInput(_WRONG_ADDRESS)
        path = parts.path.rstrip("/") or ("/openai/v1" if host.endswith(_AZURE_HOSTS) else "/v1")
        place = f"[{host}]" if ":" in host else host
        shown = f"{parts.scheme}://{place}{f':{port}' if port else ''}{path}"
        query = tuple(parse_qsl(parts.query, keep_blank_values=True))
        return cls(shown, host, unquote(parts.username or ""), unquote(parts.password or ""), query)

    @property
    def is_local(self) -> bool:
        """Whether it is this machine, so that no request leaves it."""
        if self.host == "localhost" or self.host.endswith(".localhost"):
            return True
        try:
            return ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return False

    @property
    def is_openai(self) -> bool:
        """Whether it is OpenAI's own service (with its regional hosts)."""
        return self.host == "api.openai.com" or self.host.endswith(".api.openai.com")

    @property
    def is_azure(self) -> bool:
        """Whether it is Azure, which wants the key in a header of its own."""
        return self.host.endswith(_AZURE_HOSTS)

    def secrets(self) -> tuple[str, ...]:
        """What must never be shown, longest first."""
        values = {self.password, *(value for name, value in self.query if name != "api-version")}
        return tuple(sorted((value for value in values if value), key=len, reverse=True))


_WRONG_ADDRESS = (
    "That is no address of an endpoint. It has to start with http:// or https:// and name a host, "
    "such as http://localhost:8000/v1."
)
