"""Simulators by language model: an explanation and an excerpt in, one expected activation a token out."""

from neuronview.explain.simulators.all_at_once import AllAtOnce
from neuronview.explain.simulators.base import LanguageSimulator, PromptOptions, template_hash
from neuronview.explain.simulators.bias import LabelBias, label_bias
from neuronview.explain.simulators.decisions import Decisions
from neuronview.explain.simulators.digits import Digits
from neuronview.explain.simulators.structured import Structured

__all__ = [
    "SIMULATORS",
    "AllAtOnce",
    "Decisions",
    "Digits",
    "LabelBias",
    "LanguageSimulator",
    "PromptOptions",
    "Structured",
    "label_bias",
    "template_hash",
]

SIMULATORS = {simulator.name: simulator for simulator in (AllAtOnce, Decisions, Digits, Structured)}
