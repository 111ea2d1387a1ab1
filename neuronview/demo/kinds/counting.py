"""Passages in which one thing follows another: numbers, years, days, letters, ordinals, "X by X".

The frames are in `frames/counting.txt`.
"""

from __future__ import annotations

import string
from random import Random

from neuronview.demo.grammar import Filler, tidy
from neuronview.demo.inflect import article, comparative, number_word, ordinal_word
from neuronview.demo.lexicon import Lexicon
from neuronview.demo.phrases import frames
from neuronview.demo.structure import Template, enumeration, sampled, stretch, x_by_x

_FRAMES = frames("counting")

_MARKS = (", ", ", ", ", ", " ", "... ", ", and ", "\n", "; ")


def _written(rng: Random) -> bool:
    return rng.random() < 0.6


def _as_text(numbers: list[int], words: bool) -> list[str]:
    return [number_word(number) if words else str(number) for number in numbers]


def _joined(rng: Random, items: list[str]) -> str:
    """Return the items as people write a count: with commas, an "and" before the last, or one a line."""
    if rng.random() < 0.3:
        return enumeration(items) + "."
    return rng.choice(_MARKS).join(items) + "."


def _sequence(rng: Random, lex: Lexicon, numbers: list[int], step: int, *, close: str) -> str:
    words = _written(rng)
    shown = _as_text(numbers, words)
    last, after, later = _as_text([numbers[-1], numbers[-1] + step, numbers[-1] + 2 * step], words)
    filler = Filler(rng, lex, last=last, next=after, after=later, step=number_word(abs(step)), list_start=shown[0])
    head = filler.expand(rng.choice(_FRAMES["count_open"]))
    ends = sampled(rng, _FRAMES[close], rng.randint(0, 2))
    return tidy(" ".join([head.rstrip() + " " + _joined(rng, shown), *(filler.expand(end) for end in ends)]))


def _count_up(rng: Random, lex: Lexicon) -> str:
    start = rng.choice((1, 1, 1, rng.randint(2, 90), rng.randint(90, 1200)))
    return _sequence(rng, lex, list(range(start, start + rng.randint(4, 24))), 1, close="count_close")


def _count_down(rng: Random, lex: Lexicon) -> str:
    start = rng.choice((10, 10, 5, 3, rng.randint(4, 20)))
    return _sequence(rng, lex, list(range(start, 0, -1)), -1, close="down_close")


def _count_in_steps(rng: Random, lex: Lexicon) -> str:
    step = rng.choice((2, 2, 3, 4, 5, 5, 10, 10, 20, 25, 50, 100, rng.randint(6, 15)))
    start = step * rng.randint(1, 6) if rng.random() < 0.8 else rng.randint(1, 30)
    numbers = list(range(start, start + step * rng.randint(4, 12), step))
    return _sequence(rng, lex, numbers, step, close="multiples_close")


def _doubling(rng: Random, lex: Lexicon) -> str:
    numbers = [rng.randint(1, 9) * 2**0]
    factor = rng.choice((2, 2, 2, 3, 10))
    while len(numbers) < rng.randint(4, 9) and numbers[-1] < 40_000:
        numbers.append(numbers[-1] * factor)
    filler = Filler(rng, lex, list=enumeration(_as_text(numbers, _written(rng))))
    unit = rng.choice(("{time}", "{weekday}", "morning", "{time_of_day}", "year"))
    often = {2: "twice as many", 3: "three times as many", 10: "ten times as many"}[factor]
    return filler(
        f"Every {unit} there were {often} {{animal:pl#1}}: {{list}}. (? Nobody could count them any more.)",
        f"{{name}} put {often} {{objects}} on every square: {{list}}. (? In the end {{he}} {{vp:past}}.)",
        f"The numbers grew fast: {{list}}. (? Each was {often} as the one before.) {{clause}}.",
    )


def _years(rng: Random, lex: Lexicon) -> str:
    """Return a life or a chronicle: years rise, and ages with them."""
    born = rng.randint(1780, 1990)
    filler = Filler(rng, lex, born=born)
    lines = [filler.expand(rng.choice(_FRAMES["year_open"]))]
    year = born + rng.randint(4, 18)
    for frame in sampled(rng, _FRAMES["year_event"], rng.randint(3, 9)):
        filler.fixed.update(y=str(year), age=rng.choice((number_word, str))(year - born))
        lines.append(filler.expand(frame))
        year += rng.choice((1, 1, 1, 2, 3, 5, rng.randint(1, 9)))
    return tidy(("\n" if rng.random() < 0.3 else " ").join(lines))


