"""Statistics of every neuron, candidates for its best excerpts, and random ones, while the corpus goes by once.

One object for each thing that is kept and layer; this module only feeds them. Memory is bounded by the number of
neurons, not by the corpus.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from neuronview.collect.candidates import Candidates
from neuronview.collect.corpus import Batch, Corpus
from neuronview.collect.expressions import PairProducts, PairSample
from neuronview.collect.features import FeatureBits, FeatureProducts, FeatureStatistics, Held
from neuronview.collect.kernels import Block, sweep
from neuronview.collect.moments import Moments
from neuronview.collect.records import QuantileRecords, RandomRecords
from neuronview.collect.shares import ShareSums
from neuronview.collect.tails import FineHistogram, LargestValues
from neuronview.collect.tokens import TokenMeans
from neuronview.errors import ModelError

__all__ = ["FeatureVisitor", "LayerStatistics", "PoolVisitor", "SampleVisitor", "StatisticsVisitor"]


@dataclass(frozen=True, eq=False)
class LayerStatistics:
    """Running statistics of one layer's neurons."""

    STATE = ("moments", "values", "maxima", "largest", "largest_maxima", "minimum")

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

    def update(self, block: Block, which: tuple[Any, ...], candidates: tuple[Any, Any], *, part: int) -> Any:
        """Add a batch, offer its excerpts to the candidates, and return their maxima (B, neurons)."""
        maxima = np.empty((block.shape[0], block.shape[2]), dtype=np.float32)
        self.values.make_room(block.shape[0] * block.shape[1])
        self.maxima.make_room(block.shape[0])
        sweep(
            block,
            self.moments.powers[part],
            self.minimum,
            (self.values.array, self.largest.heaps),
            (self.maxima.array, self.largest_maxima.heaps),
            maxima,
            which,
            *candidates,
        )
        self.moments.counts[part] += block.shape[0] * block.shape[1]
        return maxima

    def merge(self, other: LayerStatistics) -> None:
        """Add those of another corpus."""
        self.moments.merge(other.moments)
        self.values.merge(other.values)
        self.maxima.merge(other.maxima)
        self.largest.merge(other.largest)
        self.largest_maxima.merge(other.largest_maxima)
        np.minimum(self.minimum, other.minimum, out=self.minimum)


@dataclass(frozen=True, eq=False)
class _Prepared:
    """What is the same for all layers of a batch."""

    which: tuple[NDArray[Any], ...]
    tokens: Any
    shares: Any
    held: Held | None


class StatisticsVisitor:
    """Feeds all of it, batch by batch."""

    STATE = ("layers", "tokens", "shares", "pairs", "products", "top", "first", "random")

    def __init__(
        self,
        corpus: Corpus,
        *,
        n_layers: int,
        n_neurons: int,
        n_parts: int,
        tokens: TokenMeans,
        features: FeatureBits | None,
        pairs: PairProducts | None,
        shares: ShareSums,
        top: Candidates,
        first: Candidates,
        random: RandomRecords,
        work: Path | None = None,
    ) -> None:
        """`work`: a folder for what is not being added to."""
        self._corpus = corpus
        self._n_neurons = n_neurons
        self._bits = features
        self.layers = [LayerStatistics.empty(n_neurons, n_parts, n_tokens=corpus.n_tokens) for _ in range(n_layers)]
        self.tokens, self.shares, self.pairs = tokens, shares, pairs
        self.products = (
            FeatureProducts(len(features.names), n_layers, n_neurons, n_parts=n_parts, work=work) if features else None
        )
        self.top, self.first, self.random = top, first, random

    def begin(self, batch: Batch) -> _Prepared:
        """Count what does not depend on activations."""
        held = None
        if self._bits is not None and self.products is not None:
            held = self._bits.at(batch.positions)
            self.products.count(held, part=batch.part)
        self.tokens.count(batch.token_ids, part=batch.part)
        classes, apart = self._corpus.templates[batch.excerpts], self._corpus.is_apart[batch.excerpts]
        return _Prepared(
            (batch.excerpts.astype(np.int32), classes.astype(np.int32), apart),
            self.tokens.rows(batch.token_ids),
            self.shares.begin(batch),
            held,
        )

    def layer(self, prepared: _Prepared, batch: Batch, layer: int, values: torch.Tensor) -> None:
        """Add one layer; raises ModelError for activations that are not numbers."""
        self.add(prepared, batch, layer, Block.of(values))

    def add(self, prepared: _Prepared, batch: Batch, layer: int, block: Block) -> NDArray[np.float32]:
        """Likewise; returns the maxima (B, neurons)."""
        first = layer * self._n_neurons
        statistics = self.layers[layer]
        candidates = (self.top.arrays(first, self._n_neurons), self.first.arrays(first, self._n_neurons))
        maxima: NDArray[np.float32] = statistics.update(block, prepared.which, candidates, part=batch.part)
        if not np.isfinite(statistics.moments.powers[batch.part]).all():
            raise ModelError(
                f"Layer {layer} gave activations that are not finite numbers. Use dtype float32, or check the model."
            )
        self.random.update(batch, layer, block)
        self.tokens.update(prepared.tokens, block, layer=layer, part=batch.part)
        self.shares.layer(prepared.shares, layer, block)
        if self.products is not None and prepared.held is not None:
            self.products.update(layer, prepared.held, block, part=batch.part)
            if self.pairs is not None:
                self.pairs.update(layer, prepared.held.features, block, part=batch.part)
        return maxima

    def end(self) -> tuple[FeatureStatistics, FeatureStatistics] | tuple[None, None]:
        """Sums for correlations with features, over the whole corpus and over its first part; none without features.

        Nothing can be added any more. Candidates and random records are let go of: groups have what is needed of them.
        """
        del self.top, self.first, self.random
        if self._bits is None or self.products is None:
            return None, None
        self.products.add_up()
        return self._over(None, -1), self._over(0, 0)

    def _over(self, part: int | None, products: int) -> FeatureStatistics:
        assert self._bits is not None
        assert self.products is not None
        parts = [layer.moments.sums(part) for layer in self.layers]
        return self.products.statistics(
            self._bits.names,
            n_tokens=parts[0][0],
            sums=np.stack([sums for _, sums, _ in parts]),
            squares=np.stack([squares for _, _, squares in parts]),
            part=products,
        )


