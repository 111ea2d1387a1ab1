"""Phrases made of smaller slots, each usable as a slot itself: {np}, {vp:past}, {where}, {when}, {clause}.

The frames are in `phrases.txt`: `= name` opens a phrase, every line below it is one frame, in the grammar of
`demo/grammar.py`. In a frame `$` stands for the form that the slot asked for (past unless given), so that {vp:ing}
gives "carrying the old basket". Verbs meet objects that they can plausibly take.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

PHRASES_FILE = Path(__file__).parent / "phrases.txt"


@cache
def phrases() -> dict[str, tuple[str, ...]]:
    """Return every phrase's frames by name."""
    found: dict[str, list[str]] = {}
    frames: list[str] = []
    for line in PHRASES_FILE.read_text(encoding="utf-8").splitlines():
        if line.startswith("= "):
            frames = found.setdefault(line.removeprefix("= "), [])
        elif line and not line.startswith("#"):
            frames.append(line)
    return {name: tuple(lines) for name, lines in found.items()}