def _years_running(rng: Random, lex: Lexicon) -> str:
    """Return one line for each year, without a gap."""
    first = rng.randint(1850, 2024)
    filler = Filler(rng, lex)
    lines = []
    for year in range(first, first + rng.randint(4, 10)):
        lines.append(f"{year}: {filler.expand('[{clause}|{np} {vp:past}|{remark}|{a weather} and {a abstract}]')}.")
    return tidy("\n".join(line[:6] + line[6:7].upper() + line[7:] for line in lines))


def _ordered(names: str, frame_section: str) -> Template:
    """Return a template that goes through weekdays or months in their order."""

    def template(rng: Random, lex: Lexicon) -> str:
        items = lex.classes[names]
        filler = Filler(rng, lex)
        lines = []
        start = rng.choice((0, rng.randrange(len(items))))
        for item in stretch(items, start, rng.randint(3, len(items))):
            filler.fixed["d"] = item
            lines.append(filler.expand(rng.choice(_FRAMES[frame_section])))
        return tidy(("\n" if rng.random() < 0.25 else " ").join(lines))

    return template


def _order_asked(rng: Random, lex: Lexicon) -> str:
    """Return questions about what comes before and after, with their answers."""
    said = []
    for _ in range(rng.randint(2, 7)):
        names, thing = rng.choice((("weekday", "day"), ("month", "month"), ("", "letter"), ("", "number")))
        items = _items_of(rng, lex, names, thing)
        before, now, after = stretch(items, rng.randrange(len(items)), 3)
        said.append(
            rng.choice(
                (
                    f"Which {thing} comes after {now}? {after}.",
                    f"Which {thing} comes before {now}? {before}.",
                    f"{now} comes after {before} and before {after}.",
                    f"What comes next: {before}, {now}, ...? {after}.",
                    f"Between {before} and {after} comes {now}.",
                    f"First {before}, then {now}, then {after}.",
                )
            )
        )
    return tidy(rng.choice((" ", "\n")).join(said))


def _items_of(rng: Random, lex: Lexicon, names: str, thing: str) -> list[str]:
    if names:
        return list(lex.classes[names])
    if thing == "letter":
        return list(string.ascii_uppercase)
    start = rng.randint(1, 200)
    return _as_text(list(range(start, start + 30)), _written(rng))


def _alphabet(rng: Random, lex: Lexicon) -> str:
    """Return an alphabet book: each letter with a word that begins with it."""
    filler = Filler(rng, lex)
    frame_pool = rng.sample(_FRAMES["letter_line"], rng.randint(1, 3))
    start = rng.choice((0, 0, rng.randint(0, 18)))
    lines = []
    for letter in string.ascii_uppercase[start : start + rng.randint(4, 12)]:
        words = _by_letter(lex).get(letter.lower())
        if words:
            filler.fixed.update(l=letter, w=rng.choice(words))
            comment = filler.expand(rng.choice(_FRAMES["comment_w"]))
            filler.fixed["comment_w"] = comment
            lines.append(filler.expand(rng.choice(frame_pool)))
    return rng.choice((" ", "\n", "\n")).join(line if line.endswith(".") else line + "." for line in lines)


_LETTERS: dict[str, list[str]] = {}


def _by_letter(lex: Lexicon) -> dict[str, list[str]]:
    if not _LETTERS:
        for kind in ("animal", "food", "tool", "furniture", "clothes", "vehicle", "plant", "building", "instrument"):
            for word in lex.nouns[kind]:
                _LETTERS.setdefault(word[0].lower(), []).append(word)
    return _LETTERS


def _letters(rng: Random, lex: Lexicon) -> str:
    """Return the alphabet itself, forwards, in part, in one of its usual shapes."""
    letters = rng.choice((string.ascii_uppercase, string.ascii_lowercase))
    start = rng.choice((0, 0, rng.randint(0, 15)))
    run = letters[start : start + rng.randint(5, 26)]
    filler = Filler(rng, lex, list=rng.choice((" ", ", ", ", ", "-", "\n")).join(run), l=run[-1].upper())
    return filler(
        "{name} learned the letters: {list}",
        "The {objects} {where} were marked with letters: {list}. (? {clause}.)",
        "{list}",
        "Say the alphabet! {list}. (? After {l}, {he} stopped.)",
        "The {room:pl} of the {building} had letters, not numbers: {list}. {clause}.",
    )


def _ordinals(rng: Random, lex: Lexicon) -> str:
    """Return first, second, third ... in sentences of their own."""
    filler = Filler(rng, lex)
    same = rng.choice(_FRAMES["step_next"])
    lines = [filler.expand(rng.choice(_FRAMES["step"]))] if rng.random() < 0.3 else []
    for at in range(len(lines) + 1, len(lines) + rng.randint(3, 8)):
        filler.fixed["ordinal"] = ordinal_word(at)
        lines.append(filler.expand(same if rng.random() < 0.6 else rng.choice(_FRAMES["step_next"])))
    return tidy(" ".join(lines))


