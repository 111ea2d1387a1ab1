"""What a comparison over many neurons says, in words."""

from __future__ import annotations

import math

from neuronview.store.paired import Paired
from neuronview.view.scores import number

__all__ = ["verdict"]


def verdict(found: Paired, a: str, b: str) -> str:
    """Which of A and B is better on the average, by how much and over how many neurons, or that it cannot be told."""
    low, high = found.interval
    over = f"over {found.n:,} neuron{'' if found.n == 1 else 's'} that both have"
    if not found.n:
        return "No neuron has a score of both sides on the same excerpts, so there is nothing to compare."
    if math.isnan(low):
        return f"The difference is {number(found.mean)} {over}: too few for an interval."
    if low <= 0 <= high:
        return f"No difference can be told: on the average {number(found.mean)} [{number(low)}, {number(high)}] {over}."
    if low > 0:
        return f"A ({a}) is better by {number(found.mean)} [{number(low)}, {number(high)}] on the average {over}."
    return f"B ({b}) is better by {number(-found.mean)} [{number(-high)}, {number(-low)}] on the average {over}."
