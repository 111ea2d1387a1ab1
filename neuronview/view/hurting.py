"""The excerpts that hurt a score most, and the tokens on which its simulation errs."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from neuronview.scoring import HIGH, LOW, ev_correlation_score, leave_one_out, mistakes
from neuronview.view.evaluation import SimulatedSet

__all__ = ["Hurt", "hurting", "marks_of", "marks_words", "whole_score"]


@dataclass(frozen=True)
class Hurt:
    """An excerpt whose absence would raise the score."""

    place: int
    """Among the set's records."""
    without: float
    """The score of all others."""
    gain: float
    """How much higher that is."""


def whole_score(found: SimulatedSet) -> float:
    """The score of all excerpts of a set together, of the simulation as given; nan when undefined."""
    pairs = _pairs(found)
    return ev_correlation_score(*(np.concatenate(side) for side in zip(*pairs, strict=True))) if pairs else math.nan


def hurting(found: SimulatedSet, *, most: int) -> list[Hurt]:
    """The excerpts without which the score is higher, the most harmful first, at most so many.

    Exact: the score of all others is computed again for each. Empty where the score is undefined.
    """
    whole = whole_score(found)
    if math.isnan(whole):
        return []
    hurts = [
        Hurt(place, float(value), float(value) - whole) for place, value in enumerate(leave_one_out(_pairs(found)))
    ]
    return sorted((hurt for hurt in hurts if hurt.gain > 0), key=lambda hurt: (-hurt.gain, hurt.place))[:most]


def marks_of(found: SimulatedSet, place: int, maximum: float) -> dict[int, str]:
    """Kinds of mistakes by position in one excerpt; none where the simulation is in other units."""
    if found.scale != "calibrated":
        return {}
    wrong, missed = mistakes(found.chosen.records[place].activations, found.expected[place], maximum)
    kinds = (("false-positive", wrong), ("miss", missed))
    return {int(position): kind for kind, where in kinds for position in np.flatnonzero(where)}


def marks_words(found: SimulatedSet, maximum: float) -> str:
    """The rule of marking, and how many tokens of all the excerpts are marked."""
    if found.scale != "calibrated":
        return "No tokens are marked: the simulation is not in the units of the activation."
    kinds = [kind for place in range(len(found.simulations)) for kind in marks_of(found, place, maximum).values()]
    high, low = HIGH * maximum, LOW * maximum
    return (
        f"Marked: false positives, simulated at {high:#.3g} or more and really at {low:#.3g} or less, and misses, the "
        f"other way round ({HIGH:.1%} and {LOW:.1%} of the neuron's maximum, after calibration). All excerpts together "
        f"have {kinds.count('false-positive'):,} false positives and {kinds.count('miss'):,} misses."
    )


def _pairs(found: SimulatedSet) -> list[tuple[np.ndarray, np.ndarray]]:
    return [(np.asarray(r.activations), given) for r, given in zip(found.chosen.records, found.given, strict=True)]
