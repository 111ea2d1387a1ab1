"""How much a collection keeps of each thing."""

from __future__ import annotations

from dataclasses import dataclass

from neuronview.collect.corpus import EXCERPT_TOKENS

__all__ = ["Sizes"]


@dataclass(frozen=True)
class Sizes:
    """How much is kept of each thing."""

    top: int = 20
    random: int = 20
    quantile: int = 5
    first: int = 12
    quantile_pool: int = 6000
    """Excerpts, drawn by chance, that quantile groups are drawn from; 0 for the whole corpus, which is then read twice.

    Together they stand for the corpus, which what is fitted later needs; and neurons that share them need less room.
    """
    top_candidates: int = 28
    first_candidates: int = 26
    shortest_random: int = 32
    """Tokens that a random excerpt of the source shown first needs."""
    histogram_bins: int = 48
    top_tokens: int = 20
    features: int = 10
    """Feature correlations in a neuron's row."""
    min_token_count: int = 20
    """How often a token must occur to be among a neuron's top tokens."""
    token_memory: int = 3 << 27
    """Bytes for the sums of the most frequent tokens, at the most: with many neurons what is left of MEMORY."""
    token_file: int = 1 << 32
    """Bytes of a file for those of other tokens, at the most: less where the drive has not six times that left."""
    shares: bool = True
    """Whether to tell how much token, bigram and position explain."""
    pair_features: int = 24
    """Features of each neuron whose pairs are tried on the sample."""
    pairs: int = 6
    """Pairs of each neuron that are summed exactly."""
    expressions: int = 12
    sample_tokens: int = 50_000
    excerpt_tokens: int = EXCERPT_TOKENS
    most_excerpts: int = 0
    """Where the corpus is cut off; 0 takes all of it."""
    layers: tuple[int, ...] | None = None
    """Layers whose neurons are collected; all when None."""
    activation_bits: int = 16
    activation_step: float = 0.0
    """Stored activations are rounded to multiples of this, and records written slowly, in small files; 0 is neither."""
