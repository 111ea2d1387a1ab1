"""How much of each neuron's variance the token, the bigram or the position explains, without bias.

A sample of excerpts, drawn by chance, is parted into two halves of whole documents (of one template: together). For
each group of tokens (all of one token id, of one pair of ids, at one position) the mean activation is taken in each
half. The share is the covariance of the two means over the tokens, divided by the variance of the activations:

    share = sum over groups of n * (mean in half 0 - M0) * (mean in half 1 - M1)  /  (N * variance)

with n the tokens of the group, N of all groups, M0 and M1 the means of the means by n. Means of different documents
have no noise in common, so nothing is explained by chance alone: a share of zero is about zero, of either sign. All
three are over the same tokens, those whose bigram and position occur in both halves, and so can be compared.

Sums have a fixed number of buckets: the groups with the most tokens have one of their own, the others share some by
chance with random signs, which leaves the sum over groups right on average. Memory depends on the neurons alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from neuronview.collect.corpus import Batch, Corpus
from neuronview.collect.kernels import Block, add_squares, add_weighted
from neuronview.store.schema import SHARES

__all__ = ["GROUPINGS", "SAMPLE", "ShareSums", "draw_sample", "shares_tables"]

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
Float64 = NDArray[np.float64]
GROUPINGS = ("token", "bigram", "position")
SAMPLE = 6000
"""Excerpts of the sample at the most."""
MEMORY = 1 << 27
"""Bytes of all sums."""
FEWEST_BUCKETS = 64
NO_TOKEN = -1
"""What stands before an excerpt's first token."""


def draw_sample(n_excerpts: int, *, seed: int, size: int = SAMPLE) -> Bools:
    """Which excerpts of a corpus are drawn by chance: the same for the same numbers, a smaller size inside a larger."""
    drawn = np.zeros(n_excerpts, dtype=bool)
    drawn[np.random.default_rng([seed, 3]).permutation(n_excerpts)[:size]] = True
    return drawn


@dataclass(frozen=True, eq=False)
class _Grouping:
    """One way to group the tokens that count: for each of them where it is added, and with which factor."""

    rows: Ints  # (tokens,) row of the sums: half * buckets + bucket
    factors: NDArray[np.float32]  # (tokens,) sign * sqrt(n) / n of its half
    mean_factors: NDArray[np.float32]  # (tokens,) n / n of its half
    constants: Float64  # (buckets,) what an activation of 1 everywhere would add up to

    @classmethod
    def of(cls, groups: Ints, halves: Ints, *, buckets: int, seed: int) -> _Grouping:
        """Groups (tokens,) numbered from zero, each with tokens in both halves."""
        counts = np.stack([np.bincount(groups[halves == h], minlength=groups.max() + 1) for h in (0, 1)])
        n = counts.sum(0)
        buckets = min(len(n), max(int(buckets), FEWEST_BUCKETS))
        bucket, sign = _buckets(n, buckets, seed)
        here = counts[halves, groups]
        return cls(
            rows=halves * buckets + bucket[groups],
            factors=(sign[groups] * np.sqrt(n[groups]) / here).astype(np.float32),
            mean_factors=(n[groups] / here).astype(np.float32),
            constants=np.bincount(bucket, weights=sign * np.sqrt(n), minlength=buckets).astype(np.float64),
        )


class _Addition(NamedTuple):
    """Tokens of a batch with the row and the factor that each is added with; none of factor zero, by row."""

    tokens: Ints
    rows: Ints
    factors: NDArray[np.float32]

    @classmethod
    def of(cls, tokens: Ints, rows: Ints, factors: NDArray[np.float32]) -> _Addition:
        kept = np.flatnonzero(factors)
        kept = kept[np.argsort(rows[kept], kind="stable")]
        return cls(tokens[kept], rows[kept], factors[kept])


Additions = tuple[Ints, list[_Addition]]


