"""What the app remembers of a visit: which dataset and neuron were looked at last. Small values only."""

from __future__ import annotations

import streamlit as st

from neuronview.records import NeuronId

__all__ = ["chosen_dataset", "is_wide", "last_neuron", "remember_dataset", "remember_neuron", "remember_wide"]

_DATASET = "nv_dataset_name"
_NEURON = "nv_last_neuron"
_WIDE = "nv_window_is_wide"


def chosen_dataset(default: str) -> str:
    """Name of the dataset that was looked at last in this visit."""
    return str(st.session_state.get(_DATASET, default))


def remember_dataset(name: str) -> None:
    """Keep the dataset's name for pages whose address does not say."""
    st.session_state[_DATASET] = name


def last_neuron(dataset: str) -> NeuronId | None:
    """The neuron of that dataset that was looked at last in this visit."""
    kept = st.session_state.get(_NEURON)
    return NeuronId(*kept[1]) if kept and kept[0] == dataset else None


def remember_neuron(dataset: str, neuron: NeuronId) -> None:
    """Keep the neuron for pages whose address names none."""
    st.session_state[_NEURON] = (dataset, tuple(neuron))


def is_wide() -> bool:
    """Whether the visitor's window has room for more words in tables; not, until the browser says so."""
    return bool(st.session_state.get(_WIDE, False))


def remember_wide(wide: bool) -> None:
    """Keep what the browser says of its window."""
    st.session_state[_WIDE] = wide
