"""What the form in which activations are stored, and the smallest of them, say by themselves: no model is run."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from neuronview.jobs.verified import Diagnostic
from neuronview.store import Dataset

__all__ = ["LOWEST", "Precision", "against_float32_words", "diagnostic"]

Array = NDArray[np.float64]

LOWEST = {"gelu_new": -0.17004, "quick_gelu": -0.16361, "gelu": -0.16997}
"""The smallest value that each variant of GELU takes, whatever goes in."""
NEAR_THE_LOWEST = -0.160
ENOUGH_VALUES = 1000
"""So many values come near the lowest one, of any GPT-2 that was looked at."""


@dataclass(frozen=True)
class Precision:
    """How far a stored activation may be from the one that was computed."""

    bits: int
    step: float
    dtype: str

    @classmethod
    def of(cls, dataset: Dataset) -> Precision:
        """As the manifest states it; 16 bits where it does not."""
        raw = dataset.manifest.raw
        return cls(
            int(raw.get("activation_bits") or 16), float(raw.get("activation_step") or 0), dataset.manifest.model.dtype
        )

    def rounding(self, values: Array) -> Array:
        """Largest error by the form in which the values are stored."""
        relative = 2.0**-11 if self.bits == 16 else 2.0**-24
        return relative * np.abs(values) + self.step / 2

    def tolerance(self, values: Array) -> Array:
        """Largest error by rounding and by the order of operations in the model's number format."""
        arithmetic = 1e-4 if self.dtype == "float32" else 0.02
        return self.rounding(values) + arithmetic * (1 + np.abs(values))

    @property
    def words(self) -> str:
        """What the tolerance covers."""
        step = f" and steps of {self.step:g}" if self.step else ""
        return f"{self.bits}-bit storage{step}, computed in {self.dtype}"


def against_float32_words(told: object) -> str:
    """The manifest's field `against_float32` in words; empty where it is not there."""
    if not isinstance(told, Mapping):
        return ""
    correlation = told.get("correlation")
    return (
        f"median {_share(told.get('median'))}, 99th percentile {_share(told.get('p99'))} and maximum "
        f"{_share(told.get('maximum'))} of the neuron's maximum, correlation "
        f"{'not known' if correlation is None else f'{correlation:.6f}'}: {told.get('records', 0):,} drawn records "
        "computed again"
    )


def _share(value: float | None) -> str:
    return "not known" if value is None else f"{100 * value:.3g} %"


def diagnostic(minimum: float, n_values: int, precision: Precision) -> Diagnostic:
    """Which variants of GELU can have given the smallest of `n_values` stored activations."""
    every = tuple(LOWEST)
    if math.isnan(minimum):
        return Diagnostic(minimum, every, "No activation is stored, so the smallest says nothing.")
    slack = float(precision.tolerance(np.array([minimum]))[0])
    said = f"The smallest stored activation is {minimum:.4f}"
    if minimum < min(LOWEST.values()) - slack:
        words = f"{said}, below what any GELU gives (−0.1700): these are not values after GELU."
        return Diagnostic(minimum, (), words.replace("-", "−"))
    if minimum < LOWEST["quick_gelu"] - slack:
        possible = tuple(name for name, lowest in LOWEST.items() if minimum >= lowest - slack and name != "quick_gelu")
        words = f"{said}, below the least that x · sigmoid(1.702 x) gives (−0.1636): GELU by tanh or the exact one."
        return Diagnostic(minimum, possible, words.replace("-", "−"))
    if minimum <= NEAR_THE_LOWEST and n_values >= ENOUGH_VALUES:
        words = f"{said}, about the least that x · sigmoid(1.702 x) gives (−0.1636); the other GELUs reach −0.1700."
        return Diagnostic(minimum, ("quick_gelu",), words.replace("-", "−"))
    words = f"{said}; that is too far from the least that any GELU gives, or of too few values, to say which one it is."
    return Diagnostic(minimum, every, words.replace("-", "−"))
