"""The token heat map as data: excerpts, the values on their tokens, their colours' scale.

The payload is made of arrays in the order of the tokens, so that a page of 65 excerpts stays small. Colours, tips and
how much of an excerpt is seen are the business of whoever draws it: the component of the pages, or `strips`. Values are
never changed: only their number of digits is limited to eight.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np

from neuronview.errors import BadInput
from neuronview.links import Place, href
from neuronview.records import ActivationRecord, Floats, NeuronId, NeuronStatistics, Simulation
from neuronview.tokens import LEADING_TOKEN, display_text
from neuronview.view import glyphs
from neuronview.view.legend import CLIPPED_FROM, legend

__all__ = ["LONG", "NORMALIZATIONS", "Group", "Normalization", "Strip", "heatmap_payload"]

LONG = 200
"""Tokens: strips to choose tokens on that have more open collapsed, or they bury what stands below them."""

Normalization = Literal["neuron", "excerpt", "list", "fixed"]
SimulatedScale = Literal["calibrated", "0-10"]
HALF = 2**-11
"""Excerpts are stored in half precision: the neuron's maximum may stand there lower by this part of it."""
NORMALIZATIONS: dict[Normalization, str] = {
    "neuron": "the neuron's maximum",
    "excerpt": "each excerpt's own maximum",
    "list": "the maximum of these excerpts",
    "fixed": "a fixed value",
}


@dataclass(frozen=True, eq=False)
class Strip:
    """One excerpt with one neuron's values, and what a simulator expected."""

    record: ActivationRecord
    neuron: NeuronId
    maximum: float
    """The neuron's largest activation over the corpus."""
    simulated: Floats | None = None  # (tokens,), nan where there is no value
    simulation: Simulation | None = None
    """Where `simulated` comes from: says how the simulator's answers were distributed, where it does."""
    statistics: NeuronStatistics | None = None
    """The neuron over the whole corpus: tells how rare a value is."""
    heading: str = ""
    chosen: int | None = None
    """Position of a token to outline."""
    marks: Mapping[int, str] = field(default_factory=dict)
    """Tokens to point out by position, each with a kind of `legend.MARKS`."""
    chosen_last: int | None = None
    """Position of the last one, where a span is outlined."""


@dataclass(frozen=True, eq=False)
class Group:
    """Strips under one heading; `shown` of them at first, all of them on request."""

    strips: Sequence[Strip]
    title: str = ""
    note: str = ""
    shown: int = 0
    """0 shows all."""
    neuron: NeuronId | None = None
    """The neuron whose page the title opens."""


def heatmap_payload(
    groups: Sequence[Group],
    *,
    dataset: str,
    normalization: Normalization = "neuron",
    fixed: float | None = None,
    simulated_scale: SimulatedScale = "calibrated",
    own_scale: bool = False,
    difference: bool = False,
    breaks: bool = False,
    pickable: bool = False,
    length: Literal["snippet", "sixteen"] | None = None,
    cut: Mapping[int, bytes] | None = None,
) -> dict[str, Any]:
    """Everything the component draws, as plain JSON.

    `fixed` is the value of full colour for the normalisation of that name; `length` shows so much around the maxima, at
    a glance and without tools, where else the visitor chooses; `cut` has the bytes of tokens that are no text by
    themselves, by id. Raises BadInput for an unknown normalisation, a fixed value that is not above zero, or a
    simulation of another length than its excerpt.
    """
    strips = [strip for group in groups for strip in group.strips]
    scales = _scales(strips, normalization, fixed)
    own_scale = own_scale or simulated_scale == "0-10"
    simulated = _simulated_scale(strips, simulated_scale) if own_scale else None
    real = _numbers([strip.record.activations for strip in strips])
    expected = _numbers([() if strip.simulated is None else strip.simulated for strip in strips])
    parts = zip(strips, scales, real, expected, strict=True)
    entries = iter(_entry(strip, scale, simulated, cut or {}, own, other) for strip, scale, own, other in parts)
    return {
        "dataset": dataset,
        "normalization": normalization,
        "simulatedScale": simulated_scale,
        "difference": difference,
        "breaks": breaks,
        "pickable": pickable,
        "length": length,
        "isLong": pickable and any(len(strip.record.tokens) > LONG for strip in strips),
        "badge": LEADING_TOKEN,
        "clippedFrom": CLIPPED_FROM,
        "legend": legend(
            [strip.record.activations for strip in strips],
            [strip.simulated for strip in strips],
            scales,
            name=NORMALIZATIONS[normalization],
            own_scale=simulated,
            difference=difference,
            marks=[kind for strip in strips for kind in strip.marks.values()],
        ),
        "neurons": {str(neuron): _known(statistics) for neuron, statistics in _statistics(strips).items()},
        "groups": [
            {
                "title": group.title,
                "note": group.note,
                "shown": group.shown,
                "strips": [next(entries) for _ in group.strips],
                **_way(dataset, group.neuron),
            }
            for group in groups
        ],
    }


def _way(dataset: str, neuron: NeuronId | None) -> dict[str, str]:
    """Where a group's title leads, relative to the app's other pages."""
    return {} if neuron is None else {"href": href("neuron", Place(dataset, *neuron)).removeprefix("/")}


