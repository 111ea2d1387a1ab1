"""Words of a text, and what a typed search asks for: pure functions, the same for the index and for the query.

A word is a run of letters and digits of any script, without regard to case or compatibility forms; signs of scripts
that are written without spaces stand alone. Knows neither an index nor a dataset.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

__all__ = [
    "AnyWord",
    "Phrase",
    "Query",
    "between_slashes",
    "marked",
    "parse_query",
    "plural_forms",
    "token_terms",
    "words",
]

_ALONE = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af"
_WORD = re.compile(f"[{_ALONE}]|[^\\W_{_ALONE}]+")
_CHUNK = re.compile(r'"([^"]*)("?)|“([^”]*)(”?)|[^\s"“”]+')
_SLASHED = re.compile(r"/(.+)/([ims]*)", re.DOTALL)
_REPLACED = "\ufffd"
"""What stands for a part of a character: no search can mean it."""


@dataclass(frozen=True)
class Phrase:
    """Words that must stand side by side in this order."""

    words: tuple[str, ...]
    exact: bool = False
    """Between quotes: neither plurals nor longer words count."""
    open: bool = False
    """The last word may be the beginning of a longer one: it is still being typed."""


@dataclass(frozen=True)
class Query:
    """What a typed search asks for; all of it must be found."""

    phrases: tuple[Phrase, ...] = ()
    literals: tuple[str, ...] = ()
    """Pieces without a letter or digit, such as `://`, in lower case."""

    def __bool__(self) -> bool:
        return bool(self.phrases or self.literals)


@dataclass(frozen=True)
class AnyWord:
    """What a word may be so that a search means it by itself: made once for many texts, a search may have thousands."""

    forms: frozenset[str]
    beginnings: tuple[str, ...]

    @classmethod
    def of(cls, query: Query) -> AnyWord:
        """Of each word of the search, those within phrases too."""
        return cls._of((word, phrase, word == phrase.words[-1]) for phrase in query.phrases for word in phrase.words)

    @classmethod
    def of_single(cls, query: Query) -> AnyWord:
        """Of the words that stand alone in the search."""
        return cls._of((phrase.words[0], phrase, True) for phrase in query.phrases if len(phrase.words) == 1)

    @classmethod
    def _of(cls, asked: Iterable[tuple[str, Phrase, bool]]) -> AnyWord:
        """Of words, each with its phrase and whether it is the last there."""
        kinds = {(word, phrase.exact, phrase.open and is_last) for word, phrase, is_last in asked}
        forms = {form for word, exact, _ in kinds for form in (word, *(() if exact else plural_forms(word)))}
        return cls(frozenset(forms), tuple({word for word, _, is_open in kinds if is_open}))

    def means(self, word: str) -> bool:
        """Whether the search means this folded word."""
        return word in self.forms or word.startswith(self.beginnings)

    def is_in(self, text: str) -> bool:
        """Whether it means any word of a text."""
        return any(self.means(word) for _, _, word in _spans(text))


def words(text: str) -> list[str]:
    """The words of a text in their order, folded."""
    return _WORD.findall(_folded(text))


def token_terms(token: str) -> list[str]:
    """What a token can be found by: its words, else its signs; nothing for white space and parts of characters."""
    if _REPLACED in token:
        return []
    signs = _folded(token).strip()
    return words(token) or ([signs] if signs else [])


def parse_query(text: str) -> Query:
    """Read words and “quoted phrases”; a piece such as `don't` or `comma-separated` is a phrase of its words."""
    phrases, literals = list[Phrase](), list[str]()
    for found in _CHUNK.finditer(text):
        quoted = found[0][0] in '"“'
        inner = (found[1] or found[3] or "") if quoted else found[0]
        folded = tuple(words(inner))
        at_end = found.end() == len(text)
        if folded:
            closed = bool(found[2] or found[4])
            # The word at the very end may go on, as may the one that a quote without its end stops at.
            goes_on = (
                at_end and not closed and not inner[-1:].isspace() and _WORD.match(_folded(inner[-1:])) is not None
            )
            phrases.append(Phrase(folded, exact=quoted, open=goes_on))
        elif inner.strip():
            literals.append(_folded(inner).strip())
    return Query(tuple(phrases), tuple(literals))


def between_slashes(text: str) -> str | None:
    """The regular expression of `/rivers?/`, with the flags i, m or s after it; None where there are no slashes."""
    found = _SLASHED.fullmatch(text.strip())
    if found is None:
        return None
    return f"(?{''.join(sorted(set(found[2])))}){found[1]}" if found[2] else found[1]


def plural_forms(word: str) -> tuple[str, ...]:
    """Other English numbers of a noun that looks like this: `marks` for `mark`, `city` for `cities`."""
    stem = _singular(word)
    candidates = (stem, f"{stem}s", f"{stem}es", f"{stem[:-1]}ies" if stem.endswith("y") else "")
    return tuple(dict.fromkeys(c for c in candidates if c and c != word and _singular(c) == stem))


def marked(text: str, query: Query) -> list[tuple[str, bool]]:
    """The text in pieces, each with whether the search hit it; joined they are the text."""
    spans, single = _spans(text), AnyWord.of_single(query)
    hit = [single.means(word) for _, _, word in spans]
    for phrase in dict.fromkeys(query.phrases):
        length = len(phrase.words)
        for first in range(len(spans) - length + 1 if length > 1 else 0):
            if all(_meant(spans[first + place][2], phrase, place) for place in range(length)):
                hit[first : first + length] = [True] * length
    pieces, end = list[tuple[str, bool]](), 0
    for (start, stop, _), is_hit in zip(spans, hit, strict=True):
        if is_hit:
            pieces += [(text[end:start], False), (text[start:stop], True)]
            end = stop
    return [piece for piece in [*pieces, (text[end:], False)] if piece[0]]


def _spans(text: str) -> list[tuple[int, int, str]]:
    """The words of a text, folded, with where each begins and ends."""
    return [(found.start(), found.end(), "".join(words(found[0]))) for found in _WORD.finditer(text)]


def _meant(word: str, phrase: Phrase, place: int) -> bool:
    """Whether a word of a text is the word at that place of a phrase of several, as the index counts it."""
    asked = phrase.words[place]
    return word == asked or (phrase.open and place == len(phrase.words) - 1 and word.startswith(asked))


def _singular(word: str) -> str:
    if len(word) <= 3 or not word.endswith("s") or word.endswith(("ss", "us", "is")):
        return word
    if word.endswith("ies"):
        return f"{word[:-3]}y"
    return word[:-2] if word.endswith(("ches", "shes", "xes", "sses", "zes")) else word[:-1]


def _folded(text: str) -> str:
    return text.lower() if text.isascii() else unicodedata.normalize("NFKC", text).casefold()
