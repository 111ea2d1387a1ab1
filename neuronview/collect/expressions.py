"""Unions and intersections of two features that follow a neuron better than one feature does.

Which pairs are worth a look is decided on a sample of the corpus, before it is read as a whole: for every neuron, all
pairs of the 24 features that correlate with it most (a table of all pairs for all neurons would not fit). The best few
of each neuron are then summed over the whole corpus, so that what is reported is exact. "Best" is by the signed
correlation: an explanation says where a neuron fires, and nothing that keeps it silent.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import torch
from numpy.typing import NDArray

from neuronview.collect.features import FeatureStatistics, correlations
from neuronview.collect.kernels import Block, add_pairs

__all__ = ["Expression", "PairProducts", "PairSample", "rank_expressions"]

Float64 = NDArray[np.float64]
Int64 = NDArray[np.int64]
# Blocks of neurons and tokens that stay in the processor's cache.
SAMPLE_NEURONS, SAMPLE_TOKENS = 32, 512


@dataclass(frozen=True, slots=True)
class Expression:
    """A feature, or the union (`any`) or intersection (`all`) of two, with its exact correlations."""

    kind: Literal["feature", "any", "all"]
    names: tuple[str, ...]
    correlation: float
    """Over the whole corpus."""
    correlation_rest: float
    """Over the corpus without the source that is shown first."""
    mean_on: float
    """Mean activation where it holds, over the same rest of the corpus."""
    mean_off: float
    """Mean activation where it does not hold, likewise."""


class PairSample:
    """Sums over a sample, for all pairs of each neuron's best features."""

    def __init__(self, best: Int64, n_features: int) -> None:
        """`best`: feature indices (L, N, K) of each neuron."""
        self.best = best
        n_layers, n_neurons, size = best.shape
        self._pairs = torch.zeros(n_layers, n_neurons, size, size, dtype=torch.float64)
        self._both = np.zeros((n_features, n_features))
        self._sums, self._squares = np.zeros((n_layers, n_neurons)), np.zeros((n_layers, n_neurons))
        self._n = 0

    def count(self, features: torch.Tensor) -> None:
        """Add features (F, tokens); once for all layers."""
        self._both += (features @ features.T).numpy()
        self._n += features.shape[1]

    def update(self, layer: int, features: torch.Tensor, values: torch.Tensor) -> None:
        """Add rows (tokens, neurons) of one layer with features (F, tokens)."""
        self._sums[layer] += values.sum(0).double().numpy()
        self._squares[layer] += values.square().sum(0).double().numpy()
        best = torch.from_numpy(self.best[layer])
        for start in range(0, len(values), SAMPLE_TOKENS):
            some = features[:, start : start + SAMPLE_TOKENS].contiguous()
            across = values[start : start + SAMPLE_TOKENS].t().contiguous()
            for first in range(0, len(best), SAMPLE_NEURONS):
                mine = best[first : first + SAMPLE_NEURONS]
                held = some.index_select(0, mine.flatten()).view(*mine.shape, -1)
                weighted = held * across[first : first + SAMPLE_NEURONS, None]
                found = torch.bmm(weighted, held.transpose(1, 2))
                self._pairs[layer, first : first + SAMPLE_NEURONS] += found

    def best_pairs(self, *, n: int) -> Int64:
        """Feature indices (L, N, n, 2) of the pairs whose union or intersection correlates most; -1 where none."""
        found = np.full((*self.best.shape[:2], n, 2), -1)
        for layer, best in enumerate(self.best):
            found[layer] = self._best_of_layer(layer, best, n)
        return found

    def _best_of_layer(self, layer: int, best: Int64, n: int) -> Int64:
        i, j = np.triu_indices(best.shape[1], k=1)
        first, second = best[:, i], best[:, j]  # (N, pairs)
        sums = self._pairs[layer].numpy()
        alone = np.diagonal(sums, axis1=1, axis2=2)
        strength = _pair_correlations(
            sums[:, i, j],
            (alone[:, i], alone[:, j]),
            self._both[first, second],
            (self._both[first, first], self._both[second, second]),
            sums=self._sums[layer][:, None],
            squares=self._squares[layer][:, None],
            n=self._n,
        )
        score = np.nan_to_num(strength, nan=-2.0).max(0)
        order = np.argsort(-score, axis=1, kind="stable")[:, :n]
        rows = np.arange(len(best))[:, None]
        pairs = np.stack([first[rows, order], second[rows, order]], axis=2)
        pairs[score[rows, order] < -1] = -1
        return np.pad(pairs, ((0, 0), (0, n - pairs.shape[1]), (0, 0)), constant_values=-1)


def _pair_correlations(
    both: Float64,
    alone: tuple[Float64, Float64],
    hits: Float64,
    single: tuple[Float64, Float64],
    *,
    sums: Float64,
    squares: Float64,
    n: int,
) -> Float64:
    """Correlations (2, ...) of union and intersection; nan where the pair says no more than one of the two."""
    new = (hits < single[0]) & (hits < single[1])
    union = correlations(alone[0] + alone[1] - both, single[0] + single[1] - hits, sums=sums, squares=squares, n=n)
    common = correlations(both, hits, sums=sums, squares=squares, n=n)
    return np.stack([np.where(new, union, np.nan), np.where(new, common, np.nan)])


