# ruff: noqa: E501
"""Slots for the prose of the structured kinds: words from the lexicon, and people who come back.

A slot is `§name`. A number at its end makes it stay the same in one passage (`§pet1`), without one it is drawn
anew each time; `§pet1` and `§pet2` differ. A capital first letter capitalises the value. Prefixes: `a_` adds the article, `pl_` the plural.

People, numbered: §given1 §family1 §full1 §mr1 §he1 §him1 §his1 §himself1; two numbers are never the same given
name. Others: §town §street §address §city §country §month §weekday §date §time §clock §money §year, §n (11 to 99),
§few (2 to 9), §fewword, §nth, and every noun class of the lexicon (§food, §animal; §mass_food for mass nouns).
Knows nothing of sentences: agreement is the frame's business.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable

from neuronview.demo.kinds._pools_code import render
from neuronview.demo.lexicon import Lexicon, Person

_NUMBERED = re.compile(r"([a-z_]+?)(\d+)")
_PERSON = ("given", "family", "full", "mr", "he", "him", "his", "himself")
_TRIES = 20


class Slots(dict[str, str | int]):
    """A mapping that draws what a frame asks for; numbered slots are remembered."""

    def __init__(self, rng: random.Random, lex: Lexicon) -> None:
        super().__init__()
        self._rng, self._lex = rng, lex
        self._people: dict[str, Person] = {}
        self._simple: dict[str, Callable[[], str | int]] = {
            "town": lambda: lex.town(rng),
            "street": lambda: lex.street(rng),
            "address": lambda: lex.address(rng),
            "city": lambda: lex.draw(rng, lex.cities),
            "country": lambda: lex.draw(rng, lex.countries),
            "month": lambda: rng.choice(lex.months),
            "weekday": lambda: rng.choice(lex.weekdays),
            "date": lambda: lex.date(rng, year=False),
            "time": lambda: lex.time(rng),
            "clock": lambda: lex.clock(rng),
            "money": lambda: lex.money(rng),
            "year": lambda: lex.year(rng),
            "price": lambda: f"{rng.choice('$£€')}{rng.randint(2, 80)}",
            "n": lambda: rng.randint(11, 99),
            "big": lambda: rng.randint(100, 9999),
            "few": lambda: rng.randint(2, 9),
            "fewword": lambda: lex.number_word(rng.randint(2, 9)),
            "nth": lambda: lex.ordinal_word(rng.randint(2, 9)),
        }

    def __missing__(self, key: str) -> str | int:
        if key[0].isupper():
            plain = str(self[key[0].lower() + key[1:]])
            return plain[0].upper() + plain[1:]
        numbered = _NUMBERED.fullmatch(key)
        if numbered is None:
            return self._draw(key)
        name, number = numbered.groups()
        if name in _PERSON:
            return str(getattr(self.person(number), name))
        known = {value for other, value in self.items() if other.rstrip("0123456789") == name}
        value = self._form(name, number)
        for _ in range(_TRIES):
            if value not in known:
                break
            value = self._form(name, number)
        self[key] = value
        return value

    def person(self, number: str) -> Person:
        """Return the person with this number, drawn at the first call."""
        if number not in self._people:
            known = {person.given for person in self._people.values()}
            person = self._lex.name(self._rng)
            while person.given in known:
                person = self._lex.name(self._rng)
            self._people[number] = person
        return self._people[number]

    def _form(self, name: str, number: str) -> str | int:
        """Return a numbered slot; `a_pet1` and `pl_pet1` are forms of `pet1`."""
        if name.startswith("a_"):
            return self._lex.a(str(self[f"{name[2:]}{number}"]))
        if name.startswith("pl_"):
            return self._lex.plural(str(self[f"{name[3:]}{number}"]))
        return self._draw(name)

    def _draw(self, name: str) -> str | int:
        if name in _PERSON:
            return str(getattr(self._lex.name(self._rng), name))
        if name in self._simple:
            return self._simple[name]()
        if name.startswith("a_"):
            return self._lex.a(str(self._draw(name[2:])))
        if name.startswith("pl_"):
            return self._lex.plural(str(self._draw(name[3:])))
        if name.startswith("mass_"):
            return self._lex.mass_noun(self._rng, name[5:])
        if name.startswith("adj_"):
            return self._lex.adjective(self._rng, name[4:])
        return self._lex.noun(self._rng, name)


def prose(text: str, rng: random.Random, *, lex: Lexicon, slots: Slots | None = None) -> str:
    """Return `text` with its alternatives chosen and its slots filled, by `slots` if the passage has them already.

    Raises `NotFound` for a slot that is no word class.
    """
    return render(text, rng, names=Slots(rng, lex) if slots is None else slots, underscores=True).strip()
