"""Where a simulation errs: how each sequence bears on the score, and which tokens are false positives or misses.

Knows arrays only.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from neuronview.scoring.metrics import ev_correlation_score

__all__ = ["HIGH", "LOW", "leave_one_out", "mistakes"]

Array = NDArray[np.float64]
HIGH = 0.25
"""Part of the neuron's maximum from which a value is high."""
LOW = 0.125
"""Part of the neuron's maximum up to which a value is low."""


def leave_one_out(pairs: Sequence[tuple[ArrayLike, ArrayLike]]) -> Array:
    """For each sequence of (true, simulated) activations the score of all others (sequences,), computed again.

    nan where the others have none: there is no other sequence, or one side does not vary over them.
    """
    real, simulated = ([np.asarray(pair[side], dtype=np.float64).ravel() for pair in pairs] for side in (0, 1))
    found = np.full(len(pairs), np.nan)
    for place in range(len(pairs) if len(pairs) > 1 else 0):
        others = [k for k in range(len(pairs)) if k != place]
        found[place] = ev_correlation_score(*(np.concatenate([side[k] for k in others]) for side in (real, simulated)))
    return found


def mistakes(true: ArrayLike, simulated: ArrayLike, maximum: float) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """False positives and misses (tokens,) each, of values in units of the activation.

    A false positive is simulated high and really low, a miss the other way round; high is from HIGH, low up to LOW of
    `maximum`, the neuron's largest activation. Tokens without a simulated value are neither; so are all where the
    maximum is not above zero.
    """
    real, expected = (np.asarray(values, dtype=np.float64) for values in (true, simulated))
    if not maximum > 0:
        none = np.zeros(len(real), dtype=bool)
        return none, none.copy()
    high, low = HIGH * maximum, LOW * maximum
    return (expected >= high) & (real <= low), (real >= high) & (expected <= low)
