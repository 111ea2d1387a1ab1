"""Data: whether a dataset's activations and scores are what its model and simulations give."""

from __future__ import annotations

import math

import streamlit as st

from neuronview.jobs.verified import ActivationCheck, Verification, remembered
from neuronview.store import Dataset
from neuronview.ui import cached, task_parts
from neuronview.ui.model_parts import model_field
from neuronview.ui.plain import html_safe, html_table, markdown_safe
from neuronview.ui.scores import number

__all__ = ["verify_panel"]

WORDS = {"match": "fits", "near": "is near", "none": "does not fit"}


def verify_panel(dataset: Dataset, name: str) -> None:
    """What the last verification found, and a button for another."""
    st.subheader("Model and verification", anchor=False)
    found = remembered(dataset, settings=cached.settings())
    if found is None:
        st.caption(
            "Recomputes a sample of the stored activations with the model, and stored scores from stored simulations. "
            "It was not done yet."
        )
    else:
        _tell(found)
    model_field(dataset, key="verify")
    if st.button("Verify", icon=":material/fact_check:", key="verify_start"):
        arguments = ["verify", str(dataset.folder.absolute())]
        task_parts.begin("verify", arguments, title=f"Verify {name}", dataset=name)


def _tell(found: Verification) -> None:
    check = found.activations
    if check is not None:
        (st.warning if check.verdict == "none" else st.success)(markdown_safe(check.words))
        st.html(_variants(check))
        st.caption(markdown_safe(check.diagnostic.words))
    if found.scores.differing:
        st.warning(markdown_safe(found.scores.words))
    else:
        st.caption(markdown_safe(found.scores.words))
    st.caption(f"Verified {found.created[:16].replace('T', ' ')} UTC, in {found.seconds:.0f} s.")


def _variants(check: ActivationCheck) -> str:
    """Distribution of differences for each way of computing that was tried."""
    headers = ("Activation function", "Before the text", "Verdict", "Values", "Median", "90 %", "99 %", "99.9 %", "Max")
    rows = []
    for fit in check.variants:
        far = fit.differences
        numbers = (far.median, far.p90, far.p99, far.p999, far.maximum)
        told = ["n/a" if math.isnan(value) else number(value, digits=4) for value in numbers]
        leading = "<|endoftext|>" if fit.leading else "nothing"
        rows.append([*map(html_safe, (fit.activation, leading, WORDS[fit.verdict], f"{far.n:,}", *told))])
    return html_table(headers, rows, caption=f"Absolute differences, {check.n_records} records with {check.model}")
