"""The token heat map: what the component is told, and the functions that every page mounts it with.

The payload is made of arrays in the order of the tokens, so that a page of 65 excerpts stays small. Colours and
tips are the component's business. Values are never changed: only their number of digits is limited to eight.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from neuronview.errors import BadInput
from neuronview.records import ActivationRecord, Floats, NeuronId
from neuronview.tokens import display_text
from neuronview.ui.components.token_strip import mount

__all__ = ["NORMALIZATIONS", "Group", "Normalization", "Strip", "heatmap_payload", "token_heatmap", "token_heatmaps"]

Normalization = Literal["neuron", "excerpt", "list"]
SimulatedScale = Literal["calibrated", "0-10"]
NORMALIZATIONS: dict[Normalization, str] = {
    "neuron": "the neuron's maximum",
    "excerpt": "each excerpt's own maximum",
    "list": "the maximum of these excerpts",
}


@dataclass(frozen=True, eq=False)
class Strip:
    """One excerpt with one neuron's values, and what a simulator expected."""

    record: ActivationRecord
    neuron: NeuronId
    maximum: float
    """The neuron's largest activation over the corpus."""
    simulated: Floats | None = None  # (tokens,), nan where there is no value
    heading: str = ""
    chosen: int | None = None
    """Position of a token to outline."""


@dataclass(frozen=True, eq=False)
class Group:
    """Strips under one heading; `shown` of them at first, all of them on request."""

    strips: Sequence[Strip]
    title: str = ""
    note: str = ""
    shown: int = 0
    """0 shows all."""


def heatmap_payload(
    groups: Sequence[Group],
    *,
    dataset: str,
    normalization: Normalization = "neuron",
    simulated_scale: SimulatedScale = "calibrated",
    own_scale: bool = False,
    difference: bool = False,
    breaks: bool = False,
    pickable: bool = False,
) -> dict[str, Any]:
    """Everything the component draws, as plain JSON.

    Raises BadInput for an unknown normalisation, or a simulation of another length than its excerpt.
    """
    if normalization not in NORMALIZATIONS:
        raise BadInput(f"There is no normalisation “{normalization}”. Use one of {', '.join(NORMALIZATIONS)}.")
    strips = [strip for group in groups for strip in group.strips]
    scales = _scales(strips, normalization)
    own_scale = own_scale or simulated_scale == "0-10"
    simulated = _simulated_scale(strips, simulated_scale) if own_scale else None
    entries = iter(_entry(strip, scale, simulated) for strip, scale in zip(strips, scales, strict=True))
    return {
        "dataset": dataset,
        "normalization": normalization,
        "simulatedScale": simulated_scale,
        "difference": difference,
        "breaks": breaks,
        "pickable": pickable,
        "legend": _legend(strips, scales, normalization, simulated, difference=difference),
        "groups": [
            {
                "title": group.title,
                "note": group.note,
                "shown": group.shown,
                "strips": [next(entries) for _ in group.strips],
            }
            for group in groups
        ],
    }


def token_heatmaps(
    groups: Sequence[Group], *, key: str, dataset: str, on_pick: Callable[[], None] | None = None, **options: Any
) -> tuple[int, int, int] | None:
    """Mount groups of strips in one component; options as for `heatmap_payload`.

    With `on_pick`, tokens can be chosen by click or Enter: returns (group, strip, position) in the run after a
    choice, else None.
    """
    data = heatmap_payload(groups, dataset=dataset, pickable=on_pick is not None, **options)
    if on_pick is None:
        mount(key=key, data=data)
        return None
    picked = mount(key=key, data=data, on_picked_change=on_pick).get("picked")
    return (int(picked[0]), int(picked[1]), int(picked[2])) if picked else None


