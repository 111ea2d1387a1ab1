"""What every family of features is made of: `Feature`, `Family`, the analysed text (`Context`) and `Marks`.

The analysis sees only the tokens' text, never ids or a vocabulary, so it holds for any tokenizer. Tokens are joined
without anything in between. U+FFFD (a piece of a character that a tokenizer cut) counts as part of a word only
between letters, because what it stood for is not recoverable.

Rules that the families share:
- a *span* (a word, a number, the inside of brackets) marks each token that covers one of its characters that is not
  white space, so a word that is cut into pieces has all its pieces marked;
- *after* something marks the first token that begins after it and is not white space only;
- the *first token* of a sentence or line is the one that covers its first such character;
- *characters* (newlines, indentation) mark each token that covers one of them, white space or not.
"""

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

BoolArray = NDArray[np.bool_]

_WORD = re.compile(r"[^\W\d_](?:[^\W\d_]|['’](?=[^\W\d_])|\ufffd+(?=[^\W\d_]))*")
_BOUNDARY = re.compile(r"([.!?…]+)[\"'”’)\]\ufffd]*\s+|\s*\n\s*")
_ABBREVIATION = re.compile(
    r"(?:\b(?:mr|mrs|ms|dr|prof|st|sr|jr|vs|vol|fig|approx|inc|ltd|co|e\.g|i\.e|a\.m|p\.m|[a-z])"
    r"|(?:^|\n)\s*\d{1,3})$",
    re.IGNORECASE,
)
_ENCLOSING = re.compile(r"[\"“”«»()\[\]{}]|\n[ \t]*\n")
_CLOSER_OF = {")": "(", "]": "[", "}": "{"}
KIND_OF_MARK = {'"': "quote", "“": "quote", "«": "quote", "(": "round", "[": "square", "{": "curly"}


def word_list(words: str) -> list[str]:
    """The words of a text separated by white space: how tables of words are written in this package."""
    return words.split()


def word_set(words: str) -> frozenset[str]:
    """`word_list` as a set."""
    return frozenset(word_list(words))


class Word(NamedTuple):
    """A run of letters (inner apostrophes included); offsets are characters of the joined text."""

    start: int
    end: int
    text: str
    lower: str  # with a straight apostrophe
    gap: str  # text between the previous word (or the beginning) and this one

    @property
    def follows_directly(self) -> bool:
        """Whether only white space, with no blank line, lies between the previous word and this one."""
        return self.gap.isspace() and self.gap.count("\n") < 2


class Enclosure(NamedTuple):
    """The inside of a pair of marks, which are themselves left out; `end` is the text's end when never closed."""

    kind: str  # quote, round, square, curly
    start: int
    end: int
    depth: int  # 1 for the outermost of its kind


class Context:
    """One excerpt, analysed once for all features. Everything but the token offsets is computed on first use."""

    def __init__(self, tokens: Sequence[str]) -> None:
        self.tokens = tuple(tokens)
        self.text = "".join(self.tokens)
        self.starts: list[int] = []
        self.blank: list[bool] = []
        self.owner: list[int] = []  # token of each character
        position = 0
        for index, token in enumerate(self.tokens):
            self.starts.append(position)
            self.blank.append(not token or token.isspace())
            self.owner.extend([index] * len(token))
            position += len(token)

    @cached_property
    def words(self) -> list[Word]:
        """All words in order."""
        found, previous, text = [], 0, self.text
        for match in _WORD.finditer(text):
            start, end = match.span()
            word = match.group()
            found.append(Word(start, end, word, word.replace("’", "'").lower(), text[previous:start]))
            previous = end
        return found

    @cached_property
    def lines(self) -> list[tuple[int, int]]:
        """Start and end of each line, the newline left out; blank lines included."""
        found, start = [], 0
        for line in self.text.split("\n"):
            found.append((start, start + len(line)))
            start += len(line) + 1
        return found

    @cached_property
    def sentence_starts(self) -> list[int]:
        """Offset of the first character of each sentence. The text's own beginning counts unless in lower case."""
        text = self.text
        first = len(text) - len(text.lstrip())
        starts = [first] if first < len(text) and not text[first].islower() else []
        for match in _BOUNDARY.finditer(text):
            begins = match.end()
            if match.start() > 0 and begins < len(text) and self._is_boundary(match):
                starts.append(begins)
        return starts

    def _is_boundary(self, match: re.Match[str]) -> bool:
        newlines = match.group().count("\n")
        if newlines < 2 and self.text[match.end()].islower():
            return False
        before = self.text[max(0, match.start() - 12) : match.start()]
        return not (match.group(1) == "." and newlines == 0 and _ABBREVIATION.search(before))

    @cached_property
    def sentences(self) -> list[tuple[int, int]]:
        """Start and end of each sentence; text before the first start is a sentence of its own."""
        starts = self.sentence_starts
        if not self.text:
            return []
        if not starts or starts[0] > 0:
            starts = [0, *starts]
        return list(zip(starts, [*starts[1:], len(self.text)], strict=True))

    @cached_property
    def sentence_of_word(self) -> list[int]:
        """Index into `sentences` for each word."""
        starts = [start for start, _ in self.sentences]
        return [bisect_right(starts, word.start) - 1 for word in self.words]

    @cached_property
    def quote_marks(self) -> list[tuple[int, bool]]:
        """Offset of each double quote and whether it opens."""
        return self._enclosing[1]

    @cached_property
    def enclosures(self) -> list[Enclosure]:
        """The insides of quotes and brackets. A quote that stays open ends at a blank line, a bracket with the text."""
        return self._enclosing[0]

    @cached_property
    def _enclosing(self) -> tuple[list[Enclosure], list[tuple[int, bool]]]:
        reader = _EnclosureReader(self.text)
        for match in _ENCLOSING.finditer(self.text):
            reader.take(match.group(), match.start())
        reader.finish()
        return sorted(reader.found, key=lambda item: item.start), reader.quotes


