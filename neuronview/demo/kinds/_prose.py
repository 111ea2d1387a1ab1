"""How the prose kinds are put together: pools of sentence frames, layouts that draw on them, and bound names.

A pool text holds pools (`@name` on a line, then one frame a line; a line that starts with two spaces continues
the frame above). A layout is a string in which `@pool`, `@pool*3` or `@pool*2-4` is replaced by that many
different frames, in the pool's own order where its line says `@pool >`, else in any; `^` asks for a capital.
`<key>` is replaced by what the kind's set-up bound, so that a name, a number or a topic is the same all through
a passage; the rest (`[a|b]`, `(? x)`, `{slot}`) is `grammar.fill`'s. Capitals at the start of a sentence and
`a`/`an` are put right at the end. It knows nothing of any single kind.
"""

from __future__ import annotations

import functools
import random
import re
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from neuronview.demo.grammar import fill

if TYPE_CHECKING:
    from neuronview.demo.lexicon import Lexicon

Setup = Callable[[random.Random, "Lexicon"], dict[str, str]]
Template = Callable[[random.Random, "Lexicon"], str]

DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
    "November", "December",
)  # fmt: skip
NUMBER_WORDS = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
    "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen", "twenty",
)  # fmt: skip
ORDINALS = (
    "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth",
)  # fmt: skip

_DRAW = re.compile(r"@([a-z]+)(?:\*(\d+)(?:-(\d+))?)?")
_KEY = re.compile(r"<([A-Za-z0-9_]{2,}|[a-zE-Z])>")
_PERSON = re.compile(r"<([A-D])(?:\.(\w+))?>")
_FORMAL = re.compile(r"<([A-D])\.(?:full|last)>")
_STOP = re.compile(r"""[.!?]["”]?\s|\n""")
_SENTENCE = re.compile(r"""(^|\^|[.!?]\s+|[.]["”]\s+|\n\n|\n(?:- |\d+[.] ))(["“]?)([a-z])""")
_ARTICLE = re.compile(r"""\b([Aa])n? (["“]?)(?=([A-Za-z0-9]+))""")
_SOUNDS_LIKE_CONSONANT = re.compile(r"(?:uni(?!n)|use|usu|eur|one|once|ewe|uk)", re.IGNORECASE)
_SILENT_H = re.compile(r"(?:hour|honest|honou?r|heir)", re.IGNORECASE)


def templates(pools: str, layouts: Mapping[str, str], setup: Setup) -> dict[str, Template]:
    """One template for each layout; the pools are read at first use, not on import."""
    return {name: functools.partial(_render, pools, layout, setup) for name, layout in layouts.items()}


def _render(pools: str, layout: str, setup: Setup, rng: random.Random, lex: Lexicon) -> str:
    bound = setup(rng, lex)
    return finish(bind(draw(layout, parse_pools(pools), rng), bound), rng, lex)


@functools.cache
def parse_pools(text: str) -> dict[str, tuple[str, ...]]:
    """Pools by name, in the order of the text; `\\\\n` in a frame is a line break."""
    pools: dict[str, list[str]] = {}
    current: list[str] = []
    for line in text.splitlines():
        if line.startswith("@"):
            name, _, ordered = line[1:].partition(" ")
            current = pools.setdefault(name, [])
            if ordered:
                pools[f"{name} >"] = []
        elif line.startswith("  "):
            current[-1] += " " + line.strip()
        elif line.strip():
            current.append(line.strip())
    return {name: tuple(frame.replace("\\n", "\n") for frame in frames) for name, frames in pools.items()}


def draw(layout: str, pools: Mapping[str, tuple[str, ...]], rng: random.Random) -> str:
    """The layout with every `@pool` replaced by frames of it, none of them twice while others are left."""
    left: dict[str, list[str]] = {}

    def take(match: re.Match[str]) -> str:
        low = int(match[2] or 1)
        count = rng.randint(low, int(match[3] or low))
        frames = [_next_frame(match[1], pools, left, rng) for _ in range(count)]
        if f"{match[1]} >" in pools:
            frames.sort(key=pools[match[1]].index)
        return " ".join(frames)

    return _DRAW.sub(take, layout)


def _next_frame(name: str, pools: Mapping[str, tuple[str, ...]], left: dict[str, list[str]], rng: random.Random) -> str:
    if not left.get(name):
        left[name] = rng.sample(pools[name], len(pools[name]))
    return left[name].pop()


def bind(text: str, bound: Mapping[str, str]) -> str:
    """Replace every `<key>`, also inside bound values. Raises KeyError for a key that nobody bound.

    People come last, in reading order: a person is introduced by name even where a frame says "he", the full
    name is given once (with a key `formal`: to everybody), and a pronoun that would point at
    somebody else becomes a name.
    """
    for _ in range(3):
        text = _KEY.sub(lambda match: bound[match[1]], text)
    return _People(text, bound).told()