class PairProducts:
    """Running sums of activation times both features, for chosen pairs of each neuron."""

    STATE = ("sums",)

    def __init__(self, pairs: Int64, *, n_parts: int) -> None:
        """`pairs`: feature indices (L, N, n, 2), -1 where a neuron has fewer."""
        self.pairs = pairs
        self.sums: Float64 = np.zeros((n_parts, *pairs.shape[:3]))

    def update(self, layer: int, features: torch.Tensor, block: Block, *, part: int = 0) -> None:
        """Add one layer's activations, of tokens with features (F, tokens)."""
        add_pairs(block, features.numpy(), self.pairs[layer], self.sums[part, layer])

    def layer(self, layer: int) -> PairProducts:
        """A copy of one layer's."""
        some = PairProducts(self.pairs[layer : layer + 1], n_parts=len(self.sums))
        some.sums[:] = self.sums[:, layer : layer + 1]
        return some

    def merge(self, other: PairProducts) -> None:
        """Add another corpus's sums, for the same pairs."""
        self.sums += other.sums


def rank_expressions(
    whole: FeatureStatistics, rest: FeatureStatistics, pairs: PairProducts | None, *, n: int = 12
) -> list[list[list[Expression]]]:
    """By layer and neuron up to `n` expressions, by their correlation over the rest of the corpus."""
    return [
        _ranked_layer(whole.layer(layer), rest.layer(layer), None if pairs is None else pairs.layer(layer), n)
        for layer in range(whole.products.shape[1])
    ]


def _ranked_layer(
    whole: FeatureStatistics, rest: FeatureStatistics, pairs: PairProducts | None, n: int
) -> list[list[Expression]]:
    scopes = ((whole, None), (rest, 0))
    single = np.stack([*(statistics.correlations() for statistics, _ in scopes), *_single_means(rest)])
    double = None
    if pairs is not None:
        found = [_exact_pairs(statistics, pairs, part) for statistics, part in scopes]
        double = np.stack([*found, *_pair_means(rest, pairs)])
    return [
        _ranked(
            whole.names,
            single[:, :, 0, neuron],
            None if double is None else double[:, :, 0, neuron],
            None if pairs is None else pairs.pairs[0, neuron],
            n,
        )
        for neuron in range(single.shape[3])
    ]


def _single_means(statistics: FeatureStatistics) -> tuple[Float64, Float64]:
    """Mean activation (F, L, N) where each feature holds, and where it does not; nan where that is nowhere."""
    hits = statistics.feature_sums[:, None, None]
    return _means(statistics.products, hits, statistics.activation_sums, statistics.n_tokens)


def _pair_means(rest: FeatureStatistics, pairs: PairProducts) -> tuple[Float64, Float64]:
    """Likewise (2, L, N, pairs) for union and intersection of each pair."""
    first, second, where, both = _pair_sums(pairs, 0)
    alone = rest.products[first, *where] + rest.products[second, *where]
    either = rest.feature_sums[first] + rest.feature_sums[second]
    hits = rest.feature_products[first, second]
    products = np.stack([alone - both, both])
    return _means(products, np.stack([either - hits, hits]), rest.activation_sums[..., None], rest.n_tokens)


def _means(products: Float64, hits: Float64, sums: Float64, n: int) -> tuple[Float64, Float64]:
    with np.errstate(invalid="ignore", divide="ignore"):
        return products / hits, (sums - products) / (n - hits)


def _exact_pairs(statistics: FeatureStatistics, pairs: PairProducts, part: int | None) -> Float64:
    """Correlations (2, L, N, pairs) of union and intersection over the corpus or one part."""
    first, second, where, both = _pair_sums(pairs, part)
    return _pair_correlations(
        both,
        (statistics.products[first, *where], statistics.products[second, *where]),
        statistics.feature_products[first, second],
        (statistics.feature_sums[first], statistics.feature_sums[second]),
        sums=statistics.activation_sums[..., None],
        squares=statistics.activation_squares[..., None],
        n=statistics.n_tokens,
    )


def _pair_sums(pairs: PairProducts, part: int | None) -> tuple[Int64, Int64, tuple[Int64, Int64], Float64]:
    """Indices of both features (L, N, pairs), of their neurons, and the sum of the activation where both hold."""
    both = pairs.sums.sum(0) if part is None else pairs.sums[part]
    first, second = np.maximum(pairs.pairs, 0).transpose(3, 0, 1, 2)
    layers, neurons = np.ogrid[: first.shape[0], : first.shape[1]]
    return first, second, (layers[..., None], neurons[..., None]), both


def _ranked(
    names: tuple[str, ...], single: Float64, double: Float64 | None, pairs: Int64 | None, n: int
) -> list[Expression]:
    """Expressions of one neuron; an undefined correlation over the rest leaves one out.

    `single` (4, F) and `double` (4, 2, pairs): correlation over the corpus and over the rest, mean on, mean off.
    """
    best = np.argsort(-np.nan_to_num(single[1], nan=-2.0), kind="stable")[:n]
    found = [Expression("feature", (names[k],), *map(float, single[:, k])) for k in best]
    if double is not None and pairs is not None:
        kinds: tuple[Literal["any", "all"], ...] = ("any", "all")
        found += [
            Expression(kind, (names[i], names[j]), *map(float, double[:, row, k]))
            for k, (i, j) in enumerate(pairs)
            if i >= 0
            for row, kind in enumerate(kinds)
        ]
    defined = [expression for expression in found if np.isfinite(expression.correlation_rest)]
    return sorted(defined, key=lambda expression: -expression.correlation_rest)[:n]
