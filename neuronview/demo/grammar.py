"""Sentence frames with slots: `fill("{Name} saw {a adj.size} {animal}.", rng, lex)`.

Slots (all listed by `slots()`)
    {animal} {tool} {noun.animal}      a countable noun of the class; {noun} of any class
    {animal:plural}                    forms of nouns: plural (pl)
    {mass.food} {mass}                 a noun without plural or article: rice, patience
    {verb.motion:past}                 forms of verbs: base, past, participle (pp), third (3), ing
    {adj.mood} {adj}                   forms of adjectives: comparative (comp), superlative (sup), plain
    {adv.manner} {preposition} {town_first} ... every file of demo/words by its name
    {name} {name2} {full} {family} {mr} {title} {he} {him} {his} {hers} {himself}    people, see below
    {n:2-9} {num:2-9} {ord:1-12} {nth:1-30}     7, seven, seventh, 7th; the range is free, default 2-20
    {year} {year:1900-1950} {date} {fulldate} {time} {clock} {money} {percent} {town} {street} {address} {phone}
    {np} {thing} {where} {when} {vp:past} {clause} ...     whole phrases, see demo/phrases.txt
    {a animal} {a adj.size}            with "a" or "an" before it; a lone {a} looks at the word that follows
    {Animal} {A animal} {Name}         a capital first letter makes the text begin with a capital
    {key}                              whatever was given as key=... ; forms and articles work on it too

Coming back: `{animal#1} ... {animal#1:plural}` is the same animal, `{animal#2}` another one; `{animal2}` is short for
`{animal#2}`. {n#1}, {num#1}, {ord#1} share one number. People always come back: {name} is {name#1}, and {he}, {him},
{his} are that person's; {name2}, {he2} the second person. {name:female} settles the sex at the first mention.
Slots without an index avoid repeating a word inside one fill.

Choices: `[this|that|the other]`, nested at will, `[maybe|]` may be empty; `(? text)` is there half of the time.
A backslash makes the next character plain: \\{ \\} \\[ \\] \\| \\\\ \\(.
`fill` also tidies: spaces left by empty choices go, sentence starts get a capital (not after an abbreviation, nor
after a quoted question). `expand` does not tidy: use it for code, tables and anything where spaces count.
`Filler` keeps its memory over several calls, so that a person of the first sentence returns in the last.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from difflib import get_close_matches
from functools import cache
from random import Random

from neuronview.demo import inflect
from neuronview.demo.frames import Choice, Parts, Slot, parse
from neuronview.demo.lexicon import Lexicon, Person, lexicon
from neuronview.demo.phrases import phrases
from neuronview.errors import BadInput, NotFound

_LONE_ARTICLE = "\x01"
_LONE_CAPITAL_ARTICLE = "\x02"
_DEFAULT_RANGE = (2, 20)

_PERSON_PARTS = ("full", "family", "mr", "title", "he", "him", "his", "hers", "himself")
_NUMBERS: dict[str, Callable[[int], str]] = {
    "n": str,
    "num": inflect.number_word,
    "ord": inflect.ordinal_word,
    "nth": inflect.ordinal,
}
_MADE: dict[str, Callable[[Lexicon, Random], str]] = {
    "date": lambda lex, rng: lex.date(rng, year=False),
    "fulldate": lambda lex, rng: lex.date(rng, year=True),
    "time": lambda lex, rng: lex.time(rng),
    "clock": lambda lex, rng: lex.clock(rng),
    "money": lambda lex, rng: lex.money(rng),
    "percent": lambda lex, rng: f"{rng.randint(1, 99)}{rng.choice(('%', ' per cent', ' percent'))}",
    "town": lambda lex, rng: lex.town(rng),
    "street": lambda lex, rng: lex.street(rng),
    "address": lambda lex, rng: lex.address(rng),
    "phone": lambda lex, rng: f"0{rng.randint(10, 99)} 555 {rng.randint(0, 9999):04d}",
    "female": lambda lex, rng: lex.draw(rng, lex.female),
    "male": lambda lex, rng: lex.draw(rng, lex.male),
}
_VERB_FORMS = {
    "base": "base",
    "past": "past",
    "participle": "participle",
    "pp": "participle",
    "third": "third",
    "3": "third",
    "ing": "ing",
}
_ADJECTIVE_FORMS: dict[str, Callable[[str], str]] = {
    "comp": inflect.comparative,
    "comparative": inflect.comparative,
    "sup": inflect.superlative,
    "superlative": inflect.superlative,
}
_PLURALS = ("plural", "pl")


class Filler:
    """Fills templates with one random stream and one memory of what `#1`, `#2` stand for.

    `fixed` gives slots their text, before anything else is looked up.
    """

    def __init__(self, rng: Random, lex: Lexicon, **fixed: object) -> None:
        self.rng = rng
        self.lex = lex
        self.fixed: dict[str, str] = {key: str(value) for key, value in fixed.items()}
        self.people: dict[str, Person] = {}
        self._memory: dict[tuple[str, str], str] = {}
        self._used: dict[str, set[str]] = {}

    def __call__(self, *templates: str) -> str:
        """Return one of the templates, filled and tidied."""
        return tidy(self.expand(*templates))

    def expand(self, *templates: str) -> str:
        """Return one of the templates, filled, its spaces and capitals untouched."""
        template = templates[0] if len(templates) == 1 else self.rng.choice(templates)
        return _settle_articles(self._text(parse(template)))

    def several(self, templates: Sequence[str], count: int, *, joint: str = " ") -> str:
        """Return `count` different templates of the list, in random order, filled and joined."""
        chosen = self.rng.sample(templates, min(count, len(templates)))
        return tidy(joint.join(self.expand(template) for template in chosen))

    def person(self, index: str = "1", *, female: bool | None = None) -> Person:
        """Return the person with this index, made at the first mention and unlike the others by name."""
        if index not in self.people:
            taken = {other.given for other in self.people.values()} | {other.family for other in self.people.values()}
            for _ in range(20):
                self.people[index] = self.lex.name(self.rng, female=female)
                if not {self.people[index].given, self.people[index].family} & taken:
                    break
        return self.people[index]

    def _text(self, parts: Parts) -> str:
        return "".join(part if isinstance(part, str) else self._part(part) for part in parts)

    def _part(self, part: Slot | Choice) -> str:
        if isinstance(part, Choice):
            return self._text(self.rng.choice(part.branches))
        if part.head in ("a", "A") and part.source == part.head:
            return _LONE_ARTICLE if part.head == "a" else _LONE_CAPITAL_ARTICLE
        text = self._value(part)
        if part.article:
            text = f"{inflect.article(text)} {text}"
        return text[:1].upper() + text[1:] if part.capital else text

    def _value(self, slot: Slot) -> str:
        head = slot.head
        if self.fixed:
            key = head + (slot.index or "")
            given = self.fixed.get(key, self.fixed.get(head))
            if given is not None:
                return self._formed(head, given, slot)
        if head == "name":
            return self.person(slot.index or "1", female=_sex(slot.form)).given
        if head in _PERSON_PARTS:
            return str(getattr(self.person(slot.index or "1", female=_sex(slot.form)), head))
        return self._formed(head, self._remembered(slot), slot)

    def _remembered(self, slot: Slot) -> str:
        """Return the slot's base word: the one of its index, else a fresh one."""
        if slot.index is None:
            return self._fresh(slot)
        key = ("n" if slot.head in _NUMBERS else slot.head, slot.index)
        if key not in self._memory:
            self._memory[key] = self._fresh(slot)
        return self._memory[key]

    def _fresh(self, slot: Slot) -> str:
        """Draw, and draw again when the word was used before; a phrase or a number may repeat."""
        head = slot.head
        if head in _NUMBERS or head == "year":
            return self._number(slot)
        if head in phrases():
            return self._text(parse(self.rng.choice(phrases()[head]).replace("$", slot.form or "past")))
        if head in _MADE:
            return _MADE[head](self.lex, self.rng)
        return self._unused(head, *_class_of(head))

    def _unused(self, head: str, group: str, words: tuple[tuple[str, ...], ...]) -> str:
        used = self._used.setdefault(head, set())
        word = ""
        for _ in range(4):
            word = self.lex.draw(self.rng, words[0] if len(words) == 1 else self.rng.choice(words))
            if word not in used:
                break
        used.add(word)
        return word

    def _number(self, slot: Slot) -> str:
        low, high = _range(slot)
        if slot.head == "year":
            return str(self.lex.year(self.rng, low, high) if slot.form is None else self.rng.randint(low, high))
        return str(self.rng.randint(low, high))

    def _formed(self, head: str, word: str, slot: Slot) -> str:
        if head in _NUMBERS:
            return _NUMBERS[head](int(word)) if word.lstrip("-").isdigit() else word
        form = slot.form
        if head == "verb" or head.startswith("verb."):
            return _verb_form(word, slot)
        if form is None or head in phrases() or head == "year":
            return word
        if form in _PLURALS:
            return inflect.plural(word)
        if form in _ADJECTIVE_FORMS:
            return _ADJECTIVE_FORMS[form](word)
        if form in _VERB_FORMS:
            return _verb_form(word, slot)
        raise _unknown_form(slot)


