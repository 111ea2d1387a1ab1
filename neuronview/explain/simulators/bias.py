"""What a simulator answers when it is told nothing: the bias of its labels, to be shown beside its simulations."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from neuronview.explain.simulators.base import LanguageSimulator

__all__ = ["CONTENT_FREE", "NEUTRAL", "LabelBias", "label_bias"]

CONTENT_FREE = "N/A"
"""Stands where the explanation would."""
NEUTRAL = (
    "The",
    " man",
    " put",
    " the",
    " box",
    " on",
    " the",
    " table",
    " and",
    " went",
    " out",
    " of",
    " the",
    " room",
    ".",
)


@dataclass(frozen=True)
class LabelBias:
    """Mean distribution over the tokens of an excerpt, without anything to go by."""

    values: tuple[float, ...]
    probabilities: tuple[float, ...]
    expected: float
    """Mean of the expected values, on the scale 0..10."""
    spread: float
    """Standard deviation of the expected values: how much the bias depends on the token and its place."""
    n_tokens: int
    n_missing: int


async def label_bias(simulator: LanguageSimulator, tokens: Sequence[str] = NEUTRAL) -> LabelBias:
    """Ask the simulator about an excerpt with a content-free explanation. EndpointError passes through."""
    simulation = await simulator.simulate(CONTENT_FREE, tokens)
    present = ~np.isnan(simulation.expected)
    sums: dict[float, float] = defaultdict(float)
    for values, probabilities in zip(simulation.values, simulation.probabilities, strict=True):
        for value, probability in zip(values, probabilities, strict=True):
            sums[value] += probability / int(present.sum())
    ordered = sorted(sums.items())
    return LabelBias(
        values=tuple(value for value, _ in ordered),
        probabilities=tuple(probability for _, probability in ordered),
        expected=float(simulation.expected[present].mean()),
        spread=float(simulation.expected[present].std()),
        n_tokens=int(present.sum()),
        n_missing=int((~present).sum()),
    )
