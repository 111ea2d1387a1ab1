"""The legend of a heat map: which number has which colour, by which normalisation, and what the marks mean."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

import numpy as np

from neuronview.records import Floats

__all__ = ["CLIPPED_FROM", "MARKS", "legend"]

CLIPPED_FROM = 1.0005
"""Part of the scale from which a value counts as beyond it: stored maxima are rounded."""
MARKS = {"false-positive": "false positive", "miss": "miss"}
"""Kinds of marks, and what they are called; `scoring.mistakes` says which tokens have them."""


def legend(
    real: Sequence[Floats],
    simulated: Sequence[Floats | None],
    scales: Sequence[float],
    *,
    name: str,
    own_scale: float | None,
    difference: bool,
    marks: Collection[str] = (),
) -> list[dict[str, Any]]:
    """Rows of the legend of strips: real values and simulated ones (tokens,) each, and the value of full colour.

    `marks`: the kinds that tokens are marked with. `name` is that of the normalisation. `own_scale` is the simulated
    rows' own full value, None where they share that of the real ones.
    """
    has_simulated = any(values is not None for values in simulated)
    rows = [_values(real, scales, name, _label(has_simulated, own_scale))]
    if has_simulated and own_scale is not None:
        end = f"{_text(own_scale)} = its own scale"
        rows.append({"kind": "scale", "name": "Simulated", "low": 0.0, "high": own_scale} | _ends(0.0, end))
    if has_simulated and difference:
        high = max(scales, default=1.0)
        row_name = "Last row: simulated − real, on the scale of the real values"
        rows.append({"kind": "scale", "name": row_name, "low": -high, "high": high} | _ends(-high, _text(high)))
    if any(len(values) > 1 for values in real):
        rows.append({"kind": "peak", "name": "the excerpt's largest value"})
    if clipped := _clipped(real, scales):
        tokens = "token" if clipped == 1 else "tokens"
        rows.append({"kind": "clipped", "name": f"beyond the scale: {clipped:,} {tokens}"})
    if any(values is not None and bool(np.isnan(values).any()) for values in simulated):
        rows.append({"kind": "missing", "name": "no simulated value"})
    return rows + [{"kind": kind, "name": name} for kind, name in MARKS.items() if kind in marks]


def _label(has_simulated: bool, own_scale: float | None) -> str:
    if not has_simulated:
        return "Value"
    return "Real" if own_scale is not None else "Real and simulated, on one scale"


def _values(real: Sequence[Floats], scales: Sequence[float], name: str, label: str) -> dict[str, Any]:
    known = _known(np.concatenate([np.zeros(0), *real]))
    low = float(known.min()) if len(known) else 0.0
    high, least = max(scales, default=1.0), min(scales, default=1.0)
    end = _text(high) if least == high else f"{_text(least)} to {_text(high)}"
    low = max(min(low, 0.0), -high)
    return {"kind": "scale", "name": label, "low": low, "high": high} | _ends(low, f"{end} = {name}")


def _known(values: Floats) -> Floats:
    return values[~np.isnan(values)]


def _clipped(real: Sequence[Floats], scales: Sequence[float]) -> int:
    full = np.repeat(np.asarray(scales, dtype=float), [len(values) for values in real])
    return int((np.abs(np.concatenate([np.zeros(0), *real])) > full * CLIPPED_FROM).sum())  # nan is beyond nothing


def _ends(low: float, end: str) -> dict[str, str]:
    return {"lowText": _text(low), "highText": end}


def _text(value: float) -> str:
    return f"{value:.3g}".replace("-", "−")
