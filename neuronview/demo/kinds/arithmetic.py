# ruff: noqa: E501
"""Arithmetic: right sums, worked steps, sequences, comparisons, fractions, money and word problems.

Every line of the form "a op b = c" is true; the words around it are school English.
"""

from __future__ import annotations

import random
from collections.abc import Callable

from neuronview.demo.kinds._pools_code import PEOPLE, TOWNS, several
from neuronview.demo.lexicon import Lexicon

_SHE = {"Anna", "Clara", "Ella", "Grace", "Ida", "Kate", "Maria", "Nina", "Paula", "Ruth", "Vera", "Zoe", "Lily"}
_GOODS = ("apples", "pencils", "stamps", "eggs", "marbles", "books", "buttons", "candles", "cookies", "coins",
          "shells", "cards", "plums", "tickets", "flowers", "stickers", "nails", "chairs", "bottles", "balloons")  # fmt: skip
_ONES = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
         "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen")  # fmt: skip
_TENS = ("", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")


def in_words(number: int) -> str:
    """Spell a number from 0 to 999."""
    if number < 20:
        return _ONES[number]
    if number < 100:
        tens, ones = divmod(number, 10)
        return _TENS[tens] + (f"-{_ONES[ones]}" if ones else "")
    hundreds, rest = divmod(number, 100)
    return f"{_ONES[hundreds]} hundred" + (f" and {in_words(rest)}" if rest else "")


def _sum_line(rng: random.Random, *, largest: int = 99) -> str:
    a, b = rng.randint(2, largest), rng.randint(2, largest)
    small, part = rng.randint(2, 12), rng.randint(2, 12)
    return rng.choice(
        (f"{a} + {b} = {a + b}", f"{a + b} - {b} = {a}", f"{small} x {part} = {small * part}",
         f"{small * part} / {part} = {small}", f"{a} + {b} + {small} = {a + b + small}",
         f"{small} * {a} = {small * a}", f"{a} - {b} = {a - b}")
    )  # fmt: skip


def _sums(rng: random.Random, lex: Lexicon) -> str:
    largest = rng.choice((20, 99, 99, 999))
    return "\n".join(_sum_line(rng, largest=largest) for _ in range(rng.randint(8, 16)))


def _numbered(rng: random.Random, lex: Lexicon) -> str:
    close = rng.choice((".", ")", ":"))
    lines = [f"{i}{close} {_sum_line(rng)}" for i in range(1, rng.randint(7, 13))]
    return rng.choice(("Exercise", "Lesson", "Page", "Test")) + f" {rng.randint(1, 60)}\n" + "\n".join(lines)


def _times_table(rng: random.Random, lex: Lexicon) -> str:
    n = rng.randint(2, 19)
    style = rng.choice(("{i} x {n} = {p}", "{i} times {n} is {p}", "{i} * {n} = {p}", "{n} times {i} makes {p}"))
    last = rng.randint(8, 12)
    head = rng.choice((f"The table of {n}", f"Learn the table of {in_words(n)} by heart.", f"Table {n}", ""))
    return head + "\n" + "\n".join(style.format(i=i, n=n, p=i * n) for i in range(1, last + 1))


def _spoken(rng: random.Random, lex: Lexicon) -> str:
    lines = []
    for _ in range(rng.randint(6, 9)):
        a, b = rng.randint(1, 60), rng.randint(1, 39)
        c, d = rng.randint(2, 9), rng.randint(2, 9)
        lines.append(
            rng.choice(
                (
                    f"{in_words(a)} and {in_words(b)} make {in_words(a + b)}",
                    f"{in_words(a + b)} minus {in_words(b)} is {in_words(a)}",
                    f"if you take {in_words(b)} from {in_words(a + b)}, {in_words(a)} {'is' if a == 1 else 'are'} left",
                    f"{in_words(c)} times {in_words(d)} is {in_words(c * d)}",
                    f"{in_words(c * d)} divided by {in_words(d)} gives {in_words(c)}",
                    f"half of {in_words(2 * a)} is {in_words(a)}",
                    f"twice {in_words(b)} is {in_words(2 * b)}",
                )
            )
        )
    return " ".join(line[0].upper() + line[1:] + "." for line in lines)


def _problem(rng: random.Random) -> str:
    who, other = rng.sample(PEOPLE, 2)
    she, her = ("she", "her") if who in _SHE else ("he", "his")
    things, a, b, c = rng.choice(_GOODS), rng.randint(12, 60), rng.randint(2, 11), rng.randint(2, 9)
    town, km, hours = rng.choice(TOWNS), rng.randint(4, 90), rng.randint(2, 6)
    return rng.choice(
        (
            f"{who} has {a} {things}. {she.title()} gives {b} of them to {other}. How many {things} does {who} have"
            f" now? {a} - {b} = {a - b}, so {she} has {a - b} {things} left.",
            f"There are {b} boxes, and in each box there are {c} {things}. That makes {b} x {c} = {b * c} {things}"
            f" in all. If {who} takes away {c}, only {b * c - c} are left.",
            f"{who} wants to share {b * c} {things} among {c} friends. Everybody gets {b} {things}, because"
            f" {b * c} / {c} = {b}.",
            f"A train goes {km} kilometers in an hour. How far does it go in {hours} hours? It goes {km} x {hours} ="
            f" {km * hours} kilometers, which is enough to reach {town}.",
            f"One of the {things} costs ${c}. {who} buys {b} and pays with a note of ${b * c + 10}. {she.title()} has"
            f" to pay {b} x ${c} = ${b * c}, and gets $10 back.",
            f"{who} is {b + 8} years old and {her} father is {a + 20}. In {c} years {she} will be {b + 8 + c} and he"
            f" will be {a + 20 + c}. The difference is always {a + 20 - b - 8}.",
            f"{who} picked {a} {things} on Monday and {b} on Tuesday. On Wednesday {she} didn't pick any. Altogether"
            f" {she} picked {a} + {b} = {a + b}.",
            f"{other} had some {things}. {who} gave {other} {b} more, and then there were {a + b}. At first, then,"
            f" {other} had {a + b} - {b} = {a}.",
            f"A garden is {a} meters long and {b} meters wide. Its area is {a} x {b} = {a * b} square meters. A fence"
            f" all around it must be 2 x ({a} + {b}) = {2 * (a + b)} meters long.",
            f"{who} reads {c} pages a day. The book has {b * c} pages. How long will it take? {b * c} divided by {c}"
            f" is {b}, so {she} needs {b} days.",
            f"In the class there are {a} girls and {a - b} boys. There are {b} more girls than boys, and"
            f" {a + a - b} children in all.",
            f"{who} saves ${c} every week. After {b} weeks {she} has ${b * c}. Is it enough for a bike that costs"
            f" ${b * c + a}? No, {she} still needs ${a}.",
        )
    )


def _problems(rng: random.Random, lex: Lexicon) -> str:
    separator = rng.choice(("\n\n", "\n", " "))
    return separator.join(dict.fromkeys(_problem(rng) for _ in range(rng.randint(2, 4))))


def _steps(rng: random.Random, lex: Lexicon) -> str:
    a, b, c, d = (rng.randint(2, 20) for _ in range(4))
    inner, times = b + c, a * (b + c)
    whole = rng.choice((
        [f"What is {a} x ({b} + {c}) - {d}?", "First work out what is inside the brackets:",
         f"{b} + {c} = {inner}.", f"Then multiply: {a} x {inner} = {times}.",
         f"Last, take away {d}: {times} - {d} = {times - d}.", f"The answer is {times - d}."],
        [f"Let us add {100 + a * 10 + b} and {200 + c * 10 + d}.", "The hundreds give 100 + 200 = 300.",
         f"The rest is {a * 10 + b} + {c * 10 + d} = {a * 10 + b + c * 10 + d}.",
         f"Together that makes {300 + a * 10 + b + c * 10 + d}."],
        [f"Find x if {a}x + {b} = {a * c + b}.", f"Subtract {b} from both sides: {a}x = {a * c}.",
         f"Divide both sides by {a}: x = {c}.", f"Check: {a} x {c} + {b} = {a * c} + {b} = {a * c + b}. It is right."],
        [f"How much is {a * 10}% of {b * 10}?", f"Ten percent of {b * 10} is {b}.",
         f"{a * 10}% is {a} times as much, so we get {a} x {b} = {a * b}."],
        [f"What is the mean of {a}, {b} and {c}?", f"The sum is {a} + {b} + {c} = {a + b + c}.",
         "There are three numbers, so divide the sum by 3.",
         f"{a + b + c} / 3 is {(a + b + c) // 3}" + (f", remainder {(a + b + c) % 3}." if (a + b + c) % 3 else ".")],
        [f"We look for a number that is {a} larger than {b} times {c}.", f"{b} times {c} is {b * c}.",
         f"{b * c} plus {a} is {b * c + a}.", f"So the number is {b * c + a}."],
    ))  # fmt: skip
    opening = rng.choice(("", "Example. ", "Question: ", f"{rng.randint(1, 30)}. "))
    second = _problem(rng) if rng.random() < 0.6 else ""
    joint = rng.choice((" ", "\n"))
    return opening + joint.join(whole) + "\n\n" + second


def _sequence(rng: random.Random) -> tuple[str, list[int]]:
    start, step = rng.randint(1, 40), rng.randint(2, 12)
    kind = rng.randrange(6)
    if kind == 0:
        return f"add {step} each time", [start + i * step for i in range(8)]
    if kind == 1:
        return f"take away {step} each time", [start + (7 - i) * step for i in range(8)]
    if kind == 2:
        return "double each number", [start * 2**i for i in range(8)]
    if kind == 3:
        return "the square numbers", [i * i for i in range(1 + start % 5, 9 + start % 5)]
    if kind == 4:
        numbers = [start % 9 + 1, step]
        while len(numbers) < 8:
            numbers.append(numbers[-1] + numbers[-2])
        return "each number is the sum of the two before it", numbers
    return "count on by one", [start + i for i in range(8)]


def _sequences(rng: random.Random, lex: Lexicon) -> str:
    lines = []
    for _ in range(rng.randint(4, 6)):
        rule, numbers = _sequence(rng)
        shown = ", ".join(map(str, numbers[:6]))
        lines.append(
            rng.choice(
                (
                    f"{shown}, ... The rule: {rule}. The next number is {numbers[6]}.",
                    f"What comes next? {shown}, ? Answer: {numbers[6]}.",
                    f"{shown}, {numbers[6]}, {numbers[7]}",
                    f"Go on: {shown}, {numbers[6]}, {numbers[7]} ({rule}).",
                )
            )
        )
    return "\n".join(lines)


def _comparisons(rng: random.Random, lex: Lexicon) -> str:
    lines = []
    for _ in range(rng.randint(5, 9)):
        a, b = rng.sample(range(1, 500), 2)
        big, small = max(a, b), min(a, b)
        values = rng.sample(range(1, 100), 4)
        lines.append(
            rng.choice(
                (
                    f"{a} {'>' if a > b else '<'} {b}",
                    f"{big} is larger than {small}.",
                    f"{small} is less than {big}, and the difference is {big - small}.",
                    f"Which is more, {a} or {b}? {big} is more.",
                    f"{a} is {'even' if a % 2 == 0 else 'odd'}, but {a + 1} is {'odd' if a % 2 == 0 else 'even'}.",
                    f"Of {', '.join(map(str, values))} the smallest is {min(values)} and the largest is {max(values)}.",
                    f"In order: {', '.join(map(str, sorted(values)))}.",
                    f"{small} is not larger than {big}.",
                    f"{small} comes before {big}; {small + 1} comes after {small}.",
                )
            )
        )
    return rng.choice(("\n", " ")).join(lines)


def _fractions(rng: random.Random, lex: Lexicon) -> str:
    lines = []
    for _ in range(rng.randint(5, 8)):
        d, n, k = rng.randint(3, 12), rng.randint(1, 5), rng.randint(2, 6)
        lines.append(
            rng.choice(
                (
                    f"1/{d} of {d * k} is {k}.",
                    f"{n}/{d} + 1/{d} = {n + 1}/{d}",
                    f"{n * k}/{d * k} = {n}/{d}, because we can divide both by {k}.",
                    f"{10 * k}% of {d * 10} is {k * d}.",
                    f"0.{k} + 0.{10 - k} = 1",
                    f"{d}.5 + {n}.5 = {d + n + 1}",
                    f"A half is 50%, a quarter is 25% and {in_words(k)} tenths {'is' if k == 1 else 'are'} {10 * k}%.",
                    f"{k}.{d} x 10 = {(k * 10 ** len(str(d)) + d) / 10 ** (len(str(d)) - 1):g}",
                )
            )
        )
    return "\n".join(lines)


def _money(rng: random.Random, lex: Lexicon) -> str:
    goods = several(rng, _GOODS, low=3, high=5)
    cents = [rng.randint(20, 1500) for _ in goods]
    total, paid = sum(cents), (sum(cents) // 1000 + 1) * 1000
    sign = rng.choice(("$", "£", "€"))
    rows = [f"{name:<12}{sign}{cost / 100:>7.2f}" for name, cost in zip(goods, cents, strict=True)]
    rule = "-" * 20
    who = rng.choice(PEOPLE)
    return (
        "\n".join(rows) + f"\n{rule}\n{'total':<12}{sign}{total / 100:>7.2f}\n\n"
        + rng.choice((f"{who} pays with {sign}{paid // 100} and gets {sign}{(paid - total) / 100:.2f} back.",
                      f"{who} counted it twice: {sign}{total / 100:.2f}, not a cent more or less.",
                      f"The dearest of them costs {sign}{max(cents) / 100:.2f}, the cheapest {sign}{min(cents) / 100:.2f}."))
    )  # fmt: skip


def _quiz(rng: random.Random, lex: Lexicon) -> str:
    teacher, *pupils = rng.sample(PEOPLE, 3)
    lines = []
    for i in range(rng.randint(4, 6)):
        a, b, pupil = rng.randint(2, 40), rng.randint(2, 40), pupils[i % 2]
        right = rng.random() < 0.7
        said = a + b if right else a + b + rng.choice((-2, -1, 1, 10))
        ask = rng.choice((f'"What is {a} plus {b}?"', f'"How much is {a} and {b}, {pupil}?"', f'"{a} + {b}?"'))
        reply = rng.choice(("Right", "Yes", "Good", "That's right")) if right else f"No, it's {a + b}"
        lines.append(f'{ask} asked {teacher}. "{said}," said {pupil}. "{reply}."')
    return "\n".join(lines)


def _clock(rng: random.Random, lex: Lexicon) -> str:
    lines = []
    for _ in range(rng.randint(4, 6)):
        hour, minute, more = rng.randint(1, 9), rng.randrange(0, 60, 5), rng.randrange(10, 120, 5)
        end = hour * 60 + minute + more
        then = f"{end // 60}:{end % 60:02}"
        what = rng.choice(("lesson", "film", "bus ride", "meeting", "walk", "concert", "match"))
        lines.append(
            rng.choice(
                (
                    f"The {what} begins at {hour}:{minute:02} and takes {more} minutes, so it ends at {then}.",
                    f"It is {hour}:{minute:02}. In {more} minutes it will be {then}.",
                    f"From {hour}:{minute:02} to {then} there are {more} minutes.",
                    f"If the {what} ended at {then} and took {more} minutes, when did it begin? At {hour}:{minute:02}.",
                )
            )
        )
    return " ".join(lines)


def _program(rng: random.Random, lex: Lexicon) -> str:
    a, b = rng.randint(2, 30), rng.randint(2, 30)
    lines = [f"a = {a}", f"b = {b}"]
    pool = (f"a + b = {a + b}", f"a * b = {a * b}", f"a - b = {a - b}", f"2a = {2 * a}", f"a + 2b = {a + 2 * b}",
            f"a^2 = {a * a}", f"b^2 = {b * b}", f"(a + b)^2 = {(a + b) ** 2}", f"a^2 - b^2 = {a * a - b * b}",
            f"(a + b)(a - b) = {(a + b) * (a - b)}", f"max(a, b) = {max(a, b)}", f"min(a, b) = {min(a, b)}")  # fmt: skip
    lead = rng.choice(("Let", "Given", "Suppose that", "We know that"))
    return f"{lead} {lines[0]} and {lines[1]}. Then\n" + "\n".join(several(rng, pool, low=5, high=9))


TEMPLATES: dict[str, Callable[[random.Random, Lexicon], str]] = {
    "sums": _sums,
    "numbered": _numbered,
    "times_table": _times_table,
    "spoken": _spoken,
    "problems": _problems,
    "steps": _steps,
    "sequences": _sequences,
    "comparisons": _comparisons,
    "fractions": _fractions,
    "money": _money,
    "quiz": _quiz,
    "clock": _clock,
    "program": _program,
}
