# ruff: noqa: E501
"""Lists: numbered, bulleted, nested, to-do, shopping, packing, rankings, contents, glossaries, acrostics.

Numbers follow one another, letters too; entries of one list are of one sort.
"""

from __future__ import annotations

import random
import string
from collections.abc import Callable

from neuronview.demo.kinds._pools_code import several
from neuronview.demo.kinds._pools_slots import prose
from neuronview.demo.lexicon import Lexicon

_TODO = (
    "call §given1 about the §furniture", "pay the bill for §month", "buy §mass_food and §pl_food", "write to §mr2", "clean the §room",
    "take the «dog¦cat¦rabbit¦parrot¦horse¦puppy» to the vet", "return the books", "mend the §tool", "water the plants", "book a table for §few", "send the §text to §town",
    "find the key to the §room", "learn §fewword new words", "don't forget §{given3}'s birthday!", "ask §given2 if §he2 is coming", "get the §vehicle repaired",
    "look for my §clothes", "finish the report before §weekday", "throw away the old §pl_container", "practice the §instrument", "renew my passport",
    "thank §given4 for §his4 help", "cancel the newspaper", "paint the §building_part", "do nothing for an hour",
)  # fmt: skip
_REASONS = (
    "because it's cheap", "because nobody else wants to", "since I have always wanted to", "to please my §relative", "so that I won't forget it", "in case it rains",
    "although I'm afraid of it", "for no reason at all", "if there is time", "unless §given1 does it first", "before it's too late", "as soon as I can",
)  # fmt: skip
_POINTS = (
    "Never lend §a_tool to somebody you don't know.", "Listen more than you speak.", "If in doubt, ask.", "Get up before §clock.", "Read the last page last.",
    "What can be done today shouldn't be left until §weekday.", "Don't buy §pl_furniture on a §weekday.", "A short walk is better than no walk.",
    "Nobody knows everything, not even §given1.", "Write it down, or you'll forget it.", "When you are angry, count to ten.", "Keep your §pl_tool clean.",
    "Don't answer letters at night.", "Pay your debts before you go on holiday.", "Whoever is late washes the dishes.", "Always carry a pencil.",
    "Eat when you're hungry; stop when you aren't.", "Learn one thing by heart every month.", "Say no at least once a week.", "Leave some for the others.",
)  # fmt: skip
_SORTS = (
    "animal",
    "food",
    "furniture",
    "clothes",
    "tool",
    "instrument",
    "vehicle",
    "plant",
    "toy",
    "building",
    "profession",
    "kitchen",
    "mass_food",
)


def _distinct(rng: random.Random, lex: Lexicon, sort: str, *, low: int, high: int) -> list[str]:
    """Draw different words of one class."""
    wanted, words = rng.randint(low, high), list[str]()
    while len(words) < wanted:
        word = lex.mass_noun(rng, sort[5:]) if sort.startswith("mass_") else lex.noun(rng, sort)
        if word not in words:
            words.append(word)
    return words


def _marks(rng: random.Random, count: int) -> list[str]:
    """Return the marks before `count` entries: figures, letters, Roman numbers or bullets."""
    roman = ("i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xii")
    style = rng.randrange(8)
    if style < 2:
        return [f"{i}. " for i in range(1, count + 1)]
    if style == 2:
        return [f"{i}) " for i in range(1, count + 1)]
    if style == 3:
        return [f"{letter}) " for letter in string.ascii_lowercase[:count]]
    if style == 4 and count <= len(roman):
        return [f"({number}) " for number in roman[:count]]
    return [rng.choice(("- ", "* ", "• ", "+ "))] * count


def _listed(rng: random.Random, entries: list[str]) -> str:
    return "\n".join(mark + entry for mark, entry in zip(_marks(rng, len(entries)), entries, strict=True))


def _cap(text: str) -> str:
    return text[0].upper() + text[1:]


def _todo(rng: random.Random, lex: Lexicon) -> str:
    entries = several(rng, _TODO, low=6, high=11)
    boxes = rng.choice((("[ ] ", "[x] "), ("- [ ] ", "- [x] "), ("o ", "x ")))
    lines = [boxes[rng.random() < 0.3] + entry for entry in entries]
    return prose(
        "«To do¦Today¦Before §weekday¦For the weekend¦Things to do in §month»\n" + "\n".join(lines), rng, lex=lex
    )


