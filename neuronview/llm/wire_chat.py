"""Chat completions on the wire: the body of a request, and what its answer holds. Makes no call."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from neuronview.errors import UnparsableAnswer
from neuronview.llm.calls import ChatAnswer, ChatRequest, GeneratedToken
from neuronview.llm.wire_usage import bytes_of, read_usage

__all__ = ["chat_body", "read_chat"]


def chat_body(
    request: ChatRequest, *, model: str, limit: str, left_out: frozenset[str] = frozenset()
) -> dict[str, Any]:
    """Arguments of `chat.completions.create`.

    limit: the name that this endpoint knows the most tokens by (`max_tokens` or `max_completion_tokens`).
    left_out: of `temperature` and `seed`, those that the model refuses.
    """
    body: dict[str, Any] = {
        "model": model,
        "messages": [{"role": message.role, "content": message.content} for message in request.messages],
        limit: request.max_tokens,
    }
    if "temperature" not in left_out:
        body["temperature"] = request.temperature
    if request.seed is not None and "seed" not in left_out:
        body["seed"] = request.seed
    if request.top_logprobs:
        body |= {"logprobs": True, "top_logprobs": request.top_logprobs}
    if request.schema is not None:
        schema = {"name": "answer", "strict": True, "schema": dict(request.schema)}
        body["response_format"] = {"type": "json_schema", "json_schema": schema}
    return body


def read_chat(payload: Mapping[str, Any], request: ChatRequest) -> ChatAnswer:
    """The first choice. Nothing in it is an answer too (empty text): whoever asked decides what that means.

    Raises UnparsableAnswer where there is no choice at all.
    """
    choices = payload.get("choices")
    choice = choices[0] if isinstance(choices, list) and choices else None
    message = choice.get("message") if isinstance(choice, Mapping) else None
    if not isinstance(choice, Mapping) or not isinstance(message, Mapping):
        raise UnparsableAnswer("The endpoint answered, but with no message in it. Try again, or another model.")
    text = _text(message.get("content"))
    refused = not text and isinstance(message.get("refusal"), str)
    usage = read_usage(
        payload.get("usage"),
        input_bytes=bytes_of(*(message.content for message in request.messages)),
        output_bytes=bytes_of(text),
    )
    return ChatAnswer(
        text,
        model=str(payload.get("model") or ""),
        usage=usage,
        tokens=_tokens(choice.get("logprobs")),
        finish="refusal" if refused else str(choice.get("finish_reason") or ""),
    )


def _text(content: object) -> str:
    """Content as text; some servers send a list of parts."""
    if isinstance(content, str):
        return content
    if isinstance(content, list):
        parts = (part.get("text") for part in content if isinstance(part, Mapping))
        return "".join(part for part in parts if isinstance(part, str))
    return ""


def _tokens(logprobs: object) -> tuple[GeneratedToken, ...]:
    """The generated tokens; none where the endpoint gave no log-probabilities, or not in the known form."""
    content = logprobs.get("content") if isinstance(logprobs, Mapping) else None
    if not isinstance(content, list):
        return ()
    tokens = []
    for entry in content:
        if not isinstance(entry, Mapping) or not isinstance(entry.get("token"), str):
            return ()
        alternatives = entry.get("top_logprobs")
        pairs = [entry, *(alternatives if isinstance(alternatives, list) else [])]
        tokens.append(GeneratedToken(entry["token"], _likeliest(pairs)))
    return tuple(tokens)


def _likeliest(pairs: list[Any]) -> dict[str, float]:
    """Log-probability by token text; of equal texts (two halves of a character) the likelier."""
    found: dict[str, float] = {}
    for pair in pairs:
        token, value = (pair.get("token"), pair.get("logprob")) if isinstance(pair, Mapping) else (None, None)
        if isinstance(token, str) and isinstance(value, int | float) and not math.isnan(value):
            found[token] = max(float(value), found.get(token, -math.inf))
    return found
