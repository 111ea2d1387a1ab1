"""Two explainers or simulators of neurons: each neuron's paired difference, and what all of them say, in words."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import product

from neuronview.errors import BadInput, ScoringError
from neuronview.records import NeuronId
from neuronview.store import Dataset
from neuronview.store.figures import Reading
from neuronview.store.paired import Paired
from neuronview.store.tables import reader_of
from neuronview.view.comparing import (
    Difference,
    explanation_difference,
    on_common_excerpts,
    simulated_on,
    splits_of,
)
from neuronview.view.evaluation import Source, sources
from neuronview.view.scores import number

__all__ = ["Judged", "judge", "judged_words", "neuron_difference", "verdict"]


@dataclass(frozen=True)
class Judged:
    """Neurons by their own paired intervals: above 0, holding it, below it, or none."""

    wins: int
    ties: int
    losses: int
    without: int
    """Neurons without an interval: too few excerpts, nothing to simulate by, or a side that does not vary."""


def judge(
    dataset: Dataset,
    neurons: Sequence[NeuronId],
    sides: tuple[Reading, Reading],
    *,
    report: Callable[[int, int], None] = lambda done, total: None,
) -> Judged:
    """Each neuron by its paired difference: simulates and resamples, some tenths of a second a neuron."""
    counts = {"wins": 0, "ties": 0, "losses": 0, "without": 0}
    for place, neuron in enumerate(neurons):
        report(place, len(neurons))
        counts[_outcome(dataset, neuron, sides)] += 1
    report(len(neurons), len(neurons))
    return Judged(**counts)


def _outcome(dataset: Dataset, neuron: NeuronId, sides: tuple[Reading, Reading]) -> str:
    if sides[0].scorer != "simulation":
        raise BadInput("Paired intervals are of the scorer simulation: choose no other.")
    try:
        found = neuron_difference(dataset, neuron, sides)
    except BadInput:
        return "without"  # a side whose simulation was not kept
    if math.isnan(found.interval[0]):
        return "without"
    return "ties" if not found.is_told else "wins" if found.value > 0 else "losses"


def judged_words(found: Judged, a: str, b: str) -> str:
    """The counts in a sentence."""
    n = found.wins + found.ties + found.losses
    without = f" {found.without:,} have no such interval." if found.without else ""
    return (
        f"By each neuron's own paired 95 % interval, of {n:,}: A ({a}) better on {found.wins:,}, B ({b}) on "
        f"{found.losses:,}; on {found.ties:,} no difference can be told.{without}"
    )


def verdict(found: Paired, a: str, b: str) -> str:
    """Which of A and B is better on the average, by how much and over how many neurons, or that it cannot be told."""
    low, high = found.interval
    over = f"over {found.n:,} neuron{'' if found.n == 1 else 's'} that both have"
    if not found.n:
        return "No neuron has a score of both sides on the same excerpts, so there is nothing to compare."
    if math.isnan(low):
        return f"The difference is {number(found.mean)} {over}: too few for an interval."
    if low <= 0 <= high:
        return f"No difference can be told: on the average {number(found.mean)} {_interval(low, high)} {over}."
    if low > 0:
        return f"A ({a}) is better by {number(found.mean)} {_interval(low, high)} on the average {over}."
    return f"B ({b}) is better by {number(-found.mean)} {_interval(-high, -low)} on the average {over}."


def _interval(low: float, high: float) -> str:
    return f"(95 % interval {number(low)} to {number(high)})"


def neuron_difference(dataset: Dataset, neuron: NeuronId, sides: tuple[Reading, Reading]) -> Difference:
    """One neuron's paired difference, on the first split with excerpts that both sides have values for.

    Computed from the rules or the stored simulations; two simulators are compared on the same explanation. Raises
    BadInput for another scorer than simulation, or where a side has neither of the neuron, or none of the same.
    """
    if sides[0].scorer != "simulation":
        raise BadInput("The paired difference of one neuron is of the scorer simulation: choose no other.")
    record, known = dataset.neuron(neuron), sources(dataset.explanations(neuron), dataset.simulations(neuron))
    chosen = _sources_of(known, sides, neuron)
    for split in splits_of(chosen):
        try:
            each = on_common_excerpts(*(simulated_on(dataset, record, source, split) for source in chosen))
        except ScoringError:
            continue  # too few records for this split; another may do
        if each[0].chosen.records:
            return explanation_difference(*each)
    return Difference(math.nan, (math.nan, math.nan), 0, "There is no excerpt that both have values for.")


def _sources_of(known: Sequence[Source], sides: tuple[Reading, Reading], neuron: NeuronId) -> list[Source]:
    """Each side's first source; of two simulators of one explainer those of the first explanation that both have."""
    found = [
        [one for one in known if (one.explanation.explainer, reader_of(one.simulator)) == (side.explainer, side.reader)]
        for side in sides
    ]
    for side, its in zip(sides, found, strict=True):
        if not its:
            raise BadInput(
                f"Neuron {neuron} has no explanation by {side.explainer} with a rule or a stored simulation "
                f"({side.reader})."
            )
    a, b = sides
    for pair in product(*found):
        if a.explainer != b.explainer or pair[0].explanation.id == pair[1].explanation.id:
            return list(pair)
    raise BadInput(
        f"Neuron {neuron} has no explanation by {a.explainer} that both {a.reader} and {b.reader} simulated: there is "
        "nothing that the two could be compared on."
    )
