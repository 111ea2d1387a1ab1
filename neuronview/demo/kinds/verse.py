"""Rhymed verse: couplets, quatrains, ballads, limericks, refrains, counting rhymes and longer stanzas.

Lines come from `_pools_verse`, grouped by rhyme, so that lines that ought to rhyme do. `RHYMES` lists every pair
of rhyming words that can occur. Knows nothing about stress beyond the number of beats a pool promises.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator, Mapping
from itertools import combinations
from typing import TYPE_CHECKING

from neuronview.demo.kinds import _prose
from neuronview.demo.kinds._pools_verse import COUPLETS, FOUR, LIMERICK_LONG, LIMERICK_SHORT, THREE

if TYPE_CHECKING:
    from neuronview.demo.lexicon import Lexicon

Groups = Mapping[str, tuple[str, ...]]

WHO = (
    "the fox",
    "the crow",
    "the king",
    "the child",
    "the mare",
    "the moon",
    "the cat",
    "the bear",
    "the fool",
    "the smith",
    "the young black hen",
    "the clerk",
    "the ghost",
    "the thief",
    "the wind",
    "the priest",
)
PREFIXES = ("My dear, ", "Tonight ", "At last ", "Oh, look, ", "They say ", "I think ", "Perhaps ", "You see, ")
TITLES = (
    "The Song of {}",
    "For {}",
    "To {}",
    "Evening",
    "A Little Song",
    "What the River Said",
    "Lullaby",
    "The Road Home",
    "Four Seasons",
    "{} at Home",
    "An Old Story",
    "Winter",
    "The Garden",
)
TRADES = ("baker", "tailor", "sailor", "dentist", "student", "plumber", "painter", "grocer", "lawyer", "barber")
REFRAINS = (
    "Sing low, sing low, my heart, sing low",
    "And round and round the wheel goes round",
    "Oh, let it rain, oh, let it rain",
    "Come home, come home, the day is done",
    "And still the river runs along",
    "Hey ho, the wind and the weather",
    "Sleep, my little one, sleep",
)
NUMBERS = _prose.NUMBER_WORDS


def last_word(line: str) -> str:
    """The word that has to rhyme: the last one of a line, in lower case, without its punctuation."""
    words = re.findall(r"[a-z'-]+", line.lower())
    return words[-1] if words else ""


def _all_groups() -> Iterator[set[str]]:
    for groups in (FOUR, THREE):
        yield from ({last_word(line) for line in lines} for lines in groups.values())
    for places, lines in LIMERICK_LONG.values():
        yield {last_word(line) for line in (*places, *lines)}
    yield from ({last_word(line) for line in pair} for pair in (*LIMERICK_SHORT, *COUPLETS))


def rhymes() -> frozenset[frozenset[str]]:
    """Every pair of different words that this kind's tables rhyme."""
    return frozenset(frozenset(pair) for group in _all_groups() for pair in combinations(sorted(group), 2))


class _Poem:
    """Draws lines for one poem: no rhyme group and no last word twice while others are left."""

    def __init__(self, rng: random.Random) -> None:
        self.rng = rng
        self.who = rng.choice(WHO)
        self._used: set[str] = set()

    def rhyming(self, groups: Groups, count: int) -> list[str]:
        """`count` lines on one rhyme, each with another last word."""
        names = [name for name, lines in groups.items() if len({last_word(x) for x in lines}) >= count]
        name = self.rng.choice([x for x in names if x not in self._used] or names)
        self._used.add(name)
        lines: dict[str, str] = {}
        for line in self.rng.sample(groups[name], len(groups[name])):
            lines.setdefault(last_word(line), line)
        return [line.replace("<who>", self.who) for line in list(lines.values())[:count]]

    def ballad(self) -> list[str]:
        """Four beats, three, four, three; the second and the fourth line rhyme."""
        (first,), (third,) = self.rhyming(FOUR, 1), self.rhyming(FOUR, 1)
        second, fourth = self.rhyming(THREE, 2)
        return [first, second, third, fourth]

    def crossed(self) -> list[str]:
        one, two = self.rhyming(FOUR, 2), self.rhyming(FOUR, 2)
        return [one[0], two[0], one[1], two[1]]

    def embraced(self) -> list[str]:
        outer, inner = self.rhyming(FOUR, 2), self.rhyming(FOUR, 2)
        return [outer[0], inner[0], inner[1], outer[1]]

    def couplets(self, count: int) -> list[str]:
        return [line for _ in range(count) for line in self.rhyming(FOUR, 2)]


def _stanza(lines: list[str], rng: random.Random) -> str:
    """Lines with capitals and punctuation: a stop at the end, lighter marks between."""
    out = [line[0].upper() + line[1:] for line in lines]
    middle = len(out) // 2 - 1
    for i in range(len(out) - 1):
        mark = rng.choice((".", ";", ":")) if i == middle and len(out) > 2 else rng.choice((",", ",", ",", ""))
        out[i] += mark
    return "\n".join(out) + rng.choice((".", ".", ".", "!"))


def _titled(rng: random.Random, lex: Lexicon, stanzas: list[str]) -> str:
    title = rng.choice(TITLES).format(lex.name(rng).given)
    head = [title] if rng.random() < 0.6 else []
    return _prose.finish("\n\n".join(head + stanzas), rng, lex)


def _of(shape: Callable[[_Poem], list[str]], low: int, high: int) -> Callable[[random.Random, Lexicon], str]:
    def template(rng: random.Random, lex: Lexicon) -> str:
        poem = _Poem(rng)
        return _titled(rng, lex, [_stanza(shape(poem), rng) for _ in range(rng.randint(low, high))])

    return template


