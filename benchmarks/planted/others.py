"""How often does a sentence that was written for another neuron seem to say something of this one?

The app shows a score with its interval, beside the mean and the middle 95 % of 20 other neurons' explanations; it has
no sentence that calls a score significant. So each way in which a reader may take it so is measured. A sentence of
another neuron is held against 20 others; one whose feature truly goes with the neuron's counts as any other, and one
whose score is undefined is left out. Several sentences meet the same excerpts, so the shares are a little less sure
than Wilson's interval says.
"""

from __future__ import annotations

import asyncio
import math
from collections import Counter
from collections.abc import Callable, Mapping, Sequence

import numpy as np

from benchmarks.planted.field import Field, Planted
from benchmarks.planted.judge import JUDGES, Judge
from benchmarks.planted.neurons import evaluation
from benchmarks.planted.shares import Share
from neuronview.explain.evaluation import EvaluationSet, other_neurons_baseline, score_simulations, simulate_set
from neuronview.explain.language import simulate_language
from neuronview.explain.rules import RuleSimulator
from neuronview.explain.score import OTHERS
from neuronview.explain.simulators import SIMULATORS
from neuronview.records import Baseline, Score, Simulation

__all__ = ["RULES", "measure"]

QUESTION = "wrong seems right"
TARGET = (0.0, 0.05)
EVERY = 2
"""Of so many neurons one is scored with others' sentences, each with those of 21 others."""
RULES: Mapping[str, Callable[[Score, Baseline], bool]] = {
    "interval above 0": lambda score, base: score.interval[0] > 0,
    "score above the others' range": lambda score, base: score.value > base.high,
    "interval above the others' mean": lambda score, base: score.interval[0] > base.value,
    "interval above the others' range": lambda score, base: score.interval[0] > base.high,
}


def measure(field: Field, *, sizes: Sequence[int], readers: Sequence[tuple[str, str]], seed: int = 0) -> list[Share]:
    """Shares of wrong sentences that pass each rule, with the share of true ones beside it.

    `readers` are pairs of judge and simulator; ("rules", "rule") evaluates instead of reading.
    """
    found = []
    for size in sizes:
        for judge, simulator in readers:
            passed = {name: Counter[bool]() for name in RULES}
            tried = Counter[bool]()
            for entry in field.first[::EVERY]:
                _count(entry, field.first, size, (judge, simulator), passed, tried, seed)
            for name, counts in passed.items():
                setting = {"rule": name, "excerpts": f"{size}+{size}", "judge": judge, "simulator": simulator}
                more = {"true ones": f"{counts[True]}/{tried[True]} = {counts[True] / max(tried[True], 1):.2f}"}
                found.append(Share(QUESTION, setting, counts[False], tried[False], TARGET, more))
    return found


def _count(
    entry: Planted,
    all_of_them: Sequence[Planted],
    size: int,
    reader: tuple[str, str],
    passed: dict[str, Counter[bool]],
    tried: Counter[bool],
    seed: int,
) -> None:
    chosen = evaluation(entry.record, size)
    order = np.random.default_rng([seed, 3, *entry.neuron.id]).permutation(len(all_of_them))
    others = [all_of_them[i] for i in order if all_of_them[i] is not entry][: OTHERS + 1]
    own, *theirs = _scores(chosen, [entry, *others], reader, seed)
    values = [score.value for score in theirs]
    judged = [(own, values[:OTHERS], True)]
    judged += [(score, values[:i] + values[i + 1 :], False) for i, score in enumerate(theirs)]
    for score, beside, is_true in judged:
        base = other_neurons_baseline(beside)
        if math.isnan(score.value) or math.isnan(base.high):
            continue
        tried[is_true] += 1
        for name, passes in RULES.items():
            passed[name][is_true] += passes(score, base)


def _scores(chosen: EvaluationSet, explained: Sequence[Planted], reader: tuple[str, str], seed: int) -> list[Score]:
    """Scores of these neurons' true explanations on one neuron's excerpts."""
    found = []
    judge, simulator = reader
    truths = {other.neuron.text: other.marks for other in explained}
    for other in explained:
        if judge == "rules":
            rule = RuleSimulator("planted", lambda tokens, o=other: o.marks(tokens).astype(np.float64))  # type: ignore[misc]
            simulations: list[Simulation] = simulate_set(rule, chosen)
        else:
            asked = SIMULATORS[simulator](Judge(truths, JUDGES[judge], seed=seed))
            simulated = asyncio.run(simulate_language(asked, other.neuron.text, {chosen.split: chosen}))
            simulations = simulated[chosen.split].simulations
        found += [s for s in score_simulations(chosen, simulations, seed=seed) if s.subset == "top_and_random"]
    return found
