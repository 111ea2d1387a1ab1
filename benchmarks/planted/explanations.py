"""Does the true explanation score higher than each false one? On puzzles and on planted neurons."""

from __future__ import annotations

import asyncio
import math
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from benchmarks.planted.field import Field, Planted
from benchmarks.planted.judge import JUDGES, Judge
from benchmarks.planted.neurons import evaluation
from benchmarks.planted.puzzles import Puzzle
from benchmarks.planted.shares import Share
from neuronview.explain.evaluation import EvaluationSet, correlation, simulate_set
from neuronview.explain.language import language_value, simulate_language
from neuronview.explain.rules import RuleSimulator
from neuronview.explain.simulators import SIMULATORS, LanguageSimulator

__all__ = ["QUESTION", "TARGET", "judge_value", "of_planted", "of_puzzles", "rule_value"]

QUESTION = "true beats false"
TARGET = (0.95, 1.0)
CLEAR = 0.3
"""From which correlation with its feature on a neuron counts as one that can be explained."""
Reader = tuple[str, str]
"""A judge and a simulator; ("rules", "rule") evaluates instead of reading."""
Marks = Callable[[Sequence[str]], NDArray[np.bool_]]


@dataclass(frozen=True, eq=False)
class _Contest:
    """One true explanation against false ones on one set of excerpts."""

    chosen: EvaluationSet
    true: tuple[str, Marks]
    falses: tuple[tuple[str, str, Marks], ...]
    """Kind, text, marks."""

    @property
    def truths(self) -> dict[str, Marks]:
        return dict([self.true]) | {text: marks for _, text, marks in self.falses}

    @property
    def mistaken(self) -> dict[str, str]:
        """What a judge may take an explanation for: the true one for the most tempting, a false one for the true."""
        return {text: self.true[0] for _, text, _ in self.falses} | {self.true[0]: self.falses[0][1]}


def of_puzzles(puzzles: Sequence[Puzzle], *, readers: Sequence[Reader], repeats: int = 1) -> list[Share]:
    """Shares by judge and simulator, over so many seeds of the judge."""
    contests = [_of_puzzle(puzzle) for puzzle in puzzles]
    return [_share({"source": "puzzles", "excerpts": "all"}, contests, reader, repeats) for reader in readers]


def of_planted(field: Field, *, size: int, readers: Sequence[Reader]) -> list[Share]:
    """The same for planted neurons, apart by how well they can be explained at all."""
    found = []
    for name, entries in (
        ("planted, clear", [entry for entry in field.first if entry.fit >= CLEAR]),
        ("planted, weak", [entry for entry in field.first if entry.fit < CLEAR]),
    ):
        contests = [_of_planted(entry, size) for entry in entries]
        setting = {"source": name, "excerpts": f"{size}+{size}"}
        found += [_share(setting, contests, reader, 1) for reader in readers]
    return found


def rule_value(marks: Marks, chosen: EvaluationSet) -> float:
    """Score of an explanation that is evaluated instead of read."""
    simulator = RuleSimulator("planted", lambda tokens: marks(tokens).astype(np.float64))
    return correlation(chosen, simulate_set(simulator, chosen))


def judge_value(simulator: LanguageSimulator, text: str, chosen: EvaluationSet) -> float:
    """Score as the app computes it with a language model."""
    simulated = asyncio.run(simulate_language(simulator, text, {chosen.split: chosen}))
    return language_value(simulated[chosen.split])


def _of_puzzle(puzzle: Puzzle) -> _Contest:
    falses = tuple((false.kind, false.text, false.marks) for false in puzzle.falses)
    return _Contest(puzzle.evaluation(), (puzzle.explanation, puzzle.marks), falses)


def _of_planted(entry: Planted, size: int) -> _Contest:
    falses = tuple((rival.kind, rival.text, rival.marks) for rival in entry.rivals)
    return _Contest(evaluation(entry.record, size), (entry.neuron.text, entry.marks), falses)


Values = list[tuple[float, list[float]]]


def _values(contests: Iterable[_Contest], reader: Reader, seed: int) -> Values:
    """Scores of the true explanation and of the false ones."""
    found = []
    judge, simulator = reader
    for contest in contests:
        if judge == "rules":
            true, *others = [rule_value(marks, contest.chosen) for marks in contest.truths.values()]
        else:
            endpoint = Judge(contest.truths, JUDGES[judge], seed=seed, mistaken=contest.mistaken)
            asked = SIMULATORS[simulator](endpoint)
            true, *others = [judge_value(asked, text, contest.chosen) for text in contest.truths]
        found.append((true, others))
    return found


def _share(setting: Mapping[str, str], contests: Sequence[_Contest], reader: Reader, repeats: int) -> Share:
    """A true score beats one that is lower, or undefined since nothing varies; one without a value beats none."""
    lost, tried, trues = Counter[str](), Counter[str](), []
    for seed in range(repeats):
        for contest, (true, others) in zip(contests, _values(contests, reader, seed), strict=True):
            trues.append(true)
            for (kind, _, _), value in zip(contest.falses, others, strict=True):
                tried[kind] += 1
                lost[kind] += not (true > value or (math.isnan(value) and not math.isnan(true)))
    worst = ", ".join(f"{kind} {n}/{tried[kind]}" for kind, n in lost.most_common(3) if n)
    there = [value for value in trues if not math.isnan(value)]
    more: dict[str, object] = {"true score": round(float(np.mean(there)), 3) if there else None}
    more |= {"undefined": len(trues) - len(there)} | ({"lost to": worst} if worst else {})
    where = {**setting, "judge": reader[0], "simulator": reader[1]}
    return Share(
        QUESTION,
        where,
        tried.total() - lost.total(),
        tried.total(),
        TARGET,
        more | ({"lost to": worst} if worst else {}),
    )
