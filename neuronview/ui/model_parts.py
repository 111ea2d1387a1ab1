"""A field for where a dataset's model is on this computer."""

from __future__ import annotations

import streamlit as st

from neuronview.errors import NeuronViewError
from neuronview.jobs.model_place import use_model
from neuronview.store import Dataset
from neuronview.ui import cached
from neuronview.ui.problems import problem, solved

__all__ = ["model_field"]


def model_field(dataset: Dataset, *, key: str) -> None:
    """Ask where the model is, check it and keep that; the page is drawn again with it. Nothing in public mode."""
    if cached.settings().public:
        return
    left, right = st.columns([3, 1], vertical_alignment="bottom")
    place = left.text_input(
        "Where its model is",
        key=f"{key}_place",
        placeholder=dataset.model_source,
        help="A folder in Hugging Face layout, a safetensors file, or a name on the hub, which is then downloaded.",
    ).strip()
    if not right.button("Use this model", icon=":material/memory:", key=f"{key}_use") or not place:
        return
    try:
        with st.spinner("Loading the model …"):
            use_model(dataset, place)
    except (NeuronViewError, OSError) as error:
        problem("model", str(error))
        return
    solved("model")
    st.rerun()