class ShareSums:
    """Running sums for the shares of many neurons; `begin` and `layer` are called as a visitor's are."""

    STATE = ("_sums", "_plain")

    def __init__(
        self,
        corpus: Corpus,
        sample: Bools,
        *,
        n_layers: int,
        n_neurons: int,
        seed: int = 0,
        memory_bytes: int = MEMORY,
    ) -> None:
        """`sample`: which excerpts (excerpts,) of the corpus count."""
        chosen = np.flatnonzero(sample)
        self._starts = np.full(corpus.n_excerpts, -1, dtype=np.int64)
        self._starts[chosen] = np.cumsum(corpus.lengths[chosen]) - corpus.lengths[chosen]
        ids, halves = _grouped(corpus, chosen, seed)
        kept = _in_both_halves(ids, halves)
        self.n_tokens = int(kept.sum())
        self._place = np.where(kept, np.cumsum(kept) - 1, -1)
        wanted = memory_bytes // (4 * 2 * 2 * n_layers * n_neurons)
        self._groupings = [
            _Grouping.of(np.unique(ids[name][kept], return_inverse=True)[1], halves[kept], buckets=size, seed=seed)
            for name, size in zip(GROUPINGS, (wanted, wanted, corpus.lengths.max()), strict=True)
            if self.n_tokens
        ]
        self._halves = halves[kept]
        self._sums = [
            np.zeros((n_layers, 2 * len(grouping.constants), n_neurons), dtype=np.float32)
            for grouping in self._groupings
        ]
        self._plain = np.zeros((n_layers, 2 + 2 * len(self._groupings), n_neurons))

    def begin(self, batch: Batch) -> Additions:
        """Which tokens of the batch count, and where they are added; for all layers."""
        starts, length = self._starts[batch.excerpts], batch.token_ids.shape[1]
        place = np.where(starts[:, None] >= 0, starts[:, None] + np.arange(length), 0)
        found = np.where(starts[:, None] >= 0, self._place[place] if len(self._place) else -1, -1).ravel()
        tokens = np.flatnonzero(found >= 0)
        here = found[tokens]
        halves = self._halves[here]
        means = [
            np.where(halves == h, grouping.mean_factors[here], np.float32(0))
            for grouping in self._groupings
            for h in (0, 1)
        ]
        rows = np.arange(1 + len(means)).repeat(len(tokens))
        factors = np.concatenate([np.ones(len(tokens), dtype=np.float32), *means])
        every = [_Addition.of(np.tile(tokens, 1 + len(means)), rows, factors)]
        every += [_Addition.of(tokens, g.rows[here], g.factors[here]) for g in self._groupings]
        return tokens, every

    def layer(self, additions: Additions, layer: int, block: Block) -> None:
        """Add the activations of one layer; `additions` as `begin` gave them for the batch."""
        tokens, (plain, *grouped) = additions
        if not len(tokens):
            return
        found = np.zeros((self._plain.shape[1] - 1, self._plain.shape[2]), dtype=np.float32)
        add_weighted(block, plain.tokens, plain.rows, plain.factors, found)
        self._plain[layer, 1:] += found
        add_squares(block, tokens, self._plain[layer, 0])
        for some, sums in zip(grouped, self._sums, strict=True):
            add_weighted(block, some.tokens, some.rows, some.factors, sums[layer])

    def merge(self, other: ShareSums) -> None:
        """Add what was summed over other excerpts of the same corpus and sample."""
        self._plain += other._plain
        for mine, theirs in zip(self._sums, other._sums, strict=True):
            mine += theirs

    def shares(self, layer: int) -> Float64:
        """Shares (groupings, neurons) of one layer; nan for neurons that never change, and where no token counts."""
        if not self.n_tokens:
            return np.full((len(GROUPINGS), self._plain.shape[2]), np.nan)
        squares, total, *means = self._plain[layer] / self.n_tokens
        variance = squares - total**2
        variance = np.where(variance > 1e-10 * squares, variance, np.nan)
        found = []
        for place, (grouping, sums) in enumerate(zip(self._groupings, self._sums, strict=True)):
            first, second = (
                half - np.outer(grouping.constants, mean)
                for half, mean in zip(
                    sums[layer].astype(np.float64).reshape(2, len(grouping.constants), -1),
                    means[2 * place : 2 * place + 2],
                    strict=True,
                )
            )
            found.append((first * second).sum(0) / self.n_tokens / variance)
        return np.stack(found)


