"""How a token's string is shown: marks for what cannot be seen. Display only: never changes which tokens there are."""

from __future__ import annotations

import unicodedata

__all__ = ["LEADING_TOKEN", "display_text", "quoted"]

LEADING_TOKEN = "<|endoftext|>"
SPACE_MARK, NEWLINE_MARK, TAB_MARK, BROKEN_MARK = "·", "↵", "⇥", "�"

_MARKS = {" ": SPACE_MARK, "\n": NEWLINE_MARK, "\t": TAB_MARK, "\r": "␍", "\u00a0": "⍽"}


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


def _visible(character: str) -> str:
    if character in _MARKS and character != " ":
        return _MARKS[character]
    if unicodedata.category(character) in ("Cc", "Cf", "Cs", "Zl", "Zp"):
        return f"U+{ord(character):04X}"
    return character
