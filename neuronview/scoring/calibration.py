"""Bring simulated values into the units of the activation: fitted on one split, applied to another.

Formulas of the published method: least squares, and matching of percentiles. Knows arrays only.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

from neuronview.errors import ScoringError

__all__ = ["Calibration", "LinearCalibration", "PercentileCalibration"]

Array = NDArray[np.float64]


class Calibration(Protocol):
    """Anything that brings simulated values into the units of the activation."""

    def apply(self, values: ArrayLike) -> Array:
        """Calibrated values in the shape of `values`; nan stays nan."""


@dataclass(frozen=True, eq=False)
class LinearCalibration:
    """`slope * value + intercept` by ordinary least squares. A constant simulation gives the mean."""

    slope: float
    intercept: float

    @classmethod
    def fit(cls, simulated: ArrayLike, true: ArrayLike) -> Self:
        """Fit on the tokens that have a simulated value; ScoringError when there is none."""
        x, y = _fitting_pairs(simulated, true)
        spread = float(np.sum((x - x.mean()) ** 2))
        slope = float((x - x.mean()) @ (y - y.mean())) / spread if spread > 0 else 0.0
        return cls(slope, float(y.mean() - slope * x.mean()))

    def apply(self, values: ArrayLike) -> Array:
        """Calibrated values in the shape of `values`; nan stays nan."""
        return self.slope * np.asarray(values, dtype=np.float64) + self.intercept


@dataclass(frozen=True, eq=False)
class PercentileCalibration:
    """Maps a simulated value to the true value of the same rank, with straight lines between, clamped outside."""

    simulated: Array
    true: Array

    @classmethod
    def fit(cls, simulated: ArrayLike, true: ArrayLike, *, share_ties: bool = False) -> Self:
        """Fit on the tokens that have a simulated value; ScoringError when there is none.

        Equal simulated values become the largest true value of their ranks, as published, or with `share_ties` the
        mean: of a simulator that writes whole numbers, most tokens are 0, and would become all but the largest ones.
        """
        x, y = _fitting_pairs(simulated, true)
        x, y = np.sort(x), np.sort(y)
        if not share_ties:
            return cls(x, y)
        values, starts, counts = np.unique(x, return_index=True, return_counts=True)
        return cls(values, np.add.reduceat(y, starts) / counts)

    def apply(self, values: ArrayLike) -> Array:
        """Calibrated values in the shape of `values`; nan stays nan."""
        return np.interp(np.asarray(values, dtype=np.float64), self.simulated, self.true)


def _fitting_pairs(simulated: ArrayLike, true: ArrayLike) -> tuple[Array, Array]:
    x = np.asarray(simulated, dtype=np.float64).ravel()
    y = np.asarray(true, dtype=np.float64).ravel()
    if x.shape != y.shape:
        raise ScoringError(f"{len(x)} simulated but {len(y)} real activations: calibration needs one of each.")
    present = ~np.isnan(x)
    if not present.any():
        raise ScoringError("Nothing to calibrate on: the simulator gave no value on the calibration split.")
    return x[present], y[present]