def shares_tables(sums: ShareSums, layers: Sequence[int]) -> Iterator[pa.Table]:
    """Rows for a part of kind `shares`, all neurons of these layers; none where no token counts."""
    if not sums.n_tokens:
        return
    found = [sums.shares(place) for place in range(len(layers))]
    n_neurons = found[0].shape[1]
    values = np.concatenate(found, axis=1)
    columns = {
        "layer": np.repeat(np.asarray(layers), n_neurons),
        "neuron": np.tile(np.arange(n_neurons), len(layers)),
        "n_tokens": np.full(values.shape[1], sums.n_tokens),
    }
    shares = {
        f"{name}_share": pa.array(row.astype(np.float16), mask=~np.isfinite(row))
        for name, row in zip(GROUPINGS, values, strict=True)
    }
    yield pa.table(columns | shares).select(SHARES.names).cast(SHARES)


def _grouped(corpus: Corpus, chosen: Ints, seed: int) -> tuple[dict[str, Ints], Ints]:
    """For each token of these excerpts its group by each grouping, and its half."""
    if not len(chosen):
        return dict.fromkeys(GROUPINGS, np.empty(0, dtype=np.int64)), np.empty(0, dtype=np.int64)
    lengths = corpus.lengths[chosen]
    token = np.concatenate([corpus.token_ids(excerpt) for excerpt in chosen]).astype(np.int64)
    position = np.arange(len(token)) - np.repeat(np.cumsum(lengths) - lengths, lengths)
    before = np.where(position > 0, np.roll(token, 1), NO_TOKEN)
    halves = np.repeat(_halves(corpus.templates[chosen], lengths, seed), lengths)
    return {"token": token, "bigram": (before + 1) * (token.max() + 1) + token, "position": position}, halves


def _halves(classes: Ints, lengths: Ints, seed: int) -> Ints:
    """Half (excerpts,) of each excerpt: whole near-duplicate classes in a drawn order, each to the smaller half."""
    names, inverse = np.unique(classes, return_inverse=True)
    sizes = np.bincount(inverse, weights=lengths)
    half, filled = np.zeros(len(names), dtype=np.int64), [0.0, 0.0]
    for place in np.random.default_rng([seed, 4]).permutation(len(names)):
        half[place] = int(filled[1] < filled[0])
        filled[half[place]] += sizes[place]
    return half[inverse]


def _in_both_halves(ids: dict[str, Ints], halves: Ints) -> Bools:
    """Tokens whose groups, of every grouping, have such tokens in both halves."""
    kept = np.ones(len(halves), dtype=bool)
    while True:
        before = kept.copy()
        for groups in ids.values():
            common = np.intersect1d(groups[kept & (halves == 0)], groups[kept & (halves == 1)])
            kept &= np.isin(groups, common)
        if (kept == before).all():
            return kept


def _buckets(n: Ints, buckets: int, seed: int) -> tuple[Ints, Float64]:
    """Bucket and sign (groups,) of each group, of `n` tokens each."""
    if len(n) <= buckets:
        return np.arange(len(n)), np.ones(len(n))
    own = buckets // 2
    rng = np.random.default_rng([seed, 5])
    bucket = rng.integers(own, buckets, size=len(n))
    sign = rng.choice([-1.0, 1.0], size=len(n))
    most = np.argsort(-n, kind="stable")[:own]
    bucket[most], sign[most] = np.arange(own), 1.0
    return bucket, sign
