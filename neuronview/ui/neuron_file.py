"""The neuron as one HTML file: the button that makes it."""

from __future__ import annotations

from datetime import UTC, datetime

import streamlit as st

from neuronview.records import NeuronId
from neuronview.store import Dataset
from neuronview.view.page import neuron_page

__all__ = ["save_button"]


def save_button(dataset: Dataset, identity: NeuronId) -> None:
    """Offer the neuron as a file that needs no server; it is made when asked for."""
    st.download_button(
        "Save as a file",
        data=lambda: neuron_page(dataset, identity, made=f"{datetime.now(UTC):%Y-%m-%d}").encode(),
        file_name=f"{dataset.manifest.name}-{identity.layer}-{identity.neuron}.html",
        mime="text/html",
        icon=":material/download:",
        on_click="ignore",
        key="neuron_file",
        help="One HTML file with explanations, excerpts and numbers: opens anywhere, without a network.",
    )
