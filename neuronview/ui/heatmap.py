"""The token heat map: the payload of the component, and the one function that every page mounts it with."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import streamlit as st

from neuronview.records import ActivationRecord, Floats, NeuronId

__all__ = ["NORMALIZATIONS", "Normalization", "token_heatmap"]

Normalization = Literal["neuron", "excerpt", "list"]
NORMALIZATIONS: dict[Normalization, str] = {
    "neuron": "the neuron's maximum",
    "excerpt": "each excerpt's own maximum",
    "list": "the maximum of these excerpts",
}


def token_heatmap(
    records: Sequence[ActivationRecord],
    *,
    key: str,
    dataset: str,
    neuron: NeuronId,
    neuron_maximum: float,
    normalization: Normalization = "neuron",
    simulated: Sequence[Floats | None] | None = None,
    simulated_scale: Literal["calibrated", "0-10"] = "calibrated",
    own_scale: bool = False,
    difference: bool = False,
    headings: Sequence[str] | None = None,
) -> None:
    """Records of one neuron as heat maps, all in one component.

    `neuron_maximum` is the neuron's largest activation over the corpus. `simulated` has an array (tokens,) for each
    record, nan where there is no value, or None for a record without. `own_scale` gives the simulated rows a scale of
    their own; `difference` adds a strip of simulated minus real. `headings` names each record.
    """
    for record in records:
        st.text("".join(record.tokens))
