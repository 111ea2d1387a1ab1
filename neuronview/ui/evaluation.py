"""Explanations simulated on a neuron's excerpts, as pages name them: see `neuronview.view.evaluation`."""

from neuronview.view.evaluation import (
    SimulatedSet,
    Source,
    neuron_at,
    neuron_maximum,
    pattern_explanation,
    shared_baselines,
    simulated_set,
    sources,
    tail_text,
)

__all__ = [
    "SimulatedSet",
    "Source",
    "neuron_at",
    "neuron_maximum",
    "pattern_explanation",
    "shared_baselines",
    "simulated_set",
    "sources",
    "tail_text",
]
