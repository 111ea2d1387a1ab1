"""Everything that the four questions share: two corpora, the neurons planted in both, their records."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from benchmarks.planted.corpus import Corpus, read_corpora
from benchmarks.planted.neurons import PlantedNeuron, Rival, activations, plant, records, rivals
from neuronview.records import NeuronRecord

__all__ = ["Field", "Planted", "make_field"]


@dataclass(frozen=True, eq=False)
class Planted:
    """One neuron in one corpus."""

    neuron: PlantedNeuron
    corpus: Corpus
    record: NeuronRecord
    fit: float
    """Correlation of its feature with its activation over the whole corpus: how well it can be explained at all."""
    rivals: tuple[Rival, ...]
    """False explanations."""

    def marks(self, tokens: Sequence[str]) -> NDArray[np.bool_]:
        """Where its feature holds: (tokens,)."""
        return self.corpus.cache.marks(self.neuron.expression, tokens)


@dataclass(frozen=True, eq=False)
class Field:
    """The same neurons in two corpora that share no document."""

    first: tuple[Planted, ...]
    second: tuple[Planted, ...]


def make_field(*, n_excerpts: int, n_neurons: int, most: int, seed: int) -> Field:
    """Neurons with enough records for `most` excerpts a side."""
    corpora = read_corpora(n_excerpts, seed=seed)
    neurons = plant(corpora[0], n_neurons, seed=seed)
    planted = []
    for place, corpus in enumerate(corpora):
        planted.append(
            tuple(_planted(neuron, corpus, most, seed=seed + place, with_rivals=place == 0) for neuron in neurons)
        )
    return Field(*planted)


def _planted(neuron: PlantedNeuron, corpus: Corpus, most: int, *, seed: int, with_rivals: bool) -> Planted:
    marks = corpus.marks(neuron.expression)
    values = activations(neuron, marks, seed=seed)
    fit = float(np.corrcoef(values.ravel(), marks.ravel())[0, 1])
    record = records(neuron, corpus, values, n_top=4 * most, n_random=3 * most, seed=seed)
    return Planted(neuron, corpus, record, fit, tuple(rivals(neuron, corpus)) if with_rivals else ())
