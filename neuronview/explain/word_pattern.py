"""The words that stand where a neuron fires most, as a pattern: an explainer by rule for a handful of excerpts.

A word is the letters and digits in a row around the token: of “well-known” the part that the token is in.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np

from neuronview.explain.pattern import Pattern
from neuronview.records import ActivationRecord, Explanation, NeuronId, Provenance

__all__ = ["MOST_WORDS", "explain_by_words", "word_at"]

MOST_WORDS = 6
LONGEST = 30


def word_at(tokens: Sequence[str], position: int) -> str:
    """The letters and digits in a row that a token's first one is in, in lower case; empty where it has none.

    So of “don't” as “don” and “'t” the second token is in “t”. Empty too where they are more than LONGEST.
    """
    text, start = "".join(tokens), sum(map(len, tokens[:position]))
    end = start + len(tokens[position])
    while start < end and not text[start].isalnum():
        start += 1
    if start == end:
        return ""
    while start > 0 and text[start - 1].isalnum():
        start -= 1
    stop = start
    while stop < len(text) and text[stop].isalnum():
        stop += 1
    word = text[start:stop].lower()
    return word if len(word) <= LONGEST else ""


def explain_by_words(
    neuron: NeuronId,
    exciting: Sequence[ActivationRecord],
    records: Sequence[ActivationRecord],
    *,
    provenance: Provenance | None = None,
) -> Explanation | None:
    """The MOST_WORDS most frequent words at the maxima of `exciting`, with mean activations over `records`.

    None where there is no word at any maximum, or where the words do not mark what the neuron fires on more.
    """
    found = (word_at(record.tokens, int(np.argmax(record.activations))) for record in exciting)
    counts = Counter(word for word in found if word)
    words = sorted(counts, key=lambda word: (-counts[word], word))[:MOST_WORDS]
    if not words:
        return None
    pattern = ", ".join(words)
    compiled = Pattern(pattern)
    marked = np.concatenate([compiled.marks(record.tokens) for record in records])
    values = np.concatenate([record.activations for record in records]).astype(np.float64)
    if not marked.any() or marked.all() or values[marked].mean() <= values[~marked].mean():
        return None
    on, off = (float(f"{values[part].mean():.6g}") for part in (marked, ~marked))
    rule = {"kind": "pattern", "pattern": pattern, "regex": False, "on": on, "off": off}
    text = f"Fires on {'the word' if len(words) == 1 else 'one of the words:'} {pattern}"
    return Explanation(text, "pattern", neuron, rule, provenance=provenance or Provenance(explainer="pattern"))
