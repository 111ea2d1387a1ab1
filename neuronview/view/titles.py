"""What is said of the tokens of a heat map, a line each: the words of the pages' tip, for a `title`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from neuronview.stats import exceedance
from neuronview.view.legend import MARKS

__all__ = ["token_titles"]

Row = Mapping[str, Any]
ROUNDED_MAXIMUM = 1 + 1e-4
"""Stored maxima are rounded: a value counts as beyond one from here on."""


def token_titles(payload: Row, strip: Row) -> list[str]:
    """For each token: text, id, place, value, how much and how rare that is for the neuron, and what was simulated."""
    rarities = _rarities(payload["neurons"].get(f"{strip['layer']}:{strip['neuron']}"), strip["real"])
    return [_title(payload, strip, place, rarities[place]) for place in range(len(strip["tokens"]))]


def _title(payload: Row, strip: Row, place: int, rarity: str) -> str:
    value, ids, simulated = strip["real"][place], strip["ids"], strip["simulated"]
    part = strip["parts"].get(str(place))
    token_id = "not known" if ids is None else ids[place]
    lines = [f"{strip['tokens'][place] or part[0]} · id {token_id} · position {place} (from 0)"]
    lines += [f"part {part[1]} of {part[2]} of “{part[0]}”, bytes {part[3]}"] if part else []
    name = "value" if simulated is None else "real"
    lines.append(f"{name} {_rounded(value)}{_share(value, strip['maximum'])}")
    lines += [f"tokens of the corpus above it: {rarity}"] if rarity else []
    lines += [] if simulated is None else [_simulated(payload, value, simulated[place])]
    lines += [MARKS[strip["marks"][str(place)]]] if str(place) in strip["marks"] else []
    return "\n".join(lines)


def _share(value: float | None, maximum: float | None) -> str:
    if value is None or not maximum or maximum <= 0:
        return ""
    return f", {_minus(f'{100 * value / maximum:.1f}')} % of the neuron's maximum"


def _simulated(payload: Row, real: float | None, simulated: float | None) -> str:
    if simulated is None:
        return "simulated: missing"
    if payload["simulatedScale"] != "calibrated":
        return f"simulated {_rounded(simulated)} on a scale of 0 to 10"
    less = "" if real is None else f", simulated − real {_rounded(simulated - real)}"
    return f"simulated {_rounded(simulated)}{less}"


def _rarities(known: Row | None, values: list[float | None]) -> list[str]:
    """In words how many tokens of the corpus lie above each value; empty where that is not known."""
    if known is None or known["tail"] is None:
        return [""] * len(values)
    grid, probabilities = (np.asarray(column) for column in known["tail"])
    high = np.inf if known["high"] is None else known["high"] * ROUNDED_MAXIMUM
    numbers = np.array([np.nan if value is None else value for value in values])
    found = exceedance(numbers, np.broadcast_to(grid, (len(values), len(grid))), probabilities, maxima=high)
    # The neuron's own maximum, where the corpus resolves no more: none is above it.
    top = np.inf if known["top"] is None else known["top"]
    found = np.where((numbers >= top) & (numbers > grid[-1]), 0.0, found)
    none = f"none of {known['tokens']:,}" if known["tokens"] else "none"
    return [
        none if probability == 0 else _rarity(float(probability), float(value), grid, probabilities)
        for probability, value in zip(found, numbers, strict=True)
    ]


def _rarity(probability: float, value: float, grid: np.ndarray, probabilities: np.ndarray) -> str:
    if np.isnan(probability):
        return ""
    if value < grid[0]:
        return f"more than {_percent(float(probabilities[0]))}"
    if value > grid[-1]:
        return f"at most {_one_in(probability)}"
    return _percent(probability) if probability > 0.1 else _one_in(probability)


def _percent(probability: float) -> str:
    return f"{100 * probability:.0f} %"


def _one_in(probability: float) -> str:
    count = float(f"{1 / probability:.2g}")
    return f"1 in {count:,.1f}" if count < 10 and count % 1 else f"1 in {count:,.0f}"


def _rounded(value: float | None) -> str:
    return "not known" if value is None else _minus(f"{value:#.4g}".removesuffix("."))


def _minus(text: str) -> str:
    return text.replace("-", "−")
