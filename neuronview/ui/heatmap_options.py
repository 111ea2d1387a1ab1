"""The choice of a heat map's scale, as every page offers it; kept in the address."""

from __future__ import annotations

from math import inf
from typing import Any

import streamlit as st

from neuronview.ui.heatmap import NORMALIZATIONS
from neuronview.ui.wrong_values import tell_number, tell_unknown

__all__ = ["scale_choice"]


def scale_choice(*, key: str, maximum: float) -> dict[str, Any]:
    """Which value has the full colour, as options of `heatmap_payload`.

    A fixed value starts at `maximum`, a neuron's largest activation over the corpus; nan where that is not known.
    """
    tell_unknown(key, NORMALIZATIONS.values())
    tell_number(f"{key}_fixed", 0.001, inf)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        normalization = st.segmented_control(
            "Full colour at",
            list(NORMALIZATIONS),
            default="neuron",
            format_func=lambda name: NORMALIZATIONS[name],
            key=key,
            required=True,
            bind="query-params",
        )
        if normalization != "fixed":
            return {"normalization": normalization}
        value = st.number_input(
            "Value",
            min_value=0.001,
            value=round(maximum, 3) if maximum >= 0.001 else 1.0,
            step=0.5,
            format="%g",
            key=f"{key}_fixed",
            width=140,
            bind="query-params",
        )
    return {"normalization": normalization, "fixed": float(value)}