class PoolVisitor:
    """Chooses for the quantile groups; adds to the statistics too, where they have not seen these excerpts."""

    STATE = ("quantiles", "statistics")

    def __init__(self, quantiles: QuantileRecords, statistics: StatisticsVisitor | None) -> None:
        self.quantiles, self.statistics = quantiles, statistics

    def begin(self, batch: Batch) -> _Prepared | None:
        """Before the layers of a batch."""
        return None if self.statistics is None else self.statistics.begin(batch)

    def layer(self, prepared: _Prepared | None, batch: Batch, layer: int, values: torch.Tensor) -> None:
        """One layer."""
        block = Block.of(values)
        if self.statistics is None or prepared is None:
            maxima = values.amax(1).numpy()
        else:
            maxima = self.statistics.add(prepared, batch, layer, block)
        self.quantiles.update(batch, layer, block, maxima)


class FeatureVisitor:
    """Beforehand, on a sample: how each feature goes along with each neuron."""

    def __init__(self, features: FeatureBits, *, n_layers: int, n_neurons: int) -> None:
        self._bits = features
        self._products = FeatureProducts(len(features.names), n_layers, n_neurons, n_parts=1)
        self._moments = [Moments(n_neurons) for _ in range(n_layers)]

    def begin(self, batch: Batch) -> Held:
        """Look the features up."""
        held = self._bits.at(batch.positions)
        self._products.count(held)
        return held

    def layer(self, prepared: Held, batch: Batch, layer: int, values: torch.Tensor) -> None:
        """Add one layer."""
        self._products.update(layer, prepared, Block.of(values))
        moments = self._moments[layer]
        moments.powers[0, 0] += values.sum((0, 1), dtype=torch.float64).numpy()
        moments.powers[0, 1] += values.square().sum((0, 1), dtype=torch.float64).numpy()
        moments.counts[0] += batch.n_tokens

    def statistics(self) -> FeatureStatistics:
        """Sums for correlations."""
        parts = [moments.sums() for moments in self._moments]
        sums, squares = np.stack([sums for _, sums, _ in parts]), np.stack([squares for _, _, squares in parts])
        return self._products.statistics(self._bits.names, n_tokens=parts[0][0], sums=sums, squares=squares)


class SampleVisitor:
    """Then, on the same sample: pairs of features."""

    def __init__(self, features: FeatureBits, sample: PairSample) -> None:
        self._bits = features
        self.sample = sample

    def begin(self, batch: Batch) -> Held:
        """Look the features up."""
        held = self._bits.at(batch.positions)
        self.sample.count(held.features)
        return held

    def layer(self, prepared: Held, batch: Batch, layer: int, values: torch.Tensor) -> None:
        """Add one layer."""
        self.sample.update(layer, prepared.features, values.flatten(0, 1))
