"""Python sources: functions, classes, tests, scripts, snippets; every passage parses with `ast`.

Names are consistent inside a passage; the code is plausible, not necessarily useful, and is never run.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence

from neuronview.demo.kinds._pools_code import code_names, render, several
from neuronview.demo.kinds._pools_python import FUNCTIONS, METHODS, SCRIPTS, SNIPPETS, TESTS
from neuronview.demo.lexicon import Lexicon

_IMPORTS = {
    "json.": "import json",
    "math.": "import math",
    "time.": "import time",
    "defaultdict(": "from collections import defaultdict",
    "Counter(": "from collections import Counter",
    "pytest.": "import pytest",
}


def _draw(rng: random.Random, pool: Sequence[str], *, low: int, high: int) -> str:
    names = code_names(rng)
    return "\n\n\n".join(render(frame, rng, names=names) for frame in several(rng, pool, low=low, high=high))


def _imports(code: str) -> str:
    needed = [line for mark, line in _IMPORTS.items() if mark in code]
    return "\n".join(needed) + "\n\n\n" if needed else ""


def _functions(rng: random.Random, lex: Lexicon) -> str:
    body = _draw(rng, FUNCTIONS, low=2, high=4)
    return _imports(body) + body


def _module(rng: random.Random, lex: Lexicon) -> str:
    names = code_names(rng)
    pool = several(rng, FUNCTIONS, low=2, high=3)
    body = "\n\n\n".join(render(frame, rng, names=names) for frame in pool)
    title = render(
        '"""«Helpers for¦Work with¦Tools for reading and writing¦Functions about» §items«.¦ and §others.»"""',
        rng,
        names=names,
    )
    constants = render("«MAX_§NUM = §big\n\n\n¦DEFAULT_§NUM = §n1\n\n\n¦»", rng, names=names)
    gap = "\n\n\n" if constants else ""
    gap_before = "" if constants else "\n"
    return f"{title}\n\n{_imports(body) or gap_before}{constants}{gap}{body}"


def _class(rng: random.Random, lex: Lexicon) -> str:
    names = code_names(rng)
    head = render(
        "class §Item:\n"
        '    """«A §item and its §others¦One §item, with its §text, its §num and its §others»."""\n\n'
        "    def __init__(self, §text, §num=§n1):\n"
        "        self.§text = §text\n"
        "        self.§num = §num\n"
        "        self.§others = []\n"
        "        self.is_new = True\n",
        rng,
        names=names,
    )
    methods = [render(frame, rng, names=names) for frame in several(rng, METHODS, low=3, high=6)]
    use = render('§item = §Item("§w1", §n2)\n«§item.add("§w2")\n¦»print(§item.§text, §item.§num)', rng, names=names)
    return "\n\n".join([head, *methods]) + (f"\n\n\n{use}" if rng.random() < 0.4 else "")


def _dataclass(rng: random.Random, lex: Lexicon) -> str:
    frame = '''
from dataclasses import dataclass, field


@dataclass«(frozen=True)¦(slots=True)¦»
class §Item:
    """«One §item of the shop.¦A §item as it stands in the file.¦What we know about one §item.»"""

    §text: str
    §num: «int¦float» = §n1
    §text2: str | None = None
    «§others: list[str] = field(default_factory=list)¦active: bool = True»

    def label(self) -> str:
        """Return a short label for the §item."""
        if self.§text2 is None:
            return self.§text
        return f"{self.§text} ({self.§text2})"

«    def is_larger_than(self, other: "§Item") -> bool:
        return self.§num > other.§num


¦»
§items = [
    §Item("§w1", §n2),
    §Item("§w2", §n3, §text2="§w3"),
    §Item(§text="§w4", §num=§n4),
]
for §item in «sorted(§items, key=lambda x: x.§num)¦§items¦reversed(§items)»:
    print(§item.label(), §item.§num)
'''
    return render(frame, rng, names=code_names(rng))


def _tests(rng: random.Random, lex: Lexicon) -> str:
    body = _draw(rng, TESTS, low=3, high=5)
    return _imports(body) + body


def _script(rng: random.Random, lex: Lexicon) -> str:
    return render(rng.choice(SCRIPTS), rng, names=code_names(rng))


def _snippets(rng: random.Random, lex: Lexicon) -> str:
    names = code_names(rng)
    return "\n\n".join(render(frame, rng, names=names) for frame in several(rng, SNIPPETS, low=2, high=5))


def _doctest(rng: random.Random, lex: Lexicon) -> str:
    a, b = rng.randint(2, 60), rng.randint(2, 60)
    word = str(code_names(rng)["w1"])
    pool = (
        f'def add(a, b):\n    """Add two numbers.\n\n    >>> add({a}, {b})\n    {a + b}\n'
        f'    >>> add({a}, -{a})\n    0\n    """\n    return a + b',
        f'def double(values):\n    """Return a list in which each value is doubled.\n\n'
        f"    >>> double([{a}, {b}, {a + b}])\n    [{2 * a}, {2 * b}, {2 * (a + b)}]\n"
        f'    >>> double([])\n    []\n    """\n    return [2 * value for value in values]',
        f'def shout(word):\n    """Return the word in capitals.\n\n    >>> shout("{word}")\n'
        f'    "{word.upper()}!"\n    """\n    return word.upper() + "!"',
        f'def backwards(word):\n    """Spell a word from its end.\n\n    >>> backwards("{word}")\n'
        f'    "{word[::-1]}"\n    """\n    return word[::-1]',
        f'def is_even(number):\n    """Tell whether a number is even.\n\n    >>> is_even({2 * a})\n    True\n'
        f'    >>> is_even({2 * b + 1})\n    False\n    """\n    return number % 2 == 0',
        f'def swap(pair):\n    """Swap the two parts of a pair.\n\n    >>> swap(({a}, {b}))\n    ({b}, {a})\n'
        f'    """\n    first, second = pair\n    return second, first',
        f'def initials(name):\n    """Return the first letters of a name.\n\n'
        f'    >>> initials("Anna Maria {word.title()}")\n    "A.M.{word[0].upper()}."\n    """\n'
        f'    return "".join(part[0] + "." for part in name.split())',
    )
    return "\n\n\n".join(several(rng, pool, low=2, high=3))