def _verb_form(word: str, slot: Slot) -> str:
    form = slot.form or "base"
    if form not in _VERB_FORMS:
        raise _unknown_form(slot)
    return str(getattr(inflect.verb_forms(word), _VERB_FORMS[form]))


def _unknown_form(slot: Slot) -> NotFound:
    known = ", ".join([*_PLURALS, *_ADJECTIVE_FORMS, *_VERB_FORMS])
    return NotFound(f"The slot {{{slot.source}}} asks for the form {slot.form!r}; the forms are: {known}.")


def _sex(form: str | None) -> bool | None:
    return None if form is None else form == "female"


def _range(slot: Slot) -> tuple[int, int]:
    if slot.form is None:
        return (1890, 2029) if slot.head == "year" else _DEFAULT_RANGE
    low, _, high = slot.form.partition("-")
    if not (low.isdigit() and high.isdigit() and int(low) <= int(high)):
        raise BadInput(f"The slot {{{slot.source}}} needs a range such as {{{slot.head}:2-9}}.")
    return int(low), int(high)


@cache
def _class_of(head: str) -> tuple[str, tuple[tuple[str, ...], ...]]:
    """Return a word slot's group and the word lists it draws from: one list, or all lists of the group."""
    lex = lexicon()
    groups = {"noun": lex.nouns, "mass": lex.mass, "verb": lex.verbs, "adj": lex.adjectives, "adv": lex.adverbs}
    if head in groups:
        return head, tuple(groups[head].values())
    group, dot, member = head.partition(".")
    if dot and member in groups.get(group, {}):
        return group, (groups[group][member],)
    if head in lex.classes and not dot:
        return head.partition("_")[0], (lex.classes[head],)
    for group in ("noun", "mass"):
        if head in groups[group]:
            return group, (groups[group][head],)
    nearest = ", ".join(get_close_matches(head, list(slots()), n=5, cutoff=0.4)) or "none"
    raise NotFound(f"There is no slot {{{head}}}; the nearest are: {nearest}. grammar.slots() lists all.")


