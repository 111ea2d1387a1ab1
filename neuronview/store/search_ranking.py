"""How well each document fits a search: BM25 over one Field of the index. Numpy only; all words must be found."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np
from numpy.typing import NDArray

from neuronview.store.search_index import MOST_PLACES, Field, Joined
from neuronview.store.search_words import Phrase, Query, plural_forms

__all__ = ["rank_inside", "rank_texts", "rank_tokens"]

K1, B = 1.2, 0.75
"""BM25's usual constants: how soon repeats stop to count, and how much a long text is held against it."""
OTHER_NUMBER, BEGINNING = 0.8, 0.25
"""What a plural of the word, and a longer word that begins with it, count beside the word itself."""

Weights = NDArray[np.float32]


def rank_texts(field: Field | Joined, query: Query) -> Weights:
    """BM25 of each document (size,), zero where a word or phrase of the query is missing."""
    counts = [_counted(field, partial(_phrase_counts, phrase=phrase)) for phrase in query.phrases]
    return _bm25(field, counts, by_length=True)


def rank_inside(field: Field | Joined, query: Query) -> Weights:
    """BM25 of each document (size,) by words that only hold the query's words somewhere inside."""
    sought = dict.fromkeys(word for phrase in query.phrases for word in phrase.words)
    counts = [_counted(field, partial(_inside_counts, word=word)) for word in sought]
    return _bm25(field, counts, by_length=True)


def rank_tokens(field: Field, query: Query) -> Weights:
    """The same for lists of tokens, where a word counts the more, the further up it stands (size,)."""
    singles = [
        Phrase((word,), phrase.exact, phrase.open and place == len(phrase.words) - 1)
        for phrase in query.phrases
        for place, word in enumerate(phrase.words)
    ]
    singles += [Phrase((literal,), exact=True) for literal in query.literals]
    counts = [_word_counts(field, phrase, by_rank=True) for phrase in singles]
    return _bm25(field, counts, by_length=False)


def _bm25(field: Field | Joined, counts: list[Weights], *, by_length: bool) -> Weights:
    total = np.zeros(field.size, np.float32)
    if not counts:
        return total
    kept = np.flatnonzero(np.logical_and.reduce([count > 0 for count in counts]))
    lengths = field.lengths
    filled = np.count_nonzero(lengths)
    mean = max(lengths.sum() / max(filled, 1), 1e-9)
    norm = K1 * (1 - B + B * lengths[kept] / mean) if by_length else K1
    for count in counts:
        within = np.count_nonzero(count)
        rarity = np.log1p((filled - within + 0.5) / (within + 0.5))
        total[kept] += (rarity * (K1 + 1) * count[kept] / (count[kept] + norm)).astype(np.float32)
    return total


def _counted(field: Field | Joined, count: Callable[[Field], Weights]) -> Weights:
    return field.each(count) if isinstance(field, Joined) else count(field)


def _inside_counts(field: Field, word: str) -> Weights:
    """How many words that hold this one somewhere inside each document has."""
    count = np.zeros(field.size, np.int64)
    for place, longer in enumerate(field.words):
        if word in longer:
            np.add.at(count, field.documents[field.offsets[place] : field.offsets[place + 1]], 1)
    return count.astype(np.float32)


def _phrase_counts(field: Field, phrase: Phrase) -> Weights:
    """How often each document has the phrase, with what counts less weighed so."""
    if len(phrase.words) == 1:
        return _word_counts(field, phrase, by_rank=False)
    last = len(phrase.words) - 1
    begins: NDArray[np.int64] | None = None
    for place, word in enumerate(phrase.words):
        where = field.slice_of(word, beginning=phrase.open and place == last)
        spot = field.documents[where].astype(np.int64) * (2 * MOST_PLACES) + field.places[where] - place
        begins = np.sort(spot) if begins is None else begins[np.isin(begins, spot)]
    assert begins is not None
    return np.bincount((begins // (2 * MOST_PLACES)).astype(np.int64), minlength=field.size).astype(np.float32)


def _word_counts(field: Field, phrase: Phrase, *, by_rank: bool) -> Weights:
    (word,) = phrase.words
    found = [(field.slice_of(word), 1.0)]
    if not phrase.exact:
        found += [(field.slice_of(other), OTHER_NUMBER) for other in plural_forms(word)]
    if phrase.open:
        # The word itself, and its plural, are among these: they count as what they are.
        found = [(where, weight - BEGINNING if _begins(where, field, word) else weight) for where, weight in found]
        found.append((field.slice_of(word, beginning=True), BEGINNING))
    counts = np.zeros(field.size)
    for where, weight in found:
        if where.stop > where.start:
            weights = weight / np.log2(2.0 + field.places[where]) if by_rank else None
            once = np.bincount(field.documents[where], weights, minlength=field.size)
            counts += once if by_rank else weight * once
    return counts.astype(np.float32)


def _begins(where: slice, field: Field, word: str) -> bool:
    whole = field.slice_of(word, beginning=True)
    return bool(whole.start <= where.start and where.stop <= whole.stop)
