"""Frames kept as text: `phrases.txt` (each a slot of its own, {np}, {vp:past}, {where}) and `frames/<kind>.txt`.

In these files `= name` opens a section, every line below it is one frame in the grammar of `demo/grammar.py`, and "#"
begins a comment. In a phrase `$` stands for the form that the slot asked for (past unless given), so that {vp:ing}
gives "carrying the old basket".
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

_FOLDER = Path(__file__).parent

Sections = dict[str, tuple[str, ...]]


@cache
def phrases() -> Sections:
    """Return every phrase's frames by name."""
    return read_sections(_FOLDER / "phrases.txt")


@cache
def frames(kind: str) -> Sections:
    """Return the frames of `frames/<kind>.txt` by section."""
    return read_sections(_FOLDER / "frames" / f"{kind}.txt")


def read_sections(path: Path) -> Sections:
    """Return a file's sections; within a frame, a written \\\\n is a line break."""
    found: dict[str, list[str]] = {}
    lines: list[str] = []
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith("= "):
            lines = found.setdefault(line.removeprefix("= "), [])
        elif line and not line.startswith("#"):
            lines.append(line.replace("\\n", "\n"))
    return {name: tuple(frames) for name, frames in found.items()}