@cache
def slots() -> Mapping[str, str]:
    """Return every slot's name and, in a few words, what it gives."""
    lex = lexicon()
    listed = {name: "a person's " + name for name in ("name", *_PERSON_PARTS)}
    listed |= dict.fromkeys(_NUMBERS, "a number; :low-high") | {"year": "a year; :low-high"}
    listed |= dict.fromkeys(_MADE, "made up each time")
    listed |= {name: "a phrase such as " + templates[0] for name, templates in phrases().items()}
    listed |= {
        "noun": "any noun",
        "mass": "any mass noun",
        "verb": "any verb",
        "adj": "any adjective",
        "adv": "any adverb",
    }
    for prefix, members in (
        ("", lex.nouns),
        ("noun.", lex.nouns),
        ("mass.", lex.mass),
        ("verb.", lex.verbs),
        ("adj.", lex.adjectives),
        ("adv.", lex.adverbs),
    ):
        listed |= {prefix + name: " ".join(words[:4]) for name, words in members.items()}
    grouped = ("noun_", "mass_", "verb_", "adj_", "adv_")
    return listed | {name: " ".join(words[:4]) for name, words in lex.classes.items() if not name.startswith(grouped)}


def fill(template: str, rng: Random, lex: Lexicon, **fixed: object) -> str:
    """Return the template with its slots filled and its spaces and capitals tidied; see the module's docstring."""
    return Filler(rng, lex, **fixed)(template)


def expand(template: str, rng: Random, lex: Lexicon, **fixed: object) -> str:
    """Return the template filled, every space and letter as written: for code, tables, addresses."""
    return Filler(rng, lex, **fixed).expand(template)


_ARTICLE_BEFORE = re.compile(f"([{_LONE_ARTICLE}{_LONE_CAPITAL_ARTICLE}])(\\s*)(\\S+)")


def _settle_articles(text: str) -> str:
    if _LONE_ARTICLE not in text and _LONE_CAPITAL_ARTICLE not in text:
        return text
    return _ARTICLE_BEFORE.sub(_settled, text)


def _settled(match: re.Match[str]) -> str:
    word = inflect.article(match[3])
    return (word if match[1] == _LONE_ARTICLE else word.capitalize()) + match[2] + match[3]


_SPACES = re.compile(r"(?<=\S) {2,}(?=\S)")
_SPACE_BEFORE_MARK = re.compile(r"(?<=[\w\"')”’]) +(?=[,.;:!?](?:\s|$|[\"'”’)]))")
_TRAILING = re.compile(r" +(?=\n|$)")
_SENTENCE_START = re.compile(r"(?:(?<![.])[.][\"”’')]*|[!?][)]?)\s+[\"“‘'(]*([a-z])")
_FIRST_LETTER = re.compile(r"[\s\"“‘'(]*([a-z])")
_ABBREVIATION = re.compile(
    r"(?:^|[\s(])(?:a\.m|p\.m|e\.g|i\.e|etc|vs|cf|approx|no|min|max|ca|fig|p|pp|vol|st|tbsp|tsp|oz|lb|cm|kg)$", re.I
)


def tidy(text: str) -> str:
    """Return the text without left-over spaces and with a capital at the start of every sentence."""
    text = _TRAILING.sub("", _SPACE_BEFORE_MARK.sub("", _SPACES.sub(" ", text)))
    first = _FIRST_LETTER.match(text)
    if first:
        text = _raise(text, first.start(1))
    for match in _SENTENCE_START.finditer(text):
        if text[match.start()] != "." or not _ABBREVIATION.search(text[max(0, match.start() - 8) : match.start()]):
            text = _raise(text, match.start(1))
    return text


def _raise(text: str, at: int) -> str:
    return text[:at] + text[at].upper() + text[at + 1 :]
