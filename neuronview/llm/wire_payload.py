"""The body of an answer as it came: JSON or not, an error in disguise, and which parameter a refusal is about."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

import httpx2
import openai

from neuronview.errors import EndpointError
from neuronview.llm.wire_errors import AnsweredWithError

__all__ = ["is_unknown", "names", "payload_of"]

_UNKNOWN = re.compile(
    r"support|unexpected|unrecogni|unknown|extra (field|input)|not (permitted|allowed)|instead|deprecated",
    re.IGNORECASE,
)
"""What servers say of a parameter that they do not take, as against one whose value is too large."""


def payload_of(response: httpx2.Response) -> Mapping[str, Any]:
    """The answer as a mapping. Raises EndpointError for anything else, AnsweredWithError for an error in it."""
    try:
        payload = json.loads(response.content)
    except ValueError as error:
        raise EndpointError(
            "The endpoint's answer is no complete JSON, so nothing of it can be used. Try again; if it stays so, check "
            "that the address is that of an OpenAI-compatible server."
        ) from error
    if not isinstance(payload, Mapping):
        raise EndpointError("The endpoint's answer is JSON, but no object. Check that the address is right.")
    if payload.get("error") and not (payload.get("choices") or payload.get("answers")):
        inner = payload["error"]
        code = inner.get("code") if isinstance(inner, Mapping) else None
        status = code if isinstance(code, int) and 400 <= code < 600 else 500
        raise AnsweredWithError(status, payload, response.headers.get("retry-after"))
    return payload


def names(error: openai.APIStatusError, *parameters: str) -> bool:
    """Whether the error is about one of the parameters."""
    return error.param in parameters or any(re.search(rf"\b{name}\b", message_of(error)) for name in parameters)


def message_of(error: openai.APIStatusError) -> str:
    """All that the server said."""
    return str(error.body or error.message)


def is_unknown(error: openai.APIStatusError) -> bool:
    """Whether the server does not take a parameter at all."""
    return bool(_UNKNOWN.search(message_of(error)))
