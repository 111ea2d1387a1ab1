"""Which excerpts an explanation predicts worst, of those that it may be revised on; the rest are left to decide."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from neuronview.explain.evaluation import EvaluationSet
from neuronview.explain.language import SetSimulations
from neuronview.explain.prompts.explaining import WrongExcerpt

__all__ = ["worst_excerpts"]

NO_LIMIT = "train"


def worst_excerpts(simulated: Mapping[str, SetSimulations], n: int) -> tuple[list[WrongExcerpt], SetSimulations]:
    """The `n` excerpts whose simulation is furthest off, worst first, and what is left of the calibration split.

    How far is `_distances`. At most half of either side of the calibration split is taken, so that the rest can
    decide. An excerpt without any simulated value is not predicted badly, but not at all, and is not taken.
    """
    entries = [(name, i) for name, one in simulated.items() for i in range(len(one.outcomes))]
    distances = _distances([one for one in simulated.values() if one.outcomes])
    calibration = simulated["calibration"]
    room = {side: calibration.chosen.sides.count(side) // 2 for side in calibration.chosen.sides}
    room[NO_LIMIT] = n
    taken: list[tuple[str, int]] = []
    for distance, (name, i) in sorted(zip(distances, entries, strict=True), key=lambda pair: -pair[0]):
        side = calibration.chosen.sides[i] if name == "calibration" else NO_LIMIT
        if len(taken) < n and distance >= 0 and room[side] > 0:
            taken.append((name, i))
            room[side] -= 1
    left = [i for i in range(len(calibration.outcomes)) if ("calibration", i) not in taken]
    return [_wrong(simulated[name], i) for name, i in taken], _part(calibration, left)


def _distances(sets: Sequence[SetSimulations]) -> list[float]:
    """Mean squared difference of each excerpt's simulation and activation; -1 where there is no simulated value.

    Both in standard deviations from their mean over all excerpts, so that neither scale matters.
    """
    true = [record.activations.astype(np.float64) for one in sets for record in one.chosen.records]
    expected = [simulation.expected.astype(np.float64) for one in sets for simulation in one.simulations]
    present = [~np.isnan(values) for values in expected]
    if not any(mask.any() for mask in present):
        return [-1.0] * len(true)
    held = [values[mask] for values, mask in zip(expected, present, strict=True)]
    real = [values[mask] for values, mask in zip(true, present, strict=True)]
    return [
        float(np.mean((a - b) ** 2)) if len(a) else -1.0
        for a, b in zip(_standardized(real), _standardized(held), strict=True)
    ]


def _standardized(values: Sequence[NDArray[np.float64]]) -> list[NDArray[np.float64]]:
    everything = np.concatenate(values)
    spread = float(everything.std()) or math.inf
    return [(part - everything.mean()) / spread for part in values]


def _wrong(simulated: SetSimulations, index: int) -> WrongExcerpt:
    record = simulated.chosen.records[index]
    return WrongExcerpt(record.tokens, record.activations, simulated.simulations[index].expected)


def _part(simulated: SetSimulations, kept: Sequence[int]) -> SetSimulations:
    chosen = simulated.chosen
    records, sides = tuple(chosen.records[i] for i in kept), tuple(chosen.sides[i] for i in kept)
    return SetSimulations(EvaluationSet(chosen.split, records, sides), tuple(simulated.outcomes[i] for i in kept))
