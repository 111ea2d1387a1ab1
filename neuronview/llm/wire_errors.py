"""What a failed call means, in words: which error it is, and whether another try makes sense.

Every exception of the client library ends here and none leaves `llm`. Text that a server sent is shortened, put on one
line and rid of secrets before it is quoted.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

import httpx2
import openai

from neuronview.errors import EndpointError, EndpointRefused, MissingKey, NotSupported, RequestTooLong
from neuronview.llm.retry import Failure, retry_after

__all__ = ["CATCH", "AnsweredWithError", "Place", "Route", "judge", "said"]

Route = Literal["chat", "completions", "decisions", "systemone"]

_QUOTA_CODES = ("insufficient_quota", "billing_hard_limit_reached", "billing_not_active", "insufficient_credits")
_QUOTA = re.compile(
    r"insufficient[ _](quota|credits?|funds|balance)|exceeded your current quota|out of credits?|no credits? left",
    re.IGNORECASE,
)
_NO_MODEL = re.compile(
    r"model_not_found|model\b.{0,120}\b(not found|not exist|no access)|(unknown|no such|invalid) model"
    r"|not a valid model|server is pinned to",
    re.IGNORECASE | re.DOTALL,
)
_CANNOT = re.compile(
    r"not? support|unsupported|unrecogni[sz]ed|unknown (parameter|field|argument)|unexpected (field|keyword)"
    r"|extra (fields|inputs)|not (allowed|permitted|implemented|available)|only supports?|not single tokens"
    r"|not distinct single tokens",
    re.IGNORECASE,
)
_TOO_LONG = re.compile(
    r"context[ _](length|window|size)|maximum context|too (long|many tokens)|exceeds? the .{0,30}(context|limit)",
    re.IGNORECASE,
)
_LIMIT = re.compile(
    r"(?:maximum context length|context (?:length|window|size)|limit)\D{0,30}(\d[\d,]{2,})|> ?(\d[\d,]{2,}) maximum",
    re.IGNORECASE,
)
_WORDLESS = re.compile(r"(internal server error\.?)?", re.IGNORECASE)
_WANTED = {
    "chat": "chats",
    "completions": "log-probabilities of a prompt",
    "decisions": "typed decisions",
    "systemone": "typed decisions",
}
_RETRIED = {408: "the server gave up waiting (408)", 409: "a conflict (409)", 429: "too many requests (429)"}


class AnsweredWithError(Exception):
    """An answer whose status said that all is well and whose body is an error, as gateways pass them on."""

    def __init__(self, status: int, body: object, retry_after: str | None = None) -> None:
        super().__init__(f"status {status} in the body")
        self.status, self.body, self.retry_after = status, body, retry_after


CATCH: tuple[type[Exception], ...] = (openai.OpenAIError, AnsweredWithError, TimeoutError)
"""What `judge` knows."""


@dataclass(frozen=True)
class Place:
    """What messages need to know of the endpoint."""

    address: str
    """Without credentials."""
    model: str
    route: Route
    timeout: float
    is_local: bool
    has_key: bool
    scrub: Callable[[str], str]


def judge(error: Exception, place: Place) -> Failure:
    """What a failed call comes to; `error` is of one of the types in `CATCH`.

    Secrets that the server repeated are taken out of the exception too: it is the cause that a traceback shows.
    """
    error.args = tuple(place.scrub(str(argument)) for argument in error.args)
    if isinstance(error, openai.APIStatusError):
        headers = error.response.headers
        milliseconds = retry_after(headers.get("retry-after-ms"))
        wait = milliseconds / 1000 if milliseconds is not None else retry_after(headers.get("retry-after"))
        body = error.body or error.response.text
        failure = _judge_status(error.status_code, body, wait, place, headers.get("location"))
        return replace(failure, unread=_is_unread(error.status_code))
    if isinstance(error, AnsweredWithError):
        failure = _judge_status(error.status, error.body, retry_after(error.retry_after), place)
        return replace(failure, unread=_is_unread(error.status))
    if isinstance(error, openai.APITimeoutError | TimeoutError):
        words = (
            f"{place.address} did not finish its answer within {place.timeout:g} s. The model may be busy, or the "
            "address wrong; try again, or allow more time."
        )
        return Failure(EndpointError(words), retry=True, reason=f"no answer within {place.timeout:g} s")
    if isinstance(error, openai.APIConnectionError):
        return _judge_connection(error, place)
    return Failure(EndpointError(f"The call to {place.address} failed: {said(str(error), place.scrub)}"))


def said(body: object, scrub: Callable[[str], str], *, most: int = 300) -> str:
    """What the server said, fit to be quoted: the message in an error's body, or the body itself."""
    if isinstance(body, Mapping):
        inner = body.get("error", body)
        body = inner.get("message", inner.get("detail", inner)) if isinstance(inner, Mapping) else inner
    text = " ".join(scrub(str(body or "")).split())
    text = "".join(character for character in text if character.isprintable())
    return text if len(text) <= most else f"{text[:most]}…"


