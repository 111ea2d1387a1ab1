"""Read a simulation out of what a language model answered.

The published all-at-once method: the prompt lists the excerpt's tokens with `unknown` for each value, the endpoint
echoes it with log-probabilities, and the distribution at each `unknown` is the simulated activation. Knows
neither endpoints nor prompts.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from neuronview.errors import UnparsableAnswer
from neuronview.records import Simulation
from neuronview.scoring import expected_value

__all__ = ["parse_echo_response"]

START, UNKNOWN = b"<start>\n", b"unknown"


def parse_echo_response(response: Mapping[str, Any], tokens: Sequence[str]) -> Simulation:
    """Simulation of `tokens` from the echoed prompt of a completions endpoint with log-probabilities.

    The last block after `<start>` is read by position: each line is the token, a tab and `unknown`. A token whose
    `unknown` does not stand as a response token of its own, or that has no rating among the most likely tokens,
    is missing (nan). Raises UnparsableAnswer when the response has no log-probabilities or no such block.
    """
    pieces, top_logprobs = _pieces(response)
    body = b"".join(pieces)
    start = body.rfind(START)
    if start < 0:
        raise UnparsableAnswer("The echoed text holds no <start> line: the endpoint did not echo the prompt as sent.")
    starts = dict(zip(np.cumsum([0, *map(len, pieces)]).tolist(), range(len(pieces)), strict=False))
    found = []
    for offset in _unknown_offsets(body, start + len(START), tokens):
        index = starts.get(offset) if offset is not None else None
        whole = index is not None and pieces[index] == UNKNOWN
        found.append(expected_value(top_logprobs[index] or {}) if whole and index is not None else ({}, math.nan))
    if tokens and all(not distribution for distribution, _ in found):
        raise UnparsableAnswer(
            "No token of the excerpt was found with a rating: the echoed text is not the prompt sent."
        )
    return Simulation(
        tokens=tuple(tokens),
        expected=np.array([expected for _, expected in found]),
        values=tuple(tuple(float(value) for value in distribution) for distribution, _ in found),
        probabilities=tuple(tuple(distribution.values()) for distribution, _ in found),
        scale="0-10",
    )


def _pieces(response: Mapping[str, Any]) -> tuple[list[bytes], list[Mapping[str, float] | None]]:
    try:
        logprobs = response["choices"][0]["logprobs"]
        tokens, top = logprobs["tokens"], logprobs["top_logprobs"]
    except (KeyError, IndexError, TypeError) as error:
        raise UnparsableAnswer(
            "The answer has no log-probabilities of the prompt. Choose a simulator that this endpoint supports."
        ) from error
    if len(tokens) != len(top):
        raise UnparsableAnswer(f"The answer has {len(tokens)} tokens but {len(top)} sets of log-probabilities.")
    return [_bytes_of(token) for token in tokens], list(top)


def _bytes_of(token: str) -> bytes:
    r"""Bytes of a response token; partial characters come written as `bytes:\xe2\x80`."""
    if not token.startswith("bytes:"):
        return token.encode("utf-8", errors="surrogatepass")
    written = token.removeprefix("bytes:").encode("utf-8")
    return written.decode("unicode_escape").encode("latin-1") if b"\\x" in written else written


def _unknown_offsets(body: bytes, offset: int, tokens: Sequence[str]) -> list[int | None]:
    """Byte offset of each token's `unknown`, None from the first line on that is not as it was sent."""
    offsets: list[int | None] = []
    for token in tokens:
        line = token.encode("utf-8", errors="surrogatepass") + b"\t"
        if not body.startswith(line + UNKNOWN, offset):
            return offsets + [None] * (len(tokens) - len(offsets))
        offsets.append(offset + len(line))
        offset += len(line) + len(UNKNOWN) + 1
    return offsets
