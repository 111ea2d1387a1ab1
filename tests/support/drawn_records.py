"""Neuron records made of drawn words and numbers: what tests of explaining and scoring work on."""

from __future__ import annotations

import numpy as np

from neuronview.records import ActivationRecord, NeuronId, NeuronRecord

WORDS = [" the", " cat", " Cat", " 17", ",", " ran", "\n", " London", " (", ")", " because", " not"]
LENGTH = 16


def drawn_record(excerpt: int, group: str, *, seed: int = 0, document: str | None = None) -> ActivationRecord:
    """An excerpt of drawn words; the neuron fires on numbers, and a little on everything."""
    drawn = np.random.default_rng([seed, excerpt])
    tokens = tuple(WORDS[i] for i in drawn.integers(len(WORDS), size=LENGTH))
    fires = np.array([token == " 17" for token in tokens])
    activations = (2.0 * fires + drawn.gamma(0.3, 0.5, size=LENGTH)).astype(np.float32)
    return ActivationRecord(tokens, activations, excerpt_id=excerpt, group=group, document_id=document)


def drawn_neuron(*, top: int = 20, random: int = 20, first: int = 0, seed: int = 0) -> NeuronRecord:
    """A neuron whose excerpts are each of a document of their own."""
    groups, excerpt = {}, 0
    for name, size in (("top", top), ("random", random), ("first", first)):
        numbers = range(excerpt, excerpt + size)
        groups[name] = [drawn_record(n, name, seed=seed, document=f"document-{n}") for n in numbers]
        excerpt += size
    return NeuronRecord(NeuronId(0, seed), **groups)
