"""Log-probabilities of a given text on the wire: three ways to ask for them, one form to hand them on in.

`echo` with no generated token is the legacy way; where a server insists on generating, one token is asked for and cut
off again; vLLM has `prompt_logprobs`. All are handed on in the legacy form (`calls.EchoAnswer`). Servers that ignore
`echo` answer all the same, with log-probabilities of something else or none: that is found out here. Makes no call.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Literal

from neuronview.errors import NotSupported
from neuronview.llm.calls import EchoAnswer, EchoRequest, plain_text
from neuronview.llm.wire_usage import bytes_of, read_usage

__all__ = ["ECHO_FORMS", "EchoForm", "echo_body", "read_echo"]

EchoForm = Literal["echo", "echo_one", "prompt_logprobs"]
ECHO_FORMS: tuple[EchoForm, ...] = ("echo", "echo_one", "prompt_logprobs")
_ESCAPE = re.compile(r"\\x([0-9a-fA-F]{2})")


def echo_body(request: EchoRequest, *, model: str, form: EchoForm) -> dict[str, Any]:
    """Arguments of `completions.create`."""
    body = {"model": model, "prompt": plain_text(request), "temperature": 0.0}
    if form == "prompt_logprobs":
        return body | {"max_tokens": 1, "extra_body": {"prompt_logprobs": request.top_logprobs}}
    return body | {"max_tokens": 0 if form == "echo" else 1, "echo": True, "logprobs": request.top_logprobs}


def read_echo(payload: Mapping[str, Any], request: EchoRequest, *, form: EchoForm) -> EchoAnswer:
    """The prompt's tokens and their likeliest alternatives.

    Raises NotSupported where the answer does not hold them.
    """
    prompt = plain_text(request)
    choices = payload.get("choices")
    choice = choices[0] if isinstance(choices, list) and choices and isinstance(choices[0], Mapping) else {}
    logprobs = _from_vllm(choice, prompt) if form == "prompt_logprobs" else _from_echo(choice, payload, prompt, form)
    tokens, alternatives = logprobs["tokens"], logprobs["top_logprobs"]
    if not _covers(tokens, prompt) or not any(alternatives):
        raise NotSupported(
            "The endpoint answered without log-probabilities of the prompt, so all-at-once simulation is not possible "
            "with it. Use typed decisions, digits or a local model."
        )
    usage = read_usage(payload.get("usage"), input_bytes=bytes_of(prompt))
    return EchoAnswer({"choices": [{"logprobs": logprobs}]}, model=str(payload.get("model") or ""), usage=usage)


def _from_echo(
    choice: Mapping[str, Any], payload: Mapping[str, Any], prompt: str, form: EchoForm
) -> dict[str, list[Any]]:
    """The legacy lists, without what was generated."""
    logprobs = choice.get("logprobs")
    logprobs = logprobs if isinstance(logprobs, Mapping) else {}
    tokens, alternatives = logprobs.get("tokens"), logprobs.get("top_logprobs")
    if not isinstance(tokens, list) or not isinstance(alternatives, list) or len(tokens) != len(alternatives):
        return _NOTHING
    usage = payload.get("usage")
    generated = usage.get("completion_tokens") if isinstance(usage, Mapping) else None
    kept = _without_generated([str(token) for token in tokens], prompt, asked=form != "echo", reported=generated)
    return {
        "tokens": [str(token) for token in tokens[:kept]],
        "top_logprobs": [_numbers(entry) for entry in alternatives[:kept]],
    }


def _without_generated(tokens: list[str], prompt: str, *, asked: int, reported: object) -> int:
    """How many of the tokens belong to the prompt: those that spell it, or else all but the generated ones."""
    counts = [asked, 0, *([reported] if isinstance(reported, int) and 0 <= reported <= len(tokens) else [])]
    wanted = prompt.encode()
    for generated in counts:
        kept = max(0, len(tokens) - generated)
        if b"".join(_bytes(token) for token in tokens[:kept]).endswith(wanted):
            return kept
    return max(0, len(tokens) - counts[-1 if len(counts) == 3 else 0])


def _from_vllm(choice: Mapping[str, Any], prompt: str) -> dict[str, list[Any]]:
    """vLLM's list of mappings from token id to log-probability and text; the prompt's own token comes first in each."""
    entries = choice.get("prompt_logprobs")
    tokens: list[str] = []
    alternatives: list[dict[str, float] | None] = []
    for entry in entries[1:] if isinstance(entries, list) else []:
        values = [value for value in entry.values() if isinstance(value, Mapping)] if isinstance(entry, Mapping) else []
        if not values:
            return _NOTHING
        tokens.append(str(values[0].get("decoded_token") or ""))
        by_chance = sorted(values, key=lambda value: float(value.get("logprob") or 0.0))
        alternatives.append(
            _numbers({str(value.get("decoded_token") or ""): value.get("logprob") for value in by_chance})
        )
    rest = "".join(tokens)
    first = prompt[: len(prompt) - len(rest)] if prompt.endswith(rest) else ""
    return {"tokens": [first, *tokens], "top_logprobs": [None, *alternatives]} if tokens else _NOTHING


def _numbers(entry: object) -> dict[str, float] | None:
    """Log-probability by token; None where there is none, as at the first token."""
    if not isinstance(entry, Mapping):
        return None
    found = {str(token): float(value) for token, value in entry.items() if isinstance(value, int | float)}
    return found or None


def _covers(tokens: list[str], prompt: str) -> bool:
    """Whether the tokens are the prompt's. Half of its bytes is enough: tokenizers may drop or add a blank, and how
    well tokens align is judged, token by token, by whoever reads the answer."""
    read = b"".join(_bytes(token) for token in tokens)
    wanted = prompt.encode()
    return bool(tokens) and (read.endswith(wanted) or 2 * len(read) >= len(wanted) > 0)


def _bytes(token: str) -> bytes:
    """A token's bytes; those of half a character are written `bytes:\\xe2\\x80`."""
    if token.startswith("bytes:"):
        return bytes(int(pair, 16) for pair in _ESCAPE.findall(token))
    return token.encode()


_NOTHING: dict[str, list[Any]] = {"tokens": [], "top_logprobs": []}