class _People:
    """Replaces `<A>`, `<A.last>`, `<A.he>`, ... and remembers who was introduced and who was named last."""

    def __init__(self, text: str, bound: Mapping[str, str]) -> None:
        self.text = text
        self.bound = bound
        self.formal = set("ABCD") if "formal" in bound else {match[1] for match in _FORMAL.finditer(text)}
        self.known: set[str] = set()
        self.last_named = ""
        self.named_at: dict[str, int] = {}

    def told(self) -> str:
        return _PERSON.sub(self._form, self.text)

    def _form(self, match: re.Match[str]) -> str:
        who, form = match[1], match[2] or ""
        if form.lower() in ("he", "him", "his") and not self._needs_name(who, match.start()):
            return self.bound[f"{who}.{form}"]
        if form in ("himself", "man"):
            return self.bound[f"{who}.{form}"]
        name = self._name(who, form)
        self.known.add(who)
        self.last_named = who
        self.named_at[who] = match.end()
        return name + "'s" if form.lower() == "his" else name

    def _needs_name(self, who: str, at: int) -> bool:
        if who not in self.known:
            return True
        rival = self.last_named
        if rival == who or self.bound[f"{rival}.he"] != self.bound[f"{who}.he"]:
            return False
        return bool(_STOP.search(self.text, self.named_at[who], at))

    def _name(self, who: str, form: str) -> str:
        if form == "title" or (who not in self.formal and form != "full"):
            return self.bound[f"{who}.title" if form == "title" else who]
        if form == "":
            return self.bound[who]
        again = who in self.known and not (form == "full" and "full_names" in self.bound)
        return self.bound[f"{who}.{'last' if again else 'full'}"]


def finish(text: str, rng: random.Random, lex: Lexicon) -> str:
    """Let the grammar fill what is left, then put articles, capitals and spaces right."""
    text = fill(text, rng, lex)
    text = _ARTICLE.sub(_article, text)
    text = _SENTENCE.sub(lambda match: match[1] + match[2] + match[3].upper(), text)
    return re.sub(r"(?<=\S) {2,}", " ", text.replace("^", "")).strip()


def _article(match: re.Match[str]) -> str:
    word = match[3]
    vowel = word[0].lower() in "aeiou" and not _SOUNDS_LIKE_CONSONANT.match(word)
    eight = word.startswith("8") or word in ("11", "18")
    wants_n = vowel or eight or bool(_SILENT_H.match(word))
    return f"{match[1]}{'n' if wants_n else ''} {match[2]}"


def person(key: str, first: str, last: str, *, female: bool) -> dict[str, str]:
    """Everything a frame may say of one person: `<A>`, `<A.full>`, `<A.he>`, ..."""
    he, him, his, man = ("she", "her", "her", "woman") if female else ("he", "him", "his", "man")
    forms = {
        "full": f"{first} {last}",
        "last": last,
        "title": f"{'Mrs' if female else 'Mr'} {last}",
        "he": he,
        "him": him,
        "his": his,
        "man": man,
        "himself": f"{him}self",
        "He": he.capitalize(),
        "His": his.capitalize(),
    }
    return {key: first} | {f"{key}.{form}": value for form, value in forms.items()}


def common(rng: random.Random, lex: Lexicon) -> dict[str, str]:
    """What most kinds need: four people `<A>` to `<D>`, two towns, days, dates and years in order, numbers."""
    return {**_people(rng, lex), **_places(rng, lex), **_times(rng), **_numbers(rng, lex)}


def _people(rng: random.Random, lex: Lexicon) -> dict[str, str]:
    bound: dict[str, str] = {}
    given: set[str] = set()
    for key in "ABCD":
        someone = lex.name(rng)
        while someone.given in given or any(someone.family in value for value in bound.values()):
            someone = lex.name(rng)
        given.add(someone.given)
        bound |= person(key, someone.given, someone.family, female=someone.female)
    return bound


def _places(rng: random.Random, lex: Lexicon) -> dict[str, str]:
    town, town2 = lex.town(rng), lex.town(rng)
    city, city2 = rng.sample(lex.cities, 2)
    country = lex.draw(rng, lex.countries)
    return {
        "town": town, "town2": town2, "city": city, "city2": city2, "country": country, "street": lex.street(rng),
    }  # fmt: skip


def _times(rng: random.Random) -> dict[str, str]:
    day, month, hour = rng.randrange(7), rng.randrange(12), rng.randint(7, 18)
    minutes = rng.sample(range(0, 60, 5), 2)
    year = rng.randint(1978, 2029)
    date = rng.randint(1, 27)
    return {
        "day": DAYS[day],
        "nextday": DAYS[(day + 1) % 7],
        "day3": DAYS[(day + 2) % 7],
        "month": MONTHS[month],
        "month2": MONTHS[(month + rng.randint(1, 3)) % 12],
        "dom": str(date),
        "dom2": str(date + 1),
        "time": f"{hour}:{minutes[0]:02d}",
        "time2": f"{hour + rng.randint(1, 4)}:{minutes[1]:02d}",
        "no": str(rng.randint(1, 180)),
        "year": str(year),
        "year0": str(year - rng.randint(3, 60)),
        "year2": str(year + rng.randint(2, 9)),
        "nth": rng.choice(ORDINALS[1:]),
        "oclock": f"{NUMBER_WORDS[rng.randint(1, 12)]} o'clock",
    }


def _numbers(rng: random.Random, lex: Lexicon) -> dict[str, str]:
    few = rng.randint(2, 9)
    more = few + rng.randint(2, 10)
    millions = f"{rng.randint(1, 60)}{rng.choice(('', '.5', '.2', '.8'))} million"
    return {
        "n": NUMBER_WORDS[few],
        "n2": NUMBER_WORDS[more] if more <= 12 else str(more),
        "age": str(rng.randint(19, 88)),
        "pct": str(rng.randint(4, 48)),
        "hundreds": str(rng.randint(12, 98) * 10),
        "crowd": f"{rng.randint(2, 60)},{rng.randint(0, 999):03d}",
        "cost": rng.choice(("£{}", "${}", "{} euros", "€{}")).format(millions),
        "price": rng.choice(("£{}.{}", "${}.{}", "{}.{} euros")).format(
            rng.randint(8, 240), rng.choice((20, 50, 80, 90, 95))
        ),
    }
