"""Do two runs agree? The same neurons, other documents, other excerpts drawn, other noise of the judge."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from benchmarks.planted.explanations import judge_value, rule_value
from benchmarks.planted.field import Field, Planted
from benchmarks.planted.judge import JUDGES, Judge
from benchmarks.planted.neurons import evaluation
from benchmarks.planted.shares import Figure
from neuronview.explain.simulators import SIMULATORS

__all__ = ["measure", "rank_correlation"]

QUESTION = "runs agree"
AT_LEAST = 0.9
RESAMPLES = 2000


def measure(field: Field, *, sizes: Sequence[int], readers: Sequence[tuple[str, str]], seed: int = 0) -> list[Figure]:
    """Rank correlation over neurons of the true explanations' scores, with an interval that draws neurons again."""
    found = []
    for size in sizes:
        for judge, simulator in readers:
            first, second = (
                np.array([_value(entry, size, judge, simulator, seed=2 * seed + place) for entry in planted])
                for place, planted in enumerate((field.first, field.second))
            )
            setting = {"excerpts": f"{size}+{size}", "judge": judge, "simulator": simulator}
            there = ~(np.isnan(first) | np.isnan(second))
            value = rank_correlation(first[there], second[there])
            more = {
                "neurons": int(there.sum()),
                "mean difference": round(float(np.abs(first - second)[there].mean()), 3),
                "scores": f"{np.nanquantile(first, 0.1):.2f} to {np.nanquantile(first, 0.9):.2f}",
            }
            found.append(Figure(QUESTION, setting, value, *_interval(first[there], second[there]), AT_LEAST, more))
    return found


def rank_correlation(first: np.ndarray, second: np.ndarray) -> float:
    """Spearman's; equal values share their mean rank."""
    if len(first) < 2:
        return math.nan
    return float(np.corrcoef(_ranks(first), _ranks(second))[0, 1])


def _value(entry: Planted, size: int, judge: str, simulator: str, *, seed: int) -> float:
    chosen = evaluation(entry.record, size)
    if judge == "rules":
        return rule_value(entry.marks, chosen)
    asked = SIMULATORS[simulator](Judge({entry.neuron.text: entry.marks}, JUDGES[judge], seed=seed))
    return judge_value(asked, entry.neuron.text, chosen)


def _ranks(values: np.ndarray) -> np.ndarray:
    _, inverse, counts = np.unique(values, return_inverse=True, return_counts=True)
    ends = np.cumsum(counts)
    return (ends - (counts - 1) / 2)[inverse]


def _interval(first: np.ndarray, second: np.ndarray) -> tuple[float, float]:
    rng = np.random.default_rng(0)
    drawn = [rank_correlation(first[i], second[i]) for i in rng.integers(0, len(first), (RESAMPLES, len(first)))]
    low, high = np.quantile(drawn, [0.025, 0.975])
    return float(low), float(high)
