"""What the app remembers of a visit: which dataset was chosen last. Values are small; nothing heavy is kept here."""

from __future__ import annotations

import streamlit as st

__all__ = ["chosen_dataset", "remember_dataset"]

_DATASET = "nv_dataset_name"


def chosen_dataset(default: str) -> str:
    """Name of the dataset that was looked at last in this visit."""
    return str(st.session_state.get(_DATASET, default))


def remember_dataset(name: str) -> None:
    """Keep the dataset's name for pages whose address does not say."""
    st.session_state[_DATASET] = name
