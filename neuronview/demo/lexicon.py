"""The words that the corpus generator draws from: classes of common English words, names, places, numbers, dates.

Every class is one text file in `demo/words`, written for this project: `noun_animal.txt` is `nouns["animal"]`;
`mass_*` holds nouns without a plural; an underscore inside a word stands for a space. Within a class words are
drawn with falling frequency (the first are common), yet each occurs. Knows nothing about sentences.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from itertools import chain
from pathlib import Path
from random import Random

from neuronview.demo import inflect
from neuronview.demo.inflect import Verb, verb_forms
from neuronview.errors import NotFound

WORDS_FOLDER = Path(__file__).parent / "words"

# The density of rank x is proportional to x ** (1 / SKEW - 1): flatter than Zipf, so that rare words are learnt too.
SKEW = 1.8

Words = tuple[str, ...]
Classes = Mapping[str, Words]


@dataclass(frozen=True)
class Person:
    """A person who can come back in a text: names, title and the pronouns that fit."""

    given: str
    family: str
    female: bool

    @property
    def full(self) -> str:
        return f"{self.given} {self.family}"

    @property
    def he(self) -> str:
        return "she" if self.female else "he"

    @property
    def him(self) -> str:
        return "her" if self.female else "him"

    @property
    def his(self) -> str:
        return "her" if self.female else "his"

    @property
    def hers(self) -> str:
        return "hers" if self.female else "his"

    @property
    def himself(self) -> str:
        return "herself" if self.female else "himself"

    @property
    def title(self) -> str:
        return "Ms" if self.female else "Mr"

    @property
    def mr(self) -> str:
        return f"{self.title} {self.family}"


class Lexicon:
    """All word classes; `lexicon()` returns the one that is built once for a process.

    nouns, mass, verbs, adjectives, adverbs map a class to its words; `classes` maps every file's name to its words.
    """

    def __init__(self, classes: Classes) -> None:
        self.classes = classes
        self.nouns = _with_prefix(classes, "noun")
        self.mass = _with_prefix(classes, "mass")
        self.verbs = _with_prefix(classes, "verb")
        self.adjectives = _with_prefix(classes, "adj")
        self.adverbs = _with_prefix(classes, "adv")
        self._groups: dict[str, Classes] = {
            "noun": self.nouns,
            "mass": self.mass,
            "verb": self.verbs,
            "adj": self.adjectives,
            "adv": self.adverbs,
        }
        self._pools = {group: _flat(members) for group, members in self._groups.items()}
        self.female: Words = classes["given_female"]
        self.male: Words = classes["given_male"]
        self.families: Words = classes["family"]
        self.cities: Words = classes["city"]
        self.countries: Words = classes["country"]
        self.months: Words = classes["month"]
        self.weekdays: Words = classes["weekday"]

    def words(self, name: str) -> Words:
        """Return a class by its file's name ("connective", "noun_animal", "noun.animal") or a whole group ("noun")."""
        found = self._pools.get(name) or self.classes.get(name.replace(".", "_", 1))
        if not found:
            raise self._no_class(name, [*self._pools, *self.classes])
        return found

    def draw(self, rng: Random, words: Words) -> str:
        """Return one of the words, the first ones more often."""
        return words[int(len(words) * rng.random() ** SKEW)]

    def word(self, rng: Random, name: str) -> str:
        """Return a word of the class with this name (see `words`)."""
        return self._drawn(rng, name.partition(".")[0] if name in self._groups else name)

    def _drawn(self, rng: Random, name: str) -> str:
        members = self._groups.get(name)
        if members is None:
            return self.draw(rng, self.words(name))
        return self.draw(rng, members[rng.choice(list(members))])

    def noun(self, rng: Random, kind: str | None = None) -> str:
        """Return a countable noun, of one class or of any."""
        return self._member(rng, "noun", kind)

    def mass_noun(self, rng: Random, kind: str | None = None) -> str:
        """Return an uncountable noun ("rice", "patience"): no article "a", no plural."""
        return self._member(rng, "mass", kind)

    def verb(self, rng: Random, kind: str | None = None) -> Verb:
        """Return a verb with its five forms."""
        return verb_forms(self._member(rng, "verb", kind))

    def adjective(self, rng: Random, kind: str | None = None) -> str:
        """Return an adjective in its plain form."""
        return self._member(rng, "adj", kind)

    def adverb(self, rng: Random, kind: str | None = None) -> str:
        """Return an adverb."""
        return self._member(rng, "adv", kind)

    def _member(self, rng: Random, group: str, kind: str | None) -> str:
        members = self._groups[group]
        if kind is None:
            return self.draw(rng, members[rng.choice(list(members))])
        if kind not in members:
            raise self._no_class(kind, members, group=group)
        return self.draw(rng, members[kind])

    def _no_class(self, name: str, known: Iterable[str], *, group: str = "word") -> NotFound:
        nearest = ", ".join(get_close_matches(name, list(known), n=4, cutoff=0.3)) or "none"
        return NotFound(f"There is no {group} class {name!r}; the nearest are: {nearest}. See demo/words.")

    def plural(self, noun: str) -> str:
        """Return the plural of any noun, irregular ones right."""
        return inflect.plural(noun)

    def comparative(self, adjective: str) -> str:
        """Return "larger" or "more careful"."""
        return inflect.comparative(adjective)

    def superlative(self, adjective: str) -> str:
        """Return "largest" or "most careful"."""
        return inflect.superlative(adjective)

    def a(self, phrase: str) -> str:
        """Return the phrase with "a" or "an" before it."""
        return f"{inflect.article(phrase)} {phrase}"

    def number_word(self, number: int) -> str:
        """Return a whole number in words."""
        return inflect.number_word(number)

    def ordinal_word(self, number: int) -> str:
        """Return "first", "twenty-third"."""
        return inflect.ordinal_word(number)

    def ordinal(self, number: int) -> str:
        """Return "1st", "23rd"."""
        return inflect.ordinal(number)

    def name(self, rng: Random, *, female: bool | None = None) -> Person:
        """Return a person; names are drawn independently, so that full names seldom repeat."""
        chosen = rng.random() < 0.5 if female is None else female
        given = self.draw(rng, self.female if chosen else self.male)
        return Person(given, self.draw(rng, self.families), chosen)

    def town(self, rng: Random) -> str:
        """Return an invented town ("Ashford Mill", "Little Harrow")."""
        name = self.draw(rng, self.classes["town_first"]) + self.draw(rng, self.classes["town_last"])
        if rng.random() < 0.8:
            return name
        if rng.random() < 0.5:
            return f"{self.draw(rng, self.classes['town_prefix'])} {name}"
        return f"{name} {self.draw(rng, self.classes['town_suffix'])}"

    def street(self, rng: Random) -> str:
        """Return a street's name ("Mill Lane")."""
        return f"{self.draw(rng, self.classes['street_first'])} {self.draw(rng, self.classes['street_last'])}"

    def address(self, rng: Random) -> str:
        """Return "14 Mill Lane, Harrowby"."""
        return f"{rng.randint(1, 180)} {self.street(rng)}, {self.town(rng)}"

    def year(self, rng: Random, low: int = 1890, high: int = 2029) -> int:
        """Return a year, recent ones more often."""
        return high - int((high - low + 1) * rng.random() ** 2)

    def date(self, rng: Random, *, year: bool | None = None) -> str:
        """Return a date in one of the usual forms, with a year when asked for (None: at random)."""
        day, month = rng.randint(1, 28), rng.choice(self.months)
        plain = rng.choice(
            (
                f"{day} {month}",
                f"{month} {day}",
                f"{inflect.ordinal(day)} {month}",
                f"the {inflect.ordinal(day)} of {month}",
            )
        )
        if not (rng.random() < 0.4 if year is None else year):
            return plain
        return f"{plain}, {self.year(rng)}" if plain.endswith(str(day)) else f"{plain} {self.year(rng)}"

    def time(self, rng: Random) -> str:
        """Return a time of day in figures ("7:45", "16:05", "9.30 a.m." without its last full stop: "9:30 am")."""
        minute = rng.choice((0, 0, 5, 10, 15, 15, 20, 25, 30, 30, 35, 40, 45, 45, 50, 55))
        if rng.random() < 0.4:
            return f"{rng.randint(1, 12)}:{minute:02d} {rng.choice(('am', 'pm'))}"
        return f"{rng.randint(5, 23)}:{minute:02d}"

    def clock(self, rng: Random) -> str:
        """Return a time of day in words ("half past seven", "ten to four", "noon")."""
        hour = inflect.number_word(rng.randint(1, 12))
        shapes = (
            f"{hour} o'clock",
            f"half past {hour}",
            f"a quarter past {hour}",
            f"a quarter to {hour}",
            f"{rng.choice(('five', 'ten', 'twenty'))} past {hour}",
            f"{rng.choice(('five', 'ten', 'twenty'))} to {hour}",
            rng.choice(("noon", "midnight")),
        )
        return rng.choice(shapes)

    def money(self, rng: Random) -> str:
        """Return an amount of money ("$14.50", "£1,200", "30 euros", "two dollars")."""
        amount = round(10 ** (rng.random() * 4.2)) + 1
        shapes: tuple[str, ...] = (
            f"${amount:,}",
            f"£{amount:,}",
            f"€{amount:,}",
            f"{amount:,} {self.draw(rng, self.classes['currency'])}",
        )
        if amount < 200:
            shapes += (f"${amount}.{rng.randint(1, 19) * 5:02d}", f"£{amount}.{rng.randint(1, 19) * 5:02d}")
        return rng.choice(shapes)


def _with_prefix(classes: Classes, prefix: str) -> dict[str, Words]:
    start = prefix + "_"
    return {name.removeprefix(start): words for name, words in classes.items() if name.startswith(start)}


def _flat(members: Classes) -> Words:
    return tuple(dict.fromkeys(chain.from_iterable(members.values())))


def _read(path: Path) -> Words:
    words = (word.replace("_", " ") for word in path.read_text(encoding="utf-8").split())
    return tuple(dict.fromkeys(words))


@cache
def lexicon() -> Lexicon:
    """Return the lexicon of `demo/words`, read once for a process."""
    return Lexicon({path.stem: _read(path) for path in sorted(WORDS_FOLDER.glob("*.txt"))})
