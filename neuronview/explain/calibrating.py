"""The calibration of simulated values on a split of which a language model may have left some excerpts unread.

It is fitted on the excerpts that were read, and only where they still stand for the split; what it rests on is said.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Literal, TypeVar

import numpy as np
from numpy.typing import ArrayLike

from neuronview.explain.evaluation import EvaluationSet
from neuronview.records import Score, Simulation
from neuronview.scoring import Calibration, LinearCalibration, PercentileCalibration

__all__ = ["BY_PERCENTILES", "FITS", "CalibrationKind", "fit_where_read", "kind_of_run"]

CalibrationKind = Literal["linear", "percentile", "none"]
FITS: Mapping[str, Callable[[ArrayLike, ArrayLike], Calibration]] = {
    "linear": LinearCalibration.fit,
    "percentile": partial(PercentileCalibration.fit, share_ties=True),
}
"""How each kind of calibration is fitted; `none` is not."""
BY_PERCENTILES = "Calibrated by percentiles, not by least squares."
"""What a run notes with its scores, so that its stored simulations can be brought into the same units again."""
LEAST = 0.5
"""So many tokens of an excerpt need a simulated value, and so many excerpts of each side have to be such."""

Fitted = TypeVar("Fitted", bound=Calibration)


def fit_where_read(
    chosen: EvaluationSet,
    simulations: Sequence[Simulation],
    fit: Callable[[ArrayLike, ArrayLike], Fitted],
    *,
    asked: EvaluationSet | None = None,
) -> tuple[Fitted | None, str]:
    """The calibration fitted on a set, or None; with a sentence where it rests on fewer excerpts, or why it is none.

    One simulation a record of `chosen`; `asked` is the whole set where some of its excerpts have none. An excerpt
    counts as read when at least half of its tokens have a value. Half of the top excerpts and half of the random ones
    have to: with one side alone, the fit would know one end of the scale.
    """
    places = [place for place, simulation in enumerate(simulations) if _is_read(simulation)]
    every = (asked or chosen).sides
    if not every:
        return None, "Not calibrated: there is no calibration split."
    count = f"{len(places)} of {len(every)} excerpts of the calibration split"
    for side in dict.fromkeys(every):
        n_read, n_all = sum(chosen.sides[place] == side for place in places), every.count(side)
        if n_read < LEAST * n_all:
            return None, f"Not calibrated: only {count} could be read, {n_read} of the {n_all} {side} ones."
    expected = np.concatenate([simulations[place].expected for place in places])
    true = np.concatenate([chosen.records[place].activations for place in places])
    fitted = fit(expected, true)
    return fitted, "" if len(places) == len(every) else f"Calibrated on {count}: the others could not be read."


def kind_of_run(scores: Sequence[Score], simulator: str) -> CalibrationKind | None:
    """How the run that stored these scores calibrated what this simulator said; None where no score of it is stored."""
    mine = [score for score in scores if score.scorer == "simulation" and score.simulator == simulator]
    if any(BY_PERCENTILES in score.note for score in mine):
        return "percentile"
    numbers = [score for score in mine if score.state == "ok"]
    if numbers and all(math.isnan(score.rsquared) for score in numbers):
        return "none"
    return "linear" if mine else None


def _is_read(simulation: Simulation) -> bool:
    known = int((~np.isnan(simulation.expected)).sum())
    return 0 < known >= LEAST * len(simulation.tokens)