def _numbered(rng: random.Random, lex: Lexicon) -> str:
    entries = several(rng, _POINTS, low=6, high=10)
    return prose(
        "«What my §relative taught me¦Rules for life¦Good advice¦Things I have learned»\n\n" + _listed(rng, entries),
        rng,
        lex=lex,
    )


def _shopping(rng: random.Random, lex: Lexicon) -> str:
    foods = _distinct(rng, lex, "food", low=3, high=5)
    stuff = _distinct(rng, lex, "mass_food", low=3, high=5)
    entries = [f"{rng.randint(2, 12)} {lex.plural(food)}" for food in foods]
    entries += [
        rng.choice(("some {}", "{}", "500 g of {}", "a little {}", "{} (if it isn't too dear)", "more {}")).format(x)
        for x in stuff
    ]
    rng.shuffle(entries)
    tail = "«\n\nNot more than §price!¦\n\nAnd please don't forget the §{food}.¦¦\n\nAsk if they have any §pl_food.»"
    return prose("«Shopping¦To buy¦From the market¦Shopping list»\n" + _listed(rng, entries) + tail, rng, lex=lex)


def _nested(rng: random.Random, lex: Lexicon) -> str:
    lines = []
    for i, sort in enumerate(rng.sample(_SORTS[:-1], rng.randint(2, 4)), start=1):
        number = rng.random() < 0.5
        lines.append(f"{i}. {lex.plural(sort).title() if sort != 'clothes' else 'Clothes'}")
        for j, word in enumerate(_distinct(rng, lex, sort, low=2, high=4), start=1):
            lines.append(f"   {i}.{j} {word}" if number else f"   - {word}")
    return "\n".join(lines)


def _packing(rng: random.Random, lex: Lexicon) -> str:
    clothes = _distinct(rng, lex, "clothes", low=3, high=5)
    things = [
        lex.a(word) for sort in ("tool", "text", "container") for word in _distinct(rng, lex, sort, low=1, high=2)
    ]
    entries = [f"{rng.randint(2, 6)} {lex.plural(word)}" for word in clothes] + things
    entries += several(
        rng, ("passport", "tickets", "money", "toothbrush", "something to read", "keys!", "medicine"), low=2, high=4
    )
    tail = "«Is that all? No: the §clothes for §given1.¦Don't take the §animal.¦Whatever you forget, you can buy it in §city.»"
    return prose(f"What to take to §city1:\n{_listed(rng, entries)}\n{tail}", rng, lex=lex)


def _ranking(rng: random.Random, lex: Lexicon) -> str:
    sort = rng.choice(_SORTS[:-1])
    words = _distinct(rng, lex, sort, low=5, high=8)
    points = sorted((rng.randint(20, 990) for _ in words), reverse=True)
    style = rng.choice(("{i}. {w} ({p} points)", "{i}. {w}: {p}", "No. {i}: {w}, {p} votes", "{i} {w} {p}"))
    lines = [style.format(i=i, w=lex.a(w), p=p) for i, (w, p) in enumerate(zip(words, points, strict=True), start=1)]
    head = f"«The most popular {lex.plural(sort) if sort != 'clothes' else 'clothes'}¦What people in §town would like to have¦Results of the vote»"
    tail = f"First comes the {words[0]}, then the {words[1]}; the {words[-1]} comes last."
    return prose(f"{head}\n" + "\n".join(lines) + f"\n{tail}", rng, lex=lex)


def _contents(rng: random.Random, lex: Lexicon) -> str:
    page, lines = rng.randint(3, 9), list[str]()
    style = rng.choice(("{i}. {title}, {page}", "Chapter {i}: {title} ... {page}", "{i}  {title}  {page}"))
    titles = several(rng, ("The §room", "A letter from §city", "How §given1 lost §his1 §clothes", "The §nth §weekday", "Nobody at home", "Two §pl_animal", "§given2",
                           "What §given1 said", "The road to §town", "Under the §furniture", "Rain", "An old §building", "The end of the §instrument", "Why not?",
                           "In which §given1 meets §given2"), low=6, high=10)  # fmt: skip
    for i, title in enumerate(titles, start=1):
        lines.append(style.format(i=i, title=title, page=page))
        page += rng.randint(5, 30)
    return prose("Contents\n\n" + "\n".join(lines), rng, lex=lex)


