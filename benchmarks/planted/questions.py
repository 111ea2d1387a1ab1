"""The four questions, how much is measured of each, and the few figures that stand for them among all benchmarks."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from benchmarks.planted import coverage, explanations, others, runs
from benchmarks.planted.corpus import TOKENIZER
from benchmarks.planted.field import Field, make_field
from benchmarks.planted.intervals import SHIPPED
from benchmarks.planted.puzzles import read_puzzles
from benchmarks.planted.shares import Figure, Share
from benchmarks.report import Row
from neuronview.demo.tokenizer import load_tokenizer
from neuronview.explain.simulators import SIMULATORS

__all__ = ["QUESTIONS", "SIZES", "Size", "make", "measure"]

RULE = ("rules", "rule")
FAIR = tuple(("fair", name) for name in SIMULATORS)
JUDGED = tuple((judge, name) for judge in ("careful", "fair", "poor") for name in SIMULATORS)
ONE_EACH = (RULE, *((judge, "decisions") for judge in ("careful", "fair", "poor")))
"""Simulators differ little in front of one judge; where many excerpts are asked about, one stands for all."""
PUBLISHED = 5
"""Excerpts a side of the published method."""
MOST = 20
"""Excerpts a side up to which all judges, and the sentences of other neurons, are tried."""


@dataclass(frozen=True)
class Size:
    """How much is measured."""

    excerpts: int
    """Of each of the two corpora."""
    neurons: int
    sides: tuple[int, ...]
    """Numbers of excerpts a side that neurons are scored on."""
    repeats: int
    """Seeds of the judge on puzzles."""
    pools: int
    """Planted neurons that intervals are tried on."""
    made_up: int
    population: int
    """Excerpts of a made-up kind."""
    interval_sides: tuple[int, ...]
    trials: int


SIZES: Mapping[str, Size] = {
    "small": Size(400, 12, (5,), 1, 3, 2, 4000, (5, 20), 20),
    "full": Size(3000, 48, (5, 10, 20, 50), 2, 10, 12, 20_000, (5, 10, 20, 50, 100, 200), 60),
}


def make(size: Size, seed: int) -> Field:
    """Neurons and their records."""
    return make_field(n_excerpts=size.excerpts, n_neurons=size.neurons, most=max(size.sides), seed=seed)


def true_beats_false(field: Field, size: Size, seed: int) -> list[Share]:
    """On puzzles and planted neurons. The judge's seeds are its own."""
    puzzles = read_puzzles(load_tokenizer(TOKENIZER))
    found = explanations.of_puzzles(puzzles, readers=[RULE, *JUDGED], repeats=size.repeats)
    for n in size.sides:
        readers = [RULE, *JUDGED] if n == PUBLISHED else ONE_EACH if n <= MOST else [RULE, ("fair", "decisions")]
        found += explanations.of_planted(field, size=n, readers=readers)
    return found


def interval_holds(field: Field, size: Size, seed: int) -> list[Share]:
    """By every way to an interval."""
    every = list(coverage.pools(field, size.pools, made_up=size.made_up, population=size.population, seed=seed))
    return coverage.measure(every, sizes=[(n, n) for n in size.interval_sides], trials=size.trials)


def wrong_seems_right(field: Field, size: Size, seed: int) -> list[Share]:
    """By every rule that a reader may go by."""
    found = []
    for n in size.sides:
        readers = [RULE, *FAIR] if n == PUBLISHED else [RULE, ("fair", "decisions")]
        found += others.measure(field, sizes=[n], readers=readers, seed=seed) if n <= MOST else []
    return found


def runs_agree(field: Field, size: Size, seed: int) -> list[Figure]:
    """Over the neurons."""
    found = []
    for n in size.sides:
        readers = [*ONE_EACH, *(r for r in FAIR if r not in ONE_EACH)] if n == PUBLISHED else ONE_EACH
        found += runs.measure(field, sizes=[n], readers=readers, seed=seed)
    return found


Measured = Callable[[Field, Size, int], Sequence[Share | Figure]]
QUESTIONS: Mapping[str, tuple[str, Measured]] = {
    "explanations": ("The true explanation scores higher than each false one", true_beats_false),
    "intervals": ("The 95 % interval holds the score that a large sample tends to", interval_holds),
    "others": ("Another neuron's explanation seems to fit this one", wrong_seems_right),
    "runs": ("Two runs with other documents and other noise rank the neurons alike", runs_agree),
}


def measure() -> list[Row]:
    """Of each question the figures of a fair judge with typed decisions, and of the shipped interval."""
    size, seed = SIZES["full"], 0
    field, rows = make(size, seed), []
    for _, measured in QUESTIONS.values():
        for entry in measured(field, size, seed):
            if _stands_for_others(entry.setting):
                value = entry.share if isinstance(entry, Share) else entry.value
                goal = f"at least {entry.at_least:g}" if isinstance(entry, Figure) else _range(entry.target)
                name = " ".join([entry.question, *map(str, entry.setting.values())])
                rows.append(Row(name, value, "share", goal=goal, ok=entry.verdict.startswith("met")))
    return rows


def _stands_for_others(setting: Mapping[str, object]) -> bool:
    way, rule = setting.get("way", SHIPPED), setting.get("rule", "interval above the others' range")
    read = (setting.get("judge", "fair"), setting.get("simulator", "decisions")) == ("fair", "decisions")
    return read and way == SHIPPED and rule == "interval above the others' range"


def _range(target: tuple[float, float] | None) -> str:
    return f"{target[0]:g} to {target[1]:g}" if target else ""
