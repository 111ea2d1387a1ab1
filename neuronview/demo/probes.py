"""Questions about text that no n-gram can answer, and how often a scorer answers them right.

Promises that the questions come in pairs whose prefixes end alike and whose answers are each other's wrong ones:
a scorer that sees only the last few tokens, or only how frequent or how long the answers are, gets exactly half.
The one exception is X_BY_X, where a trigram has seen the X; it is reported all the same.
Knows nothing of models: a scorer is a function from (prefix, continuation) to a log-probability.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import product

from neuronview.errors import BadInput
from neuronview.stats import wilson_interval

Scorer = Callable[[str, str], float]
"""(prefix, continuation) -> natural log of the continuation's probability after the prefix."""

Pairs = Iterator[tuple["Probe", "Probe"]]
PAIRS_OF_A_KIND = 24


@dataclass(frozen=True)
class Probe:
    """One question: which of two continuations fits the prefix."""

    kind: str
    prefix: str
    right: str
    wrong: str


@dataclass(frozen=True)
class ProbeResult:
    """How often one scorer was right on one kind; a tie counts as half."""

    kind: str
    correct: float
    n: int

    @property
    def accuracy(self) -> float:
        """Share of the questions answered right."""
        return self.correct / self.n

    @property
    def interval(self) -> tuple[float, float]:
        """Wilson's 95 % interval; pairs share most of their words, so it is somewhat too narrow."""
        return wilson_interval(round(self.correct), self.n)


def probes() -> list[Probe]:
    """Return the whole set: 48 questions of each kind, pairs side by side."""
    return [probe for kind in KINDS for pair in _spread(kind) for probe in pair]


def run_probes(scorer: Scorer, questions: list[Probe] | None = None) -> list[ProbeResult]:
    """Return one result a kind, in the order in which the kinds come. Raises BadInput when there is no question."""
    questions = probes() if questions is None else questions
    if not questions:
        raise BadInput("There are no probes to run; leave the argument out for the whole set.")
    points: dict[str, list[float]] = {}
    for probe in questions:
        points.setdefault(probe.kind, []).append(_points(scorer, probe))
    return [ProbeResult(kind, sum(got), len(got)) for kind, got in points.items()]


def _points(scorer: Scorer, probe: Probe) -> float:
    right, wrong = scorer(probe.prefix, probe.right), scorer(probe.prefix, probe.wrong)
    return 0.5 if right == wrong else float(right > wrong)


