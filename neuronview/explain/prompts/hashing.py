"""A short hash of what is asked, so that a score can name the prompt that it came from."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict

from neuronview.llm.calls import Message, Request

__all__ = ["prompt_hash"]


def prompt_hash(prompt: Sequence[Message] | Request) -> str:
    """16 hexadecimal digits of the SHA-256 of the messages, or of a whole request with its options."""
    plain = [asdict(message) for message in prompt] if isinstance(prompt, Sequence) else _plain(prompt)
    text = json.dumps(plain, ensure_ascii=True, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode("ascii")).hexdigest()[:16]


def _plain(request: Request) -> dict[str, object]:
    return {"kind": type(request).__name__, **asdict(request)}
