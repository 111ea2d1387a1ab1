"""Characters that a dataset's tokenizer cuts in several tokens: see `neuronview.view.glyphs`."""

from __future__ import annotations

from collections.abc import Mapping

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
    return read_cut_bytes(path) if path else {}
