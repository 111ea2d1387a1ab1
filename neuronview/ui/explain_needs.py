"""Explain: what a dataset lacks for some explainers, said before anything is chosen, with what to do about it."""

from __future__ import annotations

import streamlit as st

from neuronview.jobs.library import is_here
from neuronview.jobs.neuron_files import is_published
from neuronview.store import Dataset
from neuronview.ui.plain import markdown_safe

__all__ = ["FITTED", "tell_needs"]

FITTED = ("dictionary", "lookup")
"""Explainers that run the dataset's model over its excerpts."""


def tell_needs(dataset: Dataset, name: str) -> bool:
    """Say what is missing for rules to be fitted; whether they can be, so far as is seen without loading a model."""
    model, source = dataset.manifest.model.path, dataset.model_source
    here = is_here(source)
    if dataset.has_token_ids():
        if not here:
            st.info(
                f"The model {markdown_safe(source)} is not on this computer. Fitting rules, and the score by replacing "
                "the neuron, fetch it from the hub, where that answers; or say where it is:",
                icon=":material/memory:",
            )
            st.code(f"python -m neuronview datasets model {name} FOLDER", language=None, wrap_lines=True)
        return True
    open_first = " Open a neuron first, so that its excerpts are fetched." if is_published(dataset) else ""
    and_model = "" if here else f" The score by replacing the neuron needs {markdown_safe(source)}, which is not here."
    st.info(
        f"Feature dictionary and token lookup cannot be fitted on {markdown_safe(name)}: its excerpts are text without "
        "the model's token ids. A pattern of your own, and explainers that ask a language model, work on them as they "
        f"are.{open_first}{and_model} For rules, collect from the model itself, on the page Data or with:",
        icon=":material/rule:",
    )
    st.code(
        f"python -m neuronview collect --model {model} --out data/mine --progressive", language=None, wrap_lines=True
    )
    return False
