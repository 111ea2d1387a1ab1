"""The compiled loops against the plain ways of the accumulators: integers equal, sums to rounding."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from neuronview.collect.candidates import Candidates
from neuronview.collect.features import FeatureProducts, Held
from neuronview.collect.kernels import Block, _half, add_pairs
from neuronview.collect.moments import Moments
from neuronview.collect.statistics import LayerStatistics
from neuronview.collect.tails import FineHistogram, LargestValues
from neuronview.collect.tokens import TokenMeans

B, T, N, BATCHES = 6, 9, 70, 12
BITS = pytest.mark.parametrize("bits", [16, 32])


def batches(seed: int = 0) -> list[torch.Tensor]:
    """Activations behind a leading token, which is no part of them; with ties, zeros of both signs and extremes."""
    rng = np.random.default_rng(seed)
    found = []
    for _ in range(BATCHES):
        x = rng.normal(size=(B, T + 1, N)).astype(np.float32)
        x[:, :, 1] = np.round(x[:, :, 1])
        x[:, :, 2] = np.where(x[:, :, 2] > 0, -0.0, 0.0)
        x[:, :, 3] *= np.float32(10.0) ** rng.integers(-30, 4, size=(B, T + 1))
        x[:, 0] = 1e9
        found.append(torch.from_numpy(x)[:, 1:])
    return found


def which(number: int) -> tuple[np.ndarray, ...]:
    rng = np.random.default_rng(100 + number)
    ids = np.arange(number * B, (number + 1) * B, dtype=np.int32)
    return ids, rng.integers(0, 12, B).astype(np.int32), rng.random(B) < 0.4


def swept(some: list[int], bits: int = 16) -> tuple[LayerStatistics, Candidates, Candidates]:
    statistics = LayerStatistics.empty(N, 2, n_tokens=10**6)
    top, first = (Candidates(N, keep=keep, width=T + 2, bits=bits) for keep in (8, 5))
    for number in some:
        block = Block.of(batches()[number])
        maxima = statistics.update(block, which(number), (top.arrays(0, N), first.arrays(0, N)), part=number % 2)
        np.testing.assert_array_equal(maxima, batches()[number].amax(1).numpy())
    return statistics, top, first


def same_statistics(one: LayerStatistics, other: LayerStatistics) -> None:
    np.testing.assert_allclose(one.moments.powers, other.moments.powers, rtol=1e-12)
    for mine, theirs in (
        (one.moments.counts, other.moments.counts),
        (one.values.counts(), other.values.counts()),
        (one.maxima.counts(), other.maxima.counts()),
        (one.largest.values, other.largest.values),
        (one.largest_maxima.values, other.largest_maxima.values),
        (one.minimum, other.minimum),
    ):
        np.testing.assert_array_equal(mine, theirs)


def same_candidates(one: Candidates, other: Candidates) -> None:
    for mine, theirs in zip(one.ordered(), other.ordered(), strict=True):
        np.testing.assert_array_equal(mine, theirs)
    places = [np.lexsort((c.excerpts, -c.values), axis=1) for c in (one, other)]
    np.testing.assert_array_equal(
        *(np.take_along_axis(c.activations, p[..., None], 1) for c, p in zip((one, other), places, strict=True))
    )


@BITS
def test_one_sweep_gives_what_the_plain_ways_give(bits: int) -> None:
    plain = LayerStatistics(
        Moments(N, n_parts=2), *(FineHistogram(N) for _ in "ab"), *(LargestValues(N) for _ in "ab"), np.zeros(N)
    )
    top, first = (Candidates(N, keep=keep, width=T + 2, bits=bits) for keep in (8, 5))
    for number, values in enumerate(batches()):
        rows, maxima = values.flatten(0, 1), values.amax(1)
        plain.moments.update(rows, part=number % 2)
        plain.values.update(rows)
        plain.maxima.update(maxima)
        plain.largest.update(rows.numpy())
        plain.largest_maxima.update(maxima.numpy())
        np.minimum(plain.minimum, rows.amin(0).numpy(), out=plain.minimum)
        ids, classes, apart = which(number)
        top.update(ids, classes, maxima.numpy(), values.numpy())
        first.update(ids[apart], classes[apart], maxima.numpy()[apart], values.numpy()[apart])
    found, *candidates = swept(list(range(BATCHES)), bits)
    same_statistics(found, plain)
    same_candidates(candidates[0], top)
    same_candidates(candidates[1], first)


def test_two_parts_of_a_corpus_merge_to_what_all_of_it_gives() -> None:
    whole, top, first = swept(list(range(BATCHES)))
    parts = [swept(list(range(5))), swept(list(range(5, BATCHES)))]
    for mine, theirs in zip(*parts, strict=True):
        mine.merge(theirs)
    same_statistics(parts[0][0], whole)
    same_candidates(parts[0][1], top)
    same_candidates(parts[0][2], first)


def test_sixteen_bits_are_rounded_as_numpy_rounds() -> None:
    rng = np.random.default_rng(0)
    x = (rng.normal(size=5000) * 10.0 ** rng.integers(-9, 6, 5000)).astype(np.float32)
    x[:6] = [0.0, -0.0, 65519.996, 65520.0, -np.inf, 2.0**-25]
    with np.errstate(over="ignore"):
        expected = x.astype(np.float16).view(np.uint16)
    assert [_half(value, int(raw)) for value, raw in zip(x, x.view(np.int32), strict=True)] == expected.tolist()


def test_sums_over_features_and_pairs_of_them_equal_products_of_tables() -> None:
    rng = np.random.default_rng(1)
    held = rng.random((5, B * T)) < 0.4
    values = batches()[0].clamp(-5, 5)
    values[:, :, 3] = 1
    rows = values.flatten(0, 1).double().numpy()
    products = FeatureProducts(5, 1, N, n_parts=1)
    products.update(0, Held(torch.from_numpy(held).float(), *np.nonzero(held)), Block.of(values))
    sums = products.statistics(list("abcde"), n_tokens=1, sums=rows, squares=rows).products[:, 0]
    np.testing.assert_allclose(sums, held @ rows, rtol=1e-5, atol=1e-5)
    pairs = rng.integers(-1, 5, size=(N, 3, 2))
    pairs[pairs.min(2) < 0] = -1
    found = np.zeros((N, 3))
    add_pairs(Block.of(values), held.astype(np.float32), pairs, found)
    expected = np.array(
        [[0 if i < 0 else (held[i] & held[j]) @ rows[:, n] for i, j in pairs[n]] for n in range(N)], dtype=float
    )
    np.testing.assert_allclose(found, expected, rtol=1e-5, atol=1e-4)


def test_token_sums_leave_out_tokens_that_do_not_fit() -> None:
    rng = np.random.default_rng(1)
    ids = rng.integers(0, 6, size=(B, T))
    means = TokenMeans(np.array([9, 50, 40, 1, 30, 2]), 2 * N, n_parts=1, n_layers=2, memory_bytes=3 * 2 * N * 4)
    values = batches()[0].clamp(-5, 5)
    for layer in range(2):
        means.update(means.rows(ids), Block.of(values + layer), layer=layer)
    assert means.token_ids.tolist() == [1, 2, 4]
    for row, token in enumerate(means.token_ids):
        expected = (values.numpy()[ids == token] + 1.0).sum(0)
        np.testing.assert_allclose(means._sums.array[0, 1, row], expected, rtol=1e-5, atol=1e-4)