def token_heatmap(
    records: Sequence[ActivationRecord],
    *,
    key: str,
    dataset: str,
    neuron: NeuronId,
    neuron_maximum: float,
    simulated: Sequence[Floats | None] | None = None,
    headings: Sequence[str] | None = None,
    shown: int = 0,
    **options: Any,
) -> None:
    """Records of one neuron as heat maps, all in one component; options as for `heatmap_payload`.

    `neuron_maximum` is the neuron's largest activation over the corpus. `simulated` has an array (tokens,) for each
    record, nan where there is no value, or None for a record without. `headings` names each record.
    """
    strips = [
        Strip(
            record,
            neuron,
            neuron_maximum,
            simulated=simulated[place] if simulated else None,
            heading=headings[place] if headings else "",
        )
        for place, record in enumerate(records)
    ]
    token_heatmaps([Group(strips, shown=shown)], key=key, dataset=dataset, **options)


def _scales(strips: Sequence[Strip], normalization: Normalization) -> list[float]:
    """The value that has the full colour, for each strip; the largest magnitude where no value is above zero."""
    own = [_positive(strip.record.activations) for strip in strips]
    if normalization == "list":
        return [max(own, default=1.0)] * len(strips)
    if normalization == "excerpt":
        return own
    return [strip.maximum if strip.maximum > 0 else scale for strip, scale in zip(strips, own, strict=True)]


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


def _entry(strip: Strip, scale: float, simulated_scale: float | None) -> dict[str, Any]:
    record, simulated = strip.record, strip.simulated
    if simulated is not None and len(simulated) != len(record.tokens):
        raise BadInput(f"{len(record.tokens)} tokens but {len(simulated)} simulated values: give one of each.")
    return {
        "heading": strip.heading,
        "layer": strip.neuron.layer,
        "neuron": strip.neuron.neuron,
        "excerpt": "" if record.excerpt_id is None else str(record.excerpt_id),
        "scale": _number(scale),
        "maximum": _number(strip.maximum),
        "tokens": [display_text(token) for token in record.tokens],
        "ids": list(record.token_ids) if record.token_ids is not None else None,
        "real": [_number(value) for value in record.activations],
        "simulated": None if simulated is None else [_number(value) for value in simulated],
        "simulatedScale": _number(scale if simulated_scale is None else simulated_scale),
        "chosen": strip.chosen,
    }


def _number(value: float) -> float | None:
    """Eight significant digits; None for what is not a number."""
    return float(f"{float(value):.8g}") if math.isfinite(value) else None


def _legend(
    strips: Sequence[Strip],
    scales: Sequence[float],
    normalization: Normalization,
    simulated: float | None,
    *,
    difference: bool,
) -> list[dict[str, Any]]:
    """Rows of the legend: the scale of the values with its numbers and name, then the simulated rows' own."""
    has_simulated = any(strip.simulated is not None for strip in strips)
    lowest = min((float(np.nanmin(s.record.activations)) for s in strips if len(s.record.tokens)), default=0.0)
    high = max(scales, default=1.0)
    least = min(scales, default=1.0)
    label = "Real (top row) and simulated (below)" if has_simulated and simulated is None else "Value"
    label = "Real (top row)" if has_simulated and simulated is not None else label
    end = f"{high:.3g}" if least == high else f"{least:.3g} to {high:.3g}"
    rows = [_scale_row(label, lowest, high, f"{end} = {NORMALIZATIONS[normalization]}")]
    if has_simulated and simulated is not None:
        rows.append(_scale_row("Simulated (below)", 0.0, simulated, f"{simulated:.3g} = its own scale"))
    if has_simulated and difference:
        name = "Last row, on the scale of the real values: simulation too low"
        rows.append({"kind": "difference", "name": name, "end": "too high", "high": high})
    if any(s.simulated is not None and bool(np.isnan(s.simulated).any()) for s in strips):
        rows.append({"kind": "missing", "name": "no simulated value"})
    return rows


def _scale_row(label: str, low: float, high: float, end: str) -> dict[str, Any]:
    low = min(low, 0.0)
    text = f"{low:.3g}".replace("-", "−")
    return {"kind": "scale", "name": label, "low": low, "high": high, "lowText": text, "highText": end}