def _judge_status(status: int, body: object, wait: float | None, place: Place, location: str | None = None) -> Failure:
    """The meaning of an HTTP status and the body that came with it."""
    words = said(body, place.scrub)
    quoted = f" It said: “{words}”" if words else ""
    if status == 402 or _is_no_credit(body, words):
        return Failure(
            EndpointRefused(
                f"The account at {place.address} has no credit or quota left ({status}). Add credit, or choose "
                f"another endpoint or a local model; what is finished is kept.{quoted}"
            )
        )
    if status in _RETRIED or (status >= 500 and status != 501):
        reason = _RETRIED.get(status, f"an error inside the server ({status})")
        hint = ""
        if status == 500 and _WORDLESS.fullmatch(words):
            hint = " Some servers fail so on a prompt longer than the model reads: --context-tokens limits it."
        return Failure(
            EndpointError(f"{place.address} failed with {reason}. Try again later.{hint}{quoted}"), True, reason, wait
        )
    if status == 401:
        return Failure(_unauthorised(place, quoted))
    if status == 403:
        return Failure(
            EndpointRefused(
                f"{place.address} does not allow this key or region to use {place.model!r} (403). Check the key's "
                f"rights, or choose another model.{quoted}"
            )
        )
    if 300 <= status < 400:
        target = f" to {place.scrub(location).partition('?')[0]}" if location else ""
        words = f"{place.address} redirects{target}. No key is sent after a redirect; give that address instead."
        return Failure(EndpointRefused(words))
    return Failure(_wrong_request(status, words, quoted, place))


def _wrong_request(status: int, words: str, quoted: str, place: Place) -> EndpointError:
    """The error for a request that the endpoint will not answer as it stands."""
    if _NO_MODEL.search(words):
        return EndpointRefused(
            f"{place.address} has no model {place.model!r} ({status}). Choose one that it lists.{quoted}"
        )
    wanted = _WANTED[place.route]
    if status in (404, 405, 501) and place.route != "chat":
        return NotSupported(f"{place.address} does not offer {wanted} ({status}); another simulator may suit.{quoted}")
    if status == 404:
        return EndpointRefused(
            f"{place.address} has nothing at this address (404). It should be the base URL of an OpenAI-compatible "
            f"server, most often ending in /v1, and the model's name one that it lists.{quoted}"
        )
    if _TOO_LONG.search(words):
        found = _LIMIT.search(words)
        limit = f", which reads {found[1] or found[2]} tokens at once" if found else ""
        return RequestTooLong(
            f"The request is too long for {place.model!r} ({status}){limit}. Lower --context-tokens"
            f"{' to that' if limit else ''}, use fewer excerpts, or a model that reads more at once.{quoted}"
        )
    if status in (405, 501) or _CANNOT.search(words):
        return NotSupported(
            f"{place.address} does not support a part of the request for {wanted} ({status}); another simulator may "
            f"suit.{quoted}"
        )
    return EndpointError(
        f"{place.address} did not accept the request for {wanted} ({status}). Sending it again will not help; "
        f"another model or simulator may.{quoted}"
    )


def _unauthorised(place: Place, quoted: str) -> EndpointRefused:
    """401: a wrong key, or none."""
    if place.has_key:
        return EndpointRefused(
            f"{place.address} refused the API key (401). Check that the key belongs to this address and is not "
            f"withdrawn{'; NEURONVIEW_LOCAL_KEY is for servers on this machine' if place.is_local else ''}.{quoted}"
        )
    return MissingKey(
        f"{place.address} wants an API key (401). Set NEURONVIEW_LOCAL_KEY to it, or type it on the page Explain: "
        f"that of OPENAI_API_KEY is not sent to a server on this machine.{quoted}"
        if place.is_local
        else f"{place.address} wants an API key (401). Set OPENAI_API_KEY, or type one on the page Explain.{quoted}"
    )


def _is_no_credit(body: object, words: str) -> bool:
    """Whether it is about money, whatever the status: some send 429, which else would be tried again and again."""
    inner: Any = body.get("error", body) if isinstance(body, Mapping) else {}
    fields = (inner.get("code"), inner.get("type")) if isinstance(inner, Mapping) else ()
    if any(value in _QUOTA_CODES for value in fields):
        return True
    return bool(_QUOTA.search(words)) and "retry in" not in words.lower()


def _judge_connection(error: openai.APIConnectionError, place: Place) -> Failure:
    """No answer at all."""
    cause = place.scrub(f"{type(error.__cause__).__name__}: {error.__cause__}" if error.__cause__ else str(error))
    if "CERTIFICATE_VERIFY_FAILED" in cause:
        return Failure(
            EndpointError(f"The certificate of {place.address} is not trusted by this machine; no request was sent.")
        )
    hint = "Is the server running?" if place.is_local else "Check the address and the network."
    return Failure(
        EndpointError(f"No connection to {place.address}, or it broke off. {hint} ({said(cause, place.scrub)})"),
        retry=True,
        reason="no connection, or it broke off",
        unread=isinstance(error.__cause__, httpx2.ConnectError),
    )


def _is_unread(status: int) -> bool:
    """Whether a status says that no model saw the request: after 408 and 5xx nobody knows."""
    return status < 500 and status != 408
