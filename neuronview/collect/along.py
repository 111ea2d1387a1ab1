"""How far chosen rules go along with their neurons over every token of a corpus: one pass of the model, sums only.

Works on whatever gives a value a token; knows neither explanations nor datasets.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence

import numpy as np
import torch
from numpy.typing import NDArray

from neuronview.collect.corpus import Batch, Corpus
from neuronview.collect.layers import ChosenLayers
from neuronview.collect.passes import Progress, Reporter, run_over
from neuronview.model import SubjectModel
from neuronview.model.correlation import FLAT
from neuronview.records import NeuronId

__all__ = ["ValuesOf", "correlations_along"]

ValuesOf = Callable[[Sequence[str]], NDArray[np.floating]]
"""A value for each token of an excerpt."""


def correlations_along(
    model: SubjectModel,
    corpus: Corpus,
    rules: Mapping[NeuronId, ValuesOf],
    *,
    progress: Callable[[Progress], None] | None = None,
    should_stop: Callable[[], bool] | None = None,
) -> dict[NeuronId, float]:
    """Correlation of each neuron with its rule's values over all tokens; nan where either does not vary.

    Raises Cancelled when told to stop.
    """
    layers = ChosenLayers(model, [neuron.layer for neuron in rules])
    visitor = _Visitor(rules, layers.numbers, model.vocabulary())
    run_over(layers, corpus, visitor, stage="corpus", report=Reporter(progress, should_stop))
    return {neuron: _correlation(visitor.sums[neuron]) for neuron in rules}


class _Visitor:
    """Adds up, for each neuron: tokens, activations, values, and the products of the two."""

    def __init__(self, rules: Mapping[NeuronId, ValuesOf], numbers: Sequence[int], vocabulary: Sequence[str]) -> None:
        self._rules, self._numbers, self._vocabulary = rules, numbers, vocabulary
        self.sums = {neuron: np.zeros(6) for neuron in rules}

    def begin(self, batch: Batch) -> dict[NeuronId, NDArray[np.float64]]:
        """What the rules say of its excerpts."""
        excerpts = [[self._vocabulary[int(token)] for token in row] for row in batch.token_ids]
        return {
            neuron: np.concatenate([np.asarray(rule(tokens), dtype=np.float64) for tokens in excerpts])
            for neuron, rule in self._rules.items()
        }

    def layer(
        self, prepared: dict[NeuronId, NDArray[np.float64]], batch: Batch, layer: int, values: torch.Tensor
    ) -> None:
        """Add one layer's neurons."""
        for neuron, said in prepared.items():
            if neuron.layer == self._numbers[layer]:
                real = values[:, :, neuron.neuron].double().numpy().ravel()
                self.sums[neuron] += [len(real), real.sum(), said.sum(), real @ real, said @ said, real @ said]


def _correlation(sums: NDArray[np.float64]) -> float:
    n, real, said, squares, others, products = sums
    of_real, of_said = n * squares - real**2, n * others - said**2
    if not (of_real > FLAT * n * squares and of_said > FLAT * n * others):
        return math.nan
    return float((n * products - real * said) / math.sqrt(of_real * of_said))
