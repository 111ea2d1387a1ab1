"""Neurons whose meanings are known: excerpts of drawn words in which one word or another makes the neuron fire."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from neuronview.records import ActivationRecord, NeuronId, NeuronRecord

FILLER = [
    f" {word}"
    for word in (
        *("the", "a", "man", "walked", "quietly", "down", "to", "his", "old", "house", "and", "then", "she", "asked"),
        *("them", "about", "some", "new", "plan", "for", "that", "wide", "street", "with", "many", "small", "shops"),
        *("near", "our", "school", "but", "nobody", "there", "could", "say", "what", "it", "was"),
    )
]
NUMBERS = [" 1984", " 42", " 365", " 7", " 1066", " 2001", " 99", " 13"]
FRENCH = [" Paris"]
OTHERS = [" suddenly"]
LENGTH = 24


def planted(words: Sequence[str], excerpt: int, *, group: str = "top", document: str | None = None) -> ActivationRecord:
    """Drawn filler with one of these words in it, on which alone the neuron fires; with none, it is silent."""
    drawn = np.random.default_rng([7, excerpt])
    tokens = [FILLER[i] for i in drawn.integers(len(FILLER), size=LENGTH)]
    values = drawn.uniform(0.0, 0.1, size=LENGTH)
    if words:
        place = int(drawn.integers(4, LENGTH - 2))
        tokens[place] = words[int(drawn.integers(len(words)))]
        values[place] = 4 + drawn.uniform()
    return ActivationRecord(
        tuple(tokens), values.astype(np.float32), excerpt_id=excerpt, group=group, document_id=document
    )


def planted_neuron(*meanings: Sequence[str], each: int = 10, random: int = 10) -> NeuronRecord:
    """A neuron that fires on each of these lists of words, in `each` excerpts a list; a document an excerpt."""
    top = [
        planted(words, 100 * place + k, document=f"d-{place}-{k}")
        for k in range(each)
        for place, words in enumerate(meanings)
    ]
    quiet = [planted([], 10_000 + k, group="random", document=f"r-{k}") for k in range(random)]
    return NeuronRecord(NeuronId(0, 0), top=top, random=quiet)
