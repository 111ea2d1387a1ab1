"""English inflection by rule with lists of exceptions: plurals, verb forms, comparatives, articles, number words.

Covers the words of the lexicon (regular or listed here); a word outside it gets the regular form, right or wrong.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

VOWELS = "aeiou"

_FOLDER = Path(__file__).parent / "irregular"

_MEN = ("man", "woman", "child", "foot", "tooth", "mouse", "person", "fish", "leaf", "knife", "wife", "shelf")

_NEVER_DOUBLED = "wxy"

_IRREGULAR_COMPARATIVES = {
    "good": ("better", "best"),
    "bad": ("worse", "worst"),
    "far": ("farther", "farthest"),
    "little": ("less", "least"),
    "many": ("more", "most"),
    "much": ("more", "most"),
    "well": ("better", "best"),
}
_LONG_ENDINGS = ("ed", "ing", "ful", "less", "ous", "ish")
_AN_ANYWAY = ("hour", "honest", "honour", "heir", "x-ray", "mp", "fbi")
_A_ANYWAY = ("uni", "use", "usu", "uti", "eu", "one-", "one ", "once", "ubiq", "ura", "uto", "ute", "ufo", "ukulele")
_AN_UNI = ("unin", "unim", "unid")

ONES = (
    *("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"),
    *("thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"),
)
TENS = ("", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_ORDINALS = {
    "one": "first",
    "two": "second",
    "three": "third",
    "five": "fifth",
    "eight": "eighth",
    "nine": "ninth",
    "twelve": "twelfth",
}


@dataclass(frozen=True)
class Verb:
    """The five forms of a verb: walk, walked, walked, walks, walking."""

    base: str
    past: str
    participle: str
    third: str
    ing: str


def _rows(name: str) -> list[list[str]]:
    return [line.split() for line in (_FOLDER / f"{name}.txt").read_text(encoding="utf-8").splitlines()]


@cache
def _words(name: str) -> frozenset[str]:
    return frozenset(word for row in _rows(name) for word in row)


@cache
def irregular_plurals() -> dict[str, str]:
    """Return noun -> plural for the nouns that follow no rule."""
    return {row[0]: row[1] for row in _rows("plurals")}


@cache
def irregular_verbs() -> dict[str, tuple[str, str]]:
    """Return base -> (past, participle) for the verbs that follow no rule."""
    return {row[0]: (row[1], row[2]) for row in _rows("verbs")}


@cache
def plural(noun: str) -> str:
    """Return the plural of a noun or noun phrase whose last word is the head ("fire engine")."""
    head, space, word = noun.rpartition(" ")
    return head + space + _plural_word(word)


def _plural_word(word: str) -> str:
    if word in irregular_plurals():
        return irregular_plurals()[word]
    for ending in _MEN:
        if word.endswith(ending) and word not in ("human", "talisman", "german", "roman"):
            return word[: -len(ending)] + irregular_plurals()[ending]
    if word.endswith("y") and word[-2:-1] not in VOWELS:
        return word[:-1] + "ies"
    if word.endswith(("s", "x", "z", "ch", "sh")):
        return word + "es"
    return word + "s"


@cache
def verb_forms(base: str) -> Verb:
    """Return all forms of a verb; a particle or object after the first word stays behind ("give up")."""
    word, space, rest = base.partition(" ")
    past, participle = _past(word)
    forms = (word, past, participle, _third(word), _ing(word))
    return Verb(*(form + space + rest for form in forms))


def _past(word: str) -> tuple[str, str]:
    if word in irregular_verbs():
        return irregular_verbs()[word]
    regular = _with_suffix(word, "ed")
    return regular, regular


def _with_suffix(word: str, suffix: str) -> str:
    """Return word + "ed", "er" or "est", with the changes of spelling that a vowel suffix brings."""
    if word.endswith("e"):
        return word + suffix[1:]
    if word.endswith("y") and word[-2] not in VOWELS:
        return word[:-1] + "i" + suffix
    return (word + word[-1] if _doubles(word) else word) + suffix


def _doubles(word: str) -> bool:
    if word in _words("doubling"):
        return True
    if len(word) < 3 or word[-1] in VOWELS or word[-1] in _NEVER_DOUBLED or word[-2] not in VOWELS:
        return False
    stem = word[:-2].replace("qu", "q")
    return sum(letter in VOWELS + "y" for letter in stem) == 0 or (len(stem) == 1 and stem == "y")


def _third(word: str) -> str:
    if word in ("be", "have"):
        return {"be": "is", "have": "has"}[word]
    if word.endswith("y") and word[-2] not in VOWELS:
        return word[:-1] + "ies"
    if word.endswith(("s", "x", "z", "ch", "sh", "o")):
        return word + ("zes" if word == "quiz" else "es")
    return word + "s"


def _ing(word: str) -> str:
    if word.endswith("ie"):
        return word[:-2] + "ying"
    if word.endswith("e") and not word.endswith(("ee", "oe", "ye")) and word not in ("be", "singe"):
        return word[:-1] + "ing"
    if word in ("mimic", "panic", "picnic"):
        return word + "king"
    return (word + word[-1] if _doubles(word) else word) + "ing"


@cache
def comparative(adjective: str) -> str:
    """Return "larger", "happier", "better" or "more careful"."""
    if adjective in _IRREGULAR_COMPARATIVES:
        return _IRREGULAR_COMPARATIVES[adjective][0]
    return _with_suffix(adjective, "er") if _is_short(adjective) else f"more {adjective}"


@cache
def superlative(adjective: str) -> str:
    """Return "largest", "happiest", "best" or "most careful", without an article."""
    if adjective in _IRREGULAR_COMPARATIVES:
        return _IRREGULAR_COMPARATIVES[adjective][1]
    return _with_suffix(adjective, "est") if _is_short(adjective) else f"most {adjective}"


def _is_short(adjective: str) -> bool:
    if adjective in _words("with_er") or adjective in _words("with_more"):
        return adjective in _words("with_er")
    if "-" in adjective or " " in adjective or adjective.endswith(_LONG_ENDINGS):
        return False
    syllables = _syllables(adjective)
    return syllables == 1 or (syllables == 2 and adjective.endswith("y"))


def _syllables(word: str) -> int:
    silent = word.endswith("e") and not (word.endswith("le") and word[-3:-2] not in VOWELS)
    marks = [letter in VOWELS + "y" for letter in (word[:-1] if silent else word)]
    starts = sum(now and not before for before, now in zip([False, *marks], marks, strict=False))
    return max(1, starts)


@cache
def article(word: str) -> str:
    """Return "a" or "an" by the sound of the word (or the digits) that follows."""
    first = word.lstrip("\"'“‘([").lower()
    if first.startswith(("8", "11 ", "18")) or first in ("11", "18"):
        return "an"
    if first.startswith(_AN_ANYWAY):
        return "an"
    if first.startswith(_A_ANYWAY) and not first.startswith(_AN_UNI):
        return "a"
    return "an" if first[:1] in VOWELS and first else "a"


@cache
def number_word(number: int) -> str:
    """Return a whole number in words, up to 999,999: "forty-two", "one hundred and six"."""
    if number < 0:
        return "minus " + number_word(-number)
    if number < 20:
        return ONES[number]
    if number < 100:
        return TENS[number // 10] + (f"-{ONES[number % 10]}" if number % 10 else "")
    if number < 1000:
        rest = f" and {number_word(number % 100)}" if number % 100 else ""
        return f"{ONES[number // 100]} hundred{rest}"
    below = number % 1000
    joined = "" if not below else (" and " if below < 100 else " ") + number_word(below)
    return f"{number_word(number // 1000)} thousand{joined}"


@cache
def ordinal_word(number: int) -> str:
    """Return "first", "twenty-third", "one hundredth"."""
    words = number_word(number)
    cut = max(words.rfind("-"), words.rfind(" ")) + 1
    head, last = words[:cut], words[cut:]
    if last in _ORDINALS:
        return head + _ORDINALS[last]
    return head + (last[:-1] + "ieth" if last.endswith("y") else last + "th")


def ordinal(number: int) -> str:
    """Return "1st", "22nd", "13th"."""
    if number % 100 in (11, 12, 13):
        return f"{number}th"
    return f"{number}{ {1: 'st', 2: 'nd', 3: 'rd'}.get(number % 10, 'th') }"