def _scales(strips: Sequence[Strip], normalization: Normalization, fixed: float | None) -> list[float]:
    """The value that has the full colour, for each strip; the largest magnitude where no value is above zero."""
    if normalization not in NORMALIZATIONS:
        raise BadInput(f"There is no normalisation “{normalization}”. Use one of {', '.join(NORMALIZATIONS)}.")
    if normalization == "fixed":
        if fixed is None or not (math.isfinite(fixed) and fixed > 0):
            raise BadInput(f"Full colour cannot stand at {fixed}. Give a value above zero, such as 5.")
        return [float(fixed)] * len(strips)
    if normalization == "neuron":
        return [strip.maximum if strip.maximum > 0 else _positive(strip.record.activations) for strip in strips]
    own = [_positive(strip.record.activations) for strip in strips]
    return own if normalization == "excerpt" else [max(own, default=1.0)] * len(strips)


def _positive(values: Floats) -> float:
    """Largest value when it is above zero, else the largest magnitude, else 1."""
    if not len(values) or np.all(np.isnan(values)):
        return 1.0
    top = float(np.nanmax(values))
    return top if top > 0 else float(np.nanmax(np.abs(values))) or 1.0


def _simulated_scale(strips: Sequence[Strip], scale: SimulatedScale) -> float:
    if scale == "0-10":
        return 10.0
    return max((_positive(strip.simulated) for strip in strips if strip.simulated is not None), default=1.0)


def _entry(
    strip: Strip,
    scale: float,
    simulated_scale: float | None,
    cut: Mapping[int, bytes],
    real: list[float | None],
    expected: list[float | None],
) -> dict[str, Any]:
    """A strip as the component draws it; `real` and `expected` are its values as numbers of the payload."""
    record, simulated = strip.record, strip.simulated
    if simulated is not None and len(simulated) != len(record.tokens):
        raise BadInput(f"{len(record.tokens)} tokens but {len(simulated)} simulated values: give one of each.")
    texts, parts = glyphs.shown_characters(record, cut)
    return {
        "heading": strip.heading,
        "layer": strip.neuron.layer,
        "neuron": strip.neuron.neuron,
        "excerpt": "" if record.excerpt_id is None else str(record.excerpt_id),
        "scale": _number(scale),
        "maximum": _number(strip.maximum),
        "tokens": [_text(texts.get(place, token), place in texts) for place, token in enumerate(record.tokens)]
        if texts
        else [display_text(token) for token in record.tokens],
        "parts": {str(place): list(part) for place, part in parts.items()},
        "ids": list(record.token_ids) if record.token_ids is not None else None,
        "real": real,
        "simulated": None if simulated is None else expected,
        "simulatedScale": _number(scale if simulated_scale is None else simulated_scale),
        "answers": _answers(strip.simulation),
        "chosen": strip.chosen,
        "marks": {str(position): kind for position, kind in strip.marks.items()},
        "chosenLast": strip.chosen if strip.chosen_last is None else strip.chosen_last,
    }


def _text(token: str, is_part: bool) -> str:
    return "" if is_part and not token else display_text(token)


def _answers(simulation: Simulation | None) -> list[list[list[float]] | None] | None:
    """For each token the simulator's possible answers and their probabilities; None where it gave one answer only."""
    if simulation is None or not simulation.values:
        return None
    pairs = zip(simulation.values, simulation.probabilities, strict=True)
    found = [
        [[float(f"{v:.4g}") for v in values], [round(float(p), 3) for p in probabilities]] if len(values) > 1 else None
        for values, probabilities in pairs
    ]
    return found if any(found) else None


def _statistics(strips: Sequence[Strip]) -> dict[NeuronId, NeuronStatistics]:
    """Each neuron's distribution once, however many strips it has."""
    return {strip.neuron: strip.statistics for strip in strips if strip.statistics is not None}


def _known(statistics: NeuronStatistics) -> dict[str, Any]:
    """What a neuron's distribution says of a value: histogram and tail, null where they are not stored."""
    counts, tails = statistics.histogram, statistics.tail_values
    probabilities = statistics.tail_probabilities
    keep = np.isfinite(tails) if tails is not None and probabilities is not None else np.zeros(0, dtype=bool)
    return {
        "low": statistics.minimum,
        "high": statistics.maximum,
        "top": None if statistics.maximum is None else _number(statistics.maximum - HALF * abs(statistics.maximum)),
        "tokens": statistics.count,
        "counts": None if counts is None else [int(count) for count in counts],
        "tail": None
        if tails is None or probabilities is None or not keep.any()
        else [
            *_numbers([np.asarray(tails)[keep], np.asarray(probabilities)[keep]]),
        ],
    }


def _number(value: float) -> float | None:
    """Eight significant digits; None for what is not a number."""
    return float(f"{float(value):.8g}") if math.isfinite(value) else None


def _numbers(arrays: Sequence[Floats | Sequence[float]]) -> list[list[float | None]]:
    """`_number` of every value of some arrays, worked out for all of them at once."""
    values = np.concatenate([np.zeros(0), *arrays]).astype(np.float64)
    sizes = np.abs(values)
    plain = (sizes >= 1e-4) & (sizes < 1e8)
    # A whole number over a power of ten that is one exactly is the nearest number to the decimal, as reading it is.
    powers = 10.0 ** (7 - np.floor(np.log10(sizes, where=plain, out=np.zeros(len(sizes)))))
    rounded: list[float | None] = np.where(plain, np.rint(values * powers) / powers, 0.0).tolist()
    for place in np.flatnonzero(~plain & (values != 0)):
        rounded[place] = _number(values[place])
    ends = np.cumsum([len(array) for array in arrays]).tolist()
    return [rounded[end - len(array) : end] for array, end in zip(arrays, ends, strict=True)]
