"""Real text to plant neurons in: the demo's written and composed passages as excerpts of 64 tokens.

Knows what features of the dictionary hold on each token; knows no neuron and no model.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from neuronview.demo.passages import generate
from neuronview.demo.passages_written import written
from neuronview.demo.tokenizer import load_tokenizer
from neuronview.explain.feature_cache import FeatureCache
from neuronview.explain.features import known_features

__all__ = ["EXCERPT", "TOKENIZER", "Corpus", "cut", "read_corpora"]

EXCERPT = 64
TOKENIZER = Path(__file__).parents[2] / "data" / "demo" / "model"
WRITTEN_EVERY = 12
"""One passage in so many is a written one, as long as there are any."""
Bools = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Corpus:
    """Whole excerpts only; arrays are by excerpt."""

    excerpts: tuple[tuple[str, ...], ...]
    token_ids: NDArray[np.int32]  # (excerpts, EXCERPT)
    documents: tuple[str, ...]
    templates: tuple[str | None, ...]
    cache: FeatureCache
    strings: Mapping[int, str]
    """Text of each token id that occurs."""

    def __len__(self) -> int:
        return len(self.excerpts)

    @cached_property
    def classes(self) -> NDArray[np.int64]:
        """Near-duplicate class: the same for excerpts of one template, or of one document without a template."""
        names = [template or document for template, document in zip(self.templates, self.documents, strict=True)]
        return np.unique(names, return_inverse=True)[1].astype(np.int64)

    @cached_property
    def rates(self) -> Mapping[str, float]:
        """Share of the tokens that each feature holds on."""
        names = [feature.name for feature in known_features()]
        sums = np.array([self.marks({"feature": name}).mean() for name in names])
        return dict(zip(names, sums.tolist(), strict=True))

    def marks(self, expression: Mapping[str, Any]) -> Bools:
        """Where an expression of features holds: (excerpts, EXCERPT)."""
        return np.stack([self.cache.marks(expression, tokens) for tokens in self.excerpts])


def read_corpora(n_excerpts: int, *, n_corpora: int = 2, seed: int = 0, tokenizer: Path = TOKENIZER) -> list[Corpus]:
    """Corpora of so many excerpts each; no document is in two of them. The written passages are dealt out first."""
    loaded, cache = load_tokenizer(tokenizer), FeatureCache()
    found: list[list[tuple[list[int], str, str | None]]] = [[] for _ in range(n_corpora)]
    for text, document, template in _passages(seed):
        least = min(range(n_corpora), key=lambda place: (len(found[place]), zlib.crc32(document.encode()), place))
        if len(found[least]) >= n_excerpts:
            break
        found[least] += [(ids, document, template) for ids in cut(loaded, text)]
    return [_corpus(pieces[:n_excerpts], loaded, cache) for pieces in found]


def cut(tokenizer: Tokenizer, text: str) -> list[list[int]]:
    """Whole excerpts of a text; what is left at its end is dropped."""
    ids = tokenizer.encode(text).ids
    return [ids[start : start + EXCERPT] for start in range(0, len(ids) - EXCERPT + 1, EXCERPT)]


def _passages(seed: int) -> Iterator[tuple[str, str, str | None]]:
    by_hand = iter(written())
    place = 0
    while True:
        for passage in generate(WRITTEN_EVERY, seed=seed, which="all", start=place):
            yield passage.text, f"composed-{place}", passage.template
            place += 1
        mine = next(by_hand, None)
        if mine is not None:
            yield mine.text, mine.id, None


def _corpus(pieces: list[tuple[list[int], str, str | None]], tokenizer: Tokenizer, cache: FeatureCache) -> Corpus:
    strings = {i: tokenizer.decode([i]) for i in {i for ids, _, _ in pieces for i in ids}}
    return Corpus(
        excerpts=tuple(tuple(strings[i] for i in ids) for ids, _, _ in pieces),
        token_ids=np.array([ids for ids, _, _ in pieces], dtype=np.int32),
        documents=tuple(document for _, document, _ in pieces),
        templates=tuple(template for _, _, template in pieces),
        cache=cache,
        strings=strings,
    )
