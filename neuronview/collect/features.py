"""Correlation of every neuron with every feature over the whole corpus.

A feature is a yes or no for each token of an excerpt, given by a callable that this package gets from outside.
Its answers are kept as bits in the work folder; sums of products with the activations follow the model's pass.
Sums are kept for each part of the corpus, so that what is fitted need not have seen the evaluation documents.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray

from neuronview.collect.corpus import Corpus
from neuronview.collect.kernels import Block, add_weighted
from neuronview.collect.outside import SumsByPart
from neuronview.errors import BadInput

__all__ = ["FeatureBits", "FeatureFunction", "FeatureProducts", "FeatureStatistics", "Held", "correlations"]

Float64 = NDArray[np.float64]
FeatureFunction = Callable[[Sequence[str]], NDArray[np.bool_]]
"""Token strings of an excerpt -> (features, tokens)."""


@dataclass(frozen=True, eq=False)
class FeatureStatistics:
    """Sums over a corpus or a part of it, enough for every correlation with one feature."""

    names: tuple[str, ...]
    n_tokens: int
    feature_sums: Float64  # (F,) tokens that have the feature
    feature_products: Float64  # (F, F) tokens that have both
    activation_sums: Float64  # (L, N)
    activation_squares: Float64  # (L, N)
    products: Float64  # (F, L, N) sum of the activation where the feature holds

    def correlations(self) -> Float64:
        """Pearson correlations (F, L, N); nan for a feature or a neuron that never changes."""
        return correlations(
            self.products,
            self.feature_sums[:, None, None],
            sums=self.activation_sums,
            squares=self.activation_squares,
            n=self.n_tokens,
        )

    def layer(self, layer: int) -> FeatureStatistics:
        """Those of one layer: what is worked out for all layers at once takes a multiple of the sums' memory."""
        some = slice(layer, layer + 1)
        return replace(
            self,
            activation_sums=self.activation_sums[some],
            activation_squares=self.activation_squares[some],
            products=self.products[:, some],
        )


def correlations(products: Float64, hits: Float64, *, sums: Float64, squares: Float64, n: int) -> Float64:
    """Pearson correlation of a yes-or-no variable with a value, from sums over `n` tokens.

    `products`: sum of the value where the variable holds, `hits`: how often it holds, `sums` and `squares` of the
    value; shapes broadcast. nan where either is constant.
    """
    with np.errstate(invalid="ignore", divide="ignore"):
        spread = squares - sums**2 / n
        # What cancellation leaves of a constant value is noise.
        spread = np.where(spread > 1e-10 * squares, spread, np.nan)
        result: Float64 = (products - hits * sums / n) / np.sqrt(spread * (hits - hits**2 / n))
    return np.where(np.isfinite(result), np.clip(result, -1.0, 1.0), np.nan)


class Held(NamedTuple):
    """Features of a batch of tokens: a table, and where it is not zero, feature by feature."""

    features: torch.Tensor  # (F, tokens), 0 and 1 in 32-bit floats
    rows: NDArray[np.int64]  # features
    tokens: NDArray[np.int64]  # and the tokens that have them


