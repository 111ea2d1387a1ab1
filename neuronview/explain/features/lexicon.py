"""Our word lists: loading, inflection, look-up, and how much of a list another vocabulary shares.

A file of `wordlists/` names its family, its kind and its phrase in a header; the file's stem is the feature's name.
Kinds: `plain` (as written), `noun` (regular plurals are added), `verb` (regular -s, -ed, -ing forms are added;
irregular ones are written out), `proper` (only with an initial capital). A possessive 's does not change a word's
lists. The lists are by meaning in general, not by sense in context: "spring" is water and a season.
"""

from collections.abc import Collection
from dataclasses import dataclass
from functools import cache
from importlib import resources

_VOWELS = "aeiou"


@dataclass(frozen=True)
class WordList:
    """One file: the words as written, in lower case."""

    name: str
    family: str
    kind: str
    phrase: str
    written: tuple[str, ...]

    def forms(self) -> frozenset[str]:
        """The written words with the inflected forms that their kind adds."""
        found = set(self.written)
        for word in self.written:
            if self.kind == "noun":
                found.add(plural(word))
            elif self.kind == "verb":
                found.update((plural(word), past(word), progressive(word)))
        return frozenset(found)


def plural(word: str) -> str:
    """The regular -s form of a noun or verb."""
    if word.endswith(("s", "x", "z", "ch", "sh")):
        return word + "es"
    if word.endswith("y") and word[-2:-1] not in _VOWELS:
        return word[:-1] + "ies"
    return word + "s"


def past(word: str) -> str:
    """The regular -ed form of a verb."""
    if word.endswith("e"):
        return word + "d"
    if word.endswith("y") and word[-2:-1] not in _VOWELS:
        return word[:-1] + "ied"
    return _doubled(word) + "ed"


def progressive(word: str) -> str:
    """The regular -ing form of a verb."""
    if word.endswith("ie"):
        return word[:-2] + "ying"
    if word.endswith("e") and not word.endswith("ee"):
        return word[:-1] + "ing"
    return _doubled(word) + "ing"


def _doubled(word: str) -> str:
    """Double a final consonant after a single vowel in a word of one syllable: stop, stopp(ed)."""
    ends_short = len(word) >= 3 and word[-1] not in _VOWELS + "wxy" and word[-2] in _VOWELS
    one_syllable = sum(letter in _VOWELS for letter in word) == 1
    return word + word[-1] if ends_short and one_syllable else word


@cache
def lists() -> tuple[WordList, ...]:
    """All word lists, by name."""
    folder = resources.files(__package__) / "wordlists"
    files = sorted((item for item in folder.iterdir() if item.name.endswith(".txt")), key=lambda item: item.name)
    return tuple(_parse(item.name.removesuffix(".txt"), item.read_text(encoding="utf-8")) for item in files)


def _parse(name: str, content: str) -> WordList:
    lines = content.splitlines()
    header = dict(line[1:].strip().split(": ", 1) for line in lines if line.startswith("#"))
    written = tuple(word for line in lines if not line.startswith("#") for word in line.split())
    return WordList(name, header["family"], header["kind"], header["phrase"], written)


@cache
def words(name: str) -> frozenset[str]:
    """All forms of the list `name`, in lower case."""
    return next(item for item in lists() if item.name == name).forms()


@cache
def phrases(family: str) -> tuple[tuple[str, str], ...]:
    """(list name, phrase) of a family's lists."""
    return tuple((item.name, item.phrase) for item in lists() if item.family == family)


@cache
def _index(family: str) -> dict[str, tuple[tuple[str, bool], ...]]:
    index: dict[str, tuple[tuple[str, bool], ...]] = {}
    for item in lists():
        if item.family == family:
            for word in item.forms():
                index[word] = (*index.get(word, ()), (item.name, item.kind == "proper"))
    return index


def lists_of(word: str, *, family: str) -> list[str]:
    """Names of the family's lists that hold `word` (as it stands in the text: capitals matter for proper names)."""
    index, capital = _index(family), word[:1].isupper()
    lower = word.replace("’", "'").lower()
    entries = index.get(lower) or index.get(lower.removesuffix("'s"), ())
    return [name for name, proper in entries if capital or not proper]


def overlap(vocabulary: Collection[str]) -> dict[str, float]:
    """Share of each list's written words that are also in `vocabulary` (compared in lower case), by list name."""
    lowered = {word.lower() for word in vocabulary}
    return {item.name: sum(word in lowered for word in item.written) / len(item.written) for item in lists()}
