"""Other words for the same thing, so that a frame that comes often is not learnt by heart.

Promises: only exchanges that leave grammar and sense as they are wherever the word stands; articles are put right
afterwards. Knows nothing of kinds.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import cache
from random import Random

from neuronview.demo import inflect

KEEP_SHARE = 0.45

# Each word of a group may stand for any other of it.
GROUPS = """
somebody / someone
nobody / no one
everybody / everyone
anybody / anyone
perhaps / maybe
seldom / rarely
began to / started to
begin to / start to
begins to / starts to
hardly / scarcely / barely
for ever / forever
now and then / from time to time / now and again / every so often / once in a while
large / big
exactly / precisely
entirely / completely / totally
extremely / exceptionally
apparently / it seems
foolish / silly
terrible / dreadful / awful
lovely / beautiful
enormous / huge / gigantic
as though / as if
even though / although
in spite of / despite
because of / on account of
journey / trip
shouted / yelled
whispered / murmured
mended / repaired
plenty of / lots of
found out / discovered
find out / discover
look for / search for
the trouble with / the problem with / the difficulty with
these days / nowadays
used to say / liked to say / always said
as a matter of fact / in fact
newspaper / magazine
bicycle / bike
telephone / phone
television / TV
soup / stew
coat / jacket
"""
# The word on the left may give way to one on the right, never the other way round.
ONE_WAY = """
suddenly = all at once / all of a sudden
surprisingly = remarkably / unexpectedly
almost = nearly / practically
usually = normally / generally / mostly
merely = simply / only
afterwards = later on / after that
at last = finally / in the end
in the end = eventually / finally
ought to = should
a good deal = a great deal / a lot
strange = odd / curious / peculiar
frightened = scared / afraid
clever = bright / smart
difficult = hard / tricky
in order to = so as to / to
provided that = as long as / so long as / on condition that
instead of = rather than
slowly = gradually / bit by bit
a few = several / two or three / a couple of
tomatoes = cucumbers / beans / peppers / strawberries
potatoes = turnips / carrots / leeks
sandwiches = biscuits / apples / crisps
dentist = barber / optician / chemist
garden = yard / orchard
village = town / valley
neighbours = friends / relatives
windowsill = shelf / ledge
"""
FAMILIES = (
    (("Monday", "Tuesday", "Wednesday", "Thursday"), ""),
    (("twenty", "thirty", "forty", "fifty", "sixty"), r"(?= (?:years|miles|pages|times|pounds|people)\b)"),
    (
        ("three", "four", "five", "six", "seven", "eight"),
        r"(?= (?:years|weeks|months|days|nights|hours|miles)\b(?! an))",
    ),
    (("ten", "fifteen", "twenty"), r"(?= minutes\b)"),
)


@cache
def others() -> dict[str, tuple[str, ...]]:
    """Return for each wording those that may stand in its place."""
    found: dict[str, tuple[str, ...]] = {}
    for line in filter(None, GROUPS.splitlines()):
        words = line.split(" / ")
        found |= {word: tuple(other for other in words if other != word) for word in words}
    for line in filter(None, ONE_WAY.splitlines()):
        word, _, rest = line.partition(" = ")
        found[word] = tuple(rest.split(" / "))
    return found


@cache
def _pattern() -> re.Pattern[str]:
    return _any_of(others())


@cache
def _article_pattern() -> re.Pattern[str]:
    return re.compile(rf"\b(an?) (?=({'|'.join(sorted({word for new in others().values() for word in new}))})\b)", re.I)


def _any_of(words: Iterable[str]) -> re.Pattern[str]:
    longest_first = sorted(words, key=len, reverse=True)
    return re.compile(rf"\b({'|'.join(map(re.escape, longest_first))})\b", re.IGNORECASE)


def reworded(text: str, rng: Random) -> str:
    """Return the text with some of its words, weekdays and numbers exchanged."""
    text = _pattern().sub(lambda found: _exchanged(found[1], others()[found[1].lower()], rng), text)
    for words, after in FAMILIES:
        text = re.sub(rf"\b({'|'.join(words)})\b{after}", _drawing(words, rng), text)
    return _article_pattern().sub(_article, text)


def _drawing(words: tuple[str, ...], rng: Random) -> Callable[[re.Match[str]], str]:
    return lambda found: _exchanged(found[1], words, rng)


def _article(found: re.Match[str]) -> str:
    article = inflect.article(found[2])
    return (article.capitalize() if found[1][0].isupper() else article) + " "


def _exchanged(word: str, new_words: tuple[str, ...], rng: Random) -> str:
    if rng.random() < KEEP_SHARE:
        return word
    new = rng.choice(new_words)
    return new[0].upper() + new[1:] if word[0].isupper() else new