def _running(rng: random.Random, lex: Lexicon) -> str:
    sort = rng.choice([s for s in _SORTS if not s.startswith("mass")])
    *words, last = (lex.a(word) for word in _distinct(rng, lex, sort, low=5, high=9))
    second = rng.choice([s for s in _SORTS if s != sort and not s.startswith("mass")])
    *others, end = (lex.plural(word) for word in _distinct(rng, lex, second, low=4, high=7))
    a, b = ", ".join(words), ", ".join(others)
    text = rng.choice(
        (
            f"In the §room there were {a} and {last}. There were no {b} or {end}, although §given1 had asked for them.",
            f"§given1 collects everything: {b} and {end}. Last §weekday §he1 came home with {a} and {last}, and §given2 asked §him1 to stop.",
            f"What would you take with you, if you could choose? {_cap(a)}, or {last}? I would rather have some {b} and {end}.",
            f"First I dreamed of {a}, and then of {last}. The next night it was {b}, and in the end {end}.",
        )
    )
    return prose(text, rng, lex=lex)


def _reasons(rng: random.Random, lex: Lexicon) -> str:
    entries = [
        f"{_cap(a)} {b}." if "!" not in a else f"{_cap(a)}"
        for a, b in zip(several(rng, _TODO, low=5, high=8), rng.sample(_REASONS, 8), strict=False)
    ]
    return prose(
        "«My plans for §month¦This year I want to do the following¦Plans»:\n" + _listed(rng, entries), rng, lex=lex
    )


def _alphabet(rng: random.Random, lex: Lexicon) -> str:
    sort = rng.choice(("animal", "food", "plant", "tool", "building", "profession"))
    words = sorted(set(lex.words(f"noun_{sort}")))
    by_letter = {letter: [word for word in words if word.startswith(letter)] for letter in string.ascii_lowercase}
    style = rng.choice(("{L} is for {w}", "{L} as in {w}", "{L}: {w}", "{L} - {w}"))
    start, size = rng.randrange(0, 12), rng.randint(8, 14)
    letters = [letter for letter in string.ascii_lowercase if by_letter[letter]][start : start + size]
    return "\n".join(style.format(L=letter.upper(), w=rng.choice(by_letter[letter])) for letter in letters)


def _glossary(rng: random.Random, lex: Lexicon) -> str:
    texts = {
        "animal": ("an animal", ("that sleeps by day", "that nobody in §town has seen", "with §few young ones a year", "that people keep for company")),
        "tool": ("a tool", ("for small repairs", "that §a_profession can't do without", "found in every §room", "which should be kept dry")),
        "food": ("something to eat", ("that is best in §month", "which children don't like", "sold at every market", "that goes well with §mass_food")),
        "instrument": ("an instrument", ("that takes years to learn", "played mostly in §country", "which is louder than it looks")),
        "furniture": ("a piece of furniture", ("for the §room", "made of wood", "that no house should be without")),
    }  # fmt: skip
    lines = []
    for _ in range(rng.randint(5, 7)):
        sort = rng.choice(list(texts))
        word = lex.noun(rng, sort)
        kind, details = texts[sort]
        lines.append(f"{word}: {kind} {rng.choice(details)}")
    return prose("\n".join(sorted(dict.fromkeys(lines))), rng, lex=lex)


def _pros(rng: random.Random, lex: Lexicon) -> str:
    good = several(rng, ("It's cheap.", "You can do it alone.", "It doesn't take long.", "Everybody likes it.", "There is nothing to lose.", "It would make §given1 happy.",
                         "We wouldn't have to move."), low=3, high=4)  # fmt: skip
    bad = several(rng, ("It might rain.", "Nobody has ever tried it.", "We don't have enough §pl_container.", "§given1 would never agree.", "It can't be undone.",
                        "What will the neighbors say?", "It costs more than §price."), low=3, high=4)  # fmt: skip
    question = "«Should we sell the §furniture?¦Is it a good idea to buy §a_vehicle?¦Shall I move to §city?¦Would it be wise to marry §a_profession?»"
    return prose(
        f"{question}\n\nFor:\n{_listed(rng, good)}\n\nAgainst:\n{_listed(rng, bad)}\n\n«So: yes.¦So: no.¦I still can't decide.»",
        rng,
        lex=lex,
    )


TEMPLATES: dict[str, Callable[[random.Random, Lexicon], str]] = {
    "todo": _todo,
    "numbered": _numbered,
    "shopping": _shopping,
    "nested": _nested,
    "packing": _packing,
    "ranking": _ranking,
    "contents": _contents,
    "running": _running,
    "reasons": _reasons,
    "alphabet": _alphabet,
    "glossary": _glossary,
    "pros": _pros,
}
