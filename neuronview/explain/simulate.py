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

__all__ = ["parse_echo_response", "writes_ten_apart"]

START, UNKNOWN, TEN = b"<start>\n", b"unknown", b"\t10\n"
LINE_END = b"\t" + UNKNOWN + b"\n"


def parse_echo_response(response: Mapping[str, Any], tokens: Sequence[str], *, highest: int = 10) -> Simulation:
    """Simulation of `tokens` from the echoed prompt of a completions endpoint with log-probabilities.

    The last block after `<start>` is read by position: each line is the token, a tab and `unknown`, however the
    endpoint cut the text. The distribution is that of the response token which begins where `unknown` begins; a
    token without one, or without a rating among the most likely, is missing (nan). `highest` below 10 is a scale
    that ends there, stretched to 0..10. Raises UnparsableAnswer when the response has no log-probabilities or no such
    block.
    """
    pieces, top_logprobs = _pieces(response)
    body, starts = _joined(pieces)
    if START not in body:
        raise UnparsableAnswer("The echoed text holds no <start> line: the endpoint did not echo the prompt as sent.")
    found = []
    for offset in _best_offsets(body, tokens):
        index = starts.get(offset) if offset is not None else None
        found.append(expected_value(top_logprobs[index] or {}) if index is not None else ({}, math.nan))
    if tokens and all(not distribution for distribution, _ in found):
        raise UnparsableAnswer(
            "No token of the excerpt was found with a rating: the echoed text is not the prompt sent."
        )
    return _stretched(tokens, [distribution for distribution, _ in found], highest)


def writes_ten_apart(response: Mapping[str, Any]) -> bool:
    """Whether the endpoint's tokenizer writes 10 as 1 and 0, seen on the values of the echoed examples.

    Then a likely "1" may mean 1 or 10, and the scale has to end at 9.
    """
    pieces, _ = _pieces(response)
    body, starts = _joined(pieces)
    offset = body.find(TEN)
    while offset >= 0:
        index = starts.get(offset + 1)
        if index is not None and pieces[index] == b"1":
            return True
        offset = body.find(TEN, offset + 1)
    return False


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


def _joined(pieces: Sequence[bytes]) -> tuple[bytes, dict[int, int]]:
    """The echoed bytes, and the index of the piece that begins at each offset; of empty pieces, the one after."""
    offsets = np.cumsum([0, *map(len, pieces)]).tolist()
    return b"".join(pieces), dict(zip(offsets, range(len(pieces)), strict=False))


def _best_offsets(body: bytes, tokens: Sequence[str]) -> list[int | None]:
    """Offsets in the block that holds most of the tokens, the last of equals: a token may contain `<start>` itself."""
    best: list[int | None] = [None] * len(tokens)
    start = body.rfind(START)
    while start >= 0:
        offsets = _unknown_offsets(body, start + len(START), tokens)
        if offsets.count(None) < best.count(None):
            best = offsets
        if None not in best:
            break
        start = body.rfind(START, 0, start + len(START) - 1)
    return best


def _unknown_offsets(body: bytes, offset: int, tokens: Sequence[str]) -> list[int | None]:
    """Byte offset of each token's `unknown`; None for a line that is not as it was sent, and where no line is left."""
    offsets: list[int | None] = []
    for token in tokens:
        line = token.encode("utf-8", errors="surrogatepass") + b"\t"
        if body.startswith(line + UNKNOWN, offset):
            offsets.append(offset + len(line))
            offset += len(line) + len(UNKNOWN) + 1
            continue
        offsets.append(None)
        end = body.find(LINE_END, offset)
        if end < 0:
            break
        offset = end + len(LINE_END)
    return offsets + [None] * (len(tokens) - len(offsets))


def _stretched(tokens: Sequence[str], distributions: Sequence[Mapping[int, float]], highest: int) -> Simulation:
    """A simulation on the scale 0..10 from distributions over 0..highest; other values do not count."""
    kept = [{v: p for v, p in found.items() if v <= highest and p > 0} for found in distributions]
    sums = [sum(found.values()) for found in kept]
    values = tuple(tuple(value * 10 / highest for value in found) for found in kept)
    probabilities = tuple(tuple(p / total for p in found.values()) for found, total in zip(kept, sums, strict=True))
    expected = [
        sum(map(math.prod, zip(v, p, strict=True))) if v else math.nan
        for v, p in zip(values, probabilities, strict=True)
    ]
    return Simulation(tuple(tokens), np.array(expected, dtype=np.float64), values, probabilities, "0-10")
