"""A GPT-2 to look into: load it, cut text into its tokens, read its MLP activations.

Needs torch and transformers, so nothing that only browses imports it.
"""

from __future__ import annotations

from neuronview.model.layer_memory import LayerMemory
from neuronview.model.load import best_device, load
from neuronview.model.subject import SubjectModel
from neuronview.model.tokenize import Token, Tokenizer
from neuronview.model.windows import Peaks, cut_windows, peaks, tokens_above, window_activations

__all__ = [
    "LayerMemory",
    "Peaks",
    "SubjectModel",
    "Token",
    "Tokenizer",
    "best_device",
    "cut_windows",
    "load",
    "peaks",
    "tokens_above",
    "window_activations",
]
