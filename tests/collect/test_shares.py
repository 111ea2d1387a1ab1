"""Shares of variance: against a plain loop, against a known truth, and with memory that a corpus does not change."""

from __future__ import annotations

from collections import defaultdict

import numpy as np
import pytest
import torch

from neuronview.collect.corpus import Corpus
from neuronview.collect.kernels import Block
from neuronview.collect.shares import GROUPINGS, ShareSums, draw_sample, shares_tables

VOCABULARY, LENGTH = 30, 16


def make_corpus(n_excerpts: int, *, seed: int, vocabulary: int = VOCABULARY, templates: int = 0) -> Corpus:
    rng = np.random.default_rng(seed)
    lengths = np.where(np.arange(n_excerpts) % 7 == 0, LENGTH // 2, LENGTH)
    tokens = rng.integers(0, vocabulary, size=int(lengths.sum())).astype(np.int32)
    classes = np.arange(n_excerpts) % templates if templates else np.arange(n_excerpts)
    zeros = np.zeros(n_excerpts, dtype=np.int64)
    return Corpus(
        tokens=tokens,
        starts=np.cumsum(lengths) - lengths,
        lengths=lengths,
        documents=np.arange(n_excerpts),
        templates=classes,
        parts=zeros,
        is_apart=zeros.astype(bool),
        document_names=[str(k) for k in range(n_excerpts)],
        document_sources=[""] * n_excerpts,
        document_templates=[None] * n_excerpts,
        token_counts=np.bincount(tokens, minlength=vocabulary),
        hash="",
    )


def run(corpus: Corpus, values: np.ndarray, sample: np.ndarray, **options: int) -> ShareSums:
    """Sums over values (tokens of the corpus, layers, neurons)."""
    sums = ShareSums(corpus, sample, n_layers=values.shape[1], n_neurons=values.shape[2], **options)
    for batch in corpus.batches(tokens=200):
        prepared = sums.begin(batch)
        for layer in range(values.shape[1]):
            some = torch.from_numpy(values[batch.positions, layer].astype(np.float32))
            sums.layer(prepared, layer, Block.of(some.view(*batch.token_ids.shape, -1)))
    return sums


def plain_shares(corpus: Corpus, values: np.ndarray, halves: dict[int, int]) -> tuple[np.ndarray, int]:
    """The formula of the module, token by token; `halves`: by excerpt, of those in the sample."""
    rows = []
    for excerpt, half in halves.items():
        ids = corpus.token_ids(excerpt).tolist()
        for place, token in enumerate(ids):
            keys = (token, (ids[place - 1] if place else None, token), place)
            rows.append((half, keys, values[int(corpus.starts[excerpt]) + place]))
    while True:
        seen = [[{keys[g] for half, keys, _ in rows if half == h} for h in (0, 1)] for g in range(3)]
        kept = [row for row in rows if all(row[1][g] in seen[g][0] & seen[g][1] for g in range(3))]
        if len(kept) == len(rows):
            break
        rows = kept
    everything = np.array([row[2] for row in rows])
    found = []
    for g in range(3):
        groups: dict[object, list[list[np.ndarray]]] = defaultdict(lambda: [[], []])
        for half, keys, value in rows:
            groups[keys[g]][half].append(value)
        n = np.array([len(a) + len(b) for a, b in groups.values()])
        first, second = (np.array([np.mean(pair[h], axis=0) for pair in groups.values()]) for h in (0, 1))
        centred = [m - (n[:, None] * m).sum(0) / n.sum() for m in (first, second)]
        found.append((n[:, None] * centred[0] * centred[1]).sum(0) / n.sum() / everything.var(0))
    return np.array(found), len(rows)


def halves_of(corpus: Corpus, sample: np.ndarray) -> dict[int, int]:
    from neuronview.collect.shares import _halves

    chosen = np.flatnonzero(sample)
    return dict(zip(chosen, _halves(corpus.templates[chosen], corpus.lengths[chosen], 0), strict=True))


@pytest.mark.parametrize("drawn", [40, 25])
def test_shares_equal_a_plain_loop(drawn: int) -> None:
    corpus = make_corpus(40, seed=1, vocabulary=9)
    values = np.random.default_rng(2).normal(size=(corpus.n_tokens, 2, 3)) + corpus.tokens[:, None, None] / 9
    sample = draw_sample(40, seed=0, size=drawn)
    sums = run(corpus, values, sample)
    for layer in range(2):
        expected, n = plain_shares(corpus, values[:, layer], halves_of(corpus, sample))
        assert sums.n_tokens == n
        np.testing.assert_allclose(sums.shares(layer), expected, atol=2e-5)


def test_documents_of_one_template_are_in_one_half() -> None:
    corpus = make_corpus(60, seed=1, templates=6)
    halves = halves_of(corpus, np.ones(60, dtype=bool))
    assert all(halves[e] == halves[e % 6] for e in range(60))
    sizes = [sum(int(corpus.lengths[e]) for e, half in halves.items() if half == h) for h in (0, 1)]
    assert max(sizes) < 0.6 * sum(sizes)


def known_values(corpus: Corpus, rng: np.random.Generator) -> np.ndarray:
    """Neurons of known shares: noise; a quarter token, three quarters noise; half bigram; position alone."""
    ids = corpus.tokens.astype(int)
    position = np.concatenate([np.arange(n) for n in corpus.lengths])
    before = np.where(position > 0, np.roll(ids, 1), VOCABULARY)
    by_token, noise = rng.normal(size=VOCABULARY)[ids], rng.normal(size=len(ids))
    by_pair = rng.normal(size=(VOCABULARY + 1, VOCABULARY))[before, ids]
    scaled = [x / x.std() for x in (by_token, noise, by_pair, np.sin(position + 1.0))]
    token, noise, pair, place = scaled
    return np.stack([noise, 0.5 * token + 0.75**0.5 * noise, (pair + noise) / 2**0.5, place], axis=1)[:, None]


def test_known_shares_are_found_and_noise_explains_nothing() -> None:
    corpus = make_corpus(1500, seed=3)
    values = known_values(corpus, np.random.default_rng(4))
    token, bigram, position = run(corpus, values, np.ones(1500, dtype=bool)).shares(0)
    np.testing.assert_allclose(token, [0, 0.25, 0, 0], atol=0.05)
    # A bigram without a first token tells the first position, and so a part of what the position explains.
    position_ = np.concatenate([np.arange(n) for n in corpus.lengths])
    first = (position_ == 0).mean() * (values[position_ == 0, 0, 3] - values[:, 0, 3].mean())[0] ** 2
    others = (position_ == 0).mean() / (position_ > 0).mean() + 1
    np.testing.assert_allclose(bigram, [0, 0.25, 0.5, first * others], atol=0.05)
    np.testing.assert_allclose(position, [0, 0, 0, 1], atol=0.02)


def test_few_buckets_leave_the_shares_right_on_average() -> None:
    corpus = make_corpus(300, seed=5)
    values = known_values(corpus, np.random.default_rng(6))
    sample = np.ones(300, dtype=bool)
    exact = run(corpus, values, sample).shares(0)
    rough = []
    for drawn in range(12):
        sums = run(corpus, values, sample, memory_bytes=0, seed=drawn)
        rough.append(sums.shares(0)[1])
    spread = np.std(rough, axis=0)
    assert (spread > 0).all()
    np.testing.assert_allclose(np.mean(rough, axis=0), exact[1], atol=0.1)


def test_memory_is_bounded_by_the_neurons_not_by_the_corpus() -> None:
    sizes = []
    for n_excerpts in (1000, 3000):
        corpus = make_corpus(n_excerpts, seed=7, vocabulary=120)
        sums = ShareSums(corpus, np.ones(n_excerpts, bool), n_layers=1, n_neurons=8, memory_bytes=4 * 4 * 8 * 100)
        sizes.append(sum(part.size for part in sums._sums))
    assert sizes[0] == sizes[1] == 8 * (2 * 100 + 2 * 100 + 2 * LENGTH)


def test_a_neuron_that_never_changes_has_no_share_and_one_document_has_none_at_all() -> None:
    corpus = make_corpus(40, seed=1, vocabulary=9)
    values = np.random.default_rng(2).normal(size=(corpus.n_tokens, 1, 2))
    values[:, 0, 1] = 3.0
    (table,) = shares_tables(run(corpus, values, np.ones(40, bool)), [4])
    assert table.column("layer").to_pylist() == [4, 4]
    for name in GROUPINGS:
        assert [value is None for value in table.column(f"{name}_share").to_pylist()] == [False, True]
    alone = make_corpus(10, seed=1, templates=1)
    assert not list(shares_tables(run(alone, values[: alone.n_tokens], np.ones(10, bool)), [0]))


def test_a_smaller_sample_lies_inside_a_larger_one() -> None:
    small, large = draw_sample(100, seed=3, size=10), draw_sample(100, seed=3, size=40)
    assert small.sum() == 10
    assert large.sum() == 40
    assert (large | ~small).all()