def _refrain(rng: random.Random, lex: Lexicon) -> str:
    poem, refrain = _Poem(rng), rng.choice(REFRAINS)
    stanzas = [f"{_stanza(poem.couplets(1), rng)}\n{refrain}." for _ in range(rng.randint(3, 4))]
    return _titled(rng, lex, stanzas)


def _question(rng: random.Random, lex: Lexicon) -> str:
    """Each stanza asks who, and the second line answers with the same creature."""
    poem = _Poem(rng)
    asked = ("came to my door", "knocked at the window", "slept in my bed", "ate all the bread", "put out the light")
    stanzas = []
    for act in rng.sample(asked, 3):
        lines = poem.rhyming(FOUR, 2)
        stanzas.append(f'"Who {act}?" I asked of {poem.who}.\n{_stanza(lines, rng)}')
    return _titled(rng, lex, stanzas)


def _limerick(rng: random.Random, lex: Lexicon) -> str:
    places, lines = rng.choice(list(LIMERICK_LONG.values()))
    second, fifth = rng.sample(lines, 2)
    if second.startswith(("and ", "so ", "but ", "for ")):
        second, fifth = fifth, second
    third, fourth = rng.choice(LIMERICK_SHORT)
    trade, place = rng.choice(TRADES), rng.choice(places)
    first = rng.choice((f"There was a young {trade} from {place}", f"There once was a {trade} from {place}"))
    return _prose.finish(f"{first}\n{second.capitalize()}.\n{third},\n{fourth},\n{fifth.capitalize()}.", rng, lex)


def _limericks(rng: random.Random, lex: Lexicon) -> str:
    return "\n\n".join(_limerick(rng, lex) for _ in range(rng.randint(2, 3)))


def _nursery(rng: random.Random, lex: Lexicon) -> str:
    pairs = rng.sample(COUPLETS, rng.randint(3, 6))
    return _prose.finish("\n".join(f"{one},\n{two}." for one, two in pairs), rng, lex)


def _nursery_blocks(rng: random.Random, lex: Lexicon) -> str:
    pairs = rng.sample(COUPLETS, 4)
    blocks = [f"{a[0]},\n{a[1]};\n{b[0]},\n{b[1]}." for a, b in (pairs[:2], pairs[2:])]
    return _titled(rng, lex, blocks)


def _counting(rng: random.Random, lex: Lexicon) -> str:
    """A song that counts down by one; every verse ends in the same rhyme."""
    things, place = rng.choice(
        (
            ("crows", "on the wall"),
            ("ducks", "on the pond"),
            ("ships", "in the bay"),
            ("hens", "in the shed"),
            ("pears", "on the bough"),
        )
    )
    start = rng.randint(4, 10)
    verses = []
    for n in range(start, max(start - rng.randint(3, 5), 1), -1):
        many, fewer = f"{NUMBERS[n].capitalize()} {things}", f"{NUMBERS[n - 1]} {things if n > 2 else things[:-1]}"
        verses.append(
            f"{many} {place},\n{many} {place},\nAnd if one of them goes and is never seen more,\n"
            f"There'll be {fewer} {place}."
        )
    return "\n\n".join(verses)


def _sonnet(rng: random.Random, lex: Lexicon) -> str:
    """Fourteen lines of five beats: three crossed quatrains and a couplet; a prefix of two syllables adds a beat."""
    poem = _Poem(rng)
    lines = [line for _ in range(3) for line in poem.crossed()] + poem.couplets(1)
    long = [line if line.startswith("and ") else rng.choice(PREFIXES) + line for line in lines]
    body = [_stanza(long[i : i + 4], rng) for i in (0, 4, 8, 12)]
    return _prose.finish("\n".join(body), rng, lex)


def _card(rng: random.Random, lex: Lexicon) -> str:
    poem, someone, sender = _Poem(rng), lex.name(rng), lex.name(rng)
    return _prose.finish(
        f"Dear {someone.given},\n\n{_stanza(poem.couplets(2), rng)}\n\nWith love from {sender.given}", rng, lex
    )


def _told(rng: random.Random, lex: Lexicon) -> str:
    poem, someone = _Poem(rng), lex.name(rng)
    intro = rng.choice(
        (
            f"{someone.given} used to sing this to {someone.his} children:",
            f"At the end {someone.given} read {someone.his} poem aloud.",
            "We found these lines on the back of an old map:",
            f'"Listen," said {someone.given}, and {someone.he} began to recite:',
        )
    )
    after = rng.choice(
        (
            "Nobody knew who had written it.",
            f"{someone.he.capitalize()} never told us how it went on.",
            "Then it was quiet.",
        )
    )
    return _prose.finish(
        f"{intro}\n\n{_stanza(poem.crossed(), rng)}\n\n{_stanza(poem.embraced(), rng)}\n\n{after}", rng, lex
    )


TEMPLATES: dict[str, Callable[[random.Random, Lexicon], str]] = {
    "ballad": _of(_Poem.ballad, 3, 5),
    "crossed": _of(_Poem.crossed, 2, 4),
    "embraced": _of(_Poem.embraced, 2, 4),
    "couplets": _of(lambda poem: poem.couplets(3), 2, 3),
    "monorhyme": _of(lambda poem: poem.rhyming(FOUR, 4), 2, 4),
    "refrain": _refrain,
    "question": _question,
    "limerick": _limerick,
    "limericks": _limericks,
    "nursery": _nursery,
    "nursery_blocks": _nursery_blocks,
    "counting": _counting,
    "sonnet": _sonnet,
    "card": _card,
    "told": _told,
}