class _EnclosureReader:
    def __init__(self, text: str) -> None:
        self.text = text
        self.found: list[Enclosure] = []
        self.quotes: list[tuple[int, bool]] = []
        self.open: dict[str, list[int]] = {'"': [], "(": [], "[": [], "{": []}

    def take(self, mark: str, at: int) -> None:
        if mark[0] == "\n":
            self._close('"', at)
        elif mark in "([{":
            self.open[mark].append(at + 1)
        elif mark in _CLOSER_OF:
            self._close(_CLOSER_OF[mark], at)
        else:
            self._quote(mark, at)

    def _quote(self, mark: str, at: int) -> None:
        opens = mark in "“«" or (mark == '"' and not self.open['"'] and self._can_open(at))
        self.quotes.append((at, opens))
        if not opens:
            self._close('"', at)
        elif not self.open['"']:
            self.open['"'].append(at + 1)

    def _can_open(self, at: int) -> bool:
        before = self.text[at - 1] if at else " "
        after = self.text[at + 1] if at + 1 < len(self.text) else " "
        return not (after.isspace() and not before.isspace()) and not (before.isalnum() and not after.isalnum())

    def _close(self, opener: str, at: int) -> None:
        stack = self.open[opener]
        if stack:
            self.found.append(Enclosure(KIND_OF_MARK[opener], stack[-1], at, len(stack)))
            stack.pop()

    def finish(self) -> None:
        for opener, stack in self.open.items():
            while stack:
                self._close(opener, len(self.text))


class Marks:
    """Collects which tokens each feature fires on: one integer a token, one bit a feature."""

    def __init__(self, context: Context, bits: dict[str, int]) -> None:
        self.context = context
        self.bits = bits
        self.masks = [0] * len(context.tokens)

    def span(self, name: str, start: int, end: int) -> None:
        """Mark the tokens that cover a character of [start, end) that is not white space."""
        self.span_bits(self.bits[name], start, end)

    def span_bits(self, bits: int, start: int, end: int) -> None:
        """`span` for several features at once."""
        text, blank, masks = self.context.text, self.context.blank, self.masks
        while start < end and text[start].isspace():
            start += 1
        while end > start and text[end - 1].isspace():
            end -= 1
        if start < end:
            owner = self.context.owner
            for token in range(owner[start], owner[end - 1] + 1):
                if not blank[token]:
                    masks[token] |= bits

    def characters(self, name: str, start: int, end: int) -> None:
        """Mark the tokens that cover a character of [start, end), white space included."""
        if start < end:
            bits, owner, tokens = self.bits[name], self.context.owner, self.context.tokens
            for token in range(owner[start], owner[end - 1] + 1):
                if tokens[token]:
                    self.masks[token] |= bits

    def token(self, name: str, index: int) -> None:
        """Mark one token."""
        self.masks[index] |= self.bits[name]

    def first(self, name: str, start: int) -> None:
        """Mark the token that covers the first character at or after `start` that is not white space."""
        text = self.context.text
        while start < len(text) and text[start].isspace():
            start += 1
        if start < len(text):
            self.masks[self.context.owner[start]] |= self.bits[name]

    def after(self, name: str, end: int) -> None:
        """Mark the first token that begins at or after the character offset `end` and is not white space only."""
        context = self.context
        if end >= len(context.text):
            return
        token = context.owner[end]
        if context.starts[token] < end:
            token += 1  # this one also covers what it should come after
        while token < len(context.tokens) and context.blank[token]:
            token += 1
        if token < len(context.tokens):
            self.masks[token] |= self.bits[name]


FormRule = Callable[[str], Iterable[str]]


@dataclass(frozen=True)
class Family:
    """A module's features with the rules that mark them.

    `of_word` and `of_token` say which features hold for a word or token by its form alone (their answers are kept
    by form); `mark` does what needs the surrounding text.
    """

    name: str
    phrases: tuple[tuple[str, str], ...]  # (feature name, phrase)
    of_word: FormRule | None = None
    of_token: FormRule | None = None
    mark: Callable[[Context, Marks], None] | None = None


@dataclass(frozen=True)
class Feature:
    """A named predicate over the tokens of an excerpt; `phrase` completes "fires on ..."."""

    name: str
    phrase: str
    family: str
    function: Callable[[Sequence[str]], BoolArray]  # tokens -> (n_tokens,)
