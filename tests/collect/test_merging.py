"""Sums over two halves of a corpus, merged, are those of one run over both.

Activations are small whole numbers where sums of them are to be equal to the last bit.
"""

from __future__ import annotations

import numpy as np
import torch

from neuronview.collect.expressions import PairProducts
from neuronview.collect.features import FeatureProducts, FeatureStatistics, Held
from neuronview.collect.kernels import Block
from neuronview.collect.shares import ShareSums
from neuronview.collect.tokens import TokenMeans
from tests.collect.test_shares import make_corpus

B, T, N, LAYERS, FEATURES, BATCHES = 5, 8, 20, 2, 6, 6


def made(number: int) -> tuple[np.ndarray, np.ndarray, torch.Tensor]:
    """Token ids (B, T), features held (F, B * T) and activations (B, T, neurons) of a batch."""
    rng = np.random.default_rng(number)
    values = rng.integers(-4, 9, size=(B, T, N)).astype(np.float32)
    return rng.integers(0, 7, size=(B, T)), rng.random((FEATURES, B * T)) < 0.4, torch.from_numpy(values)


def test_token_means(tmp_path) -> None:
    def run(some: range) -> TokenMeans:
        means = TokenMeans(np.array([9, 50, 40, 30, 0, 20, 10]), LAYERS * N, n_parts=2, n_layers=LAYERS)
        for number in some:
            ids, _, values = made(number)
            means.count(ids, part=number % 2)
            for layer in range(LAYERS):
                means.update(means.rows(ids), Block.of(values + layer), layer=layer, part=number % 2)
        return means

    whole, merged = run(range(BATCHES)), run(range(3))
    merged.merge(run(range(3, BATCHES)))
    np.testing.assert_array_equal(merged.counts, whole.counts)
    assert whole.counts.all(axis=0).any()
    for part in (None, 0, 1):
        found = [means.save_means(tmp_path / f"{k}.npy", part) for k, means in enumerate((merged, whole))]
        np.testing.assert_array_equal(*found)


def test_feature_products() -> None:
    def run(some: range) -> FeatureProducts:
        products = FeatureProducts(FEATURES, LAYERS, N, n_parts=2)
        for number in some:
            _, held, values = made(number)
            features = Held(torch.from_numpy(held).float(), *np.nonzero(held))
            products.count(features, part=number % 2)
            for layer in range(LAYERS):
                products.update(layer, features, Block.of(values + layer), part=number % 2)
        return products

    def statistics(products: FeatureProducts, part: int | None) -> FeatureStatistics:
        nothing = np.zeros((LAYERS, N))
        return products.statistics(["x"] * FEATURES, n_tokens=1, sums=nothing, squares=nothing, part=part)

    whole, merged = run(range(BATCHES)), run(range(3))
    merged.merge(run(range(3, BATCHES)))
    for part in (None, 0, 1):
        mine, expected = statistics(merged, part), statistics(whole, part)
        for name in ("feature_sums", "feature_products", "products"):
            np.testing.assert_array_equal(getattr(mine, name), getattr(expected, name))
            assert getattr(mine, name).any()


def test_pair_products() -> None:
    pairs = np.random.default_rng(5).integers(0, FEATURES, size=(LAYERS, N, 3, 2))
    pairs[0, :4, 2] = -1

    def run(some: range) -> PairProducts:
        products = PairProducts(pairs, n_parts=2)
        for number in some:
            _, held, values = made(number)
            for layer in range(LAYERS):
                products.update(layer, torch.from_numpy(held).float(), Block.of(values + layer), part=number % 2)
        return products

    whole, merged = run(range(BATCHES)), run(range(3))
    merged.merge(run(range(3, BATCHES)))
    np.testing.assert_array_equal(merged.sums, whole.sums)
    assert merged.sums.any(axis=(1, 2, 3)).all()


def test_share_sums() -> None:
    corpus = make_corpus(60, seed=2, vocabulary=6)
    values = np.random.default_rng(1).normal(size=(int(corpus.lengths.sum()), LAYERS, 4)).astype(np.float32)
    batches = list(corpus.batches(tokens=64))

    def run(some: list) -> ShareSums:
        sums = ShareSums(corpus, np.ones(corpus.n_excerpts, dtype=bool), n_layers=LAYERS, n_neurons=4)
        for batch in some:
            prepared = sums.begin(batch)
            for layer in range(LAYERS):
                block = torch.from_numpy(values[batch.positions, layer]).view(*batch.token_ids.shape, -1)
                sums.layer(prepared, layer, Block.of(block))
        return sums

    whole, merged = run(batches), run(batches[:5])
    merged.merge(run(batches[5:]))
    assert whole.n_tokens > 100
    for layer in range(LAYERS):
        np.testing.assert_allclose(merged.shares(layer), whole.shares(layer), rtol=1e-4, atol=1e-6)
