"""Whether what lies on the network answers, asked briefly and said in words."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass

import httpx2

from neuronview.formats.openai.published import SETS
from neuronview.formats.openai.source import path_of
from neuronview.records import NeuronId

__all__ = ["Reach", "reach", "reach_hub", "reach_published"]

PATIENCE = 4.0
"""Seconds that a server has to answer."""
HUB = "https://huggingface.co"
OFFLINE = ("HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE")
FIRST = path_of(NeuronId(0, 0), "explanations")


@dataclass(frozen=True)
class Reach:
    """What came of asking for one file's head."""

    answers: bool
    """Whether a server answered at all."""
    has_it: bool
    """Whether it has the file."""
    words: str


def reach(address: str, *, what: str = "", patience: float = PATIENCE) -> Reach:
    """Ask for the head of one file. `what`: how to call the place in words; its address by default."""
    place = what or address
    try:
        answer = httpx2.head(address, timeout=patience, follow_redirects=True)
    except httpx2.TimeoutException:
        return Reach(False, False, f"{place}: no answer within {patience:.0f} s")
    except (httpx2.HTTPError, httpx2.InvalidURL, ValueError) as error:
        why = re.sub(r"^\[Errno -?\d+\] ", "", str(error)) or type(error).__name__
        return Reach(False, False, f"{place}: cannot be reached ({why})")
    if answer.status_code == 200:
        return Reach(True, True, f"{place}: answers")
    return Reach(True, False, f"{place}: answers, but with {answer.status_code} where a file should be")


def reach_published() -> Reach:
    """Whether the published neurons can be fetched."""
    return reach(f"{SETS['gpt2-small'].address()}/{FIRST}", what="The published neurons")


def reach_hub() -> Reach:
    """Whether models can be fetched; not asked in offline mode."""
    forbidden = next((name for name in OFFLINE if os.environ.get(name, "").upper() in ("1", "ON", "YES", "TRUE")), None)
    if forbidden:
        return Reach(False, False, f"The Hugging Face hub: not asked, since {forbidden} is set")
    base = os.environ.get("HF_ENDPOINT", HUB).rstrip("/")
    return reach(f"{base}/gpt2/resolve/main/config.json", what="The Hugging Face hub")