def _spread(kind: str) -> list[tuple[Probe, Probe]]:
    """Take PAIRS_OF_A_KIND of a kind's pairs, evenly, so that every word list is used."""
    pairs = list(KINDS[kind](kind))
    return [pairs[number * len(pairs) // PAIRS_OF_A_KIND] for number in range(PAIRS_OF_A_KIND)]


def _pair(kind: str, prefixes: tuple[str, str], answers: tuple[str, str]) -> tuple[Probe, Probe]:
    (one, other), (first, second) = prefixes, answers
    return Probe(kind, one, first, second), Probe(kind, other, second, first)


_THINGS = ("The report", "Her letter", "The old map", "That photograph", "The second house", "My bag", "The song")
_ASIDES = (
    "which nobody had read to the end",
    "the one with the red cover",
    "found by two children in the garden",
    "as far as anyone could remember",
    "although it was not really hers",
)
_NAME_LISTS = ("first, second, third, fourth", "width, height, depth, colour", "name, age, city, country")


def _bracket_kind(kind: str) -> Pairs:
    """Round or square: only the bracket that was opened tells."""
    for thing, aside in product(_THINGS, _ASIDES):
        yield _pair(kind, (f"{thing} ({aside}", f"{thing} [{aside}"), (") was", "] was"))


def _bracket_kind_in_code(kind: str) -> Pairs:
    for name, inside in product(("values", "row", "result", "point", "total", "data", "x", "items"), _NAME_LISTS):
        yield _pair(kind, (f"{name} = ({inside}", f"{name} = [{inside}"), (")\n", "]\n"))


def _bracket_open(kind: str) -> Pairs:
    """An aside ends as it began: with a bracket or with a comma."""
    for thing, aside in product(_THINGS, _ASIDES):
        yield _pair(kind, (f"{thing} ({aside}", f"{thing}, {aside}"), (") was", ", was"))


_SAYINGS = (
    "I have left the bread on the table",
    "We will meet you at the station",
    "There is nothing left in the house",
    "You can have the last piece of cake",
    "The train was late again this morning",
    "My brother never comes here on Sunday",
    "It will rain before the evening",
    "They have not paid for the room",
)
_BEFORE = ("", "Well, ", "At last! ")


def _quote(kind: str) -> Pairs:
    """Words in quotation marks end with one; the same words without do not."""
    for before, saying in product(_BEFORE, _SAYINGS):
        yield _pair(kind, (f'"{before}{saying}', f"{before}{saying}"), ('," said', ", and"))


_NOUNS = (
    ("key", "keys"),
    ("letter", "letters"),
    ("picture", "pictures"),
    ("door", "doors"),
    ("book", "books"),
    ("road", "roads"),
    ("child", "children"),
    ("answer", "answers"),
)
_ATTACHED = (
    "to the old house",
    "behind the three tall trees",
    "near my sister's shop",
    "from the other side of the town",
)
_VERBS = ((" is", " are"), (" was", " were"), (" has", " have"))


def _agreement(kind: str) -> Pairs:
    """The verb agrees with its noun, whatever stands between them."""
    for (one, many), attached, verbs in product(_NOUNS, _ATTACHED, _VERBS):
        yield _pair(kind, (f"The {one} {attached}", f"The {many} {attached}"), verbs)


_WOMEN_AND_MEN = (("aunt", "uncle"), ("mother", "father"), ("sister", "brother"), ("daughter", "son"))
_LOSSES = ("lost the key because", "stayed at home until", "opened the window when", "was very tired, so")
_PRAISE = ("My", "His old", "Your younger")


def _pronoun(kind: str) -> Pairs:
    """She or he: the noun some words before tells."""
    for (woman, man), loss, whose in product(_WOMEN_AND_MEN, _LOSSES, _PRAISE):
        yield _pair(kind, (f"{whose} {woman} {loss}", f"{whose} {man} {loss}"), (" she", " he"))


_STEPS = ((1, 2), (1, -1), (2, 5), (1, 10))
_LAST_NUMBERS = (40, 50, 60, 45, 70, 80, 90, 55)


def _next_number(kind: str) -> Pairs:
    """Two rows end in the same number, but climb by different steps."""
    for last, steps in product(_LAST_NUMBERS, _STEPS):
        rows = [", ".join(str(last + step * back) for back in (-3, -2, -1, 0)) + "," for step in steps]
        yield _pair(kind, (rows[0], rows[1]), (f" {last + steps[0]}", f" {last + steps[1]}"))


_ACTIONS = (
    "Wash the rice.",
    "Boil the water.",
    "Cut the bread.",
    "Close the lid.",
    "Warm the plates.",
    "Call the guests.",
)


def _list_number(kind: str) -> Pairs:
    """The next number of a list depends on how many lines it has, not on the last one."""
    for first, last, extra in product(_ACTIONS, _ACTIONS, (1, 2)):
        if first != last:
            lines = [first] * extra + [last]
            longer = "".join(f"{number}. {line}\n" for number, line in enumerate(["Take a pot.", *lines], start=1))
            shorter = "".join(f"{number}. {line}\n" for number, line in enumerate(lines, start=1))
            yield _pair(kind, (longer, shorter), (f"{extra + 3}", f"{extra + 2}"))


_NAMES = (
    ("Anna", "Peter"),
    ("Maria", "Helen"),
    ("David", "Thomas"),
    ("Laura", "Simon"),
    ("Clara", "Martin"),
    ("Emma", "Paul"),
)
_STORIES = (
    "My friend {} lives near the sea. Every summer we take the train to visit",
    "Dear {},\n\nThank you for the long letter. I read it twice. Please write again soon, dear",
    "This is a story about {}. One morning a letter came to the house, and",
    '"Is that you, {}?" asked the old man. There was a short silence. Then the door opened, and in came',
)


def _name(kind: str) -> Pairs:
    """A name that has been used comes back, and not another."""
    for (one, other), story in product(_NAMES, _STORIES):
        yield _pair(kind, (story.format(one), story.format(other)), (f" {one}", f" {other}"))


_UNITS = (
    ("basket", "bottle"),
    ("garden", "village"),
    ("letter", "number"),
    ("stone", "plank"),
    ("song", "poem"),
    ("chair", "table"),
)
_DEEDS = ("They counted them", "We went through it all", "The old man explained it", "She built it again")


def _x_by_x(kind: str) -> Pairs:
    """X by X: the second is the first again."""
    for (one, other), deed in product(_UNITS, _DEEDS):
        yield _pair(kind, (f"{deed}, {one} by", f"{deed}, {other} by"), (f" {one}", f" {other}"))


_WORDS = ("rain", "bread", "lamp", "stone", "river", "glass", "horse", "music", "paper", "winter")


def _copied_list(kind: str) -> Pairs:
    """The second time round a list goes on as it did the first time."""
    for number, shift in product(range(len(_WORDS)), (3, 4, 5)):
        turned = _WORDS[number:] + _WORDS[:number]
        start, answers = ", ".join(turned[:3]), (turned[shift], turned[shift + 3])
        one, other = (f"{start}, {answer}; {start}," for answer in answers)
        yield _pair(kind, (one, other), (f" {answers[0]}", f" {answers[1]}"))


X_BY_X = "X by X"
KINDS: dict[str, Callable[[str], Pairs]] = {
    "closing bracket, ) or ], in prose": _bracket_kind,
    "closing bracket, ) or ], in code": _bracket_kind_in_code,
    "closing bracket or comma": _bracket_open,
    "closing quote": _quote,
    "verb agrees over a distance": _agreement,
    "pronoun agrees over a distance": _pronoun,
    "next number of a row": _next_number,
    "next number of a list": _list_number,
    "name that comes back": _name,
    X_BY_X: _x_by_x,
    "list said twice": _copied_list,
}
"""Each kind's name, and what yields its pairs."""
