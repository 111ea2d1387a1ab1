"""How alike two excerpts of a neuron are around the token where it fires most.

A weighted mean of five likenesses (PARTS), each 0 to 1. Knows records and the feature dictionary's marks only.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from neuronview.explain.rules import lookup_key
from neuronview.records import ActivationRecord

__all__ = ["PARTS", "Marked", "folded", "likeness", "peak", "token_at"]

Floats = NDArray[np.float64]
Marked = Mapping[tuple[str, ...], NDArray[np.bool_]]
"""By an excerpt's tokens, which features of the dictionary hold on each: (features, tokens)."""

PARTS: Mapping[str, float] = {"token": 0.3, "features": 0.3, "previous": 0.15, "next": 0.1, "before": 0.15}
"""What each likeness counts: the same token at the maximum; features of the dictionary that hold there (cosine, rare
ones count more); the same token before it; after it; words in common among the WINDOW tokens before (cosine likewise).
"""
WINDOW = 8


def peak(record: ActivationRecord) -> int:
    """Position of the maximum, the first of equals."""
    return int(np.argmax(record.activations))


def folded(token: str) -> str:
    """A token without white space at its ends and in lower case; white space itself stays."""
    return lookup_key(token) or token


def token_at(record: ActivationRecord, offset: int) -> str:
    """The folded token so far from the maximum; empty beyond the excerpt."""
    position = peak(record) + offset
    return folded(record.tokens[position]) if 0 <= position < len(record.tokens) else ""


def likeness(records: Sequence[ActivationRecord], corpus: Sequence[ActivationRecord], marked: Marked) -> Floats:
    """Likeness of each two records (records, records), 0 to 1.

    How rare a word or a feature is, is told from all tokens of `corpus`; `marked` holds the features of all excerpts.
    """
    parts = {
        "token": _same([token_at(record, 0) for record in records]),
        "previous": _same([token_at(record, -1) for record in records]),
        "next": _same([token_at(record, 1) for record in records]),
        "before": _words_in_common(records, corpus),
        "features": _features_in_common(records, corpus, marked),
    }
    return np.clip(sum((weight * parts[name] for name, weight in PARTS.items()), np.zeros(())), 0.0, 1.0)


def _same(tokens: Sequence[str]) -> Floats:
    names = np.asarray(tokens)
    return np.asarray(names[:, None] == names[None, :], dtype=np.float64)


def _words_in_common(records: Sequence[ActivationRecord], corpus: Sequence[ActivationRecord]) -> Floats:
    counts = Counter(lookup_key(token) for record in corpus for token in record.tokens)
    before = [{token_at(record, -k) for k in range(2, WINDOW + 1)} - {""} for record in records]
    place = {word: column for column, word in enumerate(sorted(set().union(*before)))}
    held = np.zeros((len(records), len(place)))
    for row, words in enumerate(before):
        held[row, [place[word] for word in words]] = 1.0
    return _cosines(held, _rarity(np.array([counts[word] for word in place]), sum(counts.values())))


def _features_in_common(
    records: Sequence[ActivationRecord], corpus: Sequence[ActivationRecord], marked: Marked
) -> Floats:
    held = np.stack([marked[record.tokens][:, peak(record)] for record in records]).astype(np.float64)
    known = {record.tokens for record in corpus}
    counts = np.sum([marked[tokens].sum(axis=1) for tokens in known], axis=0)
    return _cosines(held, _rarity(counts, sum(map(len, known))))


def _rarity(counts: NDArray[np.integer], n: int) -> Floats:
    return np.log((n + 1) / (np.asarray(counts, dtype=np.float64) + 1))


def _cosines(held: Floats, weights: Floats) -> Floats:
    """Of each two rows (rows, columns); 0 where one of them is empty."""
    rows = held * weights
    norms = np.linalg.norm(rows, axis=1, keepdims=True)
    unit = np.divide(rows, norms, out=np.zeros_like(rows), where=norms > 0)
    return np.asarray(unit @ unit.T)
