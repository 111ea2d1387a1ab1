"""Characters that a dataset's tokenizer cuts in several tokens, kept between runs: see `neuronview.view.glyphs`."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import streamlit as st

from neuronview.store import Dataset
from neuronview.ui import cached
from neuronview.view.glyphs import read_cut_bytes, shown_characters, typed_text, vocabulary_file

__all__ = ["cut_bytes", "cut_bytes_of", "shown_characters", "typed_text", "vocabulary_file"]


def cut_bytes(dataset: str) -> Mapping[int, bytes]:
    """By id: bytes of the tokens that are no text by themselves; empty where the tokenizer is not on this computer."""
    return cut_bytes_of(cached.dataset(dataset))


def cut_bytes_of(opened: Dataset) -> Mapping[int, bytes]:
    """The same of an open dataset."""
    path = vocabulary_file(opened.model_source)
    return _cut_bytes(str(path), path.stat().st_mtime) if path else {}


@st.cache_resource(max_entries=4, show_spinner=False)
def _cut_bytes(path: str, modified: float) -> dict[int, bytes]:
    return read_cut_bytes(Path(path))