def _one_fewer(rng: Random, lex: Lexicon) -> str:
    """Return a counting rhyme: ten, then nine, then eight ..., one leaving each time."""
    filler = Filler(rng, lex)
    place, animals = filler.expand("{where}"), filler.expand("{animal#1:pl}")
    line_end = rng.choice((";\n", ", ", ";\n"))
    lines = []
    for count in range(rng.randint(3, 10), 0, -1):
        there = f"{number_word(count)} {animals if count > 1 else filler.expand('{animal#1}')} {place}"
        gone = filler.expand(rng.choice(_FRAMES["leaving"]))
        left = number_word(count - 1) if count > 1 else "none"
        lines.append(f"{there}{line_end}{gone}, and then there {'was' if count == 2 else 'were'} {left}.")
    return tidy("\n".join(lines))


def _by_the(rng: Random, lex: Lexicon) -> str:
    """Return prose full of "step by step", "year after year", "colder and colder"."""
    filler = Filler(rng, lex)
    lines = []
    for frame in sampled(rng, _FRAMES["by_open"], rng.randint(2, 7)):
        pair, adjective = x_by_x(rng), comparative(lex.adjective(rng, "weather"))
        filler.fixed.update(xx=pair, xx_cap=pair, same_adj=adjective)
        lines.append(filler.expand(frame.replace("{adj.weather:comp}", adjective) if "{same_adj}" in frame else frame))
    return tidy(" ".join(lines))


def _sums(rng: Random, lex: Lexicon) -> str:
    """Return small sums in sentences."""
    filler = Filler(rng, lex)
    lines = []
    for frame in sampled(rng, _FRAMES["table_line"], rng.randint(2, 8)):
        first, second = rng.randint(2, 12), rng.randint(2, 12)
        values = _as_text([first, second, first * second, first + second], _written(rng))
        filler.fixed.update(zip(("a1", "b1", "c1", "d1"), values, strict=True))
        lines.append(filler.expand(frame))
    return tidy(rng.choice((" ", "\n")).join(lines))


def _times_table(rng: Random, lex: Lexicon) -> str:
    factor = rng.randint(2, 12)
    words = _written(rng)
    sign, equals = rng.choice((("times", "is"), ("x", "="), ("×", "="), ("times", "makes")))
    rows = []
    for at in range(rng.choice((1, 1, 2, 3)), rng.randint(6, 12)):
        first, second, product = _as_text([at, factor, at * factor], words)
        rows.append(f"{first} {sign} {second} {equals} {product}")
    return rng.choice(("\n", ", ", "; ")).join(rows)


def _numbered(rng: Random, lex: Lexicon) -> str:
    """Return a numbered list whose items are whole sentences."""
    filler = Filler(rng, lex)
    start = rng.choice((1, 1, 1, rng.randint(2, 40)))
    mark = rng.choice(("{}. ", "{}) ", "({}) ", "No. {}: ", "Day {}: ", "Page {}: ", "Room {}: ", "{}: "))
    lines = [
        filler("{clause}.", "{remark}.", "{np} {vp:past}.", "{A thing} {where}.") for _ in range(rng.randint(3, 9))
    ]
    return "\n".join(mark.format(start + at) + line for at, line in enumerate(lines))


def _older(rng: Random, lex: Lexicon) -> str:
    """Return birthdays: each year one more candle."""
    filler = Filler(rng, lex)
    age = rng.randint(3, 80)
    lines = []
    for at in range(age, age + rng.randint(2, 5)):
        now, soon = number_word(at), number_word(at + 1)
        filler.fixed.update(now=now, soon=soon, an=f"{article(now)} {now}")
        lines.append(filler.expand(rng.choice(_FRAMES["birthday"])))
        lines.append(filler.expand(rng.choice(_FRAMES["year_later"])))
    return tidy(" ".join(lines))


TEMPLATES: dict[str, Template] = {
    "count_up": _count_up,
    "count_down": _count_down,
    "in_steps": _count_in_steps,
    "doubling": _doubling,
    "years": _years,
    "years_running": _years_running,
    "weekdays": _ordered("weekday", "day_line"),
    "months": _ordered("month", "month_line"),
    "before_and_after": _order_asked,
    "alphabet_book": _alphabet,
    "letters": _letters,
    "ordinals": _ordinals,
    "one_fewer": _one_fewer,
    "by_the": _by_the,
    "sums": _sums,
    "times_table": _times_table,
    "numbered": _numbered,
    "birthdays": _older,
}
