"""The first pass: statistics of every neuron, and candidates for its best excerpts.

One object for each thing that is kept and layer; this module only feeds them. Memory is bounded by the number of
neurons, not by the corpus.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from neuronview.collect.candidates import Candidates
from neuronview.collect.corpus import Batch, Corpus
from neuronview.collect.expressions import PairSample
from neuronview.collect.features import FeatureBits, FeatureProducts, FeatureStatistics
from neuronview.collect.moments import Moments
from neuronview.collect.shares import ShareSums
from neuronview.collect.tails import FineHistogram, LargestValues
from neuronview.collect.tokens import TokenMeans
from neuronview.errors import ModelError

__all__ = ["LayerStatistics", "SampleVisitor", "StatisticsVisitor"]


@dataclass(frozen=True, eq=False)
class LayerStatistics:
    """Running statistics of one layer's neurons."""

    moments: Moments
    values: FineHistogram
    maxima: FineHistogram
    largest: LargestValues
    largest_maxima: LargestValues
    minimum: NDArray[np.float32]

    @classmethod
    def empty(cls, n_neurons: int, n_parts: int, *, n_tokens: int) -> LayerStatistics:
        """Statistics of nothing yet, of a corpus of `n_tokens`."""
        return cls(
            Moments(n_neurons, n_parts=n_parts),
            FineHistogram(n_neurons, most=n_tokens),
            FineHistogram(n_neurons, most=n_tokens),
            LargestValues(n_neurons),
            LargestValues(n_neurons),
            np.full(n_neurons, np.inf, dtype=np.float32),
        )

    def update(self, values: torch.Tensor, maxima: torch.Tensor, *, part: int) -> None:
        """Add excerpts (B, T, neurons) with their maxima (B, neurons)."""
        rows = values.flatten(0, 1)
        self.moments.update(rows, part=part)
        self.values.update(rows)
        self.maxima.update(maxima)
        self.largest.update(values, maxima)
        self.largest_maxima.update(maxima[:, None], maxima)
        np.minimum(self.minimum, rows.amin(0).numpy(), out=self.minimum)


class StatisticsVisitor:
    """Feeds all of it, batch by batch."""

    def __init__(
        self,
        corpus: Corpus,
        *,
        n_layers: int,
        n_neurons: int,
        n_parts: int,
        tokens: TokenMeans,
        features: FeatureBits | None,
        shares: ShareSums,
        keep: tuple[int, int],
    ) -> None:
        """`keep`: candidates for the groups `top` and `first`."""
        self._corpus = corpus
        self._n_neurons = n_neurons
        self._bits = features
        self._held = torch.empty(0)
        self._maxima = np.empty((0, 0), dtype=np.float32)
        self.layers = [LayerStatistics.empty(n_neurons, n_parts, n_tokens=corpus.n_tokens) for _ in range(n_layers)]
        self.tokens = tokens
        self.shares = shares
        self.products = FeatureProducts(len(features.names), n_layers, n_neurons, n_parts=n_parts) if features else None
        self.top = Candidates(n_layers * n_neurons, keep=keep[0])
        self.first = Candidates(n_layers * n_neurons, keep=keep[1])

    def begin(self, batch: Batch) -> None:
        """Count what does not depend on activations."""
        self._maxima = np.empty((len(batch.excerpts), len(self.layers) * self._n_neurons), dtype=np.float32)
        self.tokens.count(batch.token_ids, part=batch.part)
        self.shares.begin(batch)
        if self._bits is not None and self.products is not None:
            self._held = self._bits.at(batch.positions)
            self.products.count(self._held, part=batch.part)

    def layer(self, batch: Batch, layer: int, values: torch.Tensor) -> None:
        """Add one layer; raises ModelError for activations that are not numbers."""
        maxima = values.amax(1)
        if not bool(torch.isfinite(maxima).all()):
            raise ModelError(
                f"Layer {layer} gave activations that are not finite numbers. Use dtype float32, or check the model."
            )
        first = layer * self._n_neurons
        self._maxima[:, first : first + self._n_neurons] = maxima.numpy()
        self.layers[layer].update(values, maxima, part=batch.part)
        rows = values.flatten(0, 1)
        self.tokens.update(batch.token_ids, rows, first=first, part=batch.part)
        self.shares.layer(layer, rows)
        if self.products is not None:
            self.products.update(layer, self._held, rows, part=batch.part)

    def end(self, batch: Batch) -> None:
        """Offer the excerpts as records."""
        classes = self._corpus.templates[batch.excerpts]
        self.top.update(batch.excerpts, classes, self._maxima)
        apart = self._corpus.is_apart[batch.excerpts]
        if apart.any():
            self.first.update(batch.excerpts[apart], classes[apart], self._maxima[apart])

    def feature_statistics(self, part: int | None = None) -> FeatureStatistics | None:
        """Sums for correlations with features, over one part or the whole corpus; None without features."""
        if self._bits is None or self.products is None:
            return None
        parts = [layer.moments.sums(part) for layer in self.layers]
        return self.products.statistics(
            self._bits.names,
            n_tokens=parts[0][0],
            sums=np.stack([sums for _, sums, _ in parts]),
            squares=np.stack([squares for _, _, squares in parts]),
            part=part,
        )


class SampleVisitor:
    """Between the passes: pairs of features on a sample."""

    def __init__(self, features: FeatureBits, sample: PairSample) -> None:
        self._bits = features
        self._held = torch.empty(0)
        self.sample = sample

    def begin(self, batch: Batch) -> None:
        """Look the features up."""
        self._held = self._bits.at(batch.positions)
        self.sample.count(self._held)

    def layer(self, batch: Batch, layer: int, values: torch.Tensor) -> None:
        """Add one layer."""
        self.sample.update(layer, self._held, values.flatten(0, 1))

    def end(self, batch: Batch) -> None:
        """Nothing is left to do."""
