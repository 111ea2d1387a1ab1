"""What a sentence frame of `grammar` is made of: plain text, slots and choices, read from its template."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from neuronview.errors import BadInput

__all__ = ["Choice", "Parts", "Slot", "parse"]

_SLOT = re.compile(
    r"(?P<article>[aA] )?(?P<head>[A-Za-z_]+(?:\.[A-Za-z_]+)?)(?P<digits>\d+)?(?:\#(?P<before>\w+))?"
    r"(?::(?P<form>[^#]+))?(?:\#(?P<after>\w+))?"
)


@dataclass(frozen=True)
class Slot:
    """One {slot}: `article` is "", "a" or "A", `index` the part after "#" (None: a fresh word)."""

    source: str
    head: str
    form: str | None
    index: str | None
    article: str
    capital: bool


@dataclass(frozen=True)
class Choice:
    """[this|that]; an optional part is a choice between itself and nothing."""

    branches: tuple[Parts, ...]


Parts = tuple["str | Slot | Choice", ...]


@lru_cache(maxsize=20_000)
def parse(template: str) -> Parts:
    """Return a template's parts; a bracket or brace without its partner raises `BadInput`."""
    return _parse(template, 0, "")[0]


def _parse(text: str, start: int, stop: str) -> tuple[Parts, int]:
    """Parse from `start` up to one of the characters in `stop` (or the end when there are none)."""
    parts: list[str | Slot | Choice] = []
    plain: list[str] = []
    depth, at = 0, start
    while at < len(text):
        letter = text[at]
        if letter in stop and not (letter == ")" and depth):
            return _closed(parts, plain), at
        if letter == "{" or letter == "[" or text.startswith("(?", at):
            parts.extend(_closed([], plain))
            plain = []
            part, at = _PARSERS[letter](text, at)
            parts.append(part)
            continue
        if letter == "\\":
            at += 1
            letter = text[at : at + 1]
        else:
            depth += (letter == "(") - (letter == ")")
        plain.append(letter)
        at += 1
    if stop:
        raise BadInput(
            f"The template {text!r} opens a bracket at {start - 1} that never closes; escape it as \\[ if it is plain."
        )
    return _closed(parts, plain), at


def _closed(parts: list[str | Slot | Choice], plain: list[str]) -> Parts:
    return (*parts, "".join(plain)) if plain else tuple(parts)


def _parse_slot(text: str, at: int) -> tuple[Slot, int]:
    end = text.find("}", at)
    if end < 0:
        raise BadInput(
            f"The template {text!r} has a brace at {at} that never closes; escape it as \\{{ if it is plain text."
        )
    return _slot(text[at + 1 : end]), end + 1


def _parse_choice(text: str, at: int) -> tuple[Choice, int]:
    branches: list[Parts] = []
    while text[at] != "]":
        parts, at = _parse(text, at + 1, "|]")
        branches.append(parts)
    return Choice(tuple(branches)), at + 1


def _parse_optional(text: str, at: int) -> tuple[Choice, int]:
    parts, end = _parse(text, at + 2, ")")
    return Choice((parts, ())), end + 1


_PARSERS: dict[str, Callable[[str, int], tuple[Slot | Choice, int]]] = {
    "{": _parse_slot,
    "[": _parse_choice,
    "(": _parse_optional,
}


def _slot(source: str) -> Slot:
    if source in ("a", "A"):
        return Slot(source, source, None, None, "", False)
    match = _SLOT.fullmatch(source)
    if match is None:
        raise BadInput(
            f"The slot {{{source}}} cannot be read; write it like {{animal}}, {{a adj.size}} or {{verb.motion:past#1}}."
        )
    head = match["head"]
    index = match["before"] or match["after"] or match["digits"]
    article = (match["article"] or "").strip()
    return Slot(source, head[0].lower() + head[1:], match["form"], index, article, head[0].isupper() or article == "A")