class FeatureBits:
    """The features of every token of a corpus, as bits on disk."""

    def __init__(self, names: Sequence[str], bits: NDArray[np.uint8]) -> None:
        self.names = tuple(names)
        self._bits = bits

    @classmethod
    def compute(
        cls,
        corpus: Corpus,
        vocabulary: Sequence[str],
        features: FeatureFunction,
        *,
        names: Sequence[str],
        work: Path,
        among: range | None = None,
        on_excerpt: Callable[[int], Any] = lambda _: None,
    ) -> FeatureBits:
        """Ask for the features of each excerpt (or those `among`) and write them to `work/features.bin`.

        `on_excerpt` is called with the number of tokens done so far. Raises BadInput when the callable's answer
        does not have one row a name and one column a token.
        """
        path = work / "features.bin"
        with path.open("wb") as stream:
            done = 0
            for excerpt in range(corpus.n_excerpts) if among is None else among:
                tokens = [vocabulary[i] for i in corpus.token_ids(excerpt)]
                answer = np.asarray(features(tokens), dtype=bool)
                if answer.shape != (len(names), len(tokens)):
                    raise BadInput(
                        f"Features came as {answer.shape}; {len(names)} names and {len(tokens)} tokens "
                        f"need {(len(names), len(tokens))}."
                    )
                stream.write(np.packbits(answer, axis=0).T.tobytes())  # tofile is silent where a disk is full
                done += len(tokens)
                on_excerpt(done)
        return cls.read(names, path)

    @classmethod
    def read(cls, names: Sequence[str], path: Path) -> FeatureBits:
        """Those of a file that `compute` wrote, or of several behind one another; mapped, not loaded."""
        return cls(names, np.memmap(path, dtype=np.uint8, mode="r").reshape(-1, (len(names) + 7) // 8))

    def at(self, positions: NDArray[np.int64]) -> Held:
        """Features of the tokens there."""
        bits = np.unpackbits(np.ascontiguousarray(self._bits[positions].T), axis=0, count=len(self.names))
        rows, tokens = np.nonzero(bits)
        return Held(torch.from_numpy(bits).float(), rows, tokens)


class FeatureProducts:
    """Running sums of features, and of features times activations, for the parts of a corpus."""

    STATE = ("_sums", "_pairs", "_products")

    def __init__(
        self, n_features: int, n_layers: int, n_neurons: int, *, n_parts: int, work: Path | None = None
    ) -> None:
        """`work`: a folder for the parts that are not being added to."""
        self._sums = np.zeros((n_parts, n_features))
        self._pairs = np.zeros((n_parts, n_features, n_features))
        self._products = SumsByPart((n_parts, n_layers, n_features, n_neurons), np.float64, work=work)

    def count(self, held: Held, *, part: int = 0) -> None:
        """Note the features of a batch; once for all layers."""
        self._sums[part] += held.features.sum(1).numpy()
        self._pairs[part] += (held.features @ held.features.T).numpy()

    def update(self, layer: int, held: Held, block: Block, *, part: int = 0) -> None:
        """Add the products of features with one layer's activations."""
        products = self._products.at(part, layer)
        found = np.zeros(products.shape, dtype=np.float32)
        add_weighted(block, held.tokens, held.rows, np.ones(len(held.rows), dtype=np.float32), found)
        products += found

    def merge(self, other: FeatureProducts) -> None:
        """Add another corpus's sums."""
        self._sums += other._sums
        self._pairs += other._pairs
        self._products.merge(other._products)

    def add_up(self) -> None:
        """Let the last part be all parts together. Nothing more can be added, and no memory is taken for it."""
        for part in range(len(self._sums) - 1):
            self._sums[-1] += self._sums[part]
            self._pairs[-1] += self._pairs[part]
            for layer in range(self._products.array.shape[1]):
                products = self._products.array  # mapped anew for each layer
                products[-1, layer] += products[part, layer]

    def statistics(
        self, names: Sequence[str], *, n_tokens: int, sums: Float64, squares: Float64, part: int | None = None
    ) -> FeatureStatistics:
        """Sums over one part or over all; `sums` and `squares` of the activations (L, N) over the same tokens.

        The products of one part are not copied: they change when more is added.
        """
        chosen: Any = slice(None) if part is None else [part]
        products = self._products.array
        only = part if part is not None else 0 if len(products) == 1 else None
        products = products.sum(0) if only is None else products[only]
        return FeatureStatistics(
            names=tuple(names),
            n_tokens=n_tokens,
            feature_sums=self._sums[chosen].sum(0),
            feature_products=self._pairs[chosen].sum(0),
            activation_sums=sums,
            activation_squares=squares,
            products=products.transpose(1, 0, 2),
        )
