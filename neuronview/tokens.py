"""How a token's string is shown: marks for what cannot be seen. Display only: never changes which tokens there are.

Knows the bytes of byte-level BPE too, so that a character that is cut in two tokens can be shown whole.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from functools import lru_cache
from itertools import accumulate
from typing import NamedTuple

__all__ = [
    "FORMULA",
    "LEADING_TOKEN",
    "SplitPart",
    "byte_alphabet",
    "display_text",
    "is_control",
    "partial_bytes",
    "printable",
    "quoted",
    "split_characters",
    "spreadsheet_safe",
    "visible_quotes",
]

LEADING_TOKEN = "<|endoftext|>"
SPACE_MARK, NEWLINE_MARK, TAB_MARK, BROKEN_MARK = "·", "↵", "⇥", "�"

_MARKS = {" ": SPACE_MARK, "\n": NEWLINE_MARK, "\t": TAB_MARK, "\r": "␍", "\u00a0": "⍽"}


@lru_cache(maxsize=65536)  # a page shows thousands of tokens, most of them again and again
def display_text(token: str) -> str:
    """The token with leading and trailing white space, control and format characters marked; never empty.

    A space inside a token stays a space. Format characters (such as bidi controls) become their code point, so
    that a token cannot rearrange the text around it.
    """
    if not token:
        return "∅"
    body = token.strip(" ")
    if not body:
        return SPACE_MARK * len(token)
    lead = len(token) - len(token.lstrip(" "))
    trail = len(token) - len(token.rstrip(" "))
    return SPACE_MARK * lead + "".join(_visible(character) for character in body) + SPACE_MARK * trail


def quoted(token: str) -> str:
    """A token inside typographic quotes, for sentences such as explanations; spaces around it are left out."""
    body = token.strip(" ") or token
    return f"“{''.join(_visible(character) for character in body)}”"


_UNSEEN = re.compile(rf"“([\s{BROKEN_MARK}]+)”")


def visible_quotes(text: str) -> str:
    """A sentence as it is shown: a quoted token of white space alone has the marks of `display_text`.

    One that is nothing but bytes of a character which other tokens share is called so: “a part of a character”.
    """
    return _UNSEEN.sub(_seen, text)


def _seen(found: re.Match[str]) -> str:
    if BROKEN_MARK in found[1]:
        return "a part of a character"
    return f"“{''.join(_MARKS.get(character, f'U+{ord(character):04X}') for character in found[1])}”"


def _visible(character: str) -> str:
    if character in _MARKS and character != " ":
        return _MARKS[character]
    return f"U+{ord(character):04X}" if is_control(character) else character


def is_control(character: str) -> bool:
    """Whether it is no sign but acts on others: controls, format characters, lone surrogates, breaks of lines."""
    return unicodedata.category(character) in ("Cc", "Cf", "Cs", "Zl", "Zp")


def printable(text: str) -> str:
    """Text for a terminal: lines and tabs stay, all else that acts on what stands around it becomes its code point.

    So no text moves the cursor, clears the screen, names a link or turns the direction of writing.
    """
    return "\n".join(map(_printable_line, text.split("\n")))


def _printable_line(line: str) -> str:
    if line.isprintable():
        return line
    return "".join(f"U+{ord(c):04X}" if c != "\t" and is_control(c) else c for c in line)


# --- characters that are cut in several tokens ---------------------------------------------------------------------


class SplitPart(NamedTuple):
    """What a token holds of a character that several tokens share."""

    character: str
    part: int
    """From 1, in the order of the tokens."""
    parts: int
    written: str
    """The token's own bytes of it, such as `f0 9f`."""


def byte_alphabet() -> dict[str, int]:
    """The printable character that byte-level BPE writes for each byte (GPT-2, Radford et al. 2019, encoder.py)."""
    plain = [*range(ord("!"), ord("~") + 1), *range(ord("¡"), ord("¬") + 1), *range(ord("®"), ord("ÿ") + 1)]
    alphabet = {chr(byte): byte for byte in plain}
    others = [byte for byte in range(256) if chr(byte) not in alphabet]
    return alphabet | {chr(256 + number): byte for number, byte in enumerate(others)}


def partial_bytes(vocabulary: Mapping[str, int]) -> dict[int, bytes]:
    """By id: bytes of those tokens of a byte-level vocabulary that are no text by themselves."""
    alphabet = byte_alphabet()
    found = {}
    for name, number in vocabulary.items():
        if name.isascii() or any(character not in alphabet for character in name):
            continue
        written = bytes(alphabet[character] for character in name)
        if BROKEN_MARK in written.decode("utf-8", errors="replace"):
            found[number] = written
    return found


def split_characters(pieces: Sequence[bytes]) -> tuple[dict[int, str], dict[int, SplitPart]]:
    """Characters that the pieces of one text share: by place the text that begins there, and the part held there.

    Only places that hold a part are named. The first one has the whole character in its text, the others lack it, and
    have an empty text where they hold nothing else. Bytes that are no character stay the replacement character. Of two
    such characters in one piece the first is named.
    """
    whole = b"".join(pieces)
    ends = list(accumulate(map(len, pieces)))
    found = _characters(whole)
    parts: dict[int, SplitPart] = {}
    for start, size, character in found:
        first, last = bisect_right(ends, start), bisect_right(ends, start + size - 1)
        for place in range(first, last + 1) if last > first else ():
            low = max(start, ends[place] - len(pieces[place]))
            held = whole[low : min(start + size, ends[place])].hex(" ")
            parts.setdefault(place, SplitPart(character, place - first + 1, last - first + 1, held))
    texts = dict.fromkeys(parts, "")
    for start, _, character in found if parts else ():
        place = bisect_right(ends, start)
        if place in texts:
            texts[place] += character
    return texts, parts


def _characters(whole: bytes) -> list[tuple[int, int, str]]:
    """Where each character begins and how many bytes it has; a byte of none is one replacement character."""
    found, at = [], 0
    while at < len(whole):
        for size in (1, 2, 3, 4):
            try:
                found.append((at, size, whole[at : at + size].decode("utf-8")))
                break
            except UnicodeDecodeError:
                continue
        else:
            size = 1
            found.append((at, size, BROKEN_MARK))
        at += size
    return found


FORMULA = ("=", "+", "-", "@", "\t", "\r", "'")
"""How a cell begins that a spreadsheet would compute, or take for its own mark of a text."""


def spreadsheet_safe(text: str) -> str:
    """The text as a CSV cell that no spreadsheet computes: after an apostrophe, its mark of a text, where it has to."""
    return f"'{text}" if text.startswith(FORMULA) else text