def _decorator(rng: random.Random, lex: Lexicon) -> str:
    frame = '''
import functools
«import time¦import logging»


def «timed¦logged¦traced»_calls(function):
    """«Report each call of the function.¦Wrap a function so that its calls are «counted¦shown».»"""

    @functools.wraps(function)
    def wrapper(*args, **kwargs):
        wrapper.calls += 1
        «print(f"call {wrapper.calls} of {function.__name__}")¦print("calling", function.__name__, args)»
        result = function(*args, **kwargs)
        «print("result:", result)
        ¦»return result

    wrapper.calls = 0
    return wrapper


def count_§items(§items, §text="§w1"):
    return sum(1 for §item in §items if §item == §text)


count_§items = functools.lru_cache(maxsize=§n1)(count_§items)
print(count_§items(("§w1", "§w2", "§w1")))  # 2
'''
    return render(frame, rng, names=code_names(rng))


def _errors(rng: random.Random, lex: Lexicon) -> str:
    frame = '''
class §{Item}Error(Exception):
    """«Something is wrong with a §item.¦The base of all errors about §items.»"""


class §{Item}NotFound(§{Item}Error):
    def __init__(self, §text):
        super().__init__(f"there is no §item with the §text {§text!r}")
        self.§text = §text


def get_§item(§items, §text):
    """Return the §item with this §text or raise §{Item}NotFound."""
    try:
        return §items[§text]
    except KeyError as error:
        raise §{Item}NotFound(§text) from error


try:
    §item = get_§item({"§w1": §n1, "§w2": §n2}, "§w3")
except §{Item}NotFound as error:
    print(«error¦"Sorry:", error¦f"failed: {error}"»)
else:
    print("found it:", §item)
finally:
    print("«done¦finished¦that was all»")
'''
    return render(frame, rng, names=code_names(rng))


def _matching(rng: random.Random, lex: Lexicon) -> str:
    frame = '''
from enum import Enum


class Status(Enum):
    OPEN = "open"
    «SENT = "sent"¦PAID = "paid"¦WAITING = "waiting"»
    CLOSED = "closed"


def next_step(§item):
    """Say what should be done with the §item next."""
    match §item.status:
        case Status.OPEN if §item.§num > §big:
            return "«ask the manager¦wait for the manager»"
        case Status.OPEN:
            return "«check the §text¦write to the §other»"
        case Status.CLOSED:
            return "nothing"
        case _:
            return "wait"


def run(command):
    match command.split():
        case ["add", name]:
            return f"added {name}"
        case ["remove", name]:
            return f"removed {name}"
        case ["quit" | "exit"]:
            return None
        case [first, *rest]:
            return f"unknown command {first} with {len(rest)} words"
'''
    return render(frame, rng, names=code_names(rng))


def _asynchronous(rng: random.Random, lex: Lexicon) -> str:
    frame = '''
import asyncio


async def fetch_§item(number):
    """«Pretend to fetch¦Fetch» one §item."""
    await asyncio.sleep(0.«1¦5¦25»)
    if number % §tiny == 0:
        raise ConnectionError(f"the §item {number} did not answer")
    return {"id": number, "§text": "§w1"}


async def fetch_all(count, limit=§n1):
    semaphore = asyncio.Semaphore(limit)

    async def one(number):
        async with semaphore:
            return await fetch_§item(number)

    results = await asyncio.gather(*(one(n) for n in range(count)), return_exceptions=True)
    §items = [result for result in results if not isinstance(result, Exception)]
    print(f"{len(§items)} of {count} §items arrived")
    return §items


asyncio.run(fetch_all(§n2))
'''
    return render(frame, rng, names=code_names(rng))


def _subclasses(rng: random.Random, lex: Lexicon) -> str:
    frame = '''
from abc import ABC, abstractmethod


class Shape(ABC):
    """A figure in the plane."""

    @abstractmethod
    def area(self) -> float:
        """Return the area."""

    def is_larger_than(self, other: "Shape") -> bool:
        return self.area() > other.area()


class Rectangle(Shape):
    def __init__(self, width: float, height: float) -> None:
        self.width = width
        self.height = height

    def area(self) -> float:
        return self.width * self.height


«class Square(Rectangle):
    def __init__(self, side: float) -> None:
        super().__init__(side, side)


¦»class Circle(Shape):
    def __init__(self, radius: float) -> None:
        self.radius = radius

    def area(self) -> float:
        return 3.14159 * self.radius**2


shapes = [Rectangle(§n1, §n2), Circle(§tiny), Rectangle(height=§n3, width=§n4)]
largest = max(shapes, key=lambda shape: shape.area())
print("The largest shape is a", type(largest).__name__)
'''
    return render(frame, rng, names=code_names(rng))


TEMPLATES: dict[str, Callable[[random.Random, Lexicon], str]] = {
    "functions": _functions,
    "module": _module,
    "class": _class,
    "dataclass": _dataclass,
    "tests": _tests,
    "script": _script,
    "snippets": _snippets,
    "doctest": _doctest,
    "decorator": _decorator,
    "errors": _errors,
    "matching": _matching,
    "asynchronous": _asynchronous,
    "subclasses": _subclasses,
}
